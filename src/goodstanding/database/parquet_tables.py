"""The large tables of a market as Parquet files, by month; the books say which files these are.

A file is never changed: what takes the place of rows is a new file without them, and with the new
ones. A file that no longer counts is kept for a day, since somebody may be reading it.
"""
# ruff: noqa: S608 -- names are our own; values are bound

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from goodstanding.database.books import keep

if TYPE_CHECKING:
    from goodstanding.database.duckdb import DuckDB

_BOOKS = (
    "create table parquet_tables (table_name varchar, month_of varchar)",
    "create table parquet_files (file varchar, table_name varchar, ended_at timestamp)",
)
_MONTH = "month"
_NO_MONTH = "none"
_FILES = "*.parquet"
_UNFINISHED = "_temporary"  # where Spark writes what it has not finished
_KEPT_FOR = timedelta(days=1)
_MANY = 24  # files of one table and month, which are then written as one


def kept_as_parquet(months: Mapping[str, str | None]) -> list[str]:
    """Return SQL that has tables kept as Parquet: each with its column that says the month."""
    return [
        *_BOOKS,
        *(
            f"insert into parquet_tables values ('{table}', {'null' if not of else repr(of)})"
            for table, of in months.items()
        ),
    ]


class ParquetTables:
    """The tables of a market that are kept as Parquet, each row under the month of one column."""

    def __init__(self, books: DuckDB, folder: Path) -> None:
        self._books = books
        self._folder = folder / "tables"
        self._passing = folder / "passing"
        self.months: dict[str, str | None] = {}  # of each table, the column that says the month

    def look(self) -> None:
        """Let SQL read every table by its name, as the books have it now."""
        self.months = dict(
            self._books.rows("select table_name, month_of from parquet_tables order by table_name")
        )
        for table in self.months:
            self.look_at(table)

    def look_at(self, table: str) -> None:
        """Let SQL read one table by its name, as the books have it now."""
        self._books.execute(f'drop view if exists temp."{table}"')
        files = self.files(table)
        if files:
            names = ", ".join(f'"{name}"' for name in self.columns(table))
            self._books.execute(
                f'create temp view "{table}" as select {names} from {_reading(files)}'
            )

    def columns(self, table: str) -> dict[str, str]:
        """Return the columns of a table, each with its type in the spelling of DuckDB."""
        return dict(
            self._books.rows(
                "select column_name, data_type from duckdb_columns() where table_name = $table "
                "and schema_name = 'main' and database_name = current_database() "
                "order by column_index",
                {"table": table},
            )
        )

    def files(self, table: str) -> list[Path]:
        """Return the files of which a table is made."""
        found = self._books.rows(
            "select file from parquet_files where table_name = $table and ended_at is null "
            "order by file",
            {"table": table},
        )
        return [self._folder / file for (file,) in found]

    def month(self, table: str) -> str:
        """Return SQL for the month under which a row is kept, in DuckDB's spelling."""
        column = self.months[table]
        if column is None:
            return f"'{_NO_MONTH}'"
        day = f"cast({column} as date)"
        return (
            f"case when {day} between date '1900-01-01' and date '2199-12-31' "
            f"then substr(cast({day} as varchar), 1, 7) else '{_NO_MONTH}' end"
        )

    def write(self, database: DuckDB, table: str, query: str) -> None:
        """Add to a table what a query of a database yields: a file for each month of it."""
        names = ", ".join(f'"{name}"' for name in self.columns(table))
        for_each_month = f"partition_by ({_MONTH}), append, filename_pattern '{{uuid}}'"
        with self.taking_in(table) as folder:
            database.execute(
                f"copy (select {names}, {self.month(table)} as {_MONTH} from ({query})) "
                f"to '{_quoted(folder)}' (format parquet, compression zstd, {for_each_month})"
            )

    @contextmanager
    def taking_in(self, table: str) -> Iterator[Path]:
        """Give the folder of a table's files; those that are written there meanwhile count."""
        folder = self._folder / table
        folder.mkdir(parents=True, exist_ok=True)
        before = set(folder.rglob(_FILES))
        yield folder
        new = sorted(set(folder.rglob(_FILES)) - before)
        for path in (*new, *{file.parent for file in new}, folder, self._folder):
            keep(path)
        for path in new:
            self._books.execute(
                "insert into parquet_files values ($file, $table, null)",
                {"file": str(path.relative_to(self._folder)), "table": table},
            )

    def may_pass_on(self) -> bool:
        """Say whether rows that somebody waits for may be written to the folder."""
        place = self._passing if self._passing.exists() else self._passing.parent
        return os.access(place, os.W_OK)

    @contextmanager
    def passing_on(self) -> Iterator[Path]:
        """Give a folder, not made yet, for rows that somebody waits for, and delete it."""
        folder = self._passing / str(uuid4())
        self._passing.mkdir(mode=0o700, exist_ok=True)  # results of buyers are for who asks
        self._sweep_passing()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def passed_on(self, folder: Path) -> str:
        """Return SQL for the rows in such a folder, in their order."""
        return _reading(sorted(folder.glob(_FILES)))

    def end(self, files: Iterable[Path]) -> None:
        """Let files no longer count."""
        now = datetime.now(UTC).replace(tzinfo=None)
        for file in files:
            self._books.execute(
                "update parquet_files set ended_at = $now where file = $file",
                {"file": str(file.relative_to(self._folder)), "now": now},
            )

    def drop(self, table: str) -> None:
        """Let go of a table, which can be made anew with other columns."""
        self.end(self.files(table))
        self.look_at(table)
        self._books.execute(f'drop table if exists "{table}"')

    def take_out(self, table: str, column: str, numbers: str) -> None:
        """Take the rows out whose number a relation of the books lists, as `order_no`."""
        files = self.files(table)
        if not files:
            return
        touched = self._books.rows(
            f"select distinct filename from {_reading(files, named=True)} "
            f"where {column} in (select order_no from {numbers})"
        )
        had = [Path(file) for (file,) in touched]
        if had:
            self.write(
                self._books,
                table,
                f"select * from {_reading(had)} "
                f"where {column} not in (select order_no from {numbers})",
            )
            self.end(had)

    def gather(self, table: str) -> None:
        """Write a month's files as one where they have become many."""
        by_month: dict[Path, list[Path]] = {}
        for file in self.files(table):
            by_month.setdefault(file.parent, []).append(file)
        for files in by_month.values():
            if len(files) > _MANY:
                self.write(self._books, table, f"select * from {_reading(files)}")
                self.end(files)

    def sweep(self) -> None:
        """Delete files that count no more since a day, or of which the books do not know."""
        until = datetime.now(UTC).replace(tzinfo=None) - _KEPT_FOR
        self._books.execute("delete from parquet_files where ended_at < $until", {"until": until})
        known = {file for (file,) in self._books.rows("select file from parquet_files")}
        for path in self._folder.rglob("*"):
            if not path.is_dir() and str(path.relative_to(self._folder)) not in known:
                with suppress(OSError):
                    path.unlink()
        for left in self._folder.glob(f"*/{_UNFINISHED}"):
            shutil.rmtree(left, ignore_errors=True)
        self._sweep_passing()

    def _sweep_passing(self) -> None:
        """Delete what was left a day ago by processes that ended before they could."""
        until = datetime.now(UTC) - _KEPT_FOR
        for left in self._passing.glob("*"):
            with suppress(OSError):
                if datetime.fromtimestamp(left.stat().st_mtime, UTC) < until:
                    shutil.rmtree(left, ignore_errors=True)


def _reading(files: Sequence[Path], *, named: bool = False) -> str:
    listed = ", ".join(f"'{_quoted(file)}'" for file in files)
    also = ", filename = true" if named else ""
    return f"read_parquet([{listed}], hive_partitioning = false{also})"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
