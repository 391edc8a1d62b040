"""Judge a subject by its counts alone, in plain Python: what a rulebook makes of them.

The checker tries many counts on a rulebook, without rows and without a database. It means the
same as the steps that judge (`assessment.judging`), and a test holds the two together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from goodstanding.expressions.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Flag,
    In,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    names_in,
)
from goodstanding.rulebook.conditions import judging_conditions
from goodstanding.rulebook.model import Indicator, Rulebook
from goodstanding.rulebook.positions import Path

# Counts of measures by name.
Counts = Mapping[str, int]
_Condition = Callable[[Counts], bool]
# A quantity as numerator and denominator.
_Quantity = Callable[[Counts], tuple[int, int]]
_COMPARED: Mapping[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The place of a grade, counted from 0, the best; None where there is none, for `reason`."""

    place: int | None
    reason: Path | None = None


class Judge:
    """A rulebook's conditions on subjects, made ready to be tried on counts."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.indicators = rulebook.indicators
        self.guards = {
            indicator.name: self.condition(indicator.not_assessed_if.node)
            for indicator in rulebook.indicators.values()
            if indicator.not_assessed_if is not None
        }
        self.reasons: list[tuple[Path, _Condition]] = [
            (("not_graded", place, "if"), self.condition(entry.condition.node))
            for place, entry in enumerate(rulebook.not_graded)
        ]
        self.required = [i for i in limited_ratios(rulebook) if i.if_not_assessed == "not graded"]
        self.limits = [
            [
                (
                    self.condition(limit.that.node),
                    None if limit.unless is None else self.condition(limit.unless.node),
                )
                for limit in grade.limits
            ]
            for grade in rulebook.grades
        ]

    def outcome(self, counts: Counts) -> Outcome:
        """Say what these counts come to."""
        for path, holds in self.reasons:
            if holds(counts):
                return Outcome(place=None, reason=path)
        for indicator in self.required:
            if not self.is_assessed(indicator, counts):
                return Outcome(place=None, reason=("indicator", indicator.name))
        for place in range(len(self.limits)):
            if self.missed(place, counts) is None:
                return Outcome(place=place)
        raise ValueError("the last grade has limits; the checker should have refused it")

    def missed(self, place: int, counts: Counts) -> int | None:
        """Return which limit of a grade is missed first, None where all are met."""
        for at, (that, unless) in enumerate(self.limits[place]):
            if not that(counts) and not (unless is not None and unless(counts)):
                return at
        return None

    def is_assessed(self, indicator: Indicator, counts: Counts) -> bool:
        """Say whether an indicator has something to divide by, and no guard holds it back."""
        if indicator.ratio is None:
            return True
        guard = self.guards.get(indicator.name)
        return counts[indicator.ratio[1]] > 0 and not (guard is not None and guard(counts))

    def condition(self, node: Node) -> _Condition:
        """Make a condition on a subject ready to be tried."""
        match node:
            case Flag(value):
                found: _Condition = lambda _: value  # noqa: E731 -- one of several forms
            case Not(operand):
                turned = self.condition(operand)
                found = lambda counts: not turned(counts)  # noqa: E731 -- likewise
            case And(operands):
                all_of = [self.condition(each) for each in operands]
                found = lambda counts: all(holds(counts) for holds in all_of)  # noqa: E731 -- likewise
            case Or(operands):
                any_of = [self.condition(each) for each in operands]
                found = lambda counts: any(holds(counts) for holds in any_of)  # noqa: E731 -- likewise
            case Between(operand, low, high):
                found = self.condition(
                    And((Compare(">=", operand, low), Compare("<=", operand, high)))
                )
            case In(operand, choices):
                found = self.condition(Or(tuple(Compare("=", operand, each) for each in choices)))
            case Compare():
                found = self.comparison(node)
            case Call(function, (Name(name),)):
                found = self.asked(name, is_known=function == "known")
            case _:
                raise ValueError(f"no condition: {node}; the checker should have refused it")
        return found

    def asked(self, name: str, *, is_known: bool) -> _Condition:
        indicator = self.indicators.get(name)
        if indicator is None:
            return lambda _: is_known
        return lambda counts: self.is_assessed(indicator, counts) == is_known

    def comparison(self, node: Compare) -> _Condition:
        compared = _COMPARED[node.operator]
        left, right = self.quantity(node.left), self.quantity(node.right)
        ratios = ratios_in(node, self.indicators)

        def holds(counts: Counts) -> bool:
            for ratio in ratios:
                if not self.is_assessed(ratio, counts):
                    return ratio.if_not_assessed == "passes"
            (top, bottom), (other_top, other_bottom) = left(counts), right(counts)
            return compared(top * other_bottom, other_top * bottom)

        return holds

    def quantity(self, node: Node) -> _Quantity:
        match node:
            case Number(value):
                pair = (value.numerator, value.denominator)
                return lambda _: pair
            case Name(name):
                return self.named(name)
            case Negative(operand):
                return self.quantity(Arithmetic("-", Number(Fraction(0)), operand))
            case Call(function="abs", arguments=(operand,)):
                inner = self.quantity(operand)
                return lambda counts: (abs(inner(counts)[0]), inner(counts)[1])
            case Arithmetic(sign, left, right):
                return _calculated(sign, self.quantity(left), self.quantity(right))
            case _:
                raise ValueError(f"no quantity: {node}; the checker should have refused it")

    def named(self, name: str) -> _Quantity:
        indicator = self.indicators.get(name)
        if indicator is not None and indicator.ratio is not None:
            top, bottom = indicator.ratio
            return lambda counts: (counts[top], counts[bottom])
        counted = name if indicator is None else str(indicator.count)
        return lambda counts: (counts[counted], 1)


def _calculated(sign: str, left: _Quantity, right: _Quantity) -> _Quantity:
    def found(counts: Counts) -> tuple[int, int]:
        (top, bottom), (other_top, other_bottom) = left(counts), right(counts)
        if sign == "*":
            return top * other_top, bottom * other_bottom
        if sign == "+":
            return top * other_bottom + other_top * bottom, bottom * other_bottom
        return top * other_bottom - other_top * bottom, bottom * other_bottom

    return found


def ratios_in(node: Node, indicators: Mapping[str, Indicator]) -> list[Indicator]:
    """Return the ratios and means that an expression names, in order, each once."""
    return [
        indicators[name]
        for name in names_in(node)
        if name in indicators and indicators[name].is_pair
    ]


def is_told_by_counts(rulebook: Rulebook) -> bool:
    """Say whether counts alone settle a grade: nothing that judges adds up quantities."""
    named = {
        measure
        for _, condition, _ in judging_conditions(rulebook)
        for name in names_in(condition.node)
        for measure in (rulebook.numbers[name].measures if name in rulebook.numbers else (name,))
    }
    if any(rulebook.numbers[name].formula for name in _judged_by(rulebook)):
        return False
    return all(rulebook.measures[name].sum is None for name in named)


def _judged_by(rulebook: Rulebook) -> set[str]:
    """Return the numbers that conditions on subjects name."""
    return {
        name
        for _, condition, _ in judging_conditions(rulebook)
        for name in names_in(condition.node)
        if name in rulebook.numbers
    }


def limited_ratios(rulebook: Rulebook) -> list[Indicator]:
    """Return the ratios and means that a limit names, in the rulebook's order."""
    named = {
        ratio.name
        for grade in rulebook.grades
        for limit in grade.limits
        for ratio in ratios_in(limit.that.node, rulebook.numbers)
    }
    return [indicator for indicator in rulebook.numbers.values() if indicator.name in named]
