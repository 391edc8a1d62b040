"""The daily service score of 2015 and of 2018, recounted slowly from the sources' words (facts §2).

What no source tells, the curves and the groups of peers, is recounted from the words of the
rulebook's own remarks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests import oracle
from tests.oracle import Order
from tests.oracle_decisions import Decisions, decisions
from tests.oracle_facts import ONE_DAY, Facts, Row, day_of, known
from tests.oracle_feedback import rounded, ten_days
from tests.oracle_level_2015 import Level, excluded_by

RATES = ("non_sale_rate", "not_received_rate", "not_as_described_rate", "arbitration_lost_rate")
MEANS = {
    "description": "description_stars",
    "communication": "communication_stars",
    "logistics": "logistics_stars",
}
# The most points of an item, and the points of three stars, by the year of the version; a listing
# has those of 2018 without any below zero.
_OF_STORES: dict[int | str, dict[str, int]] = {
    2015: {
        "non_sale_rate": 5,
        "not_received_rate": 5,
        "not_as_described_rate": 10,
        "arbitration_lost_rate": 15,
        "positive_rate": 10,
        "description": 30,
        "communication": 15,
        "logistics": 10,
    },
    2018: {
        "non_sale_rate": 10,
        "not_received_rate": 15,
        "not_as_described_rate": 15,
        "description": 30,
        "communication": 15,
        "logistics": 15,
    },
}
MOST: dict[int | str, dict[str, int]] = {**_OF_STORES, "listing": _OF_STORES[2018]}
AT_THREE_STARS: dict[int | str, dict[str, int]] = {2018: {"communication": -30}}
LEAST: dict[int | str, int] = {2018: -30}
# A numerator and a denominator; a rate, or a mean, of nothing has 0 below.
Pair = tuple[Fraction, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which version it is, how many assessed orders shorten the period and stores make a group."""

    scheme: int | str = 2018
    orders_for_a_month: int = 60
    stores_in_a_group: int = 10

    @property
    def most(self) -> dict[str, int]:
        return MOST[self.scheme]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A store's score: its period, its indices, what its peers come to, points, and their sum."""

    period: int
    indices: dict[str, Pair]
    peers: dict[str, tuple[str, int, Fraction | None]]
    points: dict[str, Fraction]
    score: Fraction | None  # None where nothing at all was assessed


class _Store:
    """The orders of one store that are not excluded."""

    def __init__(self, orders: Sequence[Order], decided: Decisions, edition: Edition) -> None:
        self.orders, self.decided, self.as_of = orders, decided, decided.as_of
        self.scheme = edition.scheme
        self.days = 30
        assessed = sum(self.is_assessed(order) for order in orders)
        self.days = 30 if assessed >= edition.orders_for_a_month else 90

    def within(self, *instants: datetime | None) -> bool:
        first = self.as_of - (self.days - 1) * ONE_DAY
        return any(
            first <= day_of(each, self.decided.zone) <= self.as_of for each in instants if each
        )

    def is_assessed(self, order: Order) -> bool:
        review = order.review["given_at"] if order.review else None
        return self.within(order.ship_by, order.closed_at, latest_opened(order), review)

    def called_off(self, order: Order) -> bool:
        by_seller = order.cancelled_by == "seller" and order.shipped_at is None
        return by_seller and self.within(order.cancelled_at)

    def rates(self) -> dict[str, Pair]:
        paid = [each for each in self.orders if each.paid_at]
        due = [each for each in paid if self.within(each.ship_by) or self.called_off(each)]
        unsold = [
            each
            for each in due
            if not self.decided.name(each, "order protection")
            and (self.called_off(each) or (self.within(each.ship_by) and not is_gone(each)))
        ]
        ended = [
            each
            for each in self.orders
            if self.within(each.closed_at, latest_opened(each))
            or (self.scheme == 2015 and self.within(latest_lost(each)))
        ]
        upheld = [
            each
            for each in ended
            if self.within(latest_opened(each)) and how_ended(each) != "withdrawn"
        ]
        why = {id(each): why_opened(each) for each in upheld}
        received = [
            each
            for each in upheld
            if why[id(each)] == "not_received" and not self.decided.excuse(each)
        ]
        described = [each for each in upheld if why[id(each)] == "not_as_described"]
        lost = [
            each
            for each in ended
            if self.within(latest_lost(each)) and why_opened(each) == "not_as_described"
        ]
        return {
            "non_sale_rate": (Fraction(len(unsold)), len(due)),
            "not_received_rate": (Fraction(len(received)), len(ended)),
            "not_as_described_rate": (Fraction(len(described)), len(ended)),
            "arbitration_lost_rate": (Fraction(len(lost)), len(ended)),
        }

    def positive_rate(self) -> Pair:
        given = [
            each.review.get("stars")
            for each in self.ratings()
            if each.review and self.within(each.review["given_at"])
        ]
        told = [stars for stars in given if stars is not None and stars != 3]
        return Fraction(sum(stars >= 4 for stars in told)), len(told)

    def ratings(self) -> list[Order]:
        columns = [*(["stars"] if self.scheme == 2015 else []), *MEANS.values()]
        honest = [each for each in self.orders if not self.decided.bought_the_review(each)]
        return counted_ratings(honest, self.decided, columns)

    def means(self) -> dict[str, Pair]:
        ratings = self.ratings()
        found = {}
        for name, column in MEANS.items():
            stars = [
                Fraction(str(each.review[column]))
                for each in ratings
                if each.review
                and self.within(each.review["given_at"])
                and each.review.get(column) is not None
                and not (name == "logistics" and self.decided.excuse(each))
            ]
            found[name] = (sum(stars, Fraction(0)), len(stars))
        return found

    def category(self, lines: Iterable[Row]) -> str | None:
        """Return where most of what was sold in the period lies; of equals the first by name."""
        sold: dict[str, int] = defaultdict(int)
        paid = {each.order_id for each in self.orders if self.within(each.paid_at)}
        for line in lines:
            if line.get("order_id") in paid and line.get("category_id"):
                sold[line["category_id"]] += line.get("amount_minor") or 0
        return min(sold, key=lambda name: (-sold[name], name), default=None)


def is_gone(order: Order) -> bool:
    """Say whether it was shipped, delivered or cancelled by its ship-by instant."""
    gone = (order.shipped_at, order.delivered_at, order.cancelled_at)
    return order.ship_by is not None and any(each and each <= order.ship_by for each in gone)


def latest_opened(order: Order) -> datetime | None:
    opened = [each["opened_at"] for each in order.disputes if each.get("opened_at")]
    return max(opened, default=None)


def latest_lost(order: Order) -> datetime | None:
    """Return when the latest arbitration ended that found the seller liable (SL-25)."""
    lost = [each for each in order.disputes if each.get("escalated_at")]
    ended = [each.get("closed_at") for each in lost if each.get("liable") == "seller"]
    return max((each for each in ended if each), default=None)


def why_opened(order: Order) -> str | None:
    """Return the reason with which the latest dispute was opened (EX-08).

    Where nobody told when any was opened it is the last by its id.
    """

    def place(dispute: Row) -> tuple[bool, datetime, str]:
        at = dispute.get("opened_at")
        return at is not None, at or datetime(1900, 1, 1), dispute["dispute_id"]

    latest = max(order.disputes, key=place, default=None)
    return None if latest is None else latest.get("first_reason") or latest.get("reason")


def how_ended(order: Order) -> str | None:
    ended = [each for each in order.disputes if each.get("closed_at")]
    last = max(ended, key=lambda each: (each["closed_at"], each["dispute_id"]), default=None)
    return None if last is None else last.get("close_reason")


def counted_ratings(
    orders: Iterable[Order], decided: Decisions, columns: Sequence[str]
) -> list[Order]:
    """Return the orders whose rating counts: of one buyer in ten days the last (DR-05).

    Of those of one day it is the one with the lowest values, nothing before something.
    """
    groups: dict[Any, list[Order]] = defaultdict(list)
    for place, order in enumerate(orders):
        if order.review:
            day = day_of(order.review["given_at"], decided.zone)
            buyer = order.said.get("buyer_id")
            groups[place if buyer is None else (buyer, ten_days(day))].append(order)

    def kept(order: Order) -> tuple[Any, ...]:
        review = order.review or {}
        values = [review.get(column) for column in columns]
        lowest = [(value is not None, value or 0) for value in values]
        return (
            -day_of(review["given_at"], decided.zone).toordinal(),
            lowest,
            decided.excuse(order),
        )

    return [min(group, key=kept) for group in groups.values()]


def value_of(pair: Pair) -> Fraction | None:
    return rounded(pair[0] / pair[1]) if pair[1] else None


def points_of(
    name: str, scheme: int | str, value: Fraction | None, average: Fraction | None
) -> Fraction:
    """Return an item's points: four fifths of the most at the average, or where not assessed."""
    most = Fraction(MOST[scheme][name])
    usual = most * Fraction(4, 5)
    if value is None or average is None:
        return usual
    if name in RATES:
        corners = [(Fraction(0), most), (average, usual), (3 * average, Fraction(0))]
    elif name == "positive_rate":
        corners = [(Fraction(7, 10), Fraction(0)), (average, usual), (Fraction(1), most)]
    else:
        low = Fraction(AT_THREE_STARS.get(scheme, {}).get(name, 0))
        corners = [(Fraction(3), low), (average, usual), (Fraction(5), most)]
    for place in range(1, 3):
        corners[place] = (max(corners[place][0], corners[place - 1][0]), corners[place][1])
    found = [points for at, points in corners if at == value]
    if found:
        return max(found)
    if value < corners[0][0]:
        return corners[0][1]
    for (left, start), (right, end) in pairwise(corners):
        if left < value < right:
            return start + rounded((value - left) * (end - start) / (right - left))
    return corners[-1][1]


def scores(facts: Facts, edition: Edition, **asked: Any) -> dict[str, Score]:
    """Score every store there is as of a day."""
    decided = decisions(
        facts, as_of=asked["as_of"], corrected_at=asked["corrected_at"], zone=asked["zone"]
    )
    lines = lines_known(facts, **asked)
    stores: dict[str, list[Order]] = {name: [] for name in oracle.stores(facts, **asked)}
    for order in oracle.order_history(facts, **asked).values():
        stores.setdefault(order.seller_id, [])
        if excluded_by(order, Level(), decided) is None:
            stores[order.seller_id].append(order)
    found = {name: _Store(orders, decided, edition) for name, orders in stores.items()}
    indices = {name: indices_of(each, edition) for name, each in found.items()}
    category = {name: each.category(lines) for name, each in found.items()}
    return {
        name: scored(name, each.days, indices, category, edition) for name, each in found.items()
    }


def indices_of(store: _Store, edition: Edition) -> dict[str, Pair]:
    found = {**store.rates(), "positive_rate": store.positive_rate(), **store.means()}
    return {name: found[name] for name in edition.most}


def lines_known(facts: Facts, **asked: Any) -> list[Row]:
    as_known = known(
        facts,
        asked["known_at"],
        as_of=asked["as_of"],
        zone=asked["zone"],
        corrected_at=asked["corrected_at"],
    )
    return as_known.get("order_lines", [])


def scored(
    name: str,
    period: int,
    indices: dict[str, dict[str, Pair]],
    category: dict[str, str | None],
    edition: Edition,
) -> Score:
    peers, points = {}, {}
    for item in edition.most:
        assessed = [store for store in indices if indices[store][item][1]]
        near = [s for s in assessed if category[s] is not None and category[s] == category[name]]
        is_near = len(near) >= edition.stores_in_a_group
        group = near if is_near else assessed
        top = sum((indices[store][item][0] for store in group), Fraction(0))
        bottom = sum(indices[store][item][1] for store in group)
        average = value_of((top, bottom))
        peers[item] = ("category_l2_id" if is_near else "everyone", len(group), average)
        points[item] = points_of(item, edition.scheme, value_of(indices[name][item]), average)
    total = sum(points.values(), Fraction(0))
    total = min(max(total, Fraction(LEAST.get(edition.scheme, 0))), Fraction(100))
    is_assessed = any(bottom for _, bottom in indices[name].values())
    score = total if is_assessed else None
    return Score(period=period, indices=indices[name], peers=peers, points=points, score=score)
