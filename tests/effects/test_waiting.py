"""Effects of a day of which nothing was heard wait until something is heard again."""

from datetime import date

from tests.effects.small_effects import (
    clock,
    load,
    market,
    noticed,
    rate,
    rules,
    silent_market,
    told,
)
from tests.effects.test_carrying import JULY, month, remove_reviews

__all__ = ["clock", "market", "silent_market"]  # fixtures

CAMPAIGN = ("campaign", "2018-08-01", None, "in force")
SLOTS = ("3 showcase slots", "2018-08-01", "2018-08-07", "ended")
LAST_OF_JULY, LAST_OF_SEPTEMBER = (rate(date.fromisoformat(day)) for day in (JULY, "2018-09-30"))


def good_july(market, folder) -> None:
    load(market, **month(1, bad=0), rates=[LAST_OF_JULY])
    market.publish(rules(folder), as_of=JULY)


def publish_due(market, clock, now: str, *, despite_silence: bool = False) -> list[bool]:
    clock.set(now)
    published = list(market.publish_due(despite_silence=despite_silence))
    return [market.effects_wait(each) for each in published]


def test_a_day_of_which_nothing_was_heard_sanctions_and_lifts_nobody(
    silent_market, clock, tmp_path
):
    market = silent_market
    good_july(market, tmp_path)
    load(market, **month(11, month_no=8, bad=4))  # until 20 August
    assert publish_due(market, clock, "2018-09-01T13:00") == [True]
    assert told(market, "2018-09-01") == [CAMPAIGN, SLOTS]
    assert noticed(market)[3:] == [
        ("published", "S1", "poor"),
        ("ended", "S1", "3 showcase slots"),  # its seven days are over all the same
    ]
    (last,) = market.publications()[-1:]
    assert str(market.silent_since(last)) == "2018-08-20"


def test_the_next_day_of_which_something_was_heard_carries_out_what_stands_then(
    silent_market, clock, tmp_path
):
    market = silent_market
    good_july(market, tmp_path)
    load(market, **month(11, month_no=8, bad=4))
    publish_due(market, clock, "2018-09-01T13:00")
    load(market, **month(21, month_no=9, bad=4), rates=[LAST_OF_SEPTEMBER])
    assert publish_due(market, clock, "2018-10-01T13:00") == [False]
    assert [each for each in told(market, "2018-10-01") if each != SLOTS] == [
        ("campaign", "2018-08-01", "2018-09-30", "ended"),
        ("restriction", "2018-10-01", None, "proposed"),
    ]


def test_whoever_stands_as_in_the_silence_is_looked_at_again(silent_market, clock, tmp_path):
    market = silent_market
    lasting = rules(tmp_path, ("days = 7\n", ""), ('calendar = "month"', "days = 90"))
    load(market, **month(1, bad=0, of=1), rates=[LAST_OF_JULY])
    market.publish(lasting, as_of=JULY)
    load(market, **month(11, month_no=8, bad=4))
    publish_due(market, clock, "2018-09-01T13:00")
    load(market, rates=[LAST_OF_SEPTEMBER])
    publish_due(market, clock, "2018-10-01T13:00")
    last = market.publications()[-1]
    assert last.changed_n == 0
    assert ("restriction", "2018-10-01", None, "proposed") in told(market, "2018-10-01")


def test_what_was_heard_too_late_to_count_does_not_end_the_silence(silent_market, clock, tmp_path):
    market = silent_market
    good_july(market, tmp_path)
    load(market, **month(11, month_no=8, bad=4))
    load(market, rates=[{**rate(date(2018, 9, 2)), "day": date(2018, 8, 31)}])
    assert publish_due(market, clock, "2018-09-03T13:00") == [True]


def test_they_are_carried_out_where_that_is_asked_for(silent_market, clock, tmp_path):
    market = silent_market
    good_july(market, tmp_path)
    load(market, **month(11, month_no=8, bad=4))
    assert publish_due(market, clock, "2018-09-01T13:00", despite_silence=True) == [False]
    assert ("restriction", "2018-09-01", None, "proposed") in told(market, "2018-09-01")


def test_a_restatement_of_a_day_whose_effects_wait_starts_and_ends_nothing(
    silent_market, clock, tmp_path
):
    market = silent_market
    load(market, **month(1, bad=4))
    market.publish(rules(tmp_path), as_of=JULY)
    clock.set("2018-08-05T13:00")
    remove_reviews(market)
    assert len(list(market.restate())) == 1
    assert told(market, "2018-08-05") == []


def test_nobody_is_told_of_a_fall_that_comes_of_silence(silent_market, clock, tmp_path):
    market = silent_market
    good_july(market, tmp_path)
    load(market, **month(11, month_no=8, bad=2))  # until 20 August
    publish_due(market, clock, "2018-08-28T13:00")
    assert market.notices(kind="falling") == []
    load(market, rates=[rate(date(2018, 8, 27))])  # of the same day, heard late
    publish_due(market, clock, "2018-08-28T14:00")
    assert [each.to_id for each in market.notices(kind="falling")] == ["S1"]


def test_a_fall_is_told_despite_silence_where_that_is_asked_for(silent_market, clock, tmp_path):
    market = silent_market
    good_july(market, tmp_path)
    load(market, **month(11, month_no=8, bad=2))
    publish_due(market, clock, "2018-08-28T13:00", despite_silence=True)
    assert [each.to_id for each in market.notices(kind="falling")] == ["S1"]
