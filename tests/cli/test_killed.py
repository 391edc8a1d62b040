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
DAY = ("load", "--from", "day")
PUBLISH = ("publish", "--due", "--until", "2024-12-31")
BEGIN = ("publish", "--rulebook", "service-level", "--as-of", "2024-08-31")
OWN = ("publish", "--rulebook", "own.toml", "--as-of", "2024-08-31")
# What each grade does, so that a publication starts and ends much, and tells of it.
EFFECTS = """
[[effect]]
if = "grade = 'excellent'"
does = "showcase"
amount = 3
days = 7

[[effect]]
if = "grade in ('excellent', 'good')"
does = "campaign"

[[effect]]
if = "grade = 'fail'"
does = "restriction"
"""
# When a command ran differs from run to run; what it wrote does not.
CLOCKS = {"loaded_at", "published_at", "kept_at", "said_at", "written_at"}
# What each does to which market, and what comes of it undisturbed; from which share of its
# time on it is killed: rows of what a day touches are derived in the second half of its load.
WORK = {
    "load": (LOAD, "empty", "loaded", 0.3),
    "day": (DAY, "loaded", "day", 0.5),
    "publish": (PUBLISH, "begun", "published", 0.3),
}
QUICK = {("publish", 0)}
KILLS = [
    pytest.param(
        name,
        point,
        id=f"{name}-{point}",
        marks=() if (name, point) in QUICK else pytest.mark.slow,
    )
    for name in WORK
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


def killed(folder: Path, arguments: tuple[str, ...], after: float) -> bool:
    """Kill a command after so many seconds; say whether it was still at work."""
    with started(folder, arguments) as process:
        time.sleep(after)
        is_at_work = process.poll() is None
        process.kill()
    return is_at_work


def write_day(market: Path, folder: Path) -> None:
    """Write a day for a loaded market: new orders, late facts of old ones, some taken back."""
    facts = {
        "orders": """
            select 'N' || order_id as order_id, 'B' || buyer_no as buyer_id, seller_id,
              placed_at, paid_at, null as delivered_at
            from known where order_no % 20 = 0
            union all
            select order_id, null, null, null, null, placed_at + interval 12 days
            from known where order_no % 20 = 1
        """,
        "feedback": """
            select 'N' || order_id as feedback_id, order_id,
              placed_at + interval 20 days as given_at, 2 as stars
            from known where order_no % 20 = 2
        """,
        "retractions": """
            select 'orders' as table_name, order_id as key, 'shipped_at' as column_name,
              timestamp '2025-01-01' as retracted_at
            from known where order_no % 40 = 3
        """,
    }
    folder.mkdir()
    database = DuckDB.open(market)
    database.execute(
        "create temp table known as from orders join order_ids using (order_no) "
        "join seller_ids using (seller_no)"
    )
    for name, rows in facts.items():
        database.execute(
            f"copy (select *, timestamp '2025-01-02' as recorded_at from ({rows})) "
            f"to '{folder / name}.csv'"
        )
    database.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """Markets loaded, told of a day and published, undisturbed, and the seconds that each took."""
    folder = tmp_path_factory.mktemp("whole")
    generate(orders=600, seed=5, out=folder / "facts")
    (folder / "facts" / "truth.parquet").unlink()
    market = folder / "market.duckdb"
    done(folder, "new", "market.duckdb", "--time-zone", "UTC", "--currency", "USD")
    shutil.copy(market, folder / "empty.duckdb")
    seconds = {"load": done(folder, *LOAD)}
    shutil.copy(market, folder / "loaded.duckdb")
    write_day(market, folder / "day")
    seconds["day"] = done(folder, *DAY)
    shutil.move(market, folder / "day.duckdb")
    shutil.copy(folder / "loaded.duckdb", market)
    done(folder, *BEGIN)
    done(folder, "rulebooks", "copy", "service-level", "own.toml")
    with (folder / "own.toml").open("a", encoding="utf-8") as own:
        own.write(EFFECTS)
    done(folder, *OWN)
    shutil.copy(market, folder / "begun.duckdb")
    seconds["publish"] = done(folder, *PUBLISH)
    shutil.move(market, folder / "published.duckdb")
    return folder, seconds


@pytest.mark.parametrize(("name", "point"), KILLS)
def test_a_killed_command_is_completed_by_the_next(whole, name, point, tmp_path):
    folder, seconds = whole
    command, start, end, earliest = WORK[name]
    shutil.copy(folder / f"{start}.duckdb", tmp_path / "market.duckdb")
    for given in ("facts", "day"):
        (tmp_path / given).symlink_to(folder / given)
    share = random.Random(f"{name} {point}").uniform(earliest, 1)  # noqa: S311 -- any instant
    killed(tmp_path, command, share * seconds[name])
    done(tmp_path, *command)
    assert contents(tmp_path / "market.duckdb") == contents(folder / f"{end}.duckdb")
    done(tmp_path, *command)
    assert contents(tmp_path / "market.duckdb") == contents(folder / f"{end}.duckdb")


def test_the_day_brings_new_and_late_facts_and_touches_a_few_orders(whole):
    folder, _ = whole
    loaded, day = (contents(folder / f"{name}.duckdb") for name in ("loaded", "day"))
    assert len(day["order_ids"]) - len(loaded["order_ids"]) == 30
    assert len(day["feedback"]) - len(loaded["feedback"]) == 30
    assert day["orders_retracted"]
    touched = len(set(day["kept_orders"]) - set(loaded["kept_orders"]))
    assert 60 < touched < len(loaded["kept_orders"]) / 5


def test_publishing_starts_ends_and_tells_of_effects_each_once(whole):
    folder, _ = whole
    published = contents(folder / "published.duckdb")
    begun = contents(folder / "begun.duckdb")
    for table in ("effects", "effect_changes", "notices"):
        assert len(published[table]) > len(begun[table]), table
    kinds = {row[2] for row in published["notices"]}
    assert kinds == {"published", "proposed", "started", "ended"}


@pytest.mark.slow
def test_of_two_at_once_the_second_waits_its_turn(whole, tmp_path):
    folder, _ = whole
    shutil.copy(folder / "begun.duckdb", tmp_path / "market.duckdb")
    both = [started(tmp_path, PUBLISH) for _ in range(2)]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in both]
    for said, complained, status in ended:
        assert status == 0, (said, complained)
    done(tmp_path, *PUBLISH)
    assert contents(tmp_path / "market.duckdb") == contents(folder / "published.duckdb")
