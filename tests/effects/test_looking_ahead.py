"""A grade that is about to fall is told once before each day of assessment."""

import goodstanding
from goodstanding.effects import looking_ahead
from tests.at_once import meet, together
from tests.effects.small_effects import clock, load, market, rules, silent_market
from tests.effects.test_carrying import JULY, month
from tests.standing.test_publishing import order, review

__all__ = ["clock", "market", "silent_market"]  # fixtures


def falling(market) -> list[tuple[str, str | None, str | None, str]]:
    return [
        (each.to_id, each.grade_before, each.grade, str(each.about_on))
        for each in market.notices(kind="falling")
    ]


def begin(market, tmp_path) -> None:
    load(market, **month(1, bad=0))
    market.publish(rules(tmp_path), as_of=JULY)
    load(market, **month(11, month_no=8, bad=2))


def test_it_is_told_in_the_week_before_and_not_earlier(market, clock, tmp_path):
    begin(market, tmp_path)
    clock.set("2018-08-23T13:00")
    list(market.publish_due())
    assert falling(market) == []
    clock.set("2018-08-24T13:00")
    list(market.publish_due())
    assert falling(market) == [("S1", "good", "fair", "2018-08-31")]
    (told,) = market.notices(kind="falling")
    assert told.text.startswith(
        "As things stand, the grade of 2018-08-31 would be fair; until then it is good. What "
        "decided: for a better one it lacks this: bad rate below 20 %. The figures: bad rate "
        "2/5 = 40.00 %."
    )


def test_it_is_told_once_before_each_day_of_assessment(market, clock, tmp_path):
    begin(market, tmp_path)
    for day in ("25", "25", "26", "31"):
        clock.set(f"2018-08-{day}T13:00")
        list(market.publish_due())
    assert len(falling(market)) == 1


def test_two_that_look_ahead_at_once_tell_it_once(market, clock, tmp_path, monkeypatch):
    begin(market, tmp_path)
    clock.set("2018-08-25T13:00")
    meet(monkeypatch, looking_ahead, "judged")

    def look(market: goodstanding.Market) -> None:
        assert list(market.publish_due()) == []

    assert not together(market, clock, look, look)
    assert len(falling(market)) == 1
    looked = market._database.rows("select rulebook_id, looked_on from looks_ahead")
    assert len(looked) == 1


def test_who_keeps_the_grade_or_betters_it_is_told_nothing(market, clock, tmp_path):
    load(market, **month(1, bad=2))
    market.publish(rules(tmp_path), as_of=JULY)
    load(market, **month(11, month_no=8, bad=0))
    clock.set("2018-08-28T13:00")
    list(market.publish_due())
    assert falling(market) == []


def test_whoever_begins_to_fall_a_day_later_is_told_then(market, clock, tmp_path):
    load(market, **month(1, bad=0))
    market.publish(rules(tmp_path), as_of=JULY)
    load(market, **month(11, month_no=8, bad=0))
    clock.set("2018-08-26T13:00")
    list(market.publish_due())
    assert falling(market) == []
    late = {
        "orders": [order(f"O{n}", "2018-08-25") for n in range(21, 24)],
        "feedback": [review(f"O{n}", "2018-08-27", 1) for n in range(21, 24)],
    }
    load(market, **late)
    clock.set("2018-08-28T13:00")
    list(market.publish_due())
    assert falling(market) == [("S1", "good", "fair", "2018-08-31")]


def test_nothing_is_looked_ahead_to_while_something_is_due(market, clock, tmp_path):
    begin(market, tmp_path)
    clock.set("2018-09-28T13:00")
    list(market.publish_due(until="2018-08-20"))
    assert falling(market) == []


def test_what_is_over_by_time_is_told_on_the_day_after(market, clock, tmp_path):
    load(market, **month(1, bad=0))
    market.publish(rules(tmp_path), as_of=JULY)
    for day, expected in (("07", 0), ("08", 1), ("09", 1)):
        clock.set(f"2018-08-{day}T13:00")
        list(market.publish_due())
        assert len(market.notices(kind="ended")) == expected
    (told,) = market.notices(kind="ended")
    assert told.text.startswith(
        "3 showcase slots: over from 2018-08-08 on, since its last day is past. The rules: Small"
    )
