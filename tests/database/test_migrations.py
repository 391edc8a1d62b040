"""A market of the schema version before becomes what is made anew; of any other it is refused."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import goodstanding
from goodstanding.database import migrations
from goodstanding.database.duckdb import DatabaseError, DuckDB
from goodstanding.errors import MarketUnreadable, MarketUnwritable
from goodstanding.market import migrating
from tests import version_8_market, version_9_market, version_10_market
from tests.market_files import as_frames
from tests.market_tables import contents

AS_OF = "2018-07-31"
NINE = "9: one publication for each rulebook, day and edition; kept rows derived anew"
TEN = "10: one number for each notice; kept rows derived anew"
ELEVEN = "11: of each load the first and the last instant that its facts name"
LATER = (
    *("effect_switches", "effect_secret", "class_years", "good_buyers"),
    *("offers", "offer_reaches", "offer_ends", "offer_takings"),
)


def noon() -> datetime:
    return datetime(2018, 8, 2, 12)


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market of this version with thirty orders, of which two came late, and a publication."""
    path = tmp_path_factory.mktemp("today") / "m.duckdb"
    goodstanding.new(path, time_zone="UTC", currency="EUR").close()
    orders = [
        {
            "order_id": f"O{number}",
            "seller_id": f"S{number % 3}",
            "buyer_id": f"B{number}",
            "placed_at": datetime(2018, 7, 1 + number % 20, 9),
            "paid_at": datetime(2018, 7, 1 + number % 20, 10),
            "ship_by": datetime(2018, 7, 25),
            "shipped_at": datetime(2018, 7, 27 if number < 2 else 24, 9),
        }
        for number in range(30)
    ]
    with goodstanding.open(path, clock=noon) as market:
        market.load(as_frames({"orders": orders}), recorded="occurred")
        market.publish("service-level", as_of=AS_OF)
    return path


@pytest.fixture(scope="module")
def kept_old(today: Path) -> dict[int, Path]:
    """The same market as earlier versions kept it."""
    made = {8: version_8_market.make, 9: version_9_market.make, 10: version_10_market.make}
    paths = {version: today.with_name(f"{version}.duckdb") for version in made}
    for version, make in made.items():
        make(paths[version], today)
    return paths


@pytest.fixture
def old(kept_old: dict[int, Path], tmp_path: Path) -> Path:
    """The same market as the version before kept it."""
    return Path(shutil.copy(kept_old[9], tmp_path / "old.duckdb"))


@pytest.fixture
def older(kept_old: dict[int, Path], tmp_path: Path) -> Path:
    """The same market as the version before that kept it."""
    return Path(shutil.copy(kept_old[8], tmp_path / "older.duckdb"))


def shape(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the columns, constraints and indexes of a market's tables."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            of: sorted(connection.execute(asked).fetchall(), key=repr)
            for of, asked in {
                "columns": "select table_name, column_index, column_name, data_type, is_nullable "
                "from duckdb_columns() where not internal",
                "constraints": "select table_name, constraint_type, constraint_column_names "
                "from duckdb_constraints()",
                "indexes": "select table_name, index_name, sql from duckdb_indexes()",
            }.items()
        }


def results(path: Path) -> Any:
    with goodstanding.open(path, read_only=True) as market:
        return (
            market.assess("service-level", as_of=AS_OF).to_pylist(),
            market.history("service-level", subject="S0"),
            [each.as_of for each in market.publications()],
        )


@pytest.mark.parametrize(("version", "steps"), [(10, (ELEVEN,)), (9, (TEN, ELEVEN))])
def test_a_market_of_the_versions_before_becomes_what_is_made_anew(
    today, kept_old, tmp_path, version, steps
):
    old = Path(shutil.copy(kept_old[version], tmp_path / "old.duckdb"))
    assert shape(old) != shape(today)
    assert goodstanding.migrate(old) == migrating.Migrated(before=version, now=11, steps=steps)
    assert shape(old) == shape(today)
    assert contents(old) == contents(today)
    assert results(old) == results(today)


def test_version_11_keeps_the_ends_of_what_each_load_names(tmp_path):
    today, old = tmp_path / "today.duckdb", tmp_path / "old.duckdb"
    goodstanding.new(today, time_zone="Europe/Berlin", currency="EUR").close()
    with goodstanding.open(today, clock=noon) as market:
        for facts in (
            {"orders": [{"order_id": "O1", "placed_at": datetime(2018, 3, 1, 9)}]},
            {"order_lines": [{"order_id": "O1", "line_no": 1, "quantity": 2}]},
            {
                "orders": [{"order_id": "O1", "ship_by": datetime(2018, 12, 1)}],
                "feedback": [{"feedback_id": "F", "given_at": datetime(2018, 4, 1)}],
            },
            {"orders": [{"order_id": ""}]},
        ):
            market.load(as_frames(facts))
        retraction = {"table_name": "orders", "key": "O1", "column_name": "ship_by"}
        market.load(as_frames({"retractions": [retraction]}))
    named = "select load_no, names_from, names_until from loads order by load_no"
    with duckdb.connect(str(today), read_only=True) as connection:
        made = connection.execute(named).fetchall()
    assert made == [
        (1, datetime(2018, 3, 1, 9), datetime(2018, 3, 1, 9)),
        (2, None, None),
        (3, datetime(2018, 4, 1), datetime(2018, 12, 1)),
        (4, None, None),
        (5, noon(), noon()),
    ]
    version_10_market.make(old, today)
    goodstanding.migrate(old)
    with duckdb.connect(str(old), read_only=True) as connection:
        assert connection.execute(named).fetchall() == made


@pytest.mark.parametrize(
    "left_out",
    [
        pytest.param((), id="whole", marks=pytest.mark.slow),
        pytest.param(LATER, id="without what came later"),
    ],
)
def test_a_market_of_version_8_becomes_what_is_made_anew(today, tmp_path, left_out):
    path = tmp_path / "old.duckdb"
    version_8_market.make(path, today, left_out=left_out)
    assert shape(path) != shape(today)
    assert goodstanding.migrate(path) == migrating.Migrated(
        before=8, now=11, steps=(NINE, TEN, ELEVEN)
    )
    assert shape(path) == shape(today)
    assert contents(path) == contents(today)
    assert results(path) == results(today)


def test_a_market_that_is_up_to_date_is_left_as_it_is(old):
    goodstanding.migrate(old)
    before = old.read_bytes()
    assert goodstanding.migrate(old).steps == ()
    assert old.read_bytes() == before


@pytest.mark.parametrize("read_only", [True, False])
def test_an_older_market_says_how_to_bring_it_up_to_date(old, read_only):
    with pytest.raises(MarketUnreadable) as told:
        goodstanding.open(old, read_only=read_only)
    assert str(told.value) == (
        f"market '{old}' has schema version 9; this program reads 11.\n"
        f"Make a copy of it, and bring it up to date: goodstanding migrate --market {old}"
    )


def test_a_market_older_than_the_first_step_is_refused_by_name(old):
    with duckdb.connect(str(old)) as connection:
        connection.execute("update market set schema_version = 7")
    for use in (goodstanding.open, goodstanding.migrate):
        with pytest.raises(MarketUnreadable) as told:
            use(old)
        assert str(told.value) == (
            f"market '{old}' has schema version 7, which is too old: from 8 on they can be "
            "brought up to 11.\n"
            "Use the version of goodstanding that wrote it, or load the facts anew."
        )


def test_a_newer_market_is_refused_by_name_and_left_as_it_is(old):
    with duckdb.connect(str(old)) as connection:
        connection.execute("update market set schema_version = 99")
    before = contents(old)
    for use in (goodstanding.open, goodstanding.migrate):
        with pytest.raises(MarketUnreadable) as told:
            use(old)
        assert str(told.value) == (
            f"market '{old}' has schema version 99, of a newer goodstanding; this program reads 11"
            ".\nUse the version of goodstanding that wrote it, or a newer one."
        )
    assert contents(old) == before


def test_a_market_that_may_not_be_written_is_not_migrated(old, monkeypatch):
    monkeypatch.setattr("goodstanding.database.duckdb._is_writable", lambda _path: False)
    with pytest.raises(MarketUnwritable, match="you have no permission"):
        goodstanding.migrate(old)


def test_a_day_that_was_published_twice_stands_in_the_way(older):
    with duckdb.connect(str(older)) as connection:
        connection.execute(
            "insert into publications select * replace (2 as publication_no) from publications"
        )
    before = contents(older)
    with pytest.raises(MarketUnreadable) as told:
        goodstanding.migrate(older)
    assert str(told.value) == (
        f"market '{older}' cannot be brought to schema version 9: publications 1 and 2 are the "
        "same edition of 2018-07-31 by 'service-level'. It stays at 8.\n"
        "Two processes published at once. Use a copy from before the later of the two, or load "
        "the facts anew and publish again."
    )
    assert contents(older) == before


@pytest.mark.parametrize("version", [8, 9])
def test_a_number_that_two_notices_have_stands_in_the_way(old, older, version):
    path = {8: older, 9: old}[version]
    with duckdb.connect(str(path)) as connection:
        connection.execute("update notices set notice_no = 2 where notice_no = 1")
    with pytest.raises(MarketUnreadable) as told:
        goodstanding.migrate(path)
    assert str(told.value) == (
        f"market '{path}' cannot be brought to schema version 10: number 2 was given to 2 notices. "
        "It stays at 9.\n"
        "Two processes told of something at once. Use a copy from before, or load the facts anew "
        "and publish again."
    )
    with duckdb.connect(str(path)) as connection:
        connection.execute("update notices set notice_no = 1 where notice_id like '%S0'")
    assert goodstanding.migrate(path) == migrating.Migrated(before=9, now=11, steps=(TEN, ELEVEN))
    assert results(path)


@pytest.mark.parametrize(
    "again",
    [
        "select 2, * exclude (publication_no) from publications",
        "select publication_no, 'other', * exclude (publication_no, rulebook_id) from publications",
    ],
    ids=["the same edition", "the same number"],
)
def test_a_second_publication_of_an_edition_cannot_be_written(today, tmp_path, again):
    path = tmp_path / "m.duckdb"
    path.write_bytes(today.read_bytes())
    database = DuckDB.open(path)
    with pytest.raises(DatabaseError, match="violates unique constraint"):
        database.execute(f"insert into publications {again}")
    database.close()


def test_a_second_notice_of_a_number_cannot_be_written(today, tmp_path):
    path = shutil.copy(today, tmp_path / "m.duckdb")
    database = DuckDB.open(path)
    with pytest.raises(DatabaseError, match="violates unique constraint"):
        database.execute(
            "insert into notices select * replace (notice_id || '!' as notice_id) from notices"
        )
    database.close()


class Broken(Exception):
    """Ends a migration in the middle."""


def test_each_step_is_taken_whole_or_not_at_all_and_the_next_call_goes_on(old):
    first = migrations.Migration(
        version=12, what="a note", statements=("alter table loads add column note varchar",)
    )
    second = replace(first, version=13, statements=("drop table no_such_table",))
    database = DuckDB.open(old)
    ran: list[int] = []

    def migrate(*steps: migrations.Migration) -> list[int]:
        version = database.rows("select schema_version from market")[0][0]
        taken = migrations.migrate(
            database, version, str(old), last=lambda: ran.append(version), steps=steps
        )
        return [step.version for step in taken]

    with pytest.raises(DatabaseError, match="no_such_table"):
        migrate(*migrations.MIGRATIONS, first, second)
    assert ran == []
    assert database.rows("select schema_version, note from market, loads") == [(12, None)]
    assert migrate(*migrations.MIGRATIONS, first, replace(second, statements=())) == [13]
    assert ran == [12]


def test_kept_rows_are_derived_in_the_transaction_of_the_last_step(old, today, monkeypatch):
    def broken(*_: object) -> None:
        raise Broken

    with monkeypatch.context() as changed:
        changed.setattr("goodstanding.rows.keeping.keep_anew", broken)
        with pytest.raises(Broken):
            goodstanding.migrate(old)
    assert contents(old)["market"][0][0] == migrations.NEWEST - 1
    assert goodstanding.migrate(old).now == migrations.NEWEST
    assert contents(old) == contents(today)


def test_the_steps_are_numbered_without_a_gap():
    numbers = [step.version for step in migrations.MIGRATIONS]
    assert numbers == list(range(migrations.OLDEST + 1, migrations.NEWEST + 1))


@pytest.mark.slow
@pytest.mark.parametrize("share", range(5))
def test_a_migration_that_is_killed_is_completed_by_the_next(today, old, share):
    process = subprocess.Popen(
        [sys.executable, "-m", "goodstanding", "migrate", "--market", str(old)],
        stdout=subprocess.DEVNULL,
    )
    try:
        process.wait(timeout=0.3 + 0.15 * share)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    goodstanding.migrate(old)
    assert contents(old) == contents(today)
