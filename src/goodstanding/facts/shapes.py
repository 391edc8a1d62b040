"""What it takes to read a received column: its shape, and layers of SQL over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from goodstanding.facts.sql import literal, quoted

Shape = Literal["text", "clock", "utc", "day", "whole", "number", "flag", "other"]


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
    if name.startswith("TIMESTAMP"):
        return "utc" if "TIME ZONE" in type_name.upper() else "clock"
    if name in ("VARCHAR", "ENUM"):
        return "text"
    if name == "DATE":
        return "day"
    if name == "BOOLEAN":
        return "flag"
    if name in ("FLOAT", "DOUBLE", "DECIMAL"):
        return "number"
    return "whole" if name.endswith(("INT", "INTEGER")) else "other"


def shown(name: str, shape: Shape) -> str:
    """Return SQL for what a column held, for a person to read."""
    if shape == "utc":  # written without the database's own time zones
        return f"strftime({utc_clock(name)}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"cast({quoted(name)} as varchar)"


def said(name: str, shape: Shape) -> tuple[dict[str, str], str]:
    """Return the layer that trims a column's text, and SQL for the trimmed text."""
    text = quoted(name) if shape == "text" else f"cast({quoted(name)} as varchar)"
    trimmed = part(name, "said")
    return {trimmed: f"nullif(trim({text}), '')"}, quoted(trimmed)


def part(name: str, what: str) -> str:
    """Name a part of what is worked out for a column; no canonical column has a space in it."""
    return f"{name} {what}"


def utc_clock(name: str) -> str:
    """Return SQL for an instant with a time zone as naive UTC, by no time zone of the database."""
    return f"make_timestamp(epoch_us({quoted(name)}))"


def when_wrong(present: str, right: str, reason: str) -> str:
    """Return SQL for the reason where a value is there and is not right, else NULL."""
    return f"case when {present} is not null and ({right}) is not true then {literal(reason)} end"
