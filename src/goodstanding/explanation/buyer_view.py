"""A buyer's own view: the score and all behind it, the open orders, and what might be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.assessment.questions import Question
from goodstanding.assessment.silence import silent_since
from goodstanding.decisions.findings import told_of
from goodstanding.explanation.buyer_advice import advice
from goodstanding.explanation.buyer_answer import BuyerView
from goodstanding.explanation.buyer_clocks import Clocks
from goodstanding.explanation.buyer_facts import BuyerFacts
from goodstanding.explanation.buyer_findings import open_findings
from goodstanding.explanation.buyer_score import CanDo, score_told
from goodstanding.facts.store import known_until
from goodstanding.rows.subjects import number_of
from goodstanding.rulebook import periods

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.decisions.access_log import Looked
    from goodstanding.explanation.buyer_answer import OpenOrder, ScoreTold
    from goodstanding.explanation.buyer_facts import BuyerOrder
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

PERIODS = "aliexpress"
# What the score is not; docs/me.md names the test that holds each sentence.
IS_NOT = (
    "It is not public: you see it, and an operator who gives a reason and is written down.",
    "It is not the same for all: it follows from your orders, and what was decided about them.",
    "It is no condition for buying: no rulebook may refuse a purchase by it.",
)
_OBJECTED = "You objected on {} to being scored, and are not scored. Nothing else changes."
_NO_SCORE = "By these rules there is no score of yours on this day."


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewQuestion:
    """Whose view, as of which day, with what was known when (naive UTC), by which rulebook.

    `rulebook` None: none is in force on the day, as `not_in_force` says.
    """

    buyer_id: str
    as_of: date
    known_at: datetime
    rulebook: Rulebook | None
    not_in_force: str | None = None


def facts_of(
    database: Database, settings: Settings, buyer_id: str, as_of: date, known_at: datetime
) -> BuyerFacts:
    """Return where a buyer's facts are asked for; raise `SubjectUnknown` for an unknown one."""
    return BuyerFacts(
        database=database,
        settings=settings,
        number=number_of(database, "buyer", buyer_id),
        as_of=as_of,
        known_at=known_at,
    )


def buyer_view(
    database: Database,
    settings: Settings,
    asked: ViewQuestion,
    looks: Sequence[Looked] | None = None,
) -> BuyerView:
    """Tell a buyer where they stand; `looks` are those of others at what is told here.

    Raises `SubjectUnknown` for a buyer of whom the market has never heard, or not by the day.
    """
    facts = facts_of(database, settings, asked.buyer_id, asked.as_of, asked.known_at)
    orders, questions = facts.orders(), facts.questions()
    in_force = periods.in_force(PERIODS, asked.as_of)
    clocks = Clocks(periods=in_force, zone=settings.time_zone, as_of=asked.as_of)
    told = clocks.open_orders(orders)
    can_do = CanDo(
        feedback=dict(_feedback_owed(orders, told)),
        questions=[each.thread_no for each in questions],
    )
    score, why_not = _score(facts, asked, can_do)
    findings = open_findings(
        told_of(
            database,
            settings.time_zone,
            asked.buyer_id,
            known_at=asked.known_at,
            end=days.end_of_day(asked.as_of, settings.time_zone),
        ),
        asked.as_of,
    )
    return BuyerView(
        buyer_id=asked.buyer_id,
        as_of=asked.as_of,
        known_at=asked.known_at,
        time_zone=settings.time_zone,
        silent_since=silent_since(
            asked.as_of,
            known_at=asked.known_at,
            known_until=known_until(database),
            zone=settings.time_zone,
        ),
        score=score,
        not_scored_because=why_not,
        orders=tuple(told),
        findings=tuple(findings),
        advice=advice(
            orders, told, questions, findings, as_of=asked.as_of, zone=settings.time_zone
        ),
        is_not=IS_NOT,
        not_used=() if asked.rulebook is None else asked.rulebook.not_used,
        looks=None if looks is None else tuple(looks),
    )


def _score(
    facts: BuyerFacts, asked: ViewQuestion, can_do: CanDo
) -> tuple[ScoreTold | None, str | None]:
    """Return the score, or why there is none."""
    objected_at = facts.objected_at()
    if objected_at is not None:
        on = days.local_day(objected_at, facts.settings.time_zone)
        return None, _OBJECTED.format(on)
    if asked.rulebook is None:
        return None, asked.not_in_force
    question = Question(
        rulebook=asked.rulebook,
        as_of=asked.as_of,
        known_at=asked.known_at,
        subject_id=asked.buyer_id,
    )
    score = score_told(facts.database, facts.settings, question, can_do)
    return score, None if score is not None else _NO_SCORE


def _feedback_owed(
    orders: Sequence[BuyerOrder], told: Sequence[OpenOrder]
) -> Iterator[tuple[int, str]]:
    """Yield the orders that have ended and on which feedback can still be given."""
    owed = {
        each.order_id
        for each in told
        if any(clock.kind == "feedback" and clock.last_on is not None for clock in each.clocks)
    }
    return ((each.order_no, each.order_id) for each in orders if each.order_id in owed)
