"""A rulebook about buyers as small as one can be, and facts that it counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from goodstanding.rulebook.reading import read_rulebook
from tests.oracle_facts import Facts, Row

AS_OF = date(2018, 3, 31)
TEXT = """\
id         = "small-buyers"
version    = 2015-01-01
title      = "Buyers, small"
subject    = "buyer"
confidence = "own design"
contest    = "Write to the marketplace within six months."
calendar   = { assessed = "daily" }
window     = { year = { days = 365 } }
rows       = { orders = { from = "order" } }

[measure]
completed = { of = "orders", window = "year", when = "is_paid and within(closed_on)" }
given     = { of = "completed", when = "within(feedback_on)" }
lost      = { of = "completed", when = "dispute_liable = 'buyer' and within(dispute_closed_on)" }

[points.feedback]
is    = "(given + 4) / (completed + 6)"
curve = [[0, 0], [1, 40]]
note  = "Silence counts for nothing here."

[points.disputes]
is    = "(completed - lost + 4) / (completed + 6)"
curve = [[0, 0], [1, 60]]

[score]
range = [0, 100]

[[not_graded]]
id      = "new"
if      = "completed < 3"
because = "Fewer than three orders have ended."

[grades]
by    = "score"
steps = [["limited", "-"], ["standard", 40], ["trusted", 70]]
"""
BUYERS = read_rulebook(TEXT, "buyers.toml")


def ended(order_id: str, closed_on: date = date(2018, 3, 10), **said: Any) -> Row:
    """Write an order of B1 that was paid for and closed at noon."""
    at = datetime.combine(closed_on, datetime.min.time()) + timedelta(hours=12)
    return {
        "order_id": order_id,
        "buyer_id": "B1",
        "seller_id": "S1",
        "placed_at": at - timedelta(days=20),
        "paid_at": at - timedelta(days=20),
        "closed_at": at,
    } | said


def lost(order_id: str, closed_on: date = date(2018, 3, 12)) -> Row:
    """Write a dispute that was decided against the buyer."""
    at = datetime.combine(closed_on, datetime.min.time())
    return {
        "dispute_id": f"D-{order_id}",
        "order_id": order_id,
        "opened_at": at - timedelta(days=9),
        "reason": "not_as_described",
        "first_reason": "not_as_described",
        "escalated_at": at - timedelta(days=3),
        "closed_at": at,
        "close_reason": "ruled",
        "liable": "buyer",
    }


def praised(order_id: str, given_on: date = date(2018, 3, 15), stars: int = 5) -> Row:
    return {
        "feedback_id": f"F-{order_id}",
        "order_id": order_id,
        "given_at": datetime.combine(given_on, datetime.min.time()),
        "given_by": "buyer",
        "stars": stars,
    }


# Four orders: one with feedback, one lost in dispute, two of which nothing is said.
FOUR: Facts = {
    "orders": [ended("O1"), ended("O2"), ended("O3"), ended("O4")],
    "feedback": [praised("O1")],
    "disputes": [lost("O2")],
}
