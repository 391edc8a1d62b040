"""Instants and days as other programs write them: `DD/MM/YYYY hh:mm`, seconds since 1970.

What they are read to is a text in ISO 8601, which is read on as any other; what does not fit is
the text NOT_AN_INSTANT, so that the row goes to quarantine for what it should have been.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from goodstanding.expressions.tokens import ExpressionError
from goodstanding.facts.sql import literal

NOT_AN_INSTANT = "not an instant"
Part = Literal["year", "month", "day", "hour", "minute", "second", "fraction", "half", "offset"]

MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_OFFSET = r"Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?"
_SOME_DIGITS = r"\d{1,2}"
# Of each letter: the part it is, and the expression that it matches.
_LETTERS: dict[str, tuple[Part, str]] = {
    "YYYY": ("year", r"\d{4}"),
    "MMM": ("month", "(?i:" + "|".join(re.findall("...", MONTHS)) + ")"),
    "MM": ("month", r"\d\d"),
    "M": ("month", _SOME_DIGITS),
    "DD": ("day", r"\d\d"),
    "D": ("day", _SOME_DIGITS),
    "hh": ("hour", r"\d\d"),
    "h": ("hour", _SOME_DIGITS),
    "mm": ("minute", r"\d\d"),
    "ss": ("second", r"\d\d"),
    "f": ("fraction", r"\d{1,9}"),
    "AM": ("half", "(?i:AM|PM)"),
    "Z": ("offset", f"(?i:{_OFFSET})"),
}
KNOWN = (
    "It is made of YYYY, MM, M or MMM (Jan), DD or D, hh or h, mm, ss, f, AM and Z (+02:00 or "
    "UTC), such as 'DD/MM/YYYY hh:mm'."
)
_NEEDS: dict[Part, Part] = {
    "hour": "minute",
    "minute": "hour",
    "second": "minute",
    "fraction": "second",
    "half": "hour",
    "offset": "hour",
}
_SPELT = {"hour": "hh", "minute": "mm", "second": "ss"}
_VARIES = frozenset({_SOME_DIGITS, r"\d{1,9}"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern that was read: what a text matches in full, and which group is which part."""

    matches: str
    groups: dict[Part, int]


def read(pattern: str) -> Pattern:
    """Read a pattern such as 'DD/MM/YYYY hh:mm'. Raises `ExpressionError` for one that is none."""
    groups: dict[Part, int] = {}
    matches = before = ""
    for letters in _pieces(pattern):
        if letters not in _LETTERS:
            matches += re.escape(letters)
            before = ""
            continue
        part, digits = _LETTERS[letters]
        if part in groups:
            raise ExpressionError(f"'{pattern}' has its {part} twice.", KNOWN)
        if before in _VARIES and digits.startswith(r"\d"):
            raise ExpressionError(
                f"'{pattern}' does not say where its {part} begins.",
                "After D, M, h or f something that is no digit has to stand.",
            )
        groups[part] = len(groups) + 1
        matches += f"({digits})"
        before = digits
    _check_whole(pattern, groups)
    return Pattern(matches=matches, groups=groups)


def _pieces(pattern: str) -> Iterator[str]:
    """Split a pattern into its letters and what stands for itself."""
    for piece in re.finditer(r"AM|T|([A-Za-z])\1*|[^A-Za-z]", pattern):
        letters = piece[0]
        if letters.isascii() and letters.isalpha() and letters not in (*_LETTERS, "T"):
            why = " A year of two digits may be one of several." if set(letters) == {"Y"} else ""
            raise ExpressionError(
                f"'{letters}' in '{pattern}' is no part of an instant.{why}", KNOWN
            )
        yield letters


def _check_whole(pattern: str, groups: dict[Part, int]) -> None:
    missing = [each for each in ("year", "month", "day") if each not in groups]
    if missing:
        raise ExpressionError(f"'{pattern}' has no {' and no '.join(missing)}.", KNOWN)
    for part in groups:
        needed = _NEEDS.get(part)
        if needed is not None and needed not in groups:
            raise ExpressionError(
                f"'{pattern}' has a part ({part}) that needs {_SPELT[needed]} as well.", KNOWN
            )


def in_iso(text: str, pattern: Pattern) -> str:
    """Return SQL for what SQL of a text says by a pattern, in ISO 8601; NULL where it is NULL."""
    said = f"trim({text})"
    matches = literal(pattern.matches)

    def group(part: Part) -> str:
        return f"regexp_extract({said}, {matches}, {pattern.groups[part]})"

    def two_digits(part: Part) -> str:
        return f"lpad({group(part)}, 2, '0')"

    month = two_digits("month")
    if "(?i:jan" in pattern.matches:
        at = f"strpos({literal(MONTHS)}, lower({group('month')}))"
        month = f"lpad(cast(({at} + 2) // 3 as varchar), 2, '0')"
    pieces = [group("year"), "'-'", month, "'-'", two_digits("day")]
    if "hour" in pattern.groups:
        hour = two_digits("hour")
        if "half" in pattern.groups:
            hour = _of_half_a_day(group("hour"), group("half"))
        pieces += ["'T'", hour, "':'", group("minute")]
    if "second" in pattern.groups:
        pieces += ["':'", group("second")]
    if "fraction" in pattern.groups:
        pieces += ["'.'", group("fraction")]
    if "offset" in pattern.groups:
        offset = group("offset")
        pieces.append(
            f"(case when upper({offset}) in ('UTC', 'GMT') then 'Z' else upper({offset}) end)"
        )
    return (
        f"(case when {said} = '' or {said} is null then null "
        f"when regexp_full_match({said}, {matches}) then {' || '.join(pieces)} "
        f"else {literal(NOT_AN_INSTANT)} end)"
    )


def _of_half_a_day(hour: str, half: str) -> str:
    """Return SQL for the hour of the day of 12 AM to 11 PM; no hour for any other."""
    number = f"cast({hour} as integer)"
    after_noon = f"case when upper({half}) = 'PM' then 12 else 0 end"
    return (
        f"(case when {number} between 1 and 12 "
        f"then lpad(cast({number} % 12 + {after_noon} as varchar), 2, '0') else '' end)"
    )


def since_1970(text: str, *, in_milliseconds: bool) -> str:
    """Return SQL for a text's seconds (or milliseconds) since 1970 in UTC, in ISO 8601.

    What is finer than a second may be written with decimals, down to microseconds.
    """
    said = f"trim({text})"
    digits, decimals = (14, 3) if in_milliseconds else (11, 6)
    pattern = rf"-?\d{{1,{digits}}}(\.\d{{1,{decimals}}}0*)?"
    # Wide enough for the product too: decimals are multiplied exactly.
    count = f"cast({said} as decimal(30, {decimals}))"
    microseconds = f"cast({count} * {1_000 if in_milliseconds else 1_000_000} as bigint)"
    return (
        f"(case when {said} = '' or {said} is null then null "
        f"when regexp_full_match({said}, {literal(pattern)}) "
        f"then strftime(make_timestamp({microseconds}), '%Y-%m-%dT%H:%M:%S.%fZ') "
        f"else {literal(NOT_AN_INSTANT)} end)"
    )
