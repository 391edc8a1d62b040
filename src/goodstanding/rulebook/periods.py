"""Until when a buyer may do something about an order: dated, cited data.

One file for each version of each set, `periods/<id>/<version>.toml`, as law profiles have them.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, cast

from goodstanding.rulebook.model import Confidence
from goodstanding.rulebook.provenance import source_ids

PeriodName = Literal["pay", "dispute", "withdraw", "feedback"]
_NUMBERS = ("days", "hours", "opens_days", "at_once_days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time in which a buyer may do something, from an instant of the order on.

    It runs from the first of the instants `after` that is known: `hours` to the instant, or whole
    `days` in the market's zone, the last of them included. It opens `opens_days` after the first of
    `opens_after` that is known, at once where the order promised delivery in less than
    `at_once_days` from there. `rule` says so in a sentence.
    """

    name: PeriodName
    after: tuple[str, ...]
    days: int | None
    hours: int | None
    opens_after: tuple[str, ...]
    opens_days: int | None
    at_once_days: int | None
    rule: str
    source: tuple[str, ...]
    confidence: Confidence
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """One version of a set of periods, in force from a day on."""

    id: str
    version: date
    title: str
    by_name: Mapping[PeriodName, Period]


def in_force(name: str, day: date) -> Periods:
    """Return the version of a set on a day; the first, of days before it.

    `name` is one of `names()`.
    """
    versions = [each for each in _all() if each.id == name]
    begun = [each for each in versions if each.version <= day]
    return begun[-1] if begun else versions[0]


def names() -> list[str]:
    """Return the ids of the sets."""
    return sorted({each.id for each in _all()})


@cache
def _all() -> tuple[Periods, ...]:
    place = importlib.resources.files(__package__) / "periods"
    folders = [entry for entry in place.iterdir() if entry.is_dir() and entry.name[0] not in "._"]
    files = [file for each in folders for file in each.iterdir() if file.name.endswith(".toml")]
    read = [_periods(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    return tuple(sorted(read, key=lambda each: (each.id, each.version)))


def _periods(written: Mapping[str, Any]) -> Periods:
    return Periods(
        id=written["id"],
        version=written["version"],
        title=written["title"],
        by_name={
            cast("PeriodName", name): _period(name, each)
            for name, each in written["period"].items()
        },
    )


def _period(name: str, written: Mapping[str, Any]) -> Period:
    numbers = {each: written.get(each) for each in _NUMBERS}
    return Period(
        name=cast("PeriodName", name),
        after=tuple(written["after"]),
        opens_after=tuple(written.get("opens_after", ())),
        rule=written["rule"].format(**numbers),
        source=source_ids(written["source"]),
        confidence=written["confidence"],
        note=written.get("note"),
        **numbers,
    )
