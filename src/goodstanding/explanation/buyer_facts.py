"""A buyer's facts as of a day: the orders, with what happened to each, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from goodstanding import days
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import Step, bound, parse, statement
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import known_steps
from goodstanding.rows.derive import dispute_steps, looked_at_steps

if TYPE_CHECKING:
    from datetime import date

    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

_ORDER = (
    *("buyer_id", "seller_id", "parent_order_id", "placed_at", "paid_at", "ship_by", "shipped_at"),
    *("deliver_by", "delivered_at", "closed_at", "cancelled_at", "amount_minor"),
)
_ORDERS = """
select
  orders.order_no, order_ids.order_id, seller_ids.seller_id, orders.placed_at, orders.paid_at,
  orders.ship_by, orders.shipped_at, orders.deliver_by, orders.delivered_at, orders.closed_at,
  orders.cancelled_at, refunds.refunded_at,
  coalesce(refunds.amount_minor < orders.amount_minor, false) as is_partly_refunded,
  reviews.given_at as feedback_at
from known_orders as orders
join order_ids on order_ids.order_no = orders.order_no
left join seller_ids on seller_ids.seller_no = orders.seller_no
left join (
  select
    order_no,
    max(refunded_at) as refunded_at,
    case when count(*) = count(amount_minor) then sum(amount_minor) end as amount_minor
  from known_refunds
  where refunded_at is not null
  group by order_no
) as refunds on refunds.order_no = orders.order_no
left join (
  select order_no, min(given_at) as given_at
  from known_feedback
  where coalesce(given_by, 'buyer') = 'buyer'
  group by order_no
) as reviews on reviews.order_no in (orders.order_no, orders.parent_order_no)
where orders.buyer_no = $register_no and orders.placed_at is not null
"""
_DISPUTES = """
select order_no, dispute_id, acted_at, answered_at, escalated_at, closed_at
from disputes_clocked where opened_at is not null
"""
_QUESTIONS = """
select threads.thread_no, thread_ids.thread_id, order_ids.order_id, threads.first_at
from known_messages as threads
join thread_ids on thread_ids.thread_no = threads.thread_no
left join order_ids on order_ids.order_no = threads.order_no
where
  threads.buyer_no = $register_no and threads.opened_by = 'seller' and threads.first_at is not null
  and threads.first_answer_at is null and not coalesce(threads.is_spam, false)
"""
_ACCOUNT = "select objected_at from known_buyers where buyer_no = $register_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerDispute:
    """A dispute of a buyer that has not ended.

    `waits_since` is when the seller answered what the buyer did last: since then it waits for the
    buyer; None while it waits for somebody else.
    """

    dispute_id: str
    waits_since: datetime | None
    is_escalated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerOrder:
    """An order of a buyer as of a day; an instant is None where it has not come, or nobody knows.

    `is_partly_refunded`: all that was given back is known, and is less than was paid.
    `feedback_at` is when the buyer first gave feedback, `dispute` the latest that is open, and
    `had_dispute` says that there was any.
    """

    order_no: int
    order_id: str
    seller_id: str | None
    placed_at: datetime
    paid_at: datetime | None
    ship_by: datetime | None
    shipped_at: datetime | None
    deliver_by: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    refunded_at: datetime | None
    is_partly_refunded: bool
    feedback_at: datetime | None
    dispute: BuyerDispute | None = None
    had_dispute: bool = False

    def instant(self, name: str) -> datetime | None:
        """Return the instant of that name."""
        found: datetime | None = getattr(self, name)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a seller that the buyer has not answered."""

    thread_no: int
    thread_id: str
    order_id: str | None
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerFacts:
    """Where the facts of one buyer are asked for: `number` is the market's of the buyer."""

    database: Database
    settings: Settings
    number: int
    as_of: date
    known_at: datetime

    def orders(self) -> list[BuyerOrder]:
        """Return every order of the buyer that was placed by the day, the latest first."""
        names = tuple(BuyerOrder.__dataclass_fields__)
        found = [
            BuyerOrder(**dict(zip(names, row, strict=False))) for row in self._rows(parse(_ORDERS))
        ]
        disputes = self._disputes()
        return sorted(
            (
                replace(
                    each,
                    dispute=disputes.get(each.order_no),
                    had_dispute=each.order_no in disputes,
                )
                for each in found
            ),
            key=lambda each: (-each.placed_at.timestamp(), each.order_id),
        )

    def questions(self) -> list[Question]:
        """Return the questions of sellers that wait for an answer, the oldest first."""
        names = tuple(Question.__dataclass_fields__)
        rows = self._rows(parse(_QUESTIONS))
        found = [Question(**dict(zip(names, row, strict=True))) for row in rows]
        return sorted(found, key=lambda each: (each.asked_at, each.thread_id))

    def objected_at(self) -> datetime | None:
        """Return when the buyer objected to being scored; None for one who did not."""
        rows = self._rows(parse(_ACCOUNT))
        return rows[0][0] if rows else None

    def _disputes(self) -> dict[int, BuyerDispute | None]:
        """Return the latest open dispute of each order that had any; None where all have ended."""
        found: dict[int, BuyerDispute | None] = {}
        rows = self._rows(parse(_DISPUTES))
        for order_no, dispute_id, acted_at, answered_at, escalated_at, closed_at in sorted(
            rows, key=lambda row: (row[2], row[1])
        ):
            if closed_at is not None:
                found.setdefault(order_no, None)
                continue
            waits = answered_at is not None and answered_at >= acted_at and escalated_at is None
            found[order_no] = BuyerDispute(
                dispute_id=dispute_id,
                waits_since=answered_at if waits else None,
                is_escalated=escalated_at is not None,
            )
        return found

    def _rows(self, query: exp.Query) -> list[tuple[Any, ...]]:
        sql = statement(_steps(), query, "duckdb")
        values: Mapping[str, Any] = {
            "register_no": self.number,
            "known_at": self.known_at,
            "corrected_at": self.known_at,
            "as_of_end": days.end_of_day(self.as_of, self.settings.time_zone),
        }
        return self.database.rows(sql, named_values(sql, values))


def _steps() -> list[Step]:
    among = _among("orders_looked_at")
    buyer = exp.column("buyer_no").eq(bound("register_no"))
    return [
        *looked_at_steps("buyer"),
        *known_steps(BY_NAME["orders"], _ORDER, only=among),
        *known_steps(
            BY_NAME["feedback"], ["order_id", "given_by"], only=_among("reviewed_looked_at")
        ),
        *known_steps(
            BY_NAME["refunds"], ["order_id", "refunded_at", "amount_minor"], only=among.copy()
        ),
        *dispute_steps(only=among.copy()),
        *known_steps(
            BY_NAME["messages"],
            ["buyer_id", "order_id", "opened_by", "first_at", "first_answer_at", "is_spam"],
            only=buyer,
        ),
        *known_steps(BY_NAME["buyers"], ["objected_at"], only=buyer.copy()),
    ]


def _among(step: str) -> exp.Expr:
    return exp.column("order_no").isin(query=exp.select("order_no").from_(step))
