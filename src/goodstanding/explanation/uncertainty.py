"""How far a share may lie from what was counted by chance alone: intervals of 95 %.

They are for reading, and for saying that one share is higher than another; no grade turns on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

# The normal distribution leaves 2.5 % beyond it on either side.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From where to where, both included: shares from 0 to 1, differences from -1 to 1."""

    low: float
    high: float


def wilson(part: int, whole: int) -> Interval:
    """Return the score interval of a share (Wilson 1927, without continuity correction).

    ValueError where `part` is not one of 0 to `whole`, or nothing was counted.
    """
    if not 0 <= part <= whole or not whole:
        raise ValueError(f"{part} of {whole} is no share")
    share = part / whole
    spread = _Z * sqrt(share * (1 - share) / whole + _Z * _Z / (4 * whole * whole))
    middle, scale = share + _Z * _Z / (2 * whole), 1 + _Z * _Z / whole
    # At the ends the interval reaches them; what rounding leaves beyond is cut.
    low = 0.0 if part == 0 else max(0.0, (middle - spread) / scale)
    high = 1.0 if part == whole else min(1.0, (middle + spread) / scale)
    return Interval(low=low, high=high)


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
