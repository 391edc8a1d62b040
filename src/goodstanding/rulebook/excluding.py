"""Check what a rulebook excludes: each entry takes rows out, and out of something."""

from __future__ import annotations

from goodstanding.rulebook.model import Exclusion, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path


def check_exclusions(rulebook: Rulebook, notes: Notes) -> None:
    """Note exclusions of nothing, out of nothing, and those that an earlier one covers."""
    for place, entry in enumerate(rulebook.exclusions):
        path: Path = ("exclude", place)
        if entry.reason is None and entry.when is None and notes.is_whole(*path):
            notes.add(
                path,
                "It needs 'reason' or 'when'.",
                'Write reason = "order protection", for what a decision excludes, or a condition.',
            )
        _check_leaves(entry, path, rulebook, notes)
        _check_decided(entry, path, rulebook, notes)
        earlier = rulebook.exclusions[:place]
        covering = next((other for other in earlier if _covers(other, entry)), None)
        if covering is not None and notes.is_whole(*path):
            what = f"It never applies: '{covering.id}' takes out the same rows before it."
            notes.add(path, what, "Leave one of them out.")


def _check_leaves(entry: Exclusion, path: Path, rulebook: Rulebook, notes: Notes) -> None:
    for each in entry.leaves:
        rows = rulebook.measures[each.measure].rows
        if rows not in entry.rows:
            what = f"'{each.text}' counts '{rows}', which this exclusion does not look at."
            notes.add((*path, "from"), what, f"Add '{rows}' to rows, or leave rows out.")


def _check_decided(entry: Exclusion, path: Path, rulebook: Rulebook, notes: Notes) -> None:
    """Note a decision that is to exclude what decisions do not name."""
    named = {rulebook.rows[name].kind: name for name in reversed(entry.rows)}
    if entry.reason is None or not notes.is_whole(*path):
        return
    if "violation" in named:
        what = f"'{named['violation']}' are violations, which no decision excludes."
        hint = "Leave them out of 'rows'; a violation that does not stand is revoked (revoked_at)."
        notes.add(path, what, hint)
    if "standing" in named:
        what = f"'{named['standing']}' are days as another rulebook scores them."
        hint = "Leave them out of 'rows'; what is excluded there is not in their score."
        notes.add(path, what, hint)


def _covers(one: Exclusion, other: Exclusion) -> bool:
    """Say whether an exclusion takes out whatever a later one does, by the same reason."""
    same = one.reason == other.reason and one.when == other.when
    wider = not one.leaves or (bool(other.leaves) and set(other.leaves) <= set(one.leaves))
    return same and wider and set(other.rows) <= set(one.rows)
