"""One subject's facts in a market of their own: who is there, by whatever is known of them."""

from __future__ import annotations

from datetime import date

from goodstanding.explanation.subject_market import subject_market
from goodstanding.rulebook import bundled
from tests.explanation.small_market import loaded, orders, question

SECOND = date(2018, 8, 2)  # of the month


def test_a_store_is_there_by_its_scored_days_where_only_orders_name_it():
    facts = orders(1, reviewed_on=date(2018, 7, 20))
    level = bundled.load("aliexpress-service-level", as_of=SECOND)
    assert "sellers" not in facts
    with subject_market(*loaded(facts), question(rulebook=level, as_of=SECOND)) as market:
        (judged,) = market.result().to_pylist()
    assert judged["scored_days"] == 2
