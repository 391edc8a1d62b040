"""`load`: facts from a file or a folder; a first load makes the market."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.first_load import found_or_made
from goodstanding.cli.output import write_text
from goodstanding.cli.progress import told
from goodstanding.database.address import address
from goodstanding.errors import ArgumentInvalid


def load(
    *,
    market: options.MarketOption = None,
    source: Annotated[
        str,
        Parameter(
            name="--from",
            metavar="PATH",
            help="A file, a folder with a file a table, folders of part files, or "
            "postgresql://user@host/database.",
        ),
    ],
    table: Annotated[
        tuple[str, ...],
        Parameter(
            name="--table",
            metavar="TABLE",
            help="What the file holds, where its name does not say; of a database "
            "NAME=SCHEMA.TABLE, once for each table.",
        ),
    ] = (),
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
    held, tables = _tables(table)
    place = options.market_place(market)
    home = found_or_made(
        market, adapter=adapter, time_zone=time_zone, currency=currency, check=check
    )
    with home as opened, told("rows") as progress:
        summary = opened.load(
            source,
            table=held,
            tables=tables,
            mapping=mapping,
            adapter=adapter,
            recorded=recorded,
            check=check,
            strict=strict,
            progress=progress,
        )
    write_text("\n".join(load_report.lines(summary, address(source) or Path(source), place)), None)


def _tables(given: tuple[str, ...]) -> tuple[str | None, dict[str, str]]:
    """Return what a file holds, and which table of a database is read under which name."""
    named = [each.partition("=") for each in given]
    tables = {name: table for name, sign, table in named if sign}
    held = [name for name, sign, _ in named if not sign]
    if len(held) > 1 or (held and tables) or len(tables) + len(held) < len(given):
        raise ArgumentInvalid(
            f"--table is given as {', '.join(given)}, which does not say what holds what.",
            hint="Of a file say one table; of a database each one once: --table orders=shop.orders",
        )
    return (held[0] if held else None), tables
