"""What is measured of the buyer score, and the floor of each; see `work.py`."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle
from pathlib import Path

import goodstanding
from bench.work import AS_OF, Place, Timed
from goodstanding.effects.buyer_bands import BUYER_SCORE
from goodstanding.facts import store

_LOOKER = {"by": "bench", "reason": "measuring"}  # who looks at buyers says so
_YEAR = {"first": AS_OF - timedelta(days=364), "last": AS_OF}
# The columns of kept rows that the rulebook reads, and the lines by category, as it does.
_COLUMNS = (
    "seller_id",
    "amount_minor",
    "paid_on",
    "closed_on",
    "cancelled_on",
    "cancelled_by",
    "refunded_on",
    "refund_reason",
    "is_free_refund",
    "dispute_closed_on",
    "dispute_close_reason",
    "dispute_liable",
    "feedback_given_on",
    "unpaid_on",
)
_OF_ORDERS = f"""
    select buyer_id, count(*), {", ".join(f"count({name})" for name in _COLUMNS)}
    from kept_orders
    where last_on >= $first and first_on <= $last
    group by buyer_id
"""
_OF_LINES = """
    select buyer_id, category_no, count(*)
    from order_lines as line
    join kept_orders on order_id = line.order_no
    where paid_on between $first and $last
    group by buyer_id, category_no
"""


def buyers(market: Place) -> Timed:
    """Score every buyer for the last day, from the kept rows to the table of results."""
    opened = goodstanding.open(market)
    return lambda: opened.assess(BUYER_SCORE, as_of=AS_OF, **_LOOKER)


def buyers_floor(market: Path) -> Timed:
    """Scan a year of the same columns of the kept rows and of their lines, count per buyer."""
    database, _ = store.open_market(market)

    def run() -> None:
        database.arrow(_OF_ORDERS, _YEAR)
        database.arrow(_OF_LINES, _YEAR)

    return run


def buyers_by_hand(market: Path) -> Timed:
    """Score every buyer in hand-written SQL over the same rows, for the market's last day.

    It returns no more than ids, two counts, score and band, and reckons in floats. It knows that
    nothing of this market was taken back but findings, and that no row is out of date.
    """
    database, _ = store.open_market(market)
    sql = (Path(__file__).parent / "by_hand_buyers.sql").read_text()
    return lambda: database.arrow(sql, {"as_of": AS_OF})


def one_buyer(market: Place) -> Timed:
    """Ask for one buyer after another, of a day that was asked about before."""
    opened = goodstanding.open(market)
    asked = cycle(f"B{number:08d}" for number in range(100, 160))
    opened.assess(BUYER_SCORE, as_of=AS_OF, subject=next(asked), **_LOOKER)
    return lambda: opened.assess(BUYER_SCORE, as_of=AS_OF, subject=next(asked), **_LOOKER)


def one_buyer_floor(market: Path) -> Timed:
    """Find one buyer's kept rows of the year after another's, and count them."""
    database, _ = store.open_market(market)
    asked = cycle(range(100, 160))
    sql = _OF_ORDERS.replace("where", "where buyer_id = $buyer_no and")
    return lambda: database.rows(sql, {**_YEAR, "buyer_no": next(asked)})
