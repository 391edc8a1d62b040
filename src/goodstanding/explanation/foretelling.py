"""What is left alone or done, judged by each rulebook: on the day on which it first counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from goodstanding.assessment.millionths import MILLION
from goodstanding.days import ONE_DAY
from goodstanding.explanation.choices import Choice, Edit, Edits, Judging, by_day
from goodstanding.explanation.forecast import judged_by_days, scored
from goodstanding.explanation.limits import indicators_told
from goodstanding.explanation.next_answer import Effect, FigureMoved

if TYPE_CHECKING:
    from goodstanding.explanation.answer import Arithmetic
    from goodstanding.explanation.scenarios import Judged
    from goodstanding.explanation.store_facts import Deadline
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A choice, and what comes out: left alone, and done."""

    choice: Choice
    left: Judged
    done: Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """What comes of choices, in their order, and of each day if all is left alone."""

    outcomes: tuple[Outcome, ...]
    alone: Mapping[date, Judged]


def choice_of(
    deadline: Deadline, as_of: date, columns: frozenset[str], unanswered_on: date | None
) -> Choice:
    """Return what is left alone or done about a deadline, for a rulebook that reads some columns.

    What is past is judged as of the next day, the first on which it can be done. `unanswered_on`
    is when another dispute of the order was last left unanswered.
    """
    on = as_of + ONE_DAY if deadline.is_past else deadline.on
    number = deadline.order_no
    if deadline.kind == "shipment":
        shipped = Edit(order_no=number, kind="shipped", on=on, is_late=deadline.is_past)
        return Choice(on=on, left=(), done=(shipped,))
    if deadline.kind == "delivery":
        day_after = deadline.on + ONE_DAY
        late = Edit(order_no=number, kind="delivered", on=day_after, is_late=True)
        in_time = Edit(order_no=number, kind="delivered", on=deadline.on)
        left = (late,) if "is_delivered_late" in columns else ()
        return Choice(on=day_after, left=left, done=(in_time,))
    lapsed = Edit(order_no=number, kind="lapsed", on=on, liable=deadline.liable)
    answered = Edit(order_no=number, kind="answered", on=unanswered_on)
    return Choice(
        on=on,
        left=() if deadline.is_escalated else (lapsed,),
        done=() if deadline.is_past else (answered,),
    )


def foretold(market: SubjectMarket, choices: Sequence[Choice], *, every_day: bool) -> Foretold:
    """Judge choices by the rows of a store; with `every_day` each day up to the last of them."""
    as_of = market.question.as_of
    days = by_day(choices)
    if every_day and days:
        span = range(1, (max(days) - as_of).days + 1)
        days = {as_of + n * ONE_DAY: [] for n in span} | days
    judging = Judging.of(market)
    alone: dict[date, Judged] = {}
    found: dict[Choice, Outcome] = {}
    for day, on_day in sorted(days.items()):
        scenarios: dict[Edits, None] = {(): None}
        for choice in on_day:
            scenarios |= {choice.left: None, choice.done: None}
        judged = dict(zip(scenarios, judging.on(day, list(scenarios)), strict=True))
        alone[day] = judged[()]
        for choice in on_day:
            left, done = judged[choice.left], judged[choice.done]
            found[choice] = Outcome(choice=choice, left=left, done=done)
    return Foretold(outcomes=tuple(found[choice] for choice in choices), alone=alone)


def foretold_by_scores(market: SubjectMarket, of_scores: Foretold) -> Foretold:
    """Judge by the scores of days what these come to: those that were, and those foretold."""
    as_of = market.question.as_of
    known = scored(market)
    coming = [
        (day, score)
        for day, judged in sorted(of_scores.alone.items())
        if day > as_of and (score := judged["score__numerator"]) is not None
    ]

    def days_with(day: date, judged: Judged) -> list[tuple[date, int]]:
        score = judged["score__numerator"]
        own = [] if score is None else [(day, score)]
        return [*(each for each in (*known, *coming) if each[0] < day), *own]

    outcomes = []
    for each in of_scores.outcomes:
        day = each.choice.on
        scenarios = [days_with(day, each.left), days_with(day, each.done)]
        left, done = judged_by_days(market, scenarios, day)
        outcomes.append(Outcome(choice=each.choice, left=left, done=done))
    return Foretold(outcomes=tuple(outcomes), alone={})


def effect_of(rulebook: Rulebook, outcome: Outcome) -> Effect | None:
    """Return what a choice changes by a rulebook; None where it changes nothing."""
    figures = [
        FigureMoved(name=left.name, left=left, done=done)
        for left, done in zip(
            indicators_told(rulebook, outcome.left),
            indicators_told(rulebook, outcome.done),
            strict=True,
        )
        if not _is_same(left, done)
    ]
    places = [outcome.left["grade__place"], outcome.done["grade__place"]]
    scores = [_score(rulebook, each) for each in (outcome.left, outcome.done)]
    if not figures and places[0] == places[1] and scores[0] == scores[1]:
        return None
    grades = [None if place is None else rulebook.grades[place].name for place in places]
    return Effect(
        rulebook=rulebook.id,
        version=rulebook.version,
        as_of=outcome.choice.on,
        grade_left=grades[0],
        grade_done=grades[1],
        score_left=scores[0],
        score_done=scores[1],
        figures=tuple(figures),
        grades_lost=0 if None in places else places[0] - places[1],
    )


def _is_same(left: Arithmetic, done: Arithmetic) -> bool:
    """Say whether a number comes to the same: 0 of 40 is 0 of 41."""
    across = (done.denominator or 1, left.denominator or 1)
    is_equal = left.numerator * across[0] == done.numerator * across[1]
    return left.is_assessed is done.is_assessed and is_equal


def _score(rulebook: Rulebook, judged: Judged) -> float | None:
    if rulebook.score is None or judged["score__numerator"] is None:
        return None
    return float(judged["score__numerator"] / MILLION)
