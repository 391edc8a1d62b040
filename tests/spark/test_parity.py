"""The same question asked of the same market, in a file and of Spark: the same bytes."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import goodstanding
from goodstanding.market import Market
from goodstanding.rulebook import bundled_files
from tests.asked_of_twins import ASKED, DAY, NOW, OF_NO_DAY, Twins
from tests.spark.conftest import made

EARLIER = "2025-04-30"


def versions() -> list[tuple[str, date]]:
    names = bundled_files.names()
    return [(name, version) for name in names for version in bundled_files.versions(name)]


def alike(twins: Twins, rulebook: str, **asked: Any) -> None:
    """Hold that both judge everybody alike: every column, in type and value."""
    ours, theirs = twins.opened()
    with ours, theirs:
        expected = ours.assess(rulebook, **asked, by="Ana", reason="audit")
        given = theirs.assess(rulebook, **asked, by="Ana", reason="audit")
    assert expected.num_rows
    assert given.schema == expected.schema
    assert given.equals(expected)


def rows_kept(twins: Twins) -> list[pa.Table]:
    ours, theirs = twins.opened()
    with ours, theirs:
        kept = "select * from kept_orders order by order_id"
        return [market._database.arrow(kept) for market in (ours, theirs)]


def test_everybody_is_judged_alike(tmp_path: Path, facts: Path, monkeypatch):
    """The small run: the rows are derived here, as those of a few orders are."""
    monkeypatch.setattr("goodstanding.database.spark.Spark.is_cluster", False)
    twins = made(tmp_path, facts)
    first, second = rows_kept(twins)
    assert second.equals(first)
    alike(twins, "service-level", as_of=DAY)
    assert not [*(tmp_path / "m" / "passing").iterdir()]
    monkeypatch.setattr("goodstanding.database.parquet_tables.os.access", lambda *_: False)
    alike(twins, "service-level", as_of=DAY)


@pytest.mark.slow
def test_spark_derives_the_same_rows_of_a_large_load(twins: Twins):
    first, second = rows_kept(twins)
    assert second.equals(first)


@pytest.mark.slow
@pytest.mark.parametrize(("rulebook", "version"), versions(), ids=str)
def test_every_version_of_every_rulebook_judges_everybody_alike(twins: Twins, rulebook, version):
    alike(twins, rulebook, as_of=DAY, version=version)


@pytest.mark.slow
@pytest.mark.parametrize("rulebook", bundled_files.names())
def test_earlier_days_and_what_was_known_then_are_judged_alike(twins: Twins, rulebook):
    alike(twins, rulebook, as_of=EARLIER, known_at="2025-05-02T12:00")


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked", [*((*each, "--as-of", DAY) for each in ASKED), *OF_NO_DAY], ids=" ".join
)
def test_a_command_prints_the_same_of_both(twins: Twins, asked):
    twins.assert_print_alike(*asked)


def written(market: Market) -> None:
    """Do what writes: publish, exclude, turn on, restate."""
    market.publish("service-level", as_of="2025-05-31")
    (order,) = market._database.rows(
        "select min(order_id) from order_ids join orders using (order_no) "
        "where placed_at between '2025-04-01' and '2025-05-20'"
    )[0]
    market.exclude(order=order, reason="order protection", decided_by="Ana")
    market.switch_effect("queue", is_on=True, decided_by="Ana", decided_at="2025-06-01T10:00")
    for rulebook in ("service-level", "aliexpress-violations", "buyer-score"):
        market.publish(rulebook, as_of=DAY)
    market.restate()


@pytest.mark.slow
def test_what_is_written_is_the_same_in_both(tmp_path: Path, facts: Path):
    twins = made(tmp_path, facts)
    for place in (twins.file, twins.there):
        with goodstanding.open(place, clock=lambda: NOW) as market:
            written(market)
    for asked in OF_NO_DAY:
        twins.assert_print_alike(*asked)


@pytest.mark.slow
def test_a_day_after_the_others_keeps_the_same_rows(tmp_path: Path, facts: Path):
    """Of a few orders the rows are derived here, of most of them by Spark."""
    twins = made(tmp_path, facts)
    few = tmp_path / "few"
    few.mkdir()
    shutil.copy(facts / "orders.parquet", few)
    for place in (twins.file, twins.there):
        with goodstanding.open(place, clock=lambda: NOW) as market:
            orders = market._database.arrow(
                "select order_id, seller_id from order_ids join orders using (order_no) "
                "join seller_ids using (seller_no) order by order_id limit 9"
            ).to_pandas()
            orders["delivered_at"] = "2025-06-29T10:00:00Z"
            market.load({"orders": orders})
    ours, theirs = twins.opened()
    with ours, theirs:
        for table in ("kept_orders", "orders", "orders_revised", "order_ids"):
            kept = f"select * from {table} order by all"
            assert theirs._database.arrow(kept).equals(ours._database.arrow(kept)), table
