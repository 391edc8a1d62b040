"""Which canonical column a source's column is: by its name, and nothing is guessed."""

import pytest

from goodstanding.errors import UnknownColumn
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.columns import nearly, sources_of_relation
from goodstanding.facts.source import Relation


def sources(table: str, *columns: str):
    relation = Relation(query="select 1", name=f"{table}.csv", columns=columns)
    return sources_of_relation(relation, BY_NAME[table])


def message(table: str, *columns: str) -> str:
    with pytest.raises(UnknownColumn) as raised:
        sources(table, *columns)
    return str(raised.value)


def test_columns_that_are_no_canonical_ones_are_left_out():
    (source,) = sources("orders", "order_id", "recorded_at", "mood", "status")
    assert source.ignored == ("mood", "status")


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        ("Seller ID", "seller_id"),
        ("SELLER_ID", "seller_id"),
        ("sellerId", "seller_id"),
        ("seler_id", "seller_id"),
        ("recorded at", "recorded_at"),
        ("canceled_at", "cancelled_at"),
        ("ship-by", "ship_by"),
    ],
)
def test_a_column_that_nearly_has_a_canonical_name_is_an_error(column, meant):
    assert message("orders", "order_id", column) == (
        f"orders.csv: column '{column}' is not known; did you mean '{meant}'?\n"
        "Rename what is meant, or say so in a mapping file. "
        "'goodstanding tables orders' prints the columns."
    )


def test_a_column_beside_the_one_it_resembles_is_another_one():
    (source,) = sources("orders", "order_id", "carrier", "carrier_id")
    assert source.ignored == ("carrier_id",)


def test_all_slips_come_at_once():
    said = message("orders", "Order ID", "sellerid", "mood")
    assert said.splitlines()[:2] == [
        "orders.csv: column 'Order ID' is not known; did you mean 'order_id'?",
        "orders.csv: column 'sellerid' is not known; did you mean 'seller_id'?",
    ]


def test_a_key_that_is_not_there_is_an_error():
    assert message("feedback", "stars", "mood").splitlines()[0] == (
        "feedback.csv has no column 'feedback_id' and no column 'given_at', and feedback are told "
        "apart by feedback_id, given_at. It has: stars, mood."
    )


def test_a_retraction_need_not_name_its_instant():
    (source,) = sources("retractions", "table_name", "key", "column_name")
    assert source.ignored == ()


@pytest.mark.parametrize("unlike", ["id", "status", "total", "customer", "created"])
def test_nothing_is_guessed_from_far_away(unlike):
    assert nearly(unlike, [column.name for column in BY_NAME["orders"].columns]) is None
