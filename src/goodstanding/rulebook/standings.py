"""Check what a rulebook reads of another one: that it is there, and can be read."""

from __future__ import annotations

import tomllib
from typing import Any

from goodstanding.errors import near
from goodstanding.rulebook import bundled_files
from goodstanding.rulebook.model import RowSet, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path

_STANDING = "standing"
# Three times what the bundled rulebooks look back on: a month.
MANY_DAYS = 100
_DAYS_OF = {"days": 1, "months": 31, "calendar": 31}
# Whose standings a rulebook may read besides those of its own subjects: of who offers a listing.
_OFFERED_BY = {"listing": "seller"}


def check_standings(rulebook: Rulebook, notes: Notes) -> None:
    """Note rows of standings of no rulebook, of one that cannot be read, or of several."""
    read: dict[str, str] = {}
    for rows in rulebook.rows.values():
        path: Path = ("rows", rows.name)
        if rows.kind != _STANDING and rows.reads is not None:
            what = f"Rows of kind '{rows.kind}' are made of facts, not of a rulebook."
            notes.add((*path, "rulebook"), what, f'Leave it out, or write from = "{_STANDING}".')
        elif rows.kind == _STANDING and rows.reads is None:
            what = "It does not say whose standings they are."
            hint = 'Name the rulebook: rulebook = "aliexpress-daily-service-score".'
            notes.add(path, what, hint)
        elif rows.reads is not None:
            _check_read(rows, rows.reads, rulebook, notes)
            read.setdefault(rows.reads, rows.name)
    if len(read) > 1:
        (first, _), (_, second), *_ = read.items()
        what = f"It reads a second rulebook, beside '{first}'."
        notes.add(("rows", second, "rulebook"), what, "Read one, in a rulebook of its own each.")


def warn_of_many_days(rulebook: Rulebook, notes: Notes) -> None:
    """Note each window over days of another rulebook that takes long to assess.

    Those days are scored anew at each assessment, with what is known by then.
    """
    windows = {
        measure.window.name: measure.window.length
        for measure in rulebook.measures.values()
        if rulebook.rows[measure.rows].reads is not None
    }
    for name, length in windows.items():
        days = 0 if length is None else length.n * _DAYS_OF[length.unit]
        if days > MANY_DAYS:
            what = f"Each assessment scores {length} anew, which takes long above {MANY_DAYS} days."
            hint = "Look back on fewer days, unless the rule asks for so many."
            notes.add(("window", name), what, hint)


def _check_read(rows: RowSet, name: str, rulebook: Rulebook, notes: Notes) -> None:
    path: Path = ("rows", rows.name, "rulebook")
    known = bundled_files.names()
    if name not in known:
        what = f"'{name}' is none of the rulebooks that come with the package."
        readable = [each for each in known if _why_not(each, rulebook) is None]
        notes.add(path, what, near(name, readable) or "Only those can be read.")
        return
    why = _why_not(name, rulebook)
    if why is not None:
        notes.add(path, why, "Name one that scores its subjects.")


def _why_not(name: str, rulebook: Rulebook) -> str | None:
    """Say why the standings of a bundled rulebook cannot be read, if those of any version."""
    for day, file in sorted(bundled_files.files(name).items()):
        why = _unreadable(tomllib.loads(file.read_text(encoding="utf-8")), rulebook)
        if why is not None:
            return f"'{name}' of {day} {why}."
    return None


def _unreadable(written: dict[str, Any], rulebook: Rulebook) -> str | None:
    """Say why the standings of a rulebook cannot be read, if they cannot."""
    if written["subject"] not in (rulebook.subject, _OFFERED_BY.get(rulebook.subject)):
        return f"is about each {written['subject']}, not each {rulebook.subject}"
    if any(rows["from"] == _STANDING for rows in written["rows"].values()):
        return "reads another rulebook itself"
    return None if "score" in written else "has no score"
