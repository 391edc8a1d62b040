"""Commands that write are killed at any instant, and the next one completes the work."""

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.sample import generate
from tests.cli.conftest import goodstanding

LOAD = ("load", "--from", "facts", "--recorded", "occurred")
PUBLISH = ("publish", "--due", "--until", "2024-12-31")
BEGIN = ("publish", "--rulebook", "service-level", "--as-of", "2024-08-31")
# When a command ran differs from run to run; what it wrote does not.
CLOCKS = {"loaded_at", "published_at", "kept_at"}
QUICK = {("load", 0), ("publish", 0), ("publish", 1)}
KILLS = [
    pytest.param(
        command,
        point,
        id=f"{command[0]}-{point}",
        marks=() if (command[0], point) in QUICK else pytest.mark.slow,
    )
    for command in (LOAD, PUBLISH)
    for point in range(15)
]


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of a market, without the instants at which it was written."""
    database = DuckDB.open(path)
    try:
        columns: dict[str, list[str]] = {}
        for table, column in database.rows(
            "select table_name, column_name from duckdb_columns() where not internal"
        ):
            if column not in CLOCKS:
                columns.setdefault(table, []).append(column)
        return {
            table: sorted(database.rows(f"select {', '.join(names)} from {table}"), key=repr)
            for table, names in columns.items()
        }
    finally:
        database.close()


def done(folder: Path, *arguments: str) -> float:
    """Run a command to its end and return how many seconds it took."""
    begun = time.monotonic()
    finished = goodstanding(*arguments, cwd=folder)
    assert finished.returncode == 0, finished.stderr
    return time.monotonic() - begun


def started(folder: Path, arguments: tuple[str, ...]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "goodstanding", *arguments],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith("GOODSTANDING_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(folder: Path, arguments: tuple[str, ...], after: float) -> None:
    with started(folder, arguments) as process:
        time.sleep(after)
        process.kill()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """A market that was loaded and published undisturbed, before each, and the seconds it took."""
    folder = tmp_path_factory.mktemp("whole")
    generate(orders=600, seed=5, out=folder / "facts")
    (folder / "facts" / "truth.parquet").unlink()
    market = folder / "market.duckdb"
    done(folder, "new", "market.duckdb", "--time-zone", "UTC", "--currency", "USD")
    shutil.copy(market, folder / "empty.duckdb")
    seconds = {"load": done(folder, *LOAD)}
    shutil.copy(market, folder / "loaded.duckdb")
    done(folder, *BEGIN)
    shutil.copy(market, folder / "begun.duckdb")
    seconds["publish"] = done(folder, *PUBLISH)
    return folder, seconds


@pytest.mark.parametrize(("command", "point"), KILLS)
def test_a_killed_command_is_completed_by_the_next(whole, command, point, tmp_path):
    folder, seconds = whole
    start, end = {
        "load": ("empty.duckdb", "loaded.duckdb"),
        "publish": ("begun.duckdb", "market.duckdb"),
    }[command[0]]
    shutil.copy(folder / start, tmp_path / "market.duckdb")
    (tmp_path / "facts").symlink_to(folder / "facts")
    share = random.Random(f"{command[0]} {point}").uniform(0.3, 1)  # noqa: S311 -- any instant
    killed(tmp_path, command, share * seconds[command[0]])
    done(tmp_path, *command)
    assert contents(tmp_path / "market.duckdb") == contents(folder / end)
    done(tmp_path, *command)
    assert contents(tmp_path / "market.duckdb") == contents(folder / end)


def test_of_two_at_once_the_second_waits_its_turn(whole, tmp_path):
    folder, _ = whole
    shutil.copy(folder / "begun.duckdb", tmp_path / "market.duckdb")
    both = [started(tmp_path, PUBLISH) for _ in range(2)]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in both]
    for said, complained, status in ended:
        assert status == 0, (said, complained)
    done(tmp_path, *PUBLISH)
    assert contents(tmp_path / "market.duckdb") == contents(folder / "market.duckdb")
