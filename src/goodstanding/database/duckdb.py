"""A market kept in a DuckDB file."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any

import duckdb

from goodstanding.database import market_errors
from goodstanding.database.limits import exceeded, set_limits
from goodstanding.database.steps import Dialect, Step, statement
from goodstanding.errors import MarketMissing

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

DatabaseError = duckdb.Error  # what a caller catches, who may not import the driver
# Whose turn it is to write to a file, among all who have it open in this process; of others none
# can. What is numbered in a transaction so gets a number that nobody else gives.
_TURNS: dict[Path, AbstractContextManager[object]] = {}
_QUIET = Lock()
_JUDGED = "judged"
_TIMES = count(1)


class _Statements:
    """Long statements, parsed: the newest, whichever connection asked for them."""

    def __init__(self) -> None:
        self._parsed: dict[str, duckdb.Statement] = {}
        self._lock = Lock()

    def parsed(self, sql: str, connection: duckdb.DuckDBPyConnection) -> duckdb.Statement:
        """Return a statement, parsed by the connection unless it was before."""
        with self._lock:
            found = self._parsed.pop(sql, None)
        if found is None:
            (found,) = connection.extract_statements(sql)
        with self._lock:
            self._parsed[sql] = found  # the newest stand last
            while sum(map(len, self._parsed)) > _PARSED:
                del self._parsed[next(iter(self._parsed))]
        return found


_LONG = 4_000  # characters: it takes two milliseconds to parse, and 20 times as much memory
_PARSED = 2_000_000  # characters in all
_STATEMENTS = _Statements()


class DuckDB:
    """An open DuckDB database that runs named steps."""

    dialect: Dialect = "duckdb"

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        path: Path | None = None,
        *,
        is_read_only: bool = False,
    ) -> None:
        self._connection = connection
        self._path = path
        self._is_closed = False
        self._turn: AbstractContextManager[object] = RLock()
        if path is not None:
            self._turn = _TURNS.setdefault(path.resolve(), self._turn)
        self.is_read_only = is_read_only
        # What temporary tables hold, by their names, as far as it is looked at again.
        self.temporary: dict[str, tuple[object, ...]] = {}
        set_limits(self._connection)
        self._connection.execute("set enable_progress_bar = false")  # we print our own
        for reaching_out in ("autoinstall_known_extensions", "autoload_known_extensions"):
            self._connection.execute(f"set {reaching_out} = false")  # no network unasked

    @classmethod
    def open(cls, path: Path | None, *, create: bool = False, read_only: bool = False) -> DuckDB:
        """Open the file (None: in memory).

        With `read_only` several processes can have it open; where it, or its folder, may not be
        written, it is opened so in any case. Raises `MarketMissing`, `MarketHeld`,
        `MarketUnreadable` or, where it cannot be made, `MarketUnwritable`.
        """
        if path is None:
            return cls(duckdb.connect())
        _check_place(path, create=create)
        reads = not create and (read_only or not _is_writable(path))
        try:
            return cls(duckdb.connect(str(path), read_only=reads), path, is_read_only=reads)
        except duckdb.Error as error:
            raise market_errors.of_opening(path, str(error), is_new=create) from None

    @property
    def memory(self) -> int | None:
        """How many bytes it may hold in memory; None where it has no limit."""
        limit = "try(parse_formatted_bytes(current_setting('memory_limit')))"
        found: int | None = self.rows(f"select {limit}")[0][0]
        return found

    def close(self) -> None:
        """Close the database; open results of it are no longer valid."""
        self._is_closed = True
        self._connection.close()

    def interrupt(self) -> None:
        """End the statement that runs, from another thread; there it raises an error."""
        with suppress(duckdb.Error):  # closed by now: nothing runs
            self._connection.interrupt()

    def execute(self, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Run a statement of DuckDB's own SQL for its effect."""
        with self._told():
            self._asked(sql, values)

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run DuckDB's own SQL and return its rows as tuples."""
        with self._told():
            return self._asked(sql, values).fetchall()

    def arrow(self, sql: str, values: Mapping[str, Any] | None = None) -> pa.Table:
        """Run DuckDB's own SQL and return its result as an Arrow table."""
        with self._told():
            asked = self._asked(sql, values)
            with _quietly():
                return asked.to_arrow_table()

    def _asked(self, sql: str, values: Mapping[str, Any] | None) -> duckdb.DuckDBPyConnection:
        """Run a statement; a long one is parsed once, as that takes a quarter of planning it."""
        statement = sql if len(sql) < _LONG else _STATEMENTS.parsed(sql, self._connection)
        return self._connection.execute(statement, dict(values) if values else None)

    def batches(self, sql: str, rows: int) -> Iterator[pa.Table]:
        """Run DuckDB's own SQL and yield its result so many rows at a time.

        No other statement may run until the last was taken.
        """
        import pyarrow as pa  # noqa: PLC0415 -- heavy; only when it is used

        with self._told():
            asked = self._connection.execute(sql)
            with _quietly():
                reader: pa.RecordBatchReader = asked.to_arrow_reader(rows)
            for batch in reader:
                yield pa.Table.from_batches([batch])

    def judged_in_parts(self, sql: str, values: Mapping[str, Any], rows: int) -> Iterator[pa.Table]:
        """Run a judgement of everybody and yield its result in its order, so many rows at a time.

        It is kept in a temporary table, which spills where it does not fit.
        """
        kept = f"{_JUDGED}_{next(_TIMES)}"  # others may be judged before the last part is taken
        try:
            with self.judging():
                self.execute(f"create temp table {_JUDGED} as {sql}", values)
            self.execute(f"alter table {_JUDGED} rename to {kept}")
            ((rows_n,),) = self.rows(f"select count(*) from {kept}")  # noqa: S608 -- our own names
            for first in range(0, max(rows_n, 1), rows):
                among = f"rowid between {first} and {first + rows - 1}"
                yield self.arrow(f"select * from {kept} where {among}")  # noqa: S608 -- likewise
        finally:
            self.drop(_JUDGED)
            self.drop(kept)

    def drop(self, table: str) -> None:
        """Drop a temporary table, where it is there still."""
        with suppress(duckdb.Error):  # interrupted, and closed by now
            self._connection.execute(f'drop table if exists temp."{table}"')

    def run(
        self, steps: Sequence[Step], final: str | exp.Query, values: Mapping[str, Any]
    ) -> pa.Table:
        """Run steps as one statement and return what `final` selects.

        Of the values only those are bound that the statement names.
        """
        sql = statement(steps, final, self.dialect)
        return self.arrow(sql, named_values(sql, values))

    @contextmanager
    def judging(self, *, is_one: bool = False) -> Iterator[None]:  # noqa: ARG002 -- as a protocol has it
        """Let every join keep its right side in memory, and read its left side once.

        The steps of a judgement are written so, with the large side on the left; behind so many
        of them the database guesses sizes wrongly, and keeps the large ones.
        """
        self.execute("set disabled_optimizers = 'build_side_probe_side'")
        try:
            yield
        finally:
            with suppress(duckdb.Error):  # interrupted, and closed by now
                self._connection.execute("reset disabled_optimizers")

    def empty(self, table: str) -> None:
        """Take every row out of a table."""
        self.execute(f'delete from "{table}"')  # noqa: S608 -- our own names

    def register(self, name: str, table: object) -> None:
        """Let SQL read an Arrow table or a data frame under a name, until `unregister`."""
        with self._told():
            self._connection.register(name, table)

    def unregister(self, name: str) -> None:
        """Forget a registered name."""
        with suppress(duckdb.Error):  # interrupted, and closed by now
            self._connection.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens inside when it ends well, undo all of it when it does not.

        Of several threads that write to one file each waits until it is its turn.
        """
        with self._turn:
            self.execute("begin transaction")
            try:
                yield
            except BaseException:
                self.temporary.clear()  # made in it, they are gone
                # An interrupted connection may be closed by now: nothing of it was committed.
                with suppress(duckdb.Error):
                    self._connection.execute("rollback")
                raise
            self.execute("commit")

    @contextmanager
    def aside(self) -> Iterator[DuckDB]:
        """Give itself: only one process at a time has a file to write to."""
        yield self

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Give a turn to write, for which each of several threads waits that write to one file."""
        with self._turn:
            self.check_writable()
            yield

    def check_writable(self) -> None:
        """Raise `MarketUnwritable` where it could only be opened for reading, or `MarketClosed`."""
        self._check_open()
        if self.is_read_only and self._path is not None:
            raise market_errors.unwritable(self._path, "you have no permission.")

    def _check_open(self) -> None:
        if self._is_closed and self._path is not None:
            raise market_errors.closed(self._path)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a market's file that fails from a statement that does, which stays a bug."""
        self._check_open()
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise exceeded(str(error)) from None
        except duckdb.Error as error:
            failed = self._path and market_errors.of_using(self._path, str(error))
            if failed:
                raise failed from None
            raise


@contextmanager
def _quietly() -> Iterator[None]:
    """Pass over the driver's warning of a copy: the relation it would rather see plans all twice.

    What is passed over is so in every thread, so that one does it at a time.
    """
    with _QUIET, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Arrow output on a DB-API result")
        yield


def named_values(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a statement in DuckDB's spelling names as `$name`."""
    bare = re.sub(r"'(?:[^']|'')*'|--[^\n]*", "", sql)  # without texts and comments
    named = set(re.findall(r"\$([a-z_][a-z0-9_]*)", bare))
    return {name: value for name, value in values.items() if name in named}


def _check_place(path: Path, *, create: bool) -> None:
    """Raise `MarketMissing` where no market is, or could be made; or `MarketUnreadable`."""
    try:
        is_folder, is_there = path.is_dir(), path.exists()
        has_folder = path.parent.is_dir()
    except PermissionError:
        raise market_errors.no_permission(path) from None
    if is_folder:
        raise MarketMissing(
            f"market '{path}' is a folder.", hint=f"Name a file in it: {path / 'market.duckdb'}"
        )
    if not create and not is_there:
        raise MarketMissing(
            f"market '{path}' does not exist.",
            hint="Make one with: goodstanding new MARKET --time-zone UTC --currency USD",
        )
    if not has_folder:
        raise MarketMissing(
            f"market '{path}' cannot be made: there is no folder '{path.parent}'.",
            hint="Make the folder first, or name another.",
        )


def _is_writable(path: Path) -> bool:
    """Say whether the file may be written, and its folder, in which DuckDB keeps its log."""
    as_effective = os.access in os.supports_effective_ids
    return all(os.access(each, os.W_OK, effective_ids=as_effective) for each in (path, path.parent))
