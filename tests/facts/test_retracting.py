"""What a source takes back: under the fact's own key, and once."""

from datetime import datetime

import pytest

from goodstanding.database.duckdb import DuckDB
from tests.small_loads import NOW, contents, count_of, load, market, texts

LATER = datetime.fromisoformat("2026-01-02T12:00:00")
T1, T2 = "2018-02-01T10:00:00", "2018-02-02T10:00:00"


def retraction(table: str, key: str, column: str = "*", **said: str) -> dict[str, str]:
    return {"table_name": table, "key": key, "column_name": column} | said


def load_retractions(database: DuckDB, *rows: dict[str, str], now=NOW, recorded="source"):
    """Load retractions and return how many were kept, unchanged and quarantined."""
    facts = texts(retractions=rows)
    return count_of(load(database, facts, now=now, recorded=recorded), "retractions")[1:]


def order(**said: str) -> dict[str, str]:
    return {"order_id": "O1", "seller_id": "S1", "carrier": "A"} | said


def test_a_retraction_stands_under_the_facts_key():
    with market("America/Sao_Paulo") as database:
        load(
            database,
            texts(
                orders=[order()],
                order_lines=[{"order_id": "a|b", "line_no": "2"}],
                feedback=[{"feedback_id": "F|1", "given_at": "2018-01-01"}],
                rates=[{"day": "2018-01-01", "from_currency": "USD", "to_currency": "BRL"}],
            ),
        )
        assert load_retractions(
            database,
            retraction("orders", "O1", "carrier", retracted_at="2026-02-01T00:00:00Z"),
            retraction("order_lines", "a|b|2", "quantity", retracted_at="2026-02-01T00:00:00Z"),
            retraction("feedback", "F|1|2018-01-01", retracted_at="2026-02-01T00:00:00Z"),
            retraction("rates", "2018-01-01|USD|BRL", "ppm", retracted_at="2026-02-01T00:00:00Z"),
        ) == (4, 0, 0)
        when = datetime.fromisoformat("2026-02-01T00:00:00")
        given = datetime.fromisoformat("2018-01-01T02:00:00")
        day = given.date()
        number = {
            name: no for no, name in database.rows("select order_no, order_id from order_ids")
        }
        assert database.rows("select * exclude (load_no, retracted_by) from orders_retracted") == [
            (number["O1"], "carrier", when)
        ]
        assert database.rows(
            "select * exclude (load_no, retracted_by) from order_lines_retracted"
        ) == [(number["a|b"], 2, "quantity", when)]
        assert database.rows(
            "select * exclude (load_no, retracted_by) from feedback_retracted"
        ) == [("F|1", given, "*", when)]
        assert database.rows("select * exclude (load_no, retracted_by) from rates_retracted") == [
            (day, "USD", "BRL", "ppm", when)
        ]
        for table in ("orders", "order_lines", "feedback", "rates"):
            assert database.rows(f"select count(*) from {table}_revised") == [(1,)]


def test_a_retraction_may_come_before_its_fact():
    taken = retraction("orders", "O1", "carrier", retracted_at=T2)
    with market() as database:
        assert load_retractions(database, taken) == (1, 0, 0)
        load(database, texts(orders=[order(recorded_at=T1)]))
        assert database.rows(
            "select count(*) from orders semi join orders_retracted using (order_no)"
        ) == [(1,)]


def test_what_a_load_takes_back_is_not_known_to_a_row_of_the_same_load():
    facts = texts(
        orders=[order(), order(recorded_at=T1)],
        retractions=[retraction("orders", "O1", retracted_at=T2)],
    )
    with market() as database:
        load(database, facts)
        before = contents(database)
        assert len(before["orders"]) == 2
        load(database, facts, now=LATER)
        assert contents(database) == before


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ({"retracted_at": T1}, T1),
        ({"retracted_at": T1, "recorded_at": T2}, T1),
        ({"recorded_at": T2}, T2),
        ({}, NOW.isoformat()),
    ],
)
def test_what_names_no_instant_takes_back_what_was_recorded_until_it_was(said, instant):
    with market() as database:
        load(database, texts(orders=[order(recorded_at="2018-01-01")]))
        load_retractions(database, retraction("orders", "O1", "carrier", **said))
        assert database.rows("select retracted_at from orders_retracted") == [
            (datetime.fromisoformat(instant),)
        ]


def test_the_same_retraction_is_kept_once():
    taken = retraction("orders", "O1", retracted_at=T1)
    with market() as database:
        assert load_retractions(database, taken, taken) == (1, 1, 0)
        assert load_retractions(database, taken, now=LATER) == (0, 1, 0)


def test_a_retraction_learned_now_is_kept_where_it_takes_something_back():
    taken = retraction("orders", "O1", "carrier")
    with market() as database:
        assert load_retractions(database, taken) == (0, 1, 0)  # there is nothing yet
        load(database, texts(orders=[order(recorded_at=T1)]))
        assert load_retractions(database, taken) == (1, 0, 0)
        assert load_retractions(database, taken, now=LATER) == (0, 1, 0)
        # The carrier is said anew, and taken back anew.
        load(database, texts(orders=[order(recorded_at="2026-01-03")]))
        again = datetime.fromisoformat("2026-01-04T00:00:00")
        assert load_retractions(database, taken, now=again) == (1, 0, 0)


def test_what_one_load_says_and_takes_back_at_once_is_never_known():
    facts = texts(orders=[order()], retractions=[retraction("orders", "O1")])
    with market() as database:
        summary = load(database, facts)
        assert (count_of(summary, "orders"), count_of(summary, "retractions")) == (
            (1, 0, 1, 0),
            (1, 0, 1, 0),
        )


def test_one_column_taken_back_by_the_load_that_says_it():
    facts = texts(orders=[order()], retractions=[retraction("orders", "O1", "carrier")])
    with market() as database:
        summary = load(database, facts)
        assert (count_of(summary, "orders")[1], count_of(summary, "retractions")[1]) == (1, 1)
        before = contents(database)
        load(database, facts, now=LATER)
        assert contents(database) == before


def test_a_value_said_again_after_it_was_taken_back_is_kept():
    with market() as database:
        load(database, texts(orders=[order(recorded_at=T1)]))
        load_retractions(database, retraction("orders", "O1", retracted_at=T2))
        summary = load(database, texts(orders=[order()]), now=LATER)
        assert count_of(summary, "orders") == (1, 1, 0, 0)


def test_the_market_is_known_until_a_retraction():
    with market() as database:
        facts = texts(retractions=[retraction("orders", "O1", retracted_at=T2)])
        summary = load(database, facts, recorded="occurred")
        assert summary.known_until == datetime.fromisoformat(T2)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (retraction("order", "O1"), "table_name", "not a table of facts"),
        (retraction("retractions", "O1"), "table_name", "not a table of facts"),
        (
            retraction("orders", "O1", "karrier"),
            "column_name",
            "not a column of that table beyond its key, nor *",
        ),
        (
            retraction("orders", "O1", "order_id"),
            "column_name",
            "not a column of that table beyond its key, nor *",
        ),
        (retraction("feedback", "F1"), "key", "not a key of feedback (feedback_id|given_at)"),
        (retraction("feedback", "F1|soon"), "key", "not a key of feedback (feedback_id|given_at)"),
        (retraction("order_lines", "|1"), "key", "not a key of order_lines (order_id|line_no)"),
        (retraction("orders", "O1", retracted_at="soon"), "retracted_at", None),
        (retraction("orders", ""), "key", "missing, and part of the key"),
    ],
)
def test_a_retraction_that_names_nothing_goes_to_quarantine(row, column, reason):
    with market() as database:
        assert load_retractions(database, row) == (0, 0, 1)
        ((found, why),) = database.rows("select column_name, reason from quarantine")
        assert found == column
        assert reason in (None, why)
