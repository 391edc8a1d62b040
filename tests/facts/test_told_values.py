"""What the record says of a fact now, and what it said before it was corrected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import statement
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import known_steps
from goodstanding.facts.told_values import facts_naming
from tests.explanation.small_market import loaded
from tests.markets import Market, markets
from tests.oracle_facts import ONE_DAY, Facts, first_instant
from tests.small_facts import order, retraction

ORDERS = BY_NAME["orders"]
END = datetime(2018, 4, 1)
KNOWN_AT = datetime(2030, 1, 1)


def told(facts: Facts, name: str, known_at: datetime = KNOWN_AT) -> Any:
    database, _ = loaded(facts)
    (fact,) = facts_naming(database, ORDERS, "order_no", [1])
    found = fact.value(name, known_at=known_at, happened_until=END)
    return found.value, [(each.value, each.said_at, each.corrected_at) for each in found.before]


def at(day: int) -> datetime:
    return datetime(2018, 3, day)


def test_a_value_said_once_was_never_anything_else():
    facts = {"orders": [order(shipped_at="2018-03-05")]}
    assert told(facts, "shipped_at") == (at(5), [])
    assert told(facts, "paid_at") == (None, [])


def test_a_value_that_was_corrected_is_kept_with_the_instants_of_both():
    facts = {
        "orders": [
            order(shipped_at="2018-03-05", recorded_at=at(6)),
            order(shipped_at="2018-03-08", recorded_at=at(9)),
        ]
    }
    assert told(facts, "shipped_at") == (at(8), [(at(5), at(6), at(9))])
    assert told(facts, "shipped_at", at(8)) == (at(5), [])
    assert told(facts, "shipped_at", at(5)) == (None, [])


def test_what_was_taken_back_is_no_longer_said_and_is_kept():
    facts = {
        "orders": [order(shipped_at="2018-03-05", recorded_at=at(6))],
        "retractions": [retraction("orders", "O1", "shipped_at", "2018-03-12")],
    }
    assert told(facts, "shipped_at") == (None, [(at(5), at(6), at(12))])
    assert told(facts, "shipped_at", at(11)) == (at(5), [])


def test_saying_the_same_again_corrects_nothing():
    facts = {
        "orders": [
            order(shipped_at="2018-03-05", recorded_at=at(6)),
            order(shipped_at="2018-03-05", recorded_at=at(9)),
        ]
    }
    assert told(facts, "shipped_at") == (at(5), [])


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(market=markets(), name=st.sampled_from(("shipped_at", "closed_at", "cancelled_by")))
def test_what_the_record_says_now_is_what_is_known(market: Market, name: str):
    database, _ = loaded(market.facts, market.zone)
    end = first_instant(market.as_of + ONE_DAY, market.zone)
    values = {
        "known_at": market.known_at,
        "corrected_at": market.known_at,
        "as_of_end": end,
    }
    sql = statement(known_steps(ORDERS, [name]), "known_orders", "duckdb")
    known = dict(database.rows(sql, named_values(sql, values)))
    for fact in facts_naming(database, ORDERS, "order_no", sorted(known)):
        found = fact.value(name, known_at=market.known_at, happened_until=end)
        assert found.value == known[fact.key[0]]
