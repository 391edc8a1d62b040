"""Ids that look like one that nobody has."""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

from typing import TYPE_CHECKING

from goodstanding.database.duckdb import DuckDB

if TYPE_CHECKING:
    from goodstanding.database.database import Database

_MOST = 5


def most_alike(
    database: Database, table: str, column: str, asked: str, *, where: str = "true"
) -> list[str]:
    """Return the ids in a column that look most like one that was asked for, at most five.

    They are compared in memory, so that every database finds the same.
    """
    beside = DuckDB.open(None)
    try:
        ids = database.arrow(f"select distinct {column} as id from {table} where {where}")
        beside.register("known", ids)
        rows = beside.rows(
            "select id from known order by jaro_winkler_similarity(id, $id) desc, id limit $most",
            {"id": asked, "most": _MOST},
        )
    finally:
        beside.close()
    return [found for (found,) in rows]
