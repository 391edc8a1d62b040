"""Commands that write to PostgreSQL are killed at any instant; the next one completes the work."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pytest

import goodstanding
from goodstanding.sample import generate
from tests import version_9_market
from tests.commands import done, killed
from tests.killed_work import LOAD, write_own_rules
from tests.market_tables import Rows, contents
from tests.postgres.conftest import Server, at, copied

pytestmark = pytest.mark.slow

PUBLISH = ("publish", "--due", "--until", "2024-10-31")
MIGRATE = ("migrate",)
# What each does to which market, and from which share of its time on it is killed: what comes
# before is the time in which Python starts.
WORK = {
    "load": (LOAD, "empty", 0.2),
    "publish": (PUBLISH, "begun", 0.2),
    "migrate": (MIGRATE, "old", 0.2),
}
POINTS = {"load": 12, "publish": 10, "migrate": 8}
KILLS = [(name, point) for name, points in POINTS.items() for point in range(points)]


@dataclass(frozen=True)
class Whole:
    """What undisturbed commands came to, in how many seconds each, in a folder with the facts."""

    folder: Path
    contents: dict[str, dict[str, Rows]]
    seconds: dict[str, float]


def address_of(server: Server, database: str) -> str:
    return f"postgresql://tests@/{database}?host={server.folder}"


def begun(folder: Path) -> Path:
    """Return a market in a file, that has published once by each of two rulebooks."""
    path = folder / "begun.duckdb"
    write_own_rules(folder)
    with goodstanding.new(path, time_zone="UTC", currency="USD") as market:
        market.load(folder / "facts", recorded="occurred")
        for rulebook in ("service-level", folder / "own.toml"):
            market.publish(rulebook, as_of="2024-08-31")
    return path


@pytest.fixture(scope="module")
def whole(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Make databases to start from, and do everything once in copies of them."""
    folder = tmp_path_factory.mktemp("whole")
    generate(orders=600, seed=5, out=folder / "facts")
    (folder / "facts" / "truth.parquet").unlink()
    source = begun(folder)
    for name in ("empty", "begun", "old"):
        server.ask(f"create database {name} template markets")
    goodstanding.new(address_of(server, "empty"), time_zone="UTC", currency="USD").close()
    copied(source, address_of(server, "begun"))
    version_9_market.make_in_postgres(at(address_of(server, "old")), source)
    seconds, made = {}, {}
    for name, (command, start, _) in WORK.items():
        server.ask(f"create database {name}_done template {start}")
        address = address_of(server, f"{name}_done")
        seconds[name] = done(folder, *command, "--market", address)
        made[name] = contents(address)
    return Whole(folder, made, seconds)


@pytest.mark.parametrize(("name", "point"), KILLS, ids=[f"{name}-{point}" for name, point in KILLS])
def test_a_killed_command_is_completed_by_the_next(server, whole, name, point):
    command, start, earliest = WORK[name]
    database = f"{name}_{point}"
    command = (*command, "--market", address_of(server, database))
    share = random.Random(f"{name} {point}").uniform(earliest, 1)  # noqa: S311 -- any instant
    after, is_at_work = share * whole.seconds[name], False
    while not is_at_work:  # where it had ended by then, it is tried again earlier
        server.ask(f"drop database if exists {database} with (force)")
        server.ask(f"create database {database} template {start}")
        is_at_work = killed(whole.folder, *command, after=after)
        after *= 0.7
    done(whole.folder, *command)
    assert contents(command[-1]) == whole.contents[name]
    server.ask(f"drop database {database} with (force)")
