"""What service, order by order, comes to: as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from goodstanding.explanation.answer import plain
from goodstanding.explanation.uncertainty import Interval, wilson
from goodstanding.viewers import Viewer

LinkName = Literal[
    "paid",
    "shipped by the ship-by instant",
    "delivered by the promised day",
    "question answered within a day",
    "reviewed with four stars or five",
    "dispute answered in five days",
]
Outcome = Literal["reviewed well", "disputed", "bought again"]
Enough = Literal["told", "too few orders to say"]
LEAST_ORDERS = 20  # behind what is said of a way, or of something put in: own design
MOST_LISTED = 20  # orders at a link


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole; `value` and the interval of 95 % are None where the whole is 0."""

    numerator: int
    denominator: int
    value: float | None
    interval: Interval | None


def share(numerator: int, denominator: int) -> Share:
    """Return a share with its interval (Wilson)."""
    if not denominator:
        return Share(numerator=numerator, denominator=0, value=None, interval=None)
    return Share(
        numerator=numerator,
        denominator=denominator,
        value=numerator / denominator,
        interval=wilson(numerator, denominator),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTold:
    """A link of an order's line: who passed it in time, of those who were due at it.

    `missed` names the orders that did not, the newest first, `missed_more` says how many more
    there are. `not_due_n` wait for their day. `apart` counts those of which the link says
    nothing, by what there is to say of them. Of those that missed it: `points_lost` by item of
    the daily score, all that the orders cost in it, and how many are bad experiences by the
    level; None where no such rulebook is in force. An order that missed two links is told at both.
    """

    link: LinkName
    passed: Share
    missed_n: int
    missed: tuple[str, ...]
    missed_more: int
    not_due_n: int
    apart: Mapping[str, int]
    points_lost: Mapping[str, float] | None
    bad_experiences_n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsTold:
    """What all orders that missed any link cost, each counted once; and by which rules."""

    orders_n: int
    points_lost: Mapping[str, float] | None
    score_by: str
    bad_experiences_n: int | None
    level_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesTold:
    """Questions of buyers that were answered within 24 hours, and how long that took.

    `median_seconds` is the time of the one in the middle of all that were due, of an even
    number the longer of the two; None where nothing was due, or that one has no answer yet.
    """

    answered: Share
    not_due_n: int
    median_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnsTold:
    """Buyers who bought again within 90 days of their first order in the days looked at.

    `not_over_n` are those whose 90 days are not over yet, whether or not they bought again.
    """

    again: Share
    not_over_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WayTold:
    """A shipping method to a destination; None where nobody told it.

    `is_best`: no other way to the destination is as punctual, by the interval of the
    difference to each of them that has enough orders.
    """

    method: str | None
    ship_to: str | None
    orders_n: int
    state: Enough
    on_time: Share | None
    not_received: Share | None
    logistics: float | None
    logistics_n: int
    is_best: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTold:
    """How orders with something put in came out, beside those without.

    `difference` is the first share less the second, with its interval (Newcombe); None where
    there are too few.
    """

    outcome: Outcome
    state: Enough
    with_it: Share
    without: Share
    difference: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraTold:
    """What was put in: a note, a sample, a gift, or any of these; and how it came out."""

    extra: Literal["note", "sample", "gift", "any"]
    orders_n: int
    outcomes: tuple[OutcomeTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The service of a store or a listing, order by order. None of it enters a grade.

    `excluded` counts, by class, the orders and threads that would count, or count for more, but
    for a decision or a rule. `extras` is empty where no order carries anything.
    """

    subject_kind: Literal["seller", "listing"]
    subject_id: str
    viewer: Viewer
    as_of: date
    known_at: datetime
    time_zone: str
    silent_since: date | None
    rulebook: str
    version: date
    links: tuple[LinkTold, ...]
    costs: CostsTold
    messages: MessagesTold
    dispute_rate: Share
    arbitration_rate: Share
    bought_again: ReturnsTold
    ways: tuple[WayTold, ...]
    extras: tuple[ExtraTold, ...]
    excluded: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON knows it; days and instants are ISO 8601."""
        return dict(plain(self))
