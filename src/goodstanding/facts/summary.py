"""What a load did, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCount:
    """What became of one table's rows: `read` is the sum of the three others."""

    table: str
    read: int
    kept: int
    unchanged: int
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """So many rows of a table went to quarantine for a reason; where the first one stands.

    `column` is None where the row as a whole is meant. A row may have several reasons.
    """

    table: str
    column: str | None
    reason: str
    rows: int
    first_place: str

    def __str__(self) -> str:
        what = f"{self.table}.{self.column}" if self.column else self.table
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"{what}: {self.reason} ({rows}, first at {self.first_place})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """So many rows of a table name an order that the market does not know (yet)."""

    table: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """What is odd about so many facts of a table; they are kept as received."""

    table: str
    what: str
    facts: int

    def __str__(self) -> str:
        return f"{self.table}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Columns of a source that are no columns of its table."""

    source: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSummary:
    """What a load did, or with `is_check` would have done.

    `load_no` is None where nothing was new, so that the market is as it was; with `is_check`
    it is the number that the load would have had. `waiting` and `oddities` are counted over
    the market after the load, the oddities for the loaded tables (but of times that the clocks
    skipped only those that this load brought). `known_until` is the newest
    instant (naive UTC) at which a fact of the market was known.
    """

    load_no: int | None
    loaded_at: datetime
    source: str
    is_check: bool
    tables: tuple[TableCount, ...]
    refusals: tuple[Refusal, ...]
    waiting: tuple[Waiting, ...]
    oddities: tuple[Oddity, ...]
    left_out: tuple[LeftOut, ...]
    files_left_out: tuple[str, ...]
    known_until: datetime | None

    @property
    def kept(self) -> int:
        """How many rows were kept, over all tables."""
        return sum(table.kept for table in self.tables)

    @property
    def quarantined(self) -> int:
        """How many rows went to quarantine, over all tables."""
        return sum(table.quarantined for table in self.tables)
