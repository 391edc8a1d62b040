"""Write in sentences how a rulebook compares and scores: the part of the page about points."""

from __future__ import annotations

from collections.abc import Iterator

from goodstanding.expressions.writing import write_number
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.english import INDENT, Words, label, quantity
from goodstanding.rulebook.model import Origin, Points, Rulebook, Score


def origin_told(origin: Origin) -> str:
    """Say where a number comes from, in brackets."""
    ids = ", ".join(origin.source)
    return f"[{ids}: {origin.confidence}]" if ids else f"[{origin.confidence}]"


def noted(origin: Origin, indent: str = "") -> Iterator[str]:
    """Yield the remark on an entry, where it has one."""
    if origin.note is not None:
        yield f"{indent}{origin.note}"


def peers_told(rulebook: Rulebook) -> Iterator[str]:
    """Say whom a subject is compared with."""
    peers = rulebook.peers
    if peers is None:
        return
    kind = ROW_KINDS[rulebook.rows[rulebook.measures[peers.of].rows].kind]
    nearest, *further = (kind.column(name).meaning for name in peers.groups)
    most = quantity(peers.most.node, Words(kind=kind))
    fewest = f"fewer than {peers.at_least} who were assessed"
    yield (
        f"With those who, of '{label(peers.of)}', have most ({most}) in the same category: "
        f"{nearest} {origin_told(peers.origin)}."
    )
    then = "".join(f"those of {meaning}; where they are too few, " for meaning in further)
    one = rulebook.subject_kind.noun
    yield f"Where these are {fewest}: {then}everybody. Each {one} is among its own."
    yield from noted(peers.origin)


def points_told(rulebook: Rulebook) -> Iterator[str]:
    """Say how numbers become points, and what adds them up."""
    for points in rulebook.points.values():
        yield from _points(points)
    if rulebook.score is not None:
        yield from _score(rulebook.score)


def _points(points: Points) -> Iterator[str]:
    value = points.value.text
    told = f"- {label(points.name)}: from '{label(value)}'"
    if points.curve:
        steps = "; ".join(
            f"{label(point.x.text)} gives {write_number(point.points)}" for point in points.curve
        )
        told += f", {steps}; between them in proportion"
    if points.if_missing is not None:
        told += f"; not assessed, {write_number(points.if_missing)}"
    yield f"{told} {origin_told(points.origin)}."
    yield from noted(points.origin, INDENT)


def _score(score: Score) -> Iterator[str]:
    made = "the points, added up" if score.formula is None else score.formula.text
    ends = f"at least {write_number(score.least)} and at most {write_number(score.most)}"
    yield f"The score is {made}, {ends} {origin_told(score.origin)}."
    yield from noted(score.origin)
    if score.not_assessed_if is not None:
        yield f"There is none, and there are no points, where {score.not_assessed_if.text}."
    for cap in score.caps:
        yield (
            f"It is at most {write_number(cap.at_most)} where {cap.condition.text}: {cap.because} "
            f"{origin_told(cap.origin)}"
        )
        yield from noted(cap.origin, INDENT)
    if score.half_width is not None:
        yield f"It could be {score.half_width.text} more or less, were more known."


def lookups_told(rulebook: Rulebook) -> Iterator[str]:
    """Say how values are looked up."""
    for lookup in rulebook.lookups.values():
        yield (
            f"- {label(lookup.name)}: {lookup.formula.text}, to the nearest whole number, for x "
            f"from {lookup.first} to {lookup.last}; beyond them that of the end "
            f"{origin_told(lookup.origin)}."
        )
        yield from noted(lookup.origin, INDENT)
