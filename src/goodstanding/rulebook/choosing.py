"""Windows that are chosen, subject by subject, from several: resolved and checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from goodstanding.days import Length
from goodstanding.errors import near
from goodstanding.expressions.nodes import names_in
from goodstanding.rulebook.document import Document, WindowTable
from goodstanding.rulebook.model import Expression, Origin, Rulebook, WindowChoice, WindowRule
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path

_SOME_DAY = date(2001, 3, 31)  # of a long month: lengths in days and in months are compared on it


def chosen_window(
    name: str,
    document: Document,
    origin: Origin,
    read: Callable[[Path, str], Expression],
    notes: Notes,
) -> WindowRule:
    """Return a window that is one of others; what it cannot choose is noted."""
    path: Path = ("window", name, "choose")
    choices = []
    written = document.window[name].choose or []
    for at, entry in enumerate(written):
        here: Path = (*path, at)
        is_last = at == len(written) - 1
        if len(entry) != (1 if is_last else 2):
            what = "The last window has no condition, each other one has one."
            notes.add(here, what, 'Write [["month", "sold_in_month >= 60"], ["quarter"]].')
            notes.give_up_on(("window", name))
            continue
        table = document.window.get(entry[0])
        if table is None or table.choose is not None:
            plain = [known for known, each in document.window.items() if each.choose is None]
            what = f"'{entry[0]}' is no window to choose."
            notes.add(here, what, near(entry[0], plain))
            notes.give_up_on(("window", name))
            continue
        condition = None if is_last else read(here, entry[1])
        choices.append(WindowChoice(window=entry[0], condition=condition))
    lengths = [length_of(document.window[choice.window]) for choice in choices]
    known = [length for length in lengths if length is not None]
    longest = max(known, key=lambda length: length.ending_on(_SOME_DAY).days, default=None)
    return WindowRule(
        name=name,
        length=longest if len(known) == len(lengths) else None,
        choices=tuple(choices),
        origin=origin,
    )


def check_choices(rulebook: Rulebook, notes: Notes) -> None:
    """Note conditions that would have to know which window they choose."""
    for window in rulebook.windows.values():
        for at, choice in enumerate(window.choices):
            if choice.condition is None:
                continue
            for name in names_in(choice.condition.node):
                measure = rulebook.measures.get(name)
                while measure is not None:
                    if measure.window.choices:
                        what = f"'{name}' is counted in a window that is chosen itself."
                        hint = "Give the measure a window of its own."
                        notes.add(("window", window.name, "choose", at), what, hint)
                        break
                    parent = measure.parent
                    measure = None if parent is None else rulebook.measures[parent]


def length_of(table: WindowTable) -> Length | None:
    """Return how far a window looks back; None where it is on all days, or is chosen."""
    if table.days is not None:
        return Length(table.days)
    if table.calendar is not None:
        return Length(1, "calendar")
    return None if table.months is None else Length(table.months, "months")
