"""Real orders, in a file and in Parquet for Spark: every rulebook judges them alike."""

from pathlib import Path

import pytest

from goodstanding.rulebook import bundled_files
from tests.olist_twins import assert_alike, loaded

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def olist(tmp_path_factory: pytest.TempPathFactory) -> tuple[str | Path, str | Path]:
    folder = tmp_path_factory.mktemp("olist")
    return loaded(folder / "m.duckdb"), loaded(f"spark:{folder / 'm'}")


@pytest.mark.parametrize("rulebook", bundled_files.names())
def test_every_rulebook_judges_olist_alike(olist, rulebook):
    first, second = olist
    assert_alike(first, second, rulebook)
