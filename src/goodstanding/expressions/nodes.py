"""What an expression is made of, once it is read.

A tree of plain values: nothing here knows SQL, rows or rulebooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """A column, a measure, an indicator or a named value."""

    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number of at most six decimal places; `3.5 %` is 35/1000 with `is_percent`."""

    value: Fraction
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text in single quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments, such as `within(shipped_on)`."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    operand: Node


@dataclass(frozen=True, slots=True)
class And:
    """True where all hold."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where one holds."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """`operator` is one of = <> < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between:
    """`low` and `high` included."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In:
    """One of a list."""

    operand: Node
    choices: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`operator` is one of + - * / ."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """The operand with its sign turned."""

    operand: Node


Node = (
    Name
    | Number
    | Text
    | Flag
    | Call
    | Not
    | And
    | Or
    | Compare
    | Between
    | In
    | Arithmetic
    | Negative
)


def parts(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below a node, in the order in which they were written."""
    match node:
        case Name() | Number() | Text() | Flag():
            return ()
        case Call(arguments=several) | And(operands=several) | Or(operands=several):
            return several
        case Not(operand=operand) | Negative(operand=operand):
            return (operand,)
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case Between(operand=operand, low=low, high=high):
            return (operand, low, high)
        case In(operand=operand, choices=choices):
            return (operand, *choices)


def calls_in(node: Node) -> Iterator[Call]:
    """Yield the calls of functions in an expression, the outermost first."""
    if isinstance(node, Call):
        yield node
    for part in parts(node):
        yield from calls_in(part)


def names_in(node: Node) -> list[str]:
    """Return the names in an expression, each once, in the order in which they stand."""
    if isinstance(node, Name):
        return [node.name]
    return list(dict.fromkeys(name for part in parts(node) for name in names_in(part)))
