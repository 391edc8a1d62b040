"""Rows that could not be facts, as they were received, with place and reason.

What was decided about a buyer is told to nobody without a reason, whether its row was kept or not.
"""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import ArgumentInvalid, near
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.summary import Refusal
from goodstanding.facts.tables import Table

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.database.database import Database

# Tables whose rows tell what was found of a buyer, or why none of a buyer's orders count. A
# retraction names a row of them by its key, and a violation that charges a buyer was found too.
OfBuyers = Literal["findings", "exclusions"]
_CHARGED = frozenset(BY_NAME["violations"].column("subject_kind").codes)


def put(database: Database, load_no: int, table: Table, rows: str) -> tuple[list[Refusal], int]:
    """Put rows into quarantine; return why, and how many rows there were.

    `rows` is SQL that yields `seq` (the row's number in the load), `place`, `column_name`,
    `reason` and `row_text`, one for each reason. What lies in quarantine already, from the
    same place, with the same text and for the same reason, is counted and not put twice.
    """
    refusals = [
        Refusal(table=table.name, column=column, reason=reason, rows=count, first_place=place)
        for column, reason, count, place in database.rows(
            f"""
            select column_name, reason, count(*), arg_min(place, seq)
            from ({rows})
            group by column_name, reason
            order by column_name nulls first, reason
            """
        )
    ]
    if not refusals:
        return [], 0
    # One number for each row of a load, whichever reasons it has.
    database.execute(
        f"""
        insert into quarantine
        select
          $load_no,
          (select coalesce(max(quarantine_no), 0) from quarantine where load_no = $load_no)
            + dense_rank() over (order by seq),
          $table_name,
          place,
          column_name,
          reason,
          row_text
        from ({rows}) as refused
        anti join (select * from quarantine where table_name = $table_name) as known
          on known.place is not distinct from refused.place
          and known.column_name is not distinct from refused.column_name
          and known.reason = refused.reason
          and known.row_text is not distinct from refused.row_text
        """,
        {"load_no": load_no, "table_name": table.name},
    )
    return refusals, int(database.rows(f"select count(distinct seq) from ({rows})")[0][0])


def list_quarantine(database: Database) -> pa.Table:
    """Return how many rows are in quarantine, by load, table, column and reason.

    Columns: load_no, loaded_at, source, table_name, column_name (NULL where the row as a whole
    is meant), reason, rows, and the first row's place. A row with two reasons counts under both.
    """
    return database.arrow(
        """
        select
          quarantine.load_no,
          loads.loaded_at,
          loads.source,
          quarantine.table_name,
          quarantine.column_name,
          quarantine.reason,
          count(*) as rows,
          arg_min(quarantine.place, quarantine.quarantine_no) as first_place
        from quarantine
        left join loads using (load_no)
        group by
          quarantine.load_no,
          loads.loaded_at,
          loads.source,
          quarantine.table_name,
          quarantine.column_name,
          quarantine.reason
        order by load_no, table_name, column_name nulls first, reason
        """
    )


def _check_load(database: Database, load_no: int) -> None:
    known = [int(number) for (number,) in database.rows("select load_no from loads order by 1")]
    if load_no in known:
        return
    if not known:
        hint = "Nothing was loaded yet."
    elif len(known) == 1:
        hint = f"There is one: {known[0]}."
    else:
        hint = (
            f"There are loads {known[0]} to {known[-1]}; "
            "'goodstanding quarantine list' counts by load."
        )
    raise ArgumentInvalid(f"there is no load {load_no}.", hint=hint)


def show_quarantine(
    database: Database, *, load_no: int | None = None, table: str | None = None, limit: int = 20
) -> pa.Table:
    """Return rows in quarantine, the latest load's first, one for each reason.

    Columns: load_no, quarantine_no, table_name, place, column_name, value (what the column
    held), reason, row_text. Raises `ArgumentInvalid` for an unknown load or table.
    """
    if load_no is not None:
        _check_load(database, load_no)
    if table is not None and table not in BY_NAME:
        raise ArgumentInvalid(
            f"there is no table '{table}'.", hint=near(table, list(BY_NAME)) or None
        )
    if limit < 0:
        raise ArgumentInvalid(f"limit {limit} is below 0.", hint="Say how many rows to show.")
    rows = database.arrow(
        """
        select load_no, quarantine_no, table_name, place, column_name, reason, row_text
        from quarantine
        where ($load_no is null or load_no = $load_no)
          and ($table_name is null or table_name = $table_name)
        order by load_no desc, quarantine_no, column_name nulls first, reason
        limit $limit
        """,
        {"load_no": load_no, "table_name": table, "limit": limit},
    )
    return _with_values(rows)


def of_buyers(rows: pa.Table) -> dict[OfBuyers, set[str] | None]:
    """Return which decisions about buyers are shown by rows in quarantine, and about whom.

    None stands for every buyer: a row may be too broken to say about whom it is.
    """
    parts: dict[OfBuyers, set[str] | None] = {}
    for row in rows.to_pylist():
        for part, buyer in _told(row["table_name"], _said(row["row_text"])):
            before = parts.get(part, set())
            parts[part] = None if buyer is None or before is None else before | {buyer}
    return parts


def _told(table: str, said: dict[str, Any]) -> Iterator[tuple[OfBuyers, str | None]]:
    """Yield of which decisions about buyers a row tells, each with the buyer where it says one.

    A row that does not say what it takes back, or whom it charges, may tell of a buyer.
    """
    for part in get_args(OfBuyers):
        if table == part:
            yield part, _named(said, "buyer_id")
        elif table == "retractions":
            taken_from = _named(said, "table_name")
            if taken_from == part or taken_from not in BY_NAME:
                yield part, None
    if table == "violations":
        charged = _named(said, "subject_kind")
        if charged not in _CHARGED - {"buyer"}:
            yield "findings", _named(said, "subject_id") if charged == "buyer" else None


def _said(row_text: str | None) -> dict[str, Any]:
    """Return what a row says by the names of its columns; nothing where it cannot be read."""
    try:
        said = json.loads(row_text or "")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _named(said: dict[str, Any], column: str) -> str | None:
    """Return the text that a row has in a column of ours; None where it has none."""
    value = said.get(column)
    return value if isinstance(value, str) and value else None


def _with_values(rows: pa.Table) -> pa.Table:
    """Set beside each row what the column held that was refused, where its text says it."""
    beside = DuckDB.open(None)
    try:
        beside.register("refused", rows)
        return beside.arrow(
            """
            select
              load_no,
              quarantine_no,
              table_name,
              place,
              column_name,
              case
                when json_valid(row_text) then json_extract_string(row_text, '$.' || column_name)
              end as value,
              reason,
              row_text
            from refused
            """
        )
    finally:
        beside.close()
