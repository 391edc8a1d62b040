"""Grades by one number, written as steps: each becomes a grade with the one limit it is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from goodstanding.expressions.nodes import Compare, Name, Negative, Node, Number
from goodstanding.expressions.writing import write
from goodstanding.rulebook.document import GradesTable
from goodstanding.rulebook.model import Expression, Grade, Limit, Origin
from goodstanding.rulebook.notes import Notes, shown
from goodstanding.rulebook.positions import Path

_STEPS: Path = ("grades", "steps")


def grades_by(table: GradesTable, origin: Origin, notes: Notes) -> tuple[Grade, ...]:
    """Return the grades of a ladder, best first; what is wrong with a step is noted.

    A problem of a grade is told at the step that it was made of.
    """
    found: list[Grade] = []
    before: Fraction | None = None
    for at, (name, start) in enumerate(table.steps):
        number = _start(name, start, at, before, notes)
        if number is None and at:
            continue
        limits = () if number is None else (_from(table.by, number, origin),)
        found.insert(0, Grade(name=str(name), limits=limits, origin=origin))
        before = number
    steps = len(table.steps)
    for place in range(steps):
        notes.read_as((*_STEPS, steps - 1 - place), ("grade", place))
    if len(found) < steps:
        notes.give_up_on(("grade",))
    return tuple(found)


def _start(
    name: object, start: object, at: int, before: Fraction | None, notes: Notes
) -> Fraction | None:
    """Return where a step begins, None for the first, which takes everything below the second."""
    path: Path = (*_STEPS, at)
    if not isinstance(name, str):
        notes.add(path, f"{shown(name)} is no name.", 'Write ["medal 1", 3].')
    elif at == 0:
        if start != "-":
            what = f"{shown(start)} cannot stand here: the first step takes whatever is below."
            notes.add(path, what, f'Write ["{name}", "-"].')
    elif not isinstance(start, int | Decimal) or isinstance(start, bool):
        notes.add(path, f"{shown(start)} is no number.", f'Write ["{name}", 3].')
    elif before is not None and Fraction(start) <= before:
        what = f"It begins at {start}, and the step before it at {shown(float(before))}."
        notes.add(path, what, "Write the steps in rising order.")
    elif (Fraction(start) * 1_000_000).denominator != 1:
        notes.add(path, f"{start} has more than six decimal places.")
    else:
        return Fraction(start)
    return None


def _from(name: str, number: Fraction, origin: Origin) -> Limit:
    written: Node = Number(abs(number))
    node = Compare(">=", Name(name), Negative(written) if number < 0 else written)
    return Limit(that=Expression(text=write(node), node=node), unless=None, origin=origin)
