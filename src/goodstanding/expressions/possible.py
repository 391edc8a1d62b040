"""Say whether conditions can hold together: false only where that is sure.

Decided are bounds by numbers, codes, flags, what is known and what is missing, whole numbers,
two quantities compared with each other, and, through `Domain.at_most`, counts that never exceed
others. Not decided is arithmetic beyond what single quantities can be: whatever is not understood
is taken to be possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from goodstanding.expressions.comparing import constant
from goodstanding.expressions.intervals import Interval, bounded
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
    Or,
    Text,
)
from goodstanding.expressions.writing import write

OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_RELATIONS = {
    "=": {"="},
    "<>": {"<", ">"},
    "<": {"<"},
    "<=": {"<", "="},
    ">": {">"},
    ">=": {">", "="},
}
_MOST_STEPS = 3_000  # beyond, conditions are taken to be possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What is known of the names in conditions, before any condition.

    `natural` gives what a name or a call can be; `needs` the names that are known wherever a
    comparison or flag with this name holds; `is_whole` says which are whole numbers; `codes`
    the texts that a name can be. `at_most` pairs quantities of which the first never exceeds
    the second. `follows` gives what else holds where a call does.
    """

    natural: Callable[[Node], Interval]
    needs: Callable[[Node], Iterable[str]]
    is_whole: Callable[[Node], bool]
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    at_most: Sequence[tuple[str, str]] = ()
    follows: Callable[[Call], Sequence[Node]] = lambda _: ()


def can_hold(conditions: Iterable[Node], domain: Domain) -> bool:
    """Say whether conditions can all be true at once; true also where that is not known."""
    steps = [0]
    return _can_hold([plain(condition) for condition in conditions], domain, steps)


def plain(node: Node, *, is_so: bool = True) -> Node:
    """Return a condition, or its opposite, with `not` only before flags and calls."""
    match node:
        case Not(operand):
            found = plain(operand, is_so=not is_so)
        case And(operands) | Or(operands):
            each = tuple(plain(operand, is_so=is_so) for operand in operands)
            found = And(each) if isinstance(node, And) == is_so else Or(each)
        case Between(operand, low, high):
            both = And((Compare(">=", operand, low), Compare("<=", operand, high)))
            found = plain(both, is_so=is_so)
        case In(operand, choices):
            several = Or(tuple(Compare("=", operand, choice) for choice in choices))
            found = plain(several, is_so=is_so)
        case Compare(operator, left, right):
            found = node if is_so else Compare(OPPOSITE[operator], left, right)
        case Flag(value):
            found = Flag(value is is_so)
        case Call(function="known" | "missing" as function, arguments=arguments) if not is_so:
            found = Call("missing" if function == "known" else "known", arguments)
        case _:
            found = node if is_so else Not(node)
    return found


def _can_hold(conditions: list[Node], domain: Domain, steps: list[int]) -> bool:
    steps[0] += 1
    atoms: list[Node] = []
    choices: list[Or] = []
    waiting = list(reversed(conditions))
    while waiting:
        node = waiting.pop()
        if isinstance(node, And):
            waiting += reversed(node.operands)
        elif isinstance(node, Or):
            choices.append(node)
        else:
            atoms.append(node)
    if _Together(domain).is_contradicted(atoms):
        return False
    if not choices or steps[0] > _MOST_STEPS:
        return True
    first, *rest = sorted(choices, key=lambda choice: len(choice.operands))
    return any(_can_hold([*atoms, branch, *rest], domain, steps) for branch in first.operands)


class _Together:
    """Gather what single conditions say, until two of them cannot both be true."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.intervals: dict[str, Interval] = {}
        self.wholes: set[str] = set()
        self.texts: dict[str, set[str]] = {}
        self.relations: dict[tuple[str, str], set[str]] = {}
        self.known: set[str] = set()
        self.missing: set[str] = set()
        self.flags: dict[str, set[bool]] = {}
        self.is_never = False

    def is_contradicted(self, atoms: Iterable[Node]) -> bool:
        for atom in atoms:
            self.take(atom)
        for _ in range(2):  # what a count is bounded by may be bounded itself
            for less, more in self.domain.at_most:
                low, high = self.interval(less), self.interval(more)
                self.intervals[less] = low & Interval(high=high.high, has_high=high.has_high)
                self.intervals[more] = high & Interval(low=low.low, has_low=low.has_low)
        return (
            self.is_never
            or any(map(self.has_nothing, self.intervals))
            or not all(self.texts.values())
            or not all(self.relations.values())
            or any(len(values) > 1 for values in self.flags.values())
            or not self.known.isdisjoint(self.missing)
        )

    def has_nothing(self, text: str) -> bool:
        found = self.intervals[text]
        return (found.whole() if text in self.wholes else found).is_empty

    def interval(self, text: str) -> Interval:
        self.bound(Name(text), Interval())
        found = self.intervals[text]
        return found.whole() if text in self.wholes else found

    def take(self, atom: Node) -> None:
        """Add what an atom says."""
        match atom:
            case Flag(value):
                self.is_never |= not value
            case Compare():
                self.known.update(self.domain.needs(atom))
                self.compare(atom)
            case Call(function="missing", arguments=(Name(name),)):
                self.missing.add(name)
            case Call(function="known", arguments=arguments):
                self.known.update(self.domain.needs(arguments[0]))
            case Not(operand):
                self.flags.setdefault(write(operand), set()).add(False)
            case _:
                self.known.update(self.domain.needs(atom))
                self.flags.setdefault(write(atom), set()).add(True)
        if isinstance(atom, Call):
            for further in self.domain.follows(atom):
                self.take(further)

    def compare(self, atom: Compare) -> None:
        operator, left, right = atom.operator, atom.left, atom.right
        if constant(left) is not None or isinstance(left, Text):
            operator, left, right = _TURNED[operator], right, left
        number = constant(right)
        if isinstance(left, Name) and left.name not in self.domain.codes:
            money = read_money(right.value) if isinstance(right, Text) else None
            if money is not None:  # amounts in one currency say nothing of those in another
                left, number = Name(f"{left.name} in {money.currency}"), Fraction(money.minor)
        if number is not None:
            self.bound(left, bounded(operator, number))
            excluded = Interval(number, number)
            self.is_never |= operator == "<>" and self.intervals[write(left)] == excluded
        elif isinstance(left, Name) and isinstance(right, Text):
            allowed = self.texts.setdefault(
                left.name, set(self.domain.codes.get(left.name, (right.value,)))
            )
            is_listed = left.name in self.domain.codes
            if operator == "=":
                allowed &= {right.value}
            elif is_listed:
                allowed -= {right.value}
        elif not isinstance(left, Text):
            self.relate(operator, left, right)

    def bound(self, node: Node, interval: Interval) -> None:
        text = write(node)
        before = self.intervals.get(text)
        if before is None:
            before = natural(node, self.domain)
            if self.domain.is_whole(node):
                self.wholes.add(text)
        self.intervals[text] = before & interval

    def relate(self, operator: str, left: Node, right: Node) -> None:
        first, second = write(left), write(right)
        if first > second:
            operator, left, right, first, second = _TURNED[operator], right, left, second, first
        allowed = self.relations.setdefault((first, second), {"<", "=", ">"})
        allowed &= _RELATIONS[operator]
        if first == second:
            allowed &= {"="}
        if (first, second) in self.domain.at_most:
            allowed -= {">"}
        if (second, first) in self.domain.at_most:
            allowed -= {"<"}
        one, other = natural(left, self.domain), natural(right, self.domain)
        if operator in {"<", "<="} and one.low is not None:
            self.is_never |= (other & bounded(_TURNED[operator], one.low)).is_empty
        if operator in {">", ">="} and one.high is not None:
            self.is_never |= (other & bounded(_TURNED[operator], one.high)).is_empty


def natural(node: Node, domain: Domain) -> Interval:
    """Return what a quantity can be, whatever the conditions say."""
    number = constant(node)
    if number is not None:
        return Interval(number, number)
    match node:
        case Negative(operand):
            found = -natural(operand, domain)
        case Arithmetic(operator="+", left=left, right=right):
            found = natural(left, domain) + natural(right, domain)
        case Arithmetic(operator="-", left=left, right=right):
            found = natural(left, domain) + -natural(right, domain)
        case Arithmetic(operator="*", left=left, right=right):
            found = _product(left, right, domain)
        case Call(function="abs"):
            found = Interval(low=Fraction(0))
        case Call(function="if", arguments=(_, first, second)):
            found = natural(first, domain) | natural(second, domain)
        case _:
            found = domain.natural(node)
    return found


def _product(left: Node, right: Node, domain: Domain) -> Interval:
    for factor, other in ((constant(left), right), (constant(right), left)):
        if factor:
            return natural(other, domain).times(factor)
    lows = [natural(node, domain).low for node in (left, right)]
    is_positive = all(low is not None and low >= 0 for low in lows)
    return Interval(low=Fraction(0)) if is_positive else Interval()
