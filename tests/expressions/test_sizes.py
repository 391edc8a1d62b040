"""What could leave the whole numbers of a database is told before it does."""

from dataclasses import replace

import pytest

from goodstanding.expressions.reading import read
from goodstanding.expressions.sizes import size_faults
from goodstanding.expressions.types import SUBJECT_FUNCTIONS, WHOLE, Kind, Scope, Type

SCOPE = Scope(
    called="a measure",
    names={
        "bad": WHOLE,
        "ended": WHOLE,
        "paid_minor": Type(kind=Kind.MONEY),
        "bad_rate": Type(kind=Kind.RATIO),
        "late_rate": Type(kind=Kind.RATIO),
    },
    functions=SUBJECT_FUNCTIONS,
    has_fractions=True,
)


@pytest.mark.parametrize(
    "text",
    [
        "bad * 3 < ended",
        "bad * ended < 999999999999",
        "bad_rate < 0.0001 %",
        "bad_rate + late_rate < 3.5 %",
        "bad_rate < late_rate",
        "paid_minor * ended > 5",
        "abs(bad - ended) between 1 and 3",
    ],
)
def test_what_a_rule_asks_for_fits(text):
    assert size_faults(read(text), SCOPE) == []


@pytest.mark.parametrize(
    "text",
    [
        "bad * bad * ended < 3",
        "bad_rate * late_rate < 0.0001 %",
        "bad_rate + late_rate < 3.1234 %",
        "-paid_minor * 99999999 > 5",
        "bad in (1, ended * ended * ended)",
        "ended > 3 and not (bad > 1 or bad * bad * bad > 3)",
    ],
)
def test_what_could_exceed_64_bits_is_told(text):
    (fault,) = size_faults(read(text), SCOPE)
    assert fault.what.endswith("could exceed the whole numbers of a database (64 bits).")


@pytest.mark.parametrize(
    ("largest", "limit", "fits"),
    [
        (100 * 10**6, "89.999999", True),
        (4 * 10**18, "12", True),
        (4 * 10**18, "0.5", True),
        (4 * 10**18, "0.123457", False),
    ],
)
def test_what_is_calculated_is_as_large_as_is_said(largest, limit, fits):
    names = {**SCOPE.names, "worth": Type(kind=Kind.FRACTION, may_be_missing=True)}
    faults = size_faults(read(f"worth >= {limit}"), replace(SCOPE, names=names), {"worth": largest})
    assert (faults == []) is fits
