"""The service level as somebody would write it without Goodstanding: in SQL, Polars and pandas.

Each of the three (`by_hand_sql.py`, `by_hand_polars.py`, `by_hand_pandas.py`) is written from the
words of the rule for one day, by somebody who knows these files well: it reads the sample's
Parquet files, makes one row of each order, and counts per seller. A test holds their figures to
ours. Beside the words of docs/facts.md they use what is so in these files: instants are in UTC, as
the market's days are; only a row that tells more of a fact has `recorded_at`; and only deliveries
and whole disputes are retracted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

from bench.work import AS_OF, Timed

TIME_ZONE = "UTC"
DAYS = 90  # that are looked back on
DAYS_TO_REVIEW = 30
TO_ANSWER = timedelta(hours=120)
ONE_DAY = timedelta(days=1)
# A deadline at midnight lasts to the end of that day.
TO_END_OF_DAY = ONE_DAY - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The window in instants, half-open, so that no instant has to be turned into a day.

    What was closed between the last two could be reviewed up to a day of the window.
    """

    first: datetime
    until: datetime
    closed_first: datetime
    closed_until: datetime


class ByHand(Protocol):
    """One of the three."""

    def rows(self, folder: Path, asked: Bounds) -> Any:
        """Read the files; return one row of each order, and who has a store."""
        ...

    def levels(self, rows: Any, asked: Bounds, seller: str | None = None) -> Any:
        """Return a seller's id, assessed, bad and late orders, and grade; of all, or of one."""
        ...


def bounds(as_of: date) -> Bounds:
    """Return the window that ends with a day."""
    until = datetime.combine(as_of, time()) + ONE_DAY
    first = until - DAYS * ONE_DAY
    to_review = DAYS_TO_REVIEW * ONE_DAY
    return Bounds(
        first=first, until=until, closed_first=first - to_review, closed_until=until - to_review
    )


def rows_by(make: Callable[[], ByHand], folder: Path) -> Timed:
    """Make one row of each order, from the files."""
    asked = bounds(AS_OF)
    return lambda: make().rows(folder, asked)


def levels_by(make: Callable[[], ByHand], folder: Path, seller: str | None = None) -> Timed:
    """Count the rows that were made before."""
    asked, by_hand = bounds(AS_OF), make()
    rows = by_hand.rows(folder, asked)
    return lambda: by_hand.levels(rows, asked, seller)
