"""Resolve what turns numbers into a score: formulas, peers, points and their sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from goodstanding.errors import near
from goodstanding.expressions.writing import write_number
from goodstanding.rulebook.document import PeersTable, PointsTable, ScoreTable, SourcedTable
from goodstanding.rulebook.model import (
    Cap,
    CurvePoint,
    Expression,
    Measure,
    Origin,
    Peers,
    Points,
    Score,
)
from goodstanding.rulebook.notes import Notes, shown
from goodstanding.rulebook.positions import Path

# Reads the expression that stands at a path.
Reading = Callable[[Path, str], Expression]


class Originating(Protocol):
    """Says where an entry comes from; what it does not say, a default does."""

    def __call__(self, table: SourcedTable, default: Origin | None = None) -> Origin: ...


def peers_of(
    table: PeersTable, measures: dict[str, Measure], origin: Origin, read: Reading, notes: Notes
) -> Peers | None:
    """Return whom a subject is compared with; None where the rows to tell by are not there."""
    if table.of not in measures:
        if table.of not in notes.broken_names("measure"):
            what = f"'{table.of}' is not a measure."
            notes.add(("peers", "of"), what, near(table.of, list(measures)))
        notes.give_up_on(("peers",))
        return None
    return Peers(
        of=table.of,
        most=read(("peers", "most"), table.most),
        groups=tuple(table.groups),
        at_least=table.at_least,
        origin=origin,
    )


def points_of(name: str, table: PointsTable, origin: Origin, read: Reading, notes: Notes) -> Points:
    """Return one entry of points; a curve that cannot be one is noted."""
    path: Path = ("points", name)
    curve = tuple(
        point
        for at, step in enumerate(table.curve)
        if (point := _curve_point((*path, "curve", at), step, read, notes)) is not None
    )
    _check_curve(path, [point.points for point in curve], table, notes)
    missing: Fraction | None = None
    if table.if_not_assessed is not None:
        missing = _six_decimals((*path, "if_not_assessed"), table.if_not_assessed, notes)
        _check_missing((*path, "if_not_assessed"), missing, curve, notes)
    return Points(
        name=name,
        value=read((*path, "is"), table.value),
        curve=curve,
        if_missing=missing,
        origin=origin,
    )


def _check_missing(
    path: Path, missing: Fraction, curve: Sequence[CurvePoint], notes: Notes
) -> None:
    """Note points for nothing known that are beyond all that a curve gives for what is known."""
    given = sorted(point.points for point in curve)
    if given and not given[0] <= missing <= given[-1]:
        least, most = write_number(given[0]), write_number(given[-1])
        what = f"{write_number(missing)} lies beyond the points of the curve, {least} to {most}."
        hint = f"Write {least}, {most}, or what lies between them."
        notes.add(path, what, hint)


def score_of(
    table: ScoreTable | None,
    origin: Originating,
    read: Reading,
    notes: Notes,
    *,
    has_points: bool,
) -> Score | None:
    """Return the sum of the points; None where there is none."""
    if table is None:
        if has_points:
            what = "There are points, and nothing adds them up."
            notes.add(("points",), what, "Write score = { range = [0, 100] }.")
        return None
    least, most = (
        _six_decimals(("score", "range", at), end, notes) for at, end in enumerate(table.range)
    )
    if least >= most:
        what = f"It ends at {shown(table.range[1])}, and begins at {shown(table.range[0])}."
        notes.add(("score", "range"), what, "Write the least first: [0, 100].")
    if table.formula is None and not has_points:
        what = "There are no points to add up."
        notes.add(("score",), what, 'Write points.NAME = { is = "…", curve = […] }, or is = "…".')
    return Score(
        formula=None if table.formula is None else read(("score", "is"), table.formula),
        least=least,
        most=most,
        decimals=table.decimals,
        not_assessed_if=_read_if(("score", "not_assessed_if"), table.not_assessed_if, read),
        caps=caps_of(table, origin, read, notes),
        half_width=_read_if(
            ("score", "interval", "half_width"),
            None if table.interval is None else table.interval.half_width,
            read,
        ),
        origin=origin(table),
    )


def _read_if(path: Path, text: str | None, read: Reading) -> Expression | None:
    return None if text is None else read(path, text)


def caps_of(
    table: ScoreTable,
    origin: Originating,
    read: Reading,
    notes: Notes,
) -> tuple[Cap, ...]:
    """Return what keeps a score lower; each comes from where the score does, unless it says so."""
    return tuple(
        Cap(
            condition=read(("score", "cap", at, "if"), cap.condition),
            at_most=_six_decimals(("score", "cap", at, "at_most"), cap.at_most, notes),
            because=cap.because,
            origin=origin(cap, origin(table)),
        )
        for at, cap in enumerate(table.cap)
    )


def _curve_point(
    path: Path, step: list[str | int | Decimal], read: Reading, notes: Notes
) -> CurvePoint | None:
    x, points = step
    if isinstance(points, str | bool):
        notes.add(path, f"{shown(points)} is no number of points.", 'Write ["peer_rate(x)", 8].')
        notes.give_up_on(path)
        return None
    number = _six_decimals(path, points, notes)
    if isinstance(x, str):
        return CurvePoint(x=read(path, x), points=number)
    value = _six_decimals(path, x, notes)
    text = write_number(value) if value >= 0 else f"-{write_number(-value)}"
    return CurvePoint(x=read(path, text), points=number)


def _check_curve(path: Path, points: list[Fraction], table: PointsTable, notes: Notes) -> None:
    if not table.curve:
        return
    if len(table.curve) == 1:
        notes.add((*path, "curve"), "One point makes no curve.", "Write two or more.")
    is_rising = all(a <= b for a, b in pairwise(points))
    is_falling = all(a >= b for a, b in pairwise(points))
    if not is_rising and not is_falling:
        what = "It rises in one place and falls in another."
        notes.add((*path, "curve"), what, "More of a number is either better or worse.")


def _six_decimals(path: Path, number: int | Decimal, notes: Notes) -> Fraction:
    value = Fraction(number)
    if (value * 1_000_000).denominator != 1:
        notes.add(path, f"{shown(number)} has more than six decimal places.")
        return Fraction(0)
    return value
