"""Instants and days in SQL, with the time zones of `days` and none of the database's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlglot import exp

from goodstanding.days import BEGINNING, Offset, offsets


def instant_literal(instant: datetime) -> exp.Expr:
    """Return an instant (naive UTC) as a SQL literal."""
    return exp.cast(exp.Literal.string(instant.isoformat(sep=" ")), exp.DataType.Type.TIMESTAMP)


@dataclass(frozen=True, slots=True)
class MarketClock:
    """A time zone, and between which instants (naive UTC, both included) it is asked.

    Without instants the zone is known for every day; with them the SQL that it becomes stays
    short, as zones change their clocks twice a year.
    """

    zone: str
    first: datetime | None = None
    last: datetime | None = None

    @classmethod
    def spanning(cls, zone: str, first: datetime, last: datetime) -> MarketClock:
        """Return the zone between two instants; equal wherever the same offsets are in force."""
        starts = [offset.since for offset in offsets(zone) if offset.since is not None]
        return cls(
            zone,
            max((since for since in starts if since <= first), default=BEGINNING),
            max((since for since in starts if since <= last), default=BEGINNING),
        )

    def local_day(self, instant: exp.Expr) -> exp.Expr:
        """Return the day of a UTC instant in the zone, as SQL; missing stays missing."""
        return exp.cast(_shifted(instant, self._offsets()), exp.DataType.Type.DATE)

    def _offsets(self) -> list[Offset]:
        table = offsets(self.zone)
        if self.first is None or self.last is None:
            return list(table)
        in_force = [o for o in table if o.since is None or o.since <= self.first][-1]
        later = [o for o in table if o.since is not None and self.first < o.since <= self.last]
        return [Offset(None, in_force.seconds), *later]


def gaps(zone: str) -> list[tuple[datetime, datetime]]:
    """Return the local times that no clock in the zone ever showed: first, and the next shown."""
    return [
        (
            _start(after) + timedelta(seconds=before.seconds),
            _start(after) + timedelta(seconds=after.seconds),
        )
        for before, after in pairwise(offsets(zone))
        if after.seconds > before.seconds
    ]


def _start(offset: Offset) -> datetime:
    if offset.since is None:
        raise ValueError("only the first offset of a zone has no start")
    return offset.since


def _shifted(instant: exp.Expr, table: Sequence[Offset]) -> exp.Expr:
    """Add the offset in force, found by a balanced tree of comparisons."""
    if len(table) == 1:
        if table[0].seconds == 0:
            return instant.copy()
        seconds = exp.Interval(
            this=exp.Literal.string(str(table[0].seconds)), unit=exp.var("SECOND")
        )
        return exp.Add(this=instant.copy(), expression=seconds)
    middle = len(table) // 2
    since = _start(table[middle])
    return exp.Case(
        ifs=[
            exp.If(
                this=exp.LT(this=instant.copy(), expression=instant_literal(since)),
                true=_shifted(instant, table[:middle]),
            )
        ],
        default=_shifted(instant, table[middle:]),
    )
