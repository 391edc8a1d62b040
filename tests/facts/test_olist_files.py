"""Olist's files: which are looked for, and what is said when one of them cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import SourceMissing, SourceUnreadable, UnknownColumn
from goodstanding.facts.adapters import ADAPTERS
from tests import olist_folder
from tests.olist_folder import TABLES, without, write_csv, write_parquet

OLIST = ADAPTERS["olist"]
Written = Callable[[Path, olist_folder.Tables], Path]


@pytest.fixture
def database() -> Iterator[DuckDB]:
    opened = DuckDB.open(None)
    yield opened
    opened.close()


@pytest.fixture(params=[write_csv, write_parquet], ids=["csv", "parquet"])
def write(request: pytest.FixtureRequest) -> Written:
    written: Written = request.param
    return written


def test_columns_that_are_not_used_are_named(database: DuckDB, tmp_path: Path) -> None:
    sources = OLIST.sources(database, write_csv(tmp_path))
    assert {source.name: source.ignored for source in sources if source.ignored} == {
        "olist_sellers_dataset.csv": ("seller_city", "seller_state"),
        "olist_products_dataset.csv": ("product_weight_g",),
        "olist_orders_dataset.csv": ("customer_city (olist_customers_dataset.csv)",),
        "olist_order_reviews_dataset.csv": ("review_creation_date",),
    }


def test_the_translation_may_be_missing(database: DuckDB, tmp_path: Path, write: Written) -> None:
    sources = OLIST.sources(database, write(tmp_path, without("category_translation")))
    (categories,) = (source for source in sources if source.table.name == "categories")
    assert database.rows(f"select category_id, name from ({categories.query}) order by all") == [
        ("cama_mesa_banho", "cama_mesa_banho"),
        ("pc_gamer", "pc_gamer"),
    ]


def test_a_folder_may_have_any_name(database: DuckDB, tmp_path: Path, write: Written) -> None:
    folder = tmp_path / "it's [2018] *?"
    folder.mkdir()
    for source in OLIST.sources(database, write(folder, TABLES)):
        assert database.rows(f"select count(*) > 0 from ({source.query})") == [(True,)]


def test_a_missing_file_is_named_with_what_is_looked_for(
    database: DuckDB, tmp_path: Path, write: Written
) -> None:
    write(tmp_path, without("order_reviews"))
    with pytest.raises(SourceMissing) as raised:
        OLIST.sources(database, tmp_path)
    assert raised.value.message == (
        f"folder '{tmp_path}' lacks olist_order_reviews_dataset.csv or order_reviews.parquet."
    )
    assert raised.value.hint == (
        "Looked for: olist_orders_dataset.csv, olist_order_items_dataset.csv, "
        "olist_order_reviews_dataset.csv, olist_customers_dataset.csv, "
        "olist_sellers_dataset.csv, olist_products_dataset.csv, or the same as orders.parquet, "
        "order_items.parquet, order_reviews.parquet, customers.parquet, sellers.parquet, "
        "products.parquet. Used when it is there: product_category_name_translation.csv or "
        "category_translation.parquet. Payments and geolocation are not needed."
    )


def test_a_file_or_nothing_in_place_of_the_folder_is_said_to_be_that(
    database: DuckDB, tmp_path: Path
) -> None:
    zipped = tmp_path / "archive.zip"
    with pytest.raises(SourceMissing, match=r"archive\.zip' does not exist; Olist's data are"):
        OLIST.sources(database, zipped)
    zipped.write_bytes(b"PK")
    with pytest.raises(SourceMissing, match=r"archive\.zip' is a file; Olist's data are a folder"):
        OLIST.sources(database, zipped)


def test_both_layouts_in_one_folder_are_too_many(database: DuckDB, tmp_path: Path) -> None:
    write_csv(tmp_path)
    write_parquet(tmp_path, {"orders": TABLES["orders"]})
    with pytest.raises(SourceMissing) as raised:
        OLIST.sources(database, tmp_path)
    assert raised.value.message == (
        f"folder '{tmp_path}' has 'olist_orders_dataset.csv' and 'orders.parquet': "
        "it is not clear which of them to read."
    )


def test_a_missing_column_is_named_with_what_is_near_it(
    database: DuckDB, tmp_path: Path, write: Written
) -> None:
    orders = [
        {name.replace("approved_at", "approval"): value for name, value in row.items()}
        for row in olist_folder.ORDERS
    ]
    write(tmp_path, {**TABLES, "orders": orders})
    with pytest.raises(UnknownColumn) as raised:
        OLIST.sources(database, tmp_path)
    assert "has no column 'order_approved_at'. Did you mean 'order_approval'?" in str(raised.value)


def test_a_line_that_is_no_row_is_set_apart_with_its_place(
    database: DuckDB, tmp_path: Path
) -> None:
    write_csv(tmp_path)
    for name in ("olist_orders_dataset.csv", "olist_customers_dataset.csv"):
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write('"cut off"\n')
    malformed = {
        source.name: database.rows(f"select place, row_text from ({source.malformed})")
        for source in OLIST.sources(database, tmp_path)
        if source.malformed is not None
    }
    assert malformed == {
        "olist_orders_dataset.csv": [
            ("olist_orders_dataset.csv row 11", '"cut off"'),
            ("olist_customers_dataset.csv row 11", '"cut off"'),  # orders are made of both
        ]
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "olist_sellers_dataset.csv",
            b'"seller_id","seller_city"\n"rosa","sao paulo\n"seu-ze","curitiba"\n',
            'olist_sellers_dataset.csv row 1 has a quote (") that is not closed',
        ),
        ("olist_sellers_dataset.csv", b"", "olist_sellers_dataset.csv is empty"),
        ("sellers.parquet", b"PAR1 or not", "sellers.parquet cannot be read as Parquet"),
    ],
    ids=["a quote that never ends", "empty", "no Parquet"],
)
def test_a_broken_file_is_named_with_what_is_wrong(
    database: DuckDB, tmp_path: Path, name: str, text: bytes, message: str
) -> None:
    write_csv(tmp_path, without("sellers"))
    (tmp_path / name).write_bytes(text)
    with pytest.raises(SourceUnreadable) as raised:
        OLIST.sources(database, tmp_path)
    assert raised.value.message.startswith(message)


def test_all_that_was_read_for_a_load_is_named_so_that_it_can_go(
    database: DuckDB, tmp_path: Path
) -> None:
    write_csv(tmp_path)
    with (tmp_path / "olist_orders_dataset.csv").open("a", encoding="utf-8") as file:
        file.write('"cut off"\n')
    temporary = {name for source in OLIST.sources(database, tmp_path) for name in source.temporary}
    made = database.rows("select table_name from duckdb_tables() where temporary")
    assert temporary == {name for (name,) in made}
