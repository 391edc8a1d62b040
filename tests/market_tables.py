"""Every row of every table of a market, wherever it is kept."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from goodstanding.database.address import place
from goodstanding.database.database import Database
from goodstanding.database.opening import opened
from goodstanding.facts.store import tables_there
from goodstanding.market import Market

Rows = list[tuple[Any, ...]]

# When a command ran differs from run to run; what it wrote does not.
CLOCKS = {"loaded_at", "published_at", "kept_at", "said_at", "written_at"}
# Who looked is kept beside a file.
_NOT_COMPARED = {"access_log"}
# Which files tables of Parquet are made of differs from run to run as well.
_FILES_OF_ITS_OWN = {"parquet_files", "parquet_tables"}


def tables_of(market: Market) -> dict[str, Rows]:
    """Return the rows of each table that has any, in an order of their own."""
    found = _rows(market._database, set())
    return {name: rows for name, rows in found.items() if rows and name not in _NOT_COMPARED}


def contents(where: str | Path) -> dict[str, Rows]:
    """Return every row of every table of a market, without the instants at which it was written."""
    there = place(where)
    # Whoever reads a file alone leaves what a killed process had not merged as it is.
    database = opened(there, read_only=not isinstance(there, Path))
    try:
        return contents_of(database)
    finally:
        database.close()


def contents_of(database: Database) -> dict[str, Rows]:
    """Return what `contents` does, of a database that is open."""
    found = _rows(database, CLOCKS)
    return {name: rows for name, rows in found.items() if name not in _FILES_OF_ITS_OWN}


def _rows(database: Database, without: Collection[str]) -> dict[str, Rows]:
    found = {}
    for table in tables_there(database):
        rows = database.arrow(f'select * from "{table}"')
        rows = rows.select([name for name in rows.column_names if name not in without])
        found[table] = sorted((tuple(row.values()) for row in rows.to_pylist()), key=repr)
    return found
