"""A store that a rulebook does not grade yet: what it takes, when it can be, what stands so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.assessment.assessing import context
from goodstanding.explanation.against import grading_indicators
from goodstanding.explanation.choices import Edit, Judging
from goodstanding.explanation.figures import percentage
from goodstanding.explanation.limits import indicators_told, score_sentence, why_not_graded
from goodstanding.explanation.next_answer import Need, NotYetGraded, RateSoFar
from goodstanding.explanation.uncertainty import bounds
from goodstanding.expressions.nodes import Compare, Name, Number
from goodstanding.rulebook.english import label
from goodstanding.standing.due import next_assessed

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.explanation.scenarios import Judged
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

_MOST_DAYS = 60  # on which the end of an order is tried: each is an assessment of its own
_NO_ORDER = "No order of the store is known by {}; this is by which orders will count."


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """The orders that have not ended, by number, with the day on which each is taken to end."""

    ends_on: Mapping[int, date]

    @classmethod
    def of(cls, not_ended: Mapping[int, date | None], as_of: date) -> Promised:
        """Take each to end when its delivery is promised, or else on the next day."""
        tomorrow = as_of + days.ONE_DAY
        return cls(
            ends_on={
                number: tomorrow if by is None else max(by, tomorrow)
                for number, by in not_ended.items()
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstGrade:
    """The first day on which a store is graded, or scored, and the result of that day."""

    on: date
    judged: Judged


def is_graded(rulebook: Rulebook, judged: Judged | None) -> bool:
    """Say whether a store has a grade or, of a rulebook that only scores, a score."""
    if judged is None:
        return False
    if rulebook.grades:
        return judged["grade__place"] is not None
    return rulebook.score is None or judged["score__numerator"] is not None


def first_grade(market: SubjectMarket, promised: Promised) -> FirstGrade | None:
    """Find the first day on which a store is graded if its orders end as promised.

    Nothing else happens until then. None where it is not on any day on which one of them ends.
    """
    judging = Judging.of(market)
    for day in sorted(set(promised.ends_on.values()))[:_MOST_DAYS]:
        ended = tuple(
            Edit(order_no=number, kind="ended", on=on)
            for number, on in promised.ends_on.items()
            if on <= day
        )
        (judged,) = judging.on(day, [ended])
        if is_graded(market.question.rulebook, judged):
            return FirstGrade(on=day, judged=judged)
    return None


def not_yet_graded(
    settings: Settings,
    question: Question,
    judged: Judged | None,
    promised: Promised,
    first_on: date | None,
) -> NotYetGraded:
    """Say what has to come before a store is graded; `judged` None: no order of it is known."""
    rulebook, as_of = question.rulebook, question.as_of
    assessed_on = next_assessed(rulebook.calendar, as_of + days.ONE_DAY)
    return NotYetGraded(
        rulebook=rulebook.id,
        version=rulebook.version,
        title=rulebook.title,
        because=_because(rulebook, as_of, judged),
        counted=tuple(_counted(rulebook)),
        counts_from=context(settings, replace(question, as_of=assessed_on)).window_from,
        assessed_on=assessed_on,
        needs=tuple(_needs(rulebook, judged)),
        open_n=len(promised.ends_on),
        first_on=first_on,
        first_assessed_on=None if first_on is None else next_assessed(rulebook.calendar, first_on),
        so_far=() if judged is None else tuple(_so_far(rulebook, judged)),
    )


def _because(rulebook: Rulebook, as_of: date, judged: Judged | None) -> str:
    if judged is None:
        return _NO_ORDER.format(as_of)
    if rulebook.grades:
        return why_not_graded(rulebook, judged)
    return " ".join(score_sentence(rulebook, judged))


def _counted(rulebook: Rulebook) -> Iterator[str]:
    for indicator in grading_indicators(rulebook):
        if indicator.ratio is None:
            yield label(indicator.name)
        else:
            top, bottom = map(label, indicator.ratio)
            yield f"{label(indicator.name)} ({top} of {bottom})"


def _needs(rulebook: Rulebook, judged: Judged | None) -> Iterator[Need]:
    for entry in rulebook.not_graded:
        match entry.condition.node:
            case Compare(operator="<", left=Name(name), right=Number(value=least)) if (
                name in rulebook.measures
            ):
                so_far = 0 if judged is None else int(judged[name])
                if so_far < least:
                    yield Need(name=name, so_far=so_far, needed=int(least))


def _so_far(rulebook: Rulebook, judged: Judged) -> Iterator[RateSoFar]:
    shares = {each.name for each in grading_indicators(rulebook) if each.is_share}
    for told in indicators_told(rulebook, judged):
        if told.name not in shares or not told.denominator:
            continue
        if not 0 <= told.numerator <= told.denominator:
            continue  # what is no part of what it is divided by is no rate
        low, high = bounds(told.numerator, told.denominator)
        over, under = (f"{n:,}" for n in (told.numerator, told.denominator))
        yield RateSoFar(
            name=told.name,
            numerator=told.numerator,
            denominator=told.denominator,
            low=float(low),
            high=float(high),
            text=f"{label(told.name)} {over} / {under}, between {percentage(low)} and "
            f"{percentage(high)} (95 %)",
        )
