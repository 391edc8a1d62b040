"""Say what cannot be compared with what, and what was probably meant."""

from __future__ import annotations

from fractions import Fraction

from goodstanding.errors import near
from goodstanding.expressions.money import looks_like_money, money_fault
from goodstanding.expressions.nodes import Flag, Negative, Node, Number, Text
from goodstanding.expressions.types import NUMBERS, Fault, Kind, Type
from goodstanding.expressions.writing import write, write_number

FEWEST_STARS, MOST_STARS = 1, 5
_ORDERLESS = frozenset({Kind.FLAG, Kind.CODE, Kind.IDENTITY, Kind.TEXT})

# A node with its type.
Typed = tuple[Node, Type]


def constant(node: Node) -> Fraction | None:
    """Return the number that a node writes out, or None where it is something else."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative) and isinstance(node.operand, Number):
        return -node.operand.value
    return None


def comparison_faults(whole: Node, operator: str, left: Typed, right: Typed) -> list[Fault]:
    """Return what is wrong with comparing two values, an empty list where nothing is.

    `whole` is the comparison as it stands in the text, for the message.
    """
    kinds = {left[1].kind, right[1].kind}
    if Kind.UNKNOWN in kinds:
        return []
    if _is_written(left[0]) and _is_written(right[0]):
        return [
            Fault(
                what=f"{write(whole)} compares two things that never change.",
                hint="Name a column or a measure on one side.",
            )
        ]
    if _is_written(left[0]):
        left, right = right, left
        operator = _TURNED.get(operator, operator)
    if left[1].kind is Kind.MONEY and isinstance(right[0], Text):
        fault = money_fault(write(whole), left, right[0])
        return [] if fault is None else [fault]
    fault = _fault(write(whole), operator, left, right)
    if fault is None and operator not in {"=", "<>"} and kinds & _ORDERLESS:
        kind = left[1] if left[1].kind in _ORDERLESS else right[1]
        fault = Fault(
            what=f"{write(whole)}: {kind} has no order.", hint="Compare it with =, <> or in (…)."
        )
    return [] if fault is None else [fault]


def alike_fault(whole: Node, left: Typed, right: Typed) -> Fault | None:
    """Say what is wrong with putting one value where the other could stand, None if nothing."""
    kinds = {left[1].kind, right[1].kind}
    if len(kinds) == 1 or kinds <= NUMBERS or Kind.UNKNOWN in kinds:
        return None
    return Fault(what=f"{write(whole)} gives {left[1]} or {right[1]}.")


def _is_written(node: Node) -> bool:
    return constant(node) is not None or isinstance(node, Text | Flag)


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _fault(text: str, operator: str, left: Typed, right: Typed) -> Fault | None:
    (_, one), (other_node, other) = left, right
    number = constant(other_node)
    hint = None
    if looks_like_money(other_node):
        hint = "Money of a currency is compared with a column that holds money: amount_minor."
    unlike = Fault(what=f"{text} compares {one} with {other}.", hint=hint)
    if number is not None and one.kind in _WITH_A_NUMBER:
        return _WITH_A_NUMBER[one.kind](text, operator, one, other_node)
    if Kind.CODE in {one.kind, other.kind}:
        return _code_fault(text, left, right, unlike)
    if one.kind in NUMBERS and other.kind in NUMBERS:
        is_fair = one.kind == other.kind or Kind.FRACTION in {one.kind, other.kind}
        return None if is_fair else unlike
    if Kind.IDENTITY in {one.kind, other.kind} and one.kind != other.kind:
        return Fault(
            what=unlike.what, hint="An id is compared with another id; a rule names nobody."
        )
    if Kind.DAY in {one.kind, other.kind} and one.kind != other.kind:
        return Fault(
            what=unlike.what,
            hint="Days come from columns: compare two of them, or write within(day), age(day).",
        )
    return None if one.kind == other.kind else unlike


def _code_fault(text: str, left: Typed, right: Typed, unlike: Fault) -> Fault | None:
    (code_node, code), (other_node, other) = (
        (left, right) if left[1].kind is Kind.CODE else (right, left)
    )
    if other.kind is Kind.CODE:
        if code.codes == other.codes:
            return None
        return Fault(what=f"{text} compares two codes with different lists.")
    if not isinstance(other_node, Text):
        return unlike
    if other_node.value in code.codes:
        return None
    return Fault(
        what=f"{text}: {write(code_node)} is never {write(other_node)}.",
        hint=near(other_node.value, code.codes),
    )


def _ratio_fault(text: str, operator: str, ratio: Type, node: Node) -> Fault | None:
    number = constant(node) or Fraction(0)
    if number == 0 and operator == "<":
        return Fault(what=f"{text} can never hold: a ratio is not below 0.")
    if number == 1 and operator == ">" and ratio.is_share:
        return Fault(what=f"{text} can never hold: this ratio is not above 1.")
    if number >= 0 and (number <= 1 or not ratio.is_share):
        return None
    hint = "A ratio lies between 0 and 1, which is 100 %."
    if 1 < number <= 100 and not _is_percent(node):
        hint = f"A ratio lies between 0 and 1. Did you mean {write_number(number)} %?"
    return Fault(what=f"{text} compares {ratio} with {write(node)}.", hint=hint)


def _mean_fault(text: str, _operator: str, mean: Type, node: Node) -> Fault | None:
    number = constant(node) or Fraction(0)
    is_stars = FEWEST_STARS <= number <= MOST_STARS and not _is_percent(node)
    if not mean.is_of_stars or is_stars:
        return None
    return Fault(
        what=f"{text} compares {mean} with {write(node)}.",
        hint=f"Stars lie between {FEWEST_STARS} and {MOST_STARS}.",
    )


def _stars_fault(text: str, _operator: str, _stars: Type, node: Node) -> Fault | None:
    number = constant(node) or Fraction(0)
    if not FEWEST_STARS <= number <= MOST_STARS or _is_percent(node):
        return Fault(
            what=f"{text} compares stars with {write(node)}.",
            hint=f"Stars lie between {FEWEST_STARS} and {MOST_STARS}.",
        )
    if (number * 100).denominator != 1:
        return Fault(what=f"{text}: stars are kept to two decimal places.")
    return None


def _points_fault(text: str, _operator: str, _points: Type, node: Node) -> Fault | None:
    if _is_percent(node):
        return Fault(what=f"{text} compares points with {write(node)}.")
    return None


def _money_fault(text: str, _operator: str, money: Type, node: Node) -> Fault | None:
    number = constant(node) or Fraction(0)
    if number.denominator == 1 and not _is_percent(node):
        return None
    return Fault(
        what=f"{text} compares {money} with {write(node)}.",
        hint="Money is counted in minor units (cents), which are whole: 5.00 is 500.",
    )


def _whole_fault(text: str, _operator: str, whole: Type, node: Node) -> Fault | None:
    number = constant(node) or Fraction(0)
    if number.denominator == 1 and not _is_percent(node):
        return None
    hint = "Only a ratio is compared with a per cent." if _is_percent(node) else None
    return Fault(what=f"{text} compares {whole} with {write(node)}.", hint=hint)


def _is_percent(node: Node) -> bool:
    return isinstance(node, Number) and node.is_percent


_WITH_A_NUMBER = {
    Kind.RATIO: _ratio_fault,
    Kind.MEAN: _mean_fault,
    Kind.STARS: _stars_fault,
    Kind.POINTS: _points_fault,
    Kind.MONEY: _money_fault,
    Kind.WHOLE: _whole_fault,
}
