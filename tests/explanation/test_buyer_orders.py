"""The orders of a buyer with the clocks that run for them, and what might be done."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from goodstanding.explanation.buyer_advice import advice
from goodstanding.explanation.buyer_answer import Clock, OpenOrder
from goodstanding.explanation.buyer_clocks import Clocks
from goodstanding.explanation.buyer_facts import BuyerFacts
from goodstanding.rows.subjects import number_of
from goodstanding.rulebook import periods
from tests.explanation.small_market import KNOWN_AT, loaded
from tests.oracle_facts import Facts
from tests.small_facts import dispute, order, review, said_of

AS_OF = date(2018, 3, 31)
BY = datetime(2018, 4, 3, 12)


def bought(order_id: str = "O1", **said: Any) -> dict[str, Any]:
    return order(order_id, **{"buyer_id": "B1", "placed_at": "2018-03-20"} | said)


def facts_of(facts: Facts, zone: str = "UTC", as_of: date = AS_OF) -> BuyerFacts:
    database, settings = loaded(facts, zone)
    number = number_of(database, "buyer", "B1")
    return BuyerFacts(
        database=database, settings=settings, number=number, as_of=as_of, known_at=KNOWN_AT
    )


def clocks_of(zone: str = "UTC", as_of: date = AS_OF) -> Clocks:
    return Clocks(periods=periods.in_force("aliexpress", as_of), zone=zone, as_of=as_of)


def told(facts: Facts, zone: str = "UTC", as_of: date = AS_OF) -> list[OpenOrder]:
    return clocks_of(zone, as_of).open_orders(facts_of(facts, zone, as_of).orders())


def clock(facts: Facts, kind: str, **asked: Any) -> Clock | None:
    clocks = [each for found in told(facts, **asked) for each in found.clocks]
    return next((each for each in clocks if each.kind == kind), None)


def said(facts: Facts) -> list[tuple[str, str]]:
    found = facts_of(facts)
    orders = found.orders()
    made = advice(
        orders, clocks_of().open_orders(orders), found.questions(), (), as_of=AS_OF, zone="UTC"
    )
    return [(each.kind, each.text) for each in made]


PAID = {"paid_at": "2018-03-20", "shipped_at": "2018-03-21"}


def test_an_order_can_be_paid_for_up_to_the_instant_twenty_days_after_it_was_placed():
    found = clock({"orders": [bought(placed_at="2018-03-20T15:30")]}, "pay")
    assert found is not None
    assert (found.by, found.last_on, found.days_left) == (
        datetime(2018, 4, 9, 15, 30),
        date(2018, 4, 9),
        9,
    )
    assert (found.source, found.confidence) == (("BU-07",), "copy")


@pytest.mark.parametrize(
    ("placed_at", "is_told"),
    [("2018-03-11T23:59:59", False), ("2018-03-12", True), ("2018-03-12T00:00:01", True)],
)
def test_an_order_whose_time_to_pay_is_over_has_no_such_clock(placed_at, is_told):
    facts = {"orders": [bought(placed_at=placed_at)]}
    assert (clock(facts, "pay") is not None) is is_told


def test_the_day_of_a_clock_is_that_of_the_markets_zone():
    facts = {"orders": [bought(placed_at="2018-03-20T01:00")]}
    found = clock(facts, "pay", zone="America/Sao_Paulo")
    assert found is not None
    assert found.last_on == date(2018, 4, 8)


def test_what_an_order_promises_is_shown_as_it_is():
    facts = {"orders": [bought(paid_at="2018-03-20", ship_by="2018-04-03T12:00")]}
    found = clock(facts, "ship")
    assert found is not None
    assert (found.by, found.last_on, found.source, found.confidence) == (
        BY,
        date(2018, 4, 3),
        (),
        None,
    )
    sent = {"orders": [bought(**PAID) | {"deliver_by": BY}]}
    assert [each.kind for each in told(sent)[0].clocks] == [
        *("deliver", "dispute", "withdraw", "feedback"),
    ]


def test_a_promise_that_was_broken_is_still_shown():
    found = clock({"orders": [bought(paid_at="2018-03-20", ship_by="2018-03-29")]}, "ship")
    assert found is not None
    assert found.days_left == -2


@pytest.mark.parametrize(
    ("shipped_at", "deliver_by", "opens_on"),
    [
        ("2018-03-21", "2018-04-20", None),  # ten days later, on the as-of day, it was open
        ("2018-03-22", "2018-04-20", date(2018, 4, 1)),
        ("2018-03-22T12:00", "2018-03-27T12:00", date(2018, 4, 1)),
        ("2018-03-22T12:00:01", "2018-03-27T12:00", None),  # promised in less than five days
    ],
)
def test_a_dispute_opens_ten_days_after_shipping_or_at_once(shipped_at, deliver_by, opens_on):
    row = bought(paid_at="2018-03-20", shipped_at=shipped_at)
    found = clock({"orders": [row | {"deliver_by": datetime.fromisoformat(deliver_by)}]}, "dispute")
    assert found is not None
    assert (found.opens_on, found.last_on) == (opens_on, None)


@pytest.mark.parametrize(
    ("kind", "column", "days"),
    [("dispute", "closed_at", 15), ("withdraw", "delivered_at", 14), ("feedback", "closed_at", 30)],
)
def test_a_time_of_whole_days_holds_its_last_one(kind: str, column: str, days: int):
    for beyond, is_told in ((1, True), (0, False)):
        ended = AS_OF - timedelta(days=days - beyond)
        facts = {"orders": [bought(placed_at="2018-01-05", **PAID, **{column: f"{ended}T23:59"})]}
        found = clock(facts, kind)
        assert (found is not None) is is_told
        if found is not None:
            assert (found.last_on, found.days_left) == (AS_OF + timedelta(days=1), 1)


def test_an_order_in_dispute_can_still_be_withdrawn_from_and_one_that_was_refunded_cannot():
    disputed = {
        "orders": [bought(**PAID, delivered_at="2018-03-28")],
        "disputes": [dispute(opened_at="2018-03-29")],
    }
    found = clock(disputed, "withdraw")
    assert found is not None
    assert found.last_on == date(2018, 4, 11)
    assert clock(disputed, "dispute") is None
    refund = said_of({"refund_id": "R1", "order_id": "O1", "refunded_at": "2018-03-30"})
    assert clock(disputed | {"refunds": [refund]}, "withdraw") is None


@pytest.mark.parametrize(
    ("paid", "refunds", "is_told"),
    [
        (2500, [2499], True),
        (2500, [2500], False),
        (2500, [1000, 1499], True),
        (2500, [1000, 1500], False),
        (2500, [1000, None], False),  # what nobody knows may be the rest
        (None, [1000], False),
    ],
)
def test_a_refund_of_a_part_leaves_the_time_to_withdraw_from_the_rest(
    paid: int | None, refunds: list[int | None], is_told: bool
):
    facts = {
        "orders": [bought(**PAID, delivered_at="2018-03-28") | {"amount_minor": paid}],
        "refunds": [
            said_of({"refund_id": f"R{n}", "order_id": "O1", "refunded_at": f"2018-03-3{n}"})
            | {"amount_minor": amount}
            for n, amount in enumerate(refunds)
        ],
    }
    ahead = said_of({"refund_id": "R9", "order_id": "O1", "refunded_at": "2018-04-02"})
    facts["refunds"].append(ahead | {"amount_minor": 2500})
    assert (clock(facts, "withdraw") is not None) is is_told


def test_feedback_after_a_refund_counts_from_the_refund():
    facts = {
        "orders": [bought(**PAID)],
        "refunds": [said_of({"refund_id": "R1", "order_id": "O1", "refunded_at": "2018-03-25"})],
    }
    found = clock(facts, "feedback")
    assert found is not None
    assert found.last_on == date(2018, 4, 24)
    assert clock(facts, "dispute") is None


def test_feedback_that_was_given_is_not_owed():
    ended = bought(**PAID, closed_at="2018-03-28")
    given = {"orders": [ended], "feedback": [review("2018-03-30")]}
    assert clock({"orders": [ended]}, "feedback") is not None
    assert clock(given, "feedback") is None
    joint = {
        "orders": [ended | {"parent_order_id": "P1"}],
        "feedback": [review("2018-03-30", order_id="P1")],
    }
    assert clock(joint, "feedback") is None


def test_a_seller_rating_the_buyer_is_no_feedback_of_the_buyer():
    facts = {
        "orders": [bought(**PAID, closed_at="2018-03-28")],
        "feedback": [review("2018-03-30", given_by="seller")],
    }
    assert clock(facts, "feedback") is not None


def test_an_order_that_has_ended_with_every_clock_over_is_not_open():
    old = bought(placed_at="2017-03-20", paid_at="2017-03-20", closed_at="2017-04-20")
    gone = bought("O2", cancelled_at="2018-03-21")
    later = bought("O3", placed_at="2018-04-01")
    assert told({"orders": [old, gone, later]}) == []


def test_an_order_in_dispute_is_open_however_it_ended():
    facts = {
        "orders": [bought(**PAID, closed_at="2018-01-20", placed_at="2018-01-05")],
        "disputes": [dispute(opened_at="2018-03-20")],
    }
    (found,) = told(facts)
    assert (found.state, found.dispute_id) == ("in dispute", "D1")


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ({}, []),
        ({"answered_at": "2018-03-25"}, ["answer the dispute"]),
        ({"answered_at": "2018-03-25", "buyer_acted_at": "2018-03-26"}, []),
        ({"answered_at": "2018-03-25", "escalated_at": "2018-03-27"}, []),
        ({"answered_at": "2018-03-25", "closed_at": "2018-03-27"}, []),
    ],
)
def test_a_dispute_waits_for_the_buyer_once_the_seller_has_answered(answered, expected):
    facts = {
        "orders": [bought(**PAID)],
        "disputes": [dispute(opened_at="2018-03-22", reason="other", **answered)],
    }
    assert [kind for kind, _ in said(facts)] == expected


def test_what_is_late_is_asked_of_the_seller_first_with_the_days_left():
    late = bought(**PAID, closed_at="2018-03-30")
    facts = {"orders": [late | {"deliver_by": datetime(2018, 3, 29)}]}
    kind, text = said(facts)[0]
    assert kind == "ask the seller first"
    assert text == (
        "Order O1 has not arrived by the promised day: ask the seller first; a dispute can be "
        "opened: 14 days left, the last is 2018-04-14."
    )
    ahead = {"orders": [bought(**PAID) | {"deliver_by": datetime(2018, 4, 29)}]}
    assert said(ahead) == []


def test_advice_comes_by_its_last_day_what_waits_already_first():
    facts = {
        "orders": [
            bought("O1", **PAID, closed_at="2018-03-28"),
            bought("O2"),
            bought("O3", **PAID),
        ],
        "disputes": [dispute(order_id="O3", opened_at="2018-03-22", answered_at="2018-03-25")],
        "messages": [
            said_of(
                {
                    "thread_id": thread,
                    "seller_id": "S1",
                    "buyer_id": "B1",
                    "opened_by": who,
                    "first_at": "2018-03-30",
                    "is_spam": is_spam,
                }
            )
            for thread, who, is_spam in (
                ("T1", "seller", None),
                ("T2", "buyer", None),
                ("T3", "seller", True),
            )
        ],
    }
    assert said(facts) == [
        (
            "answer the dispute",
            "Dispute D1 of order O3 waits for you: the seller answered on 2018-03-25.",
        ),
        (
            "answer the seller",
            "A seller asked you something on 2018-03-30, and has no answer yet.",
        ),
        ("pay", "Pay for order O2, or cancel it: 9 days left, the last is 2018-04-09."),
        (
            "give feedback",
            "Give feedback on order O1, whatever it says: 27 days left, the last is 2018-04-27.",
        ),
    ]


def test_what_happened_after_the_day_is_not_told():
    facts = {"orders": [bought(paid_at="2018-04-01")]}
    (found,) = told(facts)
    assert found.state == "not paid"


def test_orders_of_others_are_not_told():
    facts = {"orders": [bought(), bought("O2", buyer_id="B2")]}
    assert [each.order_id for each in told(facts)] == ["O1"]
