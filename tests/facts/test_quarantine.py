"""What lies in quarantine, counted and shown."""

from datetime import datetime

import pytest

from goodstanding.errors import ArgumentInvalid
from goodstanding.facts import quarantine
from tests.small_loads import NOW, load, market, texts

WRONG = texts(
    orders=[
        {"order_id": "O1", "paid_at": "soon", "amount_minor": "1.5"},
        {"order_id": "O2", "paid_at": "later", "amount_minor": ""},
        {"order_id": "O3", "paid_at": "2018-01-01", "amount_minor": "1"},
    ],
    sellers=[{"seller_id": "", "country": "BR"}],
)


def test_reasons_are_counted_by_load_table_and_column():
    with market() as database:
        load(database, WRONG)
        found = quarantine.list_quarantine(database).to_pylist()
    common = {"load_no": 1, "loaded_at": NOW, "source": "orders, sellers"}
    assert found == [
        common
        | {
            "table_name": "orders",
            "column_name": "amount_minor",
            "reason": "not a whole number of minor units (15.50 is written 1550)",
            "rows": 1,
            "first_place": "orders row 1",
        },
        common
        | {
            "table_name": "orders",
            "column_name": "paid_at",
            "reason": "not an instant such as 2018-07-31T12:00:00",
            "rows": 2,
            "first_place": "orders row 1",
        },
        common
        | {
            "table_name": "sellers",
            "column_name": "seller_id",
            "reason": "missing, and part of the key",
            "rows": 1,
            "first_place": "sellers row 1",
        },
    ]


def test_rows_are_shown_as_they_were_received_with_the_value_that_is_wrong():
    with market() as database:
        load(database, WRONG)
        found = quarantine.show_quarantine(database, table="orders", limit=2).to_pylist()
    row = '{"order_id":"O1","paid_at":"soon","amount_minor":"1.5"}'
    assert [(each["quarantine_no"], each["column_name"], each["value"]) for each in found] == [
        (1, "amount_minor", "1.5"),
        (1, "paid_at", "soon"),
    ]
    assert [(each["place"], each["row_text"]) for each in found] == [("orders row 1", row)] * 2


def test_the_latest_load_is_shown_first_and_one_can_be_chosen():
    with market() as database:
        load(database, WRONG)
        load(database, texts(buyers=[{"buyer_id": ""}]), now=datetime.fromisoformat("2026-02-02"))
        shown = quarantine.show_quarantine(database).to_pylist()
        assert [each["load_no"] for each in shown] == [2, 1, 1, 1, 1]
        (only,) = quarantine.show_quarantine(database, load_no=2).to_pylist()
        assert only["table_name"] == "buyers"


def test_a_line_that_is_no_row_is_shown_as_its_text(tmp_path):
    (tmp_path / "orders.csv").write_text('order_id,paid_at\nO1\nO2,"x"y\n')
    with market() as database:
        load(database, tmp_path)
        found = quarantine.show_quarantine(database).to_pylist()
    assert [(each["column_name"], each["value"], each["row_text"]) for each in found] == [
        (None, None, "O1"),
        (None, None, 'O2,"x"y'),
    ]


def test_an_empty_quarantine_is_an_empty_table():
    with market() as database:
        assert quarantine.list_quarantine(database).num_rows == 0
        assert quarantine.show_quarantine(database).num_rows == 0


def test_an_unknown_load_is_an_error_that_says_which_there_are():
    with market() as database:
        with pytest.raises(ArgumentInvalid, match=r"no load 1\.\nNothing was loaded yet\."):
            quarantine.show_quarantine(database, load_no=1)
        load(database, WRONG)
        with pytest.raises(ArgumentInvalid, match=r"no load 99\.\nThere is one: 1\."):
            quarantine.show_quarantine(database, load_no=99)
        load(database, texts(buyers=[{"buyer_id": "B1"}]))
        assert quarantine.show_quarantine(database, load_no=2).num_rows == 0
        for number in (0, 3):
            with pytest.raises(
                ArgumentInvalid, match=f"no load {number}.\nThere are loads 1 to 2;"
            ):
                quarantine.show_quarantine(database, load_no=number)


def test_an_unknown_table_and_a_limit_below_zero_are_errors():
    with market() as database:
        with pytest.raises(ArgumentInvalid, match=r"no table 'order'\.\nDid you mean 'orders'\?"):
            quarantine.show_quarantine(database, table="order")
        with pytest.raises(ArgumentInvalid, match="limit -1 is below 0"):
            quarantine.show_quarantine(database, limit=-1)


def _taken(table: str, key: str) -> dict[str, str]:
    """Write a retraction that goes to quarantine: there is no such column."""
    return {"table_name": table, "key": key, "column_name": "none", "retracted_at": "2026-01-01"}


def _charged(kind: str, subject: str) -> dict[str, str]:
    """Write a violation that goes to quarantine: nobody says which it is."""
    return {"violation_id": "", "subject_kind": kind, "subject_id": subject}


@pytest.mark.parametrize(
    ("rows", "whose"),
    [
        ({"findings": [{"finding_id": "", "buyer_id": "B7"}]}, {"findings": {"B7"}}),
        ({"findings": [{"finding_id": "", "buyer_id": ""}]}, {"findings": None}),
        ({"exclusions": [{"exclusion_id": "", "key": "B7"}]}, {"exclusions": None}),
        ({"buyers": [{"buyer_id": ""}]}, {}),
        ({"retractions": [_taken("exclusions", "buyer:B7:fraud")]}, {"exclusions": None}),
        ({"retractions": [_taken("findings", "F1")]}, {"findings": None}),
        ({"retractions": [_taken("orders", "O1")]}, {}),
        ({"retractions": [_taken("finding", "F1")]}, {"findings": None, "exclusions": None}),
        ({"violations": [_charged("buyer", "B7")]}, {"findings": {"B7"}}),
        ({"violations": [_charged("buyers", "B7")]}, {"findings": None}),
        ({"violations": [_charged("seller", "S7")]}, {}),
        (
            {
                "findings": [{"finding_id": "", "buyer_id": "B7"}],
                "violations": [_charged("buyer", "B8")],
            },
            {"findings": {"B7", "B8"}},
        ),
    ],
)
def test_rows_that_tell_of_a_decision_about_a_buyer_say_about_whom_or_it_is_everybody(rows, whose):
    with market() as database:
        load(database, texts(**rows))
        assert quarantine.of_buyers(quarantine.show_quarantine(database)) == whose
