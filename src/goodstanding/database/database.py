"""What the house needs of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

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

    def run(
        self, steps: Sequence[Step], final: str | exp.Query, values: Mapping[str, Any]
    ) -> pa.Table:
        """Run steps as one statement and return what `final` selects.

        Of the values only those are bound that the statement names.
        """
        ...

    def joins_as_written(self) -> AbstractContextManager[None]:
        """Keep the joins of a judgement in the order in which they are written."""
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
