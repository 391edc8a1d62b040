"""Between what a rate lies, by the few cases that there are: the score interval of Wilson.

E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the
American Statistical Association 22 (1927), 209-212.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

# The 97.5 % quantile of the normal distribution, so that 95 of 100 intervals hold the true rate.
Z = Fraction("1.959963984540054")
_DIGITS = 30  # of the root: far more than are printed


def wilson(cases: int, of: int) -> tuple[Fraction, Fraction]:
    """Return the lower and the upper bound of a rate of so many cases of so many, as shares of 1.

    Both are exact to 30 digits; without a case the lower one is 0, with nothing else the upper 1.
    """
    if not 0 <= cases <= of or of == 0:
        raise ValueError(f"{cases} of {of} is no rate")
    squared = Z * Z
    middle = cases + squared / 2
    spread = Z * _root(squared / 4 + Fraction(cases * (of - cases), of))
    low, high = ((middle + side * spread) / (of + squared) for side in (-1, 1))
    return (low if cases else Fraction(0), high if cases < of else Fraction(1))


def _root(number: Fraction) -> Fraction:
    scale = 10**_DIGITS
    return Fraction(isqrt(number.numerator * scale * scale // number.denominator), scale)
