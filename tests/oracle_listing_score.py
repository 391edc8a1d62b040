"""The service score of a listing, recounted slowly from the words of the rulebook's remarks.

Its items are those of a store's score, over the lines of the one listing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from goodstanding.facts.catalogue import BY_NAME
from tests import oracle
from tests import oracle_daily_score as daily
from tests.oracle import Order
from tests.oracle_daily_score import Edition, Pair
from tests.oracle_decisions import Decisions, decisions
from tests.oracle_facts import Facts, Row, is_later, known, recorded, taken_back
from tests.oracle_feedback import rounded
from tests.oracle_level_2015 import Level, excluded_by

WHOLE_PERIOD = 10**9  # no listing sells so much that its period is shortened
LEANS_ON = 10  # assessed lines weigh as much as the store's score
SIX_ITEMS_SINCE = date(2018, 7, 25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A listing's score, its indices and points, and the two that it lies between."""

    indices: dict[str, Pair]
    points: dict[str, Fraction]
    assessed: int
    store: Fraction | None
    score: Fraction | None


class _Listing(daily._Store):
    """The lines of one listing, each with its order; those of excluded orders are none of them."""

    def __init__(
        self, lines: Sequence[tuple[Order, Row]], decided: Decisions, edition: Edition
    ) -> None:
        super().__init__([order for order, _ in lines], decided, edition)
        self.lines = lines

    def own_category(self) -> str | None:
        """Return where most of what was sold of it lies; of equals the first by name."""
        sold: Counter[str] = Counter()
        for order, line in self.lines:
            if self.within(order.paid_at) and line.get("category_id"):
                sold[line["category_id"]] += line.get("amount_minor") or 0
        return min(sold, key=lambda name: (-sold[name], name), default=None)


def scores(facts: Facts, listings_in_a_group: int, **asked: Any) -> dict[str, Score]:
    """Score every listing that there is as of a day."""
    edition = Edition(
        scheme="listing", orders_for_a_month=WHOLE_PERIOD, stores_in_a_group=listings_in_a_group
    )
    decided = decisions(
        facts, as_of=asked["as_of"], corrected_at=asked["corrected_at"], zone=asked["zone"]
    )
    orders = oracle.order_history(facts, **asked)
    lines: dict[str, list[tuple[Order, Row]]] = {name: [] for name in offered(facts, **asked)}
    for line in daily.lines_known(facts, **asked):
        if line["order_id"] in orders and line.get("listing_id"):
            lines.setdefault(line["listing_id"], []).append((orders[line["order_id"]], line))
    listings = {
        name: _Listing(
            [each for each in own if excluded_by(each[0], Level(), decided) is None],
            decided,
            edition,
        )
        for name, own in lines.items()
    }
    indices = {name: daily.indices_of(each, edition) for name, each in listings.items()}
    category = {name: each.own_category() for name, each in listings.items()}
    scheme = 2018 if asked["as_of"] >= SIX_ITEMS_SINCE else 2015
    stores = daily.scores(facts, Edition(scheme=scheme), **asked)
    found = {}
    for name, own in lines.items():
        store = stores.get(offered_by(name, own, facts, **asked) or "")
        alone = daily.scored(name, 90, indices, category, edition)
        assessed = sum(map(listings[name].is_assessed, listings[name].orders))
        of_store = None if store is None else store.score
        found[name] = Score(
            indices=indices[name],
            points=alone.points,
            assessed=assessed,
            store=of_store,
            score=between(alone, assessed, of_store),
        )
    return found


def between(alone: daily.Score, assessed: int, store: Fraction | None) -> Fraction | None:
    """Return what lies between the listing's own points and the store's score."""
    points = sum(alone.points.values(), Fraction(0))
    if store is None:
        return None if alone.score is None else within(points)
    weight = rounded(Fraction(assessed, assessed + LEANS_ON))
    return within(rounded(weight * points) + rounded((1 - weight) * store))


def within(score: Fraction) -> Fraction:
    return min(max(score, Fraction(0)), Fraction(100))


def offered(facts: Facts, **asked: Any) -> set[str]:
    """Return the listings that a `listings` row names as of a day."""
    table = BY_NAME["listings"]
    opening = table.column("opened_at")
    return {
        row["listing_id"]
        for row in facts.get("listings", [])
        if not is_later(row, opening, asked["as_of"], asked["zone"])
        and taken_back(facts, table, row, "*", asked["corrected_at"])
        < recorded(row, opening)
        <= asked["known_at"]
    }


def offered_by(
    listing: str, lines: Sequence[tuple[Order, Row]], facts: Facts, **asked: Any
) -> str | None:
    """Return the seller whom the source names, else who sold most lines; of equals the first."""
    as_known = known(
        facts,
        asked["known_at"],
        as_of=asked["as_of"],
        zone=asked["zone"],
        corrected_at=asked["corrected_at"],
    )
    for row in as_known.get("listings", []):
        if row["listing_id"] == listing and row.get("seller_id"):
            return str(row["seller_id"])
    sold = Counter(order.seller_id for order, _ in lines)
    return min(sold, key=lambda seller: (-sold[seller], seller), default=None)
