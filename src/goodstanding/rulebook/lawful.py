"""Check that what a rulebook does by itself is left to a program by the law it names."""

from __future__ import annotations

from goodstanding.errors import near
from goodstanding.rulebook import laws
from goodstanding.rulebook.laws import LawProfile
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path

_WAY_OUT = "Write automatic = false: it is then proposed, and a person decides."


def law_of(rulebook: Rulebook) -> LawProfile | None:
    """Return the profile that a rulebook names; None where it names none, or one unknown."""
    if rulebook.law is None or rulebook.law not in laws.names():
        return None
    return laws.profile_for(rulebook.law, rulebook.version)


def check_lawful(rulebook: Rulebook, notes: Notes) -> None:
    """Note an unknown law, and effects and rungs that need a person, or may never be."""
    if rulebook.law is not None and rulebook.law not in laws.names():
        what = f"There is no law profile '{rulebook.law}'."
        notes.add(("law",), what, near(rulebook.law, laws.names()))
    never = laws.never()
    for path, does, _ in _doings(rulebook):
        if does in never:
            profile, clause = never[does]
            what = f"{clause.because} That is refused always ({profile.title}: {clause.law})."
            notes.add(path, what, clause.instead)
    law = law_of(rulebook)
    if law is None:
        return
    for path, does, is_automatic in _doings(rulebook):
        clause_for = law.person_for(does)
        if is_automatic and clause_for is not None and does not in never:
            what = (
                f"'{does}' takes effect by itself, which {law.title} does not allow "
                f"({clause_for.law}). {clause_for.because}"
            )
            notes.add((*path, "automatic"), what, _WAY_OUT)


def _doings(rulebook: Rulebook) -> list[tuple[Path, str, bool]]:
    """Return each effect and rung: where it stands, what it does, and whether by itself."""
    effects: list[tuple[Path, str, bool]] = [
        (("effect", each.place), each.does, each.is_automatic) for each in rulebook.effects
    ]
    rungs: list[tuple[Path, str, bool]] = [
        (
            ("ladder", ladder.name, *(("every",) if ladder.is_repeated else ("rungs", at))),
            rung.does,
            rung.is_automatic,
        )
        for ladder in rulebook.ladders.values()
        for at, rung in enumerate(ladder.rungs)
    ]
    return [*effects, *rungs]
