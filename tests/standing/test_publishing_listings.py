"""Listings' scores are published day by day, and stored when they changed."""

from datetime import date, datetime

import pytest

from tests.standing.test_publishing import clock, load, market, order, review

__all__ = ["clock", "market"]  # fixtures

LISTING = "listing-service-score"
DAILY = "aliexpress-daily-service-score"
FIRST = date(2018, 8, 1)


def rated(order_id: str, day: str, stars: int):
    return review(order_id, day, 5) | {"description_stars": stars}


@pytest.fixture
def published(market, clock):
    """Publish three days: L1 was sold, L2 never; a low rating of L1 comes on the third."""
    offered = {"seller_id": "S1", "kind": "ordinary"}
    load(
        market,
        orders=[order(f"O{n}", "2018-07-10") for n in range(1, 5)],
        order_lines=[{"order_id": f"O{n}", "line_no": 1, "listing_id": "L1"} for n in range(1, 5)],
        listings=[{"listing_id": "L1", **offered}, {"listing_id": "L2", **offered}],
        feedback=[rated("O1", "2018-07-20", 5), rated("O2", "2018-08-03", 1)],
    )
    clock.set("2018-08-02T13:00")
    market.publish(LISTING, as_of=FIRST)
    clock.set("2018-08-05T09:00")
    assert [each.as_of for each in market.publish_due(until="2018-08-03")] == [
        date(2018, 8, 2),
        date(2018, 8, 3),
    ]
    return market


def test_a_score_is_stored_only_when_it_changed(published):
    for listing in ("L1", "L2"):
        before, after = published.history(LISTING, subject=listing)
        assert (before.from_on, before.until_on) == (FIRST, date(2018, 8, 2))
        assert (after.from_on, after.score < before.score) == (date(2018, 8, 3), True)


def test_what_was_never_sold_has_the_score_of_its_store(published):
    for edition in published.history(LISTING, subject="L2"):
        [store] = published.assess(
            DAILY, as_of=edition.from_on, known_at=edition.known_at, subject="S1"
        ).to_pylist()
        assert edition.score == store["score"]


@pytest.mark.slow
def test_a_rating_that_is_taken_away_restates_what_leans_on_the_store_too(published):
    gone = {
        "feedback_id": "FO2",
        "given_at": datetime(2018, 8, 3),
        "removed_at": datetime(2018, 8, 5),
    }
    load(published, feedback=[gone])
    assert {each.subject_id for each in published.differences()} == {"L1", "L2"}
    list(published.restate())
    first, *_, restated = published.history(LISTING, subject="L2")
    assert (restated.score, restated.is_restatement) == (first.score, True)
    assert all(published.replay(each) == [] for each in published.publications())
