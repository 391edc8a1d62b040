"""Sanctions are published with the rest of a result, and restated where a violation is revoked."""

from datetime import date, datetime
from decimal import Decimal

import goodstanding
from goodstanding.explanation.answer import PublishedTold
from tests.standing.test_publishing import clock, load, market

__all__ = ["clock", "market"]  # fixtures

RULES = "aliexpress-violations"
DAY = date(2018, 8, 1)
CLOSED = {
    "violation_id": "V1",
    "subject_kind": "seller",
    "subject_id": "S1",
    "ledger": "trade",
    "points": Decimal(48),
    "occurred_at": datetime(2017, 1, 10),
}


def test_a_sanction_that_a_long_expired_violation_led_to_is_restated_once_that_is_revoked(
    market, clock
):
    load(market, violations=[CLOSED], sellers=[{"seller_id": "S1"}])
    clock.set("2018-08-02T13:00")
    market.publish(RULES, as_of=DAY)
    (row,) = market.assess(RULES, as_of=DAY).to_pylist()
    assert (row["ladder_trade_sanction"], row["trade_points_numerator"]) == ("closing", 0)
    clock.set("2018-08-05T13:00")
    load(market, violations=[CLOSED | {"revoked_at": datetime(2018, 8, 5)}])
    assert not published_told(market).is_same
    (found,) = market.differences()
    assert (found.subject_id, found.cause, found.changed) == ("S1", "correction", ("trade",))
    (restated,) = market.restate()
    assert restated.changed_n == 1
    told = [edition.sanctions["trade"] for edition in market.history(RULES, subject="S1")]
    assert told == [
        {
            "sanction": "closing",
            "at": 48,
            "first_on": date(2017, 1, 10),
            "last_on": None,
            "is_proposed": True,
        },
        dict.fromkeys(told[0]),
    ]
    assert published_told(market).is_same
    assert all(market.replay(each) == [] for each in market.publications())


def test_who_appears_or_vanishes_is_told_to_be_there_or_not(market, clock):
    clock.set("2018-08-02T13:00")
    load(market, violations=[CLOSED])
    market.publish(RULES, as_of=DAY)
    clock.set("2018-08-05T13:00")
    late = CLOSED | {"violation_id": "V2", "subject_id": "S2", "recorded_at": datetime(2018, 8, 5)}
    taken_back = {
        "table_name": "violations",
        "key": "V1",
        "column_name": "*",
        "retracted_at": datetime(2018, 8, 5),
    }
    load(market, violations=[late], retractions=[taken_back])
    told = [
        (each.subject_id, each.was_there, each.is_there, each.changed)
        for each in market.differences()
    ]
    assert told == [
        ("S1", True, False, ("is_there",)),
        ("S2", False, True, ("is_there",)),
    ]


def published_told(market: goodstanding.Market) -> PublishedTold:
    told = market.explain(RULES, as_of=DAY, subject="S1").published
    assert told is not None
    return told
