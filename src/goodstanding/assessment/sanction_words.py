"""A sanction in force in words, and the columns that tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from goodstanding.expressions.writing import write_number

PARTS = ("sanction", "at", "first_on", "last_on", "is_proposed")
TOTAL = "total"  # of the entries in force, beside the record
NOTHING = "nothing"  # is in force


def sanction_column(ladder: str, part: str) -> str:
    """Name the column that holds one of `PARTS` of the sanction in force, or `TOTAL`."""
    return f"ladder_{ladder}_{part}"


def sanction_told(record: Mapping[str, Any], ladder: str) -> str:
    """Return the sanction in force of a result: `freeze at 12, 2026-01-05 to 2026-01-11`."""
    does, at, first_on, last_on = (record[sanction_column(ladder, part)] for part in PARTS[:4])
    if does is None:
        return NOTHING
    return written(does, exactly(at), first_on, last_on)


def exactly(number: float) -> Fraction:
    """Return a number of at most six decimals as it was before it became a float."""
    return Fraction(round(number * 1_000_000), 1_000_000)


def written(does: str, at: Fraction, first_on: date, last_on: date | None) -> str:
    """Return a sanction in one text; without a last day it lasts until a person ends it."""
    days = f"from {first_on}" if last_on is None else f"{first_on} to {last_on}"
    return f"{does} at {write_number(at)}, {days}"
