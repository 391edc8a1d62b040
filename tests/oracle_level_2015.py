"""The seller service level of 2015, recounted slowly from the sources' words (facts §1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests import oracle
from tests.oracle import WINDOW_DAYS, Order
from tests.oracle_decisions import Decisions, decisions
from tests.oracle_facts import ONE_DAY, Facts, day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The numbers of an edition, and what it leaves out beside what the sources name."""

    ended_for_a_grade: int = 30
    ended_for_excellent: int = 90
    buyers_for_a_rate: int = 3
    incidents_excuse: bool = False
    reviews_let_off: str | None = None  # a reason for which a low overall rating is forgiven


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What an order counts for; `excluded` names the entry that keeps it from all of that."""

    events: set[str]
    kinds: set[str]
    measures: set[str]
    excluded: str | None
    buyer_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A seller's level: `rates` are each numerator, denominator and whether it is assessed."""

    rates: dict[str, tuple[int, int, bool]]
    grade: str | None
    excluded: dict[str, int]


class _Looking:
    """The days of an order within the window."""

    def __init__(self, order: Order, as_of: date, zone: str) -> None:
        self.order, self.as_of, self.zone = order, as_of, zone

    def within(self, *instants: datetime | None, later_by: int = 0) -> bool:
        first = self.as_of - (WINDOW_DAYS - 1) * ONE_DAY
        days = [day_of(each, self.zone) + later_by * ONE_DAY for each in instants if each]
        return any(first <= day <= self.as_of for day in days)

    def events(self) -> set[str]:
        """Name the events for which it is assessed (SL-11, SL-12)."""
        days = oracle.events(self.order, self.zone)
        first = self.as_of - (WINDOW_DAYS - 1) * ONE_DAY
        return {n for n, found in days.items() if any(first <= day <= self.as_of for day in found)}

    def kinds(self) -> set[str]:
        """Name what is bad about it (BX-1 to BX-5)."""
        order = self.order
        kinds = set()
        if order.review and self.within(order.review["given_at"]):
            for kind, stars, low in (
                ("low_review", "stars", 3),
                ("low_description", "description_stars", 3),
                ("low_communication", "communication_stars", 3),
                ("low_logistics", "logistics_stars", 1),
            ):
                if order.review.get(stars) is not None and order.review[stars] <= low:
                    kinds.add(kind)
        if self.within(*(each.get("escalated_at") for each in order.disputes)):
            kinds.add("arbitration_raised")
        lapsed = [each for each in order.disputes if each.get("close_reason") == "unanswered"]
        if self.latest_within(each.get("closed_at") for each in lapsed):
            kinds.add("dispute_unanswered")
        if order.paid_at and self.is_unsold():
            kinds.add("non_sale")
        return kinds

    def is_unsold(self) -> bool:
        """Say whether it was not shipped by its instant, or cancelled by the seller before.

        What was delivered by then had been shipped, whoever forgot to say so.
        """
        order, ship_by = self.order, self.order.ship_by
        gone = (order.shipped_at, order.delivered_at, order.cancelled_at)
        in_time = ship_by is not None and any(each and each <= ship_by for each in gone)
        return (self.within(ship_by) and not in_time) or (
            order.cancelled_by == "seller"
            and self.within(order.cancelled_at)
            and order.shipped_at is None
        )

    def latest_within(self, instants: Iterable[datetime | None]) -> bool:
        return self.within(max((each for each in instants if each), default=None))

    def measures(self, events: set[str], kinds: set[str]) -> set[str]:
        order = self.order
        stars = order.review.get("stars") if order.review else None
        rated = order.review is not None and self.within(order.review["given_at"])
        lost = [
            each
            for each in order.disputes
            if each.get("escalated_at") and each.get("liable") == "seller"
        ]
        found = {
            "assessed": bool(events),
            "bad": bool(events and kinds),
            "ended_paid": bool(order.paid_at) and self.within(order.closed_at, order.cancelled_at),
            "shipped": self.within(order.shipped_at),
            "seller_liable": self.latest_within(each.get("closed_at") for each in lost),
            "positive_or_negative": rated and stars is not None and stars != 3,
            "positive": rated and stars is not None and stars >= 4,
        }
        return {name for name, counts in found.items() if counts}


def judge(order: Order, level: Level, decided: Decisions) -> Judged:
    """Say what an order counts for, and by which entry it is excluded."""
    looking = _Looking(order, decided.as_of, decided.zone)
    events, kinds = looking.events(), looking.kinds()
    if decided.name(order, "order protection"):
        kinds.discard("non_sale")
    if level.reviews_let_off and decided.name(order, level.reviews_let_off):
        kinds.discard("low_review")
    is_bought = decided.bought_the_review(order)
    if is_bought:
        kinds -= {kind for kind in kinds if kind.startswith("low_")}
    rated = {"positive", "positive_or_negative"} if is_bought else set()
    return Judged(
        events=events,
        kinds=kinds if events else set(),
        measures=looking.measures(events, kinds) - rated,
        excluded=excluded_by(order, level, decided),
        buyer_id=order.said.get("buyer_id"),
    )


def excluded_by(order: Order, level: Level, decided: Decisions) -> str | None:
    """Return the first entry that takes an order out of everything."""
    closed = "the buyer's account was closed for abuse"
    if decided.closed_the_buyer(order) or decided.name(order, closed):
        return "buyer_account_closed"
    if decided.name(order, "malicious buyer"):
        return "malicious_buyer"
    return "incident" if level.incidents_excuse and decided.excuse(order) else None


def judged_orders(facts: Facts, level: Level, **asked: Any) -> dict[str, tuple[str, Judged]]:
    """Return each order's seller and what it counts for."""
    decided = decisions(
        facts, as_of=asked["as_of"], corrected_at=asked["corrected_at"], zone=asked["zone"]
    )
    orders = oracle.order_history(facts, **asked)
    return {name: (each.seller_id, judge(each, level, decided)) for name, each in orders.items()}


def standings(facts: Facts, level: Level, **asked: Any) -> dict[str, Standing]:
    """Judge every seller there is as of a day."""
    orders = judged_orders(facts, level, **asked).values()
    sellers = {seller for seller, _ in orders} | oracle.stores(facts, **asked)
    return {
        seller: standing([each for whose, each in orders if whose == seller], level)
        for seller in sorted(sellers)
    }


def standing(orders: Sequence[Judged], level: Level) -> Standing:
    """Judge one seller's orders."""
    count = {
        name: sum(name in each.measures and each.excluded is None for each in orders)
        for name in (
            *("assessed", "bad", "ended_paid", "shipped", "seller_liable"),
            *("positive_or_negative", "positive"),
        )
    }
    bad = [each for each in orders if "bad" in each.measures and each.excluded is None]
    buyers = {each.buyer_id for each in bad} - {None}
    nobody_knows = sum(each.buyer_id is None for each in bad)  # each may be another
    several = len(buyers) + nobody_knows >= level.buyers_for_a_rate
    rates = {
        "bad_experience_rate": (count["bad"], count["assessed"], several and count["assessed"] > 0),
        "liability_rate": (
            count["seller_liable"],
            count["shipped"],
            count["seller_liable"] != 1 and count["shipped"] > 0,
        ),
        "positive_rate": (
            count["positive"],
            count["positive_or_negative"],
            count["positive_or_negative"] > 0,
        ),
    }
    left_out = [each.excluded for each in orders if each.excluded and each.measures]
    return Standing(
        rates=rates,
        grade=grade(rates, count["ended_paid"], level),
        excluded={name: left_out.count(name) for name in left_out},
    )


def grade(rates: dict[str, tuple[int, int, bool]], ended: int, level: Level) -> str | None:
    """Return the grade; None where too few paid orders ended. What is not assessed passes."""
    if ended < level.ended_for_a_grade:
        return None
    value = {
        name: Fraction(top, below) if told else None for name, (top, below, told) in rates.items()
    }

    def below(name: str, limit: Fraction) -> bool:
        rate = value[name]
        return rate is None or rate < limit

    def positive(limit: Fraction) -> bool:
        rate = value["positive_rate"]
        return rate is None or rate >= limit

    if not below("liability_rate", Fraction(8, 1000)):
        return "fail"
    bad = "bad_experience_rate"
    if (
        ended >= level.ended_for_excellent
        and below(bad, Fraction(35, 1000))
        and positive(Fraction(97, 100))
    ):
        return "excellent"
    if below(bad, Fraction(6, 100)) and positive(Fraction(95, 100)):
        return "good"
    return "pass" if below(bad, Fraction(12, 100)) else "fail"
