"""Rows derived from copies of a few orders' facts equal those derived from all of them."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as told
from hypothesis import strategies as st

from goodstanding.database.duckdb import DuckDB
from goodstanding.facts.store import Settings
from goodstanding.rows import keeping, nearby
from tests.markets import Market, batches, quarrelling_markets
from tests.memory_market import empty_market, load_facts
from tests.oracle_facts import Facts, Row
from tests.rows.test_keeping import SETTINGS, at, dispute, kept, load, market, order, review
from tests.test_against_oracle import few

LATER, LATEST = at("2018-05-01T10:00"), at("2018-06-01T10:00")
ALWAYS, NEVER = 0, 1_000_000  # as keeping.MOST: which loads derive what they touch alone
ORDERS = [
    order("O1", parent_order_id="P1"),
    order("O2", parent_order_id="P1", buyer_id="B1"),
    order("O3", parent_order_id="O4"),  # bought with another order, which gave its name
    order("O4", buyer_id="B2"),
    order("O5", buyer_id="B2", seller_id="S2"),
    order("O6"),
]


def changed(order_id: str, *, when: datetime = LATER, **said: Any) -> Row:
    """Return a later row about an order, silent about all else."""
    return {**said, "order_id": order_id, "recorded_at": when}


def taken_back(table: str, key: str, column: str = "*") -> Row:
    return {"table_name": table, "key": key, "column_name": column, "retracted_at": LATEST}


def given_at(day: str, **said: Any) -> Row:
    return {"given_at": at(day), "recorded_at": LATER, **said}


# What each load brings, one after the other: first to what was bought as P1, then to the others.
LOADS: dict[str, Facts] = {
    "reviews of single orders, of which one gave its name to what was bought together": {
        "feedback": [
            review("O1", feedback_id="F1", stars=4),
            review("O4", feedback_id="F3", stars=1),
        ]
    },
    "a review of what was bought together; disputes": {
        "feedback": [review("P1", feedback_id="F2", stars=2, given_at=at("2018-03-22"))],
        "disputes": [dispute("D1", order_id="O4"), dispute("D2", order_id="O6")],
    },
    "an order that turns out to have been bought together; a refund, a chargeback": {
        "orders": [changed("O5", parent_order_id="P1")],
        "refunds": [{"refund_id": "R1", "order_id": "O6", "refunded_at": at("2018-04-01")}],
        "chargebacks": [{"chargeback_id": "C1", "order_id": "O4", "filed_at": at("2018-04-02")}],
    },
    "an order of another buyer; a review that turns out to be of another order": {
        "orders": [changed("O2", buyer_id="B3")],
        "feedback": [given_at("2018-03-21T10:00", feedback_id="F3", order_id="O6")],
    },
    "an order of another seller; a dispute that turns out to be about another order": {
        "orders": [changed("O2", seller_id="S2", when=LATEST)],
        "disputes": [
            {"dispute_id": "D1", "order_id": "O6", "opened_at": LATER, "recorded_at": LATER}
        ],
    },
    "a review of what was bought together, removed": {
        "feedback": [given_at("2018-03-22", feedback_id="F2", removed_at=LATER)]
    },
    "the removal, and what a dispute is about, taken back": {
        "retractions": [
            taken_back("feedback", "F2|2018-03-22T00:00:00Z", "removed_at"),
            taken_back("disputes", "D1", "order_id"),
        ]
    },
    "one value of an order taken back": {"retractions": [taken_back("orders", "O1", "shipped_at")]},
    "that it was bought together taken back": {
        "retractions": [taken_back("orders", "O5", "parent_order_id")]
    },
    "an order taken back": {"retractions": [taken_back("orders", "O2")]},
    "an order told anew": {"orders": [order("O2", recorded_at=at("2018-07-01T10:00"))]},
    "an order bought together with those reviewed": {"orders": [order("O7", parent_order_id="P1")]},
}


def everything(database: DuckDB) -> list[tuple[Any, ...]]:
    return database.rows("select * from kept_orders order by order_id")


def derived_from_all(database: DuckDB, settings: Settings) -> list[tuple[Any, ...]]:
    """Derive every row anew, from all facts, and return them."""
    keeping._derive_all(database, settings)
    return everything(database)


def held_for(patch: pytest.MonkeyPatch, database: DuckDB, orders_n: int) -> None:
    """Let memory hold so many orders at once."""
    assert database.memory is not None
    patch.setattr(keeping, "_BYTES_AN_ORDER", database.memory // orders_n)


def test_whatever_a_load_touches_is_derived_as_from_all_facts(monkeypatch):
    monkeypatch.setattr(keeping, "MOST", ALWAYS)
    with market() as database:
        load(database, {"orders": ORDERS})
        before = everything(database)
        for what, facts in LOADS.items():
            load(database, facts)
            found = everything(database)
            assert found != before, what
            before = derived_from_all(database, SETTINGS)
            assert found == before, what
        assert kept(database, "stars")["O7"] == (200,)


def test_parts_that_memory_holds_are_derived_as_all_at_once(monkeypatch):
    at_once = 3
    with market() as database:
        for facts in ({"orders": ORDERS}, *LOADS.values()):
            load(database, facts)
        found = everything(database)
        assert len(found) > at_once
        held_for(monkeypatch, database, at_once)
        assert derived_from_all(database, SETTINGS) == found
        # Where a load is checked for a market elsewhere, the ids of many orders are not there.
        database.execute("delete from order_ids where order_no > 2")
        assert derived_from_all(database, SETTINGS) == found
        assert database.rows("select table_name from duckdb_tables() where temporary") == []


@pytest.mark.parametrize(("many", "apart_n"), [(ALWAYS, 2), (NEVER, 0)])
def test_few_orders_are_set_apart_and_many_are_not(monkeypatch, many, apart_n):
    apart = []

    def set_apart(*asked: Any) -> None:
        apart.append(asked)
        before(*asked)

    before = nearby.set_apart
    monkeypatch.setattr(nearby, "set_apart", set_apart)
    monkeypatch.setattr(keeping, "MOST", many)
    with market() as database:
        load(database, {"orders": ORDERS})
        load(database, {"feedback": [review("P1", stars=2)]})
        assert len(apart) == apart_n
        stars = kept(database, "stars")
        assert {name for name, row in stars.items() if row == (200,)} == {"O1", "O2"}
        # The copies are gone, whichever way.
        assert database.rows("select table_name from duckdb_tables() where temporary") == []


@pytest.mark.slow
@told(few, max_examples=30)
@given(st.data(), quarrelling_markets())
def test_random_markets_are_derived_load_by_load_as_from_all_facts(
    data: st.DataObject, market: Market
):
    settings = Settings(time_zone=market.zone, currency="EUR")
    database = empty_market(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "MOST", ALWAYS)
        for facts in data.draw(batches(market.facts)):
            load_facts(database, settings, facts)
    found = everything(database)
    assert found == derived_from_all(database, settings)
    with pytest.MonkeyPatch.context() as patch:
        held_for(patch, database, data.draw(st.integers(1, 4)))
        assert found == derived_from_all(database, settings)
