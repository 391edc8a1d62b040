"""The book of loads: when, from where, how many rows, and of which instants their facts tell."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding.days import BEGINNING
from goodstanding.facts.arriving import Recorded
from goodstanding.facts.catalogue import RETRACTIONS, TABLES
from goodstanding.facts.sql import literal
from goodstanding.facts.store import instants_named
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
    told = [
        database.rows(
            f"select {_instants(table)} from {table.name} where load_no = $load_no", values
        )[0]
        for table in TABLES
        if any(count.table == table.name and count.kept for count in counts)
    ]
    known, first, last = zip(*told, strict=True) if told else ((), (), ())
    database.execute(
        "insert into loads values ($load_no, $now, $source, $recorded, $known, $first, $last)",
        values
        | {"now": now, "source": source, "recorded": recorded}
        | {"known": max(known, default=None)}
        | {"first": min(_said(first), default=None), "last": max(_said(last), default=None)},
    )
    for count in counts:
        database.execute(
            "insert into load_counts "
            "values ($load_no, $table, $read, $kept, $unchanged, $quarantined)",
            values | asdict(count),
        )
    return True


def _said(instants: Iterable[datetime | None]) -> list[datetime]:
    return [each for each in instants if each is not None]


def _instants(table: Table) -> str:
    """Write when any value of a table's rows was recorded last, and the ends of what they name."""
    first, last = instants_named(table) or ("cast(null as timestamp)",) * 2
    return f"{_known_at(table)}, {first}, {last}"


def _known_at(table: Table) -> str:
    """Write the newest instant at which any value of a table's rows was recorded."""
    beginning = f"timestamp {literal(BEGINNING.isoformat(sep=' '))}"
    if table is RETRACTIONS:  # from then on its facts are known otherwise
        return "max(retracted_at)"
    since = list(dict.fromkeys(column.since for column in table.columns if column.since))
    if not since:
        return f"max(coalesce(recorded_at, {beginning}))"
    return f"max(coalesce(recorded_at, greatest({', '.join(since)}), {beginning}))"
