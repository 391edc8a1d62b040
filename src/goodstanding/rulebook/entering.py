"""What a measure asks of an entry on the very day on which it is entered.

A ladder is climbed by entries of all days. Each adds to the total of the days that end with its
own, in which it lies by itself: what is left of a condition is whatever else it asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from goodstanding.expressions.nodes import And, Call, Flag, Name, Node, parts
from goodstanding.expressions.writing import write
from goodstanding.rulebook.model import Expression, Measure

ENTERED_ON = "occurred_on"  # the day by which a violation is entered
_BY_DAY = frozenset({"within", "age"})  # what moves with the day that is asked about


def as_entered(measure: Measure) -> Measure:
    """Return the measure as it looks at an entry on its own day."""
    when = None if measure.when is None else _left(measure.when)
    kinds = {name: _left(kind) or _ALWAYS for name, kind in measure.kinds.items()}
    return replace(measure, when=when, kinds=kinds)


def moving_conditions(
    measure: Measure, measures: Mapping[str, Measure]
) -> Iterator[tuple[Measure, Expression]]:
    """Yield the conditions, of a measure and those it narrows, that move with the as-of day.

    `within(occurred_on)` as a condition of its own does not: an entry lies in its own window.
    """
    each: Measure | None = measure
    while each is not None:
        entered = as_entered(each)
        for condition in filter(None, (entered.when, *entered.kinds.values())):
            if _moves(condition.node):
                yield each, condition
        each = None if each.parent is None else measures[each.parent]


_ALWAYS = Expression(text="true", node=Flag(value=True))
_WITHIN = Call("within", (Name(ENTERED_ON),))


def _left(condition: Expression) -> Expression | None:
    node = condition.node
    operands = [o for o in (node.operands if isinstance(node, And) else (node,)) if o != _WITHIN]
    if not operands:
        return None
    left = And(tuple(operands)) if len(operands) > 1 else operands[0]
    return condition if left == node else Expression(text=write(left), node=left)


def _moves(node: Node) -> bool:
    is_moving = isinstance(node, Call) and node.function in _BY_DAY
    return is_moving or any(map(_moves, parts(node)))
