"""Taobao's credit of a seller, recounted slowly from the sources' words (facts DT-07 to DT-10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests import oracle
from tests.oracle_facts import ONE_DAY, Facts, day_of, known

HEARTS, DIAMONDS = (4, 11, 41, 91, 151), (251, 501, 1001, 2001, 5001)
SPAN = 14 * ONE_DAY  # the days in which ratings of the same item are one
MOST = 6  # points of one buyer and month, either way
SILENCE = 15 * ONE_DAY  # after an order ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing that was bought: by whom, on which day, and the points it is worth.

    It was rated, or its buyer was silent and the seller rated well.
    """

    seller_id: str
    buyer_id: str | None
    listing_id: str | None
    placed_on: date | None
    closed_on: date | None
    rated_on: date | None
    points: int

    @property
    def place(self) -> tuple[date, ...]:
        """Where it stands among others; of one day the lowest values come first."""
        days = (self.placed_on, self.closed_on, self.rated_on)
        return tuple(day or date.min for day in days)


def rated_items(facts: Facts, **asked: Any) -> list[Item]:
    """Return what is worth points: each line of each order that was rated, in stars, or not."""
    as_known = known(
        facts,
        asked["known_at"],
        as_of=asked["as_of"],
        zone=asked["zone"],
        corrected_at=asked["corrected_at"],
    )
    orders = oracle.order_history(facts, **asked)
    found = []
    for line in as_known.get("order_lines", []):
        order = orders.get(line["order_id"])
        stars = order.review.get("stars") if order is not None and order.review else None
        if order is None or not (stars is not None or is_passed_over(order, **asked)):
            continue
        found.append(
            Item(
                seller_id=order.seller_id,
                buyer_id=order.said.get("buyer_id"),
                listing_id=line.get("listing_id"),
                placed_on=on(order.said.get("placed_at"), asked["zone"]),
                closed_on=on(order.closed_at, asked["zone"]),
                rated_on=on(order.review["given_at"] if order.review else None, asked["zone"]),
                points=1 if stars is None else points(stars),
            )
        )
    return found


def on(at: datetime | None, zone: str) -> date | None:
    return None if at is None else day_of(at, zone)


def is_passed_over(order: oracle.Order, *, as_of: date, zone: str, **_: Any) -> bool:
    """Say whether the seller rated well, and the buyer was silent for 15 days (DT-07)."""
    given = order.seller_review
    if order.review or given is None or given["stars"] < 4 or order.closed_at is None:
        return False
    until = day_of(order.closed_at, zone) + SILENCE
    return day_of(given["given_at"], zone) <= until <= as_of


def points(stars: Any) -> int:
    """Return what a rating is worth: good a point, neutral none, bad one less (DT-07)."""
    return 1 if stars >= 4 else 0 if stars == 3 else -1


def once_in_fourteen_days(items: Iterable[Item]) -> list[Item]:
    """Return the ratings that count: of one item several good within 14 days are one (DT-08)."""
    counted: list[Item] = []
    last: dict[tuple[Any, ...], date] = {}
    for item in sorted(items, key=lambda each: each.place):
        whose = (item.seller_id, item.buyer_id, item.listing_id, item.points)
        if None in whose or item.placed_on is None:
            counted.append(item)  # nobody knows what it repeats
        elif whose not in last or item.placed_on >= last[whose] + SPAN:
            counted.append(item)
            last[whose] = item.placed_on
    return counted


def credit(counted: Sequence[Item]) -> int:
    """Return the points of one seller: of one buyer and month between -6 and 6 (DT-08)."""
    months: dict[tuple[Any, ...], int] = {}
    total = 0
    for item in counted:
        if item.buyer_id is None or item.placed_on is None:
            total += item.points
        else:
            month = (item.buyer_id, item.placed_on.year, item.placed_on.month)
            months[month] = months.get(month, 0) + item.points
    return total + sum(max(-MOST, min(MOST, net)) for net in months.values())


def level(score: int) -> str:
    """Return the level of so many points, as far as a small market comes (DT-10)."""
    names = {start: f"heart {place}" for place, start in enumerate(HEARTS, start=1)}
    names |= {start: f"diamond {place}" for place, start in enumerate(DIAMONDS, start=1)}
    reached = [start for start in names if score >= start]
    return names[max(reached)] if reached else "none"


def standing(items: Iterable[Item]) -> dict[str, Any]:
    """Return everything that the credit of one seller says."""
    counted = once_in_fourteen_days(items)
    score = credit(counted)
    worth = [each.points for each in counted if each.rated_on is not None]
    return {
        "grade": level(score),
        "credit_score": score,
        "positive_rate": (worth.count(1), len(worth)),
        "positive_so_far": worth.count(1),
        "neutral_so_far": worth.count(0),
        "negative_so_far": worth.count(-1),
        "silent_so_far": len(counted) - len(worth),
    }
