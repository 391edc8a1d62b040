"""Sanctions under two rulebooks side by side: which began, which changed, and which ended."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from goodstanding.assessment.sanction_words import PARTS, TOTAL, sanction_column

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.rulebook.model import Rulebook

# Of the sanction of a ladder, from the first to the second; none where none is in force.
SANCTION_MOVES = ("began", "changed", "ended", "unchanged")
MOVED_SANCTIONS = SANCTION_MOVES[:3]


def ladders_of(*rulebooks: Rulebook) -> tuple[str, ...]:
    """Return the names of the ladders of any of the rulebooks, each once, in their order."""
    return tuple(dict.fromkeys(name for rulebook in rulebooks for name in rulebook.ladders))


def moved_column(ladder: str) -> str:
    """Name the column that says how the sanction of a ladder moved."""
    return sanction_column(ladder, "moved")


def columns_told(sides: Mapping[str, Rulebook]) -> list[str]:
    """Return, for a join of two sides, the SQL of what is told of their ladders."""
    said = []
    for ladder in ladders_of(*sides.values()):
        said.append(f"{_moved(ladder, sides)} as {moved_column(ladder)}")
        said += [
            f"{side}.{name} as {side}_{name}"
            for side, rulebook in sides.items()
            if ladder in rulebook.ladders
            for name in (sanction_column(ladder, part) for part in (TOTAL, *PARTS))
        ]
    return said


def _moved(ladder: str, sides: Mapping[str, Rulebook]) -> str:
    def each(part: str) -> list[str]:
        name = sanction_column(ladder, part)
        return [f"{s}.{name}" if ladder in r.ladders else "null" for s, r in sides.items()]

    first, second = each("sanction")
    differs = " or ".join(" is distinct from ".join(each(part)) for part in PARTS)
    return f"""case
            when {first} is null and {second} is null then null
            when {first} is null then 'began'
            when {second} is null then 'ended'
            when {differs} then 'changed'
            else 'unchanged'
          end"""


def counted_moves(beside: Database, relation: str, ladder: str) -> dict[str, int]:
    """Return how many sanctions of a ladder moved how, by `SANCTION_MOVES`."""
    name = moved_column(ladder)
    counts = dict(beside.rows(f"select {name}, count(*) from {relation} group by {name}"))
    return {move: counts.get(move, 0) for move in SANCTION_MOVES}


def has_moved(table: pa.Table, ladders: tuple[str, ...]) -> pa.ChunkedArray:
    """Say of each row whether the sanction of any ladder moved."""
    found = pa.chunked_array([pa.repeat(pa.scalar(False), table.num_rows)])
    for ladder in ladders:
        moved = pc.is_in(table[moved_column(ladder)], pa.array(MOVED_SANCTIONS))
        found = pc.or_(found, moved)
    return found
