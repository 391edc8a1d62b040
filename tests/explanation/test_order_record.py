"""The record of one order, to be used in a dispute: every act, what was corrected, a digest."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

import pytest

from goodstanding.errors import SubjectUnknown
from goodstanding.explanation.buyer_facts import BuyerFacts
from goodstanding.explanation.order_record import OrderRecord, details_told, order_record
from goodstanding.rows.subjects import number_of
from tests.explanation.small_market import loaded
from tests.oracle_facts import Facts
from tests.small_facts import dispute, order, retraction, review, said_of

AS_OF = date(2018, 3, 31)
KNOWN_AT = datetime(2030, 1, 1)


def told(
    facts: Facts, order_id: str = "O1", as_of: date = AS_OF, known_at: datetime = KNOWN_AT
) -> OrderRecord:
    database, settings = loaded(facts)
    number = number_of(database, "buyer", "B1")
    found = BuyerFacts(
        database=database, settings=settings, number=number, as_of=as_of, known_at=known_at
    )
    return order_record(found, "B1", order_id)


def bought(order_id: str = "O1", **said: Any) -> dict[str, Any]:
    return order(order_id, **{"buyer_id": "B1", "placed_at": "2018-03-01"} | said)


LIFE: Facts = {
    "orders": [
        bought(
            parent_order_id="P1",
            paid_at="2018-03-02",
            shipped_at="2018-03-04",
            amount_minor=2500,
            currency="EUR",
        ),
        bought("O2"),
        bought("O3", buyer_id="B2"),
    ],
    "messages": [
        said_of(
            {
                "thread_id": "T1",
                "seller_id": "S1",
                "buyer_id": "B1",
                "order_id": "O1",
                "opened_by": "buyer",
                "first_at": "2018-03-10",
                "first_answer_at": "2018-03-11",
                "is_spam": False,
            }
        )
    ],
    "disputes": [
        dispute(
            opened_at="2018-03-12",
            first_reason="not_received",
            reason="not_received",
            answered_at="2018-03-13",
            escalated_at="2018-03-14",
            closed_at="2018-03-20",
            close_reason="ruled",
            liable="seller",
        )
    ],
    "refunds": [
        said_of(
            {
                "refund_id": "R1",
                "order_id": "O1",
                "refunded_at": "2018-03-20",
                "amount_minor": 2500,
                "reason": "not_received",
            }
        )
    ],
    "feedback": [
        review("2018-03-21", order_id="P1", stars=1, given_by="buyer"),
        review("2018-03-22", feedback_id="F2", stars=4, given_by="seller"),
        review("2018-03-23", feedback_id="F3", order_id="O2", stars=4),
    ],
}


def test_every_act_is_told_with_its_instant_and_by_whom():
    found = told(LIFE)
    assert [(str(act.at)[:10], act.what, act.by, act.fact) for act in found.acts] == [
        ("2018-03-01", "placed", "buyer", "orders O1"),
        ("2018-03-02", "paid", "buyer", "orders O1"),
        ("2018-03-04", "shipped", "seller", "orders O1"),
        ("2018-03-10", "first message", "buyer", "messages T1"),
        ("2018-03-11", "first answer", "seller", "messages T1"),
        ("2018-03-12", "dispute opened", "buyer", "disputes D1"),
        ("2018-03-13", "dispute answered", "seller", "disputes D1"),
        ("2018-03-14", "arbitration raised", None, "disputes D1"),
        ("2018-03-20", "dispute closed", None, "disputes D1"),
        ("2018-03-20", "refunded", None, "refunds R1"),
        ("2018-03-21", "feedback given", "buyer", "feedback F1"),
        ("2018-03-22", "feedback given", "seller", "feedback F2"),
    ]
    assert (found.order_id, found.buyer_id, found.seller_id) == ("O1", "B1", "S1")


def test_an_act_is_told_with_what_is_said_of_it():
    acts = {act.what: details_told(act) for act in told(LIFE).acts}
    assert acts["placed"] == {"amount_minor": 2500, "currency": "EUR"}
    assert acts["dispute closed"] == {"close_reason": "ruled", "liable": "seller"}
    assert acts["refunded"] == {"amount_minor": 2500, "reason": "not_received"}
    assert acts["feedback given"]["stars"] == 4.0
    assert acts["first message"] == {"opened_by": "buyer"}


def test_a_correction_is_shown_with_what_was_said_before_and_when_it_was_corrected():
    facts = {
        "orders": [
            bought(shipped_at="2018-03-04", recorded_at=datetime(2018, 3, 5)),
            bought(shipped_at="2018-03-09", recorded_at=datetime(2018, 3, 11)),
        ]
    }
    (shipped,) = [act for act in told(facts).acts if act.what == "shipped"]
    (before,) = shipped.before
    assert (shipped.at, shipped.said_at) == (datetime(2018, 3, 9), datetime(2018, 3, 11))
    assert (before.value, before.said_at, before.corrected_at) == (
        datetime(2018, 3, 4),
        datetime(2018, 3, 5),
        datetime(2018, 3, 11),
    )
    (then,) = [
        act for act in told(facts, known_at=datetime(2018, 3, 10)).acts if act.what == "shipped"
    ]
    assert (then.at, then.before) == (datetime(2018, 3, 4), ())


def test_an_act_that_was_taken_back_stays_on_record_as_such():
    facts = {
        "orders": [bought(shipped_at="2018-03-04", recorded_at=datetime(2018, 3, 5))],
        "retractions": [retraction("orders", "O1", "shipped_at", "2018-03-12")],
    }
    (_, shipped) = told(facts).acts
    assert (shipped.what, shipped.at, len(shipped.before)) == ("shipped", None, 1)


def test_an_earlier_change_of_a_dispute_is_an_act_of_its_own():
    facts = {
        "orders": [bought()],
        "disputes": [
            dispute(opened_at="2018-03-10", buyer_acted_at="2018-03-12", reason="other"),
            dispute(buyer_acted_at="2018-03-15", recorded_at=datetime(2018, 3, 15)),
        ],
    }
    changed = [act for act in told(facts).acts if act.what == "dispute changed"]
    assert [(act.at, act.before) for act in changed] == [
        (datetime(2018, 3, 12), ()),
        (datetime(2018, 3, 15), ()),
    ]


def test_what_happened_after_the_day_is_not_told():
    assert [act.what for act in told(LIFE, as_of=date(2018, 3, 3)).acts] == ["placed", "paid"]


def test_the_digest_is_that_of_the_record_as_anybody_can_work_it_out():
    found = told(LIFE).as_dict()
    text = json.dumps(found["record"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert found["digest"] == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    assert json.loads(json.dumps(found)) == found


def test_an_equal_record_has_an_equal_digest_whenever_it_is_asked():
    assert told(LIFE).digest == told(LIFE, as_of=date(2018, 6, 30)).digest
    assert told(LIFE).digest != told(LIFE, as_of=date(2018, 3, 20)).digest
    shuffled = {name: rows[::-1] for name, rows in LIFE.items()}
    assert told(LIFE).digest == told(shuffled).digest


def test_a_correction_changes_the_digest():
    corrected = LIFE | {
        "orders": [*LIFE["orders"], bought(paid_at="2018-03-03", recorded_at=datetime(2018, 4, 2))]
    }
    assert told(corrected).digest != told(LIFE).digest


@pytest.mark.parametrize("order_id", ["O3", "O9"])
def test_the_order_of_somebody_else_is_refused_like_one_that_there_is_not(order_id: str):
    with pytest.raises(SubjectUnknown) as raised:
        told(LIFE, order_id)
    assert raised.value.message == f"'{order_id}' is no order of buyer 'B1' on 2018-03-31."
    assert "O3" not in (raised.value.hint or "")
