"""A market in Parquet among several processes, and when one of them, or a file, fails."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

import goodstanding
from goodstanding.errors import MarketUnreachable, MarketUnreadable, MarketUnwritable
from tests.asked_of_twins import NOW, Twins
from tests.commands import done, ended, started
from tests.killed_work import LOAD, write_day
from tests.market_tables import Rows, contents, contents_of

pytestmark = pytest.mark.slow

DAY = ("load", "--from", "day", "--market", "spark:m")
PUBLISH = (
    *("publish", "--rulebook", "service-level", "--as-of", "2025-05-31"),
    *("--market", "spark:m"),
)


def read(folder: Path) -> dict[str, Rows]:
    return contents(f"spark:{folder}")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, twins: Twins) -> Path:
    """A folder with a loaded market, a day of facts for it, and the market with the day."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(twins.there.removeprefix("spark:"), folder / "loaded")
    shutil.copy(twins.file, folder / "m.duckdb")
    write_day(folder / "m.duckdb", folder / "day")
    shutil.copytree(folder / "loaded", folder / "m")
    done(folder, *DAY)
    (folder / "m").rename(folder / "told")
    return folder


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    """A folder with the loaded market as `m`, and the day."""
    shutil.copytree(whole / "loaded", tmp_path / "m")
    shutil.copytree(whole / "day", tmp_path / "day")
    return tmp_path


@pytest.mark.parametrize("point", range(24))
def test_a_load_that_is_killed_is_completed_by_the_next(whole, place, point):
    share = random.Random(point).uniform(0.1, 1.1)  # noqa: S311 -- any instant
    with started(place, *DAY) as process:
        time.sleep(share * 4)
        process.kill()
    assert read(place / "m") in (read(whole / "loaded"), read(whole / "told"))
    done(place, *DAY)
    assert read(place / "m") == read(whole / "told")


FIRST = (*LOAD, "--market", "spark:m")
# Of the kept rows while Spark writes them: what no task has finished, or what has its place, but
# counts for nothing yet.
UNFINISHED = "_temporary/**/*.parquet"
IN_PLACE = "month=*/*.parquet"


@pytest.fixture
def empty(tmp_path: Path, facts: Path) -> Path:
    """A folder with an empty market as `m`, another as `none`, and the facts of the sample."""
    goodstanding.new(
        f"spark:{tmp_path / 'none'}", time_zone="Europe/Berlin", currency="EUR"
    ).close()
    shutil.copytree(facts, tmp_path / "facts")
    return tmp_path


def has(folder: Path, files: str) -> bool:
    with suppress(FileNotFoundError):  # a folder went while it was looked through
        return any(folder.glob(files))
    return False


def killed_in_first_load(folder: Path, files: str, *, with_spark: bool) -> bool:
    """Kill a first load once it has written such files of kept rows; say whether it was at work."""
    shutil.rmtree(folder / "m", ignore_errors=True)
    shutil.copytree(folder / "none", folder / "m")
    rows = folder / "m" / "tables" / "kept_orders"
    with started(folder, *FIRST, start_new_session=True) as process:
        while process.poll() is None and not has(rows, files):
            time.sleep(0.001)
        if with_spark:
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    states = [(folder / each / "market.json").read_text() for each in ("m", "none")]
    return states[0] == states[1] and any(rows.rglob("*.parquet"))


@pytest.mark.parametrize(
    ("files", "with_spark"),
    [(UNFINISHED, True), (UNFINISHED, False), (IN_PLACE, True)],
    ids=["unfinished", "unfinished, and Spark lives on", "in place"],
)
def test_a_first_load_that_is_killed_while_spark_writes_is_completed_by_the_next(
    twins, empty, files, with_spark
):
    assert any(  # it may have ended by then, and is tried again
        killed_in_first_load(empty, files, with_spark=with_spark) for _ in range(5)
    )
    assert read(empty / "m") == read(empty / "none")
    done(empty, *FIRST)
    assert read(empty / "m") == read(Path(twins.there.removeprefix("spark:")))


@pytest.fixture(scope="module")
def published(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """The loaded market with a publication, and the seconds that it took."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(whole / "loaded", folder / "m")
    return folder / "m", done(folder, *PUBLISH)


@pytest.mark.parametrize("point", range(6))
def test_a_publication_that_is_killed_is_completed_by_the_next(published, place, point):
    market, seconds = published
    share = random.Random(point).uniform(0.5, 1)  # noqa: S311 -- any instant
    with started(place, *PUBLISH) as process:
        time.sleep(share * seconds)
        process.kill()
    done(place, *PUBLISH)
    assert read(place / "m") == read(market)


def test_readers_see_the_market_before_a_load_or_after_it(whole, place):
    seen = []

    def look(table: str, _rows: int) -> None:
        if table in {"orders", "rows"}:
            seen.append(read(place / "m"))

    with goodstanding.open(f"spark:{place / 'm'}", clock=lambda: NOW) as market:
        before = read(place / "m")
        market.load(place / "day", progress=look)
        assert seen
        assert all(each == before for each in seen)
        assert read(place / "m") == contents_of(market._database) == read(whole / "told")


def test_a_load_that_is_only_checked_keeps_nothing_and_leaves_no_file(place):
    def files() -> set[Path]:
        return set((place / "m" / "tables").rglob("*.parquet"))

    before, kept = files(), read(place / "m")
    with goodstanding.open(f"spark:{place / 'm'}", clock=lambda: NOW) as market:
        assert market.load(place / "day", check=True).is_check
        assert files() == before
        market.load(place / "day")
    assert read(place / "m") != kept


def test_of_two_loads_at_once_the_second_waits_its_turn(whole, place):
    both = [started(place, *DAY) for _ in range(2)]
    for each in both:
        found = ended(each)
        assert found.returncode == 0, found.stderr
    assert read(place / "m") == read(whole / "told")


@pytest.mark.parametrize("table", ["orders", "kept_orders"])
def test_a_table_that_is_cut_short_is_told(place, table):
    for path in (place / "m" / "tables" / table).rglob("*.parquet"):
        path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(MarketUnreadable, match="is damaged or not whole"):
        goodstanding.open(f"spark:{place / 'm'}", read_only=True)


def test_a_folder_that_the_cluster_does_not_see_is_told(place, monkeypatch):
    monkeypatch.setattr("goodstanding.database.spark_cluster._ON_DISK", "file:///another/machine")
    with (
        goodstanding.open(f"spark:{place / 'm'}", read_only=True, clock=lambda: NOW) as market,
        pytest.raises(MarketUnreachable, match=r"could not be judged: .*PATH_NOT_FOUND"),
    ):
        market.assess("service-level", as_of="2025-06-30")


def test_a_full_disk_is_told_and_leaves_the_market_as_it_was(place):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    before = read(place / "m")
    full = ended(started(place, *DAY, preexec_fn=limit))
    assert full.returncode == 1
    assert "cannot be written" in full.stderr
    assert "Traceback" not in full.stderr
    assert read(place / "m") == before


def test_what_may_only_be_read_is_opened_for_reading(place, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_a, **_k: False)
    with goodstanding.open(f"spark:{place / 'm'}", clock=lambda: NOW) as market:
        assert contents_of(market._database)["market"]
        with pytest.raises(MarketUnwritable, match="you have no permission"):
            market.load(place / "day")


def test_a_market_of_a_newer_version_is_refused(place):
    with goodstanding.open(f"spark:{place / 'm'}", clock=lambda: NOW) as market:
        market._database.execute("update market set schema_version = 99")
    with pytest.raises(MarketUnreadable, match="of a newer goodstanding"):
        goodstanding.open(f"spark:{place / 'm'}")


def test_a_market_of_an_earlier_version_is_brought_up_to_date(place):
    before, ends = read(place / "m"), "select load_no, names_from, names_until from loads"
    with goodstanding.open(f"spark:{place / 'm'}", clock=lambda: NOW) as market:
        named = market._database.rows(ends)
        assert named[0][1] < named[0][2]
        market._database.execute("alter table loads drop column names_from")
        market._database.execute("alter table loads drop column names_until")
        market._database.execute("drop index notice_numbers")
        market._database.execute("update market set schema_version = 9")
    with pytest.raises(MarketUnreadable, match=f"migrate --market spark:{place / 'm'}"):
        goodstanding.open(f"spark:{place / 'm'}", read_only=True)
    assert goodstanding.migrate(f"spark:{place / 'm'}").before == 9
    assert read(place / "m") == before
    with goodstanding.open(f"spark:{place / 'm'}", read_only=True) as market:
        assert market._database.rows(ends) == named
