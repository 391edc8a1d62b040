"""A rounded number never lies on the other side of a limit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.explanation.figures import calculated, figure, percentage

LIMIT = Fraction(35, 1000)


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Fraction(17, 795), "2.14 %"),
        (Fraction(0), "0.00 %"),
        (Fraction(1), "100.00 %"),
        (Fraction(1, 3), "33.33 %"),
        (Fraction(2, 3), "66.67 %"),
        (Fraction(12), "1,200.00 %"),
        (Fraction(-1, 3), "-33.33 %"),
        (Fraction(5, 100_000), "0.01 %"),
    ],
)
def test_a_share_is_shown_in_per_cent_with_two_places(share, shown):
    assert percentage(share) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Fraction(34_999, 1_000_000), "3.4999 %"),
        (Fraction(35_001, 1_000_000), "3.5001 %"),
        (Fraction(7, 200), "3.50 %"),
        (Fraction(3_499_999_999, 10**11), "3.499999999 %"),
        (Fraction(34, 1000), "3.40 %"),
    ],
)
def test_beside_a_limit_as_many_places_are_shown_as_tell_them_apart(share, shown):
    assert percentage(share, [LIMIT]) == shown


def test_a_share_at_a_limit_with_more_places_is_shown_as_the_limit_is():
    assert percentage(Fraction(3_123_456, 10**8), [Fraction(3_123_456, 10**8)]) == "3.123456 %"


@pytest.mark.parametrize(
    ("millionths", "shown"),
    [
        (4_001_000, "4.001"),
        (5_999_000, "5.999"),
        (-1_500, "0.00"),
        (-2_000, "-0.002"),
        (4_000_000, "4.00"),
        (4_100_000, "4.10"),
        (4_333_333, "4.33"),
        (1_234_567_891_000, "1,234,567.891"),
    ],
)
def test_what_is_calculated_shows_its_thousandths_where_it_has_no_more(millionths, shown):
    assert calculated(millionths) == figure(millionths, 1_000_000, is_share=False) == shown


@given(
    top=st.integers(min_value=0, max_value=10**7),
    bottom=st.integers(min_value=1, max_value=10**7),
    limits=st.lists(st.fractions(min_value=0, max_value=1, max_denominator=10**6), max_size=3),
)
def test_what_is_shown_stands_to_every_limit_as_the_share_does(top, bottom, limits):
    limits = [Fraction(round(limit * 10**6), 10**6) for limit in limits]
    share = Fraction(top, bottom)
    shown = Fraction(percentage(share, limits).removesuffix(" %").replace(",", "")) / 100
    for limit in limits:
        assert (shown < limit) == (share < limit)
        assert (shown == limit) == (share == limit)
