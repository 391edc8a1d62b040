"""What an assessment amounts to: the lines below its table."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.cli.grid import reading_width
from goodstanding.cli.result_table import not_graded_because
from goodstanding.explanation.figures import whole

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.rulebook.model import Rulebook

_LABEL = 15


def lines(
    results: pa.Table, rulebook: Rulebook, known_until: datetime | None, time_zone: str
) -> list[str]:
    """Return the summary; `known_until` None says that the market holds no facts."""
    until = "nothing is loaded yet" if known_until is None else f"until {days.iso(known_until)}"
    said = [
        *_entry("rulebook", f"{rulebook.title} ({rulebook.id}, version {rulebook.version})"),
        *_entry("facts known", until),
    ]
    if results.num_rows:
        said += _days(results, time_zone)
    said += _entry("subjects", f"{whole(results.num_rows)} ({rulebook.subject}s)")
    said += _grades(results, rulebook)
    counted = sum(number or 0 for number in results["rows_counted"].to_pylist())
    said += _entry("orders", f"{whole(counted)} counted, 0 excluded")
    doubted = _doubted(results, rulebook)
    if doubted:
        said += _entry("unconfirmed", "\n".join(doubted))
    return said


def _days(results: pa.Table, time_zone: str) -> list[str]:
    first = results.slice(0, 1).to_pylist()[0]
    start = first["window_from"] or "the beginning"
    return [
        *_entry("known at", first["known_at"]),
        *_entry("as of", f"{first['as_of']} (days in {time_zone})"),
        *_entry("window", f"{start} to {first['window_to']}"),
    ]


def _grades(results: pa.Table, rulebook: Rulebook) -> list[str]:
    grades = Counter(results["grade"].to_pylist())
    graded = ", ".join(f"{whole(grades[name])} {name}" for name in rulebook.grade_names)
    said = _entry("graded", f"{whole(results.num_rows - grades[None])}: {graded}")
    reasons = Counter(filter(None, results["not_graded_because"].to_pylist()))
    because = [
        f"{whole(count)}: {not_graded_because(reason, rulebook)}"
        for reason, count in sorted(reasons.items())
    ]
    return said + _entry("not graded", "\n".join(because) or "0")


def _doubted(results: pa.Table, rulebook: Rulebook) -> list[str]:
    """Return what decided and is not confirmed, in the rulebook's order."""
    import pyarrow.compute as pc  # noqa: PLC0415 -- the command line starts without it

    decided = set(pc.unique(pc.list_flatten(results["unconfirmed"])).to_pylist())
    entries = [f"{entry.id}: {entry.condition.text}" for entry in rulebook.not_graded]
    entries += [
        f"{grade.name}: {limit.that.text}" for grade in rulebook.grades for limit in grade.limits
    ]
    return [entry for entry in entries if entry in decided]


def _entry(label: str, text: str) -> list[str]:
    width = reading_width()
    said: Iterable[str] = (
        line
        for part in text.split("\n")
        for line in textwrap.wrap(
            part,
            max(width - _LABEL, 24),
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
    return [
        f"{label if place == 0 else '':<{_LABEL}}{line}".rstrip() for place, line in enumerate(said)
    ]
