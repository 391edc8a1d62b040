"""The SQL and the oracle agree on the daily service score: indices, peers, points and score."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests import oracle_daily_score as daily
from tests.decided_markets import decided_markets
from tests.markets import Market
from tests.oracle_daily_score import Edition, Score
from tests.test_against_oracle_2015 import loaded

NAME = "aliexpress-daily-service-score"
VERSIONS = {version.year: version for version in bundled.versions(NAME)}
SMALLER = (
    ('"assessed_in_month >= 60"', '"assessed_in_month >= 3"'),
    ("at_least   = 10", "at_least   = 2"),
)


def small_edition(year: int) -> Rulebook:
    """Return the score for few orders and few stores."""
    text = bundled.text(NAME, VERSIONS[year]).split("[example_row]")[0]
    for old, new in SMALLER:
        assert old in text
        text = text.replace(old, new, 1)
    return read_rulebook(text, "small.toml")


EDITIONS = {
    "bundled": (bundled.load(NAME), Edition()),
    "small": (small_edition(2018), Edition(orders_for_a_month=3, stores_in_a_group=2)),
    "of 2015": (
        small_edition(2015),
        Edition(scheme=2015, orders_for_a_month=3, stores_in_a_group=2),
    ),
}
pytestmark = pytest.mark.recount
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def exact(value: float | None) -> Fraction | None:
    """Return a number that is kept in millionths."""
    return None if value is None else Fraction(round(value * 1_000_000), 1_000_000)


def told(row: dict[str, Any], edition: Edition) -> Score:
    """Return a result as the oracle tells it."""
    in_month = row["period_days_value"] == 30 if edition.orders_for_a_month == 60 else None
    return Score(
        period=0 if in_month is None else (30 if in_month else 90),
        indices={
            name: (
                Fraction(row[f"{name}_numerator"], 100 if name in daily.MEANS else 1),
                row[f"{name}_denominator"] // (100 if name in daily.MEANS else 1),
            )
            for name in edition.most
        },
        peers={
            name: (
                row[f"{name}_peers_within"],
                row[f"{name}_peers_n"],
                exact(row[f"{name}_peer_rate"]),
            )
            for name in edition.most
        },
        points={
            name: exact(row[f"points_{name.removesuffix('_rate')}_points"]) or Fraction(0)
            for name in edition.most
        },
        score=exact(row["score"]),
    )


def check(market: Market, edition: str) -> None:
    rulebook, numbers = EDITIONS[edition]
    database, made = loaded([market.facts], market.zone)
    asked = Question(
        rulebook=rulebook,
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )
    rows = assessing.assess(database, made, asked).to_pylist()
    found = {row["subject_id"]: told(row, numbers) for row in rows}
    expected = daily.scores(market.facts, numbers, **market.asked)
    assert set(found) == set(expected)
    for store, score in expected.items():
        own = found[store]
        if edition == "bundled":
            assert own.period == score.period
        assert (own.indices, own.peers) == (score.indices, score.peers), store
        assert (own.points, own.score) == (score.points, score.score), store


@pytest.mark.parametrize("edition", EDITIONS)
@few
@given(market=decided_markets())
def test_every_store_is_scored_as_the_oracle_does(market: Market, edition: str):
    check(market, edition)


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
@settings(few, max_examples=60)
@given(market=decided_markets())
def test_every_store_of_many_markets_is_scored_as_the_oracle_does(market: Market, edition: str):
    check(market, edition)
