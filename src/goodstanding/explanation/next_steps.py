"""What a store has to do next, and what leaving it comes to by each rulebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.assessment.questions import Question, compiled_once
from goodstanding.assessment.silence import silent_since
from goodstanding.explanation.first_grade import Promised, is_graded, not_yet_graded
from goodstanding.explanation.foretelling import effect_of
from goodstanding.explanation.next_answer import (
    PEERS,
    Effect,
    ListingCases,
    NextSteps,
    NotYetGraded,
    Rest,
    ToDo,
)
from goodstanding.explanation.next_told import (
    Matters,
    NextQuestion,
    Told,
    columns_read,
    counts_orders,
    rulebooks_read,
    told_by_each,
)
from goodstanding.explanation.store_facts import StoreFacts
from goodstanding.facts.store import known_until
from goodstanding.rows.kept import has_orders
from goodstanding.rows.subjects import number_of

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

NEAR = timedelta(days=7)  # deadlines further ahead are only counted
MOST = 50  # of those past, and of those ahead, that are judged one by one
LISTINGS = 5  # with the most disputes over goods not as described
_ORDERS = 20  # of a listing that are named
_OF_DELIVERY = frozenset({"deliver_by_on", "is_delivered_late"})
_NO_MATTERS = Matters(deadlines=(), listings={}, promised=Promised(ends_on={}))
_NO_REST = Rest(by_kind={}, first_by=None, listings_n=0)


def next_steps(database: Database, settings: Settings, asked: NextQuestion) -> NextSteps:
    """Say what a store has open by deadline, what leaving it costs, and what moves its results.

    Raises `SubjectUnknown` for a store that the market has never heard of.
    """
    facts = StoreFacts(
        database=database,
        settings=settings,
        as_of=asked.as_of,
        known_at=asked.known_at,
        number=number_of(database, "seller", asked.store_id),
    )
    matters, rest = _NO_MATTERS, _NO_REST
    told = [Told(rulebook=rulebook) for rulebook in asked.rulebooks]
    if has_orders(database, facts.number, asked.as_of, asked.known_at):
        matters, rest = _looked_at(asked, facts)
        told = told_by_each(asked, facts, matters)
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
        peers=PEERS,
        to_do=tuple(_to_do(facts, matters, told)),
        listings=tuple(_listings(matters, told)),
        rest=rest,
        not_yet=tuple(_not_yet(settings, asked, matters, told)),
        ways_up=tuple(each.way_up for each in told if each.way_up is not None),
    )


def _looked_at(asked: NextQuestion, facts: StoreFacts) -> tuple[Matters, Rest]:
    """Look at a store's facts: what is judged one by one, and what is only counted."""
    of_orders = [each for each in rulebooks_read(asked) if counts_orders(each)]
    columns = frozenset[str]().union(*map(columns_read, of_orders))
    backs = [compiled_once(each).looks_back_to(asked.as_of) for each in of_orders]
    since = min(backs, default=asked.as_of)
    found = [
        each
        for each in facts.deadlines()
        if each.kind != "delivery" or not columns.isdisjoint(_OF_DELIVERY)
    ]
    past = [each for each in found if each.is_past]
    ahead = [each for each in found if not each.is_past]
    end = days.end_of_day(asked.as_of, facts.settings.time_zone)
    latest = [each for each in past if each.on >= since][-MOST:]
    near = [each for each in ahead if each.at < end + NEAR][:MOST]
    cases = facts.cases_by_listing(since)
    rest = set(found).difference(latest, near)
    return (
        Matters(
            deadlines=[*latest, *near],
            listings=dict(list(cases.items())[:LISTINGS]),
            promised=Promised.of(facts.not_ended(), asked.as_of),
        ),
        Rest(
            by_kind=dict(Counter(each.kind for each in found if each in rest)),
            first_by=next((each.at for each in ahead if each in rest), None),
            listings_n=max(len(cases) - LISTINGS, 0),
        ),
    )


def _effects(told: Iterable[Told], place: int) -> tuple[Effect, ...]:
    """Return what a choice changes, by each rulebook by which it changes anything."""
    found = [
        effect_of(each.rulebook, each.foretold.outcomes[place])
        for each in told
        if each.foretold.outcomes
    ]
    return tuple(effect for effect in found if effect is not None)


def _to_do(facts: StoreFacts, matters: Matters, told: Sequence[Told]) -> list[ToDo]:
    end = days.end_of_day(facts.as_of, facts.settings.time_zone)
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
        for place, each in enumerate(matters.deadlines)
    ]
    return sorted(found, key=_place)


def _place(item: ToDo) -> tuple[object, ...]:
    grades = max((each.grades_lost for each in item.effects), default=0)
    points = max((each.score_lost for each in item.effects), default=0)
    is_felt = bool(item.effects)
    return (item.by, -grades, -points, not is_felt, item.order_id, item.dispute_id or "")


def _listings(matters: Matters, told: Sequence[Told]) -> Iterator[ListingCases]:
    for place, (name, cases) in enumerate(matters.listings.items(), len(matters.deadlines)):
        yield ListingCases(
            listing_id=name,
            cases_n=len(cases),
            order_ids=tuple(case.order_id for case in cases[:_ORDERS]),
            effects=_effects(told, place),
        )


def _not_yet(
    settings: Settings, asked: NextQuestion, matters: Matters, told: Iterable[Told]
) -> Iterator[NotYetGraded]:
    for each in told:
        judges = each.rulebook.grades or each.rulebook.score is not None
        if judges and not is_graded(each.rulebook, each.now):
            question = Question(rulebook=each.rulebook, as_of=asked.as_of, known_at=asked.known_at)
            first_on = None if each.first is None else each.first.on
            yield not_yet_graded(settings, question, each.now, matters.promised, first_on)
