"""Say what calculating gives, and what cannot be calculated."""

from __future__ import annotations

from fractions import Fraction

from goodstanding.expressions.nodes import Arithmetic, Negative, Node, Number
from goodstanding.expressions.types import NUMBERS, Fault, Kind, Type, widest
from goodstanding.expressions.writing import write

# What calculating gives beside numbers; a day takes days that are written out.
_MIXED = {
    ("+", Kind.DAY, Kind.WHOLE): Kind.DAY,
    ("-", Kind.DAY, Kind.WHOLE): Kind.DAY,
    ("+", Kind.MONEY, Kind.MONEY): Kind.MONEY,
    ("-", Kind.MONEY, Kind.MONEY): Kind.MONEY,
    ("*", Kind.MONEY, Kind.WHOLE): Kind.MONEY,
    ("*", Kind.WHOLE, Kind.MONEY): Kind.MONEY,
}


def calculated(node: Arithmetic, left: Type, right: Type) -> Type | None:
    """Return what a calculation gives, None where it makes no sense."""
    if left.kind in NUMBERS and right.kind in NUMBERS:
        return Type(kind=Kind.FRACTION) if node.operator == "/" else widest([left, right])
    kind = _MIXED.get((node.operator, left.kind, right.kind))
    if kind is Kind.DAY and not isinstance(node.right, Number):
        return None
    return None if kind is None else Type(kind=kind)


def way_out(node: Arithmetic, kinds: tuple[Kind, Kind]) -> str | None:
    """Say what to write where days or stars are calculated with."""
    if kinds == (Kind.DAY, Kind.DAY) and node.operator == "-":
        return f"Write days_between({write(node.right)}, {write(node.left)})."
    if Kind.DAY in kinds:
        return "A day takes a number of days, written out after it: closed_on + 30."
    if Kind.STARS in kinds:
        return "Stars are compared, one column at a time."
    if Kind.POINTS in kinds:
        return 'Points are compared, or added up: sum = "score".'
    return None


def division_fault(node: Arithmetic) -> Fault | None:
    """Return the fault of a quotient that divides by a written 0, such as `0.0` or `1 - 1`."""
    if node.operator != "/" or written(node.right) != 0:
        return None
    return Fault(
        what=f"{write(node)} divides by 0, so that it is never known.",
        hint="Divide by another number, or leave it out.",
    )


def written(node: Node) -> Fraction | None:
    """Return what an expression of written numbers comes to, exactly; None where it names one."""
    match node:
        case Number(value=value):
            return value
        case Negative(operand=operand):
            turned = written(operand)
            return None if turned is None else -turned
        case Arithmetic(operator=operator, left=left, right=right):
            one, other = written(left), written(right)
            if one is None or other is None:
                return None
            return _together(operator, one, other)
        case _:
            return None


def _together(operator: str, one: Fraction, other: Fraction) -> Fraction | None:
    match operator:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
        case _:
            return one / other if other else None
