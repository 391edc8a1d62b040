"""The planted slow carriers and gift-givers are found by `service`, with its intervals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import goodstanding
from goodstanding.explanation.service_answer import Service
from goodstanding.explanation.uncertainty import newcombe
from goodstanding.sample import generate
from goodstanding.sample.rates import read_rates

pytestmark = pytest.mark.slow
ORDERS, SEED = 12_000, 1
AS_OF = "2025-06-30"
OTHERS = ("S000001", "S000002")  # large, and without gifts of this kind


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("planted") / "sample"
    generate(orders=ORDERS, seed=SEED, out=made)
    return made


@pytest.fixture(scope="module")
def told(folder: Path) -> Iterator[dict[str, Service]]:
    path = folder.parent / "market.duckdb"
    with goodstanding.new(path, time_zone="UTC", currency="USD") as market:
        market.load(folder, recorded="occurred")
        names = {*planted(folder, "gift_giver"), *planted(folder, "slow_carrier"), *OTHERS}
        yield {name: market.service(name, as_of=AS_OF) for name in sorted(names)}


def planted(folder: Path, kind: str) -> list[str]:
    truth = pq.read_table(folder / "truth.parquet").to_pylist()
    return [row["subject_id"] for row in truth if row["kind"] == kind]


def test_in_a_small_market_nothing_is_planted_in_single_stores(tmp_path: Path):
    fewer = read_rates().values["planted_from_orders"] - 1
    generate(orders=fewer, seed=SEED, out=tmp_path / "small")
    assert not planted(tmp_path / "small", "gift_giver")
    assert not planted(tmp_path / "small", "slow_carrier")


def test_gift_givers_are_found_and_their_effect_is_the_planted_one(folder, told):
    stores = planted(folder, "gift_giver")
    assert stores
    leaves = read_rates().values["planted_gift_percent"] / 100
    for store in stores:
        (gift,) = told[store].extras
        well = gift.outcomes[0]
        assert (gift.extra, well.outcome, well.state) == ("gift", "reviewed well", "told")
        assert well.interval is not None
        assert well.interval.low > 0
        low = 1 - (well.without.value or 0)
        assert well.interval.low <= low * (1 - leaves) <= well.interval.high


def test_elsewhere_no_gift_is_said_to_bring_better_reviews(folder, told):
    for store in set(OTHERS) - set(planted(folder, "gift_giver")):
        for extra in told[store].extras:
            interval = extra.outcomes[0].interval
            assert interval is None or interval.low <= 0


def punctual(service: Service, region: str, *, is_there: bool) -> tuple[int, int]:
    """Add up how many parcels were on time, of those to a region or of all others."""
    ways = [way.on_time for way in service.ways if (way.ship_to == region) is is_there]
    told = [way for way in ways if way is not None]
    return sum(way.numerator for way in told), sum(way.denominator for way in told)


def test_the_ways_of_a_slow_carrier_are_found(folder, told):
    rates = read_rates().tables
    carriers = rates["slow_carriers"]
    assert {f"S{each['store']:06}" for each in carriers} == set(planted(folder, "slow_carrier"))
    for each in carriers:
        store = told[f"S{each['store']:06}"]
        methods = {lane["method"] for lane in rates["lanes"] if lane["carrier"] == each["carrier"]}
        slow = [w for w in store.ways if w.ship_to == each["region"] and w.method in methods]
        assert [way.state for way in slow] == ["told"] * len(methods)
        others = punctual(store, each["region"], is_there=False)
        for way in slow:
            assert way.on_time is not None
            assert not way.is_best
            counted = (way.on_time.numerator, way.on_time.denominator)
            assert newcombe(counted, others).high < 0


def test_elsewhere_the_same_ways_are_as_punctual_as_the_others(told):
    for each in read_rates().tables["slow_carriers"]:
        store = told["S000002"]
        there = punctual(store, each["region"], is_there=True)
        assert newcombe(there, punctual(store, each["region"], is_there=False)).high > 0
