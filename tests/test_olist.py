"""Olist from its folder to grades, a share of its sellers recounted from the source's columns."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import goodstanding
from goodstanding.facts.adapters import ADAPTERS
from tests.olist_folder import REAL, WITHOUT_REAL
from tests.olist_recount import recount

OLIST = ADAPTERS["olist"]
ZONE_AND_MONEY = {"time_zone": OLIST.time_zone, "currency": OLIST.currency}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[goodstanding.Market]:
    if REAL is None:
        pytest.skip(WITHOUT_REAL)
    path = tmp_path_factory.mktemp("olist") / "olist.duckdb"
    with goodstanding.new(path, **ZONE_AND_MONEY) as made:
        made.load(REAL, adapter="olist", recorded="occurred")
        yield made


# A day between the seasons' clocks, one within a skipped hour's day, the end of the dense months.
@pytest.mark.parametrize("as_of", [date(2017, 10, 15), date(2018, 2, 17), date(2018, 7, 31)])
def test_sellers_are_judged_as_they_are_recounted_from_the_source(
    market: goodstanding.Market, as_of: date
):
    assert isinstance(REAL, Path)
    results = market.assess("service-level", as_of=as_of).to_pylist()
    graded = [row for row in results if row["grade"] is not None]
    assert len(graded) > 500
    for row in [*graded[::23], *results[::211]]:
        assessed, bad, _ = recount(REAL, row["subject_id"], as_of)
        assert (
            row["bad_experience_rate_denominator"],
            row["bad_experience_rate_numerator"],
        ) == (assessed, bad), row["subject_id"]


def test_the_bad_orders_of_a_seller_are_those_of_the_source(market: goodstanding.Market):
    assert isinstance(REAL, Path)
    as_of = date(2018, 7, 31)
    results = market.assess("service-level", as_of=as_of).to_pylist()
    largest = max(results, key=lambda row: row["bad_experience_rate_denominator"])["subject_id"]
    explained = market.explain("service-level", as_of=as_of, subject=largest)
    told = {
        row.order_id: {
            holds.kind for met in row.measures if met.measure == "bad" for holds in met.kinds
        }
        for row in explained.rows
        if row.counts_against
    }
    _, _, bad = recount(REAL, largest, as_of)
    assert told == {order: set(kinds) for order, kinds in bad.items()}


def test_a_day_in_the_past_is_what_it_was_then(market: goodstanding.Market):
    as_of = "2018-03-31"
    then = market.assess("service-level", as_of=as_of, known_at="2018-04-01T00:00:00")
    now = market.assess("service-level", as_of=as_of)
    assert then.drop_columns(["known_at"]) == now.drop_columns(["known_at"])
