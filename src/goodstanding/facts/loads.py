"""The book of loads: when, from where, how many rows, and until when their facts were known."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding.days import BEGINNING
from goodstanding.facts.arriving import Recorded
from goodstanding.facts.catalogue import RETRACTIONS, TABLES
from goodstanding.facts.sql import literal
from goodstanding.facts.summary import TableCount
from goodstanding.facts.tables import Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database


def write_down(
    database: Database,
    *,
    load_no: int,
    now: datetime,
    source: str,
    recorded: Recorded,
    counts: Sequence[TableCount],
) -> bool:
    """Note a load and what it counted; tell whether there was anything to note.

    Where nothing was kept and nothing new went to quarantine, nothing is: the market is then
    as it was.
    """
    values = {"load_no": load_no}
    kept = any(count.kept for count in counts)
    held = database.rows("select count(*) from quarantine where load_no = $load_no", values)
    if not kept and not held[0][0]:
        return False
    newest = [
        database.rows(
            f"select {_known_at(table)} from {table.name} where load_no = $load_no", values
        )
        for table in TABLES
        if any(count.table == table.name and count.kept for count in counts)
    ]
    known = max((rows[0][0] for rows in newest), default=None)
    database.execute(
        "insert into loads values ($load_no, $now, $source, $recorded, $known)",
        values | {"now": now, "source": source, "recorded": recorded, "known": known},
    )
    for count in counts:
        database.execute(
            "insert into load_counts "
            "values ($load_no, $table, $read, $kept, $unchanged, $quarantined)",
            values | asdict(count),
        )
    return True


def _known_at(table: Table) -> str:
    """Write the newest instant at which any value of a table's rows was recorded."""
    beginning = f"timestamp {literal(BEGINNING.isoformat(sep=' '))}"
    if table is RETRACTIONS:  # from then on its facts are known otherwise
        return "max(retracted_at)"
    since = list(dict.fromkeys(column.since for column in table.columns if column.since))
    if not since:
        return f"max(coalesce(recorded_at, {beginning}))"
    return f"max(coalesce(recorded_at, greatest({', '.join(since)}), {beginning}))"
