"""Rows that wait for their order, and what is odd: kept as received, and counted."""

import pytest

from goodstanding.facts.catalogue import BY_NAME, LEDGERS
from goodstanding.facts.oddities import IN_ORDER
from goodstanding.facts.summary import Waiting
from tests.small_loads import load, market, texts

ORDER = {"order_id": "O1", "seller_id": "S1", "placed_at": "2018-01-01"}
FEEDBACK = texts(
    feedback=[
        {"feedback_id": f"F{number}", "given_at": "2018-02-01", "order_id": order}
        for number, order in enumerate(["O1", "P", "O9", ""])
    ]
)


def test_a_row_that_names_an_unknown_order_waits_until_it_comes():
    with market() as database:
        assert load(database, FEEDBACK).waiting == (Waiting(table="feedback", rows=3),)
        orders = texts(orders=[{"order_id": "O1", "parent_order_id": "P"}])
        assert load(database, orders).waiting == (Waiting(table="feedback", rows=1),)
        assert load(database, texts(orders=[{"order_id": "O9"}])).waiting == ()


def test_what_waits_is_counted_in_every_load_until_it_is_told_of():
    with market() as database:
        load(database, FEEDBACK)
        other = texts(sellers=[{"seller_id": "S1"}])
        assert load(database, other).waiting == (Waiting(table="feedback", rows=3),)
        again = texts(feedback=[{"feedback_id": "F9", "given_at": "2018-02-01", "order_id": "O9"}])
        assert load(database, again).waiting == (Waiting(table="feedback", rows=4),)
        assert load(database, texts(orders=[{"order_id": "O9"}])).waiting == (
            Waiting(table="feedback", rows=2),
        )


def test_an_exclusion_waits_for_the_order_or_the_buyer_that_it_names():
    excluded = [
        {"exclusion_id": "E1", "table_name": "orders", "key": "O1", "reason": "fraud"},
        {"exclusion_id": "E2", "table_name": "buyers", "key": "B1", "reason": "fraud"},
    ]
    with market() as database:
        assert load(database, texts(exclusions=excluded)).waiting == (
            Waiting(table="exclusions", rows=2),
        )
        assert load(database, texts(orders=[ORDER])).waiting == (
            Waiting(table="exclusions", rows=1),
        )
        bought = [ORDER | {"buyer_id": "B1", "recorded_at": "2026-01-01"}]
        assert load(database, texts(orders=bought)).waiting == ()


def test_only_what_a_load_tells_of_is_counted_as_odd():
    odd = ORDER | {"placed_at": "2018-01-05", "paid_at": "2018-01-04"}
    with market() as database:
        (oddity,) = load(database, texts(orders=[odd])).oddities
        assert oddity.facts == 1
        assert load(database, texts(orders=[ORDER | {"order_id": "O2"}])).oddities == ()


def test_instants_that_contradict_each_other_are_kept_and_counted():
    row = {
        "order_id": "O1",
        "seller_id": "S1",
        "placed_at": "2018-01-05",
        "paid_at": "2018-01-04",
        "shipped_at": "2018-01-04",
        "delivered_at": "2018-01-03",
    }
    with market() as database:
        summary = load(database, texts(orders=[row, row | {"order_id": "O2"}]))
        assert [(str(oddity), oddity.facts) for oddity in summary.oddities] == [
            ("orders: paid_at before placed_at", 2),
            ("orders: shipped_at before placed_at", 2),
            ("orders: delivered_at before shipped_at", 2),
        ]
        assert summary.kept == 2


def test_an_oddity_may_lie_between_two_loads_and_end_with_a_correction():
    with market() as database:
        load(database, texts(orders=[ORDER | {"shipped_at": "2018-01-05"}]))
        delivered = {"order_id": "O1", "delivered_at": "2018-01-04"}
        odd = load(database, texts(orders=[delivered | {"recorded_at": "2026-01-02"}]))
        assert [oddity.what for oddity in odd.oddities] == ["delivered_at before shipped_at"]
        right = {"order_id": "O1", "delivered_at": "2018-01-06", "recorded_at": "2026-01-03"}
        assert load(database, texts(orders=[right])).oddities == ()


def test_what_is_at_the_same_instant_is_in_order():
    row = ORDER | {"placed_at": "2018-01-05", "paid_at": "2018-01-05"}
    with market() as database:
        assert load(database, texts(orders=[row])).oddities == ()


def test_a_day_before_another_is_odd_too():
    row = {"incident_id": "I1", "first_on": "2018-01-05", "last_on": "2018-01-04"}
    with market() as database:
        (oddity,) = load(database, texts(incidents=[row])).oddities
        assert str(oddity) == "incidents: last_on before first_on"


def test_every_pair_names_columns_of_its_table():
    for name, pairs in IN_ORDER.items():
        columns = {column.name for column in BY_NAME[name].columns}
        assert {column for pair in pairs for column in pair} <= columns


@pytest.mark.parametrize(
    ("table", "row", "what"),
    [
        ("orders", ORDER | {"amount_minor": "-1"}, "orders: amount_minor below zero"),
        ("order_lines", {"order_id": "O1", "line_no": "1", "amount_minor": "-1"}, None),
        ("refunds", {"refund_id": "R1", "amount_minor": "-1"}, None),
        ("orders", {"order_id": "O1", "placed_at": "2018-01-01"}, "orders: no seller_id"),
        ("orders", {"order_id": "O1", "seller_id": "S1"}, "orders: no placed_at"),
        ("orders", ORDER | {"amount_minor": "0"}, ""),
        (
            "retractions",
            {"table_name": "orders", "key": "O9", "column_name": "*", "retracted_at": "2018-01-02"},
            "retractions: of orders that nobody told of",
        ),
    ],
)
def test_what_can_hardly_be_meant_is_counted(table, row, what):
    expected = f"{table}: amount_minor below zero" if what is None else what
    with market() as database:
        odd = [str(oddity) for oddity in load(database, texts(**{table: [row]})).oddities]
        assert odd == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("reason", "is_odd"),
    [("abuse", False), ("Own Wish", False), ("", False), ("own_wish", True), ("fraud", True)],
)
def test_an_account_closed_for_a_reason_that_nothing_knows_is_odd(reason, is_odd):
    row = {"buyer_id": "B1", "closed_at": "2018-01-01", "closed_reason": reason}
    with market() as database:
        odd = [str(oddity) for oddity in load(database, texts(buyers=[row])).oddities]
        expected = ["buyers: closed_reason neither 'abuse' nor 'own wish'"]
        assert odd == (expected if is_odd else [])


def test_what_is_taken_back_before_it_is_told_is_odd_until_then():
    back = {"table_name": "orders", "key": "O1", "column_name": "*", "retracted_at": "2018-01-02"}
    with market() as database:
        assert load(database, texts(retractions=[back])).oddities
        assert load(database, texts(orders=[ORDER], retractions=[back])).oddities == ()


@pytest.mark.parametrize(
    ("placed_at", "is_skipped"),
    [
        ("2018-03-25T01:59:59.999999", False),
        ("2018-03-25T02:00:00", True),
        ("2018-03-25T02:59:59.999999", True),
        ("2018-03-25T03:00:00", False),
        ("2018-03-25T02:30:00+01:00", False),
        ("2018-03-24T02:30:00", False),
        ("2018-10-28T02:30:00", False),  # it occurs twice: the first is meant
    ],
)
def test_a_local_time_that_the_clocks_skipped_is_counted(placed_at, is_skipped):
    row = ORDER | {"placed_at": placed_at}
    with market("Europe/Berlin") as database:
        summary = load(database, texts(orders=[row, row | {"order_id": "O2"}]))
        told = [(str(oddity), oddity.facts) for oddity in summary.oddities]
        expected = [("orders: placed_at at a time that the clocks skipped", 2)]
        assert told == (expected if is_skipped else [])
        assert summary.kept == 2


@pytest.mark.parametrize(
    ("placed_at", "is_skipped"),
    [
        ("2010-03-14T00:00:59", False),
        ("2010-03-14T00:01:00", True),
        ("2010-03-14T01:00:59", True),
        ("2010-03-14T01:01:00", False),
    ],
)
def test_clocks_may_be_put_forward_a_minute_past_midnight(placed_at, is_skipped):
    with market("America/St_Johns") as database:
        summary = load(database, texts(orders=[ORDER | {"placed_at": placed_at}]))
        assert bool(summary.oddities) is is_skipped


def test_a_zone_that_never_changes_its_clocks_skips_nothing():
    with market("Asia/Tokyo") as database:
        row = ORDER | {"placed_at": "2018-03-25T02:30:00"}
        assert load(database, texts(orders=[row])).oddities == ()


CHARGED = {
    "violation_id": "V1",
    "subject_kind": "seller",
    "subject_id": "S1",
    "ledger": "trade",
    "occurred_at": "2018-01-01",
}


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({}, None),
        ({"ledger": "conduct"}, None),
        ({"ledger": ""}, None),
        (
            {"ledger": "Trade"},
            f"a ledger that no rulebook can name ({', '.join(LEDGERS)} are known)",
        ),
        ({"subject_id": ""}, "no subject_kind or no subject_id"),
        ({"subject_kind": ""}, "no subject_kind or no subject_id"),
        ({"occurred_at": ""}, "no occurred_at"),
    ],
)
def test_a_violation_that_no_rulebook_can_count_is_odd(said, what):
    with market() as database:
        oddities = load(database, texts(violations=[CHARGED | said])).oddities
        assert [each.what for each in oddities] == ([] if what is None else [what])


def test_a_violation_is_odd_by_all_that_is_known_of_it():
    with market() as database:
        load(database, texts(violations=[CHARGED]))
        revoked = {"violation_id": "V1", "revoked_at": "2018-02-01", "recorded_at": "2018-02-01"}
        assert load(database, texts(violations=[revoked])).oddities == ()
