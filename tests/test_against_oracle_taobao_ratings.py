"""The SQL and the oracle agree on Taobao's three ratings of a shop."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import chain, product
from math import prod

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests import oracle_taobao_ratings as taobao
from tests.markets import Market, markets
from tests.oracle_facts import Facts
from tests.oracle_taobao_ratings import RATINGS
from tests.told_figures import figures

NAME = "taobao-dsr"
MILLION = 1_000_000
MOST_WAYS = 64  # in which orders that ended on one day can be the first three
AS_OF = date(2014, 6, 30)
LATER = datetime(2016, 1, 1)
# Days before the last: both ends of the 180, of May, and some that are alike.
ENDED = (30, 30, 40, 41, 42, 43, 59, 60, 60, 61, 29, None)
RATED = (20, 20, 20, 0, 179, 180, -1)
# Of a day in UTC; in India the third begins the next day.
TIMES = (time(0), time(12), time(18, 30), time(23, 59, 59, 999_999))
STARS = (5, 5, 4, 3, Fraction(7, 2), 1, None)
pytestmark = pytest.mark.recount
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def small_edition() -> Rulebook:
    """Return the ratings for industries of two shops."""
    text = bundled.text(NAME, bundled.load(NAME).version).split("[example_row]")[0]
    assert "at_least   = 10" in text
    return read_rulebook(text.replace("at_least   = 10", "at_least   = 2"), "small.toml")


EDITIONS = {"bundled": (bundled.load(NAME), 10), "small": (small_edition(), 2)}


@st.composite
def loyal_markets(draw: st.DrawFn) -> Market:
    """Draw a market in which a few buyers rate a few shops of two industries again and again."""
    at = st.sampled_from(TIMES)
    stars = st.sampled_from(STARS)
    purchase = st.tuples(
        st.sampled_from(("S1", "S1", "S1", "S2", "S3", "S4")),
        st.sampled_from(("B1", "B1", "B1", "B2", None)),
        st.tuples(st.sampled_from(ENDED), at),
        st.tuples(st.sampled_from(RATED), at),
        st.tuples(stars, stars, stars),
        st.sampled_from(("C1", "C2", None)),
        st.sampled_from((None, 499, 500)),
    )
    facts: Facts = {"orders": [], "order_lines": [], "feedback": []}
    for number, (shop, buyer, ended, rated, given_stars, category, amount) in enumerate(
        draw(st.lists(purchase, min_size=1, max_size=20))
    ):
        order_id = f"O{number}"
        paid_at = before(*rated) - timedelta(days=draw(st.sampled_from((1, 0, 30))))
        facts["orders"].append(
            {
                "order_id": order_id,
                "seller_id": shop,
                "buyer_id": buyer,
                "placed_at": paid_at,
                "paid_at": paid_at,
                "closed_at": None if ended[0] is None else before(ended[0], ended[1]),
            }
        )
        facts["order_lines"].append(
            {
                "order_id": order_id,
                "line_no": 1,
                "category_id": category,
                "quantity": 1,
                "amount_minor": amount,
            }
        )
        facts["feedback"].append(
            {
                "feedback_id": f"F{number}",
                "order_id": order_id,
                "given_at": before(*rated),
                "given_by": "buyer",
                **dict(zip(RATINGS.values(), given_stars, strict=True)),
            }
        )
    return Market(
        zone=draw(st.sampled_from(("UTC", "Asia/Kolkata"))),
        as_of=AS_OF,
        known_at=LATER,
        corrected_at=LATER,
        facts=facts,
    )


def before(days: int, at: time) -> datetime:
    return datetime.combine(AS_OF - timedelta(days=days), at)


def check(market: Market, edition: str) -> None:
    rulebook, least = EDITIONS[edition]
    shops = taobao.orders_of(market.facts, **market.asked)
    may_count = {shop: taobao.ways(orders, market.zone) for shop, orders in shops.items()}
    assume(all(prod(map(len, each)) <= MOST_WAYS for each in may_count.values()))
    found = figures(market, rulebook)
    assert found.keys() == shops.keys()
    industry = taobao.industries(shops, market.facts, **market.asked)
    compared = taobao.against_the_industry(found, industry, least)
    for shop, several in may_count.items():
        possible = [
            taobao.ratings(chain(*way), market.as_of, market.zone) | compared[shop]
            for way in product(*several)
        ]
        assert found[shop] in possible, shop


@few
@given(market=loyal_markets())
def test_the_ratings_of_loyal_buyers_are_the_oracles(market: Market):
    check(market, "small")


@settings(few, max_examples=1)
@given(market=st.one_of(markets(), loyal_markets()))
def test_the_ratings_of_any_market_are_the_oracles(market: Market):
    check(market, "bundled")


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
@settings(few, max_examples=30)
@given(market=st.one_of(loyal_markets(), markets()))
def test_the_ratings_of_many_markets_are_the_oracles(market: Market, edition: str):
    check(market, edition)
