"""A comparison of two rulebooks as text, for an operator who is about to choose limits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from goodstanding import days
from goodstanding.assessment.silence import silence
from goodstanding.explanation.comparing import MOVED, Comparison, Side
from goodstanding.explanation.figures import figure
from goodstanding.explanation.layout import INDENT, MOST_LISTED, and_more, fits, paragraph, table
from goodstanding.explanation.spread import Spread
from goodstanding.explanation.telling_sanction_moves import sanction_moves_text
from goodstanding.rows.subjects import SUBJECT_KINDS
from goodstanding.rulebook.english import label, not_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONE = "not graded"


def text(comparison: Comparison, width: int = 80) -> str:
    """Return a comparison in lines of at most so many characters, as far as words allow."""
    sections = [
        _head(comparison, width),
        _moves(comparison, width),
        _crossings(comparison, width),
        _spreads(comparison, width),
        _movers(comparison, width),
        sanction_moves_text(comparison, width),
    ]
    return "\n\n".join("\n".join(lines) for section in sections if (lines := list(section)))


def _head(comparison: Comparison, width: int) -> Iterator[str]:
    for order, side in (("First", comparison.first), ("Second", comparison.second)):
        yield from paragraph(f"{order}: {_called(side)}, {side.title}", width)
    first, second = comparison.first, comparison.second
    if (first.as_of, first.known_at) == (second.as_of, second.known_at):
        asked = f"As of {first.as_of}, known at {days.iso(first.known_at)}"
    else:
        asked = (
            f"First as of {first.as_of}, known at {days.iso(first.known_at)}; second as of "
            f"{second.as_of}, known at {days.iso(second.known_at)}"
        )
    yield from paragraph(f"{asked}; days in {comparison.time_zone}.", width)
    for last in comparison.silent_since:
        yield from paragraph(silence(last), width)


def _called(side: Side) -> str:
    called = f"{side.rulebook} version {side.version} ({side.place})"
    if side.is_in_force:
        return called
    return f"{called}, {not_in_force(side.version, side.in_force_until)}"


def _has_grades(comparison: Comparison) -> bool:
    return bool(comparison.first.grades or comparison.second.grades)


def _moves(comparison: Comparison, width: int) -> Iterator[str]:
    if not _has_grades(comparison):
        return
    moves = comparison.moves
    everybody = SUBJECT_KINDS[comparison.subject_kind].counted(comparison.subjects_n)
    moved = comparison.subjects_n - moves["unchanged"] - moves["not_graded"]
    told = (
        f"Of {everybody} {moved:,} would move: {moves['up']:,} up, "
        f"{moves['down']:,} down, {moves['newly_graded']:,} newly graded, "
        f"{moves['no_longer_graded']:,} no longer graded. {moves['unchanged']:,} keep their grade, "
        f"{moves['not_graded']:,} have none under either."
    )
    yield from paragraph(told, width)
    if comparison.by_position:
        yield from paragraph(
            "The grades have different names: up and down compare their places, counted from "
            f"the best ({', '.join(comparison.first.grades)}; "
            f"{', '.join(comparison.second.grades)}).",
            width,
        )


def _crossings(comparison: Comparison, width: int) -> Iterator[str]:
    counts = {(c.first_grade, c.second_grade): c.subjects_n for c in comparison.crossings}
    if not counts or not _has_grades(comparison):
        return
    lines = _among((*comparison.first.grades, None), {first for first, _ in counts})
    columns = _among((*comparison.second.grades, None), {second for _, second in counts})
    titles = ["first / second", *map(_grade, columns)]
    rows = [
        [_grade(line), *(f"{counts.get((line, column), 0):,}" for column in columns)]
        for line in lines
    ]
    yield "Grades"
    if fits([titles, *rows], width):
        told = "Each line is a grade under the first, each column one under the second."
        yield from paragraph(told, width, first=INDENT)
        yield from table(rows, width, titles=titles, numbers=range(1, len(titles)))
    else:
        listed = [(_grade(a), _grade(b), f"{n:,}") for (a, b), n in counts.items()]
        yield from table(listed, width, titles=("first", "second", "how many"), numbers={2})


def _among(grades: Sequence[str | None], there: Collection[str | None]) -> list[str | None]:
    return [grade for grade in grades if grade in there]


def _grade(grade: str | None) -> str:
    return grade or _NONE


def _spreads(comparison: Comparison, width: int) -> Iterator[str]:
    told = _to_tell(comparison)
    if not told:
        return
    yield "Where limits would fall"
    yield from paragraph(
        "This share of those assessed has at most this value: a limit there would part them so.",
        width,
        first=INDENT,
    )
    titles = ["", *(f"{point.percent} %" for point in told[0][1].points)]
    rows = [
        [
            f"{name} ({SUBJECT_KINDS[comparison.subject_kind].counted(spread.assessed_n)})",
            *(_share(point.numerator, point.denominator, spread) for point in spread.points),
        ]
        for name, spread in told
    ]
    if fits([titles, *rows], width):
        yield from table(rows, width, titles=titles, numbers=range(1, len(titles)))
        return
    for name, *values in rows:
        yield from paragraph(name, width, first=INDENT)
        yield from table(list(zip(titles[1:], values, strict=True)), width, numbers={0, 1})


def _to_tell(comparison: Comparison) -> list[tuple[str, Spread]]:
    """Return what spreads under the second, and what does otherwise under the first."""
    second = [(label(s.indicator), s) for s in comparison.second_spread if s.assessed_n]
    points = {spread.points for _, spread in second}
    first = [
        (f"{label(s.indicator)}, by the first", s)
        for s in comparison.first_spread
        if s.assessed_n and s.points not in points
    ]
    return [*second, *first]


def _share(numerator: int, denominator: int | None, spread: Spread) -> str:
    return figure(numerator, denominator, spread.limits, is_share=spread.is_share)


def _movers(comparison: Comparison, width: int) -> Iterator[str]:
    moved_n = sum(comparison.moves[move] for move in MOVED)
    if not moved_n:
        return
    yield f"Who would move: {moved_n:,}"
    rows = [
        (
            mover["subject_id"],
            f"{_grade(mover['first_grade'])} -> {_grade(mover['second_grade'])}",
            _numbers(comparison, mover),
        )
        for mover in comparison.movers.slice(0, min(moved_n, MOST_LISTED)).to_pylist()
    ]
    yield from table(rows, width)
    yield from and_more(moved_n)


def _numbers(comparison: Comparison, mover: Mapping[str, Any]) -> str:
    """Return the numbers that decide, under the second; under the first where they differ."""
    said = []
    for spread in comparison.second_spread:
        second = _number("second", spread, mover)
        first = _number("first", spread, mover)
        if second is not None:
            said.append(second if first in {second, None} else f"{first} -> {second}")
    return "; ".join(said)


def _number(side: str, spread: Spread, mover: Mapping[str, Any]) -> str | None:
    top = mover.get(f"{side}_{spread.indicator}_numerator")
    if top is None:
        return None
    bottom = mover[f"{side}_{spread.indicator}_denominator"]
    if bottom is None:
        return f"{top:,}"
    if mover[f"{side}_{spread.indicator}_value"] is None:
        return f"{top:,}/{bottom:,}, not assessed"
    return f"{top:,}/{bottom:,} = {_share(top, bottom, spread)}"
