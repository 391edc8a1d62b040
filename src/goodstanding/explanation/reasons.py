"""The rows behind a result: those that counted, for what and until when, and those that did not."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.assessment import bound_days
from goodstanding.assessment.bound_days import BoundDay
from goodstanding.assessment.compiling import measures_of
from goodstanding.assessment.excluding import exclusions_of, part_day, spared_flag
from goodstanding.assessment.flags import judged_rows, kind_flag, met, quantity, rows_known
from goodstanding.assessment.millionths import MILLION
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import statement
from goodstanding.explanation import leaving
from goodstanding.explanation.against import (
    Judged,
    columns_at_fault,
    counts_against,
    grading_indicators,
    holding_until,
    total_of,
    worsened_through,
)
from goodstanding.explanation.answer import KindHolds, MeasureMet, RowTold, id_of
from goodstanding.explanation.points import Loss, losses
from goodstanding.explanation.removed import ratings_removed
from goodstanding.explanation.sentences import added, cut, is_cut, lack, sentence
from goodstanding.rows.catalogue import ROW_KINDS, RowKind
from goodstanding.rulebook.english import label

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import Indicator, Measure, RowSet


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRow:
    """A row that counted: what is told of it, the number of what it is about, what was at fault.

    `faults` holds, for each indicator that it makes worse, the columns by which it does.
    """

    told: RowTold
    number: int
    faults: Mapping[str, frozenset[str]]


def counted_rows(market: SubjectMarket, judged: Judged | None = None) -> list[CountedRow]:
    """Return the rows that meet any measure, those that count against the subject first.

    Then come those that an exclusion spared something, and those that a limit cuts; among each,
    what leaves last comes first. With the result `judged` each has its share of the points that
    are lost. Leaves the rows of each set, as judged, in the table `told_<set>` of the market.
    """
    rulebook = market.question.rulebook
    found = [
        row
        for row_set in rulebook.told_rows
        for row in _of_set(market, row_set, grading_indicators(rulebook))
    ]
    if judged is not None and rulebook.points:
        found = list(_with_costs(found, losses(market, judged)))
    return in_order(found)


def threads_against(market: SubjectMarket) -> list[CountedRow]:
    """Return the threads that count against a subject, of sets that are else listed nowhere.

    What buyers left unanswered is theirs to see on their own page alone, and not told here.
    """
    rulebook = market.question.rulebook
    if rulebook.subject == "buyer":
        return []
    listed = rulebook.told_rows
    return [
        row
        for row_set in rulebook.rows.values()
        if row_set.kind == "message" and row_set not in listed
        for row in _of_set(market, row_set, grading_indicators(rulebook))
        if row.told.counts_against
    ]


def in_order(rows: Iterable[CountedRow]) -> list[CountedRow]:
    """Return rows in the order of `counted_rows`."""
    return sorted(rows, key=_place)


def _with_costs(rows: Iterable[CountedRow], lost: Iterable[Loss]) -> Iterator[CountedRow]:
    """Yield the rows, the first of each order in a set with what the order cost through it."""
    costs: dict[tuple[str, int], dict[str, float]] = {}
    for loss in lost:
        costs.setdefault((loss.rows, loss.number), {})[loss.points] = loss.lost / MILLION
    for row in rows:
        own = costs.pop((row.told.rows, row.number), {})
        yield replace(row, told=replace(row.told, costs=own)) if own else row


def told_rows(row_set: RowSet) -> str:
    """Name the table that holds a set's rows with every flag, and with their ids."""
    return f"told_{row_set.name}"


def _place(row: CountedRow) -> tuple[object, ...]:
    told = row.told
    last = told.clears_on or told.leaves_on
    first = (not told.counts_against, -sum(told.costs.values()), not told.spared, not told.limited)
    return (
        *first,
        -last.toordinal(),
        told.rows,
        id_of(told),
        told.line_no or 0,
    )


def _of_set(
    market: SubjectMarket, row_set: RowSet, indicators: Sequence[Indicator]
) -> Iterator[CountedRow]:
    kind = ROW_KINDS[row_set.kind]
    measures = measures_of(market.question.rulebook, row_set)
    days: set[BoundDay] = set()
    judged = exp.select(
        "*",
        *leaving.leaving_columns(measures, market, kind, days),
        *(column for measure in measures if measure.sum for column in _totals(measure)),
    ).from_(judged_rows(row_set.name))
    sql = statement([*market.judging_steps()], judged, "duckdb")
    values = market.values() | bound_days.values(days, market.question.as_of)
    table = told_rows(row_set)
    market.database.execute(f"create table {table} as {sql}", named_values(sql, values))
    anything = " or ".join(met(measure.name) for measure in measures)
    rows = market.database.arrow(
        f"select * from ({_with_ids(kind, table)}) as named where {anything}"
    ).to_pylist()
    leaves_on = leaving.settled(market, row_set, rows)
    removed = ratings_removed(market)
    for row in rows:
        key = tuple(row[name] for name in kind.key)
        counted = _counted(market, row_set, measures, indicators, row, leaves_on[key])
        day = removed.get(row["order_id"]) if kind.is_of_orders else None
        yield counted if day is None else _with_removal(counted, day)


def _with_removal(row: CountedRow, day: date) -> CountedRow:
    """Return a row that says that a rating of its order was taken away."""
    said = f"A rating of it does not count: feedback removed of {day}."
    return replace(row, told=replace(row.told, spared=(*row.told.spared, said)))


def _totals(measure: Measure) -> list[exp.Expr]:
    """Return, beside each row, what a measure adds up, and over how many rows."""
    value = exp.Case(
        ifs=[exp.If(this=exp.column(met(measure.name)), true=exp.column(quantity(measure.name)))]
    )
    sums = (exp.Sum(this=value), total_of(measure.name))
    counts = (exp.Count(this=value.copy()), rows_known(measure.name))
    return [
        exp.alias_(exp.cast(exp.Window(this=each), exp.DataType.Type.BIGINT), name)
        for each, name in (sums, counts)
    ]


def _with_ids(kind: RowKind, table: str) -> str:
    # A violation names the listing only where the listing itself is charged.
    is_line = kind.has("line_no")
    listing = ", listing_ids.listing_id as listing__id" if is_line else ""
    about = kind.register
    joined = "left join listing_ids on listing_no = told.listing_id" if listing else ""
    return f"""
    select told.*, {about}_ids.{about}_id as {about}__id {listing}
    from {table} as told
    join {about}_ids on {about}_no = told.{about}_id
    {joined}
    """


def _counted(
    market: SubjectMarket,
    row_set: RowSet,
    measures: Sequence[Measure],
    indicators: Sequence[Indicator],
    row: Judged,
    leaves_on: Mapping[str, date],
) -> CountedRow:
    rulebook, kind = market.question.rulebook, ROW_KINDS[row_set.kind]
    against = [i for i in indicators if counts_against(i, row_set.name, row, rulebook)]
    clears_on = [
        leaves_on[holding_until(indicator, measure, rulebook).name]
        for indicator in against
        if (measure := worsened_through(indicator, row_set.name, rulebook)) is not None
    ]
    told = RowTold(
        rows=row_set.name,
        order_id=row.get("order__id"),
        violation_id=row.get("violation__id"),
        thread_id=row.get("thread__id"),
        finding_id=row.get("finding__id"),
        scored_on=row.get("scored_on"),
        line_no=row.get("line_no"),
        listing_id=row.get("listing__id"),
        counts_against=tuple(indicator.name for indicator in against),
        reasons=tuple(dict.fromkeys(_reasons(market, row_set, against, row))),
        spared=tuple(_spared(market, row_set, row)),
        limited=tuple(cut(kind, measure, row) for measure in measures if is_cut(measure, row)),
        measures=tuple(
            MeasureMet(
                measure=measure.name,
                kinds=tuple(_kinds(market, row_set, measure, row)),
                leaves_on=leaves_on[measure.name],
            )
            for measure in measures
            if row[met(measure.name)]
        ),
        costs={},
        clears_on=max(clears_on, default=None),
        leaves_on=max(leaves_on.values()),
    )
    return CountedRow(
        told=told,
        number=row[kind.key[0]],
        faults={i.name: columns_at_fault(i, row_set.name, row, rulebook) for i in against},
    )


def _reasons(
    market: SubjectMarket, row_set: RowSet, against: Iterable[Indicator], row: Judged
) -> Iterator[str]:
    """Yield the sentences for which a row counts against the subject."""
    rulebook, kind = market.question.rulebook, ROW_KINDS[row_set.kind]
    for indicator in against:
        measure = worsened_through(indicator, row_set.name, rulebook)
        if measure is None:
            continue
        if measure.sum is not None:
            yield added(kind, indicator.name, measure.sum, row)
        elif row[met(measure.name)]:
            yield from (holds.sentence for holds in _kinds(market, row_set, measure, row))
        else:
            yield lack(kind, measure.name, measure.when, row)


def _spared(market: SubjectMarket, row_set: RowSet, row: Judged) -> Iterator[str]:
    """Yield a sentence for whatever a row would count as, but for an exclusion from that."""
    rulebook = market.question.rulebook
    for number, each in exclusions_of(rulebook, row_set.name):
        for place, left in enumerate(each.leaves):
            is_of_set = rulebook.measures[left.measure].rows == row_set.name
            if is_of_set and row[spared_flag(number, place)]:
                day = row[part_day(number)]
                since = "" if day is None else f" of {day}"
                name = label(left.measure if left.kind is None else left.kind)
                yield f"Not counted as {name}: {each.seen_as}{since}."


def _kinds(
    market: SubjectMarket, row_set: RowSet, measure: Measure, row: Judged
) -> Iterator[KindHolds]:
    """Yield the kinds of a measure that hold; one without kinds of its own stands for itself."""
    rulebook, kind = market.question.rulebook, ROW_KINDS[row_set.kind]
    for name, condition in measure.kinds.items():
        if row[kind_flag(measure.name, name)]:
            said = sentence(rulebook, kind, name, condition, row)
            yield KindHolds(kind=name, sentence=said)
    if not measure.kinds and measure.when is not None:
        said = sentence(rulebook, kind, measure.name, measure.when, row)
        yield KindHolds(kind=measure.name, sentence=said)
