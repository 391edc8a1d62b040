"""Whether an effect is for a subject: conditions on what a result tells, worked out exactly."""

from fractions import Fraction

import pytest

from goodstanding.effects.holding import Value, holds
from goodstanding.expressions.reading import read

TOLD: dict[str, Value] = {
    "grade": "good",
    "score": Fraction(80),
    "rate": Fraction(1, 3),
    "count": Fraction(4),
    "unknown": None,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grade = 'good'", True),
        ("grade <> 'good'", False),
        ("grade in ('fair', 'good')", True),
        ("grade in ('fair', 'poor')", False),
        ("score >= 80", True),
        ("score > 80", False),
        ("score < 80.000001", True),
        ("score between 80 and 90", True),
        ("score between 81 and 90", False),
        ("rate * 3 = 1", True),
        ("rate + rate - rate < 33.4 %", True),
        ("rate <= 33.3 %", False),
        ("abs(0 - count) = 4", True),
        ("-count < 0", True),
        ("count <> 4", False),
        ("not grade = 'fair'", True),
        ("true", True),
        ("false or score = 80", True),
        ("score = 80 and count = 5", False),
    ],
)
def test_a_condition_is_held_against_a_result_exactly(text, expected):
    assert holds(read(text), TOLD) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unknown > 3", False),
        ("not unknown > 3", False),
        ("unknown = 3 or count = 4", True),
        ("unknown = 3 and count = 4", False),
        ("unknown = 3 and count = 5", False),
        ("unknown + 1 > 3", False),
        ("-unknown > 3 or abs(unknown) > 3", False),
        ("unknown in (3, 4)", False),
        ("missing(unknown)", True),
        ("known(unknown)", False),
        ("known(grade) and grade = 'good'", True),
        ("grade <> 'poor' or missing(grade)", True),
    ],
)
def test_what_turns_on_something_unknown_holds_for_nobody(text, expected):
    assert holds(read(text), TOLD) is expected


def test_who_has_no_grade_is_in_none_of_them():
    told = TOLD | {"grade": None}
    assert not holds(read("grade <> 'poor'"), told)
    assert holds(read("grade <> 'poor' or missing(grade)"), told)
