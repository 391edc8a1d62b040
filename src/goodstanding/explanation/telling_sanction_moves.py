"""Sanctions under two rulebooks side by side, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from goodstanding.assessment.sanction_words import (
    NOTHING,
    TOTAL,
    exactly,
    sanction_column,
    sanction_told,
)
from goodstanding.explanation.layout import MOST_LISTED, and_more, item, paragraph, table
from goodstanding.explanation.sanction_moves import MOVED_SANCTIONS, has_moved, moved_column
from goodstanding.expressions.writing import write_number
from goodstanding.rulebook.english import label

if TYPE_CHECKING:
    from goodstanding.explanation.comparing import Comparison

_SIDES = ("first", "second")


def sanction_moves_text(comparison: Comparison, width: int) -> Iterator[str]:
    """Say how many sanctions of each ladder began, changed or ended, and whose, with the totals."""
    if not comparison.sanctions:
        return
    yield "Sanctions, from the first to the second"
    for ladder, moves in comparison.sanctions.items():
        told = ", ".join(f"{count:,} {move}" for move, count in moves.items())
        yield from item(f"{label(ladder)}: {told}", width)
    moved_n = sum(moves[m] for moves in comparison.sanctions.values() for m in MOVED_SANCTIONS)
    if moved_n:
        yield from paragraph("Before and after, and what the entries in force add up to:", width)
        yield from table(list(islice(_rows(comparison), MOST_LISTED)), width)
        yield from and_more(moved_n)


def _rows(comparison: Comparison) -> Iterator[tuple[str, str]]:
    movers = comparison.movers
    moved = movers.filter(has_moved(movers, tuple(comparison.sanctions)))
    for mover in moved.slice(0, MOST_LISTED).to_pylist():
        for ladder in comparison.sanctions:
            if mover[moved_column(ladder)] in MOVED_SANCTIONS:
                before, after = (_in_force(mover, side, ladder) for side in _SIDES)
                told = f"{label(ladder)}: {before} -> {after}; {_totals(mover, ladder)}"
                yield mover["subject_id"], told


def _in_force(mover: Mapping[str, Any], side: str, ladder: str) -> str:
    """Return what is in force on one side, in the words of results."""
    if f"{side}_{sanction_column(ladder, 'sanction')}" not in mover:
        return NOTHING  # no such ladder there
    one = f"{side}_"
    told = {name.removeprefix(one): mover[name] for name in mover if name.startswith(one)}
    return sanction_told(told, ladder)


def _totals(mover: Mapping[str, Any], ladder: str) -> str:
    """Return the totals in force, once where they are the same or only one side has the ladder."""
    found = (mover.get(f"{side}_{sanction_column(ladder, TOTAL)}") for side in _SIDES)
    told = [write_number(exactly(total)) for total in found if total is not None]
    return " -> ".join(dict.fromkeys(told))
