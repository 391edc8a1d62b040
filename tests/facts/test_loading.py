"""A load as a whole: what is kept, counted and written down, and that it is all or nothing."""

from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import InputError, SourceUnreadable
from goodstanding.facts import arriving, loading, reading
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.source import Source
from goodstanding.facts.store import Settings
from goodstanding.rows import keeping
from tests.small_loads import NOW, contents, count_of, load, market, row_counts, texts

USD = Settings(time_zone="UTC", currency="USD")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def orders(*rows: dict[str, str]) -> dict[str, pa.Table]:
    return texts(orders=[{"seller_id": "S1", "placed_at": "2018-01-05"} | row for row in rows])


def test_facts_are_stored_under_the_markets_own_numbers():
    with market() as database:
        load(database, orders({"order_id": "O2", "buyer_id": "B7"}, {"order_id": "O1"}))
        rows = database.rows(
            "select order_id, seller_id, buyer_id, placed_at from orders join order_ids using "
            "(order_no) join seller_ids using (seller_no) left join buyer_ids using (buyer_no) "
            "order by order_id"
        )
        noon = at("2018-01-05T00:00:00")
        assert rows == [("O1", "S1", None, noon), ("O2", "S1", "B7", noon)]


def test_new_ids_are_numbered_in_the_order_of_their_text():
    with market() as database:
        load(database, orders({"order_id": "O2"}, {"order_id": "O10"}, {"order_id": "O1"}))
        load(database, orders({"order_id": "O0"}, {"order_id": "O2"}))
        numbers = database.rows("select order_id, order_no from order_ids order by order_no")
        assert numbers == [("O1", 1), ("O10", 2), ("O2", 3), ("O0", 4)]


def test_an_order_and_what_was_bought_together_share_their_numbers():
    with market() as database:
        load(
            database,
            orders({"order_id": "P/1", "parent_order_id": "P"})
            | texts(feedback=[{"feedback_id": "F", "given_at": "2018-02-01", "order_id": "P"}]),
        )
        assert database.rows("select f.order_no = o.parent_order_no from feedback f, orders o") == [
            (True,)
        ]


def test_rows_are_recorded_when_they_say_so_and_else_at_the_load():
    with market() as database:
        said = {"order_id": "O1", "recorded_at": "2018-01-06T10:00:00+02:00"}
        load(database, orders(said, {"order_id": "O2", "recorded_at": ""}))
        found = database.rows("select recorded_at from orders order by recorded_at")
        assert found == [(at("2018-01-06T08:00:00"),), (NOW,)]


def test_recorded_occurred_leaves_the_instant_to_each_value():
    with market() as database:
        summary = load(database, orders({"order_id": "O1"}), recorded="occurred")
        assert database.rows("select recorded_at from orders") == [(None,)]
        assert summary.known_until == at("2018-01-05T00:00:00")


def test_recorded_occurred_keeps_what_a_row_says_itself():
    with market() as database:
        said = {"order_id": "O1", "recorded_at": "2018-01-06"}
        load(database, orders(said, {"order_id": "O2"}), recorded="occurred")
        assert database.rows("select recorded_at from orders order by all nulls last") == [
            (at("2018-01-06"),),
            (None,),
        ]


def test_a_market_is_known_until_its_newest_fact_and_a_deadline_is_none():
    with market() as database:
        row = {"order_id": "O1", "ship_by": "2019-01-01", "paid_at": "2018-02-01"}
        summary = load(database, orders(row), recorded="occurred")
        assert summary.known_until == at("2018-02-01T00:00:00")
        later = texts(sellers=[{"seller_id": "S1", "country": "BR"}])
        assert load(database, later, recorded="occurred").known_until == at("2018-02-01T00:00:00")


def test_the_summary_counts_every_row_once():
    with market() as database:
        rows = [
            {"order_id": "O1", "amount_minor": "100"},
            {"order_id": "O1", "amount_minor": "100"},
            {"order_id": "O1", "amount_minor": "200"},
            {"order_id": "", "amount_minor": "x"},
        ]
        summary = load(database, orders(*rows))
        assert count_of(summary, "orders") == (4, 1, 1, 2)
        assert [str(refusal) for refusal in summary.refusals] == [
            (
                "orders.amount_minor: not a whole number of minor units (15.50 is written 1550) "
                "(1 row, first at orders row 4)"
            ),
            "orders.order_id: missing, and part of the key (1 row, first at orders row 4)",
            (
                "orders.amount_minor: differs from a row recorded at the same instant "
                "(1 row, first at orders row 3)"
            ),
        ]
        assert database.rows("select * exclude (table_name) from load_counts") == [(1, 4, 1, 1, 2)]


def test_a_load_is_written_down():
    with market() as database:
        load(database, orders({"order_id": "O1"}))
        load(database, texts(sellers=[{"seller_id": "S1", "country": "BR"}]))
        load(database, orders({"order_id": "O2", "ship_by": "2018-01-09", "paid_at": "2018-01-02"}))
        placed, paid = at("2018-01-05"), at("2018-01-02")
        due = at("2018-01-09T23:59:59.999999")  # the whole day
        assert database.rows("select * from loads order by load_no") == [
            (1, NOW, "orders", "source", NOW, placed, placed),
            (2, NOW, "sellers", "source", NOW, None, None),
            (3, NOW, "orders", "source", NOW, paid, due),
        ]


def test_loading_the_same_twice_changes_nothing():
    facts = orders(
        {"order_id": "O1", "paid_at": "2018-01-06"},
        {"order_id": "O1", "paid_at": "2018-01-07"},  # a conflict
        {"order_id": "O2", "paid_at": "never"},
    ) | texts(
        feedback=[{"feedback_id": "F1", "given_at": "2018-02-01", "order_id": "O9", "stars": "3"}],
        retractions=[
            {"table_name": "orders", "key": "O1", "column_name": "paid_at", "retracted_at": ""},
            {"table_name": "feedback", "key": "F1|2018-02-01", "column_name": "*"},
            {"table_name": "nothing", "key": "F1", "column_name": "*"},
        ],
    )
    with market() as database:
        load(database, facts)
        before = contents(database)
        summary = load(database, facts, now=at("2026-02-02"))
        assert contents(database) == before
        assert summary.load_no is None
        assert summary.kept == 0
        assert summary.quarantined == 3


def test_frames_handed_in_are_left_as_they_were():
    frame = pa.table({"order_id": ["O1"], "seller_id": ["S1"], "placed_at": ["2018-01-05"]})
    before = frame.to_pylist(), frame.schema
    with market() as database:
        load(database, {"orders": frame})
    assert (frame.to_pylist(), frame.schema) == before


def test_check_counts_and_writes_nothing():
    with market() as database:
        before = contents(database)
        summary = load(database, orders({"order_id": "O1"}, {"order_id": ""}), check=True)
        assert contents(database) == before
        assert summary.is_check
        assert summary.load_no == 1
        assert count_of(summary, "orders") == (2, 1, 0, 1)
        assert summary.known_until == NOW
        assert load(database, orders({"order_id": "O1"})).load_no == 1


def test_strict_refuses_what_would_go_to_quarantine():
    with market() as database:
        before = contents(database)
        with pytest.raises(InputError) as raised:
            load(database, orders({"order_id": "O1"}, {"order_id": ""}), strict=True)
        assert str(raised.value) == (
            "rows would go to quarantine:\n"
            "  orders.order_id: missing, and part of the key (1 row, first at orders row 2)\n"
            "Nothing was loaded, as --strict asks. Mend them, or load without --strict."
        )
        assert contents(database) == before


def test_strict_refuses_columns_that_would_be_left_out():
    with market() as database:
        with pytest.raises(InputError) as raised:
            load(database, orders({"order_id": "O1", "mood": "good"}), strict=True)
        assert str(raised.value) == (
            "columns would be left out: orders: mood.\n"
            "Nothing was loaded, as --strict asks. Rename them, or load without --strict."
        )
        assert row_counts(database)["orders"] == 0


def test_columns_and_files_left_out_are_named(tmp_path):
    (tmp_path / "orders.csv").write_text("order_id,mood\nO1,good\n")
    (tmp_path / "truth.csv").write_text("who\nB1\n")
    (tmp_path / "README.md").write_text("What this is.\n")
    with market() as database:
        summary = load(database, tmp_path)
    assert [(each.source, each.columns) for each in summary.left_out] == [("orders.csv", ("mood",))]
    assert summary.files_left_out == ("truth.csv",)


def source(database: DuckDB, query: str, table: str = "orders") -> Source:
    return Source(table=BY_NAME[table], query=query, name="a query")


def test_a_source_that_breaks_in_the_middle_leaves_the_market_as_it_was():
    broken = (
        "select 'O' || number as order_id, 'row ' || number as place, "
        "case when number > 9 then error('the disk is gone') end as seller_id "
        "from range(20) as numbers(number)"
    )
    with market() as database:
        load(database, orders({"order_id": "O1"}))
        before = contents(database)
        sources = [
            *reading.sources_of(orders({"order_id": "O2"}), database=database),
            source(database, broken),
        ]
        with pytest.raises(SourceUnreadable) as raised:
            loading.load(database, USD, sources, now=NOW)
        assert "a query cannot be read: " in str(raised.value)
        assert "the disk is gone" in str(raised.value)
        assert contents(database) == before
        assert load(database, orders({"order_id": "O2"})).load_no == 2


def test_an_interrupted_load_leaves_the_market_as_it_was():
    def interrupt(table: str, rows: int) -> None:
        if table == "feedback" and rows:
            raise KeyboardInterrupt

    facts = orders({"order_id": "O1"}) | texts(
        feedback=[{"feedback_id": "F1", "given_at": "2018-02-01", "order_id": "O1"}]
    )
    with market() as database:
        before = contents(database)
        sources = reading.sources_of(facts, database=database)
        with pytest.raises(KeyboardInterrupt):
            loading.load(database, USD, sources, now=NOW, progress=interrupt)
        assert contents(database) == before
        assert count_of(load(database, facts), "feedback") == (1, 1, 0, 0)


def test_nothing_is_left_behind_in_the_database(tmp_path):
    (tmp_path / "orders.csv").write_text("order_id,seller_id\nO1,S1\nO2\n")
    (tmp_path / "feedback.csv").write_text("feedback_id,given_at\nF1,2018-01-01\n")
    with market() as database:
        load(database, tmp_path)
        load(database, tmp_path)
        load(database, orders({"order_id": "O1"}), now=at("2026-02-02"))
        left = "select table_name from duckdb_tables() where temporary"
        assert database.rows(left) == []
        assert database.rows("select view_name from duckdb_views() where not internal") == []


@pytest.mark.parametrize("at_once", [1, 2])
def test_rows_that_memory_does_not_hold_together_are_kept_in_parts(monkeypatch, at_once):
    orders = [
        {"order_id": f"O{number % 4}", "seller_id": "S1", "buyer_id": f"B{number}"}
        | {"placed_at": f"2018-01-0{number}T10:00:00", "recorded_at": f"2018-02-0{number}"}
        for number in range(1, 7)
    ]
    lines = [{"order_id": f"O{number}", "line_no": "1", "quantity": "2"} for number in range(4)]
    reviews = [
        {"feedback_id": f"F{number}", "order_id": f"O{number}", "given_at": "2018-01-09"}
        for number in range(3)
    ]
    facts = texts(orders=orders, order_lines=lines, feedback=reviews)
    with market() as database, market() as parted:
        load(database, facts)
        assert parted.memory is not None
        monkeypatch.setattr(arriving, "_BYTES_A_ROW", parted.memory // at_once)
        monkeypatch.setattr(keeping, "_BYTES_AN_ORDER", parted.memory // at_once)
        load(parted, facts)
        assert contents(parted) == contents(database)
        assert row_counts(parted)["orders"] == 6


def test_progress_tells_each_table_and_how_many_rows_are_read():
    told: list[tuple[str, int]] = []
    facts = orders({"order_id": "O1"}, {"order_id": "O2"})
    with market() as database:
        sources = reading.sources_of(facts, database=database)
        loading.load(
            database, USD, sources, now=NOW, progress=lambda table, rows: told.append((table, rows))
        )
    assert told == [("orders", 0), ("orders", 2)]


def test_every_table_and_every_kind_can_be_loaded():
    example: dict[str, Any] = {
        "id": "X1",
        "identity": "X1",
        "instant": "2018-01-01T10:00:00Z",
        "deadline": "2018-01-01",
        "day": "2018-01-01",
        "text": "words",
        "currency": "EUR",
        "whole number": "7",
        "minor units": "700",
        "stars": "4.5",
        "points": "1.125",
        "flag": "true",
    }
    facts = texts(
        **{
            table.name: [
                {c.name: c.codes[0] if c.codes else example[c.kind] for c in table.columns}
            ]
            for table in BY_NAME.values()
        }
        | {
            "retractions": [
                {
                    "table_name": "orders",
                    "key": "X1",
                    "column_name": "*",
                    "retracted_at": "2018-01-01",
                    "retracted_by": "support",
                }
            ]
        }
    )
    with market() as database:
        summary = load(database, facts)
        assert summary.refusals == ()
        assert {count.table: count.kept for count in summary.tables} == dict.fromkeys(BY_NAME, 1)
        empty = {
            f"{table}.{column.name}"
            for table, meant in BY_NAME.items()
            for column in meant.columns
            if database.rows(f"select count({column.stored_name}) from {table}") != [(1,)]
        }
        assert empty == set()
