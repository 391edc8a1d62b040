"""Where a grade by daily scores is headed: the days so far, and the days to come.

The days to come are made up, each with the same score, and judged with those that were by the
steps that judge: as the latest score has it, and with every whole score up to the most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from goodstanding.assessment.compiling import Compiled
from goodstanding.assessment.millionths import MILLION
from goodstanding.database.steps import Step, parse
from goodstanding.days import ONE_DAY
from goodstanding.explanation.answer import Forecast
from goodstanding.explanation.limits import indicators_told
from goodstanding.explanation.subject_market import kept_rows
from goodstanding.rows.standings import STANDING, day_number
from goodstanding.rulebook import bundled
from goodstanding.standing.due import next_assessed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from goodstanding.explanation.subject_market import SubjectMarket

_DAYS, _SCENARIOS = "forecast__days", "forecast__scenarios"


def forecast(market: SubjectMarket) -> Forecast | None:
    """Say what the next assessment comes to if every day until then is like the latest.

    That is the first day of assessment after the one asked about. None where the rulebook
    counts anything else than scored days, or none of them was scored.
    """
    rulebook = market.question.rulebook
    if (
        rulebook.reads is None
        or not rulebook.grades
        or any(kind != STANDING for kind in market.kinds)
    ):
        return None
    known = scored(market)
    if not known:
        return None
    as_of = market.question.as_of
    assessed_on = next_assessed(rulebook.calendar, as_of + ONE_DAY)
    to_come = [as_of + n * ONE_DAY for n in range(1, (assessed_on - as_of).days + 1)]
    latest: int = known[-1][1]
    most = _most(rulebook.reads)
    scores = [*(n * MILLION for n in range(most + 1)), latest]
    *judged, expected = _judged(market, known, to_come, assessed_on, scores)
    first = market.counting.looks_back_to(assessed_on)
    place = expected["grade__place"]
    return Forecast(
        assessed_on=assessed_on,
        grade=None if place is None else rulebook.grades[place].name,
        indicators=indicators_told(rulebook, expected),
        days_so_far=sum(day >= first for day, _ in known),
        days_to_come=len(to_come),
        latest=latest / MILLION,
        most=most,
        needed={
            grade.name: next((n for n, each in enumerate(judged) if _reaches(each, at)), None)
            for at, grade in enumerate(rulebook.grades[:-1])
        },
    )


def scored(market: SubjectMarket) -> list[tuple[date, int]]:
    """Return the days that were scored, in order, with their scores in millionths."""
    return market.database.rows(
        f"select scored_on, score from {kept_rows(STANDING)} order by scored_on"  # noqa: S608 -- our own name
    )


def _most(name: str) -> int:
    """Return the most whole points that a day can have by the rulebook that scores it."""
    score = bundled.load(name).score
    if score is None:
        raise ValueError(f"'{name}' has no score: the checker should have refused it")
    return int(score.most)


def _reaches(judged: dict[str, Any], place: int) -> bool:
    return judged["grade__place"] is not None and judged["grade__place"] <= place


def _judged(
    market: SubjectMarket,
    known: Sequence[tuple[date, int]],
    to_come: Sequence[date],
    assessed_on: date,
    scores: Sequence[int],
) -> list[dict[str, Any]]:
    """Judge the days with those to come, once for each score that these may have."""
    scenarios = [[*known, *((day, score) for day in to_come)] for score in scores]
    return judged_by_days(market, scenarios, assessed_on)


def judged_by_days(
    market: SubjectMarket, scenarios: Sequence[Sequence[tuple[date, int]]], as_of: date
) -> list[dict[str, Any]]:
    """Judge by the scores of days, in millionths, as of a day: once for each list of them."""
    days = [
        (scenario, day, score) for scenario, each in enumerate(scenarios) for day, score in each
    ]
    rows = pa.table(
        {
            "standing_id": pa.array([day_number(day) for _, day, _ in days], pa.int64()),
            "subject_id": pa.array([scenario for scenario, _, _ in days], pa.int64()),
            "scored_on": pa.array([day for _, day, _ in days], pa.date32()),
            "score": pa.array([score for _, _, score in days], pa.int64()),
        }
    )
    compiled: Compiled = market.compiled
    steps = [
        Step("standing_rows", "the days of each scenario", parse(f"from {_DAYS}")),
        Step("subjects", "the scenarios", parse(f"select subject_no from {_SCENARIOS}")),  # noqa: S608 -- our own name
        *compiled.steps,
    ]
    numbers = pa.array(range(len(scenarios)), pa.int64())
    market.database.register(_DAYS, rows)
    market.database.register(_SCENARIOS, pa.table({"subject_no": numbers}))
    try:
        results = exp.select("*").from_("results")
        found = market.database.run(steps, results, market.values(as_of))
    finally:
        market.database.unregister(_DAYS)
        market.database.unregister(_SCENARIOS)
    records: list[dict[str, Any]] = found.sort_by("subject_no").to_pylist()
    return records
