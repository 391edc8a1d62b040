"""What keeps a score lower is told, with what it would be without, and how sure the score is."""

from __future__ import annotations

from datetime import date

from goodstanding.explanation import telling
from goodstanding.explanation.answer import CapTold, Explanation
from goodstanding.rulebook import bundled
from tests.explanation.small_market import explained
from tests.oracle_facts import Facts, Row
from tests.small_facts import said_of

BUYER_SCORE = bundled.load("buyer-score")
AS_OF = date(2018, 7, 31)
BECAUSE = (
    "A finding about the buyer's conduct was decided in the last 180 days, and not overturned."
)


def order(number: int) -> Row:
    told = {"order_id": f"O{number}", "buyer_id": "B1", "seller_id": f"S{number}"}
    days = {"placed_at": "2018-07-01", "paid_at": "2018-07-01", "closed_at": "2018-07-20"}
    return said_of(told | days | {"amount_minor": 2500})


def buyer(*findings: Row) -> Explanation:
    facts: Facts = {"orders": [order(n) for n in range(4)], "findings": list(findings)}
    return explained(facts, "B1", rulebook=BUYER_SCORE, as_of=AS_OF)


def finding(decided_at: str) -> Row:
    told = {"finding_id": "N1", "buyer_id": "B1", "gravity": 1}
    return said_of(told | {"proposed_at": "2018-01-01", "decided_at": decided_at})


def test_a_cap_that_holds_is_told_with_the_score_without_it():
    told = buyer(finding("2018-07-31"))
    assert told.result["score"] == told.result["score_upper"] == 40
    assert told.caps == (
        CapTold(
            at_most=40,
            because=BECAUSE,
            without=71.926087,
            is_lower=True,
            confidence="own design",
        ),
    )
    text = " ".join(telling.text(told, 90).split())
    assert f"- At most 40; without that it would be 71.93: {BECAUSE} [own design]" in text
    assert "it could as well be anything between 16.00 and 40.00." in text


def test_one_that_no_longer_holds_is_not_told():
    told = buyer(finding("2018-02-01"))
    assert told.caps == ()
    assert "At most" not in telling.text(told, 90)
    assert told.result["grade"] == "trusted"


def test_whom_a_buyer_is_compared_with_are_buyers():
    told = telling.text(buyer(), 90)
    assert "among 1 buyers, itself included" in told
    assert "stores" not in told
