"""`load`: facts from a file or a folder; a first load makes the market."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.first_load import found_or_made
from goodstanding.cli.output import write_text
from goodstanding.cli.progress import told
from goodstanding.errors import ArgumentInvalid


def load(
    *,
    market: options.MarketOption = None,
    source: Annotated[
        str,
        Parameter(
            name="--from",
            metavar="PATH",
            help="A file, a folder with a file a table, or folders of part files.",
        ),
    ],
    table: Annotated[
        str | None,
        Parameter(
            name="--table",
            metavar="TABLE",
            help="What the file holds, where its name does not say.",
        ),
    ] = None,
    adapter: Annotated[
        str | None,
        Parameter(name="--adapter", metavar="NAME", help="A source known by name: olist."),
    ] = None,
    mapping: Annotated[
        Path | None,
        Parameter(
            name="--mapping",
            metavar="FILE",
            help="A file that says how the source's columns become ours.",
        ),
    ] = None,
    recorded: Annotated[
        Literal["source", "occurred"],
        Parameter(
            name="--recorded",
            metavar="WHEN",
            help="When the rows were learned of. source: at their recorded_at, else now. "
            "occurred: each value when it happened, for history that is loaded afterwards.",
        ),
    ] = "source",
    check: Annotated[
        bool, Parameter(name="--check", help="Do everything but write, and say what would happen.")
    ] = False,
    strict: Annotated[
        bool,
        Parameter(
            name="--strict",
            help="Load nothing if a row cannot be loaded or a column would be left out.",
        ),
    ] = False,
    time_zone: Annotated[
        str | None,
        Parameter(name="--time-zone", metavar="ZONE", help="For a first load: see `new`."),
    ] = None,
    currency: Annotated[
        str | None,
        Parameter(name="--currency", metavar="CODE", help="For a first load: see `new`."),
    ] = None,
) -> None:
    """Load facts, and say what became of every row."""
    from goodstanding.cli import load_report  # noqa: PLC0415 -- only when it is used

    if adapter is not None and mapping is not None:
        raise ArgumentInvalid(
            "--adapter and --mapping are two ways to say the same thing.", hint="Give one of them."
        )
    path = options.market_path(market)
    home = found_or_made(
        market, adapter=adapter, time_zone=time_zone, currency=currency, check=check
    )
    with home as opened, told("rows") as progress:
        summary = opened.load(
            source,
            table=table,
            mapping=mapping,
            adapter=adapter,
            recorded=recorded,
            check=check,
            strict=strict,
            progress=progress,
        )
    write_text("\n".join(load_report.lines(summary, Path(source), path)), None)
