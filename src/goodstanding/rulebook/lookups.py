"""Work out the tables of whole numbers that a rulebook looks values up in.

Logarithms and powers exist here only, in decimals of fifty digits: no two databases need agree on
the last digit of one.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator
from decimal import Decimal

from goodstanding.expressions.inference import infer
from goodstanding.expressions.nodes import (
    Arithmetic,
    Call,
    Name,
    Negative,
    Node,
    Number,
    calls_in,
    parts,
)
from goodstanding.expressions.sizes import MOST_LOOKED_UP
from goodstanding.expressions.types import (
    LOOKUP_FUNCTIONS,
    NUMBERS,
    ROW_FUNCTIONS,
    VALUE_FUNCTIONS,
    WHOLE,
    Kind,
    Scope,
)
from goodstanding.expressions.writing import write
from goodstanding.rulebook.conditions import conditions
from goodstanding.rulebook.document import LookupTable
from goodstanding.rulebook.model import Expression, Lookup, Origin, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.scored import formulas

MOST_VALUES = 4_000  # of one table, which is written into the query
_FIFTY_DIGITS = decimal.Context(
    prec=50, traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow]
)
_TAKEN = frozenset({*ROW_FUNCTIONS, *VALUE_FUNCTIONS, *LOOKUP_FUNCTIONS, "ten_days", "month"})

# Reads the expression that stands at a path.
Reading = Callable[[Path, str], Expression]

_SCOPE = Scope(
    called="the number that is looked up, x",
    names={"x": WHOLE},
    functions=LOOKUP_FUNCTIONS,
    has_fractions=True,
    can_divide=True,
)


def lookup_of(
    name: str, table: LookupTable, origin: Origin, read: Reading, notes: Notes
) -> Lookup | None:
    """Return a lookup with its values; None, and noted, where it has none."""
    path: Path = ("lookup", name)
    formula = read((*path, "is"), table.formula)
    first, last = table.ends
    found: tuple[int, ...] | None = None
    if not 0 < last - first < MOST_VALUES:
        what = f"From {first} to {last} are no 2 to {MOST_VALUES:,} whole numbers."
        notes.add((*path, "for"), what, "Write the first and the last: for = [0, 365].")
    elif notes.is_whole(*path) and _is_understood((*path, "is"), formula, notes):
        found = _values((*path, "is"), formula, range(first, last + 1), notes)
    if found is None:
        notes.give_up_on(path)
        return None
    return Lookup(name=name, first=first, last=last, formula=formula, values=found, origin=origin)


def check_lookups(rulebook: Rulebook, notes: Notes) -> None:
    """Note lookups that are called like a function, and those that nothing asks."""
    asked = {
        call.function for expression in _expressions(rulebook) for call in calls_in(expression.node)
    }
    for name in rulebook.lookups:
        if name in _TAKEN:
            notes.add(("lookup", name), f"'{name}' is a function already.", "Rename it.")
        elif name not in asked and not notes.broken:
            notes.add(("lookup", name), "Nothing looks a value up in it.", "Leave it out.")


def _expressions(rulebook: Rulebook) -> Iterator[Expression]:
    yield from (condition for _, condition, _ in conditions(rulebook))
    yield from (formula for _, formula in formulas(rulebook))
    yield from (m.sum for m in rulebook.measures.values() if m.sum is not None)
    if rulebook.peers is not None:
        yield rulebook.peers.most


def lookups_named(rulebook: Rulebook, notes: Notes) -> list[str]:
    """Return the lookups of a rulebook by name, those that are not understood among them."""
    return [*rulebook.lookups, *notes.broken_names("lookup")]


def _is_understood(path: Path, formula: Expression, notes: Notes) -> bool:
    found, faults = infer(formula.node, _SCOPE)
    for fault in faults:
        notes.add(path, fault.what, fault.hint)
    if not faults and found.kind not in (*NUMBERS, Kind.UNKNOWN):
        notes.add(path, f"{formula.text} is {found}, where a number is expected.")
        return False
    return not faults


def _values(path: Path, formula: Expression, places: range, notes: Notes) -> tuple[int, ...] | None:
    values: list[int] = []
    for x in places:
        value = _value(formula.node, x)
        if value is None or abs(value) > MOST_LOOKED_UP:
            why = "is no number" if value is None else f"lies beyond {MOST_LOOKED_UP:,}"
            notes.add(path, f"{formula.text} {why} where x is {x}.", "Begin or end elsewhere.")
            return None
        values.append(value)
    return tuple(values)


def _value(node: Node, x: int) -> int | None:
    """Return the whole number nearest to an expression, half away from zero; None for none."""
    with decimal.localcontext(_FIFTY_DIGITS) as context:
        try:
            value = _of(node, Decimal(x), context)
        except ArithmeticError:
            return None
        if abs(value) > 2 * MOST_LOOKED_UP:  # too large, and maybe with more digits than there is
            return 2 * MOST_LOOKED_UP  # room to round in
        return int(value.to_integral_value(decimal.ROUND_HALF_UP))


def _of(node: Node, x: Decimal, context: decimal.Context) -> Decimal:
    below = [_of(part, x, context) for part in parts(node)]
    match node:
        case Name():
            found = x
        case Number(value=value):
            found = context.divide(Decimal(value.numerator), Decimal(value.denominator))
        case Negative():
            found = context.minus(*below)
        case Arithmetic(operator=operator):
            found = _CALCULATED[operator](context)(*below)
        case Call(function=function):
            found = _CALCULATED[function](context)(*below)
        case _:
            raise ValueError(f"no number: {write(node)}; the checker should have refused it")
    if not found.is_finite():  # the logarithm of 0
        raise decimal.InvalidOperation
    return found


_CALCULATED: dict[str, Callable[[decimal.Context], Callable[..., Decimal]]] = {
    "+": lambda context: context.add,
    "-": lambda context: context.subtract,
    "*": lambda context: context.multiply,
    "/": lambda context: context.divide,
    "power": lambda context: context.power,
    "ln": lambda context: context.ln,
    "exp": lambda context: context.exp,
}
