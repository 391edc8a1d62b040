"""What a canonical table of facts is: its columns, their kinds, and the key of a fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds. In files every kind may be written as text."""

    NUMBERED = "identity"  # an id the market numbers, in one of the registers
    ID = "id"  # an id kept as text
    INSTANT = "instant"  # a moment; kept in UTC
    DEADLINE = "deadline"  # a moment; given as a day or a midnight it lasts to that day's end
    DAY = "day"
    CODE = "code"  # one of a declared list
    CURRENCY = "currency"  # an ISO 4217 code
    TEXT = "text"
    WHOLE = "whole number"
    MONEY = "minor units"  # whole minor units of the currency beside it
    STARS = "stars"  # 1 to 5 in files, kept as hundredths
    POINTS = "points"  # exact decimal, at most three places
    FLAG = "flag"  # true or false


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column.

    `numbered` names the register of a NUMBERED column (see `REGISTERS`).
    `since` names the instant column that says when a value became known, for history that
    is loaded with `--recorded occurred`; an instant column stands for itself. The same day
    cuts the value for an earlier as-of day, except where `is_correction`: a correction
    holds for every day it concerns, once it is known.
    """

    name: str
    kind: Kind
    meaning: str
    codes: tuple[str, ...] = ()
    numbered: str | None = None
    since: str | None = None
    is_correction: bool = False

    @property
    def stored_name(self) -> str:
        """The column's name in the market: numbered ids are stored as `…_no`."""
        if self.numbered is None:
            return self.name
        return self.name.removesuffix("_id") + "_no"


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table; `key` names the columns that identify a fact."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {c.name: c for c in self.columns})

    def column(self, name: str) -> Column:
        """Return the column of that canonical name; KeyError when there is none."""
        return self._by_name[name]

    @property
    def values(self) -> tuple[Column, ...]:
        """The columns beyond the key."""
        return tuple(c for c in self.columns if c.name not in self.key)

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns of the key, in its order."""
        return tuple(self._by_name[name] for name in self.key)


# Ids that the market numbers. An order and what was bought together share one register, so
# that feedback may name either.
REGISTERS = ("order", "seller", "buyer", "listing", "category", "violation", "finding", "thread")
