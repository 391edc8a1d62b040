"""Say where calculating could leave the whole numbers of a database, before it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from goodstanding.expressions.nodes import (
    Arithmetic,
    Between,
    Call,
    Compare,
    In,
    Name,
    Negative,
    Node,
    Number,
    parts,
)
from goodstanding.expressions.types import ROW_FUNCTIONS, Fault, Kind, Scope, Type
from goodstanding.expressions.writing import write

MOST_COUNTED = 50_000_000  # rows of one subject, pieces of one line, days between two days
MOST_SUMMED = 10**12  # of what one subject's rows add up to; of money, minor units
MOST_LOOKED_UP = 10**9  # in a table that a rulebook looks values up in
MOST_MINOR = 10**11  # of one amount of money: a thousand million in most currencies
MILLION = 1_000_000  # what is calculated is kept in so many parts
_LARGEST = 2**63 - 1

# How large the numerator and the denominator of a quantity can become.
_Size = tuple[int, int]


def size_faults(
    node: Node, scope: Scope, calculated: Mapping[str, int] | None = None
) -> list[Fault]:
    """Return a fault for each comparison that could exceed 64 bits when it is multiplied out.

    The expression has no other faults. A ratio is two counts, so that comparing products or
    sums of ratios multiplies many of them. `calculated` gives the largest value of each number
    that is calculated, in millionths.
    """
    known = {name: (most, MILLION) for name, most in (calculated or {}).items()}
    sizes = {**{name: _named(given) for name, given in scope.names.items()}, **known}
    return [
        Fault(
            what=f"{write(found)} could exceed the whole numbers of a database (64 bits).",
            hint="Multiply less at once: compare each part with a number of its own.",
        )
        for found in _compared(node)
        if not _fits(found, sizes)
    ]


def largest_of(given: Type) -> int:
    """Return the largest value that a subject's number of that type can have."""
    if given.is_share:
        return 1
    if given.is_of_stars:
        return 5
    return _named(given)[0]


def _compared(node: Node) -> Iterator[Compare | Between | In]:
    if isinstance(node, Compare | Between | In):
        yield node
    for part in parts(node):
        yield from _compared(part)


def _fits(node: Compare | Between | In, sizes: Mapping[str, _Size]) -> bool:
    first, *others = (_size(part, sizes) for part in parts(node))
    return all(
        max(first[0] * other[1], other[0] * first[1], first[1] * other[1]) <= _LARGEST
        for other in others
    )


def _size(node: Node, sizes: Mapping[str, _Size]) -> _Size:
    match node:
        case Number(value):
            size = (abs(value.numerator), value.denominator)
        case Name(name):
            size = sizes[name]
        case Negative(operand) | Call(function="abs", arguments=(operand,)):
            size = _size(operand, sizes)
        case Call(function="if", arguments=(_, first, second)):
            one, other = _size(first, sizes), _size(second, sizes)
            size = (max(one[0], other[0]), max(one[1], other[1]))
        case Arithmetic(operator, left, right):
            (top, bottom), (other_top, other_bottom) = _size(left, sizes), _size(right, sizes)
            is_product = operator == "*"
            both = top * other_top if is_product else top * other_bottom + other_top * bottom
            size = (both, bottom * other_bottom)
        case Call(function=function) if function not in ROW_FUNCTIONS:
            size = (MOST_LOOKED_UP, 1)
        case _:
            size = (MOST_COUNTED, 1)
    return size


def _named(given: Type) -> _Size:
    if given.kind is Kind.RATIO:
        return MOST_COUNTED, MOST_COUNTED
    if given.kind is Kind.MEAN:
        # Stars are kept in hundredths, above and below.
        stars = MOST_COUNTED * 100
        return (stars * 5, stars) if given.is_of_stars else (MOST_SUMMED, MOST_COUNTED)
    if given.is_sum:
        return MOST_SUMMED, 1
    return (MOST_MINOR if given.kind is Kind.MONEY else MOST_COUNTED), 1
