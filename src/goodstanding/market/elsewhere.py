"""A market in memory that checks what arrives for one that is kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from goodstanding.database.duckdb import DuckDB
from goodstanding.facts import store
from goodstanding.facts.home import Elsewhere
from goodstanding.rows import keeping

if TYPE_CHECKING:
    from goodstanding.database.database import Keeper
    from goodstanding.facts.store import Settings


@contextmanager
def elsewhere(market: Keeper, settings: Settings) -> Iterator[tuple[DuckDB, Elsewhere]]:
    """Give an empty market in memory for one load, and what brings and sends what it needs."""
    checking = DuckDB.open(None)
    try:
        store.create_tables(checking, settings, beside=[keeping.kept_table()])
        yield checking, Elsewhere(market, checking)
    finally:
        checking.close()
