"""Intervals of numbers: what a quantity can be, as far as bounds say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers from `low` to `high`, None without end; `has_low` says that the end belongs."""

    low: Fraction | None = None
    high: Fraction | None = None
    has_low: bool = True
    has_high: bool = True

    @property
    def is_empty(self) -> bool:
        """Say whether no number lies in it."""
        if self.low is None or self.high is None:
            return False
        is_point = self.low == self.high and self.has_low and self.has_high
        return self.low > self.high or (self.low == self.high and not is_point)

    def __and__(self, other: Interval) -> Interval:
        lows = [(i.low, not i.has_low) for i in (self, other) if i.low is not None]
        highs = [(i.high, i.has_high) for i in (self, other) if i.high is not None]
        low, is_open = max(lows, default=(None, False))
        high, has_high = min(highs, default=(None, True))
        return Interval(low, high, not is_open, has_high)

    def __or__(self, other: Interval) -> Interval:
        """Return the least interval that holds both; the ends belong."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Interval(low, high)

    def __neg__(self) -> Interval:
        low = None if self.high is None else -self.high
        return Interval(low, None if self.low is None else -self.low, self.has_high, self.has_low)

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            self.has_low and other.has_low,
            self.has_high and other.has_high,
        )

    def times(self, factor: Fraction) -> Interval:
        """Return the interval of the products with a number that is not 0."""
        if factor < 0:
            return (-self).times(-factor)
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return Interval(low, high, self.has_low, self.has_high)

    def whole(self) -> Interval:
        """Return the interval of the whole numbers in it."""
        low, high = self.low, self.high
        if low is not None:
            low = Fraction(math.ceil(low) if self.has_low else math.floor(low) + 1)
        if high is not None:
            high = Fraction(math.floor(high) if self.has_high else math.ceil(high) - 1)
        return Interval(low, high)


def bounded(operator: str, number: Fraction) -> Interval:
    """Return the numbers that compare so with one; all of them for <>."""
    match operator:
        case "<" | "<=":
            return Interval(high=number, has_high=operator == "<=")
        case ">" | ">=":
            return Interval(low=number, has_low=operator == ">=")
        case "=":
            return Interval(number, number)
        case _:
            return Interval()
