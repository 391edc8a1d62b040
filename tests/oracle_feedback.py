"""Feedback and detailed ratings, recounted slowly from the sources' words (facts §3.1, §3.2)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle import Order
from tests.oracle_facts import ONE_DAY, Facts, Row, day_of, known

ITEMS = ("description_stars", "communication_stars", "logistics_stars")
TIERS = (
    *((3, "medal 1"), (10, "medal 2"), (30, "medal 3"), (100, "medal 4"), (200, "medal 5")),
    *((500, "diamond 1"), (1000, "diamond 2"), (2000, "diamond 3")),
    *((5000, "diamond 4"), (10_000, "diamond 5")),
    *((20_000, "crown 1"), (50_000, "crown 2"), (100_000, "crown 3")),
    *((200_000, "crown 4"), (400_000, "crown 5")),
)
MALICIOUS = "malicious buyer"  # decisions for this reason take ratings out (EX-02)
MONTHS = {"in_1_month": 1, "in_3_months": 3, "in_6_months": 6, "in_12_months": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A rating that was given: by whom, on which day, and the row that says it."""

    order_id: str
    seller_id: str
    buyer_id: str | None
    on: date
    said: Row


def ten_days(day: date) -> tuple[int, int, int]:
    """Return the ten days of a month that a day lies in (FB-10)."""
    return day.year, day.month, 1 if day.day <= 10 else 11 if day.day <= 20 else 21


def is_disputed(order: Order) -> bool:
    """Say whether a dispute leaves it out: not received or to be returned (FB-16).

    The latest that was opened says why, the latest that ended how. Where nobody told when any
    was opened it is the last by its id.
    """
    if not order.disputes:
        return False
    never = datetime(1900, 1, 1)
    latest = max(order.disputes, key=lambda e: (e.get("opened_at") or never, e["dispute_id"]))
    if latest.get("reason") != "not_received" and not latest.get("has_return"):
        return False
    ended = [each for each in order.disputes if each.get("closed_at")]
    last = max(ended, key=lambda each: (each["closed_at"], each["dispute_id"]), default=None)
    is_withdrawn = last is not None and last.get("close_reason") == "withdrawn"
    return not is_withdrawn or any(each.get("escalated_at") for each in order.disputes)


def special_orders(facts: Facts, **asked: Any) -> set[str]:
    """Return the orders with a line of freight, a gift, a deposit or a sale in advance (FB-17)."""
    as_known = known(
        facts,
        asked["known_at"],
        as_of=asked["as_of"],
        zone=asked["zone"],
        corrected_at=asked["corrected_at"],
    )
    special = {
        each["listing_id"]
        for each in as_known.get("listings", [])
        if each.get("kind") in {"freight", "gift", "deposit", "presale"}
    }
    return {
        each["order_id"]
        for each in as_known.get("order_lines", [])
        if each.get("listing_id") in special
    }


def small_orders(orders: Sequence[Order], facts: Facts, **asked: Any) -> set[str]:
    """Return the orders of less than 5 USD (FB-15), what was paid in EUR without a currency.

    An amount without a rate by the day of its order is not known to be so small.
    """
    rates = known(
        facts,
        asked["known_at"],
        as_of=asked["as_of"],
        zone=asked["zone"],
        corrected_at=asked["corrected_at"],
    ).get("rates", [])
    return {each.order_id for each in orders if _is_small(each.said, rates, asked["zone"])}


def _is_small(order: Row, rates: Sequence[Row], zone: str) -> bool:
    amount, paid_in = order.get("amount_minor"), order.get("currency") or "EUR"
    if amount is None:
        return False
    if paid_in == "USD":
        return bool(amount < 500)
    if order.get("placed_at") is None:
        return False
    by_then = [each for each in rates if each["day"] <= day_of(order["placed_at"], zone)]
    for one, other in ((paid_in, "USD"), ("USD", paid_in)):
        told = [r for r in by_then if (r["from_currency"], r["to_currency"]) == (one, other)]
        if told:
            worth = Fraction(max(told, key=lambda each: each["day"])["ppm"], 1_000_000)
            return bool(floor(amount * worth if other == "USD" else amount / worth) < 500)
    return False


def ratings(orders: Sequence[Order], zone: str) -> list[Rating]:
    return [
        Rating(
            order_id=each.order_id,
            seller_id=each.seller_id,
            buyer_id=each.said.get("buyer_id"),
            on=day_of(each.review["given_at"], zone),
            said=each.review,
        )
        for each in orders
        if each.review
    ]


def once_in_ten_days(given: Sequence[Rating]) -> list[list[Rating]]:
    """Return, for each buyer and ten days, the ratings of the last day (FB-11, DR-05).

    Of several of one day no source says which counts.
    """
    alike: dict[Any, list[Rating]] = {}
    for each in given:
        whose = each.order_id if each.buyer_id is None else (each.buyer_id, ten_days(each.on))
        alike.setdefault((each.seller_id, whose), []).append(each)
    return [
        [each for each in several if each.on == max(other.on for other in several)]
        for several in alike.values()
    ]


def months_before(day: date, months: int) -> date:
    """Return the first of so many months that end on a day."""
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + ONE_DAY


def polarity(rating: Rating) -> str:
    stars = rating.said["stars"]
    return "positive" if stars >= 4 else "neutral" if stars == 3 else "negative"


def feedback(counted: Sequence[Rating], as_of: date) -> dict[str, Any]:
    """Return everything that the feedback of one seller says."""

    def since(first: date | None) -> list[Rating]:
        return [r for r in counted if r.on <= as_of and (first is None or r.on >= first)]

    def count(given: Sequence[Rating], *what: str) -> int:
        return sum(polarity(each) in what for each in given)

    everything = since(None)
    half_year = since(months_before(as_of, 6))
    quarter = since(as_of - 89 * ONE_DAY)
    score = count(everything, "positive") - count(everything, "negative")
    windows = {name: since(months_before(as_of, n)) for name, n in MONTHS.items()}
    stars = [Fraction(each.said["stars"]) for each in half_year]
    return {
        "grade": next((name for start, name in reversed(TIERS) if score >= start), "none"),
        "feedback_score": score,
        "positive_rate_display": (count(half_year, "positive"), len(half_year)),
        "positive_rate_90": (count(quarter, "positive"), count(quarter, "positive", "negative")),
        "average_stars": mean(stars),
        **{
            f"{what}_{name}": count(given, what)
            for name, given in (windows | {"so_far": everything}).items()
            for what in ("positive", "neutral", "negative")
        },
    }


def detailed(counted: Sequence[Rating], as_of: date) -> dict[str, Any]:
    """Return the mean, the number and the spread of each detailed rating of one seller."""
    first = months_before(as_of, 6)
    found: dict[str, Any] = {}
    for item in ITEMS:
        name = item.removesuffix("_stars")
        stars = [
            Fraction(each.said[item])
            for each in counted
            if first <= each.on <= as_of and each.said.get(item) is not None
        ]
        found[name] = mean(stars)
        found[f"{name}_ratings"] = len(stars)
        for whole in (5, 4, 3, 2, 1):
            found[f"{name}_rated_{whole}"] = sum(int(each) == whole for each in stars)
    return found


def mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def against_everybody(means: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return where each seller stands among all of them, for each detailed rating.

    1 is the best, 0 the mean, -1 the last. No category of these markets has ten sellers, so that
    each is compared with everybody.
    """
    found: dict[str, dict[str, Any]] = {seller: {} for seller in means}
    for name in (item.removesuffix("_stars") for item in ITEMS):
        values = {s: rounded(own[name]) for s, own in means.items() if own[name] is not None}
        for seller in means:
            found[seller][f"{name}_against"] = against(values.get(seller), list(values.values()))
    return found


def against(value: Fraction | None, group: Sequence[Fraction]) -> Fraction | None:
    """Return how far a value lies from the mean of a group on the way to its best or its last.

    None where there is no such way, and where the value is not known (DT-06).
    """
    if value is None:
        return None
    middle = rounded(mean(group) or Fraction(0))
    end = max(group) - middle if value >= middle else middle - min(group)
    return part(value - middle, end)


def part(value: Fraction, whole: Fraction) -> Fraction | None:
    return rounded(value / whole) if whole else None


def rounded(value: Fraction) -> Fraction:
    """Round half away from zero to six places."""
    scaled = abs(value) * 1_000_000
    nearest = Fraction(int(scaled + Fraction(1, 2)), 1_000_000)
    return nearest if value >= 0 else -nearest
