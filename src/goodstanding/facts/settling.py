"""Rows of facts that the market has already, or that a load brings twice: what becomes of each.

A row is *unchanged* where everything it says was said before, by the same instant or, where
it was learned only now, by now. It is a *conflict* where another row says otherwise of the
same instant: the one that arrived first stays. Every other row is kept.

Most such rows are plain repeats, and are found by one join. Only for keys of which rows of
one instant meet, or whose knowledge has to be put together, is each value looked at by
itself:

    candidates  incoming rows whose key is in `again`
    settled     number of a row (`seq`) and its verdict: unchanged or conflict
    said        one row for each value: who says it, of which key and column, as of when
"""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding.facts.conflicts import STORED, settle_conflicts
from goodstanding.facts.said import known_values, said
from goodstanding.facts.sql import key_of, listed, same_key
from goodstanding.facts.store import revised
from goodstanding.facts.tables import Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database


def settle(database: Database, table: Table, facts: str, now: datetime) -> None:
    """Make `candidates` of the facts (SQL, as `arriving.facts` gives it), and `settled`."""
    database.execute(f"create temp table candidates as {facts}")
    database.execute("create temp table settled (seq bigint, verdict varchar)")
    database.execute("create temp table differing (seq bigint, column_name varchar)")
    instant = {"now": now}
    _settle_repeats(database, table)
    is_any_now = bool(database.rows("select 1 from candidates where is_now limit 1"))
    if is_any_now:
        _settle_known(database, table, instant)
    database.execute(
        f"""
        create temp table open_keys as
        select distinct {key_of(table)} from ({_meeting(table)})
        union
        select distinct {key_of(table)} from ({_to_put_together(table)})
        """,
        instant,
    )
    if database.rows("select count(*) from open_keys")[0][0]:
        database.execute(f"create temp table said as {_all_said(table)}")
        settle_conflicts(database, table)
        _settle_said_before(database, table)
        if is_any_now:
            _settle_known_values(database, table, instant)
        database.execute("drop table said")
    database.execute("drop table open_keys")


def kept() -> str:
    """Return SQL for the candidates that are kept."""
    return "select * from candidates where seq not in (select seq from settled)"


def note_revised(database: Database, table: Table) -> None:
    """List the facts that have more than one row now."""
    database.execute(
        f"""
        insert into {revised(table)}
        select {key_of(table)}
        from {table.name} as kept
        semi join candidates on {same_key(table, "candidates", "kept")}
        anti join {revised(table)} as known on {same_key(table, "known", "kept")}
        group by {key_of(table)}
        having count(*) > 1
        """
    )


def forget(database: Database) -> None:
    """Drop what `settle` made."""
    for name in ("candidates", "settled", "differing"):
        database.execute(f"drop table if exists {name}")


def _settle_repeats(database: Database, table: Table) -> None:
    """Settle rows that one stored row of the same instant says already."""
    # Without an instant of the row's own, each value has that of another column: all must agree.
    is_same = [
        f"candidates.{c.stored_name} is not distinct from kept.{c.stored_name}"
        for c in table.values
    ]
    for instant, alike in (
        ("candidates.recorded_at = kept.recorded_at", _says(table, "kept")),
        ("candidates.recorded_at is null and kept.recorded_at is null", is_same),
    ):
        database.execute(
            f"""
            insert into settled
            select distinct candidates.seq, 'unchanged'
            from candidates
            join {table.name} as kept on {same_key(table, "kept", "candidates")}
            where {instant}
              {" ".join(f"and {each}" for each in alike)}
            """
        )


def _settle_known(database: Database, table: Table, instant: dict[str, datetime]) -> None:
    """Settle rows learned now that say what the only row of their fact says already."""
    says_it = _says(table, "plain")
    database.execute(
        f"""
        insert into settled
        select candidates.seq, 'unchanged'
        from candidates
        join ({_plain(table)}) as plain on {same_key(table, "plain", "candidates")}
        where candidates.is_now
          and candidates.seq not in (select seq from settled)
          {" ".join(f"and {each}" for each in says_it)}
        """,
        instant,
    )


def _says(table: Table, relation: str) -> list[str]:
    """Return the conditions under which a relation's row says all that a candidate says."""
    names = [column.stored_name for column in table.values]
    return [
        f"(candidates.{name} is null or candidates.{name} = {relation}.{name})" for name in names
    ]


def _plain(table: Table) -> str:
    """Return SQL for stored rows that are all that is known now of a fact brought once."""
    return f"""
        select kept.*
        from {table.name} as kept
        semi join (select * from again where times = 1) as once
          on {same_key(table, "once", "kept")}
        anti join {revised(table)} as several on {same_key(table, "several", "kept")}
        where kept.recorded_at <= $now
    """


def _rest() -> str:
    return "select * from candidates where seq not in (select seq from settled)"


def _meeting(table: Table) -> str:
    """Return SQL for keys of which two rows may be of one instant."""
    return f"""
        select {key_of(table)}
        from (
          select {key_of(table)}, recorded_at from ({_rest()})
          union all
          select {key_of(table)}, recorded_at
          from {table.name} as kept
          semi join ({_rest()}) as rest on {same_key(table, "rest", "kept")}
        )
        group by {key_of(table)}, recorded_at
        having count(*) > 1 or recorded_at is null
    """


def _to_put_together(table: Table) -> str:
    """Return SQL for keys learned now of which what is known has to be put together."""
    return f"""
        select {key_of(table, "rest")}
        from ({_rest()}) as rest
        anti join ({_plain(table)}) as plain on {same_key(table, "plain", "rest")}
        where rest.is_now
    """


def _all_said(table: Table) -> str:
    columns = listed((column.stored_name for column in table.columns), "            ")
    return f"""
        with rows_met as materialized (
          select
            {STORED} as seq,
            false as is_now,
            recorded_at,
            {columns}
          from {table.name} as kept
          semi join open_keys on {same_key(table, "open_keys", "kept")}
          union all
          select
            seq,
            is_now,
            recorded_at,
            {columns}
          from ({_rest()}) as rest
          semi join open_keys on {same_key(table, "open_keys", "rest")}
        )
        {said(table, "rows_met")}
    """


def _settle_said_before(database: Database, table: Table) -> None:
    """Settle rows of which every value was said before, as of the same instant."""
    database.execute(
        f"""
        insert into settled
        select seq, 'unchanged'
        from (
          select
            seq,
            min(seq) over (partition by {key_of(table)}, column_name, said_at) < seq
              as is_said_before
          from said
          where seq not in (select seq from settled)
        )
        where seq <> {STORED}
        group by seq
        having bool_and(is_said_before)
        """
    )


def _settle_known_values(database: Database, table: Table, instant: dict[str, datetime]) -> None:
    """Settle rows learned now of which every value is known, or taken back by the same load."""
    heard = "select * from said where not is_now and seq not in (select seq from settled)"
    database.execute(
        f"""
        insert into settled
        select said.seq, 'unchanged'
        from said
        left join ({known_values(table, heard)}) as known
          on {same_key(table, "known", "said")}
          and known.column_name = said.column_name
          and known.value = said.value
        left join taken_now
          on {same_key(table, "taken_now", "said")}
          and taken_now.column_name in ('*', said.column_name)
        where said.is_now
          and said.seq not in (select seq from settled)
        group by said.seq
        having bool_and(known.value is not null or taken_now.column_name is not null)
        """,
        instant,
    )
