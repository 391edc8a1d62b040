"""Olist's files as facts, one by one, from a made-up folder in both layouts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from goodstanding.database.clock import MarketClock
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import parse
from goodstanding.facts import loading, store
from goodstanding.facts.adapters import ADAPTERS
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.summary import LoadSummary
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rows.derive import row_steps
from tests import olist_folder
from tests.olist_folder import TABLES, changed, table, write_csv, write_parquet
from tests.olist_recount import FILES

OLIST = ADAPTERS["olist"]
ZONE = "America/Sao_Paulo"
SETTINGS = store.Settings(time_zone=ZONE, currency="BRL")
NOW = datetime(2026, 11, 24, 12)
LAYOUTS = {"csv": write_csv, "parquet": write_parquet}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A market that holds the made-up folder, in one layout; for reading only."""

    database: DuckDB
    summary: LoadSummary
    layout: str


@pytest.fixture(scope="module", params=LAYOUTS)
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    opened = DuckDB.open(None)
    store.create_tables(opened, SETTINGS)
    folder = LAYOUTS[request.param](tmp_path_factory.mktemp(request.param), TABLES)
    yield Loaded(database=opened, summary=load(opened, folder), layout=request.param)
    opened.close()


@pytest.fixture
def database() -> Iterator[DuckDB]:
    opened = DuckDB.open(None)
    store.create_tables(opened, SETTINGS)
    yield opened
    opened.close()


def load(database: DuckDB, folder: Path) -> LoadSummary:
    sources = OLIST.sources(database, folder)
    return loading.load(database, SETTINGS, sources, recorded="occurred", now=NOW)


def facts(database: DuckDB, name: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return facts by the ids and the clock of the source, in order."""
    selected = []
    for column in (BY_NAME[name].column(column) for column in columns):
        of, number = column.numbered, f"{name}.{column.stored_name}"
        its_id = f"(select {of}_id from {of}_ids where {of}_no = {number})"
        selected.append(its_id if of else number)
    found = database.rows(f"select {', '.join(selected)} from {name}")
    return sorted(tuple(as_written(value) for value in row) for row in found)


def as_written(value: Any) -> Any:
    """Return an instant as Olist would write it, everything else as text."""
    if isinstance(value, datetime):
        local = pd.Timestamp(value, tz="UTC").tz_convert(ZONE)
        return local.strftime("%Y-%m-%d %H:%M:%S" + (".%f" if value.microsecond else ""))
    return "" if value is None else str(value)


def rows(text: str, *lines: str) -> list[tuple[str, ...]]:
    return sorted(tuple(row.values()) for row in table(text, *lines))


def quarantine(database: DuckDB) -> list[tuple[Any, ...]]:
    return database.rows(
        "select table_name, column_name, place from quarantine order by table_name, place"
    )


def test_an_order_is_what_one_seller_sold_of_it(loaded: Loaded) -> None:
    columns = ("order_id", "parent_order_id", "buyer_id", "seller_id", "amount_minor", "ship_by")
    assert facts(loaded.database, "orders", *columns) == rows(
        " order_id        | parent    | buyer | seller | amount | ship_by            ",
        # All of the seller's items: 58.90 + 13.29 + 0.85; the later of two limits.
        " plain/rosa      | plain     | ana   | rosa   | 7304   | 2018-03-06 10:05:00",
        " shared/rosa     | shared    | ben   | rosa   | 22020  | 2018-03-08 11:05:00",
        " shared/seu-ze   | shared    | ben   | seu-ze | 22001  | 2018-03-06 11:05:00",
        " cancelled/seu-ze| cancelled | cai   | seu-ze | 21900  | 2018-03-08 13:05:00",
        " arrived/rosa    | arrived   | dora  | rosa   | 7219   | 2018-03-09 14:05:00",
        " gone/rosa       | gone      | eva   | rosa   | 1500   | 2018-03-10 15:05:00",
        " waiting/rosa    | waiting   | fabio | rosa   | 1500   | 2018-03-11 16:05:00",
        " odd/seu-ze      | odd       | gil   | seu-ze | 300    | 2020-02-03 20:23:22",
        " undated/seu-ze  | undated   | hugo  | seu-ze | 300    | 2018-03-13 18:05:00",
        " unpaid/seu-ze   | unpaid    | iris  | seu-ze | 300    | 2018-03-14 19:05:00",
    )


def test_instants_are_kept_as_received_even_where_they_contradict_each_other(
    loaded: Loaded,
) -> None:
    columns = ("order_id", "placed_at", "paid_at", "shipped_at", "delivered_at", "closed_at")
    kept = facts(loaded.database, "orders", *columns)
    assert [row for row in kept if row[0] in ("odd/seu-ze", "undated/seu-ze", "shared/rosa")] == [
        (
            "odd/seu-ze",
            "2018-03-08 17:00:00",
            "2018-03-10 17:05:00",
            "2018-03-08 16:00:00",
            "2018-03-08 15:00:00",
            "2018-03-08 15:00:00",  # closed when it was delivered
        ),
        (
            "shared/rosa",
            "2018-03-02 11:00:00",
            "2018-03-03 11:05:00",
            "2018-03-07 12:00:00",
            "2018-03-21 00:00:01",
            "2018-03-21 00:00:01",
        ),
        (
            "undated/seu-ze",
            "2018-03-09 18:00:00",
            "2018-03-09 18:05:00",
            "2018-03-11 09:00:00",
            "",
            "",
        ),
    ]
    odd = {oddity.what: oddity.facts for oddity in loaded.summary.oddities}
    assert odd == {
        "shipped_at before placed_at": 1,
        "shipped_at before paid_at": 1,
        "delivered_at before shipped_at": 1,
    }


def test_the_promised_day_lasts_to_its_end(loaded: Loaded) -> None:
    promised = dict(facts(loaded.database, "orders", "order_id", "deliver_by"))
    assert promised["shared/rosa"] == "2018-03-20 23:59:59.999999"  # came a second into the next


def test_clock_times_are_sao_paulos_in_summer_and_winter(database: DuckDB, tmp_path: Path) -> None:
    summer = changed("orders", 0, order_purchase_timestamp="2018-02-01 10:00:00")
    load(database, write_csv(tmp_path, summer))
    placed = database.rows("select min(placed_at), max(placed_at) from orders")
    assert placed == [(datetime(2018, 2, 1, 12), datetime(2018, 3, 10, 22))]


def test_a_cancelled_order_was_cancelled_at_its_last_known_instant_by_nobody_knows_whom(
    loaded: Loaded,
) -> None:
    cancelled = facts(loaded.database, "orders", "order_id", "cancelled_at", "cancelled_by")
    assert [row for row in cancelled if row[1] or row[2]] == rows(
        " order_id         | cancelled_at        | by     ",
        " arrived/rosa     | 2018-03-16 10:00:00 | unknown",  # when it was delivered
        " cancelled/seu-ze | 2018-03-04 13:05:00 | unknown",  # when it was approved
        " unpaid/seu-ze    | 2018-03-10 19:00:00 | unknown",  # when it was placed
    )


def test_a_line_is_one_piece_under_its_own_number(loaded: Loaded) -> None:
    columns = ("order_id", "line_no", "listing_id", "category_id", "quantity", "amount_minor")
    lines = facts(loaded.database, "order_lines", *columns)
    assert len(lines) == len(olist_folder.ITEMS)
    assert [line for line in lines if line[0].startswith(("plain", "shared", "odd"))] == rows(
        " order_id      | no | listing | category        | quantity | amount",
        " odd/seu-ze    | 1  | thing   |                 | 1        | 300   ",
        " plain/rosa    | 1  | vase    | cama_mesa_banho | 1        | 7219  ",
        " plain/rosa    | 2  | lamp    | cama_mesa_banho | 1        | 85    ",
        " shared/rosa   | 1  | vase    | cama_mesa_banho | 1        | 11010 ",
        " shared/rosa   | 3  | vase    | cama_mesa_banho | 1        | 11010 ",
        " shared/seu-ze | 2  | game    | pc_gamer        | 1        | 22001 ",
    )


def test_a_review_is_one_fact_for_each_answer_and_order(loaded: Loaded) -> None:
    columns = ("feedback_id", "order_id", "given_at", "given_by", "stars")
    assert facts(loaded.database, "feedback", *columns) == rows(
        " feedback_id | order  | given_at            | by    | stars",
        " r1/plain    | plain  | 2018-03-11 08:00:00 | buyer | 500  ",
        " r2/shared   | shared | 2018-03-23 08:00:00 | buyer | 400  ",
        " r3/shared   | shared | 2018-03-25 09:00:00 | buyer | 100  ",
        " r4/bare     | bare   | 2018-03-27 07:00:00 | buyer | 200  ",
        " r4/gone     | gone   | 2018-03-27 07:00:00 | buyer | 200  ",
        " r6/odd      | odd    | 2018-03-07 10:00:00 | buyer | 500  ",
    )


def test_a_review_counts_for_every_seller_of_its_order_and_the_latest_counts(
    loaded: Loaded,
) -> None:
    steps = row_steps(ROW_KINDS["order"], ["stars"], clock=MarketClock(ZONE))
    with_ids = parse(
        """
        select order_ids.order_id, stars
        from order_rows
        join order_ids on order_ids.order_no = order_rows.order_id
        where stars is not null
        """
    )

    def stars(as_of_end: datetime) -> dict[str, int]:
        at = {"known_at": NOW, "corrected_at": NOW, "as_of_end": as_of_end}
        found = loaded.database.run(steps, with_ids, at).to_pylist()
        return {row["order_id"]: row["stars"] for row in found}

    before, after = stars(datetime(2018, 3, 24, 3)), stars(datetime(2018, 3, 26, 3))
    assert before == {"odd/seu-ze": 500, "plain/rosa": 500} | dict.fromkeys(
        ("shared/rosa", "shared/seu-ze"), 400
    )
    assert after == before | dict.fromkeys(("shared/rosa", "shared/seu-ze"), 100)


def test_a_reviews_text_is_its_title_and_its_message(loaded: Loaded) -> None:
    assert facts(loaded.database, "feedback", "feedback_id", "comment") == [
        ("r1/plain", ""),
        ("r2/shared", "Bom"),
        ("r3/shared", 'Ruim\nNão veio "tudo",\r\nfaltou a tampa;\nfim'),
        ("r4/bare", "nada"),
        ("r4/gone", "nada"),
        ("r6/odd", ""),
    ]


def test_sellers_listings_and_categories_are_known_by_what_olist_tells_of_them(
    loaded: Loaded,
) -> None:
    assert facts(loaded.database, "sellers", "seller_id", "country") == [
        ("rosa", "BR"),
        ("seu-ze", "BR"),
    ]
    assert facts(loaded.database, "listings", "listing_id", "category_id") == rows(
        " listing | category       ",
        " game    | pc_gamer       ",
        " lamp    | cama_mesa_banho",
        " thing   |                ",
        " vase    | cama_mesa_banho",
    )
    assert facts(loaded.database, "categories", "category_id", "name") == [
        ("cama_mesa_banho", "bed_bath_table"),
        ("pc_gamer", "pc_gamer"),  # nobody translated it
    ]


def test_what_has_no_key_goes_to_quarantine_and_its_review_waits(loaded: Loaded) -> None:
    orders, reviews = (
        next(name for name in FILES[each] if name.endswith(loaded.layout))
        for each in ("orders", "order_reviews")
    )
    assert quarantine(loaded.database) == [
        ("feedback", "given_at", f"{reviews} row 6"),
        ("orders", "order_id", f"{orders} row 3: order bare has no items, so no seller"),
    ]
    waiting = {each.table: each.rows for each in loaded.summary.waiting}
    assert waiting == {"feedback": 1}  # r4/bare


def test_loading_again_in_the_other_layout_changes_nothing(
    database: DuckDB, tmp_path: Path
) -> None:
    first = load(database, write_csv(tmp_path / "download"))
    again = load(database, write_parquet(tmp_path / "tables"))
    assert {count.table: count.kept for count in first.tables} == {
        "orders": 10,
        "order_lines": 12,
        "feedback": 6,
        "sellers": 2,
        "listings": 4,
        "categories": 2,
    }
    assert again.kept == 0
    assert again.known_until == first.known_until == datetime(2018, 3, 27, 10)


def test_what_is_no_number_and_no_known_status_goes_to_quarantine(
    database: DuckDB, tmp_path: Path
) -> None:
    tables = {
        **changed("order_items", 0, price="58,90"),
        "orders": changed("orders", 1, order_status="cancelled")["orders"],
    }
    load(database, write_csv(tmp_path, tables))
    found = database.rows(
        """
        select table_name, column_name, json_extract_string(row_text, '$.' || column_name)
        from quarantine
        order by all
        """
    )
    assert found == [
        ("feedback", "given_at", None),
        ("order_lines", "amount_minor", "58,90 + 13.29"),
        ("orders", "amount_minor", "58,90 + 13.29"),
        ("orders", "cancelled_by", "order_status cancelled"),
        ("orders", "cancelled_by", "order_status cancelled"),  # of both its sellers
        ("orders", "order_id", None),
    ]


def test_an_amount_of_which_a_part_is_not_known_is_not_known(
    database: DuckDB, tmp_path: Path
) -> None:
    load(database, write_csv(tmp_path, changed("order_items", 1, price="")))
    amounts = dict(facts(database, "orders", "order_id", "amount_minor"))
    assert (amounts["plain/rosa"], amounts["shared/rosa"]) == ("", "22020")


def test_a_shipping_limit_that_is_no_instant_goes_to_quarantine(
    database: DuckDB, tmp_path: Path
) -> None:
    load(
        database,
        write_csv(tmp_path, changed("order_items", 0, shipping_limit_date="05/03/2018")),
    )
    assert ("orders", "ship_by") in {row[:2] for row in quarantine(database)}


def test_an_item_of_an_order_that_is_not_there_waits(database: DuckDB, tmp_path: Path) -> None:
    summary = load(database, write_csv(tmp_path, changed("order_items", 0, order_id="elsewhere")))
    waiting = {each.table: each.rows for each in summary.waiting}
    assert waiting == {"order_lines": 1, "feedback": 1}


def test_a_market_made_for_it_has_brazils_time_and_money() -> None:
    assert (OLIST.time_zone, OLIST.currency) == (ZONE, "BRL")
    store.check_settings(store.Settings(time_zone=OLIST.time_zone, currency=OLIST.currency))
