"""Check that what counts stops counting: every measure looks at its window."""

from __future__ import annotations

from goodstanding.expressions.nodes import And, Between, Call, Compare, Node, Or
from goodstanding.rulebook.conditions import a
from goodstanding.rulebook.model import Measure, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path


def check_ending(measure: Measure, rulebook: Rulebook, notes: Notes) -> None:
    """Note what would count for ever, since nothing in it looks at the window."""
    path: Path = ("measure", measure.name)
    if measure.when is not None and looks_at_window(measure.when.node):
        return
    kind = rulebook.rows[measure.rows].kind
    hint = "Say which day must lie in the window: … and within(closed_on)."
    is_narrowed = measure.parent is not None and ends(measure.parent, rulebook)
    for name, condition in measure.kinds.items():
        if not looks_at_window(condition.node):
            until = "for ever"
            if is_narrowed:
                until = f"for as long as the {kind} counts as '{measure.parent}' for another reason"
            what = f"It has no 'within': {a(kind)} that meets it would count {until}."
            notes.add((*path, "any", name), what, hint)
    if not measure.kinds and not is_narrowed:
        what = f"It has no 'within': {a(kind)} that meets it would count for ever."
        notes.add(path, what, hint)


def ends(name: str, rulebook: Rulebook) -> bool:
    """Say whether a row stops meeting a measure when time passes and nothing else happens."""
    measure = rulebook.measures[name]
    conditions = [c.node for c in measure.kinds.values()]
    return (
        (measure.when is not None and looks_at_window(measure.when.node))
        or (bool(conditions) and all(map(looks_at_window, conditions)))
        or (measure.parent is not None and ends(measure.parent, rulebook))
    )


def looks_at_window(node: Node) -> bool:
    """Say whether a condition can only hold for so long: each way to meet it has an end."""
    match node:
        case And(operands=operands):
            has_end = any(map(looks_at_window, operands))
        case Or(operands=operands):
            has_end = all(map(looks_at_window, operands))
        case Compare(operator=operator, left=left, right=right):
            has_end = (_is_age(left) and operator in {"<", "<=", "="}) or (
                _is_age(right) and operator in {">", ">=", "="}
            )
        case Between(operand=operand):
            has_end = _is_age(operand)
        case _:
            has_end = isinstance(node, Call) and node.function == "within"
    return has_end


def _is_age(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "age"
