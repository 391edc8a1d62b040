"""The queue: a seller's open orders in the order in which to serve them.

By deadline. Where the queue is on, the classes of the year are settled (`settling`) and at least
twenty buyers wait, the lots of buyers (`lots`)
break ties within one ship-by day: those first whose lot says good standing. Within them, and
within the others, an order stands by its ship-by instant and then by a digest of its id, which
knows nothing of anybody's standing. docs/queue.md says what a seller can tell from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

from goodstanding.days import BEGINNING
from goodstanding.effects import buyer_bands, lots, settling, switches
from goodstanding.effects.open_orders import OpenOrder, open_orders
from goodstanding.explanation.answer import plain

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

LEAST_BUYERS = 20
ROUNDED_TO = 5
_LAST = date.max  # where orders stand of which nobody said by when to send them
_TWO_SIDED = 1.96  # standard deviations within which 95 of 100 counts lie


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An order and its place, from 1. `ship_by` is naive UTC, None where nobody said.

    `is_past`: the instant has passed by the end of the as-of day.
    """

    place: int
    order_id: str
    ship_by: datetime | None
    is_past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodStanding:
    """How many of a seller's open orders are from buyers in good standing, about.

    `orders_n` of `of_n`, rounded to 5 and made of lots: in 95 of 100 such counts the true number
    lies within `margin` of it.
    """

    orders_n: int
    of_n: int
    margin: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A seller's open orders at the end of a day, in the order in which to serve them.

    `breaks_ties` says whether standing does so within a ship-by day; `good_standing` is None where
    it does not. Nothing here is of any one buyer.
    """

    seller_id: str
    as_of: date
    known_at: datetime
    time_zone: str
    is_on: bool
    buyers_n: int
    breaks_ties: bool
    orders: tuple[Queued, ...]
    good_standing: GoodStanding | None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it: days and instants are ISO 8601 text."""
        found: dict[str, Any] = plain(self)
        return found


def queue(
    database: Database, settings: Settings, seller_id: str, *, as_of: date, known_at: datetime
) -> Queue:
    """Return a seller's queue at the end of a day. Raises `SubjectUnknown`."""
    found = open_orders(database, settings, seller_id, as_of=as_of, known_at=known_at)
    buyers = {each.buyer_no for each in found if each.buyer_no is not None}
    is_on = switches.is_on(database, "queue")
    has_classes = settling.is_settled(database, as_of.year)
    breaks_ties = is_on and has_classes and len(buyers) >= LEAST_BUYERS
    first: set[int] = set()
    if breaks_ties:
        said = buyer_bands.accounts(database, settings, as_of=as_of, known_at=known_at)
        first = _first(database, buyers, as_of.year, buyer_bands.objected(said))
    return Queue(
        seller_id=seller_id,
        as_of=as_of,
        known_at=known_at,
        time_zone=settings.time_zone,
        is_on=is_on,
        buyers_n=len(buyers),
        breaks_ties=breaks_ties,
        orders=tuple(ordered(found, first)),
        good_standing=told(found, first) if breaks_ties else None,
    )


def ordered(found: Iterable[OpenOrder], first: Collection[int]) -> list[Queued]:
    """Return orders by their ship-by day, of each day those first whose buyer is among `first`."""

    def place(order: OpenOrder) -> tuple[date, bool, datetime, bytes, str]:
        day = order.ship_by_on or _LAST
        is_later = order.ship_by_on is not None and order.buyer_no not in first
        digest = sha256(f"{day} {order.order_id}".encode()).digest()
        return (day, is_later, order.ship_by or BEGINNING, digest, order.order_id)

    return [
        Queued(place=number, order_id=each.order_id, ship_by=each.ship_by, is_past=each.is_past)
        for number, each in enumerate(sorted(found, key=place), start=1)
    ]


def told(found: Sequence[OpenOrder], first: Collection[int]) -> GoodStanding:
    """Return about how many orders are of buyers in good standing, by the lots of these buyers.

    A lot says so of two in three who are and of one in three who are not, so that of n orders
    3 * said - n are expected to be; the deviation is at most sqrt(2 * the sum of squares of how
    many orders each buyer has). Orders of nobody are of none in good standing.
    """
    by_buyer = Counter(each.buyer_no for each in found if each.buyer_no is not None)
    said = sum(n for number, n in by_buyer.items() if number in first)
    expected = min(max(3 * said - by_buyer.total(), 0), by_buyer.total())
    rounded = ROUNDED_TO * ((2 * expected + ROUNDED_TO) // (2 * ROUNDED_TO))
    deviation = sqrt(2 * sum(n * n for n in by_buyer.values()))
    return GoodStanding(
        orders_n=min(rounded, ROUNDED_TO * (len(found) // ROUNDED_TO)),
        of_n=len(found),
        margin=ROUNDED_TO * ceil(_TWO_SIDED * deviation / ROUNDED_TO),
    )


def _first(
    database: Database, buyers: Collection[int], year: int, objecting: Collection[int]
) -> set[int]:
    """Return whose lot says good standing.

    A lot is of the class in which the year began: were it of the class of the day, a list that
    changes would tell that the class did. Who objected since has a lot of those not scored.
    """
    good = settling.good_among(database, buyers, year).difference(objecting)
    secret = lots.secret_of(database)
    return {
        number
        for number in buyers
        if lots.is_first(
            secret,
            year=year,
            buyer_no=number,
            is_good=number in good,
            drawn="objected" if number in objecting else "scored",
        )
    }
