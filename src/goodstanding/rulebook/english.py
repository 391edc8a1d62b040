"""Say a condition in English, with the words that the row catalogue has for its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from goodstanding.expressions.money import read_money
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
from goodstanding.expressions.writing import write
from goodstanding.rows.catalogue import RowColumn, RowKind, Type
from goodstanding.rulebook.model import Calendar, Expression

INDENT = "  "
_AMOUNT = {
    "=": "exactly {0}",
    "<>": "anything but {0}",
    "<": "less than {0}",
    "<=": "{0} or less",
    ">": "more than {0}",
    ">=": "{0} or more",
}
_FEWER = {**_AMOUNT, "<": "fewer than {0}", "<=": "{0} or fewer"}
_SHARE = {**_AMOUNT, "<": "below {0}", "<=": "{0} or below", ">": "above {0}", ">=": "{0} or above"}
_DAY = {
    "=": "the day on which",
    "<>": "not the day on which",
    "<": "before the day on which",
    "<=": "on or before the day on which",
    ">": "after the day on which",
    ">=": "on or after the day on which",
}
_ASSESSED = {"daily": "every day", "month-end": "on the last day of each month"}
# Not the machine's names, which are in its own language.
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the names in a condition are called.

    `kind` is the row kind whose columns are named, None for an expression about a subject;
    `window` says where a day lies, such as "in those 90 days"; `ratios` are shares.
    """

    kind: RowKind | None = None
    window: str = ""
    ratios: frozenset[str] = frozenset()

    def column(self, node: Node) -> RowColumn | None:
        """Return the column that a node names, None where it names none."""
        if self.kind is None or not isinstance(node, Name) or not self.kind.has(node.name):
            return None
        return self.kind.column(node.name)


def label(name: str) -> str:
    """Write a name of a rulebook as words."""
    return name.replace("_", " ")


def counted_label(number: int, name: str) -> str:
    """Write so many of what a name of a rulebook counts: 1 scored day, 2 scored days."""
    words = label(name)
    is_several = words.endswith("s") and not words.endswith(("ss", "us", "is", "goods"))
    return f"{number:,} {words[:-1] if number == 1 and is_several else words}"


def ordinal(number: int) -> str:
    """Write a number as a place: 3rd, 30th."""
    endings = {1: "st", 2: "nd", 3: "rd"}  # codespell:ignore nd
    is_teen = 10 <= number % 100 <= 20
    ending = "th" if is_teen else endings.get(number % 10, "th")
    return f"{number}{ending}"


def assessed_told(calendar: Calendar) -> str:
    """Say on which days a rulebook is assessed."""
    if calendar.day is None:
        return _ASSESSED[calendar.assessed]
    *others, last = (_MONTHS[month - 1] for month in calendar.months)
    several = f"{', '.join(others)} and {last}" if others else last
    is_every = len(others) + 1 == len(_MONTHS)
    return f"on the {ordinal(calendar.day)} of {'each month' if is_every else several}"


def said(node: Node, words: Words) -> list[str]:
    """Say a condition in one line, or in an indented list where one line would confuse."""
    if not isinstance(node, And | Or):
        return [clause(node, words)]
    if not any(isinstance(operand, And | Or) for operand in node.operands):
        joint = ", and " if isinstance(node, And) else ", or "
        return [joint.join(clause(operand, words) for operand in node.operands)]
    lines = ["all of these:" if isinstance(node, And) else "one of these:"]
    for operand in node.operands:
        first, *rest = said(operand, words)
        lines.append(f"{INDENT}- {first}")
        lines += [f"{INDENT}{line}" for line in rest]
    return lines


def clause(node: Node, words: Words) -> str:
    """Say a condition as one clause."""
    match node:
        case Name():
            column = words.column(node)
            text = column.meaning if column is not None else label(node.name)
        case Flag(value=value):
            text = "always" if value else "never"
        case Not(operand=operand):
            text = f"it is not so that {_grouped(operand, words)}"
        case And(operands=operands):
            text = " and ".join(_grouped(operand, words) for operand in operands)
        case Or(operands=operands):
            text = " or ".join(_grouped(operand, words) for operand in operands)
        case Call(function=function, arguments=arguments) if function in _ASKING:
            text = _ASKING[function](arguments[0], words)
        case Compare(operator=operator, left=left, right=right):
            text = _comparison(operator, left, right, words)
        case Between(operand=operand, low=low, high=high):
            ends = f"from {quantity(low, words)} to {quantity(high, words)}"
            text = f"{quantity(operand, words)}: {ends}, both included"
        case In(operand=operand, choices=choices):
            listed = _either(quantity(choice, words) for choice in choices)
            text = f"{quantity(operand, words)}: {listed}"
        case _:
            text = quantity(node, words)
    return text


def _grouped(node: Node, words: Words) -> str:
    text = clause(node, words)
    return f"({text})" if isinstance(node, And | Or) else text


def quantity(node: Node, words: Words) -> str:
    """Say a value."""
    match node:
        case Name(name=name):
            column = words.column(node)
            text = column.meaning if column is not None else label(name)
        case Text(value=value):
            text = value if read_money(value) is not None else label(value)
        case Call(function=function, arguments=(value,)) if function in _OF_ONE:
            text = _OF_ONE[function](value, words)
        case Call(function="days_between", arguments=(first, last)):
            text = f"the number of days from {_day(first, words)} to {_day(last, words)}"
        case Call(function="if", arguments=(condition, one, other)):
            text = (
                f"{quantity(one, words)} (where {clause(condition, words)}) "
                f"or else {quantity(other, words)}"
            )
        case Call(function=function, arguments=(value,)):  # of a table
            text = f"{label(function)} at {quantity(value, words)}"
        case Arithmetic(operator=operator, left=left, right=right):
            text = f"{quantity(left, words)} {_SIGNS[operator]} {quantity(right, words)}"
        case Negative(operand=operand):
            text = f"minus {quantity(operand, words)}"
        case _:
            text = write(node)
    return text


def _comparison(operator: str, left: Node, right: Node, words: Words) -> str:
    if isinstance(left, Number | Text) and not isinstance(right, Number | Text):
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
        return _comparison(turned, right, left, words)
    column = words.column(left)
    told, value = quantity(left, words), quantity(right, words)
    if column is None:
        return _about_no_column(operator, left, right, words)
    match column.type:
        case Type.DAY:
            text = f"{_day(left, words)} is {_DAY[operator]} {value}"
        case Type.CODE:
            text = f"{told}: {'not ' if operator == '<>' else ''}{value}"
        case Type.IDENTITY:
            same = "the same" if operator == "=" else "not the same"
            text = f"{told} and {value} are {same}"
        case Type.STARS:
            text = f"{told} are {_FEWER[operator].format(value)}"
        case Type.MONEY if isinstance(right, Text):
            text = f"{told}, converted, is {_AMOUNT[operator].format(value)}"
        case Type.MONEY:
            text = f"{told} is {_AMOUNT[operator].format(f'{value} minor units')}"
        case _:
            text = f"{told} is {_AMOUNT[operator].format(value)}"
    return text


def _about_no_column(operator: str, left: Node, right: Node, words: Words) -> str:
    told, value = quantity(left, words), quantity(right, words)
    if words.kind is None and isinstance(right, Text):
        return f"the {told} is {'not ' if operator == '<>' else ''}{value}"
    if isinstance(left, Name) and left.name in words.ratios:
        return f"{told} {_SHARE[operator].format(value)}"
    if isinstance(left, Name) and words.kind is None:
        return f"'{told}' is {_AMOUNT[operator].format(value)}"
    return f"{told} is {_AMOUNT[operator].format(value)}"


def alike(per: Sequence[Expression], kind: RowKind) -> str:
    """Return in what rows are alike: who bought and in the month in which the order was placed."""
    words = Words(kind=kind)
    return " and in ".join(
        ("whether it is " if _is_choice(each.node) else "") + quantity(each.node, words)
        for each in per
    )


def _is_choice(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "if"


def _day(node: Node, words: Words) -> str:
    column = words.column(node)
    if column is not None:
        return f"the day on which {column.meaning}"
    return quantity(node, words)


def _happens(day: Node, words: Words) -> str:
    column = words.column(day)
    return column.meaning if column is not None else f"{quantity(day, words)} lies"


def _within(day: Node, words: Words) -> str:
    moved = 0
    while isinstance(day, Arithmetic) and isinstance(day.right, Number):
        moved += int(day.right.value) if day.operator == "+" else -int(day.right.value)
        day = day.left
    text = quantity(day, words)
    if moved:
        side = "after" if moved > 0 else "before"
        return f"the {ordinal(abs(moved))} day {side} this lies {words.window}: {text}"
    comma = "," if "," in text else ""
    return f"{text}{comma} {words.window}"


def _known(asked: Node, words: Words) -> str:
    column = words.column(asked)
    if column is not None and column.type is Type.DAY:
        return f"there is a day on which {column.meaning}"
    if _is_grade(asked, words):
        return "there is a grade"
    return f"known: {quantity(asked, words)}"


def _missing(asked: Node, words: Words) -> str:
    column = words.column(asked)
    if column is not None and column.type is Type.DAY:
        return f"there is no day on which {column.meaning}"
    if _is_grade(asked, words):
        return "there is no grade"
    return f"not known: {quantity(asked, words)}"


def _is_grade(asked: Node, words: Words) -> bool:
    return words.kind is None and asked == Name("grade")


_OF_ONE: dict[str, Callable[[Node, Words], str]] = {
    "age": lambda day, words: f"the number of days since {_day(day, words)}",
    "ten_days": lambda day, words: f"the ten days of a month in which {_happens(day, words)}",
    "month": lambda day, words: f"the month in which {_happens(day, words)}",
    "abs": lambda value, words: f"{quantity(value, words)}, leaving its sign out",
}
_ASKING: dict[str, Callable[[Node, Words], str]] = {
    "within": _within,
    "known": _known,
    "missing": _missing,
}


def _either(options: Iterable[str]) -> str:
    *first, last = options
    return f"{', '.join(first)} or {last}" if first else last


def not_in_force(since: date, until: date | None) -> str:
    """Say that an edition is not in force on the as-of day, and when it is."""
    end = "" if until is None else f" to {until}"
    return f"not in force on the as-of day (in force from {since}{end})"
