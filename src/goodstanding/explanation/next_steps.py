"""What a store has to do next, and what leaving it comes to by each rulebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.assessment.questions import Question, compiled_once
from goodstanding.assessment.silence import silent_since
from goodstanding.errors import RulebookUnknown, SubjectUnknown
from goodstanding.explanation.choices import Choice, Edit
from goodstanding.explanation.first_grade import (
    FirstGrade,
    Promised,
    first_grade,
    is_graded,
    not_yet_graded,
)
from goodstanding.explanation.forecast import forecast, judged_by_days, scored
from goodstanding.explanation.foretelling import (
    Foretold,
    choice_of,
    effect_of,
    foretold,
    foretold_by_scores,
)
from goodstanding.explanation.next_answer import (
    Effect,
    ListingCases,
    NextSteps,
    NotYetGraded,
    Rest,
    ToDo,
    WayUp,
)
from goodstanding.explanation.reasons import counted_rows
from goodstanding.explanation.recourse import recourse
from goodstanding.explanation.store_facts import Case, Deadline, StoreFacts
from goodstanding.explanation.subject_market import SubjectMarket, subject_market
from goodstanding.facts.store import known_until
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rows.kept import has_orders
from goodstanding.rows.subjects import number_of
from goodstanding.rulebook import bundled

if TYPE_CHECKING:
    from datetime import date, datetime

    from goodstanding.database.duckdb import DuckDB
    from goodstanding.explanation.scenarios import Judged
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

NEAR = timedelta(days=7)  # deadlines further ahead are only counted
MOST = 50  # of those past, and of those ahead, that are judged one by one
LISTINGS = 5  # with the most disputes over goods not as described
_ORDERS = 20  # of a listing that are named
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
class _Told:
    """What a rulebook makes of a store: now (None: it is not there), and of each choice."""

    rulebook: Rulebook
    now: Judged | None = None
    foretold: Foretold = _NOTHING
    first: FirstGrade | None = None
    way_up: WayUp | None = None


@dataclass(slots=True, kw_only=True)
class _Making:
    """What the answer is made of, and what each rulebook was found to make of it."""

    asked: NextQuestion
    facts: StoreFacts
    deadlines: Sequence[Deadline] = ()
    listings: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    promised: Promised = field(default_factory=lambda: Promised(ends_on={}))
    told: dict[tuple[str, date], _Told] = field(default_factory=dict)


def next_steps(database: DuckDB, settings: Settings, asked: NextQuestion) -> NextSteps:
    """Say what a store has open by deadline, what leaving it costs, and what moves its results.

    Raises `SubjectUnknown` for a store that the market has never heard of.
    """
    number = number_of(database, "seller", asked.store_id)
    question = Question(
        rulebook=next(iter(asked.rulebooks), bundled.load("service-level")),
        as_of=asked.as_of,
        known_at=asked.known_at,
        subject_id=asked.store_id,
    )
    making = _Making(
        asked=asked,
        facts=StoreFacts(database=database, settings=settings, question=question, number=number),
    )
    rest = Rest(by_kind={}, first_by=None, listings_n=0)
    if has_orders(database, number, asked.as_of, asked.known_at):
        rest = _look(making)
        told = [_told(making, rulebook) for rulebook in asked.rulebooks]
    else:
        told = [_Told(rulebook=rulebook) for rulebook in asked.rulebooks]
    return NextSteps(
        store_id=asked.store_id,
        as_of=asked.as_of,
        known_at=asked.known_at,
        time_zone=settings.time_zone,
        silent_since=silent_since(
            asked.as_of,
            known_at=asked.known_at,
            known_until=known_until(database),
            zone=settings.time_zone,
        ),
        not_in_force=asked.not_in_force,
        to_do=tuple(_to_do(making, told)),
        listings=tuple(_listings(making, told)),
        rest=rest,
        not_yet=tuple(_not_yet(making, told)),
        ways_up=tuple(each.way_up for each in told if each.way_up is not None),
    )


def _look(making: _Making) -> Rest:
    """Look at the store's facts: what is judged one by one; return what is only counted."""
    of_orders = [each for each in _read(making.asked) if _counts_orders(each)]
    columns = frozenset[str]().union(*map(_columns, of_orders))
    backs = [compiled_once(each).looks_back_to(making.asked.as_of) for each in of_orders]
    since = min(backs, default=making.asked.as_of)
    found = [
        each
        for each in making.facts.deadlines()
        if each.kind != "delivery" or not columns.isdisjoint({"deliver_by_on", "is_delivered_late"})
    ]
    past = [each for each in found if each.is_past]
    ahead = [each for each in found if not each.is_past]
    end = days.end_of_day(making.asked.as_of, making.facts.settings.time_zone)
    latest = [each for each in past if each.on >= since][-MOST:]
    near = [each for each in ahead if each.at < end + NEAR][:MOST]
    making.deadlines = [*latest, *near]
    cases = making.facts.cases_by_listing(since)
    making.listings = dict(list(cases.items())[:LISTINGS])
    making.promised = Promised.of(making.facts.not_ended(), making.asked.as_of)
    told = set(making.deadlines)
    return Rest(
        by_kind=dict(Counter(each.kind for each in found if each not in told)),
        first_by=next((each.at for each in ahead if each not in told), None),
        listings_n=max(len(cases) - LISTINGS, 0),
    )


def _read(asked: NextQuestion) -> Iterator[Rulebook]:
    """Yield the rulebooks asked for, and those that score the days which they read."""
    for rulebook in asked.rulebooks:
        yield rulebook
        if rulebook.reads is not None:
            with suppress(RulebookUnknown):
                yield bundled.load(rulebook.reads, as_of=asked.as_of)


def _counts_orders(rulebook: Rulebook) -> bool:
    return any(ROW_KINDS[rows.kind].is_of_orders for rows in rulebook.rows.values())


def _columns(rulebook: Rulebook) -> frozenset[str]:
    return frozenset[str]().union(*compiled_once(rulebook).columns.values())


def _told(making: _Making, rulebook: Rulebook) -> _Told:
    """Return what a rulebook makes of the store; once, though another one reads its scores."""
    key = (rulebook.digest, rulebook.version)
    if key not in making.told:
        facts = making.facts
        question = replace(facts.question, rulebook=rulebook)
        try:
            with subject_market(facts.database, facts.settings, question) as market:
                making.told[key] = _judged(making, market)
        except SubjectUnknown:  # what named it was taken back
            making.told[key] = _Told(rulebook=rulebook)
    return making.told[key]


def _judged(making: _Making, market: SubjectMarket) -> _Told:
    rulebook = market.question.rulebook
    found = market.result().to_pylist()
    if not found:
        return _Told(rulebook=rulebook)
    (now,) = found
    told = _Told(rulebook=rulebook, now=now, way_up=_way_up(market, now))
    if rulebook.reads is not None:
        return _judged_by_scores(making, market, told)
    if not _counts_orders(rulebook):
        return told
    every_day = any(each.reads == rulebook.id for each in making.asked.rulebooks)
    first = None if is_graded(rulebook, now) else first_grade(market, making.promised)
    choices = list(_choices(making, _columns(rulebook)))
    return replace(told, foretold=foretold(market, choices, every_day=every_day), first=first)


def _judged_by_scores(making: _Making, market: SubjectMarket, told: _Told) -> _Told:
    """Return what the scores foretold come to, by the rulebook that reads them."""
    rulebook = told.rulebook
    try:
        read = _told(making, bundled.load(str(rulebook.reads), as_of=making.asked.as_of))
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
    rows = counted_rows(market, now) if _counts_orders(rulebook) else []
    place = now["grade__place"]
    return WayUp(
        rulebook=rulebook.id,
        version=rulebook.version,
        title=rulebook.title,
        grade=None if place is None else rulebook.grades[place].name,
        recourse=recourse(market, now, rows),
        forecast=forecast(market),
    )


def _choices(making: _Making, columns: frozenset[str]) -> Iterator[Choice]:
    """Yield what is left alone or done: about each deadline, then about each listing."""
    disputed = {each.order_no for each in making.deadlines if each.kind == "dispute"}
    unanswered = {
        day: making.facts.unanswered(day, disputed)
        for day in {each.on for each in making.deadlines if each.kind == "dispute"}
    }
    for each in making.deadlines:
        others = [
            on
            for (order_no, dispute_id), on in unanswered.get(each.on, {}).items()
            if order_no == each.order_no and dispute_id != each.dispute_id
        ]
        yield choice_of(each, making.asked.as_of, columns, max(others, default=None))
    for cases in making.listings.values():
        orders = dict.fromkeys(case.order_no for case in cases)
        done = tuple(Edit(order_no=number, kind="undisputed") for number in orders)
        yield Choice(on=making.asked.as_of, left=(), done=done)


def _effects(told: Iterable[_Told], place: int) -> tuple[Effect, ...]:
    """Return what a choice changes, by each rulebook by which it changes anything."""
    found = [
        effect_of(each.rulebook, each.foretold.outcomes[place])
        for each in told
        if each.foretold.outcomes
    ]
    return tuple(effect for effect in found if effect is not None)


def _to_do(making: _Making, told: Sequence[_Told]) -> list[ToDo]:
    end = days.end_of_day(making.asked.as_of, making.facts.settings.time_zone)
    found = [
        ToDo(
            kind=each.kind,
            order_id=each.order_id,
            dispute_id=each.dispute_id or None,
            by=each.at,
            is_past=each.is_past,
            left_seconds=max(int((each.at - end).total_seconds()), 0),
            is_closing=each.kind == "dispute" and not each.is_escalated,
            effects=_effects(told, place),
        )
        for place, each in enumerate(making.deadlines)
    ]
    return sorted(found, key=_place)


def _place(item: ToDo) -> tuple[object, ...]:
    grades = max((each.grades_lost for each in item.effects), default=0)
    points = max((each.score_lost for each in item.effects), default=0)
    is_felt = bool(item.effects)
    return (item.by, -grades, -points, not is_felt, item.order_id, item.dispute_id or "")


def _listings(making: _Making, told: Sequence[_Told]) -> Iterator[ListingCases]:
    for place, (name, cases) in enumerate(making.listings.items(), len(making.deadlines)):
        yield ListingCases(
            listing_id=name,
            cases_n=len(cases),
            order_ids=tuple(case.order_id for case in cases[:_ORDERS]),
            effects=_effects(told, place),
        )


def _not_yet(making: _Making, told: Iterable[_Told]) -> Iterator[NotYetGraded]:
    for each in told:
        judges = each.rulebook.grades or each.rulebook.score is not None
        if judges and not is_graded(each.rulebook, each.now):
            first_on = None if each.first is None else each.first.on
            question = replace(making.facts.question, rulebook=each.rulebook)
            yield not_yet_graded(
                making.facts.settings, question, each.now, making.promised, first_on
            )
