"""Write a tree as text: one spelling for each tree, which reads back to the same tree."""

from __future__ import annotations

import re
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
from goodstanding.expressions.tokens import KEYWORDS

_PLAIN_NAME = re.compile(r"[^\W\d]\w*")


def write(node: Node) -> str:
    """Write an expression with the fewest brackets, single spaces and lower-case keywords.

    A name that no rulebook could hold, such as Order Date, comes out in double quotes and is
    read back with `quoted_names`.
    """
    match node:
        case And(operands):
            text = " and ".join(_within(o, And, Or) for o in operands)
        case Or(operands):
            text = " or ".join(_within(o, And, Or) for o in operands)
        case Not(operand):
            text = f"not {_within(operand, And, Or)}"
        case Compare(operator, left, right):
            text = f"{_number(left)} {operator} {_number(right)}"
        case Between(operand, low, high):
            text = f"{_number(operand)} between {_number(low)} and {_number(high)}"
        case In(operand, choices):
            text = f"{_number(operand)} in ({', '.join(map(write, choices))})"
        case _:
            text = _write_value(node)
    return text


def write_number(value: Fraction) -> str:
    """Write a number of at most six decimals without an exponent: 7/200 is 0.035."""
    whole, fraction = divmod(abs(value) * 1_000_000, 1_000_000)
    if fraction.denominator != 1:
        raise ValueError(f"{value} has more than six decimal places")
    decimals = f"{fraction.numerator:06d}".rstrip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def _write_value(node: Name | Number | Text | Flag | Call | Arithmetic | Negative) -> str:
    match node:
        case Name(name):
            is_plain = _PLAIN_NAME.fullmatch(name) and name.lower() not in KEYWORDS
            text = name if is_plain else '"' + name.replace('"', '""') + '"'
        case Number(value, is_percent):
            text = f"{write_number(value * 100)} %" if is_percent else write_number(value)
        case Text(value):
            text = "'" + value.replace("'", "''") + "'"
        case Flag(value):
            text = "true" if value else "false"
        case Call(function, arguments):
            text = f"{function}({', '.join(map(write, arguments))})"
        case Arithmetic(operator, left, right):
            text = _arithmetic(operator, left, right)
        case Negative(operand):
            is_signed = isinstance(operand, Negative)  # two signs in a row would be a comment
            text = f"-{_bracketed(operand) if is_signed else _factor(operand)}"
    return text


def _arithmetic(operator: str, left: Node, right: Node) -> str:
    if operator in "+-":
        return f"{_number(left)} {operator} {_term(right)}"
    return f"{_term(left)} {operator} {_factor(right)}"


def _within(node: Node, *looser: type) -> str:
    return _bracketed(node) if isinstance(node, looser) else write(node)


def _number(node: Node) -> str:
    """Write what stands beside a comparison or a plus: anything but a condition stands free."""
    return _within(node, And, Or, Not, Compare, Between, In)


def _term(node: Node) -> str:
    is_sum = isinstance(node, Arithmetic) and node.operator in "+-"
    return _bracketed(node) if is_sum else _number(node)


def _factor(node: Node) -> str:
    return _bracketed(node) if isinstance(node, Arithmetic) else _number(node)


def _bracketed(node: Node) -> str:
    return f"({write(node)})"
