"""Intervals of shares and of differences, held to the figures that their author printed."""

import pytest

from goodstanding.explanation.uncertainty import newcombe, wilson

# Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
WILSON = {
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0, 0.1611),
    (1, 29): (0.0061, 0.1718),
}
# Newcombe 1998, "Interval estimation for the difference between independent proportions",
# table II, method 10.
NEWCOMBE = {
    ((56, 70), (48, 80)): (0.0524, 0.3339),
    ((9, 10), (3, 10)): (0.1705, 0.8090),
    ((10, 10), (0, 20)): (0.6791, 1.0),
    ((10, 10), (0, 10)): (0.6075, 1.0),
}


@pytest.mark.parametrize("counted", WILSON)
def test_the_interval_of_a_share_is_the_printed_one(counted):
    found = wilson(*counted)
    assert (round(found.low, 4), round(found.high, 4)) == WILSON[counted]


@pytest.mark.parametrize("counted", NEWCOMBE)
def test_the_interval_of_a_difference_is_the_printed_one(counted):
    found = newcombe(*counted)
    assert (round(found.low, 4), round(found.high, 4)) == NEWCOMBE[counted]
    turned = newcombe(*reversed(counted))
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (2, 1), (-1, 3)])
def test_what_is_no_share_has_no_interval(part, whole):
    with pytest.raises(ValueError, match=f"{part} of {whole} is no share"):
        wilson(part, whole)
