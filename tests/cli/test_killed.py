"""Commands that write are killed at any instant, and the next one completes the work."""

import random
import shutil
from pathlib import Path

import pytest

from goodstanding.sample import generate
from tests.commands import done, ended, killed, started
from tests.killed_work import LOAD, write_day, write_own_rules
from tests.market_tables import contents

DAY = ("load", "--from", "day")
PUBLISH = ("publish", "--due", "--until", "2024-12-31")
BEGIN = ("publish", "--rulebook", "service-level", "--as-of", "2024-08-31")
OWN = ("publish", "--rulebook", "own.toml", "--as-of", "2024-08-31")
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


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """Markets loaded and published, undisturbed, and the seconds that each took."""
    folder = tmp_path_factory.mktemp("whole")
    generate(orders=600, seed=5, out=folder / "facts")
    (folder / "facts" / "truth.parquet").unlink()
    market = folder / "market.duckdb"
    done(folder, "new", "market.duckdb", "--time-zone", "UTC", "--currency", "USD")
    shutil.copy(market, folder / "empty.duckdb")
    seconds = {"load": done(folder, *LOAD)}
    shutil.copy(market, folder / "loaded.duckdb")
    done(folder, *BEGIN)
    write_own_rules(folder)
    done(folder, *OWN)
    shutil.copy(market, folder / "begun.duckdb")
    seconds["publish"] = done(folder, *PUBLISH)
    shutil.move(market, folder / "published.duckdb")
    return folder, seconds


@pytest.fixture(scope="module")
def with_day(whole: tuple[Path, dict[str, float]]) -> tuple[Path, dict[str, float]]:
    """Beside these the market that was told of a day."""
    folder, seconds = whole
    market = Path(shutil.copy(folder / "loaded.duckdb", folder / "market.duckdb"))
    write_day(market, folder / "day")
    seconds["day"] = done(folder, *DAY)
    shutil.move(market, folder / "day.duckdb")
    return folder, seconds


@pytest.mark.parametrize(("name", "point"), KILLS)
def test_a_killed_command_is_completed_by_the_next(request, name, point, tmp_path):
    folder, seconds = request.getfixturevalue("with_day" if name == "day" else "whole")
    command, start, end, earliest = WORK[name]
    shutil.copy(folder / f"{start}.duckdb", tmp_path / "market.duckdb")
    for given in ("facts", "day"):
        (tmp_path / given).symlink_to(folder / given)
    share = random.Random(f"{name} {point}").uniform(earliest, 1)  # noqa: S311 -- any instant
    killed(tmp_path, *command, after=share * seconds[name])
    done(tmp_path, *command)
    assert contents(tmp_path / "market.duckdb") == contents(folder / f"{end}.duckdb")
    done(tmp_path, *command)
    assert contents(tmp_path / "market.duckdb") == contents(folder / f"{end}.duckdb")


@pytest.mark.slow
def test_the_day_brings_new_and_late_facts_and_touches_a_few_orders(with_day):
    folder, _ = with_day
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
    both = [started(tmp_path, *PUBLISH) for _ in range(2)]
    for each in both:
        found = ended(each)
        assert found.returncode == 0, (found.stdout, found.stderr)
    done(tmp_path, *PUBLISH)
    assert contents(tmp_path / "market.duckdb") == contents(folder / "published.duckdb")
