"""What a publication starts and ends is carried out with it, once; small markets by hand."""

from datetime import date, datetime

import pytest

import goodstanding
from goodstanding.effects import writing_notices
from tests.effects.small_effects import (
    clock,
    hear,
    load,
    market,
    noticed,
    rules,
    silent_market,
    told,
)
from tests.oracle_facts import Row
from tests.standing.test_publishing import order, review

__all__ = ["clock", "market", "silent_market"]  # fixtures

JULY, AUGUST, SEPTEMBER = "2018-07-31", "2018-08-31", "2018-09-30"


def month(first: int, *, month_no: int = 7, bad: int, of: int = 5) -> dict[str, list[Row]]:
    """Return orders of a month, the first few of them with a bad review."""
    orders = [order(f"O{first + n}", f"2018-{month_no:02}-10") for n in range(of)]
    reviews = [review(f"O{first + n}", f"2018-{month_no:02}-20", 1) for n in range(bad)]
    return {"orders": orders, "feedback": reviews}


def remove_reviews(market) -> None:
    for order_id in ("O1", "O2", "O3", "O4"):
        market.exclude(rating=f"F{order_id}", reason="removed", decided_by="Ana")


def test_an_effect_starts_on_the_day_after_the_assessment_and_has_its_last_day(
    market, clock, tmp_path
):
    load(market, **month(1, bad=0))
    market.publish(rules(tmp_path), as_of=JULY)
    assert told(market, "2018-08-01") == [
        ("campaign", "2018-08-01", None, "in force"),
        ("3 showcase slots", "2018-08-01", "2018-08-07", "in force"),
    ]
    assert [status for *_, status in told(market, "2018-07-31")] == ["to come", "to come"]
    assert [status for *_, status in told(market, "2018-08-08")] == ["in force", "ended"]
    assert noticed(market) == [
        ("published", "S1", "good"),
        ("started", "S1", "campaign"),
        ("started", "S1", "3 showcase slots"),
    ]


def test_publishing_again_carries_out_nothing_again(market, clock, tmp_path):
    load(market, **month(1, bad=0))
    path = rules(tmp_path)
    market.publish(path, as_of=JULY)
    before = (told(market, AUGUST), noticed(market))
    market.publish(path, as_of=JULY)
    assert (told(market, AUGUST), noticed(market)) == before


def test_an_effect_goes_on_with_its_standing_and_one_with_days_begins_anew(market, clock, tmp_path):
    load(market, **month(1, bad=0))
    market.publish(rules(tmp_path), as_of=JULY)
    load(market, **month(11, month_no=8, bad=0))
    clock.set("2018-09-01T13:00")
    list(market.publish_due())
    assert told(market, "2018-09-01") == [
        ("campaign", "2018-08-01", None, "in force"),
        ("3 showcase slots", "2018-08-01", "2018-08-07", "ended"),
        ("3 showcase slots", "2018-09-01", "2018-09-07", "in force"),
    ]
    assert noticed(market)[3:] == [
        ("started", "S1", "3 showcase slots"),
        ("ended", "S1", "3 showcase slots"),
    ]


def test_an_effect_is_lifted_once_the_next_standing_no_longer_has_it(market, clock, tmp_path):
    load(market, **month(1, bad=0))
    market.publish(rules(tmp_path), as_of=JULY)
    load(market, **month(11, month_no=8, bad=4))
    clock.set("2018-09-01T13:00")
    list(market.publish_due())
    assert told(market, "2018-09-01") == [
        ("campaign", "2018-08-01", "2018-08-31", "ended"),
        ("3 showcase slots", "2018-08-01", "2018-08-07", "ended"),
        ("restriction", "2018-09-01", None, "proposed"),
    ]
    assert [n for n in noticed(market)[3:] if n[0] != "published"] == [
        ("proposed", "S1", "restriction"),
        ("ended", "S1", "campaign"),
        ("ended", "S1", "3 showcase slots"),
    ]


def test_another_amount_takes_the_place_of_one_that_still_runs(market, clock, tmp_path):
    path = rules(tmp_path, ("days = 7", "days = 60"))
    load(market, **month(1, bad=0))
    market.publish(path, as_of=JULY)
    load(market, **month(11, month_no=8, bad=2))
    clock.set("2018-09-01T13:00")
    list(market.publish_due())
    assert told(market, "2018-09-01")[1:] == [
        ("3 showcase slots", "2018-08-01", "2018-08-31", "ended"),
        ("1 showcase slot", "2018-09-01", "2018-10-30", "in force"),
    ]
    assert ("ended", "S1", "3 showcase slots") not in noticed(market)


def test_a_restatement_lifts_what_it_takes_the_cause_of_from_its_own_day_on(
    market, clock, tmp_path
):
    load(market, **month(1, bad=4))
    market.publish(rules(tmp_path), as_of=JULY)
    assert told(market, "2018-08-01") == [("restriction", "2018-08-01", None, "proposed")]
    clock.set("2018-08-05T13:00")
    remove_reviews(market)
    assert len(list(market.restate())) == 1
    assert told(market, "2018-08-05") == [
        ("restriction", "2018-08-01", "2018-08-04", "ended"),
        ("campaign", "2018-08-05", None, "in force"),
        ("3 showcase slots", "2018-08-05", "2018-08-11", "in force"),
    ]
    assert noticed(market)[2:] == [
        ("restated", "S1", "good"),
        ("started", "S1", "campaign"),
        ("started", "S1", "3 showcase slots"),
        ("ended", "S1", "restriction"),
    ]
    assert list(market.restate()) == []


def test_a_restatement_of_a_day_that_is_not_the_last_starts_nothing(market, clock, tmp_path):
    load(market, **month(1, bad=4))
    market.publish(rules(tmp_path), as_of=JULY)
    load(market, **month(11, month_no=8, bad=4))
    clock.set("2018-09-01T13:00")
    list(market.publish_due())
    before = told(market, "2018-09-02")
    remove_reviews(market)
    assert [each.as_of for each in market.restate()] == [date(2018, 7, 31)]
    assert told(market, "2018-09-02") == before == [("restriction", "2018-08-01", None, "proposed")]


def test_a_restatement_that_changes_nothing_of_it_leaves_an_effect_alone(market, clock, tmp_path):
    load(market, **month(1, bad=0, of=10))
    market.publish(rules(tmp_path), as_of=JULY)
    clock.set("2018-08-03T13:00")
    market.exclude(order="O3", reason="fraud", decided_by="Ana")
    load(
        market,
        retractions=[
            {
                "table_name": "orders",
                "key": "O4",
                "column_name": "*",
                "retracted_at": datetime(2018, 8, 3),
            }
        ],
    )
    assert len(list(market.restate())) == 1
    assert told(market, "2018-08-03") == [
        ("campaign", "2018-08-01", None, "in force"),
        ("3 showcase slots", "2018-08-01", "2018-08-07", "in force"),
    ]


def test_who_is_no_longer_there_has_nothing_any_more(market, clock, tmp_path):
    load(market, **month(1, bad=0, of=2))
    market.publish(rules(tmp_path), as_of=JULY)
    clock.set("2018-08-03T13:00")
    taken_back = [
        {
            "table_name": "orders",
            "key": f"O{n}",
            "column_name": "*",
            "retracted_at": datetime(2018, 8, 3),
        }
        for n in (1, 2)
    ]
    load(market, retractions=taken_back)
    list(market.restate())
    assert {status for *_, status in told(market, "2018-08-03")} == {"ended"}


def test_what_fails_while_it_is_carried_out_publishes_nothing(market, clock, tmp_path, monkeypatch):
    load(market, **month(1, bad=0))

    def fails(*_args: object, **_named: object) -> None:
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patched:
        patched.setattr(writing_notices, "of_publication", fails)
        with pytest.raises(RuntimeError, match="in the middle"):
            market.publish(rules(tmp_path), as_of=JULY)
    assert (market.publications(), told(market, AUGUST), noticed(market)) == ([], [], [])
    market.publish(rules(tmp_path), as_of=JULY)
    assert len(told(market, AUGUST)) == 2


def test_ids_are_the_same_whenever_and_wherever_it_is_published(tmp_path, clock):
    ids = []
    for name, now in (("a", "2018-08-01T13:00"), ("b", "2018-11-01T13:00")):
        clock.set(now)
        path = tmp_path / f"{name}.duckdb"
        goodstanding.new(path, time_zone="UTC", currency="EUR").close()
        with goodstanding.open(path, clock=clock) as opened:
            hear(opened)
            load(opened, **month(1, bad=0))
            opened.publish(rules(tmp_path), as_of=JULY)
            ids.append([each.effect_id for each in opened.effects(as_of=AUGUST, every=True)])
    assert ids[0] == ids[1] == ["1:S1:campaign", "1:S1:showcase"]
