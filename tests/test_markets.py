"""Random markets: that they hold what they promise, and what must hold on any of them."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.market_files import as_frames, write_market
from tests.markets import Market, batches, markets, quarrelling_markets
from tests.oracle import Counted, Result, service_level
from tests.oracle_facts import ONE_DAY, Facts, happened_up_to, settled
from tests.small_facts import order, review

FEW = settings(max_examples=30, deadline=None)


def asked(market: Market, facts: Facts) -> dict[str, Result]:
    return service_level(facts, as_of=market.as_of, known_at=market.known_at, zone=market.zone)


@given(market=markets(), data=st.data())
@FEW
def test_the_order_of_arrival_cannot_matter(market: Market, data: st.DataObject) -> None:
    arrived: Facts = {}
    for load in data.draw(batches(market.facts)):
        for name, rows in load.items():
            arrived.setdefault(name, []).extend(rows)
    assert asked(market, arrived) == asked(market, market.facts)


@given(market=markets())
@FEW
def test_what_happened_later_cannot_matter(market: Market) -> None:
    cut = happened_up_to(market.facts, market.as_of, market.zone)
    assert asked(market, cut) == asked(market, market.facts)


@given(market=markets())
@FEW
def test_an_order_leaves_on_the_day_that_is_named(market: Market) -> None:
    facts = happened_up_to(market.facts, market.as_of, market.zone)

    def on(day: date, seller: str, order_id: str) -> Counted | None:
        judged = service_level(facts, as_of=day, known_at=market.known_at, zone=market.zone)
        return judged[seller].orders.get(order_id)

    for seller, result in asked(market, facts).items():
        for order_id, counts in result.orders.items():
            last = on(counts.leaves_on - ONE_DAY, seller, order_id)
            after = on(counts.leaves_on, seller, order_id)
            assert last is not None
            # Time alone may bring an event: a deadline that passes.
            assert after is None or min(after.events.values()) > market.as_of
            if counts.bad_leaves_on:
                last = on(counts.bad_leaves_on - ONE_DAY, seller, order_id)
                assert last is not None
                assert last.is_bad
                after = on(counts.bad_leaves_on, seller, order_id)
                days = {*after.events.values(), *after.kinds.values()} if after else set()
                assert after is None or not after.is_bad or max(days) > market.as_of


@given(market=markets())
@FEW
def test_rows_of_a_peaceful_market_never_contradict_each_other(market: Market) -> None:
    _, refused = settled(market.facts)
    assert not any(refused.values())


def test_some_rows_of_a_quarrelling_market_do() -> None:
    refused = Counter[str]()

    @given(market=quarrelling_markets())
    @settings(max_examples=50, deadline=None, derandomize=True, database=None)
    def look(market: Market) -> None:
        refused.update({name: len(rows) for name, rows in settled(market.facts)[1].items()})

    look()
    assert refused["orders"] > 0
    assert refused["disputes"] > 0


@pytest.mark.slow
def test_random_markets_hold_every_event_and_every_kind() -> None:
    seen = Counter[str]()

    @given(market=markets())
    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    def look(market: Market) -> None:
        for result in asked(market, market.facts).values():
            seen[result.grade or "not graded"] += 1
            for counts in result.orders.values():
                seen.update([*counts.events, *counts.kinds])

    look()
    wanted = [
        *("ship_deadline_passed", "cancelled_by_seller", "shipped", "received", "disputed"),
        *("arbitrated", "reviewed", "review_period_expired"),
        *("low_review", "low_description", "low_communication", "low_logistics"),
        *("unsold", "arbitration_raised", "dispute_unanswered"),
        *("excellent", "fail", "not graded"),
    ]
    assert [name for name in wanted if not seen[name]] == []


@given(market=markets())
@settings(max_examples=15, deadline=None)
def test_frames_say_what_the_facts_say(market: Market) -> None:
    for name, frame in as_frames(market.facts).items():
        rows = market.facts[name]
        assert frame.num_rows == len(rows)
        for column in frame.column_names:
            read = [
                value.replace(tzinfo=None) if isinstance(value, datetime) else value
                for value in frame.column(column).to_pylist()
            ]
            assert read == [row.get(column) for row in rows]


def test_files_say_what_the_facts_say(tmp_path: Path) -> None:
    facts: Facts = {
        "orders": [order(shipped_at="2018-08-01T10:00:00.000001", recorded_at="2018-08-02")],
        "feedback": [review("2018-08-01", stars=Fraction(7, 2), comment='"so", he said')],
        "disputes": [],
    }
    write_market(facts, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feedback.csv", "orders.csv"]
    with (tmp_path / "orders.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {
                "order_id": "O1",
                "seller_id": "S1",
                "placed_at": "2018-01-05T00:00:00Z",
                "shipped_at": "2018-08-01T10:00:00.000001Z",
                "recorded_at": "2018-08-02T00:00:00Z",
            }
        ]
    with (tmp_path / "feedback.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
        assert (row["stars"], row["comment"]) == ("3.50", '"so", he said')
