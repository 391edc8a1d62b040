"""What an assessment says that its results are."""

from datetime import date, datetime

from goodstanding.rulebook import bundled
from tests.standing.test_publishing import AUGUST, JULY, clock, load, market, order, review
from tests.standing.test_restating import removed

__all__ = ["clock", "market"]  # fixtures

AT_NOON = "2018-08-01T12:00:00Z"


def statuses(market, rulebook="service-level", as_of=JULY, **asked) -> dict[str, str]:
    results = market.assess(rulebook, as_of=as_of, **asked)
    return dict(zip(results["subject_id"].to_pylist(), results["status"].to_pylist(), strict=True))


def test_where_nothing_is_published_every_result_is_computed(market):
    load(market, orders=[order("O1", "2018-07-10")])
    assert statuses(market) == {"S1": "computed"}


def test_a_day_that_is_still_to_be_published_is_provisional(market):
    load(market, orders=[order("O1", "2018-07-10")])
    market.publish("service-level", as_of=JULY)
    assert statuses(market, as_of=AUGUST) == {"S1": "provisional"}
    assert statuses(market, as_of=date(2018, 8, 30)) == {"S1": "computed"}  # no day of assessment
    assert statuses(market, as_of=date(2018, 7, 30)) == {"S1": "computed"}


def test_what_would_be_published_by_other_rules_is_computed(market, tmp_path):
    load(market, orders=[order("O1", "2018-07-10")])
    market.publish("service-level", as_of=JULY)
    draft = tmp_path / "draft.toml"
    text = bundled.text("service-level")
    draft.write_text(
        text.replace("published_before_day = 3", "published_before_day = 4"), encoding="utf-8"
    )
    for day in (JULY, AUGUST):
        assert statuses(market, draft, day, known_at=AT_NOON) == {"S1": "computed"}


def test_what_was_published_is_so_by_the_known_at_of_the_publication(market):
    load(market, orders=[order("O1", "2018-07-10")])
    market.publish("service-level", as_of=JULY)
    assert statuses(market, known_at=AT_NOON) == {"S1": "published"}
    assert statuses(market, known_at="2018-08-01T12:00:01Z") == {"S1": "computed"}


def test_a_restated_standing_is_superseded_and_an_explanation_says_so_too(market, clock):
    orders = [order("O1", "2018-07-10"), order("O2", "2018-07-11", seller_id="S2")]
    load(market, orders=orders, feedback=[review("O1", "2018-07-20", 1)])
    market.publish("service-level", as_of=JULY)
    load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 8, 1, 14))])
    clock.set("2018-08-05T09:00")
    assert len(list(market.restate())) == 1
    assert statuses(market, known_at=AT_NOON) == {"S1": "superseded", "S2": "published"}
    told = market.explain("service-level", as_of=JULY, subject="S1", known_at=AT_NOON)
    assert told.result["status"] == "superseded"
