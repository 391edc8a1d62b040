"""The SQL and the oracle agree on Taobao's credit, also on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.facts.store import Settings, market_clock
from goodstanding.rulebook import bundled
from tests import oracle, oracle_credit, postgres_market
from tests.markets import Market, markets
from tests.memory_market import empty_market, load_facts
from tests.oracle_facts import Facts
from tests.postgres_server import find_binaries, running_server

CREDIT = bundled.load("taobao-credit")
COMPILED = compile_rulebook(CREDIT)
FIRST = date(2018, 11, 1)
LATER = datetime(2020, 1, 1)
# How long after the first day orders are placed: often 13 or 14 days from each other.
OFFSETS = (0, 1, 6, 13, 14, 15, 27, 28, 29, 30, 41, 42, 43)
# Of a day in UTC; in India the third begins the next day.
TIMES = (time(0), time(12), time(18, 30), time(23, 59, 59, 999_999))
pytestmark = pytest.mark.recount
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def loyal_markets(draw: st.DrawFn) -> Market:
    """Draw a market in which a few buyers buy a few things again and again."""
    purchase = st.tuples(
        st.sampled_from(OFFSETS),
        st.sampled_from(TIMES),
        st.sampled_from(("B1", "B1", "B1", "B2", None)),
        st.lists(st.sampled_from(("L1", "L2", "L3", "L4", None)), min_size=1, max_size=4),
        st.sampled_from((5, 5, 5, 4, 3, 1, None)),
        st.integers(0, 20),
        st.sampled_from((None, 5, 4, 3)),
        st.sampled_from(("S1", "S1", "S2")),
    )
    facts: Facts = {"orders": [], "order_lines": [], "feedback": []}
    for number, (days, at, buyer, listings, stars, until, for_buyer, seller) in enumerate(
        draw(st.lists(purchase, min_size=1, max_size=20))
    ):
        order_id = f"O{number}"
        placed_at = datetime.combine(FIRST + timedelta(days=days), at)
        closed_at = placed_at + timedelta(days=4)
        facts["orders"].append(
            {
                "order_id": order_id,
                "seller_id": seller,
                "buyer_id": buyer,
                "placed_at": placed_at,
                "closed_at": closed_at,
            }
        )
        facts["order_lines"] += [
            {"order_id": order_id, "line_no": line, "listing_id": listing, "quantity": 1}
            for line, listing in enumerate(listings, start=1)
        ]
        facts["feedback"] += [
            {
                "feedback_id": f"{by}{number}",
                "order_id": order_id,
                "given_at": closed_at + timedelta(days=until),
                "given_by": by,
                "stars": given,
            }
            for by, given in (("buyer", stars), ("seller", for_buyer))
            if given is not None
        ]
    return Market(
        zone=draw(st.sampled_from(("UTC", "Asia/Kolkata"))),
        as_of=FIRST + timedelta(days=draw(st.sampled_from((90, 45, 30, 14)))),
        known_at=LATER,
        corrected_at=LATER,
        facts=facts,
    )


def loaded(market: Market) -> tuple[DuckDB, Settings, Question]:
    made = Settings(time_zone=market.zone, currency="EUR")
    database = empty_market(made)
    load_facts(database, made, market.facts)
    asked = Question(
        rulebook=CREDIT,
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )
    return database, made, asked


def told(row: dict[str, Any]) -> dict[str, Any]:
    rate = (row["positive_rate_numerator"], row["positive_rate_denominator"])
    counts = {name: row[f"{name}_numerator"] for name in CREDIT.indicators}
    return {"grade": row["grade"], **counts, "positive_rate": rate}


def expected(market: Market) -> dict[str, dict[str, Any]]:
    items = oracle_credit.rated_items(market.facts, **market.asked)
    orders = oracle.order_history(market.facts, **market.asked).values()
    sellers = {each.seller_id for each in orders} | oracle.stores(market.facts, **market.asked)
    return {
        seller: oracle_credit.standing([each for each in items if each.seller_id == seller])
        for seller in sellers
    }


def check(market: Market) -> None:
    found = {row["subject_id"]: told(row) for row in assessing.assess(*loaded(market)).to_pylist()}
    assert found == expected(market)


@few
@given(market=loyal_markets())
def test_the_credit_of_loyal_buyers_is_the_oracles(market: Market):
    check(market)


@settings(few, max_examples=1)
@given(market=markets())
def test_the_credit_of_any_market_is_the_oracles(market: Market):
    check(market)


@pytest.mark.slow
@settings(few, max_examples=60)
@given(market=st.one_of(loyal_markets(), markets()))
def test_the_credit_of_many_markets_is_the_oracles(market: Market):
    check(market)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: initdb and pg_ctl were not found")
    with running_server(binaries) as address:
        yield address


@settings(few, max_examples=1)
@given(market=loyal_markets())
def test_postgresql_gives_the_same_credit(server: str, market: Market):
    database, made, asked = loaded(market)
    clock = market_clock(database, made)
    steps = [*questions.source_steps(COMPILED, clock, one_subject=False), *COMPILED.steps]
    values = questions.bound_values(COMPILED, made, asked, None)
    named = assessing.named_results(COMPILED)
    with psycopg.connect(server) as connection:
        postgres_market.copy_market(database, connection)
        results = postgres_market.run(connection, steps, named, values)
        connection.rollback()
    ours = database.run(steps, named, values).to_pylist()
    assert sorted(results, key=by_subject) == sorted(ours, key=by_subject)


def by_subject(row: dict[str, Any]) -> str:
    return str(row["subject_id"])
