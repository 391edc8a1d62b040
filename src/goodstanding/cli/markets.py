"""`new` and `tables`: an empty market, and what can be loaded into one."""

from __future__ import annotations

import shlex
from typing import Annotated

from cyclopts import Parameter

from goodstanding.cli.grid import Column, fitting_lines, terminal_width
from goodstanding.cli.output import write_text
from goodstanding.errors import ArgumentInvalid, near
from goodstanding.facts.catalogue import BY_NAME, TABLES
from goodstanding.facts.tables import Column as TableColumn
from goodstanding.facts.tables import Table


def new(
    market: Annotated[
        str,
        Parameter(
            help="The file to make, the database (postgresql://user@host/database), or the folder "
            "for Spark (spark:FOLDER)."
        ),
    ],
    /,
    *,
    time_zone: Annotated[
        str,
        Parameter(
            name="--time-zone",
            metavar="ZONE",
            help="The zone in which its days begin: UTC, Europe/Berlin. It cannot be changed.",
        ),
    ],
    currency: Annotated[
        str,
        Parameter(
            name="--currency",
            metavar="CODE",
            help="The currency of its amounts: USD, BRL. It cannot be changed.",
        ),
    ],
) -> None:
    """Make an empty market."""
    from goodstanding.market import new as make  # noqa: PLC0415 -- heavy; only when it is used

    with make(market, time_zone=time_zone, currency=currency) as made:
        shown = str(made.path)
    write_text(
        f"Made {shown}: days in {time_zone}, amounts in {currency}.\n"
        f"Next: goodstanding load --market {shlex.quote(shown)} --from FOLDER",
        None,
    )


def tables(
    name: Annotated[str | None, Parameter(help="A table; without it, all of them.")] = None, /
) -> None:
    """List the tables of facts, or the columns of one."""
    if name is None:
        lines = [
            *fitting_lines(
                [
                    Column(title="table", texts=[table.name for table in TABLES], stays=True),
                    Column(title="a row is", texts=[table.meaning for table in TABLES], wraps=True),
                ],
                width=terminal_width(),
            ),
            "",
            "goodstanding tables NAME lists the columns of one.",
        ]
    else:
        if name not in BY_NAME:
            raise ArgumentInvalid(f"there is no table '{name}'.", hint=near(name, list(BY_NAME)))
        lines = _columns(BY_NAME[name])
    write_text("\n".join(lines), None)


def _columns(table: Table) -> list[str]:
    columns = table.columns
    return [
        f"{table.name}: {table.meaning}",
        f"Key: {', '.join(table.key)}. Rows of one key speak of the same thing.",
        "",
        *fitting_lines(
            [
                Column(title="column", texts=[column.name for column in columns], stays=True),
                Column(title="holds", texts=[_holds(column) for column in columns]),
                Column(title="meaning", texts=[_meaning(c) for c in columns], wraps=True),
            ],
            width=terminal_width(),
        ),
        "",
        "A file may also say recorded_at: when the market learned of what the row says.",
        "Every column but the key may be missing or empty: empty is unknown.",
    ]


def _holds(column: TableColumn) -> str:
    return "id" if column.numbered else str(column.kind)


def _meaning(column: TableColumn) -> str:
    return f"{column.meaning}: {', '.join(column.codes)}" if column.codes else column.meaning
