"""Olist's real data as facts, each figure counted again from the source's columns by pandas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.facts import loading, store
from goodstanding.facts.adapters import ADAPTERS
from goodstanding.facts.summary import LoadSummary
from tests.olist_folder import REAL, WITHOUT_REAL
from tests.olist_recount import FILES

OLIST = ADAPTERS["olist"]
SETTINGS = store.Settings(time_zone=OLIST.time_zone, currency=OLIST.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """The real data: the source's tables as they are, and a market that holds them."""

    source: dict[str, pd.DataFrame]
    database: DuckDB
    summary: LoadSummary

    def market(self, sql: str) -> pd.DataFrame:
        """Return what SQL finds in the market, its instants as the source's clock shows them."""
        found: pd.DataFrame = self.database.arrow(sql).to_pandas()
        for name in found.select_dtypes("datetime"):
            there = found[name].dt.tz_localize("UTC").dt.tz_convert(OLIST.time_zone)
            found[name] = there.dt.tz_localize(None).astype("datetime64[us]")
        return found


@pytest.fixture(scope="module")
def real() -> Iterator[Real]:
    if REAL is None:
        pytest.skip(WITHOUT_REAL)
    database = DuckDB.open(None)
    store.create_tables(database, SETTINGS)
    summary = loading.load(
        database,
        SETTINGS,
        OLIST.sources(database, REAL),
        recorded="occurred",
        now=datetime(2026, 11, 24),
    )
    source = {table: frame(REAL, table) for table in FILES}
    yield Real(source=source, database=database, summary=summary)
    database.close()


def frame(folder: Path, table: str) -> pd.DataFrame:
    """Read one of Olist's tables, with its instants as such."""
    csv_name, parquet_name = FILES[table]
    if (folder / csv_name).exists():
        read = pd.read_csv(folder / csv_name, encoding="utf-8-sig", dtype={"review_score": "Int8"})
    else:
        read = pd.read_parquet(folder / parquet_name)
    for name in read.columns:
        if name.endswith(("_date", "_timestamp", "_at")):
            read[name] = pd.to_datetime(read[name]).astype("datetime64[us]")
    return read


def sold(real: Real) -> pd.DataFrame:
    """Return one row for each seller of each order: what was sold, with the order's columns."""
    items = real.source["order_items"]
    centavos = (items["price"] * 100).round() + (items["freight_value"] * 100).round()
    return (
        items.assign(amount_minor=centavos.astype("int64"))
        .groupby(["order_id", "seller_id"], as_index=False)
        .agg(ship_by=("shipping_limit_date", "max"), amount_minor=("amount_minor", "sum"))
        .merge(real.source["orders"], on="order_id")
        .merge(real.source["customers"], on="customer_id")
    )


def without_items(real: Real) -> pd.Series:
    orders = real.source["orders"]["order_id"]
    return orders[~orders.isin(real.source["order_items"]["order_id"])]


def test_every_row_is_loaded_or_in_quarantine(real: Real) -> None:
    source = real.source
    unanswered = int(source["order_reviews"]["review_answer_timestamp"].isna().sum())
    products = source["products"]["product_category_name"].dropna()
    categories = set(products) | set(source["category_translation"]["product_category_name"])
    bare = len(without_items(real))
    counts = {
        count.table: (count.read, count.kept, count.quarantined) for count in real.summary.tables
    }
    assert counts == {
        "orders": (len(sold(real)) + bare, len(sold(real)), bare),
        "order_lines": (len(source["order_items"]), len(source["order_items"]), 0),
        "feedback": (
            len(source["order_reviews"]),
            len(source["order_reviews"]) - unanswered,
            unanswered,
        ),
        "sellers": (len(source["sellers"]), len(source["sellers"]), 0),
        "listings": (len(source["products"]), len(source["products"]), 0),
        "categories": (len(categories), len(categories), 0),
    }


def test_every_order_without_items_is_named_in_quarantine(real: Real) -> None:
    named = real.market(
        """
        select regexp_extract(place, 'order ([^ ]+) has no items', 1) as order_id
        from quarantine
        where table_name = 'orders'
        """
    )
    assert sorted(named["order_id"]) == sorted(without_items(real))


def test_the_reviews_of_orders_without_items_wait(real: Real) -> None:
    reviews = real.source["order_reviews"].dropna(subset="review_answer_timestamp")
    expected = int(reviews["order_id"].isin(without_items(real)).sum())
    assert {each.table: each.rows for each in real.summary.waiting} == {"feedback": expected}


def test_every_order_has_the_values_of_its_source(real: Real) -> None:
    expected = sold(real)
    cancelled = expected["order_status"] == "canceled"
    own = [
        "order_purchase_timestamp",
        "order_approved_at",
        "order_delivered_carrier_date",
        "order_delivered_customer_date",
    ]
    promised = expected["order_estimated_delivery_date"]
    expected = pd.DataFrame(
        {
            "order_id": expected["order_id"] + "/" + expected["seller_id"],
            "parent_id": expected["order_id"],
            "seller_id": expected["seller_id"],
            "buyer_id": expected["customer_unique_id"],
            "placed_at": expected[own[0]],
            "paid_at": expected[own[1]],
            "ship_by": expected["ship_by"],
            "shipped_at": expected[own[2]],
            "deliver_by": promised + pd.Timedelta(days=1) - pd.Timedelta(microseconds=1),
            "delivered_at": expected[own[3]],
            "closed_at": expected[own[3]],
            "cancelled_at": expected[own].max(axis=1).where(cancelled),
            "is_by_unknown": cancelled,
            "amount_minor": expected["amount_minor"],
            "ship_to": "BR-" + expected["customer_state"],
        }
    )
    loaded = real.market(
        """
        select
          ids.order_id,
          parents.order_id as parent_id,
          seller_id,
          buyer_id,
          placed_at,
          paid_at,
          ship_by,
          shipped_at,
          deliver_by,
          delivered_at,
          closed_at,
          cancelled_at,
          cancelled_by is not distinct from 'unknown' as is_by_unknown,
          amount_minor,
          ship_to
        from orders
        left join order_ids as ids using (order_no)
        left join order_ids as parents on parents.order_no = orders.parent_order_no
        left join seller_ids using (seller_no)
        left join buyer_ids using (buyer_no)
        """
    )
    assert_same(loaded, expected, by="order_id")


def test_every_review_has_the_values_of_its_source(real: Real) -> None:
    reviews = real.source["order_reviews"].dropna(subset="review_answer_timestamp")
    texts = reviews[["review_comment_title", "review_comment_message"]]
    comments = ["\n".join(text for text in row if isinstance(text, str)) for row in texts.values]
    expected = pd.DataFrame(
        {
            "feedback_id": reviews["review_id"] + "/" + reviews["order_id"],
            "order_id": reviews["order_id"],
            "given_at": reviews["review_answer_timestamp"],
            "stars": reviews["review_score"].astype("int64") * 100,
            "comment": [comment if comment.strip() else "" for comment in comments],
        }
    )
    loaded = real.market(
        """
        select
          feedback_id,
          order_id,
          given_at,
          cast(stars as bigint) as stars,
          coalesce(comment, '') as comment
        from feedback
        left join order_ids using (order_no)
        """
    )
    assert_same(loaded, expected, by="feedback_id")


def test_every_item_is_a_line_and_the_lines_add_up_to_their_orders(real: Real) -> None:
    items = real.source["order_items"]
    lines = real.market(
        """
        select
          listing_id,
          count(*) as lines,
          cast(sum(quantity) as bigint) as pieces
        from order_lines
        join listing_ids using (listing_no)
        group by listing_id
        """
    )
    expected = items.groupby("product_id").size()
    assert dict(zip(lines["listing_id"], lines["lines"], strict=True)) == expected.to_dict()
    assert dict(zip(lines["listing_id"], lines["pieces"], strict=True)) == expected.to_dict()
    unequal = real.database.rows(
        """
        select count(*)
        from orders
        left join (select order_no, sum(amount_minor) as total from order_lines group by order_no)
          using (order_no)
        where total is distinct from amount_minor
        """
    )
    assert unequal == [(0,)]


def test_contradicting_instants_are_counted_and_kept(real: Real) -> None:
    orders = sold(real)
    expected = {
        "shipped_at before placed_at": ("order_purchase_timestamp", "order_delivered_carrier_date"),
        "shipped_at before paid_at": ("order_approved_at", "order_delivered_carrier_date"),
        "delivered_at before shipped_at": (
            "order_delivered_carrier_date",
            "order_delivered_customer_date",
        ),
    }
    counted = {
        pair: int((orders[later] < orders[earlier]).sum())
        for pair, (earlier, later) in expected.items()
    }
    found = {each.what: each.facts for each in real.summary.oddities}
    assert found == counted


def test_the_facts_are_known_until_the_last_thing_that_happened(real: Real) -> None:
    happened = [
        real.source["orders"][name].max()
        for name in (
            "order_purchase_timestamp",
            "order_approved_at",
            "order_delivered_carrier_date",
            "order_delivered_customer_date",
        )
    ]
    last = max(*happened, real.source["order_reviews"]["review_answer_timestamp"].max())
    there = last.tz_localize(OLIST.time_zone).tz_convert("UTC").tz_localize(None)
    assert real.summary.known_until == there.to_pydatetime()


def assert_same(loaded: pd.DataFrame, expected: pd.DataFrame, *, by: str) -> None:
    pd.testing.assert_frame_equal(
        loaded.sort_values(by, ignore_index=True),
        expected.sort_values(by, ignore_index=True),
        check_dtype=False,
        check_index_type=False,
    )
