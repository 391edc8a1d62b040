"""The SQL and the oracle agree on feedback and on detailed ratings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from tests import oracle, oracle_feedback
from tests.decided_markets import decided_markets
from tests.markets import Market
from tests.oracle_decisions import decisions
from tests.oracle_facts import Row, settled
from tests.oracle_feedback import ITEMS, Rating
from tests.told_figures import figures

FEEDBACK = bundled.load("aliexpress-feedback")
DETAILED = bundled.load("aliexpress-detailed-ratings")
STORE = bundled.load("store-rating")
KINDS = ("ordinary", "gift", "presale", None)
MILLION = 1_000_000
MOST_WAYS = 64  # in which ratings of one day can count
pytestmark = pytest.mark.recount
few = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def rated_markets(draw: st.DrawFn) -> Market:
    """Draw a market with decisions, returns, withdrawn disputes and listings of every kind.

    Its rows never contradict each other.
    """
    market = draw(decided_markets())
    facts = {name: [dict(row) for row in rows] for name, rows in market.facts.items()}
    for row in facts["disputes"]:
        row["has_return"] = draw(st.sampled_from((None, True, False)))
        if row.get("close_reason") == "settled":
            row["close_reason"] = "withdrawn"
    for row in facts["exclusions"]:
        if row.get("reason") == "order protection":  # which takes no rating out
            row["reason"] = oracle_feedback.MALICIOUS
    facts["listings"] = [
        {"listing_id": name, "kind": draw(st.sampled_from(KINDS))} for name in ("L1", "L2")
    ]
    for row in facts["orders"]:
        row["currency"] = draw(st.sampled_from((None, "EUR", "USD", "BRL")))
        row["amount_minor"] = draw(st.sampled_from((None, 417, 499, 500, 1613)))
    facts["rates"] = draw(rates(facts["orders"]))
    kept, _ = settled(facts)  # what was drawn anew in each row of a fact may contradict
    return market.with_facts(kept)


@st.composite
def rates(draw: st.DrawFn, orders: list[Row]) -> list[Row]:
    """Draw rates of the days around those on which orders were placed, in either direction."""
    placed = [row["placed_at"].date() for row in orders if row.get("placed_at")]
    if not placed:
        return []
    around = st.builds(
        lambda day, n: day + timedelta(days=n), st.sampled_from(placed), st.integers(-2, 2)
    )
    pairs = st.sampled_from((("EUR", "USD"), ("USD", "EUR"), ("BRL", "USD"), ("USD", "BRL")))
    keys = draw(st.lists(st.tuples(around, pairs), max_size=6, unique=True))
    return [
        {
            "day": day,
            "from_currency": one,
            "to_currency": other,
            "ppm": draw(st.sampled_from((310_000, 1_000_000, 1_200_000, 3_225_806))),
        }
        for day, (one, other) in keys
    ]


def ways(market: Market, rulebook: Rulebook) -> dict[str, list[list[Rating]]]:
    """Return, for each seller, the ratings that may count: of one day no source says which."""
    special = oracle_feedback.special_orders(market.facts, **market.asked)
    orders = list(oracle.order_history(market.facts, **market.asked).values())
    small = oracle_feedback.small_orders(orders, market.facts, **market.asked)
    decided = decisions(
        market.facts, as_of=market.as_of, corrected_at=market.corrected_at, zone=market.zone
    )
    is_feedback = rulebook is FEEDBACK
    counts = [
        each
        for each in orders
        if each.order_id not in special | small
        and not decided.name(each, oracle_feedback.MALICIOUS)
        and not decided.bought_the_review(each)
        and not (is_feedback and oracle_feedback.is_disputed(each))
        and each.review
        and any(each.review.get(n) is not None for n in (("stars",) if is_feedback else ITEMS))
    ]
    ratings = oracle_feedback.ratings(counts, market.zone)
    sellers = {each.seller_id for each in orders} | oracle.stores(market.facts, **market.asked)
    found = {}
    for seller in sellers:
        own = oracle_feedback.once_in_ten_days([r for r in ratings if r.seller_id == seller])
        several = [list(way) for way in product(*own)]
        assume(len(several) <= MOST_WAYS)
        found[seller] = several
    return found


def check(market: Market, rulebook: Rulebook) -> None:
    count = oracle_feedback.feedback if rulebook is FEEDBACK else oracle_feedback.detailed
    found = figures(market, rulebook)
    expected = ways(market, rulebook)
    assert found.keys() == expected.keys()
    compared = {} if rulebook is FEEDBACK else oracle_feedback.against_everybody(found)
    for seller, several in expected.items():
        possible = [count(way, market.as_of) | compared.get(seller, {}) for way in several]
        assert found[seller] in possible


@pytest.mark.parametrize("rulebook", [FEEDBACK, DETAILED], ids=lambda each: each.id)
@few
@given(market=rated_markets())
def test_every_figure_is_the_oracles(market: Market, rulebook: Rulebook):
    check(market, rulebook)


@pytest.mark.slow
@pytest.mark.parametrize("rulebook", [FEEDBACK, DETAILED], ids=lambda each: each.id)
@settings(few, max_examples=100)
@given(market=rated_markets())
def test_every_figure_of_many_markets_is_the_oracles(market: Market, rulebook: Rulebook):
    check(market, rulebook)


@pytest.mark.parametrize("rulebook", [FEEDBACK, DETAILED], ids=lambda each: each.id)
@settings(few, max_examples=2)
@given(market=rated_markets(), one=st.booleans())
def test_so_it_is_where_one_buyer_or_nobody_known_gave_every_rating(
    market: Market, rulebook: Rulebook, one: bool
):
    facts = dict(market.facts)
    facts["orders"] = [row | {"buyer_id": "B1" if one else None} for row in facts["orders"]]
    check(replace(market, facts=facts), rulebook)


@few
@given(market=rated_markets())
def test_a_store_rating_is_the_mean_of_the_three_detailed_ratings(market: Market):
    names = [item.removesuffix("_stars") for item in ITEMS]
    detailed, found = figures(market, DETAILED), figures(market, STORE)
    assert found.keys() == detailed.keys()
    for seller, own in found.items():
        means = [detailed[seller][name] for name in names]
        assert [own[name] for name in names] == means
        told = [oracle_feedback.rounded(each) for each in means if each is not None]
        whole = oracle_feedback.rounded(sum(told, Fraction(0)) / 3)
        assert own["rating"] == (whole if len(told) == 3 else None)
