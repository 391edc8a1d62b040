"""What received rows say, value by value, and what of it is known now."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from goodstanding.days import BEGINNING
from goodstanding.facts.sql import key_of, literal, same_key
from goodstanding.facts.store import retracted
from goodstanding.facts.tables import Column, Table

EXISTENCE = ""  # stands for a column where a row says that its fact is there at all


def said(table: Table, relation: str) -> str:
    """Return SQL for what a relation's rows say, one row for each value that is there.

    The relation has `seq`, `is_now`, `recorded_at` and the table's stored columns. Yields `seq`,
    `is_now`, the key, `column_name`, `said_at` and `value` (a text).
    """
    parts = [
        f"select seq, is_now, {key_of(table)}, {literal(column.name)} as column_name, "
        f"{_said_at(table, column)} as said_at, "
        f"cast({column.stored_name} as varchar) as value "
        f"from {relation} where {column.stored_name} is not null"
        for column in table.values
    ]
    parts.append(
        f"select seq, is_now, {key_of(table)}, {literal(EXISTENCE)}, {_there_at(table)}, '' "
        f"from {relation}"
    )
    return "\nunion all\n".join(parts)


def known_values(table: Table, relation: str) -> str:
    """Return SQL for the values of a relation like `said` that are known at `$now`.

    Yields the key, `column_name` and `value`.
    """
    return f"""
        select {key_of(table, "heard")}, heard.column_name, arg_max(value, said_at) as value
        from ({relation}) as heard
        left join (
          select {key_of(table)}, column_name, max(retracted_at) as retracted_at
          from {retracted(table)}
          where retracted_at <= $now
          group by {key_of(table)}, column_name
        ) as back
          on {same_key(table, "back", "heard")}
          and back.column_name in ('*', heard.column_name)
          and back.retracted_at >= heard.said_at
        where heard.said_at <= $now
          and back.column_name is null
        group by {key_of(table, "heard")}, heard.column_name
    """


def _said_at(table: Table, column: Column) -> str:
    since = None if column.since is None else table.column(column.since).stored_name
    return _recorded(since)


def _there_at(table: Table) -> str:
    """Write when a row was recorded that says only that its fact is there."""
    since = next((c.since for c in table.keys if c.since is not None), None)
    if since is None and any(c.name == "opened_at" for c in table.columns):
        since = "opened_at"
    return _recorded(since)


def _recorded(since: str | None) -> str:
    beginning = f"timestamp {literal(BEGINNING.isoformat(sep=' '))}"
    return f"coalesce(recorded_at, {f'{since}, ' if since else ''}{beginning})"
