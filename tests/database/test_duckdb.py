import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from goodstanding.database import duckdb as duckdb_module
from goodstanding.database import market_errors
from goodstanding.database.duckdb import DatabaseError, DuckDB, named_values
from goodstanding.errors import (
    MarketHeld,
    MarketMissing,
    MarketUnreadable,
    MarketUnwritable,
    MemoryExceeded,
)


def test_a_file_that_is_not_there_is_missing_and_not_made(tmp_path: Path):
    with pytest.raises(MarketMissing, match="does not exist"):
        DuckDB.open(tmp_path / "none.duckdb")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_market(tmp_path: Path):
    with pytest.raises(MarketMissing, match="is a folder"):
        DuckDB.open(tmp_path)


def test_a_market_cannot_be_made_in_a_folder_that_is_not_there(tmp_path: Path):
    with pytest.raises(MarketMissing, match="there is no folder"):
        DuckDB.open(tmp_path / "none" / "m.duckdb", create=True)


def test_a_file_of_something_else_is_unreadable(tmp_path: Path):
    path = tmp_path / "m.duckdb"
    path.write_text("this is a letter, not a database\n" * 200)
    with pytest.raises(MarketUnreadable) as told:
        DuckDB.open(path)
    assert str(told.value) == (
        f"market '{path}' cannot be read: it is a file of another kind.\n"
        "Name the file of a market, or make one with: "
        "goodstanding new MARKET --time-zone UTC --currency USD"
    )
    assert path.read_text().startswith("this is a letter")


def test_a_market_that_another_process_holds_names_it(tmp_path: Path):
    path = tmp_path / "m.duckdb"
    DuckDB.open(path, create=True).close()
    hold = f"""
import duckdb, sys
held = duckdb.connect({str(path)!r})
print("held", flush=True)
sys.stdin.read()
"""
    holder = subprocess.Popen(
        [sys.executable, "-c", hold],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(MarketHeld, match=rf"process {holder.pid} \(.*\) has it open"):
            DuckDB.open(path)
    finally:
        holder.communicate("")


@pytest.mark.parametrize("kept", ["in memory", "in a file"])
def test_the_database_fetches_no_extension(tmp_path: Path, kept: str):
    path = None if kept == "in memory" else tmp_path / "m.duckdb"
    database = DuckDB.open(path, create=path is not None)
    settings = database.rows(
        "select name, value from duckdb_settings() "
        "where name in ('autoinstall_known_extensions', 'autoload_known_extensions')"
    )
    assert sorted(settings) == [
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
    ]
    with pytest.raises(DatabaseError, match="requires the extension httpfs"):
        database.rows("select * from read_csv('https://example.com/orders.csv')")


def test_a_transaction_that_fails_leaves_nothing_behind():
    database = DuckDB.open(None)
    database.execute("create table t (a integer)")

    def insert_and_fail() -> None:
        with database.transaction():
            database.execute("insert into t values (1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        insert_and_fail()
    assert database.rows("select * from t") == []
    with database.transaction():
        database.execute("insert into t values (2)")
    assert database.rows("select * from t") == [(2,)]


def test_only_values_that_a_statement_names_are_bound():
    values = {"as_of": 1, "as_of_end": 2, "other": 3}
    assert named_values("select $as_of, 'it''s $other' -- $other's", values) == {"as_of": 1}


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Make permissions count, which they do not for root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder(unprivileged: None) -> Iterator[Path]:
    """A folder of somebody for whom permissions count."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)
        Path(name).chmod(0o700)


def a_market(folder: Path, *, rows: int = 1) -> Path:
    path = folder / "m.duckdb"
    database = DuckDB.open(path, create=True)
    database.execute(f"create table t as select hash(range) as a from range({rows})")
    database.close()
    return path


def test_a_market_that_is_cut_off_says_what_to_do(tmp_path: Path):
    path = a_market(tmp_path, rows=500_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    with pytest.raises(MarketUnreadable) as told:  # when it is opened, or when the end is read
        DuckDB.open(path, read_only=True).rows("select sum(a) from t")
    assert f"market '{path}' is damaged or not whole: Could not read" in str(told.value)
    assert "Put a copy of it in its place, or delete it and load its facts anew." in str(told.value)


def test_a_market_with_a_broken_block_is_told_when_the_block_is_asked_for(tmp_path: Path):
    path = a_market(tmp_path, rows=500_000)
    broken = bytearray(path.read_bytes())
    middle = len(broken) // 2
    broken[middle : middle + 4096] = b"\xab" * 4096
    path.write_bytes(broken)
    database = DuckDB.open(path)
    with pytest.raises(MarketUnreadable, match="damaged or not whole: Corrupt database file"):
        database.arrow("select sum(a) from t")


def test_a_market_that_may_not_be_read_says_so(folder: Path):
    path = a_market(folder)
    path.chmod(0)
    with pytest.raises(MarketUnreadable, match="cannot be read: you have no permission") as told:
        DuckDB.open(path)
    assert "Ask its owner" in str(told.value)


def test_a_market_in_a_folder_that_may_not_be_entered_says_so(folder: Path):
    path = a_market(folder)
    folder.chmod(0)
    with pytest.raises(MarketUnreadable, match="cannot be read: you have no permission"):
        DuckDB.open(path)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_market_that_may_not_be_written_can_be_read(folder: Path, what: str):
    path = a_market(folder)
    if what == "file":
        path.chmod(0o444)
    else:
        folder.chmod(0o555)
    database = DuckDB.open(path)
    assert database.rows("select count(*) from t") == [(1,)]
    with pytest.raises(MarketUnwritable, match="cannot be written: you have no permission"):
        database.check_writable()


def test_a_market_cannot_be_made_where_nothing_may_be_written(folder: Path):
    folder.chmod(0o555)
    with pytest.raises(MarketUnwritable, match=r"cannot be made: .*Permission denied"):
        DuckDB.open(folder / "m.duckdb", create=True)


def test_several_can_read_a_market_at_once(tmp_path: Path):
    path = a_market(tmp_path)
    one, other = DuckDB.open(path, read_only=True), DuckDB.open(path, read_only=True)
    assert one.rows("select * from t") == other.rows("select * from t")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'Failed to commit: Cannot open file "/x/m.duckdb.wal": Permission denied',
            "market '/x/m.duckdb' cannot be written: Failed to commit",
        ),
        (
            'IO Error: Could not write file "/x/m.duckdb": No space left on device',
            "'/x/m.duckdb' cannot be written: Could not write the file: No space left on device",
        ),
    ],
)
def test_a_market_that_fails_while_it_is_written_says_what_is_needed(text: str, said: str):
    error = market_errors.of_using(Path("/x/m.duckdb"), text)
    assert isinstance(error, MarketUnwritable)
    assert said in str(error)
    assert "the disk to have room" in str(error)


def test_what_is_wrong_with_another_file_is_not_laid_to_the_market():
    text = 'IO Error: Cannot open file "/x/orders.parquet": Permission denied'
    assert market_errors.of_using(Path("/x/m.duckdb"), text) is None


def test_joins_are_made_as_written_where_that_is_asked_for_and_there_alone():
    database = DuckDB.open(None)

    def left_out() -> str:
        return str(database.rows("select current_setting('disabled_optimizers')")[0][0])

    with database.judging():
        assert left_out() == "build_side_probe_side"
    assert left_out() == ""
    with pytest.raises(DatabaseError), database.judging():
        database.execute("select nothing from nowhere")
    assert left_out() == ""


def test_too_little_memory_is_said_to_be_so_and_how_to_allow_more(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODSTANDING_MEMORY", "20MB")
    monkeypatch.setenv("GOODSTANDING_SPILL", str(tmp_path))
    database = DuckDB.open(None)
    with pytest.raises(MemoryExceeded, match=r"more memory than the 19\.\d MiB") as raised:
        database.rows("select list(range) from range(10_000_000)")
    assert "GOODSTANDING_MEMORY=8GB" in str(raised.value)
    assert database.rows("select 1") == [(1,)]


def test_a_long_statement_is_parsed_once_for_all_who_ask_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(duckdb_module, "_PARSED", 12_000)
    first, second = DuckDB.open(None), DuckDB.open(None)
    asked = [f"select $n + {each} as found -- {'long ' * 1000}" for each in range(3)]
    for n in (1, 2):
        for database in (first, second):
            for each, sql in enumerate(asked):
                assert database.rows(sql, {"n": n}) == [(n + each,)]
    assert len(duckdb_module._STATEMENTS._parsed) == 2
    statement = duckdb_module._STATEMENTS.parsed(asked[0], first._connection)
    assert duckdb_module._STATEMENTS.parsed(asked[0], second._connection) is statement
    with pytest.raises(DatabaseError, match="syntax error"):
        first.execute(f"selec {asked[0]}")


def temporary(database: DuckDB) -> list[tuple[str]]:
    return database.rows("select table_name from duckdb_tables() where temporary")


def test_a_judgement_is_taken_in_parts_in_its_order():
    database = DuckDB.open(None)
    asked = "select n from range($n) as r(n) order by n desc"
    parts = [each["n"].to_pylist() for each in database.judged_in_parts(asked, {"n": 5}, 2)]
    assert parts == [[4, 3], [2, 1], [0]]
    (part,) = database.judged_in_parts(asked, {"n": 0}, 2)
    assert (part.num_rows, part.column_names) == (0, ["n"])
    assert temporary(database) == []


@pytest.mark.parametrize("failing", ["alter table", "select count(*)"])
def test_a_judgement_that_is_interrupted_can_be_asked_again(monkeypatch, failing):
    database = DuckDB.open(None)
    run = database._asked

    def asked(sql: str, values: object) -> object:
        if sql.startswith(failing):
            raise KeyboardInterrupt
        return run(sql, values)  # type: ignore[arg-type]

    monkeypatch.setattr(database, "_asked", asked)
    with pytest.raises(KeyboardInterrupt):
        next(database.judged_in_parts("select 1 as n", {}, 2))
    monkeypatch.undo()
    assert temporary(database) == []
    assert next(database.judged_in_parts("select 1 as n", {}, 2)).num_rows == 1
