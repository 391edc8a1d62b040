"""A market in memory that checks what arrives for one in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from goodstanding.database.duckdb import DuckDB
from goodstanding.facts import store
from goodstanding.facts.home import Elsewhere
from goodstanding.rows import keeping

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings


@contextmanager
def elsewhere(market: Database, settings: Settings) -> Iterator[tuple[DuckDB, Elsewhere]]:
    """Give an empty market in memory for one load, and what brings and sends what it needs."""
    from goodstanding.database.postgres import PostgreSQL  # noqa: PLC0415 -- an extra

    if not isinstance(market, PostgreSQL):
        raise ValueError(f"no load can be kept in {type(market).__name__}")
    checking = DuckDB.open(None)
    try:
        store.create_tables(checking, settings, beside=[keeping.kept_table()])
        yield checking, Elsewhere(market, checking)
    finally:
        checking.close()
