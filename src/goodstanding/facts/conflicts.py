"""Rows that say otherwise than an earlier one, of the same value at the same instant."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from typing import TYPE_CHECKING

from goodstanding.facts.numbering import named
from goodstanding.facts.sql import key_of, literal
from goodstanding.facts.tables import Kind, Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database

STORED = -1  # stands in `said` for the number of a row that the market has already


def settle_conflicts(database: Database, table: Table) -> None:
    """Settle rows that contradict one that arrived before and is kept itself.

    In each round those are found that contradict a kept row, and those that nothing undecided
    before them contradicts. The first undecided row of a key is always among these.
    """
    place = f"{key_of(table)}, column_name, said_at"
    database.execute(
        f"""
        create temp table disputed as
        select said.*
        from said
        join (select {place} from said group by {place} having min(value) <> max(value))
          using ({place})
        """
    )
    database.execute("create temp table verdicts (seq bigint, is_kept boolean)")
    database.execute(f"insert into verdicts values ({STORED}, true)")
    kept_values = (
        f"select {place}, max(value) as value, min(seq) as first_seq from disputed "
        f"where seq in (select seq from verdicts where is_kept) group by {place}"
    )
    undecided = "seq not in (select seq from verdicts)"
    contradicts = f"""
        select disputed.seq, disputed.column_name
        from disputed
        join ({kept_values}) as kept
          using ({place})
        where disputed.value <> kept.value
          and disputed.seq > kept.first_seq
    """
    while database.rows(f"select count(*) from disputed where {undecided}")[0][0]:
        database.execute(
            f"insert into verdicts select distinct seq, false from ({contradicts}) "
            f"where {undecided}"
        )
        database.execute(
            f"""
            insert into verdicts
            select seq, true
            from (
              select
                seq,
                coalesce(min(value) over before = value and max(value) over before = value, true)
                  as is_alone
              from disputed
              where seq not in (select seq from verdicts where not is_kept)
              window before as (
                partition by {place} order by seq
                rows between unbounded preceding and 1 preceding
              )
            )
            where {undecided}
            group by seq
            having bool_and(is_alone)
            """
        )
    database.execute(f"insert into differing select distinct seq, column_name from ({contradicts})")
    database.execute("insert into settled select distinct seq, 'conflict' from differing")
    database.execute("drop table verdicts")
    database.execute("drop table disputed")


def refused(table: Table) -> str:
    """Return SQL for the rows in conflict, one for each column that differs."""
    found, joins = named(table.columns, "candidates")
    texts = {name: f"cast({sql} as varchar)" for name, sql in found.items()}
    texts |= {  # as a source writes them
        column.name: f"cast(candidates.{column.name} / 100 as varchar)"
        for column in table.columns
        if column.kind is Kind.STARS
    }
    # Not where it was the load's own instant: the same row has the same text in every load.
    texts["recorded_at"] = (
        "case when not candidates.is_now then cast(candidates.recorded_at as varchar) end"
    )
    row = ", ".join(f"{literal(name)}: {sql}" for name, sql in texts.items())
    only_said = f"json_merge_patch(json('{{}}'), to_json({{{row}}}))"
    return f"""
        select
          candidates.seq,
          candidates.place,
          differing.column_name,
          'differs from a row recorded at the same instant' as reason,
          cast({only_said} as varchar) as row_text
        from candidates
        join differing on differing.seq = candidates.seq
        {joins}
    """
