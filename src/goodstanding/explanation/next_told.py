"""What each rulebook makes of a store: as it stands, and of what is left alone or done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from goodstanding.assessment.questions import Question, compiled_once
from goodstanding.errors import RulebookUnknown, SubjectUnknown
from goodstanding.explanation.choices import Choice, Edit
from goodstanding.explanation.first_grade import FirstGrade, Promised, first_grade, is_graded
from goodstanding.explanation.forecast import forecast, judged_by_days, scored
from goodstanding.explanation.foretelling import (
    Foretold,
    choice_of,
    foretold,
    foretold_by_scores,
)
from goodstanding.explanation.next_answer import WayUp
from goodstanding.explanation.reasons import counted_rows
from goodstanding.explanation.recourse import recourse
from goodstanding.explanation.subject_market import subject_market
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook import bundled

if TYPE_CHECKING:
    from datetime import date, datetime

    from goodstanding.explanation.scenarios import Judged
    from goodstanding.explanation.store_facts import Case, Deadline, StoreFacts
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import Rulebook

_NOTHING = Foretold(outcomes=(), alone={})


@dataclass(frozen=True, slots=True, kw_only=True)
class NextQuestion:
    """Whose next steps, as of which day, with what was known when (naive UTC), by which rulebooks.

    `not_in_force` says of those asked for that have no version in force on the day.
    """

    store_id: str
    as_of: date
    known_at: datetime
    rulebooks: tuple[Rulebook, ...]
    not_in_force: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a rulebook makes of a store: now (None: it is not there), and of each choice."""

    rulebook: Rulebook
    now: Judged | None = None
    foretold: Foretold = _NOTHING
    first: FirstGrade | None = None
    way_up: WayUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """What is judged one by one: each deadline, each listing with its cases; and what may end."""

    deadlines: Sequence[Deadline]
    listings: Mapping[str, Sequence[Case]]
    promised: Promised


@dataclass(slots=True, kw_only=True)
class _Telling:
    """What is asked about, and what each rulebook was found to make of it so far."""

    asked: NextQuestion
    facts: StoreFacts
    matters: Matters
    found: dict[tuple[str, date], Told]


def told_by_each(asked: NextQuestion, facts: StoreFacts, matters: Matters) -> list[Told]:
    """Return what each rulebook asked makes of a store, in their order.

    What comes of the deadlines, and then of the listings, stands in the order of these.
    """
    telling = _Telling(asked=asked, facts=facts, matters=matters, found={})
    return [_told(telling, rulebook) for rulebook in asked.rulebooks]


def rulebooks_read(asked: NextQuestion) -> Iterator[Rulebook]:
    """Yield the rulebooks asked, and those that score the days which they read."""
    for rulebook in asked.rulebooks:
        yield rulebook
        if rulebook.reads is not None:
            with suppress(RulebookUnknown):
                yield bundled.load(rulebook.reads, as_of=asked.as_of)


def counts_orders(rulebook: Rulebook) -> bool:
    """Say whether a rulebook counts rows made of orders."""
    return any(ROW_KINDS[rows.kind].is_of_orders for rows in rulebook.rows.values())


def columns_read(rulebook: Rulebook) -> frozenset[str]:
    """Return the columns of rows that a rulebook reads."""
    return frozenset[str]().union(*compiled_once(rulebook).columns.values())


def _told(telling: _Telling, rulebook: Rulebook) -> Told:
    """Return what a rulebook makes of the store; once, though another one reads its scores."""
    key = (rulebook.digest, rulebook.version)
    if key not in telling.found:
        asked, facts = telling.asked, telling.facts
        question = Question(
            rulebook=rulebook,
            as_of=asked.as_of,
            known_at=asked.known_at,
            subject_id=asked.store_id,
        )
        try:
            with subject_market(facts.database, facts.settings, question) as market:
                telling.found[key] = _judged(telling, market)
        except SubjectUnknown:  # what named it was taken back
            telling.found[key] = Told(rulebook=rulebook)
    return telling.found[key]


def _judged(telling: _Telling, market: SubjectMarket) -> Told:
    rulebook = market.question.rulebook
    found = market.result().to_pylist()
    if not found:
        return Told(rulebook=rulebook)
    (now,) = found
    told = Told(rulebook=rulebook, now=now, way_up=_way_up(market, now))
    if rulebook.reads is not None:
        return _judged_by_scores(telling, market, told)
    if not counts_orders(rulebook):
        return told
    every_day = any(each.reads == rulebook.id for each in telling.asked.rulebooks)
    first = None if is_graded(rulebook, now) else first_grade(market, telling.matters.promised)
    choices = list(_choices(telling, columns_read(rulebook)))
    return replace(told, foretold=foretold(market, choices, every_day=every_day), first=first)


def _judged_by_scores(telling: _Telling, market: SubjectMarket, told: Told) -> Told:
    """Return what the scores foretold come to, by the rulebook that reads them."""
    rulebook = told.rulebook
    try:
        read = _told(telling, bundled.load(str(rulebook.reads), as_of=telling.asked.as_of))
    except RulebookUnknown:  # none scores the day
        return told
    first = None
    if not is_graded(rulebook, told.now) and read.first is not None:
        on, score = read.first.on, read.first.judged["score__numerator"]
        (judged,) = judged_by_days(market, [[*scored(market), (on, score)]], on)
        first = FirstGrade(on=on, judged=judged) if is_graded(rulebook, judged) else None
    return replace(told, foretold=foretold_by_scores(market, read.foretold), first=first)


def _way_up(market: SubjectMarket, now: Judged) -> WayUp | None:
    rulebook = market.question.rulebook
    if not rulebook.grades:
        return None
    rows = counted_rows(market, now) if counts_orders(rulebook) else []
    place = now["grade__place"]
    return WayUp(
        rulebook=rulebook.id,
        version=rulebook.version,
        title=rulebook.title,
        grade=None if place is None else rulebook.grades[place].name,
        recourse=recourse(market, now, rows),
        forecast=forecast(market),
    )


def _choices(telling: _Telling, columns: frozenset[str]) -> Iterator[Choice]:
    """Yield what is left alone or done: about each deadline, then about each listing."""
    disputed = {each.order_no for each in telling.matters.deadlines if each.kind == "dispute"}
    unanswered = {
        day: telling.facts.unanswered(day, disputed)
        for day in {each.on for each in telling.matters.deadlines if each.kind == "dispute"}
    }
    for each in telling.matters.deadlines:
        others = [
            on
            for (order_no, dispute_id), on in unanswered.get(each.on, {}).items()
            if order_no == each.order_no and dispute_id != each.dispute_id
        ]
        yield choice_of(each, telling.asked.as_of, columns, max(others, default=None))
    for cases in telling.matters.listings.values():
        orders = dict.fromkeys(case.order_no for case in cases)
        done = tuple(Edit(order_no=number, kind="undisputed") for number in orders)
        yield Choice(on=telling.asked.as_of, left=(), done=done)
