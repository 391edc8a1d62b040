"""What an assessment amounts to: the lines below its table."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.assessment.results import REPEATED, UNCONVERTED, UNPLACED, excluded_column
from goodstanding.assessment.sanctioned import all_doubts
from goodstanding.assessment.silence import silence, silent_since
from goodstanding.cli.result_table import not_graded_because
from goodstanding.explanation.figures import whole
from goodstanding.rulebook.english import label, not_in_force

if TYPE_CHECKING:
    from goodstanding.cli.tally import Tally
    from goodstanding.rulebook.model import Rulebook

_LABEL = 15  # columns
_MANY = 6  # grades; of a longer ladder only those that somebody has are told
_LEAST = 24  # columns for what is said beside it, however narrow the terminal

Entry = tuple[str, str]  # what is told, and what is said of it, in lines


def entries(tally: Tally, known_until: datetime | None, time_zone: str) -> list[Entry]:
    """Return what the summary says; `known_until` None: the market holds no facts."""
    rulebook = tally.rulebook
    until = "nothing is loaded yet" if known_until is None else f"until {days.iso(known_until)}"
    counted = f"{whole(tally.numbers['rows_counted'])} counted"
    said = [
        ("rulebook", f"{rulebook.title} ({rulebook.id}, version {rulebook.version})"),
        *_in_force(tally),
        ("facts known", until),
        *_silence(tally, known_until, time_zone),
        *_days(tally, time_zone),
        ("subjects", f"{whole(tally.subjects_n)} ({rulebook.subject_kind.plural})"),
        *_grades(tally),
        *_sanctions(tally),
        (_counted_in(rulebook), f"{counted}, {_excluded(tally)}{_repeated(tally)}"),
        *_unplaced(tally),
        *_unconverted(tally),
    ]
    doubted = _doubted(tally)
    return [*said, ("unconfirmed", "\n".join(doubted))] if doubted else said


def _counted_in(rulebook: Rulebook) -> str:
    """Return what a rulebook counts: orders, lines, or rows where it is both."""
    kinds = {row_set.kind for row_set in rulebook.told_rows}
    return f"{kinds.pop()}s" if len(kinds) == 1 else "rows"


def lines(said: Sequence[Entry], *, width: int) -> list[str]:
    """Return the summary's lines, none wider than asked where words allow."""
    return [line for label, text in said for line in _beside(label, text, width)]


def _in_force(tally: Tally) -> list[Entry]:
    """Say that the rulebook judges a day on which it was not in force, if it does."""
    rulebook = tally.rulebook
    if not tally.first or rulebook.is_in_force_on(tally.first["as_of"]):
        return []
    return [("", not_in_force(rulebook.version, rulebook.in_force_until))]


def _silence(tally: Tally, known_until: datetime | None, time_zone: str) -> list[Entry]:
    """Say that the as-of day lies after all that is known, if it does."""
    if not tally.first:
        return []
    last = silent_since(
        tally.first["as_of"],
        known_at=days.parse_instant(tally.first["known_at"], time_zone),
        known_until=known_until,
        zone=time_zone,
    )
    return [] if last is None else [("", silence(last))]


def _days(tally: Tally, time_zone: str) -> list[Entry]:
    first = tally.first
    if not first:
        return []
    start = first["window_from"] or "the beginning"
    return [
        ("known at", first["known_at"]),
        ("as of", f"{first['as_of']} (days in {time_zone})"),
        ("window", f"{start} to {first['window_to']}"),
    ]


def _grades(tally: Tally) -> list[Entry]:
    rulebook, grades = tally.rulebook, tally.grades
    if not rulebook.grades:
        return []
    names = list(rulebook.grade_names)
    if len(names) > _MANY:
        names = [name for name in names if grades[name]] or names[-1:]
    graded = ", ".join(f"{whole(grades[name])} {name}" for name in names)
    reasons = {reason: count for reason, count in tally.reasons.items() if reason is not None}
    because = [
        f"{whole(count)}: {not_graded_because(reason, rulebook)}"
        for reason, count in sorted(reasons.items())
    ]
    return [
        ("graded", f"{whole(tally.subjects_n - grades[None])}: {graded}"),
        ("not graded", "\n".join(because) or "0"),
    ]


def _sanctions(tally: Tally) -> list[Entry]:
    """Say how many sanctions of each kind are in force, and how many wait for a person."""
    said = []
    for name, counts in tally.sanctions.items():
        kinds = dict.fromkeys(rung.does for rung in tally.rulebook.ladders[name].rungs)
        told = [f"{whole(counts[kind])} {kind}" for kind in kinds if counts[kind]]
        said.append(f"{label(name)}: {', '.join(told) or 'none'}")
    if tally.waiting_n:
        wait = "waits" if tally.waiting_n == 1 else "wait"
        said.append(f"{whole(tally.waiting_n)} proposed: {wait} for a person to decide")
    return [("in force", "\n".join(said))] if said else []


def _excluded(tally: Tally) -> str:
    """Say how many rows were excluded, and for what."""
    counts = {
        label(entry.id): tally.numbers.get(excluded_column(entry.id), 0)
        for entry in tally.rulebook.exclusions
    }
    told = [f"{whole(count)} {what}" for what, count in counts.items() if count]
    because = f" ({', '.join(told)})" if told else ""
    return f"{whole(sum(counts.values()))} excluded{because}"


def _repeated(tally: Tally) -> str:
    """Say how many rows repeat others that count in their place, where a rulebook asks."""
    repeated = tally.numbers.get(REPEATED)
    return "" if repeated is None else f", {whole(repeated)} repeated"


def _unplaced(tally: Tally) -> list[Entry]:
    """Say how many rows name no category, where a rulebook asks for one."""
    count = tally.first.get(UNPLACED)  # every result says the same
    if not count:
        return []
    rows = _counted_in(tally.rulebook)
    return [("no category", f"{whole(count)} {rows}, which count for nobody")]


def _unconverted(tally: Tally) -> list[Entry]:
    """Say how many amounts could not be converted, so that a limit in money did not bite."""
    count = tally.numbers.get(UNCONVERTED)
    if not count:
        return []
    amounts = f"{whole(count)} amount{'s' if count > 1 else ''} that could not be converted"
    why = "no exchange rate by the day of the order: the limit in money does not apply"
    return [("not converted", f"{amounts} ({why})")]


def _doubted(tally: Tally) -> list[str]:
    """Return what decided and is not confirmed, in the rulebook's order.

    What every result turns on comes last.
    """
    rulebook = tally.rulebook
    stated = [f"{entry.id}: {entry.condition.text}" for entry in rulebook.not_graded]
    stated += [
        f"{grade.name}: {limit.that.text}" for grade in rulebook.grades for limit in grade.limits
    ]
    stated += all_doubts(rulebook)
    return [
        *(each for each in stated if each in tally.doubts),
        *(each for each in tally.doubts if each not in stated),
    ]


def _beside(label: str, text: str, width: int) -> Iterator[str]:
    for part in text.split("\n"):
        for line in textwrap.wrap(
            part,
            max(width - _LABEL, _LEAST),
            break_long_words=False,
            break_on_hyphens=False,
        ):
            yield f"{label:<{_LABEL}}{line}"
            label = ""
