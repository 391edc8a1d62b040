"""The same question asked of the same market, in a file and in PostgreSQL: the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import goodstanding
from goodstanding.market import Market
from goodstanding.rulebook import bundled_files
from tests.asked_of_twins import ASKED, DAY, LOOK, NOW, OF_NO_DAY, Twins
from tests.postgres.conftest import Server, copied

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("rulebook", bundled_files.names())
def test_every_rulebook_judges_everybody_alike(twins: Twins, rulebook):
    ours, theirs = twins.opened()
    with ours, theirs:
        expected = ours.assess(rulebook, as_of=DAY, **LOOK)
        given = theirs.assess(rulebook, as_of=DAY, **LOOK)
    assert given.schema == expected.schema
    assert given.equals(expected)


@pytest.mark.parametrize(
    "asked", [*((*each, "--as-of", DAY) for each in ASKED), *OF_NO_DAY], ids=" ".join
)
def test_a_command_prints_the_same_of_both(twins: Twins, asked):
    twins.assert_print_alike(*asked)


def written(market: Market) -> None:
    """Do what writes: turn on, publish, restate, offer, lift."""
    market.switch_effect("queue", is_on=True, decided_by="Ana", decided_at="2025-06-01T10:00")
    market.switch_effect("offers", is_on=True, decided_by="Ana", decided_at="2025-06-01T10:00")
    for rulebook in ("service-level", "aliexpress-violations", "buyer-score"):
        market.publish(rulebook, as_of=DAY)
    market.restate()


@pytest.fixture
def decided(sample: Path, tmp_path: Path, server: Server) -> Twins:
    """A market that published, and in which an order was excluded afterwards, twice."""
    path = tmp_path / "m.duckdb"
    shutil.copy(sample, path)
    with goodstanding.open(path, clock=lambda: NOW) as market:
        market.publish("service-level", as_of="2025-05-31")
        (order,) = market._database.rows(
            "select min(order_id) from order_ids join orders using (order_no) "
            "where placed_at between '2025-04-01' and '2025-05-20'"
        )[0]
        market.exclude(order=order, reason="order protection", decided_by="Ana")
    address = server.address()
    copied(path, address)
    return Twins(path, address)


def test_what_is_written_is_the_same_in_both(decided: Twins):
    for place in (decided.file, decided.there):
        with goodstanding.open(place, clock=lambda: NOW) as market:
            written(market)
    for asked in OF_NO_DAY:
        decided.assert_print_alike(*asked)
