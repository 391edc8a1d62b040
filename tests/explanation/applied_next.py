"""What `next` foretells, applied: the facts that make it so are loaded, and the day is assessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from unittest import mock

from goodstanding.assessment import assessing
from goodstanding.database.duckdb import DuckDB
from goodstanding.explanation import subject_market as copying
from goodstanding.explanation.answer import Arithmetic
from goodstanding.explanation.limits import indicators_told
from goodstanding.explanation.next_answer import Effect, NextSteps, ToDo
from goodstanding.explanation.next_steps import next_steps
from goodstanding.explanation.next_told import NextQuestion
from goodstanding.explanation.subject_market import frozen_benchmarks, subject_market
from goodstanding.facts.store import Settings
from goodstanding.rulebook.model import Rulebook
from tests.explanation.small_market import KNOWN_AT, question
from tests.memory_market import empty_market, load_facts
from tests.oracle_facts import ONE_DAY, Facts, Row, day_of, first_instant

# After whatever a market says of its own facts, and before the instant asked about.
LATELY = KNOWN_AT - ONE_DAY


def loaded(facts: Facts, zone: str) -> tuple[DuckDB, Settings]:
    settings = Settings(time_zone=zone, currency="EUR")
    database = empty_market(settings)
    load_facts(database, settings, facts)
    return database, settings


def asked(
    database: DuckDB,
    settings: Settings,
    rulebooks: Sequence[Rulebook],
    as_of: date,
    store: str = "S1",
) -> NextSteps:
    about = NextQuestion(store_id=store, as_of=as_of, known_at=KNOWN_AT, rulebooks=tuple(rulebooks))
    return next_steps(database, settings, about)


def told_of(
    facts: Facts,
    rulebooks: Sequence[Rulebook],
    as_of: date,
    store: str = "S1",
    zone: str = "UTC",
) -> NextSteps:
    return asked(*loaded(facts, zone), rulebooks, as_of, store)


def left_facts(item: ToDo, as_of: date, zone: str) -> Facts:
    """Write what happens if it is left alone."""
    if item.kind == "delivery":
        late = first_instant(day_of_deadline(item, zone) + ONE_DAY, zone)
        return {"orders": [_order(item, "delivered_at", late)]}
    if item.kind == "shipment" or not item.is_closing:
        return {}
    return {"disputes": [_dispute(item, "closed_at", at(item, as_of, zone), "unanswered")]}


def done_facts(item: ToDo, as_of: date, zone: str) -> Facts:
    """Write what happens if it is done: at the last instant or, once that passed, the day after."""
    if item.kind == "dispute":
        answered = _dispute(item, "answered_at", item.by)
        return {} if item.is_past else {"disputes": [answered]}
    column = "shipped_at" if item.kind == "shipment" else "delivered_at"
    return {"orders": [_order(item, column, at(item, as_of, zone))]}


def at(item: ToDo, as_of: date, zone: str) -> datetime:
    if not item.is_past:
        return item.by
    return first_instant(as_of + ONE_DAY, zone) + timedelta(hours=3)


def day_of_deadline(item: ToDo, zone: str) -> date:
    return day_of(item.by, zone)


def _order(item: ToDo, column: str, instant: datetime) -> Row:
    return {"order_id": item.order_id, column: instant, "recorded_at": LATELY}


def _dispute(item: ToDo, column: str, instant: datetime, reason: str | None = None) -> Row:
    return {
        "dispute_id": item.dispute_id,
        "order_id": item.order_id,
        column: instant,
        "close_reason": reason,
        "recorded_at": LATELY,
    }


def assessed_on(
    facts: Facts,
    rulebook: Rulebook,
    as_of: date,
    *,
    store: str = "S1",
    zone: str = "UTC",
    peers: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Assess a store as of a day from facts newly loaded; with `peers` held as they were."""
    database, settings = loaded(facts, zone)
    about = question(store, rulebook=rulebook, as_of=as_of)
    if peers is None:
        (judged,) = assessing.judge(database, settings, about).to_pylist()
        return dict(judged)
    with standing_still(peers), subject_market(database, settings, about) as market:
        (judged,) = market.result().to_pylist()
    return dict(judged)


@contextmanager
def standing_still(peers: Mapping[str, Any]) -> Iterator[None]:
    with mock.patch.object(copying, "frozen_benchmarks", return_value=peers):
        yield


def peers_of(
    database: DuckDB, settings: Settings, rulebook: Rulebook, as_of: date, store: str = "S1"
) -> dict[str, Any] | None:
    about = question(store, rulebook=rulebook, as_of=as_of)
    return frozen_benchmarks(database, settings, about)


def made_of(rulebook: Rulebook, judged: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a result says: its grade, its score and its numbers."""
    place = judged["grade__place"]
    return {
        "grade": None if place is None else rulebook.grades[place].name,
        "score": judged["score__numerator"] if rulebook.score is not None else None,
        **{each.name: each for each in indicators_told(rulebook, judged)},
    }


def said_of(effect: Effect, side: str) -> dict[str, Any]:
    """Return what was foretold of one side: `left` or `done`."""
    score = getattr(effect, f"score_{side}")
    return {
        "grade": getattr(effect, f"grade_{side}"),
        "score": None if score is None else round(score * 1_000_000),
        **{each.name: getattr(each, side) for each in effect.figures},
    }


def plus(facts: Facts, further: Facts) -> Facts:
    return {name: [*facts.get(name, []), *further.get(name, [])] for name in {**facts, **further}}


def check_applied(
    facts: Facts,
    item: ToDo,
    rulebook: Rulebook,
    as_of: date,
    *,
    store: str = "S1",
    zone: str = "UTC",
    peers: Mapping[str, Any] | None = None,
) -> None:
    """Apply an item both ways, assess the day, and compare with what was foretold of it."""
    found = [each for each in item.effects if (each.rulebook, each.version) == of(rulebook)]
    day = as_of + ONE_DAY if item.is_past else day_of_deadline(item, zone)
    day += ONE_DAY if item.kind == "delivery" else 0 * ONE_DAY
    sides = {
        side: made_of(
            rulebook,
            assessed_on(plus(facts, more), rulebook, day, store=store, zone=zone, peers=peers),
        )
        for side, more in (
            ("left", left_facts(item, as_of, zone)),
            ("done", done_facts(item, as_of, zone)),
        )
    }
    if not found:
        assert valued(sides["left"]) == valued(sides["done"]), item
        return
    (effect,) = found
    assert effect.as_of == day
    for side, judged in sides.items():
        said = said_of(effect, side)
        assert {name: judged[name] for name in said} == said, (item, side)
    rest = [{n: v for n, v in valued(each).items() if n not in said} for each in sides.values()]
    assert rest[0] == rest[1], item


def valued(judged: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a result says by the values of its numbers: 0 of 40 is 0 of 41."""
    return {
        name: (told.is_assessed, Fraction(told.numerator, told.denominator or 1))
        if isinstance(told, Arithmetic)
        else told
        for name, told in judged.items()
    }


def of(rulebook: Rulebook) -> tuple[str, date]:
    return rulebook.id, rulebook.version
