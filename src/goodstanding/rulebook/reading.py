"""Read a rulebook: its text becomes checked values, or every problem in it at once.

A document is read in four passes, each of which leaves out what the one before could not
understand, so that one mistake is not blamed twice: its TOML (`positions`), its keys
(`structure`), its names and expressions (`resolving`), its meaning (`checking`, `grading`,
`examples`).
"""

from __future__ import annotations

from collections.abc import Collection

from goodstanding.errors import Problem, RulebookInvalid
from goodstanding.rulebook.characters import check_characters
from goodstanding.rulebook.checking import check
from goodstanding.rulebook.cliffs import check_cliffs, warn_of_removals
from goodstanding.rulebook.conduct import check_conduct
from goodstanding.rulebook.examples import check_examples
from goodstanding.rulebook.grading import check_grades
from goodstanding.rulebook.holding import check_holding
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import TomlError, locate
from goodstanding.rulebook.reaching import check_reaching
from goodstanding.rulebook.resolving import resolve
from goodstanding.rulebook.standings import warn_of_many_days
from goodstanding.rulebook.structure import read_structure


def read_rulebook(
    text: str, place: str, *, known_sources: Collection[str] | None = None
) -> Rulebook:
    """Read and check a rulebook, or raise `RulebookInvalid` with everything wrong in it.

    `place` says in messages where the text stands. With `known_sources`, a source that is not
    among them is a problem too.
    """
    try:
        located = locate(text)
    except TomlError as error:
        problem = Problem(
            file=place,
            line=error.line,
            where="",
            what=f"This is no TOML: {error.what}.",
            hint="Texts stand in double quotes, days in none; a key stands once in its table.",
        )
        raise RulebookInvalid([problem]) from None
    notes = Notes(place=place, located=located)
    check_characters(notes)
    if notes.problems:  # other messages would repeat the characters
        raise RulebookInvalid(notes.problems)
    document = read_structure(notes)
    if document is not None:
        rulebook = resolve(document, text, notes)
        check(rulebook, notes, known_sources=known_sources)
        check_holding(rulebook, notes)
        check_grades(rulebook, notes)
        check_conduct(rulebook, notes)
        check_examples(rulebook, document, notes)
        for check_deeper in (check_reaching, check_cliffs):
            if not notes.problems:  # a slip would have further consequences
                check_deeper(rulebook, notes)
        if not notes.problems:
            return rulebook
    raise RulebookInvalid(notes.problems)


def warnings(rulebook: Rulebook) -> list[Problem]:
    """Return what is no mistake in a rulebook, and worth saying to whoever writes it."""
    notes = Notes(place=rulebook.place, located=locate(rulebook.text))
    warn_of_removals(rulebook, notes)
    warn_of_many_days(rulebook, notes)
    return notes.problems
