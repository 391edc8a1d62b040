"""What the record says of one fact, value by value, and what it said before it was corrected.

As in `known`, two clocks cut: what was heard by known-at, what happened by the as-of day. Here the
rows received are few, and the values that were corrected are kept beside the one that counts.
"""
# ruff: noqa: S608 -- names come from the catalogue; values are bound

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from goodstanding.days import BEGINNING
from goodstanding.facts.store import retracted

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.tables import Column, Table

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidBefore:
    """A value that the record had from one instant on, until it was corrected at another."""

    value: Any
    said_at: datetime
    corrected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldValue:
    """The value of a column as it stands, None for none; since when; and what was said before."""

    value: Any
    said_at: datetime | None
    before: tuple[SaidBefore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFact:
    """One fact of a table: its key, in the order of the table's, and its rows as received."""

    table: Table
    key: tuple[Any, ...]
    rows: Sequence[Row]
    taken_back: Sequence[Row]

    def value(self, name: str, *, known_at: datetime, happened_until: datetime) -> ToldValue:
        """Return what is known of a column at an instant, of what happened before another."""
        column = self.table.column(name)
        heard = sorted(
            self._heard(column, known_at, happened_until),
            key=lambda each: (each.said_at, str(each.value)),
        )
        standing = [each for each in heard if each.back_at is None]
        now = standing[-1] if standing else None
        before = []
        for place, each in enumerate(heard):
            ends = [later.said_at for later in heard[place + 1 :] if later.value != each.value]
            ends += [] if each.back_at is None else [each.back_at]
            if ends:
                before.append(
                    SaidBefore(value=each.value, said_at=each.said_at, corrected_at=min(ends))
                )
        return ToldValue(
            value=None if now is None else now.value,
            said_at=None if now is None else _first_said(now, heard),
            before=tuple(_apart(before)),
        )

    def _heard(
        self, column: Column, known_at: datetime, happened_until: datetime
    ) -> Iterable[_Heard]:
        since = None if column.since is None else self.table.column(column.since).stored_name
        for row in self.rows:
            value = row[column.stored_name]
            came = None if since is None else row[since]
            said_at = row["recorded_at"] or came or BEGINNING
            is_ahead = not column.is_correction and came is not None and came >= happened_until
            if value is None or said_at > known_at or is_ahead:
                continue
            back = [
                each["retracted_at"]
                for each in self.taken_back
                if each["column_name"] in {"*", column.name}
                and said_at <= each["retracted_at"] <= known_at
            ]
            yield _Heard(value=value, said_at=said_at, back_at=min(back, default=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    value: Any
    said_at: datetime
    back_at: datetime | None


def facts_naming(
    database: Database, table: Table, column: str, numbers: Sequence[int]
) -> list[ToldFact]:
    """Return the facts of a table of which any row received names one of the numbers in a column.

    By key. A later row may name another: what a fact names now is one of its values.
    """
    keys = [key.stored_name for key in table.keys]
    named = ", ".join(keys)
    among = (
        f"({named}) in (select ({named}) from {table.name} "
        f"where {column} in (select unnest($numbers::bigint[])))"
    )
    asked = {"numbers": list(numbers)}
    rows = database.arrow(f"select * from {table.name} where {among}", asked).to_pylist()
    back = database.arrow(f"select * from {retracted(table)} where {among}", asked).to_pylist()
    found = {tuple(row[key] for key in keys): list[Row]() for row in rows}
    for row in rows:
        found[tuple(row[key] for key in keys)].append(row)
    return [
        ToldFact(
            table=table,
            key=key,
            rows=own,
            taken_back=[row for row in back if tuple(row[name] for name in keys) == key],
        )
        for key, own in sorted(found.items(), key=lambda each: tuple(map(str, each[0])))
    ]


def _first_said(now: _Heard, heard: Sequence[_Heard]) -> datetime:
    """Return since when the value that counts was said without another one in between."""
    first = now.said_at
    for each in reversed(heard):
        if each.value != now.value or each.back_at is not None:
            break
        first = each.said_at
    return first


def _apart(before: Sequence[SaidBefore]) -> Iterable[SaidBefore]:
    """Yield what was said before, what was said again only once."""
    last: SaidBefore | None = None
    for each in before:
        if last is None or (each.value, each.corrected_at) != (last.value, last.corrected_at):
            yield each
        last = each
