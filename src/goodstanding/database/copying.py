"""A whole market copied from one database into an empty one in PostgreSQL."""
# ruff: noqa: S608 -- names are those of the database; values are not written

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.database.postgres import PostgreSQL

_TABLES = """
    select table_name from information_schema.tables
    where table_schema = current_schema() order by table_name
"""
_SETTINGS = "market"  # what the target was made with, which is the source's too


def copy_market(source: Database, target: PostgreSQL) -> None:
    """Copy every row of every table but the settings, all of them or none, by COPY.

    The target is a market that was just made, with the same settings. Of a row every value is the
    same afterwards, so every answer is. A text that PostgreSQL cannot keep raises `MarketError`.
    """
    names = [name for (name,) in source.rows(_TABLES) if name != _SETTINGS]
    with target.transaction():
        for name in names:
            target.fill(name, source.arrow(f"select * from {name}"))
    for name in names:
        target.execute_own(f'analyze "{name}"')
