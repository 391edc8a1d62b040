"""The small market and its rulebook, for every test of what a standing does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import goodstanding
from tests.effects.listing_rulebook import LISTINGS
from tests.effects.small_market import facts, market_of


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rulebook that scores listings, as a file."""
    path = tmp_path_factory.mktemp("rules") / "listings.toml"
    path.write_text(LISTINGS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[goodstanding.Market]:
    with market_of(facts(), tmp_path_factory.mktemp("effects")) as opened:
        yield opened
