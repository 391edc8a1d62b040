"""The same rules on the days before: how a subject got to where it stands."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import Step, parse, statement
from goodstanding.explanation.answer import TrendPoint
from goodstanding.explanation.clean_rows import day_columns
from goodstanding.explanation.coming import month_ends_before
from goodstanding.explanation.limits import indicators_told
from goodstanding.explanation.sanctions import total
from goodstanding.explanation.scenarios import Judged, result_names
from goodstanding.rows.catalogue import RowKind
from goodstanding.rulebook.conditions import follows_calendar
from goodstanding.rulebook.scored import without_peers

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import Rulebook

MONTHS = 6  # two windows of 90 days


def trend(market: SubjectMarket) -> tuple[TrendPoint, ...]:
    """Judge the subject as of the ends of the six months before, with what is known now.

    The earliest first. Days before its first row are left out. Of a rulebook that compares with
    peers only what it tells without them, if that is anything; none of one that reads the scores
    of days: those of then are not at hand.
    """
    rulebook = without_peers(market.question.rulebook)
    if rulebook is None or rulebook.reads is not None:
        return ()
    if rulebook is not market.question.rulebook:
        market = replace(
            market,
            question=replace(market.question, rulebook=rulebook),
            # What is left out of a rulebook stands under the digest of the whole.
            compiled=compile_rulebook(rulebook, for_explaining=True),
            counting=compile_rulebook(rulebook),
        )
    judged = judged_on(market, list(month_ends_before(market.question.as_of, MONTHS)))
    return tuple(
        TrendPoint(
            as_of=day,
            grade=None
            if (place := result["grade__place"]) is None
            else rulebook.grades[place].name,
            not_graded_because=result["reason__not_graded"],
            indicators=indicators_told(rulebook, result),
            totals={
                ladder.name: float(total(ladder, result)) for ladder in rulebook.ladders.values()
            },
        )
        for day, result in judged.items()
    )


def judged_on(market: SubjectMarket, days: Sequence[date]) -> dict[date, Judged]:
    """Judge the subject as of several days, each by the rows of its own day.

    All are moved to the day asked about and judged in one pass, where the rulebook only knows
    days relative to it. A day without any row is left out.
    """
    compiled = market.counting
    for place, day in enumerate(days):
        for kind in market.kinds:
            columns = sorted(compiled.columns[kind.name])
            market.rows_into(_rows_of(kind, place), kind, day, columns)
    there = [
        place
        for place in range(len(days))
        if any(
            market.database.rows(f"select 1 from {_rows_of(kind, place)} limit 1")
            for kind in market.kinds
        )
    ]
    if not there:
        return {}
    # Rows moved to one day would fall into other months.
    together = [[place] for place in there] if follows_calendar(_rules(market)) else [there]
    found: dict[date, Judged] = {}
    for places in together:
        on = market.question.as_of if together == [there] else days[places[0]]
        found |= {days[place]: result for place, result in _judged(market, days, places, on)}
    return found


def _judged(
    market: SubjectMarket, days: Sequence[date], places: Sequence[int], on: date
) -> Iterator[tuple[int, Judged]]:
    """Judge the rows of several days, moved to the one day `on`."""
    compiled = market.counting
    names = result_names(compiled)
    steps = [
        *(
            Step(
                f"{kind.name}_rows",
                "the rows of each day, moved to one",
                parse(
                    " union all ".join(_moved(market, kind, p, (on - days[p]).days) for p in places)
                ),
            )
            for kind in market.kinds
        ),
        Step(
            "subjects",
            "one for each day",
            parse(" union all ".join(f"select {place} as subject_no" for place in places)),
        ),
        *compiled.steps,
    ]
    sql = statement(steps, exp.select(*names).from_("results"), "duckdb")
    for row in sorted(market.database.rows(sql, named_values(sql, market.values(on)))):
        yield row[0], dict(zip(names, row, strict=True))


def _rules(market: SubjectMarket) -> Rulebook:
    return market.question.rulebook


def _rows_of(kind: RowKind, place: int) -> str:
    return f"trend_{kind.name}_rows_{place}"


def _moved(market: SubjectMarket, kind: RowKind, place: int, later: int) -> str:
    own, moved = kind.subjects[market.question.rulebook.subject], day_columns(kind)
    columns = [
        f"{place} as {name}"
        if name == own
        else f"{name} + {later} as {name}"
        if name in moved
        else name
        for name in sorted(market.counting.columns[kind.name])
    ]
    return f"select {', '.join(columns)} from {_rows_of(kind, place)}"
