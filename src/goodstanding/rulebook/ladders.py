"""Resolve and check ladders: sanctions that a growing total of violations reaches."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from goodstanding.errors import near
from goodstanding.expressions.writing import write_number
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.document import (
    EveryTable,
    LadderTable,
    RungTable,
    SanctionTable,
    SourcedTable,
)
from goodstanding.rulebook.entering import ENTERED_ON, moving_conditions
from goodstanding.rulebook.model import Ladder, Measure, Origin, Rulebook, Rung
from goodstanding.rulebook.notes import Notes, shown
from goodstanding.rulebook.positions import Path

MOST_UNITS = 10**15  # what every database's whole numbers hold, calculated with

Origins = Callable[[SourcedTable, Origin | None], Origin]


def ladder_of(
    name: str, table: LadderTable, measures: dict[str, Measure], origins: Origins, notes: Notes
) -> Ladder | None:
    """Return a ladder; None where it is not understood, which is noted."""
    path: Path = ("ladder", name)
    if table.climbs not in measures:
        if table.climbs not in notes.broken_names("measure"):
            what = f"'{table.climbs}' is not a measure."
            notes.add((*path, "climbs"), what, near(table.climbs, list(measures)))
        return None
    if bool(table.rungs) == (table.every is not None):
        if notes.is_whole(*path):
            what = "It needs one of 'rungs' and 'every', and only one."
            hint = 'Write rungs = [{ at = 12, does = "freeze", days = 7 }].'
            notes.add(path, what, hint)
        return None
    origin = origins(table, None)
    rungs = [
        _rung((*path, "rungs", at), rung, table.unit, origins(rung, origin), notes)
        for at, rung in enumerate(table.rungs)
    ]
    if table.every is not None:
        every = table.every
        rungs = [_rung((*path, "every"), every, table.unit, origins(every, origin), notes)]
    if None in rungs:
        return None
    return Ladder(
        name=name,
        climbs=table.climbs,
        unit=table.unit,
        rungs=tuple(rung for rung in rungs if rung is not None),
        is_repeated=table.every is not None,
        origin=origin,
    )


def _rung(
    path: Path, table: RungTable | EveryTable, unit: int, origin: Origin, notes: Notes
) -> Rung | None:
    written = table.at if isinstance(table, RungTable) else table.of
    at = _reached((*path, "at" if isinstance(table, RungTable) else "of"), written, unit, notes)
    return None if at is None else _sanction(at, table, origin)


def _sanction(at: Fraction, table: SanctionTable, origin: Origin) -> Rung:
    return Rung(
        at=at, does=table.does, days=table.days, is_automatic=table.automatic, origin=origin
    )


def _reached(path: Path, written: int | Decimal, unit: int, notes: Notes) -> Fraction | None:
    """Return where a rung is reached, None where no total can be that."""
    at = Fraction(written)
    if at <= 0:
        notes.add(path, f"{shown(written)} is reached by nobody from below.", "Write 2, or 0.5.")
    elif (at * unit).denominator != 1:
        one = f"1/{unit}" if unit > 1 else "1"
        what = f"{shown(written)} is no total: the least that an entry can add is {one}."
        notes.add(path, what, "Say in 'unit' how many of what is added up are one on the ladder.")
    elif at * unit > MOST_UNITS:
        notes.add(path, f"{shown(written)} is too large.", f"{MOST_UNITS // unit} is the most.")
    else:
        return at
    return None


def check_ladders(rulebook: Rulebook, notes: Notes) -> None:
    """Note ladders that nothing can climb in order, and rungs that are out of it."""
    for ladder in rulebook.ladders.values():
        _check_climbing(ladder, rulebook, notes)
        _check_order(ladder, notes)


def _check_climbing(ladder: Ladder, rulebook: Rulebook, notes: Notes) -> None:
    path: Path = ("ladder", ladder.name, "climbs")
    measure = rulebook.measures[ladder.climbs]
    kind = ROW_KINDS[rulebook.rows[measure.rows].kind]
    if kind.name != "violation":
        what = f"'{measure.name}' counts {kind.name}s: a ladder is climbed by what is entered."
        notes.add(path, what, 'Name a measure of rows from = "violation".')
        return
    if measure.distinct is not None:
        what = f"'{measure.name}' counts different values, which no single entry adds."
        notes.add(path, what, "Count entries, or add up their points.")
    elif measure.sum is None and ladder.unit != 1:
        what = f"'{measure.name}' counts entries, of which {ladder.unit} would be one."
        hint = "Leave 'unit' out: it is for what is kept in parts, as points are in thousandths."
        notes.add(("ladder", ladder.name, "unit"), what, hint)
    window = measure.window
    if window.choices or (window.length is not None and window.length.unit != "days"):
        what = f"'{measure.name}' looks back on '{window.name}', which is no number of days."
        notes.add(path, what, "Let it look back on a window of days, or on all.")
    for each, condition in moving_conditions(measure, rulebook.measures):
        if notes.is_whole("measure", each.name):
            what = (
                f"In '{each.name}', {condition.text} depends on the day that is asked about, and "
                "an entry climbs on its own."
            )
            hint = f"Write within({ENTERED_ON}), joined to other conditions by 'and'."
            notes.add(path, what, hint)


def _check_order(ladder: Ladder, notes: Notes) -> None:
    for at, (lower, higher) in enumerate(pairwise(ladder.rungs), start=1):
        if higher.at <= lower.at:
            what = (
                f"It is reached at {write_number(higher.at)}, and the rung before it at "
                f"{write_number(lower.at)}."
            )
            hint = "Write the rungs in rising order."
            notes.add(("ladder", ladder.name, "rungs", at), what, hint)
    for place, rung in enumerate(ladder.rungs):
        heavier = ladder.heavier(place)[:1]
        for at in heavier:
            if _lasts(ladder.rungs[at]) < _lasts(rung):
                what = f"Here '{rung.does}' is over sooner than at {write_number(rung.at)}."
                hint = "Of one kind of sanction the heavier lasts as long, or longer."
                notes.add(("ladder", ladder.name, "rungs", at), what, hint)


def _lasts(rung: Rung) -> float:
    return float("inf") if rung.days is None else rung.days
