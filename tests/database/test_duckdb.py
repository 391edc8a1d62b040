import subprocess
import sys
from pathlib import Path

import pytest

from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.errors import MarketHeld, MarketMissing, MarketUnreadable


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
    with pytest.raises(MarketUnreadable, match="cannot be read"):
        DuckDB.open(path)
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
        with pytest.raises(MarketHeld, match=f"process {holder.pid} has it open"):
            DuckDB.open(path)
    finally:
        holder.communicate("")


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
