"""What it takes to read a received column: its shape, and layers of SQL over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from goodstanding.facts.sql import literal, quoted

# An instant with a time zone is `utc`, one without is a `clock` time; each also in nanoseconds.
Shape = Literal[
    "text",
    "clock",
    "clock_ns",
    "utc",
    "utc_ns",
    "day",
    "whole",
    "number",
    "flag",
    "nested",
    "other",
]
_SHAPES: Mapping[str, Shape] = {
    "VARCHAR": "text",
    "ENUM": "text",
    "DATE": "day",
    "BOOLEAN": "flag",
    "FLOAT": "number",
    "DOUBLE": "number",
    "DECIMAL": "number",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Layers of named parts (each may use those before it), the value, and what is wrong.

    `problem` is SQL that yields the reason against the value, or NULL. A reason holds no
    value of its row, so that rows can be counted by it. `is_skipped` is SQL for whether the
    value was a local time that no clock showed.
    """

    layers: tuple[Mapping[str, str], ...] = ()
    value: str
    problem: str | None = None
    is_skipped: str | None = None


def shape_of(type_name: str) -> Shape:
    """Return what a DuckDB type is to us."""
    name = re.sub(r"\(.*", "", type_name.upper())
    if type_name.endswith("]") or name in ("STRUCT", "MAP", "UNION", "VARIANT"):
        return "nested"
    if name.startswith("TIMESTAMP"):
        has_zone = name.startswith(("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"))
        if name.endswith("_NS"):
            return "utc_ns" if has_zone else "clock_ns"
        return "utc" if has_zone else "clock"
    return "whole" if name.endswith(("INT", "INTEGER")) else _SHAPES.get(name, "other")


def shown(name: str, shape: Shape) -> str:
    """Return SQL for what a column held, for a person to read."""
    if shape in ("utc", "utc_ns"):  # written without the database's own time zones
        return f"strftime({utc_clock(name, shape)}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"cast({quoted(name)} as varchar)"


def said(name: str, shape: Shape) -> tuple[dict[str, str], str]:
    """Return the layer that trims a column's text, and SQL for the trimmed text."""
    text = quoted(name) if shape == "text" else f"cast({quoted(name)} as varchar)"
    trimmed = part(name, "said")
    return {trimmed: f"nullif(trim({text}), '')"}, quoted(trimmed)


def part(name: str, what: str) -> str:
    """Name a part of what is worked out for a column; no canonical column has a space in it."""
    return f"{name} {what}"


def utc_clock(name: str, shape: Shape) -> str:
    """Return SQL for an instant with a time zone as naive UTC, by no time zone of the database."""
    return (
        _in_microseconds(name) if shape == "utc_ns" else f"make_timestamp(epoch_us({quoted(name)}))"
    )


def clock_time(name: str, shape: Shape) -> str:
    """Return SQL for a clock time or a day as a clock time; NULL where it is out of reach."""
    return (
        _in_microseconds(name) if shape == "clock_ns" else f"try_cast({quoted(name)} as timestamp)"
    )


def _in_microseconds(name: str) -> str:
    # A cast would round up, and the last instant of a day would be the next day's.
    return f"make_timestamp(epoch_ns({quoted(name)}) // 1000)"


def when_wrong(present: str, right: str, reason: str) -> str:
    """Return SQL for the reason where a value is there and is not right, else NULL."""
    return first_wrong(present, (right, reason))


def first_wrong(present: str, *rules: tuple[str, str]) -> str:
    """Return SQL for the reason beside the first rule that a value that is there breaks."""
    broken = " ".join(f"when ({right}) is not true then {literal(why)}" for right, why in rules)
    return f"case when {present} is null then null {broken} end"
