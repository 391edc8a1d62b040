"""Refuse characters that would steer a terminal, or turn what is read round, instead of being read.

A rulebook comes from anywhere, and its title, names and sentences are shown to everybody.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path

# Control characters, marks that turn the direction of text, and the two odd ends of lines.
_REFUSED = frozenset({"Cc", "Zl", "Zp"})
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_IN_TEXTS = frozenset("\n\r\t")  # a condition or a note may stand on several lines
_ON_ONE_LINE = frozenset({"title", "name", "id", "source"})


def check_characters(notes: Notes) -> None:
    """Note keys and texts that hold a character which cannot be shown as it is."""
    for path, line, text, allowed in _texts(notes.located.values, (), notes):
        found = next((c for c in text if _is_refused(c) and c not in allowed), None)
        if found is not None:
            called = unicodedata.name(found, "a control character").lower()
            notes.add(
                path,
                f"It holds a character that cannot be shown: U+{ord(found):04X} ({called}).",
                "Leave it out.",
                further_lines=line - notes.located.line(path),
            )


def _texts(value: Any, path: Path, notes: Notes) -> Iterator[tuple[Path, int, str, frozenset[str]]]:
    """Yield each key and text with a path that can be shown, its line, and what it may hold."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield path, notes.located.line((*path, key)), key, frozenset()
            # A key that cannot be shown is told at the table around it.
            is_shown = not any(map(_is_refused, key))
            yield from _texts(held, (*path, key) if is_shown else path, notes)
    elif isinstance(value, list):
        for place, held in enumerate(value):
            yield from _texts(held, (*path, place), notes)
    elif isinstance(value, str):
        is_one_line = bool(path) and path[-1] in _ON_ONE_LINE
        allowed = frozenset() if is_one_line else _IN_TEXTS
        yield path, notes.located.line(path), value, allowed


def _is_refused(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED or character in _TURNING
