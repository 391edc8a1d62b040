"""Check that every condition can hold, and that none says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from goodstanding.expressions.comparing import constant
from goodstanding.expressions.nodes import And, Between, Compare, Node, Not, Or, names_in, parts
from goodstanding.expressions.possible import Domain, can_hold, plain
from goodstanding.expressions.writing import write
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.conditions import judging_conditions
from goodstanding.rulebook.domains import lowered, row_domain, subject_domain
from goodstanding.rulebook.model import Expression, Measure, Rulebook, WindowRule
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path

# Makes a condition one that `can_hold` understands.
_Lower = Callable[[Node], Node]


def check_holding(rulebook: Rulebook, notes: Notes) -> None:
    """Note conditions, and branches of them, that can never hold, and bounds that always do."""
    for rows in rulebook.rows.values():
        if rows.where is not None:
            domain = row_domain(ROW_KINDS[rows.kind], None)
            _check(("rows", rows.name, "where"), rows.where, (), domain, plain, notes)
    for measure in rulebook.measures.values():
        row_kind = ROW_KINDS[rulebook.rows[measure.rows].kind]
        domain = row_domain(row_kind, _only_window(measure, rulebook))
        around = list(_around(measure, rulebook))
        path: Path = ("measure", measure.name)
        if measure.when is not None:
            _check((*path, "when"), measure.when, around, domain, plain, notes)
            around.append(measure.when.node)
        for kind, condition in measure.kinds.items():
            _check((*path, "any", kind), condition, around, domain, plain, notes)
    domain = subject_domain(rulebook)
    judging = [(path, condition) for path, condition, _ in judging_conditions(rulebook)]
    for indicator in rulebook.indicators.values():
        if indicator.not_assessed_if is not None:
            path = ("indicator", indicator.name, "not_assessed_if")
            judging.append((path, indicator.not_assessed_if))
    for path, condition in judging:
        _check(path, condition, (), domain, lambda node: lowered(node, rulebook), notes)


def can_share_a_row(one: str, other: str, rulebook: Rulebook) -> bool:
    """Say whether one row can meet two measures; true also where that is not known."""
    first, second = rulebook.measures[one], rulebook.measures[other]
    if first.rows != second.rows:
        return False
    windows = {_only_window(measure, rulebook) for measure in (first, second)}
    window = windows.pop() if len(windows) == 1 else None
    domain = row_domain(ROW_KINDS[rulebook.rows[first.rows].kind], window)
    held = [node for measure in (first, second) for node in _asked(measure, rulebook)]
    return can_hold(held, domain)


def _asked(measure: Measure, rulebook: Rulebook) -> Iterator[Node]:
    """Yield what holds for the rows that meet a measure."""
    yield from _around(measure, rulebook)
    if measure.when is not None:
        yield measure.when.node
    if measure.kinds:
        yield Or(tuple(condition.node for condition in measure.kinds.values()))


def _only_window(measure: Measure, rulebook: Rulebook) -> WindowRule | None:
    """Return a measure's window; None where those that it narrows look back on another."""
    parent = measure.parent
    while parent is not None:
        if rulebook.measures[parent].window.name != measure.window.name:
            return None
        parent = rulebook.measures[parent].parent
    return measure.window


def _around(measure: Measure, rulebook: Rulebook) -> Iterator[Node]:
    """Yield what holds for the rows of a measure before its own conditions do."""
    where = rulebook.rows[measure.rows].where
    if where is not None:
        yield where.node
    parent = rulebook.measures[measure.parent] if measure.parent is not None else None
    while parent is not None:
        if parent.when is not None:
            yield parent.when.node
        if parent.kinds:
            yield Or(tuple(condition.node for condition in parent.kinds.values()))
        parent = rulebook.measures[parent.parent] if parent.parent is not None else None


def _check(
    path: Path,
    condition: Expression,
    around: Sequence[Node],
    domain: Domain,
    lower: _Lower,
    notes: Notes,
) -> None:
    if not notes.is_whole(*path):
        return
    given = [lower(node) for node in around]
    for node, beside in _branches(condition.node, ()):
        if can_hold([*given, *map(lower, beside), lower(node)], domain):
            continue
        notes.add(path, _never(node, beside, given, domain, lower), _HINT)
        notes.give_up_on(path)
        return
    for node in _comparisons(condition.node):
        bounds = isinstance(node, Compare | Between) and len(names_in(node)) == 1
        if bounds and _has_number(node) and not can_hold([plain(node, is_so=False)], domain):
            where = f", wherever {names_in(node)[0]} is known" if lower is plain else ""
            notes.add(path, f"{write(node)} says nothing: it always holds{where}.", _HINT)
            notes.give_up_on(path)
            return


_HINT = "Leave it out, or write what was meant."


def _never(
    node: Node, beside: Sequence[Node], given: Sequence[Node], domain: Domain, lower: _Lower
) -> str:
    """Say why a branch can never hold: by itself, by two of its parts, or by what is around it."""
    own = [*_all_of(node), *(part for each in beside for part in _all_of(each))]
    for part in own:
        if not can_hold([lower(part)], domain):
            return f"{write(part)} can never hold."
    for one, other in combinations(own, 2):
        if not can_hold([lower(one), lower(other)], domain):
            return f"It can never hold: {write(one)} contradicts {write(other)}."
    if can_hold([lower(each) for each in own], domain) and given:
        return f"{write(node)} can never hold here: what this measure narrows leaves no such row."
    return f"{write(node)} can never hold: its parts contradict each other."


def _all_of(node: Node) -> Iterator[Node]:
    if isinstance(node, And):
        for operand in node.operands:
            yield from _all_of(operand)
    else:
        yield node


def _branches(node: Node, beside: tuple[Node, ...]) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Yield each way to meet a condition, with what must hold beside it; the whole comes first."""
    yield node, beside
    if isinstance(node, Or):
        for operand in node.operands:
            yield from _branches(operand, beside)
    elif isinstance(node, And):
        for place, operand in enumerate(node.operands):
            others = node.operands[:place] + node.operands[place + 1 :]
            if isinstance(operand, Or):
                yield from _branches(operand, (*beside, *others))


def _comparisons(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, And | Or | Not):
        for part in parts(node):
            yield from _comparisons(part)


def _has_number(node: Node) -> bool:
    return any(constant(part) is not None for part in parts(node))
