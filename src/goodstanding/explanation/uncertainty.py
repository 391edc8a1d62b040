"""How far a share may lie from what was counted by chance alone: intervals of 95 %.

They are for reading, and for saying that one share is higher than another; no grade turns on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, sqrt

# The normal distribution leaves 2.5 % beyond it on either side.
Z = Fraction("1.959963984540054")
_DIGITS = 30  # of the root: far more than are printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From where to where, both included: shares from 0 to 1, differences from -1 to 1."""

    low: float
    high: float


def bounds(part: int, whole: int) -> tuple[Fraction, Fraction]:
    """Return the score interval of a share, exact to 30 digits: its lower and its upper bound.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal
    of the American Statistical Association 22 (1927), 209-212; without continuity correction.
    ValueError where `part` is not one of 0 to `whole`, or nothing was counted.
    """
    if not 0 <= part <= whole or not whole:
        raise ValueError(f"{part} of {whole} is no share")
    squared = Z * Z
    middle = part + squared / 2
    spread = Z * _root(squared / 4 + Fraction(part * (whole - part), whole))
    low, high = ((middle + side * spread) / (whole + squared) for side in (-1, 1))
    return (low if part else Fraction(0), high if part < whole else Fraction(1))


def wilson(part: int, whole: int) -> Interval:
    """Return the interval that `bounds` tells, as shares for reading."""
    low, high = bounds(part, whole)
    return Interval(low=float(low), high=float(high))


def newcombe(one: tuple[int, int], other: tuple[int, int]) -> Interval:
    """Return the interval of one share less another (Newcombe 1998, method 10).

    Each is a part and its whole, counted apart. The hybrid of two Wilson intervals, without
    continuity correction. ValueError as for `wilson`.
    """
    first, second = wilson(*one), wilson(*other)
    share, against = one[0] / one[1], other[0] / other[1]
    below = sqrt((share - first.low) ** 2 + (second.high - against) ** 2)
    above = sqrt((first.high - share) ** 2 + (against - second.low) ** 2)
    return Interval(low=share - against - below, high=share - against + above)


def _root(number: Fraction) -> Fraction:
    scale = 10**_DIGITS
    return Fraction(isqrt(number.numerator * scale * scale // number.denominator), scale)
