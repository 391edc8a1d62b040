"""Verdicts: the different ones that there are, each worded once, and whose is which."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from goodstanding.assessment.judging import guarded_flag
from goodstanding.assessment.sanctioned import doubted, rungs_in_force
from goodstanding.rulebook.model import DOUBTFUL, Rulebook


@dataclass(frozen=True, slots=True)
class Verdict:
    """A grade, the limit that decided it, what was not tested, and what nobody confirmed."""

    grade: str | None
    deciding_limit: str | None
    guarded: list[str]
    unconfirmed: list[str]


def verdict_columns(rulebook: Rulebook) -> list[str]:
    """Name the columns of results that verdicts turn on."""
    return ["grade__place", "limit__deciding", *_flags(rulebook)]


def verdicts_of(results: pa.Table, rulebook: Rulebook) -> tuple[list[Verdict], pa.Array]:
    """Return the verdicts that there are, each once, and the place of each subject's."""
    flags = _flags(rulebook)
    alike = results.select(verdict_columns(rulebook))
    place = _places(alike)
    verdicts = []
    for row in alike.take(_first_rows(place)).to_pylist():
        guarded = [text for flag, text in flags.items() if row[flag]]
        verdicts.append(_verdict(rulebook, row["grade__place"], row["limit__deciding"], guarded))
    return verdicts, place


def _flags(rulebook: Rulebook) -> dict[str, str]:
    """Return the words of each limit by the flag that says that it was not tested."""
    return {
        guarded_flag(g, i): f"{grade.name}: {limit.that.text}"
        for g, grade in enumerate(rulebook.grades)
        for i, limit in enumerate(grade.limits)
    }


def _places(rows: pa.Table) -> pa.Array:
    """Return which of the different rows each is, counted from 0."""
    place = pa.repeat(pa.scalar(0, pa.int64()), rows.num_rows)
    for column in rows.columns:
        told = column.combine_chunks().dictionary_encode(null_encoding="encode")
        together = pc.add(pc.multiply(place, len(told.dictionary)), told.indices.cast(pa.int64()))
        place = together.dictionary_encode().indices.cast(pa.int64())
    return place


def _first_rows(place: pa.Array) -> pa.Array:
    """Return the first row of each place, in the order of places."""
    rows = pa.table({"place": place, "row": pa.array(range(len(place)), pa.int64())})
    return rows.group_by("place").aggregate([("row", "min")]).sort_by("place")["row_min"]


def _verdict(
    rulebook: Rulebook, place: int | None, deciding: int | None, guarded: list[str]
) -> Verdict:
    doubts = [
        f"{entry.id}: {entry.condition.text}"
        for entry in rulebook.not_graded
        if entry.origin.confidence in DOUBTFUL
    ]
    if place is None:
        return Verdict(None, None, [], doubts)
    reached = rulebook.grades[place]
    limits = [(reached.name, limit) for limit in reached.limits]
    deciding_limit = None
    if deciding is not None:
        better = rulebook.grades[place - 1]
        deciding_limit = better.limits[deciding].that.text
        limits.append((better.name, better.limits[deciding]))
    doubts += [
        f"{name}: {limit.that.text}"
        for name, limit in limits
        if limit.origin.confidence in DOUBTFUL
    ]
    passed = {f"{name}: {limit.that.text}" for name, limit in limits}
    return Verdict(
        reached.name, deciding_limit, [text for text in guarded if text in passed], doubts
    )


def unconfirmed(
    results: pa.Table,
    rulebook: Rulebook,
    of_all: list[str],
    verdicts: list[Verdict],
    place: pa.Array,
) -> pa.Array:
    """Return what decided and is not confirmed.

    Of each verdict, of sanctions in force, and what every result of the rulebook turns on.
    """
    texts = pa.list_(pa.string())
    if not rulebook.ladders:
        return pa.array([verdict.unconfirmed + of_all for verdict in verdicts], texts).take(place)
    found = [verdicts[at].unconfirmed for at in place.to_pylist()]
    for ladder in rulebook.ladders.values():
        rungs = rungs_in_force(results, ladder)
        found = [told + doubted(ladder, rung) for told, rung in zip(found, rungs, strict=True)]
    return pa.array([told + of_all for told in found], texts)
