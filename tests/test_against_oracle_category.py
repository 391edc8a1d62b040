"""The SQL and the oracle agree on every seller within every category, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.questions import Question
from goodstanding.facts.store import market_clock
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests import oracle_category, postgres_market
from tests.category_facts import sold, together
from tests.decided_markets import decided_markets
from tests.markets import Market
from tests.oracle_category import FIGURES, Category, Edition, Pair
from tests.oracle_facts import Row
from tests.postgres_server import find_binaries, running_server
from tests.test_against_oracle_2015 import loaded

NAME = "aliexpress-category"
VERSIONS = {version.year: version for version in bundled.versions(NAME)}
DAYS = {2016: 30, 2020: 90}
SMALLER = (
    ("ended_or_disputed < 10", "ended_or_disputed < 2"),
    ("at_least   = 10", "at_least   = 2"),
)
# C3 lies below C2 and C2 below C1, C5 below C4; nobody describes C6.
CATEGORIES: list[Row] = [
    {"category_id": name, "parent_id": above, "name": name, "recorded_at": None}
    for name, above in (("C1", None), ("C2", "C1"), ("C3", "C2"), ("C4", None), ("C5", "C4"))
]


def small_edition(year: int) -> Rulebook:
    """Return the assessment for few orders and few sellers."""
    text = bundled.text(NAME, VERSIONS[year]).split("# Worked examples")[0]
    for old, new in SMALLER:
        assert old in text
        text = text.replace(old, new)
    return read_rulebook(text, "small.toml")


@cache
def edition_named(name: str) -> tuple[Rulebook, Edition]:
    """Return the rulebook of an edition, and its numbers for the oracle."""
    year = int(name[:4])
    if name.endswith("small"):
        return small_edition(year), Edition(days=DAYS[year], orders=2, sellers=2)
    return bundled.load(NAME, version=VERSIONS[year]), Edition(days=DAYS[year])


EDITIONS = ("2016", "2020", "2016, small", "2020, small")
pytestmark = pytest.mark.recount
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def category_markets(draw: st.DrawFn) -> Market:
    """Draw a market whose orders have lines of several categories, or of none."""
    market = draw(decided_markets())
    named = st.sampled_from(("C2", "C3", "C5", "C1", None, "C6", "C2"))
    orders = sorted({row["order_id"] for row in market.facts["orders"]})
    lines = [
        {"order_id": order, "line_no": number, "category_id": category, "recorded_at": None}
        for order in orders
        for number, category in enumerate(draw(st.lists(named, min_size=1, max_size=3)), start=1)
    ]
    categories = draw(st.sampled_from((CATEGORIES, CATEGORIES, [])))
    return replace(
        market, facts={**market.facts, "order_lines": lines, "categories": list(categories)}
    )


def exact(value: float | None) -> Fraction | None:
    """Return a number that is kept in millionths."""
    return None if value is None else Fraction(round(value * 1_000_000), 1_000_000)


def pair_of(row: dict[str, Any]) -> Pair:
    seller, _, category = row["subject_id"].partition("/")
    assert row["within_id"] == category
    return seller, category


def told(row: dict[str, Any]) -> Category:
    """Return a result as the oracle tells it."""
    stars, given_n = row["description_numerator"], row["description_denominator"]
    top, bottom = row["not_as_described_rate_numerator"], row["not_as_described_rate_denominator"]
    assert (given_n // 100, bottom) == (row["rated"], row["orders_assessed_numerator"])
    return Category(
        described=(Fraction(stars, 100), given_n // 100),
        disputed=(top, bottom),
        values={
            name: value for name in FIGURES if (value := exact(row[f"{name}_value"])) is not None
        },
        peers={
            name: tuple(row[f"{name}_peers_{part}"] for part in ("within", "id", "n"))
            for name in FIGURES
        },
        against={
            "description": exact(row["description_against_value"]),
            "not_as_described_rate": exact(row["not_as_described_against_value"]),
        },
    )


def question(market: Market, edition: str) -> Question:
    return Question(
        rulebook=edition_named(edition)[0],
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )


def check(market: Market, edition: str) -> None:
    database, made = loaded([market.facts], market.zone)
    table = assessing.assess(database, made, question(market, edition))
    rows = [row | {"rated": row["description_ratings_numerator"]} for row in table.to_pylist()]
    found = {pair_of(row): told(row) for row in rows}
    expected = oracle_category.assessed(market.facts, edition_named(edition)[1], **market.asked)
    assert set(found) == set(expected)
    for pair, category in expected.items():
        assert found[pair] == category, pair


@few
@given(market=category_markets())
def test_every_seller_in_a_category_is_assessed_as_the_oracle_does(market: Market):
    check(market, "2020, small")


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
@settings(few, max_examples=60)
@given(market=category_markets())
def test_those_of_many_markets_are_assessed_as_the_oracle_does(market: Market, edition: str):
    check(market, edition)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: initdb and pg_ctl were not found")
    with running_server(binaries) as address:
        yield address


def test_postgresql_says_the_same_of_each(server: str):
    facts = together(
        sold("S1", ["C2", "C3"], 3, stars=4, disputed=1),
        sold("S~/1", ["C3"], 2, stars=3),
        sold("S2", ["C2", None], 1),
        sold("S2", ["C1"], 2, disputed=2),
        sold("S3", ["C9", "C4"], 2),
    )
    market = Market(
        zone="Asia/Shanghai",
        as_of=date(2020, 10, 2),
        known_at=datetime(2020, 10, 3, 4),
        corrected_at=datetime(2020, 10, 3, 4),
        facts=facts,
    )
    database, made = loaded([market.facts], market.zone)
    compiled = compile_rulebook(edition_named("2020, small")[0])
    clock = market_clock(database, made)
    steps = [*questions.source_steps(compiled, clock, one_subject=False), *compiled.steps]
    values = questions.bound_values(compiled, made, question(market, "2020, small"), None)
    final = assessing.named_results(compiled)
    with psycopg.connect(server) as connection:
        postgres_market.copy_market(database, connection)
        results = postgres_market.run(connection, steps, final, values)
        connection.rollback()
    ours = database.run(steps, final, values).to_pylist()
    assert sorted(results, key=by_subject) == sorted(ours, key=by_subject)
    assert [row["subject_id"] for row in sorted(ours, key=by_subject)] == [
        *("S1/C2", "S2/C1", "S2/C2", "S3/C4", "S3/C9", "S~0~11/C2"),
    ]


def by_subject(row: dict[str, Any]) -> str:
    return str(row["subject_id"])
