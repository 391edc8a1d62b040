"""What two write at the same instant, each with the market open, is written and numbered once."""

from collections.abc import Callable

import pytest

import goodstanding
from goodstanding.effects import writing_notices
from goodstanding.errors import ArgumentInvalid
from tests.at_once import meet, together
from tests.effects.small_effects import clock, load, market, noticed, silent_market
from tests.effects.test_deciding import FREEZE, VIOLATIONS, violation

__all__ = ["clock", "market", "silent_market"]  # fixtures

OTHER = "1:S2:ladder.ipr"


@pytest.fixture
def proposed(market, clock, monkeypatch):
    """A market in which two freezes are proposed; who writes of effects waits for whoever can."""
    both = [violation("V1", "2018-08-01", 12), violation("V2", "2018-08-01", 12, subject_id="S2")]
    load(market, violations=both)
    clock.set("2018-08-02T13:00")
    market.publish(VIOLATIONS, as_of="2018-08-01")
    meet(monkeypatch, writing_notices, "of_effects")
    return market


def test_two_decisions_at_once_get_two_numbers(proposed, clock):
    assert not together(
        proposed,
        clock,
        lambda market: market.decide_effect(FREEZE, "approve", decided_by="Ana"),
        lambda market: market.decide_effect(OTHER, "approve", decided_by="Bea"),
    )
    assert [each.number for each in proposed.notices()] == [1, 2, 3, 4]
    assert sorted(noticed(proposed, after=2)) == [
        ("started", "S1", "freeze at 12"),
        ("started", "S2", "freeze at 12"),
    ]


def test_the_same_decided_twice_at_once_is_decided_once(proposed, clock):
    def approve(market: goodstanding.Market) -> None:
        market.decide_effect(FREEZE, "approve", decided_by="Ana")

    assert not together(proposed, clock, approve, approve)
    assert len(proposed.notices(kind="started")) == 1


def test_what_was_decided_otherwise_at_once_is_refused(proposed, clock):
    refused = together(
        proposed,
        clock,
        lambda market: market.decide_effect(FREEZE, "approve", decided_by="Ana"),
        lambda market: market.decide_effect(FREEZE, "decline", decided_by="Bea"),
    )
    assert [type(each) for each in refused] == [ArgumentInvalid]
    assert len(proposed.notices(after=2)) == 1


def test_two_loads_at_once_get_two_numbers(proposed, clock):
    def loads(number: int) -> Callable[[goodstanding.Market], object]:
        return lambda market: load(
            market, violations=[violation(f"V{number}", "2018-08-01", 1, subject_id=f"S{number}")]
        )

    assert not together(proposed, clock, loads(3), loads(4))
    found = proposed._database.rows(
        "select seller_id from violations join seller_ids on seller_id = subject_id"
    )
    assert sorted(found) == [("S1",), ("S2",), ("S3",), ("S4",)]
    numbers = proposed._database.rows("select seller_no from seller_ids")
    assert len(set(numbers)) == len(numbers)
