"""A market kept in a PostgreSQL database, in a schema of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import psycopg
import pyarrow as pa
from psycopg import sql
from psycopg.pq import TransactionStatus

from goodstanding.database import columns, market_errors, postgres_errors, postgres_session
from goodstanding.database.postgres_session import trusted
from goodstanding.database.steps import Dialect, Step, statement
from goodstanding.database.translation import translated, with_percents

if TYPE_CHECKING:
    from sqlglot import exp

    from goodstanding.database.address import Address
    from goodstanding.database.duckdb import DuckDB

_ROWS_AT_ONCE = 50_000
_COPIED_AT_ONCE = 100_000  # rows
_MANY = 1_000  # rows, from which on it is worth while to have the server count anew
_TAKEN_OUT = "taken__out"
_TIMES = count(1)
# Sent together, where the libpq that is installed can; else row by row.
_ROWS_SENT = 1_000 if psycopg.capabilities.has_stream_chunked() else 1


class PostgreSQL:
    """An open PostgreSQL database that runs named steps.

    One process writes at a time, for as long as it has the market open. One that reads sees the
    market as it was when it first asked, whatever is written meanwhile, until it closes it.
    """

    dialect: Dialect = "postgres"
    memory = None  # the server's own to mind
    is_cluster = False

    def __init__(
        self, connection: psycopg.Connection[Any], address: Address, *, is_read_only: bool = False
    ) -> None:
        self._connection = connection
        self._address = address
        self._is_closed = False
        self.is_read_only = is_read_only
        self.temporary: dict[str, tuple[object, ...]] = {}

    @classmethod
    def open(cls, address: Address, *, create: bool = False, read_only: bool = False) -> PostgreSQL:
        """Open the market; with `create` its schema is made where it is not there.

        Where the role or the server lets nothing be written, it is opened for reading in any
        case. Raises `MarketMissing`, `MarketUnreachable`, `MarketUnreadable`, `MarketHeld` or,
        where it cannot be made, `MarketUnwritable`.
        """
        database = cls(postgres_session.connected(address), address, is_read_only=read_only)
        try:
            database._prepare(create=create)
        except BaseException:
            database.close()
            raise
        return database

    def _prepare(self, *, create: bool) -> None:
        with self._told():
            postgres_session.begin(self._connection, self._address)
            if create:
                postgres_session.make_schema(self._connection, self._address)
            elif not self.is_read_only:
                self.is_read_only = not postgres_session.may_write(self._connection)
            if not self.is_read_only:
                postgres_session.hold(self._connection, self._address)

    def close(self) -> None:
        """Close the database, and let go of the market at once."""
        self._is_closed = True
        if not self.is_read_only and self._status is TransactionStatus.IDLE:
            with suppress(psycopg.Error):  # the server would, a moment later
                postgres_session.let_go(self._connection)
        self._connection.close()

    def interrupt(self) -> None:
        """End the statement that runs, from another thread; there it raises an error."""
        with suppress(psycopg.Error):  # closed by now: nothing runs
            self._connection.cancel_safe()

    def execute(self, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Run a statement of the portable subset for its effect."""
        self._run(translated(sql), values)

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query of the portable subset and return its rows as tuples."""
        cursor = self._run(translated(sql), values)
        return columns.whole_numbers(cursor.description or (), cursor.fetchall())

    def arrow(self, sql: str, values: Mapping[str, Any] | None = None) -> pa.Table:
        """Run a query of the portable subset and return its result as an Arrow table."""
        return self._table(translated(sql), values)

    def judged_in_parts(self, sql: str, values: Mapping[str, Any], rows: int) -> Iterator[pa.Table]:
        """Run a judgement of everybody and yield its result in its order, so many rows at a time.

        The server keeps it for a cursor, which a role or a server may that takes no changes.
        """
        with self._told():
            self._begin_reading()
            with self._connection.cursor(f"judged {next(_TIMES)}", withhold=True) as cursor:
                with self.judging():
                    cursor.execute(trusted(translated(sql)), dict(values))
                part = self._fetched(cursor, rows)
                yield part
                while part.num_rows == rows:
                    part = self._fetched(cursor, rows)
                    if part.num_rows:
                        yield part

    @staticmethod
    def _fetched(cursor: psycopg.ServerCursor[Any], rows: int) -> pa.Table:
        """Fetch some rows, of which a part at a time is held as objects."""
        sizes = (min(_ROWS_AT_ONCE, rows - got) for got in range(0, rows, _ROWS_AT_ONCE))
        parts = [columns.table(cursor.description or (), cursor.fetchmany(n)) for n in sizes]
        return pa.concat_tables(parts)

    def run(
        self, steps: Sequence[Step], final: str | exp.Query, values: Mapping[str, Any]
    ) -> pa.Table:
        """Run steps as one statement and return what `final` selects."""
        return self._table(with_percents(statement(steps, final, self.dialect)), values)

    def _table(self, text: str, values: Mapping[str, Any] | None) -> pa.Table:
        """Run a query and return its result, of which rows are held as objects a part at a time."""
        with self._told():
            self._begin_reading()
            with self._connection.cursor() as cursor:
                rows = cursor.stream(trusted(text), dict(values or {}), size=_ROWS_SENT)
                parts = []
                while part := list(islice(rows, _ROWS_AT_ONCE)):
                    parts.append(columns.table(cursor.description or (), part))
        if parts:
            return pa.concat_tables(parts)
        # Of nothing that is sent no column is told.
        empty = self._run(f"select * from ({text}) as nothing limit 0", values)  # noqa: S608 -- ours
        return columns.table(empty.description or (), [])

    def _run(self, text: str, values: Mapping[str, Any] | None) -> psycopg.Cursor[Any]:
        with self._told():
            self._begin_reading()
            return self._connection.execute(trusted(text), dict(values or {}))

    def _begin_reading(self) -> None:
        """See the market as it is now, until it is closed, where it was opened for reading."""
        if self.is_read_only and self._status is TransactionStatus.IDLE:
            self._connection.execute("begin isolation level repeatable read")

    @property
    def _status(self) -> TransactionStatus:
        return self._connection.info.transaction_status

    @contextmanager
    def judging(self, *, is_one: bool = False) -> Iterator[None]:  # noqa: ARG002 -- as a protocol has it
        """Join what a judgement joins in the order in which it is written."""
        self.execute_own("set join_collapse_limit = 1")
        try:
            yield
        finally:
            with suppress(psycopg.Error):  # interrupted, and closed by now
                self._connection.execute("reset join_collapse_limit")

    def execute_own(self, text: str) -> None:
        """Run a statement of PostgreSQL's own, which no other database has."""
        self._run(with_percents(text), None)

    def register(self, name: str, table: object) -> None:
        """Copy an Arrow table into a temporary one of that name, until `unregister`."""
        if not isinstance(table, pa.Table):
            raise ValueError(f"not a table of Arrow: {type(table)}")
        defined = ", ".join(columns.definition(each.name, each.type) for each in table.schema)
        self.execute_own(f'create temporary table "{name}" ({defined})')
        self.fill(name, table)
        self.execute_own(f'analyze "{name}"')

    def fill(self, name: str, rows: pa.Table) -> None:
        """Add rows to a table by COPY; their columns are named as its are.

        A text with the sign NUL, which PostgreSQL has not, raises a `MarketError`.
        """
        names = ", ".join(f'"{each}"' for each in rows.column_names)
        with self._told():
            self._begin_reading()
            copying = trusted(f'copy "{name}" ({names}) from stdin (format csv)')
            with self._connection.cursor() as cursor, cursor.copy(copying) as copy:
                for part in columns.csv_parts(rows):
                    copy.write(part)

    def fill_from(self, database: DuckDB, table: str, query: str) -> None:
        """Add to a table what a query of a database in memory yields."""
        sent = 0
        for rows in database.batches(query, _COPIED_AT_ONCE):
            self.fill(table, rows)
            sent += rows.num_rows
        if sent > _MANY:
            self.execute_own(f'analyze "{table}"')

    def take_out(self, table: str, column: str, numbers: pa.Table) -> None:
        """Take the rows out whose number in a column is among those of `order_no`."""
        self.register(_TAKEN_OUT, numbers)
        self.execute_own(
            f'delete from "{table}" where {column} in (select order_no from {_TAKEN_OUT})'  # noqa: S608 -- our own names
        )
        self.unregister(_TAKEN_OUT)

    def empty(self, table: str) -> None:
        """Take every row out of a table."""
        self.execute_own(f'delete from "{table}"')  # noqa: S608 -- likewise

    def columns_of(self, place: tuple[str, str]) -> list[tuple[str, int]]:
        """Return the columns of anybody's table, each with the number of its type; none if none."""
        with self._told():
            self._begin_reading()
            there = self._connection.execute(
                """
                select attname, atttypid::integer
                from pg_attribute
                join pg_class on pg_class.oid = attrelid
                join pg_namespace on pg_namespace.oid = relnamespace
                where nspname = %(schema)s and relname = %(name)s
                  and attnum > 0 and not attisdropped
                  and has_table_privilege(pg_class.oid, 'select')
                order by attnum
                """,
                {"schema": place[0], "name": place[1]},
            )
            return there.fetchall()

    def taken_out(
        self, place: tuple[str, str], columns: Sequence[tuple[str, str]]
    ) -> Iterator[bytes]:
        """Yield anybody's table as CSV, a row at a time, what is missing as nothing.

        Each column comes with what SQL writes behind it, such as a cast.
        """
        chosen = sql.SQL(", ").join(
            sql.SQL("{}{}").format(sql.Identifier(name), sql.SQL(trusted(behind)))
            for name, behind in columns
        )
        asked = sql.SQL("copy (select {} from {}) to stdout (format csv)").format(
            chosen, sql.Identifier(*place)
        )
        with self._told(), self._connection.cursor() as cursor, cursor.copy(asked) as copy:
            for row in copy:
                yield bytes(row)

    def unregister(self, name: str) -> None:
        """Drop the temporary table of that name; one that failed with its transaction is gone."""
        self.drop(name)

    def drop(self, table: str) -> None:
        """Drop a temporary table; one that failed with its transaction is gone."""
        if self._status in {TransactionStatus.IDLE, TransactionStatus.INTRANS}:
            self.execute_own(f'drop table if exists pg_temp."{table}"')

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens inside when it ends well, undo all of it when it does not."""
        if self.is_read_only:  # it reads within one already, and keeps nothing
            yield
            return
        self.execute_own("begin")
        try:
            yield
        except BaseException:
            self.temporary.clear()  # made in it, they are gone
            # A lost or interrupted connection may be closed by now: nothing of it was committed.
            with suppress(psycopg.Error):
                self._connection.execute("rollback")
            raise
        self.execute_own("commit")

    @contextmanager
    def aside(self) -> Iterator[PostgreSQL]:
        """Give another connection: what is written there is kept, whatever becomes of this one."""
        self._check_open()
        other = PostgreSQL(postgres_session.connected(self._address), self._address)
        try:
            with other._told():
                postgres_session.begin(other._connection, self._address)
            yield other
        finally:
            other.close()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Give a turn to write: nobody else can, as long as it is open."""
        self.check_writable()
        yield

    def check_writable(self) -> None:
        """Raise `MarketUnwritable` where it could only be opened for reading, or `MarketClosed`."""
        self._check_open()
        if self.is_read_only:
            raise postgres_errors.unwritable(self._address, "you have no permission.")

    def _check_open(self) -> None:
        if self._is_closed:
            raise market_errors.closed(self._address)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a server that fails from a statement that does, which stays a bug."""
        self._check_open()
        try:
            yield
        except psycopg.Error as error:
            failed = postgres_errors.of_using(
                self._address, error, is_lost=bool(self._connection.closed)
            )
            if self.is_read_only and self._status is TransactionStatus.INERROR:
                self.temporary.clear()  # made in it, they are gone
                with suppress(psycopg.Error):
                    self._connection.execute("rollback")
            if failed:
                raise failed from None
            raise
