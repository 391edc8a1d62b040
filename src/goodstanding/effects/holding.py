"""Say whether the condition of an effect holds for what a result tells."""

from __future__ import annotations

from collections.abc import Mapping
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
    Text,
)

# What a name comes to: a number, the name of a grade; None: not assessed, not graded, not scored.
Value = Fraction | str | None
_Found = Fraction | str | bool | None


def holds(condition: Node, told: Mapping[str, Value]) -> bool:
    """Say whether a condition holds; one that turns on something unknown does not."""
    return _of(condition, told) is True


def _of(node: Node, told: Mapping[str, Value]) -> _Found:
    match node:
        case Name(name):
            found: _Found = told[name]
        case Number(value) | Text(value) | Flag(value):
            found = value
        case Not(operand):
            truth = _of(operand, told)
            found = None if truth is None else not truth
        case And(operands):
            found = _all([_of(each, told) for each in operands])
        case Or(operands):
            found = _any([_of(each, told) for each in operands])
        case Compare(operator, left, right):
            found = _compared(operator, _of(left, told), _of(right, told))
        case Between(operand, low, high):
            ends = (Compare(">=", operand, low), Compare("<=", operand, high))
            found = _of(And(ends), told)
        case In(operand, choices):
            found = _of(Or(tuple(Compare("=", operand, each) for each in choices)), told)
        case Call() | Arithmetic() | Negative():
            found = _calculated(node, told)
    return found


def _calculated(node: Call | Arithmetic | Negative, told: Mapping[str, Value]) -> _Found:
    match node:
        case Call("known", (argument,)):
            return _of(argument, told) is not None
        case Call("missing", (argument,)):
            return _of(argument, told) is None
        case Call("abs", (argument,)):
            number = _of(argument, told)
            return abs(number) if isinstance(number, Fraction) else None
        case Negative(operand):
            number = _of(operand, told)
            return -number if isinstance(number, Fraction) else None
        case Arithmetic(operator, left, right):
            one, other = _of(left, told), _of(right, told)
            if isinstance(one, Fraction) and isinstance(other, Fraction):
                return {"+": one + other, "-": one - other, "*": one * other}[operator]
            return None
        case _:
            raise ValueError(f"'{node}' cannot stand in an effect: the checker should refuse it")


def _all(truths: list[_Found]) -> bool | None:
    if False in truths:
        return False
    return None if None in truths else True


def _any(truths: list[_Found]) -> bool | None:
    if True in truths:
        return True
    return None if None in truths else False


def _compared(operator: str, left: _Found, right: _Found) -> bool | None:
    if left is None or right is None:
        return None
    if operator in {"=", "<>"}:
        return (left == right) is (operator == "=")
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        raise ValueError(f"{left} and {right} have no order: the checker should refuse it")
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[operator]
