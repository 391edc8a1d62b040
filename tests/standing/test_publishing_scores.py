"""Scores are published day by day, with their points and what they were compared with."""

from datetime import date, datetime, timedelta

import pytest

from goodstanding.rulebook import bundled
from tests.standing.test_publishing import clock, load, market, order, review

__all__ = ["clock", "market"]  # fixtures

DAILY = "aliexpress-daily-service-score"
FIRST = date(2018, 8, 1)


@pytest.fixture
def three_days(market, clock):
    orders = [order(f"O{n}", "2018-07-10", seller_id=f"S{n % 2 + 1}") for n in range(1, 5)]
    reviews = [review(f"O{n}", f"2018-07-{18 + n}", 5) for n in range(1, 4)]
    starred = [
        each | {"description_stars": stars, "given_at": datetime(2018, 7, 20 + place)}
        for place, (each, stars) in enumerate(zip(reviews, (3, 5, 4), strict=True))
    ]
    load(market, orders=orders, feedback=starred)
    clock.set("2018-08-02T13:00")
    market.publish(DAILY, as_of=FIRST)
    clock.set("2018-08-05T09:00")
    return [each.as_of for each in market.publish_due(until="2018-08-03")]


def test_a_daily_rulebook_is_due_every_day(three_days):
    assert three_days == [FIRST + timedelta(1), FIRST + timedelta(2)]


def test_history_tells_scores_and_points_and_the_days_on_which_nothing_changed(market, three_days):
    (edition,) = market.history(DAILY, subject="S1")
    assert (edition.from_on, edition.until_on) == (FIRST, FIRST + timedelta(2))
    record = market.assess(DAILY, as_of=FIRST, subject="S1").to_pylist()[0]
    assert edition.score == record["score"]
    assert set(edition.points) == set(bundled.load(DAILY).points)
    assert edition.points["description_points"] == record["points_description_points"]
    assert (edition.is_there, edition.grade) == (True, None)


def test_an_explanation_of_a_published_score_says_that_it_is_the_same(market, three_days):
    told = market.explain(DAILY, as_of=FIRST, subject="S1")
    assert told.published is not None
    assert told.published.is_same


@pytest.mark.slow
def test_a_correction_restates_the_stores_that_are_compared_with_it_too(market, clock, three_days):
    removed = {
        "feedback_id": "FO1",
        "given_at": datetime(2018, 7, 20),
        "removed_at": datetime(2018, 8, 5, 8),
    }
    load(market, feedback=[removed])
    told = {(each.subject_id, each.changed) for each in market.differences()}
    assert {subject for subject, _ in told} == {"S1", "S2"}
    list(market.restate())
    assert [each.status for each in market.history(DAILY, subject="S1")][-1] == "published"
    assert all(market.replay(each) == [] for each in market.publications())


def test_history_says_which_numbers_are_read_as_decimals(market, three_days):
    (edition,) = market.history(DAILY, subject="S1")
    assert edition.decimals == {"description", "communication", "logistics", "period_days"}


def test_what_differs_is_told_with_the_scores(market, three_days):
    taken = {"feedback_id": "FO1", "given_at": datetime(2018, 7, 20)}
    load(market, feedback=[taken | {"removed_at": datetime(2018, 8, 5, 8)}])
    found = [each for each in market.differences() if each.subject_id == "S1"]
    (before,) = market.history(DAILY, subject="S1")
    assert {each.published_score for each in found} == {before.score}
    assert all("score" in each.changed for each in found if each.score != each.published_score)
