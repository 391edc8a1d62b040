"""When a row stops counting, if time passes and nothing else happens to it."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from goodstanding.assessment import bound_days
from goodstanding.assessment.bound_days import BoundDay
from goodstanding.assessment.compiling import measures_of
from goodstanding.assessment.flags import judged_rows, met
from goodstanding.assessment.lasting import leaving
from goodstanding.assessment.row_sql import RowScope
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import Step, parse, statement
from goodstanding.explanation.answer import NEVER
from goodstanding.explanation.subject_market import kept_rows
from goodstanding.rows.catalogue import RowKind, Type
from goodstanding.rulebook.conditions import follows_calendar

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import Measure, RowSet

_PROBES = "leaving__probes"


@dataclass(frozen=True, slots=True)
class _Probe:
    """A measure that a row meets, and a later day on which it is asked again."""

    measure: int
    key: tuple[int, ...]
    on: date


def leaving_columns(
    measures: Sequence[Measure], market: SubjectMarket, kind: RowKind, days: set[BoundDay]
) -> list[exp.Expr]:
    """Return, for each measure, the day on which a row that meets it leaves, as SQL.

    It looks at what holds on the day asked; `settled` looks at what holds by then.
    """
    rulebook = market.question.rulebook
    scope = RowScope(kind, None, days, lookups=rulebook.lookups)
    return [
        exp.alias_(
            leaving(measure, rulebook, scope),
            leaving_column(measure.name),
        )
        for measure in measures
    ]


def leaving_column(measure: str) -> str:
    """Name the column that holds when a row stops meeting a measure."""
    return f"{measure}__leaves_on"


def settled(
    market: SubjectMarket, row_set: RowSet, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[int, ...], dict[str, date]]:
    """Return, by row key, the first day on which a row no longer meets each measure it meets.

    A day that lies ahead may keep a row in where what holds today would let it go: thirty days
    after an order's end, say, the time to review it runs out, which counts again. So each row
    is judged again on the day on which it would leave, until it does; but not where months
    matter to the rulebook, since rows moved by days would fall into others.
    """
    kind = market.compiled.kind(row_set.kind)
    measures = measures_of(market.question.rulebook, row_set)
    found: dict[tuple[int, ...], dict[str, date]] = {}
    probes = []
    for row in rows:
        key = tuple(row[name] for name in kind.key)
        found[key] = {}
        for place, measure in enumerate(measures):
            if row[met(measure.name)]:
                leaves_on = row[leaving_column(measure.name)]
                found[key][measure.name] = leaves_on
                probes.append(_Probe(place, key, leaves_on))
    rulebook = market.question.rulebook
    # A row alone says nothing of which window is chosen for its subject.
    if follows_calendar(rulebook) or any(w.choices for w in rulebook.windows.values()):
        return found
    while probes := [probe for probe in probes if probe.on < NEVER]:
        probes = list(_still_meeting(market, row_set, measures, probes))
        for probe in probes:
            found[probe.key][measures[probe.measure].name] = probe.on
    return found


def _still_meeting(
    market: SubjectMarket, row_set: RowSet, measures: Sequence[Measure], probes: Sequence[_Probe]
) -> Iterator[_Probe]:
    """Yield the probes whose rows still meet their measure, with the next day to ask about."""
    kind, as_of = market.compiled.kind(row_set.kind), market.question.as_of
    subject = kind.subjects[market.question.rulebook.subject]
    # The subject's column holds the measure here; where it is part of the key, as of an account,
    # that part is the same of all rows.
    apart = [place for place, name in enumerate(kind.key) if name != subject]
    days: set[BoundDay] = set()
    columns = leaving_columns(measures, market, kind, days)
    query = exp.select(
        exp.column(subject),
        *(kind.key[place] for place in apart),
        *(met(measure.name) for measure in measures),
        *columns,
    ).from_(judged_rows(row_set.name))
    steps = [
        Step(f"{kind.name}_rows", "each row as it stands on its own day", _moved(kind, market)),
        *market.compiled.steps,
    ]
    sql = statement(steps, query, "duckdb")
    values = market.values() | bound_days.values(days, as_of)
    asked = {(probe.measure, *(probe.key[part] for part in apart)): probe for probe in probes}
    market.database.register(_PROBES, _table(kind, probes, as_of))
    try:
        answers = market.database.rows(sql, named_values(sql, values))
    finally:
        market.database.unregister(_PROBES)
    parts = len(apart)
    for place, *rest in answers:
        key, flags, leaves = rest[:parts], rest[parts : -len(measures)], rest[-len(measures) :]
        probe = asked[place, *key]
        # What leaves on the very day it is asked about has left.
        if flags[place] and leaves[place] > as_of:
            later = NEVER if leaves[place] == NEVER else probe.on + (leaves[place] - as_of)
            yield replace(probe, on=later)


def _moved(kind: RowKind, market: SubjectMarket) -> exp.Query:
    """Move each row's days back by as much as the day asked about lies ahead."""
    subject = kind.subjects[market.question.rulebook.subject]
    columns = [
        f"probes.measure as {column.name}"
        if column.name == subject
        else f"kept.{column.name} - probes.days_later as {column.name}"
        if column.type is Type.DAY
        else f"kept.{column.name}"
        for column in kind.columns
    ]
    same = " and ".join(f"probes.{name} = kept.{name}" for name in kind.key)
    return parse(
        f"select {', '.join(columns)} from {_PROBES} as probes "
        f"join {kept_rows(kind)} as kept on {same}"
    )


def _table(kind: RowKind, probes: Sequence[_Probe], as_of: date) -> pa.Table:
    days_later = [(probe.on - as_of) // timedelta(days=1) for probe in probes]
    return pa.table(
        {
            "measure": pa.array([probe.measure for probe in probes], pa.int64()),
            "days_later": pa.array(days_later, pa.int32()),
            **{
                name: pa.array([probe.key[place] for probe in probes], pa.int64())
                for place, name in enumerate(kind.key)
            },
        }
    )
