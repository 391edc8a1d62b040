"""The SQL and the oracle score every buyer alike, on both databases and at both clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing, questions, scored_days
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.facts.store import Settings, market_clock
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests import oracle_buyer_score, postgres_market
from tests.buyer_markets import buyer_markets
from tests.markets import Market, batches
from tests.oracle_buyer_score import Edition, Score
from tests.postgres_server import find_binaries, running_server
from tests.test_against_oracle_2015 import loaded

NAME = "buyer-score"
PARTS = ("feedback", "disputes", "returns", "conduct", "payment", "volume")
SMALLER = (("at_least = 20", "at_least = 2"), ("counted_orders < 3", "counted_orders < 1"))
pytestmark = pytest.mark.recount
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def edition_named(name: str) -> tuple[Rulebook, Edition]:
    """Return the rulebook, or one for few buyers and orders, and its numbers for the oracle."""
    if name == "bundled":
        return bundled.load(NAME), Edition()
    text = bundled.text(NAME).split("# Worked examples")[0]
    for old, new in SMALLER:
        assert old in text
        text = text.replace(old, new)
    return read_rulebook(text, "small.toml"), Edition(buyers=2, orders=1)


def question(market: Market, edition: str) -> Question:
    return Question(
        rulebook=edition_named(edition)[0],
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )


def exact(value: float | None) -> Fraction | None:
    """Return a number that is kept in millionths."""
    return None if value is None else Fraction(round(value * 1_000_000), 1_000_000)


def told(row: dict[str, Any]) -> Score:
    """Return a result as the oracle tells it."""
    parts = tuple(exact(row[f"points_{name}"]) for name in PARTS)
    ends = (exact(row["score_lower"]), exact(row["score_upper"]))
    assert (None in parts) == (None in ends) == (row["score"] is None)
    return Score(
        parts=None if None in parts else tuple(each for each in parts if each is not None),
        score=exact(row["score"]),
        between=None if ends[0] is None or ends[1] is None else (ends[0], ends[1]),
        band=row["grade"] or row["not_graded_because"],
    )


def judged(database: DuckDB, made: Settings, asked: Question) -> dict[str, Score]:
    rows = assessing.assess(database, made, asked).to_pylist()
    return {row["subject_id"]: told(row) for row in rows}


def expected(market: Market, edition: str) -> dict[str, Score]:
    return oracle_buyer_score.scores(market.facts, edition_named(edition)[1], **market.asked)


def check(market: Market, edition: str) -> None:
    database, made = loaded([market.facts], market.zone)
    assert judged(database, made, question(market, edition)) == expected(market, edition)


@few
@given(market=buyer_markets())
def test_every_buyer_is_scored_as_the_oracle_does(market: Market):
    check(market, "small")


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["small", "bundled"])
@settings(few, max_examples=100)
@given(market=buyer_markets())
def test_those_of_many_markets_are_scored_as_the_oracle_does(market: Market, edition: str):
    check(market, edition)


@pytest.mark.slow
@few
@given(market=buyer_markets())
def test_one_buyer_is_scored_as_among_all_from_kept_rows_or_from_the_facts(market: Market):
    database, made = loaded([market.facts], market.zone)
    asked = question(market, "small")
    everybody = assessing.assess(database, made, asked).to_pylist()
    for row in everybody:
        one = replace(asked, subject_id=row["subject_id"])
        assert assessing.assess(database, made, one).to_pylist() == [row]
    compiled = compile_rulebook(asked.rulebook)
    clock = market_clock(database, made)
    steps = [*questions.source_steps(compiled, clock, one_subject=False), *compiled.steps]
    values = questions.bound_values(compiled, made, asked, None)
    derived = database.run(steps, assessing.named_results(compiled), values)
    kept = assessing.judge(database, made, asked)
    assert by_subject(derived.to_pylist()) == by_subject(kept.to_pylist())


@pytest.mark.slow
@few
@given(data=st.data(), market=buyer_markets())
def test_the_order_of_arrival_changes_no_score(data: st.DataObject, market: Market):
    database, made = loaded(data.draw(batches(market.facts)), market.zone)
    assert judged(database, made, question(market, "small")) == expected(market, "small")


@pytest.mark.slow
@few
@given(market=buyer_markets())
def test_many_days_at_once_are_scored_as_each_alone(market: Market):
    database, made = loaded([market.facts], market.zone)
    asked = question(market, "small")
    days = [market.as_of - timedelta(n) for n in (30, 11, 1, 0)]
    with patch.object(
        scored_days, "days_to_score", lambda *_: [(day, asked.rulebook) for day in days]
    ):
        together = scored_days.of_everybody(database, made, asked).to_pylist()
    for day in days:
        alone = assessing.judge(database, made, replace(asked, as_of=day)).to_pylist()
        told_alone = {row["subject_no"]: row["score__numerator"] for row in alone}
        found = {row["subject_id"]: row["score"] for row in together if row["scored_on"] == day}
        assert found == {no: score for no, score in told_alone.items() if score is not None}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: initdb and pg_ctl were not found")
    with running_server(binaries) as address:
        yield address


@pytest.mark.slow
@settings(few, max_examples=4)
@given(market=buyer_markets())
def test_postgresql_scores_every_buyer_the_same(server: str, market: Market):
    database, made = loaded([market.facts], market.zone)
    compiled = compile_rulebook(edition_named("small")[0])
    clock = market_clock(database, made)
    steps = [*questions.source_steps(compiled, clock, one_subject=False), *compiled.steps]
    values = questions.bound_values(compiled, made, question(market, "small"), None)
    final = assessing.named_results(compiled)
    with psycopg.connect(server) as connection:
        postgres_market.copy_market(database, connection)
        results = postgres_market.run(connection, steps, final, values)
        connection.rollback()
    assert by_subject(results) == by_subject(database.run(steps, final, values).to_pylist())


def by_subject(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row["subject_id"]))


def test_the_version_judges_the_days_of_the_other_rulebooks():
    assert bundled.versions(NAME) == [date(2015, 1, 5)]
