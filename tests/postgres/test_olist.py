"""Real orders, in a file and in PostgreSQL: every rulebook judges them alike."""

from pathlib import Path

import pytest

from goodstanding.rulebook import bundled_files
from tests.olist_twins import assert_alike, loaded
from tests.postgres.conftest import Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def olist(
    tmp_path_factory: pytest.TempPathFactory, server: Server
) -> tuple[str | Path, str | Path]:
    return loaded(tmp_path_factory.mktemp("olist") / "m.duckdb"), loaded(server.address())


@pytest.mark.parametrize("rulebook", bundled_files.names())
def test_every_rulebook_judges_olist_alike(olist, rulebook):
    first, second = olist
    assert_alike(first, second, rulebook)
