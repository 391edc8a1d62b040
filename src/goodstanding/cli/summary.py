"""What an assessment amounts to: the lines below its table."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.assessment.results import REPEATED, UNCONVERTED, UNPLACED, excluded_column
from goodstanding.assessment.sanction_words import sanction_column
from goodstanding.assessment.sanctioned import all_doubts
from goodstanding.assessment.silence import silence, silent_since
from goodstanding.cli.result_table import not_graded_because
from goodstanding.explanation.figures import whole
from goodstanding.rulebook.english import label, not_in_force

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.rulebook.model import Rulebook

_LABEL = 15  # columns
_MANY = 6  # grades; of a longer ladder only those that somebody has are told
_LEAST = 24  # columns for what is said beside it, however narrow the terminal

Entry = tuple[str, str]  # what is told, and what is said of it, in lines


def entries(
    results: pa.Table, rulebook: Rulebook, known_until: datetime | None, time_zone: str
) -> list[Entry]:
    """Return what the summary says; `known_until` None: the market holds no facts."""
    until = "nothing is loaded yet" if known_until is None else f"until {days.iso(known_until)}"
    counted = sum(number or 0 for number in results["rows_counted"].to_pylist())
    said = [
        ("rulebook", f"{rulebook.title} ({rulebook.id}, version {rulebook.version})"),
        *_in_force(results, rulebook),
        ("facts known", until),
        *_silence(results, known_until, time_zone),
        *_days(results, time_zone),
        ("subjects", f"{whole(results.num_rows)} ({rulebook.subject_kind.plural})"),
        *_grades(results, rulebook),
        *_sanctions(results, rulebook),
        (
            _counted_in(rulebook),
            f"{whole(counted)} counted, {_excluded(results, rulebook)}{_repeated(results)}",
        ),
    ]
    said += _unplaced(results, rulebook)
    said += _unconverted(results)
    doubted = _doubted(results, rulebook)
    return [*said, ("unconfirmed", "\n".join(doubted))] if doubted else said


def _counted_in(rulebook: Rulebook) -> str:
    """Return what a rulebook counts: orders, lines, or rows where it is both."""
    kinds = {row_set.kind for row_set in rulebook.told_rows}
    return f"{kinds.pop()}s" if len(kinds) == 1 else "rows"


def lines(said: Sequence[Entry], *, width: int) -> list[str]:
    """Return the summary's lines, none wider than asked where words allow."""
    return [line for label, text in said for line in _beside(label, text, width)]


def _in_force(results: pa.Table, rulebook: Rulebook) -> list[Entry]:
    """Say that the rulebook judges a day on which it was not in force, if it does."""
    if not results.num_rows or rulebook.is_in_force_on(results["as_of"][0].as_py()):
        return []
    return [("", not_in_force(rulebook.version, rulebook.in_force_until))]


def _silence(results: pa.Table, known_until: datetime | None, time_zone: str) -> list[Entry]:
    """Say that the as-of day lies after all that is known, if it does."""
    if not results.num_rows:
        return []
    last = silent_since(
        results["as_of"][0].as_py(),
        known_at=days.parse_instant(results["known_at"][0].as_py(), time_zone),
        known_until=known_until,
        zone=time_zone,
    )
    return [] if last is None else [("", silence(last))]


def _days(results: pa.Table, time_zone: str) -> list[Entry]:
    if not results.num_rows:
        return []
    first = results.slice(0, 1).to_pylist()[0]
    start = first["window_from"] or "the beginning"
    return [
        ("known at", first["known_at"]),
        ("as of", f"{first['as_of']} (days in {time_zone})"),
        ("window", f"{start} to {first['window_to']}"),
    ]


def _grades(results: pa.Table, rulebook: Rulebook) -> list[Entry]:
    if not rulebook.grades:
        return []
    grades = Counter(results["grade"].to_pylist())
    names = list(rulebook.grade_names)
    if len(names) > _MANY:
        names = [name for name in names if grades[name]] or names[-1:]
    graded = ", ".join(f"{whole(grades[name])} {name}" for name in names)
    reasons = Counter(filter(None, results["not_graded_because"].to_pylist()))
    because = [
        f"{whole(count)}: {not_graded_because(reason, rulebook)}"
        for reason, count in sorted(reasons.items())
    ]
    return [
        ("graded", f"{whole(results.num_rows - grades[None])}: {graded}"),
        ("not graded", "\n".join(because) or "0"),
    ]


def _sanctions(results: pa.Table, rulebook: Rulebook) -> list[Entry]:
    """Say how many sanctions of each kind are in force, and how many wait for a person."""
    if not rulebook.ladders:
        return []
    said, waiting = [], 0
    for name, ladder in rulebook.ladders.items():
        counts = Counter(results[sanction_column(name, "sanction")].to_pylist())
        kinds = dict.fromkeys(rung.does for rung in ladder.rungs)
        told = [f"{whole(counts[kind])} {kind}" for kind in kinds if counts[kind]]
        said.append(f"{label(name)}: {', '.join(told) or 'none'}")
        waiting += sum(map(bool, results[sanction_column(name, "is_proposed")].to_pylist()))
    if waiting:
        wait = "waits" if waiting == 1 else "wait"
        said.append(f"{whole(waiting)} proposed: {wait} for a person to decide")
    return [("in force", "\n".join(said))]


def _excluded(results: pa.Table, rulebook: Rulebook) -> str:
    """Say how many rows were excluded, and for what."""
    counts = {
        label(entry.id): sum(number or 0 for number in results[name].to_pylist())
        for entry in rulebook.exclusions
        if (name := excluded_column(entry.id)) in results.column_names
    }
    told = [f"{whole(count)} {what}" for what, count in counts.items() if count]
    because = f" ({', '.join(told)})" if told else ""
    return f"{whole(sum(counts.values()))} excluded{because}"


def _repeated(results: pa.Table) -> str:
    """Say how many rows repeat others that count in their place, where a rulebook asks."""
    if REPEATED not in results.column_names:
        return ""
    repeated = sum(number or 0 for number in results[REPEATED].to_pylist())
    return f", {whole(repeated)} repeated"


def _unplaced(results: pa.Table, rulebook: Rulebook) -> list[Entry]:
    """Say how many rows name no category, where a rulebook asks for one."""
    counts = results[UNPLACED].to_pylist() if UNPLACED in results.column_names else []
    if not any(counts):
        return []
    return [("no category", f"{whole(counts[0])} {_counted_in(rulebook)}, which count for nobody")]


def _unconverted(results: pa.Table) -> list[Entry]:
    """Say how many amounts could not be converted, so that a limit in money did not bite."""
    if UNCONVERTED not in results.column_names:
        return []
    count = sum(number or 0 for number in results[UNCONVERTED].to_pylist())
    if not count:
        return []
    amounts = f"{whole(count)} amount{'s' if count > 1 else ''} that could not be converted"
    why = "no exchange rate by the day of the order: the limit in money does not apply"
    return [("not converted", f"{amounts} ({why})")]


def _doubted(results: pa.Table, rulebook: Rulebook) -> list[str]:
    """Return what decided and is not confirmed, in the rulebook's order.

    What every result turns on comes last.
    """
    import pyarrow.compute as pc  # noqa: PLC0415 -- the command line starts without it

    decided = pc.unique(pc.list_flatten(results["unconfirmed"])).to_pylist()
    stated = [f"{entry.id}: {entry.condition.text}" for entry in rulebook.not_graded]
    stated += [
        f"{grade.name}: {limit.that.text}" for grade in rulebook.grades for limit in grade.limits
    ]
    stated += all_doubts(rulebook)
    return [
        *(each for each in stated if each in decided),
        *(each for each in decided if each not in stated),
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
