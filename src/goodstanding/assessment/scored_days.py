"""Days as another rulebook scores them, kept where a rulebook reads them.

They are scored from the facts each time, not read from what was published: so they are the same
whether or not anything was published, and a correction reaches every day that it concerns. With
what was known when a day was published they are what was published. Days that one version scores
are scored together, as many at once as memory holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from goodstanding import days
from goodstanding.assessment import offering
from goodstanding.assessment.questions import (
    Question,
    Rules,
    bound_values,
    compiled_once,
    steps_over_kept_rows,
)
from goodstanding.assessment.subject_sql import numerator
from goodstanding.database.by_day import DAY, DAYS, by_day, least_of, most_of, value_column
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import parse, statement
from goodstanding.errors import RulebookUnknown
from goodstanding.facts.store import market_clock
from goodstanding.rows import kept
from goodstanding.rows.standings import SCORED_DAYS, SCORED_IDS, day_number
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook

if TYPE_CHECKING:
    from goodstanding.database.clock import MarketClock
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

_COLUMNS = pa.schema(
    [
        ("standing_id", pa.int64()),
        ("subject_id", pa.int64()),
        ("scored_on", pa.date32()),
        ("score", pa.int64()),
    ]
)
# Orders times days that are told apart at once: it takes up to five gigabytes of memory.
_ORDER_DAYS = 12_000_000
_NUMBER = "day__number"


def of_everybody(database: Database, settings: Settings, question: Question) -> pa.Table:
    """Return the days that a rulebook reads, as the rulebook that it names scores everybody.

    One row for each subject and day on which it has a score, with the columns of rows of
    standings. Each day is scored by the version in force on it, with what was known at the
    instant asked about. A listing has the scores of who offers it as of the day asked about.
    """
    first = _looks_back_to(question.rulebook, question.as_of)
    scored = [_COLUMNS.empty_table()]
    asked = days_to_score(question.rulebook, first, question.as_of)
    for rules, alike in groupby(asked, key=lambda each: Rules.of(each[1])):
        of_version = replace(question, rulebook=rules.rulebook, subject_id=None)
        parts = _parted(database, of_version, [day for day, _ in alike])
        scored += [_scored(database, settings, of_version, together) for together in parts]
    found = pa.concat_tables(scored)
    if question.rulebook.subject == "listing":
        return offering.of_listings(database, settings, question, found)
    return found


def _looks_back_to(rulebook: Rulebook, as_of: date) -> date:
    """Return the first day of another rulebook's scores that counts."""
    windows = [m.window for m in rulebook.measures.values() if rulebook.rows[m.rows].reads]
    lengths = [each.length for each in windows if each.length is not None]
    if len(lengths) < len(windows):
        return days.FIRST_DAY
    return min((length.ending_on(as_of).first for length in lengths), default=as_of)


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


def keep(database: Database, rows: pa.Table) -> None:
    """Keep rows of standings where the steps read them, in place of those kept before."""
    _keep(database, SCORED_DAYS, rows)
    database.execute(f"drop table if exists {SCORED_IDS}")
    database.execute(
        f"""
        create temp table {SCORED_IDS} as
        select distinct standing_id as standing_no, strftime(scored_on, '%Y-%m-%d') as standing_id
        from {SCORED_DAYS}
        """  # noqa: S608 -- our own names
    )


def _keep(database: Database, name: str, table: pa.Table) -> None:
    database.register("kept__table", table)
    database.execute(f"drop table if exists {name}")
    database.execute(f"create temp table {name} as select * from kept__table")  # noqa: S608 -- ours
    database.unregister("kept__table")


def _parted(
    database: Database, question: Question, asked: Sequence[date]
) -> Iterator[Sequence[date]]:
    """Yield the days in parts, each of so many as can be told apart at once."""
    looks_back_to = compiled_once(question.rulebook).looks_back_to
    orders_n = kept.reaching_n(database, looks_back_to(asked[0]), asked[-1])
    at_once = max(1, _ORDER_DAYS // max(orders_n, 1))
    for start in range(0, len(asked), at_once):
        yield asked[start : start + at_once]


def _scored(
    database: Database, settings: Settings, question: Question, asked: Sequence[date]
) -> pa.Table:
    """Return the scores of some days, all by the version that the question names."""
    compiled = compiled_once(question.rulebook)
    values = [bound_values(compiled, settings, replace(question, as_of=day), None) for day in asked]
    names = _differing(question.rulebook)
    of_days: dict[str, list[Any]] = {name: [each[name] for each in values] for name in names}
    columns = {value_column(name): pa.array(told) for name, told in of_days.items()}
    for name, numbers in {DAY: range(len(asked)), _NUMBER: map(day_number, asked)}.items():
        columns[name] = pa.array(numbers, pa.int64())
    _keep(database, DAYS, pa.table(columns))
    bound = {
        **values[0],
        **{least_of(name): min(told) for name, told in of_days.items()},
        **{most_of(name): max(told) for name, told in of_days.items()},
    }
    sql = _written(Rules.of(question.rulebook), market_clock(database, settings))
    with database.judging():
        return database.arrow(sql, named_values(sql, bound)).cast(_COLUMNS)


def _differing(rulebook: Rulebook) -> list[str]:
    """Name the bound values that differ from day to day."""
    of_rules = compiled_once(rulebook).bound_values(days.FIRST_DAY)
    return sorted({*of_rules, "looks_back_to", "as_of_end"})


@lru_cache(maxsize=16)
def _written(rules: Rules, clock: MarketClock) -> str:
    """Return the statement that scores the days in the table of days; writing it takes a second."""
    steps = steps_over_kept_rows(compiled_once(rules.rulebook), clock, is_one=False, has_stale=True)
    as_of, score = value_column("as_of"), numerator("score").name
    final = parse(
        f"""
        select
          {_NUMBER} as standing_id,
          results.subject_no as subject_id,
          {as_of} as scored_on,
          {score} as score
        from results
        join {DAYS} on {DAYS}.{DAY} = results.{DAY}
        where {score} is not null
        """  # noqa: S608 -- our own names
    )
    return statement(by_day(steps, _differing(rules.rulebook)), final, "duckdb")
