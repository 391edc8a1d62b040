"""The SQL and the oracle judge the same random markets, order by order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.compiling import Compiled, compile_rulebook
from goodstanding.assessment.flags import judged_rows, kind_flag, met
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.facts.store import Settings, market_clock
from goodstanding.rulebook import bundled
from tests import oracle, postgres_market
from tests.markets import Market, batches, markets
from tests.memory_market import empty_market, load_facts
from tests.oracle_facts import Facts, happened_up_to
from tests.postgres_server import find_binaries, running_server

RULEBOOK = bundled.load("service-level")
COMPILED = compile_rulebook(RULEBOOK, for_explaining=True)
EVENTS = list(RULEBOOK.measures["assessed"].kinds)
KINDS = list(RULEBOOK.measures["bad"].kinds)
few = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
many = settings(few, max_examples=150)
pytestmark = pytest.mark.recount


def loaded(loads: list[Facts], zone: str) -> tuple[DuckDB, Settings]:
    market = Settings(time_zone=zone, currency="EUR")
    database = empty_market(market)
    for facts in loads:
        load_facts(database, market, facts)
    return database, market


def question(market: Market) -> Question:
    return Question(
        rulebook=RULEBOOK,
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )


def verdicts(database: DuckDB, made: Settings, market: Market) -> dict[str, Any]:
    results = assessing.assess(database, made, question(market)).to_pylist()
    return {
        row["subject_id"]: (
            row["bad_experience_rate_numerator"],
            row["bad_experience_rate_denominator"],
            row["grade"],
        )
        for row in results
    }


def expected_verdicts(market: Market, facts: Facts | None = None) -> dict[str, Any]:
    found = oracle.service_level(market.facts if facts is None else facts, **market.asked)
    return {seller: (r.bad, r.assessed, r.grade) for seller, r in found.items()}


def order_by_order(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        row["source_id"]: (
            {name for name in EVENTS if row[kind_flag("assessed", name)]},
            {name for name in KINDS if row[kind_flag("bad", name)]},
        )
        for row in rows
        if row[met("assessed")]
    }


def expected_order_by_order(market: Market) -> dict[str, Any]:
    found = oracle.service_level(market.facts, **market.asked)
    return {
        order_id: (set(counted.events), set(counted.kinds))
        for result in found.values()
        for order_id, counted in result.orders.items()
    }


def judged_orders(compiled: Compiled) -> exp.Query:
    step = judged_rows("orders")
    same = exp.column("order_no", table="order_ids").eq(exp.column("order_id", table=step))
    return (
        exp.select(f"{step}.*", exp.alias_(exp.column("order_id", table="order_ids"), "source_id"))
        .from_(step)
        .join("order_ids", on=same)
    )


def check(market: Market) -> None:
    database, made = loaded([market.facts], market.zone)
    assert verdicts(database, made, market) == expected_verdicts(market)
    values = questions.bound_values(COMPILED, made, question(market), None)
    clock = market_clock(database, made)
    for steps in (
        [*questions.source_steps(COMPILED, clock, one_subject=False), *COMPILED.steps],
        questions.judging_steps(database, made, COMPILED, values),
    ):
        rows = database.run(steps, judged_orders(COMPILED), values).to_pylist()
        assert order_by_order(rows) == expected_order_by_order(market)


@few
@given(markets())
def test_every_order_is_judged_as_the_oracle_judges_it(market: Market):
    check(market)


@pytest.mark.slow
@many
@given(markets())
def test_every_order_of_many_markets_is_judged_as_the_oracle_judges_it(market: Market):
    check(market)


@few
@given(markets())
def test_one_seller_is_judged_as_among_all(market: Market):
    database, made = loaded([market.facts], market.zone)
    everybody = assessing.assess(database, made, question(market)).to_pylist()
    for row in everybody:
        asked = replace(question(market), subject_id=row["subject_id"])
        assert assessing.assess(database, made, asked).to_pylist() == [row]


@few
@given(st.data(), markets())
def test_the_order_of_arrival_changes_nothing(data: st.DataObject, market: Market):
    arriving = data.draw(batches(market.facts))
    database, made = loaded(arriving, market.zone)
    assert verdicts(database, made, market) == expected_verdicts(market)


@few
@given(markets())
def test_a_day_is_judged_the_same_without_what_happened_after_it(market: Market):
    up_to_the_day = happened_up_to(market.facts, market.as_of, market.zone)
    database, made = loaded([up_to_the_day], market.zone)
    assert verdicts(database, made, market) == expected_verdicts(market)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: initdb and pg_ctl were not found")
    with running_server(binaries) as address:
        yield address


@settings(few, max_examples=6)
@given(market=markets())
def test_postgresql_judges_every_order_the_same(server: str, market: Market):
    database, made = loaded([market.facts], market.zone)
    clock = market_clock(database, made)
    steps = [*questions.source_steps(COMPILED, clock, one_subject=False), *COMPILED.steps]
    values = questions.bound_values(COMPILED, made, question(market), None)
    with psycopg.connect(server) as connection:
        postgres_market.copy_market(database, connection)
        rows = postgres_market.run(connection, steps, judged_orders(COMPILED), values)
        results = postgres_market.run(connection, steps, assessing.named_results(COMPILED), values)
        connection.rollback()
    assert order_by_order(rows) == expected_order_by_order(market)
    ours = database.run(steps, assessing.named_results(COMPILED), values).to_pylist()
    assert sorted(results, key=by_subject) == sorted(ours, key=by_subject)


def by_subject(row: dict[str, Any]) -> str:
    return str(row["subject_id"])
