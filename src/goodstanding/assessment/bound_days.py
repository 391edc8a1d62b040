"""The days that compiled SQL names instead of computing: bound when it is run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import exp

from goodstanding.database.steps import bound
from goodstanding.days import Length, Window
from goodstanding.rulebook.model import WindowRule


@dataclass(frozen=True, slots=True)
class BoundDay:
    """The as-of day, or the first day of a window of some length, moved by `shift` days."""

    length: Length | None
    shift: int

    @property
    def name(self) -> str:
        """The name it is bound under, such as `as_of`, `first_of_90` or `as_of_less_30`."""
        start = "as_of" if self.length is None else f"first_of_{_named(self.length)}"
        if self.shift == 0:
            return start
        return f"{start}_{'less' if self.shift < 0 else 'plus'}_{abs(self.shift)}"

    @property
    def sql(self) -> exp.Expr:
        """A place for it in a query."""
        return exp.cast(bound(self.name), exp.DataType.Type.DATE)

    def on(self, as_of: date) -> date:
        """Return the day it stands for."""
        first = as_of if self.length is None else self.length.ending_on(as_of).first
        return first + timedelta(days=self.shift)


def _named(length: Length) -> str:
    named = {"days": f"{length.n}", "months": f"{length.n}_months", "calendar": "month"}
    return named[length.unit]


AS_OF = BoundDay(None, 0)


def values(days: Iterable[BoundDay], as_of: date) -> dict[str, date]:
    """Return what to bind for an as-of day."""
    return {day.name: day.on(as_of) for day in days}


def window_on(rule: WindowRule, as_of: date) -> Window | None:
    """Return the days of a window rule for an as-of day; None where it looks back on all."""
    return None if rule.length is None else rule.length.ending_on(as_of)
