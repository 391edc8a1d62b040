"""Days as another rulebook scores them, kept where a rulebook reads them.

They are scored from the facts each time, not read from what was published: so they are the same
whether or not anything was published, and a correction reaches every day that it concerns. With
what was known when a day was published they are what was published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from goodstanding import days
from goodstanding.assessment.subject_sql import numerator
from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import RulebookUnknown
from goodstanding.rows.standings import SCORED_DAYS, SCORED_IDS, day_number
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook

_COLUMNS = pa.schema(
    [
        ("standing_id", pa.int64()),
        ("subject_id", pa.int64()),
        ("scored_on", pa.date32()),
        ("score", pa.int64()),
    ]
)


def days_to_score(rulebook: Rulebook, first: date, last: date) -> Iterator[tuple[date, Rulebook]]:
    """Yield each day from `first` to `last` with the version in force on it that scores it.

    `rulebook` is the one that reads them. A day on which no version is in force is left out.
    """
    if rulebook.reads is None:
        raise ValueError(f"{rulebook.id} reads no other rulebook")
    for at in range((last - first).days + 1):
        day = first + at * days.ONE_DAY
        with suppress(RulebookUnknown):
            yield day, bundled.load(rulebook.reads, as_of=day)


def scored(results: pa.Table, day: date) -> pa.Table:
    """Return the scores of a day (the step `results`) as rows of standings.

    Whoever has no score that day has no row.
    """
    results = results.filter(pc.is_valid(results[numerator("score").name]))
    count = results.num_rows
    return pa.table(
        [
            pa.repeat(pa.scalar(day_number(day), pa.int64()), count),
            results["subject_no"].cast(pa.int64()),
            pa.repeat(pa.scalar(day, pa.date32()), count),
            results[numerator("score").name].cast(pa.int64()),
        ],
        schema=_COLUMNS,
    )


def together(scored_days: Sequence[pa.Table]) -> pa.Table:
    """Return the rows of several days as one table."""
    return pa.concat_tables([_COLUMNS.empty_table(), *scored_days])


def keep(database: DuckDB, rows: pa.Table) -> None:
    """Keep rows of standings where the steps read them, in place of those kept before."""
    database.register("scored__days", rows)
    database.execute(f"create or replace temp table {SCORED_DAYS} as from scored__days")
    database.unregister("scored__days")
    database.execute(
        f"""
        create or replace temp table {SCORED_IDS} as
        select distinct standing_id as standing_no, strftime(scored_on, '%Y-%m-%d') as standing_id
        from {SCORED_DAYS}
        """  # noqa: S608 -- our own names
    )
