"""A seller's orders that wait to be sent, and who bought from it before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from goodstanding import days
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import parse, statement
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import known_steps
from goodstanding.rows.derive import orders_of
from goodstanding.rows.subjects import number_of

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

PAST_DAYS = 365  # in which a second completed order makes a buyer a seller's own
_READ = (
    *("seller_id", "buyer_id", "paid_at", "ship_by", "shipped_at"),
    *("delivered_at", "closed_at", "cancelled_at"),
)
_OPEN = """
select order_ids.order_id, known_orders.buyer_no, known_orders.ship_by
from known_orders
join order_ids on order_ids.order_no = known_orders.order_no
where
  seller_no = $register_no and (ship_by is not null or paid_at is not null)
  and shipped_at is null and delivered_at is null and closed_at is null and cancelled_at is null
"""
_BOUGHT_AGAIN = """
select buyer_no
from known_orders
where
  seller_no = $register_no and buyer_no is not null and cancelled_at is null
  and coalesce(closed_at, delivered_at) >= $since
group by buyer_no
having count(*) >= 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """An order that is neither sent, closed nor cancelled; `ship_by` is naive UTC.

    `ship_by_on` is its day in the market's zone. None: nobody said.
    """

    order_id: str
    buyer_no: int | None
    ship_by: datetime | None
    ship_by_on: date | None
    is_past: bool


def open_orders(
    database: Database, settings: Settings, seller_id: str, *, as_of: date, known_at: datetime
) -> list[OpenOrder]:
    """Return the orders of a seller that wait to be sent at the end of a day, in no order.

    Raises `SubjectUnknown` for a seller of whom the market never heard.
    """
    zone = settings.time_zone
    end = days.end_of_day(as_of, zone)
    return [
        OpenOrder(
            order_id=order_id,
            buyer_no=buyer_no,
            ship_by=ship_by,
            ship_by_on=None if ship_by is None else days.local_day(ship_by, zone),
            is_past=ship_by is not None and ship_by < end,
        )
        for order_id, buyer_no, ship_by in _rows(
            database, seller_id, _OPEN, {"known_at": known_at, "as_of_end": end}
        )
    ]


def bought_again(
    database: Database, settings: Settings, seller_id: str, *, as_of: date, known_at: datetime
) -> set[int]:
    """Return the numbers of a seller's own buyers: with two completed orders in 365 days.

    An order is completed when it is closed, else delivered, and not cancelled. The days end with
    the as-of day. Raises what `open_orders` raises.
    """
    first = as_of - timedelta(days=PAST_DAYS - 1)
    values = {
        "known_at": known_at,
        "as_of_end": days.end_of_day(as_of, settings.time_zone),
        "since": days.start_of_day(first, settings.time_zone),
    }
    return {number for (number,) in _rows(database, seller_id, _BOUGHT_AGAIN, values)}


def _rows(
    database: Database, seller_id: str, query: str, values: dict[str, Any]
) -> list[tuple[Any, ...]]:
    among = exp.column("order_no").isin(query=orders_of("seller"))
    steps = known_steps(BY_NAME["orders"], _READ, only=among)
    sql = statement(steps, parse(query), "duckdb")
    number = number_of(database, "seller", seller_id)
    values = {**values, "corrected_at": values["known_at"], "register_no": number}
    return database.rows(sql, named_values(sql, values))
