from pathlib import Path

import pytest

from tests import version_9_market


@pytest.fixture
def older(market: Path) -> Path:
    """The market, as version 9 kept it."""
    market.rename(market.with_name("today.duckdb"))
    version_9_market.make(market, market.with_name("today.duckdb"))
    return market


def test_an_older_market_is_refused_and_brought_up_to_date(run, older):
    refused = run("quarantine", "list")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "market 'market.duckdb' has schema version 9; this program reads 11." in refused.stderr
    assert "goodstanding migrate --market market.duckdb" in refused.stderr
    done = run("migrate")
    assert done.stdout == (
        "Brought market.duckdb from schema version 9 to 11.\n"
        "  10: one number for each notice; kept rows derived anew\n"
        "  11: of each load the first and the last instant that its facts name\n"
    )
    assert run("quarantine", "list").returncode == 0
    again = run("migrate")
    assert again.stdout == "market.duckdb has schema version 11 already. Nothing was changed.\n"


def test_a_market_that_is_not_there_cannot_be_migrated(run):
    done = run("migrate", "--market", "none.duckdb")
    assert done.returncode == 1
    assert "market 'none.duckdb' does not exist." in done.stderr
