"""`service-level` for one seller of Olist, counted again from the files in plain Python.

Written from the rule's words and from what docs/olist.md decides; it shares nothing with the
package. Olist's clock times carry no zone and its days are read off them as they stand, which
is what a market in America/Sao_Paulo does.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

WINDOW_DAYS = 90  # the as-of day is the last of them
NEUTRAL_STARS = 3  # so many or fewer are a neutral or negative review
TIME_TO_REVIEW = timedelta(days=30)  # from receipt; that it ran out without a review is an event

# The name of a table in the download, and as Parquet.
FILES = {
    "orders": ("olist_orders_dataset.csv", "orders.parquet"),
    "order_items": ("olist_order_items_dataset.csv", "order_items.parquet"),
    "order_reviews": ("olist_order_reviews_dataset.csv", "order_reviews.parquet"),
    "order_payments": ("olist_order_payments_dataset.csv", "order_payments.parquet"),
    "customers": ("olist_customers_dataset.csv", "customers.parquet"),
    "sellers": ("olist_sellers_dataset.csv", "sellers.parquet"),
    "products": ("olist_products_dataset.csv", "products.parquet"),
    "category_translation": (
        "product_category_name_translation.csv",
        "category_translation.parquet",
    ),
}

Row = Mapping[str, str | None]


def rows(folder: Path, table: str) -> list[Row]:
    """Read one of Olist's tables; every value as text, nothing as None."""
    csv_name, parquet_name = FILES[table]
    if (folder / csv_name).exists():
        with (folder / csv_name).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            return [{name: value or None for name, value in row.items()} for row in reader]
    read: list[dict[str, object]] = pq.read_table(folder / parquet_name).to_pylist()
    return [
        {name: None if value in (None, "") else str(value) for name, value in row.items()}
        for row in read
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SellersOrder:
    """What one seller sold of one Olist order, and what became of it."""

    order_id: str
    placed_at: datetime
    paid_at: datetime | None
    ship_by: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    reviews: tuple[tuple[datetime, str, int], ...]  # when, which, how many stars


def recount(
    folder: Path, seller_id: str, as_of: date
) -> tuple[int, int, dict[str, frozenset[str]]]:
    """Return the orders assessed, the bad ones among them, and why each of those is bad.

    The reasons are `low_review` and `unsold`; nothing else can be bad in Olist. Orders go by
    our id, `<order>/<seller>`.
    """
    first = as_of - timedelta(days=WINDOW_DAYS - 1)

    def counts(instant: datetime | None) -> bool:
        return instant is not None and first <= instant.date() <= as_of

    def happened(instant: datetime | None) -> bool:
        return instant is not None and instant.date() <= as_of

    assessed = 0
    bad: dict[str, frozenset[str]] = {}
    for order in _sellers_orders(folder).get(seller_id, ()):
        if not happened(order.placed_at):
            continue
        given = [review for review in order.reviews if happened(review[0])]
        latest = max(given, default=None)  # a later review replaces an earlier one
        events = [
            order.ship_by,
            order.shipped_at,
            order.delivered_at,  # receipt: Olist knows no confirmation
            latest[0] if latest else None,
        ]
        if latest is None and order.delivered_at is not None:
            events.append(order.delivered_at + TIME_TO_REVIEW)
        if not any(counts(event) for event in events):
            continue
        assessed += 1
        reasons = set()
        if latest and counts(latest[0]) and latest[2] <= NEUTRAL_STARS:
            reasons.add("low_review")
        # Who cancelled is unknown, which is never the seller's fault.
        was_cancelled = happened(order.cancelled_at)
        never_shipped = not happened(order.shipped_at) and not happened(order.delivered_at)
        if (
            happened(order.paid_at)
            and never_shipped
            and not was_cancelled
            and counts(order.ship_by)
        ):
            reasons.add("unsold")
        if reasons:
            bad[f"{order.order_id}/{seller_id}"] = frozenset(reasons)
    return assessed, len(bad), bad


@lru_cache(maxsize=2)
def _sellers_orders(folder: Path) -> dict[str, list[SellersOrder]]:
    """Return every seller's orders, those without items being nobody's."""
    limits: dict[str, dict[str, datetime]] = defaultdict(dict)
    for item in rows(folder, "order_items"):
        order_id, seller_id = str(item["order_id"]), str(item["seller_id"])
        limit = _instant(item["shipping_limit_date"])
        known = limits[order_id].get(seller_id)
        if limit is not None and (known is None or limit > known):
            limits[order_id][seller_id] = limit
    reviews: dict[str, list[tuple[datetime, str, int]]] = defaultdict(list)
    for review in rows(folder, "order_reviews"):
        answered = _instant(review["review_answer_timestamp"])
        if answered is not None:  # without a time of answer it is in quarantine
            stars = int(str(review["review_score"]))
            reviews[str(review["order_id"])].append((answered, str(review["review_id"]), stars))
    found: dict[str, list[SellersOrder]] = defaultdict(list)
    for order in rows(folder, "orders"):
        order_id = str(order["order_id"])
        placed = _instant(order["order_purchase_timestamp"])
        if placed is None:
            raise ValueError(f"order {order_id} was never placed")
        paid = _instant(order["order_approved_at"])
        shipped = _instant(order["order_delivered_carrier_date"])
        delivered = _instant(order["order_delivered_customer_date"])
        last = max(known for known in (placed, paid, shipped, delivered) if known is not None)
        for seller_id, limit in limits.get(order_id, {}).items():
            found[seller_id].append(
                SellersOrder(
                    order_id=order_id,
                    placed_at=placed,
                    paid_at=paid,
                    ship_by=limit,
                    shipped_at=shipped,
                    delivered_at=delivered,
                    cancelled_at=last if order["order_status"] == "canceled" else None,
                    reviews=tuple(reviews.get(order_id, ())),
                )
            )
    return dict(found)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
