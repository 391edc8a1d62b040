"""Say how large what is calculated of a subject can become, before it is too large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from goodstanding.expressions.nodes import Arithmetic, Call, Name, Negative, Node, Number, parts
from goodstanding.expressions.sizes import MILLION, largest_of
from goodstanding.expressions.types import PAIRS, Fault, Type
from goodstanding.expressions.writing import write, write_number
from goodstanding.rulebook.evidence import FUNCTION, evidence_of
from goodstanding.rulebook.model import Points, Rulebook, Score
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.scopes import indicator_type, measure_type
from goodstanding.rulebook.scored import HALF_WIDTH

MOST_CALCULATED = 4 * 10**12  # in millionths and twice that, for rounding, below 2**63
_LARGEST = 2**63 - 1
_MILLIONTH = Fraction(1, MILLION)
_MOST = f"{MOST_CALCULATED:,}, the most that is calculated with"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """How far from 0 a number can be, and how near to it without being 0."""

    most: Fraction
    least: Fraction = _MILLIONTH


def largest_numbers(rulebook: Rulebook) -> dict[str, int]:
    """Return the largest value of each number that is calculated, in millionths.

    The rulebook has no other faults.
    """
    reaches = _Reaches(rulebook)
    calculated = [i.name for i in rulebook.numbers.values() if i.formula is not None]
    return {name: int(reaches.named(name).most * MILLION) for name in calculated}


def largest_faults(rulebook: Rulebook) -> Iterator[tuple[Path, Fault]]:
    """Yield where a formula or curve could exceed what is calculated with, innermost first.

    The rulebook has no other faults.
    """
    reaches = _Reaches(rulebook)
    for indicator in rulebook.indicators.values():
        if indicator.formula is not None:
            yield from reaches.faults(("indicator", indicator.name, "is"), indicator.formula.node)
    for points in rulebook.points.values():
        path: Path = ("points", points.name)
        yield from reaches.faults((*path, "is"), points.value.node)
        for at, point in enumerate(points.curve):
            yield from reaches.faults((*path, "curve", at), point.x.node)
        yield from reaches.curve_faults(points)
        for at, point in enumerate(points.curve):
            yield from _number_faults((*path, "curve", at), point.points)
        yield from _number_faults((*path, "if_not_assessed"), points.if_missing)
    if rulebook.score is not None:
        yield from _score_faults(rulebook.score, reaches)


def _score_faults(score: Score, reaches: _Reaches) -> Iterator[tuple[Path, Fault]]:
    formula = score.as_indicator().formula
    if formula is not None:
        path: Path = ("score",) if score.formula is None else ("score", "is")
        yield from reaches.faults(path, formula.node)
    for at, end in enumerate((score.least, score.most)):
        yield from _number_faults(("score", "range", at), end)
    if score.half_width is not None:
        yield from reaches.faults(HALF_WIDTH, score.half_width.node)
    for at, cap in enumerate(score.caps):
        yield from reaches.faults(("score", "cap", at, "if"), cap.condition.node)


class _Reaches:
    """Looks at each number once, however often it is named."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.found: dict[str, _Reach] = {}

    @cached_property
    def types(self) -> dict[str, Type]:
        """The types of all that is not calculated."""
        measures = self.rulebook.measures.values()
        indicators = self.rulebook.indicators.values()
        return {
            **{each.name: measure_type(each, self.rulebook) for each in measures},
            **{each.name: indicator_type(each, self.rulebook) for each in indicators},
        }

    def faults(self, path: Path, node: Node) -> Iterator[tuple[Path, Fault]]:
        """Yield the parts of an expression that are too large, made of parts that are not."""
        below = [fault for part in parts(node) for fault in self.faults(path, part)]
        yield from below
        if not below and isinstance(node, Call) and node.function == FUNCTION:
            yield from self.evidence_faults(path, node)
        is_made = isinstance(node, Number | Arithmetic) or node == Name("points")
        if not below and is_made and self.of(node).most > MOST_CALCULATED:
            is_quotient = isinstance(node, Arithmetic) and node.operator == "/"
            hint = "Keep what is multiplied within ends: clamp(x, 0, 1000)."
            if is_quotient:
                hint = "Keep what it is divided by away from 0: clamp(x, 0.01, 1000)."
            yield path, Fault(what=f"{write(node)} could exceed {_MOST}.", hint=hint)

    def evidence_faults(self, path: Path, call: Call) -> Iterator[tuple[Path, Fault]]:
        """Yield a fault where all the evidence together could be too much to divide by."""
        told = evidence_of(call)
        if self.of(told.good).most + self.of(told.bad).most + told.k > MOST_CALCULATED:
            what = f"What {write(call)} weighs could exceed {_MOST}."
            yield path, Fault(what=what, hint="Keep it within ends: clamp(x, 0, 1000).")

    def curve_faults(self, points: Points) -> Iterator[tuple[Path, Fault]]:
        """Yield a fault where values and points between two of them multiply to too much."""
        for at, (one, other) in enumerate(pairwise(points.curve), start=1):
            length = (self.of(one.x.node).most + self.of(other.x.node).most) * MILLION
            height = abs(one.points - other.points) * MILLION
            if 2 * length * height + length > _LARGEST:
                what = (
                    f"From {one.x.text} to {other.x.text}, multiplied by the points between them, "
                    "it could exceed the whole numbers of a database (64 bits)."
                )
                hint = "Divide what the curve is of, by 1000 say, and its values likewise."
                yield ("points", points.name, "curve", at), Fault(what=what, hint=hint)

    def of(self, node: Node) -> _Reach:
        """Return the reach of an expression."""
        match node:
            case Number(value=value):
                found = _Reach(most=abs(value), least=abs(value) or _MILLIONTH)
            case Name(name=name):
                found = self.named(name)
            case Negative(operand=operand) | Call(function="abs", arguments=(operand,)):
                found = self.of(operand)
            case Arithmetic(operator=operator, left=left, right=right):
                found = _together(operator, self.of(left), self.of(right))
            case Call(function="floor", arguments=(operand,)):
                found = _Reach(most=self.of(operand).most + 1, least=Fraction(1))
            case Call(function="if", arguments=(_, *chosen)):
                found = _farther([self.of(each) for each in chosen])
            case Call(function="clamp", arguments=(_, *ends)):
                kept = _farther([self.of(end) for end in ends])
                # Between two ends above 0 nothing is nearer to 0 than they are.
                is_above = all(isinstance(end, Number) and end.value > 0 for end in ends)
                found = kept if is_above else _Reach(most=kept.most)
            case Call():
                found = self.called(node)
            case _:
                raise ValueError(f"no quantity: {node}; the checker should have refused it")
        return found

    def called(self, call: Call) -> _Reach:
        """Return the reach of evidence, of what is looked up, or of what peers come to."""
        if call.function == FUNCTION:
            return _Reach(most=evidence_of(call).worth)
        lookup = self.rulebook.lookups.get(call.function)
        if lookup is not None:
            return _Reach(most=Fraction(lookup.most), least=Fraction(1))
        (asked,) = call.arguments  # of peers: no farther than one of them is
        return _Reach(most=self.of(asked).most)

    def named(self, name: str) -> _Reach:
        """Return the reach of a number by its name."""
        if name not in self.found:
            self.found[name] = self._named(name)
        return self.found[name]

    def _named(self, name: str) -> _Reach:
        rulebook = self.rulebook
        if name == "score" and rulebook.score is not None:
            return _Reach(most=max(abs(rulebook.score.least), abs(rulebook.score.most)))
        if name == "points":
            return _Reach(most=sum((self.named(each).most for each in rulebook.points), Fraction()))
        if name in rulebook.points:
            return self._points(rulebook.points[name])
        indicator = rulebook.indicators.get(name)
        if indicator is not None and indicator.formula is not None:
            return _within(self.of(indicator.formula.node))
        given = self.types[name]
        is_whole = given.kind not in PAIRS
        return _Reach(
            most=Fraction(largest_of(given)), least=Fraction(1) if is_whole else _MILLIONTH
        )

    def _points(self, points: Points) -> _Reach:
        given = [abs(point.points) for point in points.curve] or [self.of(points.value.node).most]
        return _within(_Reach(most=max(*given, abs(points.if_missing or Fraction()))))


def _number_faults(path: Path, number: Fraction | None) -> Iterator[tuple[Path, Fault]]:
    if number is not None and abs(number) > MOST_CALCULATED:
        what = f"{write_number(number)} is beyond {_MOST}."
        yield path, Fault(what=what, hint="Write a smaller number.")


def _within(reach: _Reach) -> _Reach:
    """Return the reach of what is looked at elsewhere, so that its fault is told once."""
    return replace(reach, most=min(reach.most, Fraction(MOST_CALCULATED)))


def _together(operator: str, one: _Reach, other: _Reach) -> _Reach:
    is_whole = one.least >= 1 and other.least >= 1
    least = Fraction(1) if is_whole else _MILLIONTH
    match operator:
        case "*":
            return _Reach(most=one.most * other.most, least=least)
        case "/":
            return _Reach(most=one.most / other.least)
        case _:
            return _Reach(most=one.most + other.most, least=least)


def _farther(reaches: list[_Reach]) -> _Reach:
    return _Reach(
        most=max(each.most for each in reaches), least=min(each.least for each in reaches)
    )
