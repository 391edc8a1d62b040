"""The disk runs full: an error that says so, what was there is there, and the next try completes.

A limit on the size of any file that a process writes stands in for the disk.
"""

import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from goodstanding.sample import generate
from tests import version_9_market
from tests.commands import ended, goodstanding, started
from tests.killed_work import LOAD
from tests.market_tables import contents

PUBLISH = ("publish", "--rulebook", "service-level", "--as-of", "2024-08-31")
ROOM = 8192  # bytes; less than what any of the commands writes


def without_room(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that can write little to any file."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    return ended(started(folder, *arguments, preexec_fn=limit))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with facts and a market that holds them."""
    folder = tmp_path_factory.mktemp("full")
    generate(orders=600, seed=5, out=folder / "facts")
    (folder / "facts" / "truth.parquet").unlink()
    goodstanding("new", "empty.duckdb", "--time-zone", "UTC", "--currency", "USD", cwd=folder)
    shutil.copy(folder / "empty.duckdb", folder / "market.duckdb")
    assert goodstanding(*LOAD, cwd=folder).returncode == 0
    return folder


@pytest.fixture(scope="module")
def with_old(loaded: Path) -> Path:
    """Beside it a market of an earlier version."""
    version_9_market.make(loaded / "old.duckdb", loaded / "market.duckdb")
    return loaded


@pytest.mark.parametrize(
    ("market", "command"),
    [
        ("empty", LOAD),
        pytest.param("market", PUBLISH, marks=pytest.mark.slow),
        pytest.param("old", ("migrate",), marks=pytest.mark.slow),
    ],
    ids=["load", "publish", "migrate"],
)
def test_what_cannot_be_written_is_told_and_leaves_the_market_as_it_was(
    request, market, command, tmp_path
):
    loaded = request.getfixturevalue("with_old" if market == "old" else "loaded")
    path = shutil.copy(loaded / f"{market}.duckdb", tmp_path / "market.duckdb")
    (tmp_path / "facts").symlink_to(loaded / "facts")
    before = contents(path)
    full = without_room(tmp_path, *command)
    assert full.returncode == 1
    assert "error: market 'market.duckdb' cannot be written: " in full.stderr
    assert "File too large." in full.stderr
    assert "the disk to have room" in full.stderr
    assert "Traceback" not in full.stderr
    left = contents(path)
    if market == "old":  # the first steps stay done: the next one begins where a step has ended
        assert (before.pop("market")[0][0], left.pop("market")[0][0]) == (9, 10)
        assert (len(before.pop("kept_orders")) > 0, left.pop("kept_orders", [])) == (True, [])
    assert left == before
    done = goodstanding(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert contents(path) != before


def test_a_market_cannot_be_made_without_room(tmp_path):
    full = without_room(tmp_path, "new", "market.duckdb", "--time-zone", "UTC", "--currency", "USD")
    assert full.returncode == 1
    assert "error: market 'market.duckdb' cannot be made: " in full.stderr
    assert list(tmp_path.iterdir()) == []
