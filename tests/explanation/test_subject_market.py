"""One subject's facts in a market of their own: who is there, by whatever is known of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from goodstanding.assessment import assessing
from goodstanding.explanation.subject_market import subject_market
from goodstanding.rulebook import bundled
from tests.explanation.small_market import loaded, orders, question


def test_a_store_is_there_by_its_orders_also_where_no_order_is_counted():
    database, settings = loaded(orders(1, reviewed_on=date(2018, 7, 20)))  # nothing else names it
    violations = bundled.load("aliexpress-violations")
    assert {rows.kind for rows in violations.rows.values()} == {"violation"}
    asked = question(rulebook=violations)
    with subject_market(database, settings, asked) as market:
        assert market.result().num_rows == 1
    assert not assessing.was_there(database, settings, replace(asked, as_of=date(2018, 6, 1)))
