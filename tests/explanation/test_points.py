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


@pytest.fixture(scope="module")
def listings(market: goodstanding.Market) -> list[Explanation]:
    name = "listing-service-score"
    scored = market.assess(name, as_of=AS_OF)
    dearest = sorted(
        (each for each in scored.to_pylist() if each["non_sale_rate_numerator"]),
        key=lambda each: (-each["non_sale_rate_numerator"], each["subject_id"]),
    )
    return [market.explain(name, as_of=AS_OF, subject=e["subject_id"]) for e in dearest[:2]]


def test_what_orders_cost_a_listing_adds_up_to_what_each_of_its_own_items_lost(listings):
    for each in listings:
        for part in each.points:
            assert part.points + part.lost == pytest.approx(part.most)
            of_orders = sum(row.costs.get(part.name, 0) for row in each.rows)
            assert round(of_orders, 6) in (0, round(part.lost, 6))
        assert sum(row.costs.get("non_sale_points", 0) for row in each.rows) > 0


def test_service_tells_of_a_listing_what_its_own_score_says_that_the_orders_cost(market, listings):
    for each in listings:
        listing = each.result["subject_id"]
        found = market.service(listing, as_of=AS_OF, is_listing=True)
        missed = {order_id for link in found.links for order_id in link.missed}
        lost: dict[str, float] = {}
        for row in (row for row in each.rows if row.order_id in missed):
            for item, points in row.costs.items():
                lost[item] = lost.get(item, 0) + points
        assert found.costs.score_by == "listing-service-score"
        assert found.costs.points_lost == pytest.approx(lost)
        assert found.costs.points_lost
