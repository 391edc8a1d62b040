"""Rows of facts that are there already: kept, unchanged, or in conflict."""

from datetime import datetime

import pytest

from goodstanding.database.duckdb import DuckDB
from tests.small_loads import NOW, count_of, load, market, texts

LATER = datetime.fromisoformat("2026-01-02T12:00:00")


def load_orders(database: DuckDB, *rows: dict[str, str], now: datetime = NOW, recorded="source"):
    """Load orders and return how many were kept, unchanged and quarantined."""
    facts = texts(orders=[{"order_id": "O1"} | row for row in rows])
    return count_of(load(database, facts, now=now, recorded=recorded), "orders")[1:]


def revised(database: DuckDB) -> list[str]:
    return [
        row[0]
        for row in database.rows(
            "select order_id from orders_revised join order_ids using (order_no)"
        )
    ]


KEPT, UNCHANGED, CONFLICT = (1, 0, 0), (0, 1, 0), (0, 0, 1)
T1, T2 = "2018-02-01T10:00:00", "2018-02-02T10:00:00"

# What is there, what comes, and what becomes of it; both say when they were recorded.
SAID = [
    ({"carrier": "A", "recorded_at": T1}, {"carrier": "A", "recorded_at": T1}, UNCHANGED),
    ({"carrier": "A", "recorded_at": T1}, {"carrier": "B", "recorded_at": T1}, CONFLICT),
    ({"carrier": "A", "recorded_at": T1}, {"carrier": "B", "recorded_at": T2}, KEPT),
    # Equal to what was known, but known again later: dropped, it would matter which came first.
    ({"carrier": "A", "recorded_at": T1}, {"carrier": "A", "recorded_at": T2}, KEPT),
    ({"carrier": "A", "recorded_at": T2}, {"carrier": "A", "recorded_at": T1}, KEPT),
    ({"carrier": "A", "recorded_at": T1}, {"ship_to": "X", "recorded_at": T1}, KEPT),
    (
        {"carrier": "A", "ship_to": "X", "recorded_at": T1},
        {"ship_to": "X", "recorded_at": T1},
        UNCHANGED,
    ),
    (
        {"carrier": "A", "ship_to": "X", "recorded_at": T1},
        {"carrier": "A", "ship_to": "Y", "recorded_at": T1},
        CONFLICT,
    ),
    ({"carrier": "A", "recorded_at": T1}, {"recorded_at": T1}, UNCHANGED),
    ({"recorded_at": T1}, {"carrier": "A", "recorded_at": T1}, KEPT),
]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(("there", "comes", "becomes"), SAID)
def test_rows_that_say_when_they_were_recorded(there, comes, becomes, at_once):
    with market() as database:
        if at_once:
            kept, unchanged, refused = load_orders(database, there, comes)
            assert (kept - 1, unchanged, refused) == becomes
        else:
            load_orders(database, there)
            assert load_orders(database, comes, now=LATER) == becomes
        assert revised(database) == (["O1"] if becomes == KEPT else [])


# Each value is recorded at the instant that it names.
OCCURRED = [
    ({"placed_at": T1, "ship_to": "X"}, {"placed_at": T1, "ship_to": "X"}, UNCHANGED),
    ({"placed_at": T1, "ship_to": "X"}, {"placed_at": T1}, UNCHANGED),
    ({"placed_at": T1, "ship_to": "X"}, {"placed_at": T1, "ship_to": "Y"}, CONFLICT),
    ({"placed_at": T1, "ship_to": "X"}, {"placed_at": T2, "ship_to": "Y"}, KEPT),
    # Silent about its instant, the value was always known: not what was known since T1.
    ({"placed_at": T1, "ship_to": "X"}, {"ship_to": "Y"}, KEPT),
    ({"ship_to": "X"}, {"ship_to": "Y"}, CONFLICT),
    ({"ship_to": "X"}, {"ship_to": "X"}, UNCHANGED),
    # A value recorded when it occurred, and one recorded at that very instant.
    ({"paid_at": T1}, {"paid_at": T1, "recorded_at": T1}, KEPT),
    ({"placed_at": T1, "ship_to": "X"}, {"ship_to": "Y", "recorded_at": T1}, CONFLICT),
    ({"placed_at": T1, "ship_to": "X"}, {"ship_to": "Y", "recorded_at": T2}, KEPT),
]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(("there", "comes", "becomes"), OCCURRED)
def test_rows_recorded_when_they_occurred(there, comes, becomes, at_once):
    with market() as database:
        if at_once:
            kept, unchanged, refused = load_orders(database, there, comes, recorded="occurred")
            assert (kept - 1, unchanged, refused) == becomes
        else:
            load_orders(database, there, recorded="occurred")
            assert load_orders(database, comes, recorded="occurred", now=LATER) == becomes


# Nobody says when they were recorded: what is known already is not kept again.
LEARNED_NOW = [
    ({"carrier": "A"}, {"carrier": "A"}, UNCHANGED),
    ({"carrier": "A"}, {"carrier": "B"}, KEPT),
    ({"carrier": "A"}, {"ship_to": "X"}, KEPT),
    ({"carrier": "A", "ship_to": "X"}, {"ship_to": "X"}, UNCHANGED),
    ({"carrier": "A"}, {}, UNCHANGED),
    ({"carrier": "A", "recorded_at": T1}, {"carrier": "A"}, UNCHANGED),
    # Recorded in the future: not known yet.
    ({"carrier": "A", "recorded_at": "2050-01-01"}, {"carrier": "A"}, KEPT),
]


@pytest.mark.parametrize(("there", "comes", "becomes"), LEARNED_NOW)
def test_rows_learned_at_their_load(there, comes, becomes):
    with market() as database:
        load_orders(database, there)
        assert load_orders(database, comes, now=LATER) == becomes


def test_what_is_known_is_put_together_from_all_rows():
    with market() as database:
        load_orders(
            database,
            {"carrier": "A", "ship_to": "X", "recorded_at": T1},
            {"carrier": "B", "recorded_at": T2},
        )
        assert load_orders(database, {"carrier": "B", "ship_to": "X"}) == UNCHANGED
        assert load_orders(database, {"carrier": "A", "ship_to": "X"}) == KEPT


def test_a_value_learned_again_after_another_is_kept():
    with market() as database:
        load_orders(database, {"carrier": "A"})
        load_orders(database, {"carrier": "B"}, now=LATER)
        third = datetime.fromisoformat("2026-01-03T12:00:00")
        assert load_orders(database, {"carrier": "A"}, now=third) == KEPT


def test_history_and_then_daily_exports_fit_together():
    with market() as database:
        load_orders(database, {"placed_at": T1, "ship_to": "X"}, recorded="occurred")
        assert load_orders(database, {"placed_at": T1, "ship_to": "X"}) == UNCHANGED
        assert load_orders(database, {"placed_at": T1, "ship_to": "Y"}) == KEPT


def test_the_first_of_two_rows_in_conflict_is_kept():
    with market() as database:
        rows = [{"carrier": name, "recorded_at": T1} for name in ("A", "B", "A", "C")]
        assert load_orders(database, *rows) == (1, 1, 2)
        assert database.rows("select carrier from orders") == [("A",)]
        assert database.rows("select place, column_name from quarantine order by place") == [
            ("orders row 2", "carrier"),
            ("orders row 4", "carrier"),
        ]


def test_a_row_is_not_refused_for_contradicting_one_that_was_refused_itself():
    # The second contradicts the first; the third only the second, which is not there.
    rows = [
        {"carrier": "A", "recorded_at": T1},
        {"carrier": "B", "ship_to": "X", "recorded_at": T1},
        {"ship_to": "Y", "recorded_at": T1},
        {"ship_to": "X", "recorded_at": T1},
    ]
    with market() as database:
        assert load_orders(database, *rows) == (2, 0, 2)
        assert database.rows("select place from quarantine order by place") == [
            ("orders row 2",),
            ("orders row 4",),
        ]


def test_a_conflict_names_every_column_that_differs_and_shows_the_row_as_a_source_writes_it():
    first = {"feedback_id": "F1", "given_at": T1, "order_id": "O1", "stars": "3.5", "comment": "a"}
    second = first | {"order_id": "O2", "stars": "4.25", "comment": "a"}
    with market() as database:
        load(database, texts(feedback=[first, second]))
        assert database.rows("select column_name, row_text from quarantine order by all") == [
            (
                column,
                (
                    '{"feedback_id":"F1","given_at":"2018-02-01 10:00:00","order_id":"O2",'
                    '"stars":"4.25","comment":"a"}'
                ),
            )
            for column in ("order_id", "stars")
        ]


def test_a_long_quarrel_within_one_load_ends():
    rows = [{"carrier": f"C{number}", "recorded_at": T1} for number in range(300)]
    with market() as database:
        assert load_orders(database, *rows) == (1, 0, 299)


def test_a_store_without_any_value_is_there():
    with market() as database:
        facts = texts(sellers=[{"seller_id": "S1"}, {"seller_id": "S1"}])
        assert count_of(load(database, facts), "sellers") == (2, 1, 1, 0)
        assert count_of(load(database, facts, now=LATER), "sellers") == (2, 0, 2, 0)


def test_a_rating_that_was_changed_is_a_fact_of_its_own():
    row = {"feedback_id": "F1", "order_id": "O1", "stars": "3"}
    with market() as database:
        facts = texts(feedback=[row | {"given_at": T1}, row | {"given_at": T2, "stars": "5"}])
        assert count_of(load(database, facts), "feedback") == (2, 2, 0, 0)
        assert database.rows("select count(*) from feedback_revised") == [(0,)]
