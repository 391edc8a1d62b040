"""Rows that wait for their order, and instants that contradict each other."""

from goodstanding.facts.oddities import IN_ORDER
from goodstanding.facts.summary import Waiting
from goodstanding.facts.tables import BY_NAME
from tests.small_loads import load, market, texts

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


def test_instants_that_contradict_each_other_are_kept_and_counted():
    row = {
        "order_id": "O1",
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
        load(database, texts(orders=[{"order_id": "O1", "shipped_at": "2018-01-05"}]))
        delivered = {"order_id": "O1", "delivered_at": "2018-01-04"}
        odd = load(database, texts(orders=[delivered | {"recorded_at": "2026-01-02"}]))
        assert [oddity.later for oddity in odd.oddities] == ["delivered_at"]
        right = {"order_id": "O1", "delivered_at": "2018-01-06", "recorded_at": "2026-01-03"}
        assert load(database, texts(orders=[right])).oddities == ()


def test_what_is_at_the_same_instant_is_in_order():
    row = {"order_id": "O1", "placed_at": "2018-01-05", "paid_at": "2018-01-05"}
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
