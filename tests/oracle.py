"""The service level, recounted slowly from the rule's words: the tests' second opinion.

Written from what the rule says and never from the SQL that computes it, so that a mistake
in either shows as a difference. It takes every fact as received (`tests/oracle_facts.py`)
and recounts everything for each question. All that it shares with the product is the
catalogue of canonical columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.tables import Kind
from tests.oracle_facts import (
    ONE_DAY,
    Facts,
    Row,
    day_of,
    is_later,
    known,
    last_instant,
    recorded,
    taken_back,
)

WINDOW_DAYS = 90  # ending on the as-of day, both ends included
LOW_STARS = 3  # three stars or fewer are a bad experience
TIME_TO_ANSWER = timedelta(hours=5 * 24)  # an answer at the very last instant is in time
DAYS_TO_REVIEW = 30  # from the day the order was closed
LIMITS = (
    ("excellent", Fraction(35, 1000)),
    ("good", Fraction(6, 100)),
    ("pass", Fraction(12, 100)),
)
WORST_GRADE = "fail"
NOTHING_ASSESSED = "no_assessed_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was known of an order at an instant, of what happened up to the end of a day.

    `ship_by` is the last instant in time. `cancelled_by` is unknown where the order was
    cancelled and nobody said by whom, and None where it is not known to be cancelled.
    `review` is the buyer's rating that counts, `seller_review` the seller's; `disputes` are all
    about this order. `said` holds whatever else its facts say.
    """

    order_id: str
    seller_id: str
    paid_at: datetime | None
    ship_by: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by: str | None
    review: Row | None
    seller_review: Row | None
    disputes: Sequence[Row]
    said: Row

    @property
    def is_shipped_late(self) -> bool:
        """Say whether it was shipped after its ship-by instant: shown, never counted."""
        return bool(self.shipped_at and self.ship_by and self.shipped_at > self.ship_by)


def order_history(
    facts: Facts, *, as_of: date, known_at: datetime, corrected_at: datetime, zone: str
) -> dict[str, Order]:
    """Return every order there is as of a day, by its id.

    There is an order when its seller is known, and when it was placed or, where that is not
    known, when anything else happened to it.
    """
    as_known = known(facts, known_at, as_of=as_of, zone=zone, corrected_at=corrected_at)
    ratings = known(facts, known_at, corrected_at=corrected_at)["feedback"]
    orders: dict[str, Order] = {}
    for row in as_known["orders"]:
        begun = ("placed_at", "paid_at", "shipped_at", "delivered_at", "closed_at", "cancelled_at")
        if row.get("seller_id") is None or not any(row.get(name) for name in begun):
            continue
        ship_by, cancelled_at = row.get("ship_by"), row.get("cancelled_at")
        orders[row["order_id"]] = Order(
            order_id=row["order_id"],
            seller_id=row["seller_id"],
            paid_at=row.get("paid_at"),
            ship_by=last_instant(ship_by, zone) if ship_by else None,
            shipped_at=row.get("shipped_at"),
            delivered_at=row.get("delivered_at"),
            closed_at=row.get("closed_at"),
            cancelled_at=cancelled_at,
            cancelled_by=(row.get("cancelled_by") or "unknown") if cancelled_at else None,
            review=review_that_counts(as_known["feedback"], row, ratings),
            seller_review=review_that_counts(
                as_known["feedback"], row, ratings, by="seller", stars=("stars",)
            ),
            disputes=[
                each for each in as_known["disputes"] if each.get("order_id") == row["order_id"]
            ],
            said=row,
        )
    return orders


STARS = tuple(column.name for column in BY_NAME["feedback"].values if column.kind is Kind.STARS)


NOTHING_WAS_YET = datetime(1, 1, 1)


def by_day(ratings: Sequence[Row]) -> list[Row]:
    return sorted(ratings, key=lambda row: row["given_at"])


def review_that_counts(
    feedback: Iterable[Row],
    order: Row,
    whenever: Iterable[Row],
    *,
    by: str = "buyer",
    stars: Sequence[str] = STARS,
) -> Row | None:
    """Return the latest rating of the order by one side, or of what was bought with it.

    One that was taken away, or that carries no stars at all, is none; taking away a changed
    rating takes away what it said before of the same order as well, on every day: `whenever` holds
    the ratings as known of all days.
    """
    rows = list(feedback)
    taken_away = {
        (row["feedback_id"], row.get("order_id")): row["given_at"]
        for row in by_day(list(whenever))
        if row.get("removed_at")
    }
    named = {order["order_id"], order.get("parent_order_id")} - {None}
    ratings = [
        row
        for row in rows
        if row.get("order_id") in named
        and row.get("given_by", "buyer") == by
        and any(row.get(name) is not None for name in stars)
        and row["given_at"] > taken_away.get((row["feedback_id"], row["order_id"]), NOTHING_WAS_YET)
    ]
    return max(ratings, key=lambda row: (row["given_at"], row["feedback_id"]), default=None)


def answer_was_due(dispute: Row) -> datetime | None:
    """Return the last instant for the seller's answer; None where nothing started the clock."""
    starts = [dispute[name] for name in ("opened_at", "buyer_acted_at") if dispute.get(name)]
    return max(starts) + TIME_TO_ANSWER if starts else None


def is_unanswered(dispute: Row) -> bool:
    """Say whether the time to answer goes by without an answer, once it has gone by."""
    due = answer_was_due(dispute)
    if due is None:
        return False
    closed, answered = dispute.get("closed_at"), dispute.get("answered_at")
    if answered and due - TIME_TO_ANSWER <= answered <= due:
        return False
    if closed and closed < due:  # it ended while there was time: nothing left to answer
        return bool(dispute.get("close_reason") == "unanswered")
    return True


def events(order: Order, zone: str) -> dict[str, list[date]]:
    """Return the days of each event for which an order is assessed (facts SL-11)."""

    def days(*instants: datetime | None) -> list[date]:
        return [day_of(instant, zone) for instant in instants if instant]

    escalated = [dispute for dispute in order.disputes if dispute.get("escalated_at")]
    return {
        "ship_deadline_passed": days(order.ship_by),
        "cancelled_by_seller": days(order.cancelled_at if order.cancelled_by == "seller" else None),
        "shipped": days(order.shipped_at),
        "received": days(order.closed_at),
        "disputed": days(
            *(dispute.get("opened_at") for dispute in order.disputes),
            *(dispute.get("buyer_acted_at") for dispute in order.disputes),
        ),
        "arbitrated": days(
            *(dispute["escalated_at"] for dispute in escalated),
            *(dispute.get("closed_at") for dispute in escalated),
        ),
        "reviewed": days(order.review["given_at"]) if order.review else [],
        "review_period_expired": [
            closed_on + DAYS_TO_REVIEW * ONE_DAY
            for closed_on in days(order.closed_at)
            if order.review is None
        ],
    }


def bad_experiences(order: Order, zone: str) -> dict[str, list[date]]:
    """Return the days of each kind of bad experience."""

    def rated(name: str) -> list[date]:
        stars = order.review.get(name) if order.review else None
        if order.review is None or stars is None or stars > LOW_STARS:
            return []
        return [day_of(order.review["given_at"], zone)]

    return {
        "low_review": rated("stars"),
        "low_description": rated("description_stars"),
        "low_communication": rated("communication_stars"),
        "low_logistics": rated("logistics_stars"),
        "unsold": unsold(order, zone),
        "arbitration_raised": [
            day_of(dispute["escalated_at"], zone)
            for dispute in order.disputes
            if dispute.get("escalated_at")
        ],
        "dispute_unanswered": [
            day_of(due, zone)
            for dispute in order.disputes
            if (due := answer_was_due(dispute)) and is_unanswered(dispute)
        ],
    }


def unsold(order: Order, zone: str) -> list[date]:
    """Return the days on which a paid order turned out not to be sold after all."""
    days: list[date] = []
    if order.paid_at is None:
        return days
    if order.cancelled_at and order.cancelled_by == "seller":
        days.append(day_of(order.cancelled_at, zone))
    if (
        order.ship_by
        and order.shipped_at is None
        and order.delivered_at is None  # what was delivered was shipped, whoever forgot to say so
        and order.cancelled_by not in {"buyer", "unknown"}
        and (order.cancelled_at is None or order.cancelled_at > order.ship_by)
    ):
        days.append(day_of(order.ship_by, zone))
    return days


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An assessed order: why it counts and what was bad, each with its latest day in the window."""

    events: dict[str, date]
    kinds: dict[str, date]

    @property
    def is_bad(self) -> bool:
        return bool(self.kinds)

    @property
    def leaves_on(self) -> date:
        """The first day on which the order is no longer assessed, if nothing else happens."""
        return leaves_on(self.events.values())

    @property
    def bad_leaves_on(self) -> date | None:
        """The first day on which it no longer counts as bad; never after the order itself."""
        return min(self.leaves_on, leaves_on(self.kinds.values())) if self.kinds else None


def leaves_on(days: Iterable[date]) -> date:
    """Return the first day whose window holds none of the days."""
    return max(days) + WINDOW_DAYS * ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A seller's service level. `orders` holds the assessed ones; either grade or reason is set."""

    assessed: int
    bad: int
    grade: str | None
    not_graded_because: str | None
    orders: dict[str, Counted]


def service_level(
    facts: Facts,
    *,
    as_of: date,
    known_at: datetime,
    zone: str,
    corrected_at: datetime | None = None,
    limits: Sequence[tuple[str, Fraction]] = LIMITS,
) -> dict[str, Result]:
    """Judge every seller there is as of a day, by what was known at an instant.

    Corrections count as far as they were known at `corrected_at`, by default the same instant.
    """
    asked: dict[str, Any] = {
        "as_of": as_of,
        "known_at": known_at,
        "corrected_at": corrected_at or known_at,
        "zone": zone,
    }
    orders = order_history(facts, **asked)
    sellers = {order.seller_id for order in orders.values()} | stores(facts, **asked)
    results: dict[str, Result] = {}
    for seller in sorted(sellers):
        counted = {
            order.order_id: judged
            for order in orders.values()
            if order.seller_id == seller and (judged := judge(order, as_of, zone))
        }
        bad = sum(order.is_bad for order in counted.values())
        results[seller] = Result(
            assessed=len(counted),
            bad=bad,
            grade=grade(bad, len(counted), limits),
            not_graded_because=None if counted else NOTHING_ASSESSED,
            orders=counted,
        )
    return results


def judge(order: Order, as_of: date, zone: str) -> Counted | None:
    """Return what counts of an order in the window; None when it is not assessed at all."""
    first = as_of - (WINDOW_DAYS - 1) * ONE_DAY

    def within(found: Callable[[Order, str], dict[str, list[date]]]) -> dict[str, date]:
        in_window = {
            name: [day for day in days if first <= day <= as_of]
            for name, days in found(order, zone).items()
        }
        return {name: max(days) for name, days in in_window.items() if days}

    counts_for = within(events)
    return Counted(events=counts_for, kinds=within(bad_experiences)) if counts_for else None


def grade(bad: int, assessed: int, limits: Sequence[tuple[str, Fraction]]) -> str | None:
    """Return the first grade whose limit the rate stays below; None when nothing was assessed."""
    if not assessed:
        return None
    rate = Fraction(bad, assessed)
    return next((name for name, limit in limits if rate < limit), WORST_GRADE)


def stores(
    facts: Facts, *, as_of: date, known_at: datetime, corrected_at: datetime, zone: str
) -> set[str]:
    """Return the sellers that a `sellers` row lists as of a day.

    One that opened later is not there yet; one of which nobody said when it opened always is.
    """
    table = BY_NAME["sellers"]
    opening = table.column("opened_at")
    return {
        row["seller_id"]
        for row in facts.get("sellers", [])
        if not is_later(row, opening, as_of, zone)
        and taken_back(facts, table, row, "*", corrected_at) < recorded(row, opening) <= known_at
    }
