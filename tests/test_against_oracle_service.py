"""The SQL and the oracle agree on every link of every seller, on DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.questions import Question
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.store import market_clock
from goodstanding.rulebook import bundled
from tests import oracle_service, postgres_market
from tests.decided_markets import decided_markets
from tests.markets import (
    BUYERS,
    ODD_DAYS,
    SELLERS,
    Borders,
    Market,
    borders,
    perhaps,
    versions,
)
from tests.oracle_facts import Facts, Row, settled
from tests.postgres_server import find_binaries, running_server
from tests.small_facts import order
from tests.test_against_oracle_2015 import loaded

RULES = bundled.load("service-links")
UNTOLD = {"logistics", "buyers", "seconds_to_answer"}  # sums, and buyers over half a year
AFTER = [timedelta(seconds=n) for n in (0, 600, 86_400, 86_401, 200_000)]
pytestmark = [pytest.mark.recount, pytest.mark.slow]
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def threads(draw: st.DrawFn, at: Borders, orders: list[str], thread_id: str) -> Row:
    first = draw(at.any())
    answer = draw(perhaps(st.sampled_from([first + each for each in AFTER])))
    return {
        "thread_id": thread_id,
        "seller_id": draw(st.sampled_from(SELLERS)),
        "buyer_id": draw(st.sampled_from(BUYERS)),
        "order_id": draw(st.sampled_from([None, *orders])),
        "opened_by": draw(st.sampled_from([None, "buyer", "buyer", "seller"])),
        "first_at": first,
        "first_answer_at": answer,
        "is_spam": draw(st.sampled_from([None, False, False, True])),
    }


@st.composite
def conversing_markets(draw: st.DrawFn) -> Market:
    """Draw a market with decisions and threads, each perhaps received several times."""
    market = draw(decided_markets())
    at = borders(market.zone, market.as_of, draw(st.sampled_from(ODD_DAYS[market.zone])))
    orders = sorted({row["order_id"] for row in market.facts["orders"]})
    facts: Facts = {**market.facts, "messages": []}
    for number in range(draw(st.integers(0, 5))):
        one = threads(at, orders, f"T{number}")
        facts["messages"] += draw(versions(at, BY_NAME["messages"], draw(one), one))
    kept, _ = settled(facts)
    return market.with_facts(kept)


def question(market: Market) -> Question:
    return Question(
        rulebook=RULES,
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )


def counted(record: Mapping[str, Any], *, part: str) -> dict[str, int]:
    """Return what a record counts, in the words of the oracle; what is none is left out."""
    found = {}
    for name, indicator in RULES.indicators.items():
        if name in UNTOLD:
            continue
        found[name] = record[f"{name}{part}numerator"]
        if indicator.is_pair:
            found[f"{name} of"] = record[f"{name}{part}denominator"]
    return {name: number for name, number in found.items() if number}


def check(market: Market) -> None:
    expected = oracle_service.service(market.facts, **market.asked)
    database, made = loaded([market.facts], market.zone)
    found = assessing.assess(database, made, question(market)).to_pylist()
    by_seller = {row["subject_id"]: counted(row, part="_") for row in found}
    assert by_seller.keys() >= expected.keys()
    assert by_seller == {seller: expected.get(seller, {}) for seller in by_seller}


@few
@given(conversing_markets())
def test_every_seller_has_what_the_oracle_counts(market: Market):
    check(market)


@pytest.mark.slow
@settings(few, max_examples=60)
@given(conversing_markets())
def test_those_of_many_markets_have_what_the_oracle_counts(market: Market):
    check(market)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: initdb and pg_ctl were not found")
    with running_server(binaries) as address:
        yield address


def test_postgresql_says_the_same_of_each(server: str):
    asked_at = datetime(2018, 7, 1, 12)
    facts: Facts = {
        "orders": [
            order("O1", paid_at="2018-07-01", ship_by="2018-07-04", shipped_at="2018-07-03"),
            order("O2", paid_at="2018-07-01", ship_by="2018-07-04", closed_at="2018-07-20"),
        ],
        "order_lines": [{"order_id": "O1", "line_no": 1, "listing_id": "L1"}],
        "messages": [
            {
                "thread_id": f"T{number}",
                "seller_id": "S1",
                "buyer_id": "B1",
                "order_id": "O1",
                "opened_by": "buyer",
                "first_at": asked_at,
                "first_answer_at": asked_at + after,
            }
            for number, after in enumerate(AFTER)
        ],
    }
    database, made = loaded([facts], "Asia/Shanghai")
    compiled = compile_rulebook(RULES, for_explaining=True)
    asked = Question(rulebook=RULES, as_of=date(2018, 7, 31), known_at=datetime(2030, 1, 1))
    clock = market_clock(database, made)
    steps = [*questions.source_steps(compiled, clock, one_subject=False), *compiled.steps]
    values = questions.bound_values(compiled, made, asked, None)
    final = assessing.named_results(compiled)
    with psycopg.connect(server) as connection:
        postgres_market.copy_market(database, connection)
        theirs = postgres_market.run(connection, steps, final, values)
    ours = database.run(steps, final, values).to_pylist()
    (one,), (other,) = theirs, ours
    assert counted(one, part="__") == counted(other, part="__")
    assert one["seconds_to_answer__numerator"] == 600 + 86_400 + 86_401 + 200_000
    assert counted(one, part="__")["questions_answered_rate"] == 3
