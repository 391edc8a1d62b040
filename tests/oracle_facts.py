"""Facts as received, and what was known of them at an instant: the oracle's lower half.

Facts are plain rows, as a source would send them: canonical column -> value, with instants
as naive UTC. A column that is None or absent is silent. `recorded_at` stands beside the
columns; None or absent: each value was recorded when it occurred.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from goodstanding.facts.catalogue import BY_NAME, RETRACTIONS, TABLES
from goodstanding.facts.tables import Column, Table

Row = dict[str, Any]
Facts = dict[str, list[Row]]

BEGINNING = datetime.combine(date(1900, 1, 1), time())  # a value without any instant: always known
ONE_DAY = timedelta(days=1)
ONE_MICROSECOND = timedelta(microseconds=1)


def day_of(instant: datetime, zone: str) -> date:
    """Return the day an instant falls on in the market's zone."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def first_instant(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in the market's zone."""
    begins = datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
    return begins.astimezone(UTC).replace(tzinfo=None)


def last_instant(deadline: datetime, zone: str) -> datetime:
    """Return the last instant in time: a deadline that starts a day lasts to that day's end.

    A day is mostly given as its midnight; where the clocks skip that, as its first instant.
    """
    day = day_of(deadline, zone)
    if deadline != first_instant(day, zone):
        return deadline
    return first_instant(day + ONE_DAY, zone) - ONE_MICROSECOND


def key_of(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in table.key)


def key_text(table: Table, row: Row) -> str:
    """Write a fact's key as a retraction names it: its columns joined by |."""
    return "|".join(as_text(value) for value in key_of(table, row))


def as_text(value: Any) -> str:
    """Write a value as files hold it; a silent one is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return f"{value.isoformat()}Z"
        case Fraction():
            hundredths = value * 100
            if hundredths.denominator != 1:
                raise ValueError(f"stars have at most two places, not {value}")
            return f"{hundredths.numerator // 100}.{hundredths.numerator % 100:02d}"
    return str(value)


def instant_named(row: Row, column: Column) -> datetime | None:
    """Return when a value became true, as far as the row that brings it says so."""
    named: datetime | None = row.get(column.since) if column.since else None
    return named


def recorded(row: Row, column: Column) -> datetime:
    """Return the instant at which the market learned of a row's value."""
    own: datetime | None = row.get("recorded_at")
    return own or instant_named(row, column) or BEGINNING


def is_later(row: Row, column: Column, as_of: date, zone: str) -> bool:
    """Say whether a value became true only after the as-of day; a correction never does."""
    named = instant_named(row, column)
    return not column.is_correction and named is not None and day_of(named, zone) > as_of


def taken_back(facts: Facts, table: Table, row: Row, name: str, known_at: datetime) -> datetime:
    """Return the last instant whose records of a column are taken back; else before BEGINNING."""
    instants = [
        retraction["retracted_at"]
        for retraction in facts.get(RETRACTIONS.name, [])
        if retraction["table_name"] == table.name
        and retraction["key"] == key_text(table, row)
        and retraction["column_name"] in {name, "*"}
        and retraction["retracted_at"] <= known_at
    ]
    return max(instants, default=BEGINNING - ONE_MICROSECOND)


def known(
    facts: Facts,
    known_at: datetime,
    *,
    as_of: date | None = None,
    zone: str = "UTC",
    corrected_at: datetime | None = None,
) -> Facts:
    """Merge every fact's rows, column by column, into what was known of it at an instant.

    Corrections count as far as they were known at `corrected_at`, by default the same instant.

    With `as_of`, values that became true after that day are left out before the rest is
    merged: an earlier version of an overwritten value counts for an earlier day. A fact of
    which no value is known is not there.
    """
    corrected_at = corrected_at or known_at
    answer: Facts = {}
    for table in TABLES:
        if table is RETRACTIONS:
            continue
        merged: dict[tuple[Any, ...], Row] = {}
        newest: dict[tuple[Any, ...], datetime] = {}
        for row in facts.get(table.name, []):
            for column in table.values:
                heard = recorded(row, column)
                until = corrected_at if column.is_correction else known_at
                if row.get(column.name) is None or heard > until:
                    continue
                if as_of is not None and is_later(row, column, as_of, zone):
                    continue
                if heard <= taken_back(facts, table, row, column.name, corrected_at):
                    continue
                fact = merged.setdefault(
                    key_of(table, row), {name: row[name] for name in table.key}
                )
                place = (*key_of(table, row), column.name)
                if place not in newest or heard > newest[place]:
                    newest[place] = heard
                    fact[column.name] = row[column.name]
        answer[table.name] = list(merged.values())
    return answer


def settled(facts: Facts) -> tuple[Facts, Facts]:
    """Part the rows into those kept and those that contradict an earlier one.

    Two rows of one key contradict each other when both name a column, recorded at the same
    instant, with different values. The later to arrive is refused whole.
    """
    kept: Facts = {}
    refused: Facts = {}
    for name, rows in facts.items():
        kept[name], refused[name] = [], []
        for row in rows:
            quarrels = any(contradict(BY_NAME[name], other, row) for other in kept[name])
            (refused if quarrels else kept)[name].append(row)
    return kept, refused


def contradict(table: Table, one: Row, other: Row) -> bool:
    return key_of(table, one) == key_of(table, other) and any(
        one.get(column.name) is not None
        and other.get(column.name) is not None
        and one[column.name] != other[column.name]
        and recorded(one, column) == recorded(other, column)
        for column in table.values
    )


def happened_up_to(facts: Facts, as_of: date, zone: str) -> Facts:
    """Leave out of every row what became true after a day; corrections stay.

    An assessment as of that day, or of any day before, is the same on what is left. So a
    rating given later stays where it was taken away: that concerns what it said before.
    """
    left: Facts = {}
    for name, rows in facts.items():
        table = BY_NAME[name]
        left[name] = list(rows) if table is RETRACTIONS else []  # themselves corrections
        for row in rows if table is not RETRACTIONS else []:
            later = {c.name for c in table.columns if is_later(row, c, as_of, zone)}
            said = {c.name for c in table.values if row.get(c.name) is not None} - later
            corrections = {c.name for c in table.values if c.is_correction}
            is_store = table.name == "sellers" and "opened_at" not in later
            if later.isdisjoint(table.key):
                is_there = bool(said) or is_store
            else:
                is_there = not said.isdisjoint(corrections)
            if is_there:
                out = later - set(table.key)
                left[name].append({column: row[column] for column in row if column not in out})
    return left
