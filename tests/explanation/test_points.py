"""What each order costs of a daily service score is told where the order lost it, and adds up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

import goodstanding
from goodstanding.explanation.answer import Explanation
from goodstanding.rulebook import bundled
from goodstanding.sample import generate

NAME = "aliexpress-daily-service-score"
AS_OF = date(2024, 3, 5)
SELLERS = ("S000001", "S000003")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[goodstanding.Market]:
    folder = tmp_path_factory.mktemp("points")
    generate(orders=1500, seed=5, out=folder / "files")
    with goodstanding.new(folder / "m.duckdb", time_zone="UTC", currency="USD") as opened:
        opened.load(folder / "files", recorded="occurred")
        yield opened


@pytest.fixture(scope="module", params=bundled.versions(NAME), ids=str)
def told(market: goodstanding.Market, request: pytest.FixtureRequest) -> list[Explanation]:
    version = request.param
    return [market.explain(NAME, as_of=AS_OF, subject=s, version=version) for s in SELLERS]


def test_points_and_losses_add_up_to_the_score_and_the_most_there_is(told):
    for each in told:
        assert sum(part.points * 1_000_000 for part in each.points) == pytest.approx(
            each.result["score"] * 1_000_000, abs=1e-3
        )
        lost = sum(part.lost for part in each.points)
        assert round(each.result["score"] + lost, 6) == 100
    assert any(part.lost for each in told for part in each.points)


def test_what_orders_and_what_listings_cost_adds_up_to_what_each_item_lost(told):
    for each in told:
        for part in each.points:
            of_orders = [row.costs.get(part.name, 0) for row in each.rows]
            of_listings = [listing.costs.get(part.name, 0) for listing in each.listings]
            assert round(sum(of_orders), 6) in (0, round(part.lost, 6))
            assert round(sum(of_listings), 6) == round(sum(of_orders), 6)


def test_a_low_rating_costs_where_the_rating_is_told(told):
    costs = {
        (row.rows, name) for each in told for row in each.rows for name, cost in row.costs.items()
    }
    assert ("ratings", "description_points") in costs
    assert {rows for rows, name in costs if name == "description_points"} == {"ratings"}
    assert {rows for rows, name in costs if name == "non_sale_points"} <= {"orders"}
