"""Find the type of an expression, and everything in it that cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from goodstanding.errors import near
from goodstanding.expressions.calculating import calculated, division_fault, way_out
from goodstanding.expressions.comparing import alike_fault, comparison_faults
from goodstanding.expressions.money import money_in
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
    parts,
)
from goodstanding.expressions.possible import plain
from goodstanding.expressions.types import (
    FLAG,
    NUMBERS,
    UNKNOWN,
    WHOLE,
    Fault,
    Function,
    Kind,
    Scope,
    Type,
    widest,
)
from goodstanding.expressions.writing import write

NOTHING: frozenset[str] = frozenset()
FURTHEST_SHIFT = 3660  # days, as many as a window may have: every calendar holds them


def infer(node: Node, scope: Scope, settled: frozenset[str] = NOTHING) -> tuple[Type, list[Fault]]:
    """Return the type of an expression and its faults, in the order in which they stand.

    With a fault the type may be `UNKNOWN`. `settled` names what an enclosing `known(x) and …`
    or `missing(x) or …` has already asked for; a caller looking at a whole expression leaves
    it out.
    """
    faults: list[Fault] = []
    found = _Inference(scope, faults).of(node, settled)
    unknown = missing_names(node, scope, settled)
    return replace(found, may_be_missing=bool(unknown)), faults


def missing_names(node: Node, scope: Scope, settled: frozenset[str] = NOTHING) -> list[str]:
    """Return the names that make the expression unknown where they are missing, in order."""
    return list(dict.fromkeys(_missing_names(node, scope, settled)))


def _asked(operands: Sequence[Node], function: str) -> frozenset[str]:
    """Return the names that operands such as `known(x)` ask for."""
    return frozenset(
        operand.arguments[0].name
        for operand in operands
        if isinstance(operand, Call)
        and operand.function == function
        and len(operand.arguments) == 1
        and isinstance(operand.arguments[0], Name)
    )


def _settled_below(node: Node, settled: frozenset[str]) -> frozenset[str]:
    """Add what the node asks for itself: a false `known(x)` settles its `and`, whatever x is."""
    match node:
        case And(operands):
            return settled | _asked(operands, "known")
        case Or(operands):
            return settled | _asked(operands, "missing")
        case _:
            return settled


def _missing_names(node: Node, scope: Scope, settled: frozenset[str]) -> Iterator[str]:
    if isinstance(node, Name):
        given = scope.names.get(node.name)
        if given is not None and given.may_be_missing and node.name not in settled:
            yield node.name
        return
    if isinstance(node, Call):
        function = scope.functions.get(node.function)
        if function is not None and function.asks_for_missing:
            return
    below = _settled_below(node, settled)
    for child in parts(node):
        yield from _missing_names(child, scope, below)


class _Inference:
    """Walk a tree once; faults are gathered in the order of the text."""

    def __init__(self, scope: Scope, faults: list[Fault]) -> None:
        self.scope = scope
        self.faults = faults

    def blame(self, what: str, hint: str | None = None) -> Type:
        self.faults.append(Fault(what=what, hint=hint or None))
        return UNKNOWN

    def of(self, node: Node, settled: frozenset[str]) -> Type:
        below = _settled_below(node, settled)
        given = [] if isinstance(node, Name) else [self.of(n, below) for n in parts(node)]
        match node:
            case Name(name):
                found = self.name(name)
            case Number() | Text() | Flag():
                found = _written_type(node)
            case Call():
                found = self.call(node, given)
            case And() | Or() | Not():
                found = self.condition(node, given, below)
            case Compare() | Between() | In():
                found = self.comparison(node, given)
            case Arithmetic():
                found = self.arithmetic(node, given[0], given[1])
            case Negative():
                found = self.negative(node, given[0])
        return found

    def comparison(self, node: Compare | Between | In, given: Sequence[Type]) -> Type:
        typed = list(zip(parts(node), given, strict=True))
        if isinstance(node, Compare):
            operators = [node.operator]
        elif isinstance(node, Between):
            operators = [">=", "<="]
        else:
            operators = ["="] * len(node.choices)
        for operator, other in zip(operators, typed[1:], strict=True):
            self.faults += comparison_faults(node, operator, typed[0], other)
        return FLAG

    def name(self, name: str) -> Type:
        found = self.scope.names.get(name)
        if found is not None:
            return found
        if name in self.scope.functions and name not in self.scope.elsewhere:
            usage = self.scope.functions[name].usage
            return self.blame(f"'{name}' is a function.", f"Write {usage}.")
        if name in self.scope.elsewhere:
            return self.blame(f"'{name}' cannot stand here.", self.scope.elsewhere[name])
        what = f"'{name}' is not known: it is not {self.scope.called}."
        return self.blame(what, near(name, list(self.scope.names)))

    def call(self, node: Call, given: Sequence[Type]) -> Type:
        function = self.scope.functions.get(node.function)
        if function is None and node.function in self.scope.elsewhere:
            what = f"'{node.function}' cannot stand here."
            return self.blame(what, self.scope.elsewhere[node.function])
        if function is None:
            what = f"The function '{node.function}' is not in the language here."
            return self.blame(what, near(node.function, list(self.scope.functions)))
        fewest, is_open = len(function.takes), bool(function.rest)
        if len(given) < fewest or (len(given) > fewest and not is_open):
            return self.blame(
                f"{write(node)} has {len(given)} argument{'s' if len(given) != 1 else ''}.",
                f"Write {function.usage}.",
            )
        fits = self.arguments_fit(node, function, given)
        return function.gives(given) if fits else UNKNOWN

    def arguments_fit(self, node: Call, function: Function, given: Sequence[Type]) -> bool:
        before = len(self.faults)
        for place, (argument, its_type) in enumerate(zip(node.arguments, given, strict=True)):
            allowed = function.takes[place] if place < len(function.takes) else function.rest
            if its_type.kind is not Kind.UNKNOWN and its_type.kind not in allowed:
                self.blame(
                    f"{write(node)}: {write(argument)} is {its_type}.", f"Write {function.usage}."
                )
        if function.asks_for_missing and len(self.faults) == before:
            self.ask(node, node.arguments[0])
        if function.alike_from is not None:
            alike = list(zip(node.arguments, given, strict=True))[function.alike_from :]
            faults = (alike_fault(node, alike[0], other) for other in alike[1:])
            self.faults += [fault for fault in faults if fault is not None]
        return len(self.faults) == before

    def ask(self, node: Call, asked: Node) -> None:
        if not missing_names(asked, self.scope):
            self.blame(f"{write(asked)} is never missing.", f"Leave {write(node)} out.")

    def condition(self, node: And | Or | Not, given: Sequence[Type], below: frozenset[str]) -> Type:
        for operand, its_type in zip(parts(node), given, strict=True):
            if its_type.kind not in {Kind.FLAG, Kind.UNKNOWN}:
                self.blame(
                    f"{write(operand)} is {its_type}, where a condition is expected.",
                    f"Compare it with something, or ask known({write(operand)}).",
                )
        if isinstance(node, Not):
            unknown = missing_names(node.operand, self.scope, below)
            if self.compares_money(node):
                self.blame(
                    f"'{write(node)}' leaves out whatever no rate converts, and no 'known' asks "
                    "for that: the opposite of unknown is unknown.",
                    f"Write instead: {write(plain(node))}.",
                )
            elif unknown:
                asked = " or ".join(f"missing({name})" for name in unknown)
                wanted = " and ".join(f"known({name})" for name in unknown)
                self.blame(
                    f"'{write(node)}' leaves out whatever has no {' or '.join(unknown)}: "
                    "the opposite of unknown is unknown.",
                    f"Add 'or {asked}' to take those in, or 'and {wanted}' to say that they "
                    "stay out.",
                )
        return FLAG

    def compares_money(self, node: Node) -> bool:
        named = (self.scope.names.get(name, UNKNOWN) for name, _ in money_in(node))
        return any(given.kind is Kind.MONEY and not given.is_sum for given in named)

    def arithmetic(self, node: Arithmetic, left: Type, right: Type) -> Type:
        kinds = (left.kind, right.kind)
        if Kind.UNKNOWN in kinds:
            return UNKNOWN
        if node.operator == "/" and not self.scope.can_divide:
            return self.blame(
                f"{write(node)} divides, which is not in the language here.",
                "Multiply the other side instead, or make an indicator with ratio = [a, b].",
            )
        fault = division_fault(node)
        if fault is not None:
            return self.blame(fault.what, fault.hint)
        found = calculated(node, left, right)
        if found is None:
            return self.blame(
                f"{write(node)} calculates with {left} and {right}.", way_out(node, kinds)
            )
        if found.kind is Kind.DAY and isinstance(node.right, Number):
            self.shift(node, node.right)
        if found.kind is Kind.FRACTION and not self.scope.has_fractions:
            return self.blame(
                f"{write(node)} calculates with decimals, and rows hold whole numbers.",
                "Multiply both sides of the comparison until they are whole.",
            )
        return found

    def shift(self, node: Arithmetic, days: Number) -> None:
        if days.value > FURTHEST_SHIFT:
            self.blame(
                f"{write(node)} moves a day by more than {FURTHEST_SHIFT:,} days.",
                f"A day is moved by at most {FURTHEST_SHIFT:,} days, which are ten years.",
            )

    def negative(self, node: Negative, given: Type) -> Type:
        if given.kind is Kind.UNKNOWN or given.kind in NUMBERS | {Kind.MONEY}:
            return widest([given])
        return self.blame(f"{write(node)} turns the sign of {given}.")


def _written_type(node: Number | Text | Flag) -> Type:
    if isinstance(node, Flag):
        return FLAG
    if isinstance(node, Text):
        return Type(kind=Kind.TEXT)
    is_whole = node.value.denominator == 1 and not node.is_percent
    return WHOLE if is_whole else Type(kind=Kind.FRACTION)
