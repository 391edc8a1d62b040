"""Check the grades of a rulebook against each other: each must be reachable, and in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from goodstanding.expressions.comparing import constant
from goodstanding.expressions.nodes import And, Between, Compare, Name, Node
from goodstanding.expressions.writing import write
from goodstanding.rulebook.model import Grade, Limit, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A limit of the form `name < number`: which side it bounds, and whether the end belongs.

    `text` is the limit as it stands in the document, `at` its place in its grade.
    """

    name: str
    is_upper: bool
    number: Fraction
    includes_end: bool
    unless: str | None
    text: str
    at: int

    @property
    def strictness(self) -> tuple[Fraction, bool]:
        """Order bounds of one side: the greater, the fewer values pass."""
        return (-self.number if self.is_upper else self.number, not self.includes_end)

    def is_side_of(self, other: Bound) -> bool:
        """Say whether both bound the same thing on the same side, with the same exception."""
        return (self.name, self.is_upper, self.unless) == (
            other.name,
            other.is_upper,
            other.unless,
        )


def check_grades(rulebook: Rulebook, notes: Notes) -> None:
    """Note grades that nobody can reach, that are out of order, or limit the wrong side."""
    if not rulebook.grades and rulebook.not_graded and notes.is_whole("grade"):
        what = "It says when there is no grade, and no grade is written."
        notes.add(("not_graded",), what, "Write grades, or leave 'not_graded' out.")
    last = len(rulebook.grades) - 1
    for place, grade in enumerate(rulebook.grades):
        path: Path = ("grade", place)
        if place < last and not grade.limits and notes.is_whole(*path):
            what = "It has no limits, so that every grade after it can never be reached."
            notes.add(path, what, "Give it limits, or put it last.")
        if place == last and grade.limits:
            what = "The last grade has limits, so that whoever misses them would have none."
            notes.add((*path, "all"), what, "Add a grade without limits after it.")
    bounds = [tuple(_bounds(grade)) for grade in rulebook.grades]
    for place, own in enumerate(bounds):
        if notes.is_whole("grade", place):
            _check_directions(place, rulebook, notes)
            _check_contradictions(place, own, notes)
    for place in range(len(bounds)):
        for better in range(place):
            if notes.is_whole("grade", place) and notes.is_whole("grade", better):
                _check_order(better, place, bounds, rulebook, notes)


def _bounds(grade: Grade) -> Iterator[Bound]:
    for at, limit in enumerate(grade.limits):
        for node in _all_of(limit.that.node):
            bound = _bound(node, limit, at)
            if bound is not None:
                yield bound


def _all_of(node: Node) -> Iterator[Node]:
    """Yield the comparisons of which every one must hold."""
    match node:
        case And(operands=operands):
            for operand in operands:
                yield from _all_of(operand)
        case Between(operand=operand, low=low, high=high):
            yield Compare(">=", operand, low)
            yield Compare("<=", operand, high)
        case _:
            yield node


def _bound(node: Node, limit: Limit, at: int) -> Bound | None:
    if not isinstance(node, Compare):
        return None
    operator, left, right = node.operator, node.left, node.right
    if isinstance(right, Name):
        operator, left, right = _MIRRORED.get(operator, operator), right, left
    number = constant(right)
    if not isinstance(left, Name) or number is None or operator not in _MIRRORED:
        return None
    return Bound(
        name=left.name,
        is_upper=operator in {"<", "<="},
        number=number,
        includes_end=operator in {"<=", ">="},
        unless=None if limit.unless is None else write(limit.unless.node),
        text=limit.that.text,
        at=at,
    )


def _check_directions(place: int, rulebook: Rulebook, notes: Notes) -> None:
    """Note limits that would reward what is worse."""
    for bound in _bounds(rulebook.grades[place]):
        indicator = rulebook.numbers.get(bound.name)
        if indicator is None or not notes.is_whole("indicator", bound.name):
            continue
        path: Path = ("grade", place, "all", bound.at)
        if indicator.better == "neither":
            what = f"{bound.text}: of '{bound.name}' neither lower nor higher is better."
            notes.add(path, what, f'Say better = "lower" or "higher" in indicator.{bound.name}.')
        elif bound.is_upper != (indicator.better == "lower"):
            what = f"{bound.text} bounds '{bound.name}' from the wrong side: {indicator.better} "
            sign = "<" if indicator.better == "lower" else ">="
            hint = f"Write {bound.name} {sign} …, or change 'better' of the indicator."
            notes.add(path, what + "is better.", hint)


def _check_contradictions(place: int, bounds: tuple[Bound, ...], notes: Notes) -> None:
    for upper in (b for b in bounds if b.is_upper and b.unless is None):
        for lower in (b for b in bounds if not b.is_upper and b.unless is None):
            is_empty = upper.number < lower.number or (
                upper.number == lower.number and not (upper.includes_end and lower.includes_end)
            )
            if upper.name == lower.name and is_empty:
                what = f"It can never be reached: {lower.text} contradicts {upper.text}."
                notes.add(("grade", place), what)


def _check_order(
    better: int,
    worse: int,
    bounds: list[tuple[Bound, ...]],
    rulebook: Rulebook,
    notes: Notes,
) -> None:
    """Compare the limits of a grade with those of one before it."""
    better_grade, worse_grade = rulebook.grades[better], rulebook.grades[worse]
    for own in bounds[better]:
        for other in bounds[worse]:
            if own.is_side_of(other) and own.strictness < other.strictness:
                what = (
                    f"{own.text} is looser than {other.text} of the worse grade "
                    f'"{worse_grade.name}".'
                )
                notes.add(("grade", better, "all", own.at), what, "A better grade asks for more.")
    # Where every limit of the better grade follows from one of the worse, nobody is left for it.
    asked = [node for limit in better_grade.limits for node in _all_of(limit.that.node)]
    is_understood = len(bounds[better]) == len(asked) > 0
    if is_understood and all(
        any(own.is_side_of(o) and own.strictness <= o.strictness for o in bounds[worse])
        for own in bounds[better]
    ):
        what = (
            "It can never be reached: everyone who passes its limits is already "
            f'"{better_grade.name}".'
        )
        notes.add(("grade", worse), what)
