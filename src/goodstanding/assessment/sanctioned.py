"""Sanctions in force as columns of results, and what of them nobody confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from goodstanding.assessment.climbing import IN_FORCE, in_force
from goodstanding.assessment.sanction_words import PARTS, TOTAL, sanction_column
from goodstanding.rulebook.model import DOUBTFUL, Ladder, Rulebook, Rung

if TYPE_CHECKING:
    from collections.abc import Sequence


def ladder_columns(rulebook: Rulebook) -> list[str]:
    """Name the columns of results in which sanctions are told."""
    return [
        name
        for ladder in rulebook.ladders.values()
        for name in (
            *(in_force(ladder.name, column) for column in IN_FORCE),
            ladder.climbs,
        )
    ]


def sanction_columns(results: pa.Table, rulebook: Rulebook) -> dict[str, pa.Array]:
    """Return the heaviest sanction in force of each ladder, all null where there is none."""
    columns: dict[str, pa.Array] = {}
    for ladder in rulebook.ladders.values():
        rungs = rungs_in_force(results, ladder)
        nodes = results[in_force(ladder.name, "node")].to_pylist()
        parts = {
            "sanction": pa.array([rung and rung.does for rung in rungs], pa.string()),
            "at": pa.array([None if n is None else n / ladder.unit for n in nodes], pa.float64()),
            "first_on": results[in_force(ladder.name, "first_on")].cast(pa.date32()),
            "last_on": results[in_force(ladder.name, "last_on")].cast(pa.date32()),
            "is_proposed": pa.array([rung and not rung.is_automatic for rung in rungs], pa.bool_()),
        }
        columns |= {sanction_column(ladder.name, part): parts[part] for part in PARTS}
    return columns


def total_columns(results: pa.Table, rulebook: Rulebook) -> dict[str, pa.ChunkedArray]:
    """Return what the entries in force of each ladder add up to; one division, for reading."""
    return {
        sanction_column(ladder.name, TOTAL): pc.divide(
            results[ladder.climbs].cast(pa.float64()), float(ladder.unit)
        )
        for ladder in rulebook.ladders.values()
    }


def rungs_in_force(results: pa.Table, ladder: Ladder) -> list[Rung | None]:
    """Return each subject's rung in force, None where it has none."""
    places = results[in_force(ladder.name, "rung")].to_pylist()
    return [None if place is None else ladder.rungs[place - 1] for place in places]


def doubted(ladder: Ladder, rung: Rung | None) -> list[str]:
    """Return what is unconfirmed about a sanction in force, as results repeat it."""
    is_doubted = rung is not None and rung.origin.confidence in DOUBTFUL
    return [doubt(ladder, rung)] if is_doubted and rung is not None else []


def doubt(ladder: Ladder, rung: Rung) -> str:
    """Return how results name a rung that nobody confirmed."""
    return f"{ladder.name}: {rung.text}"


def all_doubts(rulebook: Rulebook) -> Sequence[str]:
    """Return whatever may be unconfirmed about sanctions, in the rulebook's order."""
    return [
        doubt(ladder, rung)
        for ladder in rulebook.ladders.values()
        for rung in ladder.rungs
        if rung.origin.confidence in DOUBTFUL
    ]
