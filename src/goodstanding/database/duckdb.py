"""A market kept in a DuckDB file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from goodstanding.database.steps import Dialect, Step, statement
from goodstanding.errors import MarketHeld, MarketMissing, MarketUnreadable

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

DatabaseError = duckdb.Error  # what a caller catches, who may not import the driver


class DuckDB:
    """An open DuckDB database that runs named steps."""

    dialect: Dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._connection.execute("set enable_progress_bar = false")  # we print our own

    @classmethod
    def open(cls, path: Path | None, *, create: bool = False) -> DuckDB:
        """Open the file (None: in memory).

        Raises `MarketMissing`, `MarketHeld` or `MarketUnreadable`.
        """
        if path is None:
            return cls(duckdb.connect())
        if path.is_dir() or (not create and not path.exists()):
            why = "is a folder" if path.is_dir() else "does not exist"
            raise MarketMissing(
                f"market '{path}' {why}.",
                hint="Make one with: goodstanding new MARKET --time-zone UTC --currency USD",
            )
        if not path.parent.is_dir():
            raise MarketMissing(
                f"market '{path}' cannot be made: there is no folder '{path.parent}'."
            )
        try:
            return cls(duckdb.connect(str(path)))
        except duckdb.IOException as error:
            raise _open_error(path, str(error)) from None
        except duckdb.Error as error:
            raise MarketUnreadable(
                f"market '{path}' cannot be read: {_first_line(str(error))}",
                hint="Is it a DuckDB file made by this version of goodstanding?",
            ) from None

    def close(self) -> None:
        """Close the database; open results of it are no longer valid."""
        self._connection.close()

    def interrupt(self) -> None:
        """End the statement that runs, from another thread; there it raises an error."""
        with suppress(duckdb.Error):  # closed by now: nothing runs
            self._connection.interrupt()

    def execute(self, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Run a statement of DuckDB's own SQL for its effect."""
        self._connection.execute(sql, dict(values) if values else None)

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run DuckDB's own SQL and return its rows as tuples."""
        return self._connection.execute(sql, dict(values) if values else None).fetchall()

    def arrow(self, sql: str, values: Mapping[str, Any] | None = None) -> pa.Table:
        """Run DuckDB's own SQL and return its result as an Arrow table."""
        return self._connection.sql(sql, params=dict(values) if values else None).to_arrow_table()

    def run(
        self, steps: Sequence[Step], final: str | exp.Query, values: Mapping[str, Any]
    ) -> pa.Table:
        """Run steps as one statement and return what `final` selects.

        Of the values only those are bound that the statement names.
        """
        sql = statement(steps, final, self.dialect)
        return self.arrow(sql, named_values(sql, values))

    def register(self, name: str, table: object) -> None:
        """Let SQL read an Arrow table or a data frame under a name, until `unregister`."""
        self._connection.register(name, table)

    def unregister(self, name: str) -> None:
        """Forget a registered name."""
        self._connection.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens inside when it ends well, undo all of it when it does not."""
        self._connection.execute("begin transaction")
        try:
            yield
        except BaseException:
            # An interrupted connection may be closed by now: nothing of it was committed.
            with suppress(duckdb.Error):
                self._connection.execute("rollback")
            raise
        self._connection.execute("commit")


def named_values(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a statement in DuckDB's spelling names as `$name`."""
    bare = re.sub(r"'(?:[^']|'')*'|--[^\n]*", "", sql)  # without texts and comments
    named = set(re.findall(r"\$([a-z_][a-z0-9_]*)", bare))
    return {name: value for name, value in values.items() if name in named}


def _open_error(path: Path, text: str) -> MarketHeld | MarketUnreadable:
    if "lock" in text.lower():
        process = re.search(r"\(PID (\d+)\)", text)
        who = f"process {process[1]}" if process else "another process"
        return MarketHeld(
            f"market '{path}' is in use: {who} has it open.",
            hint="Wait until it is done, or end it; a DuckDB market takes one process at a time.",
        )
    return MarketUnreadable(
        f"market '{path}' cannot be read: {_first_line(text)}",
        hint="Is it a DuckDB file made by this version of goodstanding?",
    )


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0]
