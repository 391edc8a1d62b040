"""The category assessment, recounted slowly from the sources' words (facts §5).

What no source tells, the fewest orders and the standing among the category's sellers, is recounted
from the words of the rulebook's own remarks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests import oracle
from tests.oracle import Order
from tests.oracle_daily_score import how_ended, latest_opened, why_opened
from tests.oracle_decisions import Decisions, decisions
from tests.oracle_facts import ONE_DAY, Facts, Row, day_of, known
from tests.oracle_feedback import part, rounded, ten_days
from tests.oracle_level_2015 import Level, excluded_by

FIGURES = ("description", "not_as_described_rate")
# A seller and the category on the second level.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """How many days are looked back on, and how many orders and sellers are enough."""

    days: int
    orders: int = 10
    sellers: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A seller's two figures within a category: the sum of what each is made of, and of how many.

    `values` has those that are assessed. `peers` says with whom each is compared: the column
    and the id of their group, and how many of it are assessed.
    """

    described: tuple[Fraction, int]
    disputed: tuple[int, int]
    values: dict[str, Fraction]
    peers: dict[str, tuple[str, str | None, int]]
    against: dict[str, Fraction | None]


def way_to(category: str, categories: Iterable[Row]) -> list[str]:
    """Return the categories on the way to one, the uppermost first, itself last."""
    above = {row["category_id"]: row.get("parent_id") for row in categories}
    way = [category]
    while above.get(way[0]):
        way.insert(0, str(above[way[0]]))
    return way


class _Sold:
    """What one seller sold in one category: an entry for each line, excluded orders left out."""

    def __init__(self, sold: Sequence[Order], decided: Decisions, edition: Edition) -> None:
        self.sold, self.decided, self.edition = sold, decided, edition

    def within(self, *instants: datetime | None) -> bool:
        first = self.decided.as_of - (self.edition.days - 1) * ONE_DAY
        days = [day_of(each, self.decided.zone) for each in instants if each]
        return any(first <= day <= self.decided.as_of for day in days)

    def disputed(self) -> tuple[int, int]:
        """Return how many orders were disputed as not as described, of how many (SL-26, EX-08)."""
        orders = {each.order_id: each for each in self.sold}.values()
        ended = [each for each in orders if self.within(each.closed_at, latest_opened(each))]
        bad = [
            each
            for each in ended
            if self.within(latest_opened(each))
            and how_ended(each) != "withdrawn"
            and why_opened(each) == "not_as_described"
        ]
        return len(bad), len(ended)

    def described(self) -> tuple[Fraction, int]:
        """Return the stars for the description, of one buyer in ten days the last (DR-05)."""
        given: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        for place, order in enumerate(self.sold):
            stars = (order.review or {}).get("description_stars")
            if order.review and stars is not None and not self.decided.bought_the_review(order):
                at = order.review["given_at"]
                day, buyer = day_of(at, self.decided.zone), order.said.get("buyer_id")
                key = place if buyer is None else (buyer, ten_days(day))
                given[key].append((-day.toordinal(), Fraction(str(stars)), at))
        counted = [min(group) for group in given.values()]
        stars_in = [stars for _, stars, at in counted if self.within(at)]
        return sum(stars_in, Fraction(0)), len(stars_in)


def assessed(facts: Facts, edition: Edition, **asked: Any) -> dict[Pair, Category]:
    """Assess every seller within every category there is as of a day."""
    clocks = {key: asked[key] for key in ("as_of", "corrected_at", "zone")}
    as_known = known(facts, asked["known_at"], **clocks)
    decided = decisions(facts, **clocks)
    orders = oracle.order_history(facts, **asked)
    tree = as_known.get("categories", [])
    sold: dict[Pair, list[Order]] = defaultdict(list)
    uppermost: dict[str, str] = {}
    for line in as_known.get("order_lines", []):
        order = orders.get(line["order_id"])
        if order is None or line.get("category_id") is None:
            continue
        first, *further = way_to(line["category_id"], tree)
        second = further[0] if further else first
        uppermost[second] = first
        own = sold[order.seller_id, second]
        if excluded_by(order, Level(), decided) is None:
            own.append(order)
    counted = {pair: _Sold(lines, decided, edition) for pair, lines in sold.items()}
    figures = {pair: (each.described(), each.disputed()) for pair, each in counted.items()}
    values = {pair: _values(*each, edition) for pair, each in figures.items()}
    found = {}
    for pair, (described, disputed) in figures.items():
        peers, against = {}, {}
        for name in FIGURES:
            # Whoever sold nothing in these days belongs nowhere.
            groups = (
                [("category_l2_id", pair[1]), ("category_l1_id", uppermost[pair[1]])]
                if disputed[1]
                else []
            )
            belongs = {p: (p[1], uppermost[p[1]]) for p in figures if figures[p][1][1]}
            peers[name], among = _peers(name, groups, belongs, values, edition)
            against[name] = _standing(name, values[pair].get(name), among)
        found[pair] = Category(
            described=described,
            disputed=disputed,
            values=values[pair],
            peers=peers,
            against=against,
        )
    return found


def _values(
    described: tuple[Fraction, int], disputed: tuple[int, int], edition: Edition
) -> dict[str, Fraction]:
    if disputed[1] < edition.orders:
        return {}
    found = {"not_as_described_rate": rounded(Fraction(*disputed))} if disputed[1] else {}
    if described[1]:
        found["description"] = rounded(described[0] / described[1])
    return found


def _peers(
    name: str,
    groups: Sequence[tuple[str, str]],
    belongs: Mapping[Pair, tuple[str, str]],
    values: Mapping[Pair, Mapping[str, Fraction]],
    edition: Edition,
) -> tuple[tuple[str, str | None, int], list[Fraction]]:
    """Return the nearest group that is large enough, and the values of its members."""
    for place, (column, group) in enumerate(groups):
        members = [pair for pair, its in belongs.items() if its[place] == group]
        among = [values[pair][name] for pair in members if name in values[pair]]
        if len(among) >= edition.sellers:
            return (column, group, len(among)), among
    everybody = [each[name] for each in values.values() if name in each]
    return ("everyone", None, len(everybody)), everybody


def _standing(name: str, own: Fraction | None, among: Sequence[Fraction]) -> Fraction | None:
    """Return 1 for the best of them, 0 for their mean, -1 for the last; by Taobao's formula."""
    if own is None or not among:
        return None
    mean = rounded(sum(among, Fraction(0)) / len(among))
    best, last = (max(among), min(among)) if name == "description" else (min(among), max(among))
    is_better = own >= mean if name == "description" else own <= mean
    return part(own - mean, best - mean) if is_better else part(own - mean, mean - last)
