"""The facts of a few orders, set apart: what a load touches is derived from them alone.

A step that narrows the facts to some orders still scans every table, once for each time that it
names one. So those facts are copied first, and the very same steps read the copies.
"""
# ruff: noqa: S608 -- names come from the catalogue or are our own

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.database.steps import Step
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.sql import key_of, same_key
from goodstanding.facts.store import retracted, revised
from goodstanding.facts.tables import Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database

ORDERS = "nearby_looked_at"  # one column, order_no


def set_apart(database: Database, names: Iterable[str], orders: str) -> None:
    """Copy the facts of these tables that concern some orders, which SQL `orders` lists.

    Of each fact every received row is copied, whatever order that row itself names.
    """
    database.execute(f"create temp table {ORDERS} as {orders}")
    for name in names:
        _copy(database, BY_NAME[name])


def let_go(database: Database, names: Iterable[str]) -> None:
    """Drop the copies."""
    database.execute(f"drop table {ORDERS}")
    for name in names:
        for table in _tables(BY_NAME[name]):
            database.execute(f"drop table {copied(table)}")


def reading_copies(step: Step, names: Iterable[str]) -> Step:
    """Return a step that reads the copies in the place of these tables."""
    apart = {table for name in names for table in _tables(BY_NAME[name])}
    query = step.query.copy()
    for table in list(query.find_all(exp.Table)):
        if table.name in apart:
            alias = table.alias or table.name
            table.replace(exp.alias_(exp.to_table(copied(table.name)), alias, table=True))
    return replace(step, query=query)


def _copy(database: Database, table: Table) -> None:
    copy, several = copied(table.name), revised(table)
    database.execute(
        f"create temp table {copy} as from {table.name} semi join {ORDERS} using (order_no)"
    )
    database.execute(
        f"""create temp table {copied(several)} as
        select distinct {key_of(table)} from {several}
        semi join {copy} as near on {same_key(table, "near", several)}"""
    )
    if database.rows(f"select 1 from {copied(several)} limit 1"):
        database.execute(
            f"""
            insert into {copy}
            from {table.name}
            semi join {copied(several)} as near on {same_key(table, "near", table.name)}
            anti join {ORDERS} using (order_no)
            """
        )
    back = retracted(table)
    database.execute(
        f"""create temp table {copied(back)} as
        from {back} semi join {copy} as near on {same_key(table, "near", back)}"""
    )


def _tables(table: Table) -> tuple[str, str, str]:
    return table.name, revised(table), retracted(table)


def copied(name: str) -> str:
    """Name the copy of a table."""
    return f"nearby_{name}"
