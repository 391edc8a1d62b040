"""What buyers do, drawn as rows of worked examples: orders, with what stands beside them.

An order's `beside` lists, by kind of row, what else there is of its buyer: findings, messages.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]
_REASONS = ("changed_mind", "not_received", "not_as_described", "seller", "unknown")


@st.composite
def bought(draw: st.DrawFn, days: list[date]) -> list[Row]:
    """Draw a few orders of one buyer, mostly ended, and perhaps many more like the first."""
    orders = draw(st.lists(orders_of_buyers(days), min_size=1, max_size=6))
    for number, order in enumerate(orders):
        order["order_id"] = f"order {number}"
    if draw(st.booleans()):
        orders.append(orders[0] | {"times": draw(st.integers(2, 40)), "order_id": None})
    orders[0]["beside"] = draw(beside(days))
    return orders


@st.composite
def orders_of_buyers(draw: st.DrawFn, days: list[date]) -> Row:
    """Draw an order and its end, with feedback, a refund or a dispute; or one left unpaid."""
    placed, paid, ended, later = sorted(
        draw(st.lists(st.sampled_from(days), min_size=4, max_size=4))
    )
    order: Row = {
        "seller_id": draw(st.sampled_from(["one seller", "another", None])),
        "placed_on": placed,
        "amount_minor": draw(st.sampled_from([2500, 2500, 500, 499])),
        "is_special_listing": draw(st.sampled_from([False, False, False, True])),
    }
    if draw(st.integers(0, 5)) == 0:
        return order | {"unpaid_on": ended}
    order |= {"paid_on": paid, "is_paid": True}
    order |= draw(endings(ended))
    if draw(st.booleans()):
        order["feedback_given_on"] = draw(st.sampled_from([ended, later]))
    if draw(st.integers(0, 2)) == 0:
        order |= draw(refunds(later))
    if draw(st.integers(0, 2)) == 0:
        order |= draw(disputes(later))
    return order


@st.composite
def endings(draw: st.DrawFn, ended: date) -> Row:
    how = draw(st.sampled_from(["closed", "closed", "closed", "called off", "open"]))
    if how == "closed":
        return {"closed_on": ended}
    if how == "open":
        return {}
    who = draw(st.sampled_from(["buyer", "seller", "platform", "unknown"]))
    return {"cancelled_on": ended, "cancelled_by": who}


@st.composite
def refunds(draw: st.DrawFn, on: date) -> Row:
    right = draw(st.sampled_from(["none", "statutory", "nobody knows"]))
    return {
        "refunded_on": on,
        "refund_reason": draw(st.sampled_from(_REASONS)),
        "is_statutory_refund": right == "statutory",
        "is_free_refund": right == "none",
    }


@st.composite
def disputes(draw: st.DrawFn, on: date) -> Row:
    how = draw(st.sampled_from(["ruled", "ruled", "settled", "withdrawn", "unanswered"]))
    liable = st.sampled_from(["buyer", "buyer", "seller", "carrier", "nobody"])
    told: Row = {"dispute_opened_on": on, "dispute_acted_on": on, "dispute_closed_on": on}
    told["dispute_close_reason"] = how
    return told | ({"dispute_liable": draw(liable)} if how == "ruled" else {})


@st.composite
def beside(draw: st.DrawFn, days: list[date]) -> dict[str, list[Row]]:
    """Draw findings about a buyer, and a seller's questions to them."""
    day = st.sampled_from(days)
    findings = st.fixed_dictionaries(
        {"decided_on": day, "gravity": st.sampled_from([1, 2, 8, 10, 11, None])}
    )
    questions = st.fixed_dictionaries(
        {
            "opened_on": day,
            "answered_on": st.one_of(day, st.none()),
            "opened_by": st.sampled_from(["seller", "seller", "buyer"]),
            "order_id": st.sampled_from(["order 0", "order 1", None]),
        }
    )
    return {
        "finding": draw(st.lists(findings, max_size=3)),
        "message": draw(st.lists(questions, max_size=2)),
    }
