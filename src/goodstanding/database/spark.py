"""A market in a folder of Parquet tables: Spark judges everybody, a DuckDB beside does the rest.

What concerns a few rows (one seller, a day's facts, the books) is looked up by DuckDB in the same
files, at once, as no cluster would. Everything within `judging` is run by Spark.
"""
# ruff: noqa: S608 -- names are our own; values are bound

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.database import books, market_errors
from goodstanding.database.books import Books
from goodstanding.database.duckdb import DatabaseError
from goodstanding.database.parquet_tables import ParquetTables
from goodstanding.database.steps import Dialect, Step
from goodstanding.database.stepwise import parted
from goodstanding.errors import MarketError

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

    from goodstanding.database.address import Warehouse
    from goodstanding.database.duckdb import DuckDB
    from goodstanding.database.spark_cluster import Cluster

_TAKEN_IN = "taken__in"
# What the books keep is changed by these; by the second where no temporary table is meant.
_MAKES = re.compile(r"\s*(create (?!(or replace )?temp)|drop index)", re.IGNORECASE)
_CHANGES = re.compile(
    r"\s*(?:insert into|update|delete from|alter table|drop table(?: if exists)?) \"?([^\"\s]+)",
    re.IGNORECASE,
)
_DROPS = re.compile(r"\s*drop table (?:if exists )?(\w+)\s*$", re.IGNORECASE)
_FILLS = re.compile(r"\s*insert into (\w+)\s", re.IGNORECASE)


class Spark:
    """An open market of Parquet tables.

    One process writes at a time, for as long as it has the market open. One that reads sees the
    market as it was when it was opened.
    """

    dialect: Dialect = "spark"
    memory = None  # Spark's own to mind
    is_cluster = True

    def __init__(self, warehouse: Warehouse, kept: Books) -> None:
        self._warehouse = warehouse
        self._kept = kept
        self._books = kept.database
        self._tables = ParquetTables(kept.database, kept.folder)
        self._spark: Cluster | None = None
        self._is_closed = False
        self._is_judging = False
        self._in_transaction = False
        self._is_swept = False
        self.is_read_only = kept.is_read_only

    @classmethod
    def open(cls, warehouse: Warehouse, *, create: bool = False, read_only: bool = False) -> Spark:
        """Open the market; with `create` its folder is made.

        One that may not be written is opened for reading in any case. Raises `MarketMissing`,
        `MarketHeld`, `MarketUnreadable` or, where it cannot be made, `MarketUnwritable`.
        """
        if create:
            return cls(warehouse, Books.create(_place(warehouse)))
        database = cls(warehouse, Books.open(_place(warehouse), read_only=read_only))
        try:
            with database._told():
                database._tables.look()
        except BaseException:
            database.close()
            raise
        return database

    @property
    def temporary(self) -> dict[str, tuple[object, ...]]:
        """What temporary tables hold, by their names, as far as it is looked at again."""
        return self._books.temporary

    def close(self) -> None:
        """Close the market, and let go of it at once; Spark goes on until the process ends."""
        self._is_closed = True
        if self._spark is not None:
            self._spark.is_ended = True
        self._kept.close()

    def interrupt(self) -> None:
        """End what runs, from another thread; there it raises an error."""
        self._books.interrupt()
        if self._spark is not None:
            self._spark.interrupt()

    def execute(self, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Run a statement for its effect."""
        filled, dropped = (each.match(sql) for each in (_FILLS, _DROPS))
        if self._is_judging or (filled and filled[1] in self._tables.months):
            self._fill_by_spark(sql, values or {})
            return
        is_kept = self._is_kept(sql)
        with self._told():
            if dropped and dropped[1] in self._tables.months:
                self._tables.drop(dropped[1])
            else:
                self._books.execute(sql, values)
        if is_kept:
            self._commit()

    def _is_kept(self, sql: str) -> bool:
        """Say whether a statement by itself changes what the books keep, not only for now."""
        if self._in_transaction or self.is_read_only:
            return False
        changed = _CHANGES.match(sql)
        among = "duckdb_tables() where not temporary and database_name = current_database()"
        there = {name for (name,) in self._books.rows(f"select table_name from {among}")}
        return bool(_MAKES.match(sql) or (changed and changed[1] in there))

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query and return its rows as tuples."""
        with self._told():
            return self._books.rows(sql, values)

    def arrow(self, sql: str, values: Mapping[str, Any] | None = None) -> pa.Table:
        """Run a query and return its result as an Arrow table."""
        if not self._is_judging:
            with self._told():
                return self._books.arrow(sql, values)
        cluster = self._cluster()
        with cluster.worked_out(parted(sql), values or {}) as frame, cluster.brought(frame) as rows:
            return self._books.arrow(f"select * from {rows}")

    def judged_in_parts(self, sql: str, values: Mapping[str, Any], rows: int) -> Iterator[pa.Table]:
        """Run a judgement of everybody and yield its result in its order, so many rows at a time.

        Spark writes it into the folder, from where the books take it.
        """
        cluster = self._cluster()
        with cluster.worked_out(parted(sql), values) as frame, cluster.brought(frame) as written:
            parts = self._books.judged_in_parts(f"select * from {written}", {}, rows)
            first = next(parts)
        yield first
        yield from parts

    def drop(self, table: str) -> None:
        """Drop a temporary table, where it is there still."""
        self._books.drop(table)

    def run(
        self, steps: Sequence[Step], final: str | exp.Query, values: Mapping[str, Any]
    ) -> pa.Table:
        """Run steps as one statement and return what `final` selects."""
        with self._told():
            return self._books.run(steps, final, values)

    @contextmanager
    def judging(self, *, is_one: bool = False) -> Iterator[None]:
        """Have Spark run what is asked inside, unless it concerns one subject alone."""
        if is_one:
            with self._books.judging(is_one=True):
                yield
            return
        self._is_judging = True
        try:
            yield
        finally:
            self._is_judging = False

    def _fill_by_spark(self, sql: str, values: Mapping[str, Any]) -> None:
        asked = parted(sql)
        table = asked.into
        if table is None:
            raise ValueError(f"no table is filled: {sql[:60]}")
        cluster = self._cluster()
        with cluster.worked_out(asked, values) as frame:
            if table not in self._tables.months:
                with cluster.brought(frame) as rows:
                    self._books.execute(
                        f'create or replace temp table "{table}" as select * from {rows}'
                    )
                return
            with self._told():
                cluster.write(frame, table)

    def _cluster(self) -> Cluster:
        """Return the cluster; PySpark is imported by the first who asks, as most never do."""
        self._check_open()
        if self._spark is None:
            from goodstanding.database.spark_cluster import Cluster  # noqa: PLC0415 -- only here

            self._spark = Cluster(self._warehouse, self._kept.folder, self._books, self._tables)
        return self._spark

    def register(self, name: str, table: object) -> None:
        """Let SQL read an Arrow table or a data frame under a name, until `unregister`."""
        self._books.register(name, table)

    def unregister(self, name: str) -> None:
        """Forget a registered name."""
        self._books.unregister(name)

    def fill(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table; their columns are named as its are."""
        self._books.register(_TAKEN_IN, rows)
        self._fill(self._books, table, f"select * from {_TAKEN_IN}")
        self._books.unregister(_TAKEN_IN)

    def fill_from(self, database: DuckDB, table: str, query: str) -> None:
        """Add to a table what a query of a database in memory yields."""
        if table in self._tables.months:
            self._fill(database, table, query)
        else:
            self.fill(table, database.arrow(query))

    def _fill(self, database: DuckDB, table: str, query: str) -> None:
        with self._told():
            if table not in self._tables.months:
                database.execute(f'insert into "{table}" by name {query}')
                return
            self._tables.write(database, table, query)
            self._tables.gather(table)
            self._tables.look_at(table)

    def take_out(self, table: str, column: str, numbers: pa.Table) -> None:
        """Take the rows out whose number is among those of the column `order_no` of another."""
        self._books.register(_TAKEN_IN, numbers)
        with self._told():
            self._tables.take_out(table, column, _TAKEN_IN)
            self._tables.look_at(table)
        self._books.unregister(_TAKEN_IN)

    def empty(self, table: str) -> None:
        """Take every row out of a table."""
        if table in self._tables.months:
            self._tables.end(self._tables.files(table))
            self._tables.look_at(table)
        else:
            self._books.execute(f'delete from "{table}"')

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens inside when it ends well, undo all of it when it does not."""
        self._check_open()
        self._sweep_once()
        self._in_transaction = True
        try:
            with self._books.transaction():
                yield
        except BaseException:
            with suppress(DatabaseError, MarketError):  # interrupted, and closed by now
                self._tables.look()
                self._tables.sweep()
            raise
        finally:
            self._in_transaction = False
        if not self.is_read_only:
            self._commit()

    def _sweep_once(self) -> None:
        """Delete what no longer counts before anything is written, and once."""
        is_made = bool(self._tables.months)
        if is_made and not self.is_read_only and not self._is_swept:
            with self._told():
                self._tables.sweep()
            self._is_swept = True

    def _commit(self) -> None:
        try:
            self._kept.commit()
        except BaseException:
            self.close()  # what it has here and what is kept are no longer the same
            raise

    @contextmanager
    def aside(self) -> Iterator[Spark]:
        """Give itself: only one process at a time has the books to write to."""
        yield self

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Give a turn to write: nobody else can, as long as it is open."""
        self.check_writable()
        yield

    def check_writable(self) -> None:
        """Raise `MarketUnwritable` where it could only be opened for reading, or `MarketClosed`."""
        self._check_open()
        if self.is_read_only:
            raise books.unwritable(self._kept.folder, PermissionError("you have no permission"))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a folder that fails from a statement that does, which stays a bug."""
        self._check_open()
        try:
            yield
        except DatabaseError as error:
            failed = books.of_using(self._kept.folder, str(error))
            if failed:
                raise failed from None
            raise

    def _check_open(self) -> None:
        if self._is_closed:
            raise market_errors.closed(self._warehouse)


def _place(warehouse: Warehouse) -> Path:
    """Return where the folder is, wherever the process goes meanwhile."""
    return warehouse.folder.absolute()
