"""The SQL and the oracle agree on the service score of listings."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.rulebook import bundled
from goodstanding.rulebook.reading import read_rulebook
from tests import oracle_daily_score as daily
from tests import oracle_listing_score as oracle
from tests.decided_markets import decided_markets
from tests.markets import Market
from tests.oracle_facts import settled
from tests.oracle_listing_score import Score
from tests.test_against_oracle_2015 import loaded

NAME = "listing-service-score"
pytestmark = pytest.mark.recount
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ITEMS = daily.MOST["listing"]


def small_groups():
    """Return the score with groups of two listings."""
    text = bundled.text(NAME, bundled.versions(NAME)[0]).split("[example_row]")[0]
    assert "at_least   = 10" in text
    return read_rulebook(text.replace("at_least   = 10", "at_least   = 2"), "small.toml")


RULEBOOKS = {10: bundled.load(NAME), 2: small_groups()}


@st.composite
def offered_markets(draw: st.DrawFn) -> Market:
    """Draw a market of which some listings are offered by a store that the source names."""
    market = draw(decided_markets())
    sellers = sorted({row["seller_id"] for row in market.facts["orders"] if row.get("seller_id")})
    named = draw(
        st.lists(st.sampled_from(("L1", "L2", "L3")), max_size=3, unique=True).filter(bool)
        if sellers
        else st.just([])
    )
    instants = [row["placed_at"] for row in market.facts["orders"] if row.get("placed_at")]
    rows = [
        {
            "listing_id": listing,
            "seller_id": draw(st.sampled_from((None, *sellers, "S9"))),
            "kind": "ordinary",
            "opened_at": draw(st.sampled_from((None, *instants))),
            "recorded_at": draw(st.sampled_from((None, *instants))),
        }
        for listing in named
    ]
    kept, _ = settled({**market.facts, "listings": rows})
    return market.with_facts(kept)


def exact(value: float | None) -> Fraction | None:
    """Return a number that is kept in millionths."""
    return None if value is None else Fraction(round(value * 1_000_000), 1_000_000)


def told(row: dict[str, Any]) -> Score:
    """Return a result as the oracle tells it."""
    stars = {name: 100 if name in daily.MEANS else 1 for name in ITEMS}
    return Score(
        indices={
            name: (
                Fraction(row[f"{name}_numerator"], stars[name]),
                row[f"{name}_denominator"] // stars[name],
            )
            for name in ITEMS
        },
        points={
            name: exact(row[f"points_{name.removesuffix('_rate')}_points"]) or Fraction(0)
            for name in ITEMS
        },
        assessed=row["assessed_lines_numerator"],
        store=exact(row["store_score_value"]),
        score=exact(row["score"]),
    )


def check(market: Market, in_a_group: int) -> None:
    database, made = loaded([market.facts], market.zone)
    asked = Question(
        rulebook=RULEBOOKS[in_a_group],
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )
    rows = assessing.assess(database, made, asked).to_pylist()
    found = {row["subject_id"]: told(row) for row in rows}
    assert found == oracle.scores(market.facts, in_a_group, **market.asked)


@pytest.mark.parametrize("in_a_group", RULEBOOKS)
@few
@given(market=offered_markets())
def test_every_listing_is_scored_as_the_oracle_does(market: Market, in_a_group: int):
    check(market, in_a_group)


@pytest.mark.slow
@pytest.mark.parametrize("in_a_group", RULEBOOKS)
@settings(few, max_examples=60)
@given(market=offered_markets())
def test_every_listing_of_many_markets_is_scored_as_the_oracle_does(
    market: Market, in_a_group: int
):
    check(market, in_a_group)
