"""What became worse from one result to another, by the directions that a rulebook gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from goodstanding.assessment.results import points_column
from goodstanding.assessment.sanction_words import exactly, sanction_column
from goodstanding.rulebook.model import Indicator, Ladder, Rulebook

Record = Mapping[str, Any]
Worse = tuple[str, object, object]  # what, before and after


def worse(rulebook: Rulebook, before: Record, after: Record) -> Iterator[Worse]:
    """Yield what is worse: the grade, the score, points, indicators, the sanctions of ladders.

    A number that is not assessed in one of the two is no worse: what follows from that the
    grade and the score tell.
    """
    ranks = [rank(rulebook, each["grade"]) for each in (before, after)]
    if ranks[1] < ranks[0]:
        yield "grade", before["grade"], after["grade"]
    columns = {name: points_column(name) for name in rulebook.points} | {"score": "score"}
    for name, column in columns.items():
        if None not in (before[column], after[column]) and after[column] < before[column]:
            yield name, before[column], after[column]
    for indicator in rulebook.indicators.values():
        was, now = (number(indicator, each) for each in (before, after))
        if was is None or now is None or indicator.better == "neither":
            continue
        if now < was if indicator.better == "higher" else now > was:
            yield indicator.name, was, now
    for ladder in rulebook.ladders.values():
        weights = [weight(ladder, each) for each in (before, after)]
        if weights[1] > weights[0]:
            yield ladder.name, weights[0], weights[1]


def rank(rulebook: Rulebook, grade: str | None) -> int:
    """Return how good a grade is: the last 0, no grade 1, those above it more."""
    names = rulebook.grade_names
    if not names:
        return 0
    return [names[-1], None, *reversed(names[:-1])].index(grade)


def number(indicator: Indicator, record: Record) -> Fraction | None:
    """Return an indicator's exact number; None where it is not assessed."""
    if record[f"{indicator.name}_value"] is None:
        return None
    top, bottom = (record[f"{indicator.name}_{part}"] for part in ("numerator", "denominator"))
    return Fraction(top, bottom) if indicator.is_pair else Fraction(top)


def weight(ladder: Ladder, record: Record) -> tuple[Fraction, date]:
    """Return how heavy the sanction in force is: the higher node, and of one the longer."""
    at, last_on = (record[sanction_column(ladder.name, part)] for part in ("at", "last_on"))
    if at is None:
        return Fraction(0), date.min
    node = ladder.rungs[0].at if ladder.is_repeated else exactly(at)
    return node, last_on or date.max
