"""Subject expressions as SQL: conditions on measures and indicators, without a fraction.

A ratio is a pair of whole numbers; comparing it with a limit multiplies out. What happens
where it is not assessed is its indicator's to say (`if_not_assessed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sqlglot import exp

from goodstanding.assessment.row_sql import COMPARISONS, whole
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
from goodstanding.rulebook.model import Indicator

Indicators = Mapping[str, Indicator]


def numerator(name: str) -> exp.Column:
    """Return the column of a ratio's numerator, or of a count."""
    return exp.column(f"{name}__numerator")


def denominator(name: str) -> exp.Column:
    """Return the column of a ratio's denominator."""
    return exp.column(f"{name}__denominator")


def is_assessed(name: str) -> exp.Column:
    """Return the column that says whether an indicator was assessed."""
    return exp.column(f"{name}__is_assessed")


def condition(node: Node, indicators: Indicators) -> exp.Expr:
    """Return a condition as SQL, with each indicator's own rule where it is not assessed."""
    match node:
        case Flag(value=value):
            return exp.true() if value else exp.false()
        case Not(operand=operand):
            return exp.Not(this=exp.paren(condition(operand, indicators)))
        case And(operands=operands):
            return exp.and_(*(condition(o, indicators) for o in operands))
        case Or(operands=operands):
            return exp.paren(exp.or_(*(condition(o, indicators) for o in operands)))
        case Between(operand=operand, low=low, high=high):
            both = And((Compare(">=", operand, low), Compare("<=", operand, high)))
            return condition(both, indicators)
        case In(operand=operand, choices=choices):
            return condition(Or(tuple(Compare("=", operand, c) for c in choices)), indicators)
        case Compare():
            return _compare(node, indicators)
        case Call(function="known", arguments=(Name(name=name),)):
            return is_assessed(name) if name in indicators else exp.true()
        case Call(function="missing", arguments=(Name(name=name),)):
            return exp.Not(this=is_assessed(name)) if name in indicators else exp.false()
        case _:
            raise ValueError(f"no condition: {node}; the checker should have refused it")


def pairs_in(node: Node, indicators: Indicators) -> list[str]:
    """Return the names of the ratios that an expression compares, in order, each once."""
    return [n for n in names_in(node) if n in indicators and indicators[n].is_pair]


def _compare(node: Compare, indicators: Indicators) -> exp.Expr:
    top_left, bottom_left = _pair(node.left, indicators)
    top_right, bottom_right = _pair(node.right, indicators)
    compared = COMPARISONS[node.operator](
        this=_times(top_left, bottom_right), expression=_times(top_right, bottom_left)
    )
    ratios = pairs_in(node, indicators)
    if not ratios:
        return compared
    # "not graded" settles the matter before any grade is asked for; false keeps it safe.
    instead = [
        exp.If(
            this=exp.Not(this=is_assessed(name)),
            true=exp.true() if indicators[name].if_not_assessed == "passes" else exp.false(),
        )
        for name in ratios
    ]
    return exp.Case(ifs=instead, default=compared)


def _times(value: exp.Expr, factor: exp.Expr | None) -> exp.Expr:
    return value.copy() if factor is None else exp.paren(value.copy()) * factor.copy()


def _pair(node: Node, indicators: Indicators) -> tuple[exp.Expr, exp.Expr | None]:
    """Return a quantity as numerator and denominator (None stands for one)."""
    match node:
        case Number(value=value):
            parts = exp.Literal.number(value.denominator) if value.denominator != 1 else None
            return whole(Fraction(value.numerator)), parts
        case Name(name=name) if name in indicators:
            bottom = denominator(name) if indicators[name].is_pair else None
            return numerator(name), bottom
        case Name(name=name):
            return exp.column(name), None
        case Negative(operand=operand):
            top, under = _pair(operand, indicators)
            return exp.Neg(this=exp.paren(top)), under
        case Arithmetic(operator="+" | "-" | "*" as operator, left=left, right=right):
            return _combined(operator, _pair(left, indicators), _pair(right, indicators))
        case Call(function="abs", arguments=(operand,)):
            top, under = _pair(operand, indicators)
            return exp.Abs(this=top), under
        case _:
            raise ValueError(f"no quantity: {node}; the checker should have refused it")


def _combined(
    operator: str,
    left: tuple[exp.Expr, exp.Expr | None],
    right: tuple[exp.Expr, exp.Expr | None],
) -> tuple[exp.Expr, exp.Expr | None]:
    (top_left, bottom_left), (top_right, bottom_right) = left, right
    bottoms = [b for b in (bottom_left, bottom_right) if b is not None]
    bottom = None if not bottoms else _times(bottoms[0], bottoms[1] if bottoms[1:] else None)
    if operator == "*":
        return exp.paren(exp.paren(top_left) * exp.paren(top_right)), bottom
    make = exp.Add if operator == "+" else exp.Sub
    top = make(this=_times(top_left, bottom_right), expression=_times(top_right, bottom_left))
    return exp.paren(top), bottom
