"""Olist's data for tests: a made-up folder, with every quirk and ids of nobody, and the real one.

The real data are no part of this repository: GOODSTANDING_OLIST names their folder.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.olist_recount import FILES

_SHARED = Path(__file__).parents[1] / "../shared/data/olist"
REAL: Path | None = (
    Path(os.environ["GOODSTANDING_OLIST"])
    if os.environ.get("GOODSTANDING_OLIST")
    else _SHARED.resolve()
    if _SHARED.is_dir()
    else None
)
WITHOUT_REAL = (
    "Olist's data are not there: download Brazilian E-Commerce Public Dataset by Olist, and "
    "let GOODSTANDING_OLIST name the folder."
)

Tables = Mapping[str, Sequence[Mapping[str, str]]]

# The Parquet tables are typed; in the CSV files everything is text.
_TYPES = {
    "order_item_id": pa.int32(),
    "price": pa.float64(),
    "freight_value": pa.float64(),
    "review_score": pa.int32(),
    "product_weight_g": pa.int32(),
}


def table(header: str, *lines: str) -> list[dict[str, str]]:
    """Read rows written as `a | b | c`, so that a test can show them as a table."""
    names = [name.strip() for name in header.split("|")]
    return [
        dict(zip(names, (value.strip() for value in line.split("|")), strict=True))
        for line in lines
    ]


CUSTOMERS = table(
    "customer_id | customer_unique_id | customer_city | customer_state",
    "c-plain     | ana                | recife        | PE",
    "c-shared    | ben                | santos        | SP",
    "c-bare      | ben                | santos        | SP",  # a buyer, under a second customer_id
    "c-cancelled | cai                | natal         | RN",
    "c-arrived   | dora               | natal         | RN",
    "c-gone      | eva                | manaus        | AM",
    "c-waiting   | fabio              | macapa        | AP",
    "c-odd       | gil                | osasco        | SP",
    "c-undated   | hugo               | osasco        | SP",
    "c-unpaid    | iris               | osasco        | SP",
)

_ORDERS = (
    "order_id | customer_id | order_status | order_purchase_timestamp | order_approved_at"
    " | order_delivered_carrier_date | order_delivered_customer_date"
    " | order_estimated_delivery_date"
)
ORDERS = table(
    _ORDERS,
    "plain|c-plain|delivered|2018-03-01 10:00:00|2018-03-01 10:05:00"
    "|2018-03-02 09:00:00|2018-03-09 18:00:00|2018-03-20 00:00:00",
    "shared|c-shared|delivered|2018-03-02 11:00:00|2018-03-03 11:05:00"
    "|2018-03-07 12:00:00|2018-03-21 00:00:01|2018-03-20 00:00:00",
    # No items, so nobody sold it.
    "bare|c-bare|unavailable|2018-03-03 12:00:00|2018-03-03 12:05:00|||2018-03-25 00:00:00",
    "cancelled|c-cancelled|canceled|2018-03-04 13:00:00|2018-03-04 13:05:00|||2018-03-26 00:00:00",
    # Cancelled, and yet delivered.
    "arrived|c-arrived|canceled|2018-03-05 14:00:00|2018-03-05 14:05:00"
    "|2018-03-06 09:00:00|2018-03-16 10:00:00|2018-03-27 00:00:00",
    "gone|c-gone|unavailable|2018-03-06 15:00:00|2018-03-06 15:05:00|||2018-03-28 00:00:00",
    "waiting|c-waiting|processing|2018-03-07 16:00:00|2018-03-07 16:05:00|||2018-03-29 00:00:00",
    # Handed over before it was bought and approved, delivered before it was handed over.
    "odd|c-odd|delivered|2018-03-08 17:00:00|2018-03-10 17:05:00"
    "|2018-03-08 16:00:00|2018-03-08 15:00:00|2018-03-30 00:00:00",
    # Delivered, nobody wrote down when.
    "undated|c-undated|delivered|2018-03-09 18:00:00|2018-03-09 18:05:00"
    "|2018-03-11 09:00:00||2018-03-31 00:00:00",
    # Never approved: unpaid as far as anybody knows.
    "unpaid|c-unpaid|canceled|2018-03-10 19:00:00||||2018-04-01 00:00:00",
)

ITEMS = table(
    "order_id|order_item_id|product_id|seller_id|shipping_limit_date|price|freight_value",
    "plain|1|vase|rosa|2018-03-05 10:05:00|58.9|13.29",
    "plain|2|lamp|rosa|2018-03-06 10:05:00|0.85|0.0",
    # Two sellers; what is rosa's is the first item and the third.
    "shared|1|vase|rosa|2018-03-08 11:05:00|100.0|10.1",
    "shared|2|game|seu-ze|2018-03-06 11:05:00|199.99|20.02",
    "shared|3|vase|rosa|2018-03-07 11:05:00|100.0|10.1",
    "cancelled|1|game|seu-ze|2018-03-08 13:05:00|199.0|20.0",
    "arrived|1|vase|rosa|2018-03-09 14:05:00|58.9|13.29",
    "gone|1|lamp|rosa|2018-03-10 15:05:00|10.0|5.0",
    "waiting|1|lamp|rosa|2018-03-11 16:05:00|10.0|5.0",
    "odd|1|thing|seu-ze|2020-02-03 20:23:22|1.0|2.0",
    "undated|1|thing|seu-ze|2018-03-13 18:05:00|1.0|2.0",
    "unpaid|1|thing|seu-ze|2018-03-14 19:05:00|1.0|2.0",
)

_REVIEW = (
    "review_id",
    "order_id",
    "review_score",
    "review_comment_title",
    "review_comment_message",
    "review_creation_date",
    "review_answer_timestamp",
)
_OTHER_THINGS = 'Não veio "tudo",\r\nfaltou a tampa;\nfim'  # all that a text may hold
REVIEWS = [
    dict(zip(_REVIEW, values, strict=True))
    for values in (
        ("r1", "plain", "5", "", "", "2018-03-10 00:00:00", "2018-03-11 08:00:00"),
        ("r2", "shared", "4", "Bom", "", "2018-03-22 00:00:00", "2018-03-23 08:00:00"),
        # A second review of one order, later.
        ("r3", "shared", "1", "Ruim", _OTHER_THINGS, "2018-03-24 00:00:00", "2018-03-25 09:00:00"),
        # One review on two orders of one buyer.
        ("r4", "bare", "2", "", "nada", "2018-03-26 00:00:00", "2018-03-27 07:00:00"),
        ("r4", "gone", "2", "", "nada", "2018-03-26 00:00:00", "2018-03-27 07:00:00"),
        # Nobody wrote down when it was answered.
        ("r5", "waiting", "3", "", 'o "x"', "2018-03-30 00:00:00", ""),
        # Asked and answered before the order was placed.
        ("r6", "odd", "5", "", " \n", "2018-03-07 00:00:00", "2018-03-07 10:00:00"),
    )
]

SELLERS = table(
    "seller_id | seller_city | seller_state",
    "rosa      | sao paulo   | SP",
    "seu-ze    | curitiba    | PR",
)

PRODUCTS = table(
    "product_id | product_category_name | product_weight_g",
    "vase       | cama_mesa_banho       | 500",
    "lamp       | cama_mesa_banho       | 650",
    "game       | pc_gamer              | 3000",  # has no translation
    "thing      |                       | ",  # has no category
)

TRANSLATION = table(
    "product_category_name | product_category_name_english",
    "cama_mesa_banho       | bed_bath_table",
)

TABLES: dict[str, list[dict[str, str]]] = {
    "orders": ORDERS,
    "order_items": ITEMS,
    "order_reviews": REVIEWS,
    "customers": CUSTOMERS,
    "sellers": SELLERS,
    "products": PRODUCTS,
    "category_translation": TRANSLATION,
}


def write_csv(folder: Path, tables: Tables = TABLES) -> Path:
    """Write the tables as the download has them: quoted, and one that starts with a mark."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        encoding = "utf-8-sig" if name == "category_translation" else "utf-8"
        with (folder / FILES[name][0]).open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(
                file, list(rows[0]), quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows(rows)
    return folder


def write_parquet(folder: Path, tables: Tables = TABLES) -> Path:
    """Write the tables as Parquet, with the types that they have there."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        columns = {column: _typed(column, [row[column] for row in rows]) for column in rows[0]}
        pq.write_table(pa.table(columns), folder / FILES[name][1])
    return folder


def changed(name: str, row: int, **values: str) -> Tables:
    """Return the tables with other values in one row of one of them."""
    rows = [dict(each) for each in TABLES[name]]
    rows[row].update(values)
    return {**TABLES, name: rows}


def without(name: str, column: str | None = None) -> Tables:
    """Return the tables without one of them, or without one of its columns."""
    if column is None:
        return {each: rows for each, rows in TABLES.items() if each != name}
    rows = [{key: row[key] for key in row if key != column} for row in TABLES[name]]
    return {**TABLES, name: rows}


def _typed(column: str, texts: Sequence[str]) -> pa.Array:
    is_instant = column.endswith(("_date", "_timestamp", "_at"))
    kind = pa.timestamp("us") if is_instant else _TYPES.get(column, pa.string())
    return pa.array([text or None for text in texts]).cast(kind)
