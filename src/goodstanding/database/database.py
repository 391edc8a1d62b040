"""What the house needs of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

    from goodstanding.database.duckdb import DuckDB
    from goodstanding.database.steps import Dialect, Step


class Database(Protocol):
    """An open database that runs named steps, and SQL of the portable subset.

    Such SQL is in DuckDB's spelling, with `$name` for a bound value; each database translates it.
    """

    @property
    def dialect(self) -> Dialect:
        """How it writes SQL."""
        ...

    @property
    def is_read_only(self) -> bool:
        """Whether it was opened for reading."""
        ...

    @property
    def memory(self) -> int | None:
        """How many bytes it may hold in memory; None where it need not be minded."""
        ...

    @property
    def temporary(self) -> dict[str, tuple[object, ...]]:
        """What temporary tables hold, by their names, as far as it is looked at again."""
        ...

    def close(self) -> None:
        """Close the database; open results of it are no longer valid."""
        ...

    def interrupt(self) -> None:
        """End the statement that runs, from another thread; there it raises an error."""
        ...

    def execute(self, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Run a statement for its effect."""
        ...

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query and return its rows as tuples."""
        ...

    def arrow(self, sql: str, values: Mapping[str, Any] | None = None) -> pa.Table:
        """Run a query and return its result as an Arrow table."""
        ...

    def judged_in_parts(self, sql: str, values: Mapping[str, Any], rows: int) -> Iterator[pa.Table]:
        """Run a judgement of everybody and yield its result in its order, so many rows at a time.

        One part at least; others may be asked for, and statements run, between two of them.
        """
        ...

    def drop(self, table: str) -> None:
        """Drop a temporary table, where it is there still."""
        ...

    def run(
        self, steps: Sequence[Step], final: str | exp.Query, values: Mapping[str, Any]
    ) -> pa.Table:
        """Run steps as one statement and return what `final` selects.

        Of the values only those are bound that the statement names.
        """
        ...

    def judging(self, *, is_one: bool = False) -> AbstractContextManager[None]:
        """Run what is asked inside as a judgement, of one subject or of everybody.

        Its joins are kept in the order in which they are written.
        """
        ...

    def empty(self, table: str) -> None:
        """Take every row out of a table."""
        ...

    def register(self, name: str, table: object) -> None:
        """Let SQL read an Arrow table or a data frame under a name, until `unregister`."""
        ...

    def unregister(self, name: str) -> None:
        """Forget a registered name."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what happens inside when it ends well, undo all of it when it does not."""
        ...

    def aside(self) -> AbstractContextManager[Database]:
        """Give a way to the same market that keeps at once what it writes."""
        ...

    def check_writable(self) -> None:
        """Raise `MarketUnwritable` where it could only be opened for reading, or `MarketClosed`."""
        ...

    def turn(self) -> AbstractContextManager[None]:
        """Give a turn to write: what is read in it is changed by nobody else before it ends.

        Raises what `check_writable` raises.
        """
        ...


@runtime_checkable
class Keeper(Database, Protocol):
    """A database that keeps what another one, in memory, has checked."""

    @property
    def is_cluster(self) -> bool:
        """Whether it has more machines than this one for what concerns everybody."""
        ...

    def fill(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table; their columns are named as its are."""
        ...

    def fill_from(self, database: DuckDB, table: str, query: str) -> None:
        """Add to a table what a query of the database in memory yields."""
        ...

    def take_out(self, table: str, column: str, numbers: pa.Table) -> None:
        """Take the rows out whose number in a column is among those of `order_no`."""
        ...
