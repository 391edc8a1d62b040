"""What a source takes back: rows of `retractions`, set beside the facts they concern.

A retraction names its fact by the text of the key. Once read, it stands under the fact's
stored key, table by table. Works through temporary tables:

    taking          retractions received, with the row's number (`seq`)
    taking_wrong    what is wrong with them: `seq`, column, reason
    taken_<table>   those that are right: `seq`, key, column, instant, by whom, whether only now
    taken_now       of the table at hand, what is taken back as of now
"""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding.facts import arriving
from goodstanding.facts.arriving import Recorded
from goodstanding.facts.catalogue import RETRACTIONS, TABLES
from goodstanding.facts.checking import checked
from goodstanding.facts.numbering import number_ids, numbered
from goodstanding.facts.said import known_values, said
from goodstanding.facts.sql import key_of, listed, literal, same_key
from goodstanding.facts.store import retracted, revised, stored_column
from goodstanding.facts.tables import Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.home import Home

CONCERNED = tuple(table for table in TABLES if table is not RETRACTIONS)


def set_apart(
    database: Database, home: Home, zone: str, recorded: Recorded, now: datetime
) -> tuple[Table, ...]:
    """Make `taken_<table>` of the incoming retractions, and note what is wrong with the rest.

    Returns the tables concerned; only they have one. A retraction that names no instant takes
    back what was recorded until it was recorded itself.
    """
    recorded_at = "recorded_at" if recorded == "occurred" else "coalesce(recorded_at, $now)"
    database.execute(
        f"""
        create temp table taking as
        select
          rowid as seq,
          table_name,
          key,
          column_name,
          coalesce(retracted_at, recorded_at, $now) as retracted_at,
          retracted_at is null and recorded_at is null as is_now,
          retracted_by,
          {recorded_at} as recorded_at,
          place
        from incoming
        where problems is null
        """,
        {"now": now},
    )
    database.execute(
        "create temp table taking_wrong (seq bigint, column_name varchar, reason varchar)"
    )
    _note_wrong_names(database)
    named = {
        name
        for (name,) in database.rows(
            "select distinct table_name from taking where seq not in (select seq from taking_wrong)"
        )
    }
    concerned = tuple(table for table in CONCERNED if table.name in named)
    for table in concerned:
        keys = ", ".join(stored_column(column) for column in table.keys)
        database.execute(
            f"create temp table taken_{table.name} "
            f"(seq bigint, {keys}, column_name varchar, retracted_at timestamp, "
            "retracted_by varchar, is_now boolean)"
        )
        _set_under_keys(database, home, table, zone)
        home.bring_keys(table, f"taken_{table.name}")
    return concerned


def refused() -> str:
    """Return SQL for the retractions that cannot be, one row for each reason."""
    return f"""
        {arriving.refused()}
        union all
        select
          taking.seq,
          taking.place,
          taking_wrong.column_name,
          taking_wrong.reason,
          cast(to_json({{
            'table_name': table_name,
            'key': key,
            'column_name': taking.column_name,
            'retracted_at': case when not is_now then cast(retracted_at as varchar) end,
            'retracted_by': retracted_by
          }}) as varchar)
        from taking
        join taking_wrong using (seq)
    """


def take_now(database: Database, table: Table, *, is_concerned: bool) -> None:
    """Make `taken_now` for a table; empty where the load takes nothing of it back as of now."""
    keys = ", ".join(stored_column(column) for column in table.keys)
    database.execute(f"create temp table taken_now ({keys}, column_name varchar)")
    if is_concerned:
        database.execute(
            f"insert into taken_now select distinct {key_of(table)}, column_name "
            f"from taken_{table.name} where is_now"
        )


def keep(database: Database, table: Table, load_no: int, now: datetime, *, is_now: bool) -> int:
    """Keep what is taken back of a table's facts; return how many rows.

    `is_now` chooses the rows learned only now, which take back what is known once the load's
    facts are there; the others, which name their instant, come before the facts, so that no
    row is thought known that the same load takes back. A row is not kept where the same was
    taken back at the same instant, or where it is learned now and takes back nothing.
    """
    taken = f"taken_{table.name}"
    of_these = {"is_now": is_now}
    if not database.rows(f"select 1 from {taken} where is_now = $is_now limit 1", of_these):
        return 0
    database.execute(
        f"""
        create temp table taken_kept as
        select
          {key_of(table)},
          column_name,
          retracted_at,
          min(seq) as seq,
          arg_min(retracted_by, seq) as retracted_by
        from {taken} as taken
        anti join {retracted(table)} as known
          on {same_key(table, "known", "taken")}
          and known.column_name = taken.column_name
          and known.retracted_at = taken.retracted_at
        where is_now = $is_now
          and seq not in ({_takes_nothing(table, taken)})
        group by {key_of(table)}, column_name, retracted_at
        """,
        {"now": now, **of_these},
    )
    database.execute(
        f"""
        insert into {retracted(table)}
        select {key_of(table)}, column_name, retracted_at, retracted_by, {load_no}
        from taken_kept
        """
    )
    database.execute(
        f"""
        insert into {revised(table)}
        select distinct {key_of(table)}
        from taken_kept
        anti join {revised(table)} as known on {same_key(table, "known", "taken_kept")}
        """
    )
    database.execute(
        f"""
        insert into {RETRACTIONS.name}
        select
          taking.table_name,
          taking.key,
          taking.column_name,
          taking.retracted_at,
          taking.retracted_by,
          taking.recorded_at,
          $load_no
        from taking
        join taken_kept using (seq)
        """,
        {"load_no": load_no},
    )
    count = int(database.rows("select count(*) from taken_kept")[0][0])
    database.execute("drop table taken_kept")
    return count


def forget(database: Database, concerned: Sequence[Table]) -> None:
    """Drop what `set_apart` made."""
    for table in concerned:
        database.execute(f"drop table if exists taken_{table.name}")
    for name in ("taking_wrong", "taking"):
        database.execute(f"drop table if exists {name}")


def _note_wrong_names(database: Database) -> None:
    tables = ", ".join(literal(table.name) for table in CONCERNED)
    columns = ", ".join(
        literal(f"{table.name}.{column.name}") for table in CONCERNED for column in table.values
    )
    database.execute(
        f"""
        insert into taking_wrong
        select seq, 'table_name', 'not a table of facts'
        from taking
        where table_name not in ({tables})
        union all
        select seq, 'column_name', 'not a column of that table beyond its key, nor *'
        from taking
        where table_name in ({tables})
          and column_name <> '*'
          and table_name || '.' || column_name not in ({columns})
        """
    )


def _set_under_keys(database: Database, home: Home, table: Table, zone: str) -> None:
    """Read the keys' texts as a table's key columns are read, and keep those that are keys."""
    only_keys = Table(table.name, table.meaning, table.key, table.keys)
    parts = [f"{part} as {name}" for name, part in zip(table.key, _parts(table), strict=True)]
    query = f"""
        select {", ".join(parts)}, cast(seq as varchar) as place
        from taking
        where table_name = {literal(table.name)}
          and seq not in (select seq from taking_wrong)
    """
    types = dict.fromkeys(table.key, "VARCHAR")
    database.execute(f"create temp table parted as {checked(only_keys, query, types, zone)}")
    reason = f"not a key of {table.name} ({'|'.join(table.key)})"
    database.execute(
        f"insert into taking_wrong select cast(place as bigint), 'key', {literal(reason)} "
        "from parted where problems is not null"
    )
    number_ids(database, home, "(select * from parted where problems is null)", table.keys)
    found, joins = numbered(table.keys, "parted")
    database.execute(
        f"""
        insert into taken_{table.name}
        select
          taking.seq,
          {listed((found[name] for name in table.key), "          ")},
          taking.column_name,
          taking.retracted_at,
          taking.retracted_by,
          taking.is_now
        from parted
        join taking on taking.seq = cast(parted.place as bigint)
        {joins}
        where parted.problems is null
        """
    )
    database.execute("drop table parted")


def _parts(table: Table) -> list[str]:
    """Return SQL for the parts of a key's text; the first takes whatever | it holds itself."""
    count = len(table.key)
    pieces = "string_split(key, '|')"
    first = f"array_to_string(list_slice({pieces}, 1, -{count}), '|')"
    return [first, *(f"{pieces}[{place - count}]" for place in range(1, count))]


def _takes_nothing(table: Table, taken: str) -> str:
    """Return SQL for the rows learned now that would take back nothing that is known."""
    concerned = (
        f"(select 0 as seq, false as is_now, kept.* from {table.name} as kept "
        f"semi join {taken} as taken on {same_key(table, 'taken', 'kept')})"
    )
    return f"""
        select taken.seq
        from {taken} as taken
        left join ({known_values(table, said(table, concerned))}) as known
          on {same_key(table, "known", "taken")}
          and taken.column_name in ('*', known.column_name)
        where taken.is_now
        group by taken.seq
        having count(known.column_name) = 0
    """
