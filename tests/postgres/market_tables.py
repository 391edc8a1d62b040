"""Every row of every table of a market, wherever it is kept."""

from __future__ import annotations

from typing import Any

from goodstanding.facts.store import tables_there
from goodstanding.market import Market

# When a row was written differs from run to run; who looked is kept beside a file.
_NOT_COMPARED = ("access_log",)


def tables_of(market: Market) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each table that has any, in an order of their own."""
    database = market._database
    found = {}
    for name in tables_there(database):
        if name not in _NOT_COMPARED:
            rows = database.arrow(f"select * from {name}").to_pylist()
            found[name] = sorted((tuple(row.values()) for row in rows), key=repr)
    return {name: rows for name, rows in found.items() if rows}
