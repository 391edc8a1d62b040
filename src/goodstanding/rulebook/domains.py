"""What the columns of rows and the numbers of subjects can be, for deciding what can hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from goodstanding.days import LONGEST_MONTH
from goodstanding.expressions.comparing import FEWEST_STARS, MOST_STARS
from goodstanding.expressions.intervals import Interval
from goodstanding.expressions.nodes import (
    And,
    Between,
    Call,
    Compare,
    In,
    Name,
    Node,
    Not,
    Number,
    Or,
    names_in,
    parts,
)
from goodstanding.expressions.possible import Domain, plain
from goodstanding.expressions.types import Kind
from goodstanding.rows.catalogue import RowKind, Type
from goodstanding.rulebook.model import Indicator, Limit, Rulebook, WindowRule
from goodstanding.rulebook.narrowing import within
from goodstanding.rulebook.outcomes import ratios_in
from goodstanding.rulebook.scopes import subject_scope

_AT_LEAST_0 = Interval(low=Fraction(0))
_SHARE = Interval(Fraction(0), Fraction(1))
_STARS = Interval(Fraction(FEWEST_STARS), Fraction(MOST_STARS))


def row_domain(kind: RowKind, window: WindowRule | None) -> Domain:
    """Return what a row's columns can be: a value is known only from its day on.

    Days after the as-of day are hidden, so that no day's age is below 0, and one in the window
    is younger than the window is long.
    """

    def natural(node: Node) -> Interval:
        if isinstance(node, Name) and kind.has(node.name):
            return _STARS if kind.column(node.name).type is Type.STARS else Interval()
        return _AT_LEAST_0 if _is_age_of_column(node) else Interval()

    def needs(node: Node) -> Iterator[str]:
        for name in _certain_names(node):
            if kind.has(name):
                yield name
                since = kind.column(name).since
                if since is not None:
                    yield since

    def follows(call: Call) -> Sequence[Node]:
        is_dated = call.function == "within" and isinstance(call.arguments[0], Name)
        if not is_dated or window is None or window.length is None:
            return ()
        length = window.length
        most = length.n if length.unit == "days" else length.n * LONGEST_MONTH
        return (Compare("<", Call("age", call.arguments), Number(Fraction(most))),)

    return Domain(
        natural=natural,
        needs=needs,
        is_whole=lambda node: isinstance(node, Call) and node.function in {"age", "days_between"},
        codes={c.name: c.codes for c in kind.columns if c.type is Type.CODE},
        follows=follows,
    )


def _is_age_of_column(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "age" and isinstance(node.arguments[0], Name)


def _certain_names(node: Node) -> Iterator[str]:
    """Yield the names that must be known for a comparison or a flag to hold."""
    if isinstance(node, Name):
        yield node.name
    elif isinstance(node, Compare) or (
        isinstance(node, Call) and node.function not in {"if", "known", "missing"}
    ):
        for part in parts(node):
            yield from _certain_names(part)


def subject_domain(rulebook: Rulebook) -> Domain:
    """Return what the numbers of a subject can be; conditions were made `lowered` before."""
    ratios = {i.name: i for i in rulebook.indicators.values() if i.ratio is not None}
    types = subject_scope(rulebook).names

    def natural(node: Node) -> Interval:
        if not isinstance(node, Name) or node.name not in types:
            return Interval()
        given = types[node.name]
        if given.is_of_stars:
            return _STARS
        if given.is_sum or given.kind in {Kind.MEAN, Kind.FRACTION}:
            return Interval()
        return _SHARE if given.is_share else _AT_LEAST_0

    def follows(call: Call) -> Sequence[Node]:
        ratio = ratios.get(names_in(call)[0])
        if ratio is None or ratio.ratio is None:
            return ()
        bottom, zero = Name(ratio.ratio[1]), Number(Fraction(0))
        if call.function == "known":
            return (Compare(">", bottom, zero),)
        return () if ratio.not_assessed_if is not None else (Compare("=", bottom, zero),)

    holders = {name: within(name, rulebook.measures, rulebook) for name in rulebook.measures}
    return Domain(
        natural=natural,
        needs=lambda node: names_in(node) if isinstance(node, Name) else (),
        is_whole=lambda node: isinstance(node, Name) and node.name in rulebook.measures,
        at_most=[(name, holder) for name, holder in holders.items() if holder is not None],
        follows=follows,
    )


def lowered(node: Node, rulebook: Rulebook, *, is_so: bool = True) -> Node:
    """Return a condition on a subject, or its opposite, that asks for what was not assessed.

    A comparison with a ratio that was not assessed is what `if_not_assessed` makes of it, also
    under `not`; the count of a measure is called by the measure's name.
    """
    if isinstance(node, Between | In):
        node = plain(node)
    match node:
        case Not(operand):
            return lowered(operand, rulebook, is_so=not is_so)
        case And(operands) | Or(operands):
            each = tuple(lowered(operand, rulebook, is_so=is_so) for operand in operands)
            return And(each) if isinstance(node, And) == is_so else Or(each)
        case Compare():
            return _lowered_comparison(node, rulebook, is_so=is_so)
        case Call(function="known" | "missing", arguments=(Name(name),)):
            return plain(_asked(node, rulebook.numbers.get(name)), is_so=is_so)
        case _:
            return plain(node, is_so=is_so)


def _asked(node: Call, indicator: Indicator | None) -> Node:
    """Answer for a count, which is always assessed; a ratio and a mean are asked."""
    if indicator is not None and indicator.is_pair:
        return node
    always = Compare("=", Number(Fraction(0)), Number(Fraction(0)))
    return always if node.function == "known" else Not(always)


def _lowered_comparison(node: Compare, rulebook: Rulebook, *, is_so: bool) -> Node:
    ratios = ratios_in(node, rulebook.numbers)
    counted = plain(_with_measures(node, rulebook), is_so=is_so)
    ways: list[Node] = []
    known: list[Node] = []
    for ratio in ratios:
        if (ratio.if_not_assessed == "passes") == is_so:
            ways.append(And((*known, Call("missing", (Name(ratio.name),)))))
        known.append(Call("known", (Name(ratio.name),)))
    ways.append(And((*known, counted)))
    return ways[0] if len(ways) == 1 else Or(tuple(ways))


def _with_measures(node: Node, rulebook: Rulebook) -> Node:
    """Call the counts of measures by the measures' names."""
    match node:
        case Name(name) if name in rulebook.indicators and rulebook.indicators[name].count:
            return Name(str(rulebook.indicators[name].count))
        case Compare(operator, left, right):
            return Compare(
                operator, _with_measures(left, rulebook), _with_measures(right, rulebook)
            )
        case _:
            return node


def limit_met(limit: Limit, rulebook: Rulebook, *, is_so: bool = True) -> Node:
    """Return, lowered, that a limit counts as met, or that it does not."""
    that = lowered(limit.that.node, rulebook, is_so=is_so)
    if limit.unless is None:
        return that
    unless = lowered(limit.unless.node, rulebook, is_so=is_so)
    return Or((that, unless)) if is_so else And((that, unless))
