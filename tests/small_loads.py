"""Markets in memory, loaded from rows written as Python, and what they hold afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from goodstanding.database.duckdb import DuckDB
from goodstanding.facts import loading, reading
from goodstanding.facts.arriving import Recorded
from goodstanding.facts.store import Settings, create_tables
from goodstanding.facts.summary import LoadSummary, TableCount

NOW = datetime.fromisoformat("2026-01-01T12:00:00")


@contextmanager
def market(zone: str = "UTC") -> Iterator[DuckDB]:
    """Make an empty market in memory."""
    database = DuckDB.open(None)
    create_tables(database, Settings(time_zone=zone, currency="USD"))
    try:
        yield database
    finally:
        database.close()


def load(
    database: DuckDB,
    source: str | Path | Mapping[str, Any],
    *,
    recorded: Recorded = "source",
    now: datetime = NOW,
    check: bool = False,
    strict: bool = False,
    mapping: Path | None = None,
) -> LoadSummary:
    """Load a path, or data frames by table."""
    zone = database.rows("select time_zone from market")[0][0]
    return loading.load(
        database,
        Settings(time_zone=zone, currency="USD"),
        reading.sources_of(source, database=database, mapping=mapping),
        recorded=recorded,
        check=check,
        strict=strict,
        now=now,
    )


def texts(**tables: Sequence[Mapping[str, str]]) -> dict[str, pa.Table]:
    """Return rows of texts as tables, such as a CSV file would give."""
    return {
        name: pa.table(
            {
                column: pa.array([row.get(column) for row in rows], pa.string())
                for column in dict.fromkeys(column for row in rows for column in row)
            }
        )
        for name, rows in tables.items()
    }


def count_of(summary: LoadSummary, table: str) -> tuple[int, int, int, int]:
    """Return how many rows of a table were read, kept, unchanged and quarantined."""
    found: TableCount = next(count for count in summary.tables if count.table == table)
    return found.read, found.kept, found.unchanged, found.quarantined


def contents(database: DuckDB) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    names = [
        str(row[0])
        for row in database.rows("select table_name from duckdb_tables() where not temporary")
    ]
    return {
        name: sorted(database.rows(f"select * from {name}"), key=repr) for name in sorted(names)
    }


def row_counts(database: DuckDB) -> dict[str, int]:
    """Return how many rows each table has."""
    return {name: len(rows) for name, rows in contents(database).items()}
