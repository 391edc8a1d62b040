"""Between what a rate lies: the score interval of Wilson, by its definition and known values."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.explanation.figures import percentage
from goodstanding.explanation.uncertainty import Z, bounds

# So near to the rate that the root's 30 digits allow.
NEAR = Fraction(1, 10**20)


@pytest.mark.parametrize(
    ("cases", "of", "low", "high"),
    [
        (0, 10, "0.00 %", "27.75 %"),
        (1, 10, "1.79 %", "40.42 %"),
        (5, 10, "23.66 %", "76.34 %"),
        (10, 10, "72.25 %", "100.00 %"),
        (0, 1, "0.00 %", "79.35 %"),
        (81, 263, "25.53 %", "36.62 %"),  # Newcombe 1998, table I: 0.2553 to 0.3662
        (15, 148, "6.24 %", "16.05 %"),  # likewise: 0.0624 to 0.1605
        (1, 29, "0.61 %", "17.18 %"),  # likewise: 0.0061 to 0.1718
    ],
)
def test_the_bounds_are_those_of_the_literature(cases: int, of: int, low: str, high: str):
    assert tuple(map(percentage, bounds(cases, of))) == (low, high)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_each_bound_is_a_rate_of_which_the_cases_are_just_not_too_unlikely(rate: tuple[int, int]):
    cases, of = rate
    seen = Fraction(cases, of)
    low, high = bounds(cases, of)
    assert 0 <= low <= seen <= high <= 1
    for bound in (low, high):
        assert abs((seen - bound) ** 2 - Z**2 * bound * (1 - bound) / of) < NEAR
