"""Taobao's three ratings of a shop, recounted slowly from the sources' words (facts §3.3).

What an industry is no source tells: it is recounted from the words of the rulebook's own remark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Any

from tests import oracle
from tests.oracle import Order
from tests.oracle_facts import ONE_DAY, Facts, Row, day_of, known
from tests.oracle_feedback import against, mean, rounded

RATINGS = {
    "description": "description_stars",
    "service": "communication_stars",
    "logistics": "logistics_stars",
}
DAYS = 180  # ending on the as-of day, both ends included (DT-02)
MOST_OF_A_MONTH = 3  # ratings by one buyer of one shop (DT-04)


def orders_of(facts: Facts, **asked: Any) -> dict[str, list[Order]]:
    """Return the orders of every shop there is as of a day."""
    shops: dict[str, list[Order]] = {name: [] for name in oracle.stores(facts, **asked)}
    for order in oracle.order_history(facts, **asked).values():
        shops.setdefault(order.seller_id, []).append(order)
    return shops


def ways(orders: Iterable[Order], zone: str) -> list[list[list[Order]]]:
    """Return, for each buyer and month of one shop, the ratings that may be the first three.

    The months are those in which the trade succeeded. Of several of one day no source says which
    is the first; a rating of which buyer or day is unknown takes no place among others.
    """
    alone: list[list[list[Order]]] = []
    months: dict[Any, list[tuple[date, Order]]] = defaultdict(list)
    for each in orders:
        if each.review and any(each.review.get(name) is not None for name in RATINGS.values()):
            buyer, closed_at = each.said.get("buyer_id"), each.closed_at
            if buyer is None or closed_at is None:
                alone.append([[each]])
            else:
                day = day_of(closed_at, zone)
                months[buyer, day.year, day.month].append((day, each))
    return alone + [first_three(several) for several in months.values()]


def first_three(several: Sequence[tuple[date, Order]]) -> list[list[Order]]:
    """Return the ways in which three of some may be the first, by the day of success."""
    if len(several) <= MOST_OF_A_MONTH:
        return [[each for _, each in several]]
    third = sorted(day for day, _ in several)[MOST_OF_A_MONTH - 1]
    before = [each for day, each in several if day < third]
    tied = [each for day, each in several if day == third]
    return [[*before, *some] for some in combinations(tied, MOST_OF_A_MONTH - len(before))]


def ratings(counted: Iterable[Order], as_of: date, zone: str) -> dict[str, Any]:
    """Return the mean and the number of each rating of one shop: the 180 days together (DT-03)."""
    first = as_of - (DAYS - 1) * ONE_DAY
    within = [
        each.review
        for each in counted
        if each.review and first <= day_of(each.review["given_at"], zone) <= as_of
    ]
    found: dict[str, Any] = {}
    for name, column in RATINGS.items():
        stars = [Fraction(each[column]) for each in within if each.get(column) is not None]
        found[name] = mean(stars)
        found[f"{name}_ratings"] = len(stars)
    return found


def industries(
    shops: Mapping[str, Sequence[Order]], facts: Facts, **asked: Any
) -> dict[str, str | None]:
    """Return the category in which each shop sold most in the days; of equals the first by name."""
    as_known = known(
        facts,
        asked["known_at"],
        as_of=asked["as_of"],
        zone=asked["zone"],
        corrected_at=asked["corrected_at"],
    )
    lines = as_known.get("order_lines", [])
    return {name: _industry(orders, lines, **asked) for name, orders in shops.items()}


def _industry(orders: Iterable[Order], lines: Iterable[Row], **asked: Any) -> str | None:
    first = asked["as_of"] - (DAYS - 1) * ONE_DAY
    paid = {
        each.order_id
        for each in orders
        if each.paid_at and first <= day_of(each.paid_at, asked["zone"]) <= asked["as_of"]
    }
    sold: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.get("order_id") in paid and line.get("category_id"):
            sold[line["category_id"]] += line.get("amount_minor") or 0
    return min(sold, key=lambda name: (-sold[name], name), default=None)


def against_the_industry(
    means: Mapping[str, Mapping[str, Any]],
    industry: Mapping[str, str | None],
    least: int,
) -> dict[str, dict[str, Any]]:
    """Return where each shop stands in its industry, for each rating (DT-06).

    An industry in which fewer than `least` shops are rated is everybody.
    """
    found: dict[str, dict[str, Any]] = {shop: {} for shop in means}
    for name in RATINGS:
        values = {s: rounded(own[name]) for s, own in means.items() if own[name] is not None}
        for shop in means:
            near = [s for s in values if industry[s] is not None and industry[s] == industry[shop]]
            group = near if len(near) >= least else list(values)
            found[shop][f"{name}_against"] = against(
                values.get(shop), [values[each] for each in group]
            )
    return found
