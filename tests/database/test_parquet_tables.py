"""Tables of a market in Parquet: by month, never changed in place, and gathered where many."""

from datetime import datetime
from pathlib import Path

import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.database.parquet_tables import ParquetTables, kept_as_parquet


@pytest.fixture
def books() -> DuckDB:
    database = DuckDB.open(None)
    database.execute("create table acts (act_no bigint, done_at timestamp, what varchar)")
    database.execute("create table ids (id_no bigint)")
    for sql in kept_as_parquet({"acts": "done_at", "ids": None}):
        database.execute(sql)
    return database


@pytest.fixture
def tables(books, tmp_path) -> ParquetTables:
    made = ParquetTables(books, tmp_path)
    made.look()
    return made


def add(tables: ParquetTables, *acts: tuple[int, str | None]) -> None:
    listed = ", ".join(
        f"({number}, {'null' if at is None else repr(at)}::timestamp, 'x')" for number, at in acts
    )
    other = DuckDB.open(None)
    tables.write(other, "acts", f"select * from (values {listed}) as t (act_no, done_at, what)")
    other.close()
    tables.look()


def numbers(books: DuckDB) -> list[int]:
    return [number for (number,) in books.rows("select act_no from acts order by act_no")]


def months(tables: ParquetTables) -> list[str]:
    return sorted(file.parent.name for file in tables.files("acts"))


def test_rows_are_under_the_month_in_which_they_happened(books, tables):
    add(tables, (1, "2025-01-31 23:59"), (2, "2025-02-01"), (3, None), (4, "2900-01-01"))
    assert numbers(books) == [1, 2, 3, 4]
    assert months(tables) == ["month=2025-01", "month=2025-02", "month=none"]
    assert books.rows("select done_at from acts where act_no = 2") == [(datetime(2025, 2, 1),)]


def test_a_table_without_files_is_empty_and_has_its_columns(books, tables):
    assert books.rows("select act_no, done_at, what from acts") == []
    assert tables.columns("acts") == {
        "act_no": "BIGINT",
        "done_at": "TIMESTAMP",
        "what": "VARCHAR",
    }


def test_taking_rows_out_writes_only_the_files_anew_that_had_any(books, tables):
    add(tables, (1, "2025-01-05"), (2, "2025-01-06"), (3, "2025-02-01"))
    untouched = [file for file in tables.files("acts") if "2025-02" in str(file)]
    books.execute("create temp table wanted as select 2 as order_no")
    tables.take_out("acts", "act_no", "wanted")
    tables.look()
    assert numbers(books) == [1, 3]
    assert set(untouched) < set(tables.files("acts"))


def test_files_that_count_no_more_stay_for_a_day(books, tables, tmp_path):
    add(tables, (1, "2025-01-05"))
    (old,) = tables.files("acts")
    tables.end([old])
    tables.look()
    tables.sweep()
    assert numbers(books) == []
    assert old.exists()
    books.execute("update parquet_files set ended_at = ended_at - interval 25 hours")
    tables.sweep()
    assert not old.exists()


def test_files_of_which_the_books_do_not_know_are_swept_and_never_count(books, tables, tmp_path):
    add(tables, (1, "2025-01-05"))
    (kept,) = tables.files("acts")
    stray = kept.with_name("stray.parquet")
    stray.write_bytes(kept.read_bytes())
    add(tables, (2, "2025-01-06"))
    assert numbers(books) == [1, 2]
    tables.sweep()
    assert not stray.exists()
    assert numbers(books) == [1, 2]


def test_many_files_of_a_month_become_one(books, tables):
    for number in range(40):
        add(tables, (number, "2025-01-05"))
        tables.gather("acts")
    tables.look()
    assert numbers(books) == list(range(40))
    assert len(tables.files("acts")) < 25


def test_a_table_that_is_let_go_of_can_be_made_anew(books, tables):
    add(tables, (1, "2025-01-05"))
    tables.drop("acts")
    books.execute("create table acts (act_no bigint, done_at timestamp, what varchar, more date)")
    tables.look()
    assert books.rows("select * from acts") == []
    assert "more" in tables.columns("acts")


def test_a_name_with_a_quote_is_a_folder_like_any_other(books, tmp_path: Path):
    tables = ParquetTables(books, tmp_path / "it's")
    tables.look()
    add(tables, (1, "2025-01-05"))
    assert numbers(books) == [1]
