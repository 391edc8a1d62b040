"""What a load brings for one table: received, checked, numbered, set beside what is there.

Works through temporary tables, each made from the one before:

    incoming    every row received: typed columns, ids as text, problems, place
    keyed       number of a row in the load (`seq`) and its key, for rows without problems
    again       keys that the load brings more than once, or that the market has already, or
                of which the load takes something back
"""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from goodstanding.database.duckdb import DatabaseError
from goodstanding.database.parts import Part, parts
from goodstanding.errors import SourceUnreadable
from goodstanding.facts.checking import RECORDED_AT, checked, checked_type
from goodstanding.facts.numbering import number_ids, numbered
from goodstanding.facts.shapes import shape_of
from goodstanding.facts.source import Source
from goodstanding.facts.sql import key_of, listed, literal, same_key
from goodstanding.facts.summary import Oddity
from goodstanding.facts.tables import Table
from goodstanding.facts.unreadable import reason

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.home import Home

Recorded = Literal["source", "occurred"]
# What numbering the values of a row holds in memory, at most, that cannot be written to the disk:
# of orders, which name the most, 800 were too few.
_BYTES_A_ROW = 1_500


def make_room(database: Database, table: Table) -> None:
    """Make `incoming`, empty."""
    columns = [f"{column.name} {checked_type(column)}" for column in table.columns]
    columns += ["recorded_at timestamp", "place varchar"]
    columns += [
        "problems struct(column_name varchar, reason varchar)[]",
        "row_text varchar",
        "skipped varchar[]",
    ]
    database.execute(f"create temp table incoming ({', '.join(columns)})")


def receive(
    database: Database, table: Table, source: Source, zone: str, *, may_miss: tuple[str, ...]
) -> int:
    """Read a source into `incoming`; return how many rows it has. Raises `SourceUnreadable`."""
    try:
        described = database.rows(f"describe {source.query}")
        types = {str(name): str(kind) for name, kind, *_ in described}
        _refuse_nested(table, source, types)
        sql = checked(table, source.query, types, zone, may_miss=may_miss)
        read = int(database.rows(f"insert into incoming {sql}")[0][0])
        if source.malformed is not None:
            read += int(database.rows(_with_malformed(source.malformed))[0][0])
    except DatabaseError as error:
        raise SourceUnreadable(
            f"{source.name} cannot be read: {reason(error)}",
            hint="Nothing was loaded. Is it whole? Write it anew, or leave it out.",
        ) from None
    return read


def _refuse_nested(table: Table, source: Source, types: Mapping[str, str]) -> None:
    known = {column.name for column in (*table.columns, RECORDED_AT)}
    nested = [name for name in types if name in known and shape_of(types[name]) == "nested"]
    if nested:
        held = " and ".join(f"column '{name}' holds {types[name]}" for name in nested)
        raise SourceUnreadable(
            f"{source.name}: {held}: several values in one.",
            hint="Nothing was loaded. Write one value a row, or leave the column out.",
        )


def _with_malformed(malformed: str) -> str:
    return f"""
        insert into incoming (place, problems, row_text)
        select
          place,
          [{{'column_name': null, 'reason': reason}}],
          row_text
        from ({malformed})
    """


def refused() -> str:
    """Return SQL for the incoming rows with problems, one for each reason."""
    return """
        select
          seq,
          place,
          problem.column_name as column_name,
          problem.reason as reason,
          row_text
        from (
          select
            rowid as seq,
            place,
            row_text,
            unnest(problems) as problem
          from incoming
          where problems is not null
        )
    """


def skipped(database: Database, table: Table) -> list[Oddity]:
    """Count, by column, the incoming local times that no clock in the market's zone showed."""
    counts = database.rows(
        """
        select column_name, count(*)
        from (select unnest(skipped) as column_name from incoming where skipped is not null)
        group by column_name
        order by column_name
        """
    )
    return [
        Oddity(table=table.name, what=f"{name} at a time that the clocks skipped", facts=int(rows))
        for name, rows in counts
    ]


def set_keys(database: Database, home: Home, table: Table) -> None:
    """Give the incoming ids numbers, and make `keyed` and `again`.

    `taken_now` lists what the same load takes back as of now.
    """
    right = "(select * from incoming where problems is null)"
    number_ids(database, home, right, table.columns)
    found, joins = numbered(table.keys, "incoming")
    keys = [f"{found[column.name]} as {column.stored_name}" for column in table.keys]
    # A key of texts alone is read where it lies; numbers are looked up once and kept.
    database.execute(
        f"""
        create temp {"table" if joins else "view"} keyed as
        select
          incoming.rowid as seq,
          {listed(keys, "          ")}
        from incoming
        {joins}
        where problems is null
        """
    )
    home.bring_keys(table, "keyed")
    database.execute(
        f"""
        create temp table again as
        select {key_of(table)}, count(*) as times
        from keyed
        group by {key_of(table)}
        having count(*) > 1
        """
    )
    database.execute(
        f"""
        insert into again
        select distinct {key_of(table)}, 1
        from keyed
        semi join (
          select {key_of(table)} from {table.name}
          union all
          select {key_of(table)} from taken_now
        ) as known on {same_key(table, "keyed", "known")}
        anti join again on {same_key(table, "keyed", "again")}
        """
    )


def in_parts(database: Database) -> Iterator[Part]:
    """Yield the first and the last `seq` of each part of the incoming rows that memory holds."""
    ((first, last),) = database.rows("select min(seq), max(seq) from keyed")
    if first is not None:
        yield from parts(database, first, last, _BYTES_A_ROW)


def facts(
    table: Table,
    recorded: Recorded,
    now: datetime,
    *,
    which: Literal["fresh", "again"],
    part: Part | None = None,
) -> str:
    """Return SQL for the incoming rows as the market stores them, and what they came with.

    Beside the stored columns: `seq`, `recorded_at`, `is_now` (nobody said when it was learned,
    so it was now) and `place`. `which` chooses the keys that are in `again`, or the others;
    `part` the rows from one `seq` to another.
    """
    found, joins = numbered(table.values, "incoming")
    found |= {column.name: f"keyed.{column.stored_name}" for column in table.keys}
    selected = [f"{found[column.name]} as {column.stored_name}" for column in table.columns]
    if recorded == "occurred":
        learned = [f"incoming.{RECORDED_AT.name} as recorded_at", "false as is_now"]
    else:
        said_at = f"timestamp {literal(now.isoformat(sep=' '))}"
        learned = [
            f"coalesce(incoming.{RECORDED_AT.name}, {said_at}) as recorded_at",
            f"incoming.{RECORDED_AT.name} is null as is_now",
        ]
    columns = ["keyed.seq", *selected, *learned, "incoming.place"]
    join = "semi" if which == "again" else "anti"
    chosen = f"{join} join again on {same_key(table, 'keyed', 'again')}"
    within = "" if part is None else f" and rowid between {part[0]} and {part[1]}"
    right = f"(select rowid as seq, * from incoming where problems is null{within})"
    if _has_numbers(table):
        among = "" if part is None else f"where keyed.seq between {part[0]} and {part[1]}"
        rows = f"(select keyed.* from keyed {chosen} {among}) as keyed"
        rows += f" join {right} as incoming on incoming.seq = keyed.seq"
    else:
        # The key lies in the row: `keyed` need not be joined to it.
        right += " as keyed"
        rows = f"(select keyed.* from {right} {chosen}) as incoming"
        columns = [column.replace("keyed.", "incoming.") for column in columns]
    return f"""
        select
          {listed(columns, "          ")}
        from {rows}
        {joins}
    """


def _has_numbers(table: Table) -> bool:
    return any(column.numbered for column in table.keys)


def forget(database: Database, table: Table) -> None:
    """Drop what `receive` and `set_keys` made."""
    database.execute(f"drop {'table' if _has_numbers(table) else 'view'} if exists keyed")
    for name in ("again", "incoming"):
        database.execute(f"drop table if exists {name}")
