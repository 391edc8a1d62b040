"""What orders cost a store or a listing: points of its score, and bad experiences in the level."""
# ruff: noqa: S608 -- names come from the catalogue or are our own

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from goodstanding.assessment.flags import met
from goodstanding.assessment.millionths import MILLION
from goodstanding.errors import RulebookUnknown
from goodstanding.explanation.points import losses
from goodstanding.explanation.service_rows import keep_judged
from goodstanding.explanation.subject_market import subject_market
from goodstanding.standing import rules

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

# By which a store is scored every day, and a listing.
_SCORES = {"seller": "aliexpress-daily-service-score", "listing": "listing-service-score"}
LEVEL = "service-level"  # which counts orders; that of the marketplace counts days since 2015-10-08
_BAD = "bad_experience_rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What orders cost, by their number; None where the rulebook is not in force on the day.

    `points` are millionths by item of the score, which `score_by` names; `bad` the orders that
    are bad experiences.
    """

    score_by: str
    points: dict[int, dict[str, int]] | None
    bad: frozenset[int] | None

    def points_lost(self, orders: Iterable[int]) -> dict[str, float] | None:
        """Return the points that some orders cost together, by item, the dearest first."""
        if self.points is None:
            return None
        lost: dict[str, int] = {}
        for number in orders:
            for item, millionths in self.points.get(number, {}).items():
                lost[item] = lost.get(item, 0) + millionths
        dearest = sorted(lost, key=lambda item: (-lost[item], item))
        return {item: lost[item] / MILLION for item in dearest}

    def bad_n(self, orders: Collection[int]) -> int | None:
        """Return how many of some orders are bad experiences."""
        return None if self.bad is None else len(self.bad.intersection(orders))


def costs_of(
    database: Database, settings: Settings, asked: Question, sellers: Sequence[str]
) -> Costs:
    """Return what orders cost whom a question is about, as of the day and by what was known then.

    `sellers` are the stores that sold them, by whose level they are good or bad; none: no order
    is asked about, and nothing is looked up.
    """
    score_by = _SCORES[asked.rulebook.subject]
    score, level = (_in_force(database, each, asked.as_of) for each in (score_by, LEVEL))
    points: dict[int, dict[str, int]] = {}
    bad: set[int] = set()
    if score is not None and sellers:
        points = _points(database, settings, replace(asked, rulebook=score))
    for seller in sellers:
        if level is not None:
            question = replace(asked, rulebook=level, subject_id=seller)
            bad |= _bad(database, settings, question)
    return Costs(
        score_by=score_by,
        points=None if score is None else points,
        bad=None if level is None else frozenset(bad),
    )


def _in_force(database: Database, rulebook_id: str, as_of: date) -> Rulebook | None:
    try:
        return rules.asked(database, rulebook_id, as_of)
    except RulebookUnknown:
        return None


def _points(
    database: Database, settings: Settings, question: Question
) -> dict[int, dict[str, int]]:
    points: dict[int, dict[str, int]] = {}
    with subject_market(database, settings, question) as market:
        keep_judged(market)
        for judged in market.result().to_pylist():
            for loss in losses(market, judged):
                if loss.about == "order" and loss.lost:
                    own = points.setdefault(loss.number, {})
                    own[loss.points] = own.get(loss.points, 0) + loss.lost
    return points


def _bad(database: Database, settings: Settings, question: Question) -> set[int]:
    measure = question.rulebook.measures[question.rulebook.indicators[_BAD].measures[0]]
    with subject_market(database, settings, question) as market:
        keep_judged(market)
        found = market.database.rows(
            f"select order_id from told_{measure.rows} where {met(measure.name)}"
        )
    return {number for (number,) in found}
