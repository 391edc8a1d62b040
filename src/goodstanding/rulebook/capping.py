"""Check what keeps a score from being told, or from being high."""

from __future__ import annotations

from dataclasses import replace

from goodstanding.expressions.inference import infer
from goodstanding.expressions.sizes import size_faults
from goodstanding.expressions.types import Kind, Scope
from goodstanding.expressions.writing import write_number
from goodstanding.rulebook.model import Expression, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.scopes import guard_scope, subject_scope

_LATER = "The score is capped once it is added up; name measures and indicators."


def check_score(rulebook: Rulebook, notes: Notes) -> None:
    """Note conditions of a score that cannot be meant, and caps that keep nothing lower."""
    score = rulebook.score
    if score is None:
        return
    broken = notes.broken_names("measure", "indicator")
    if score.not_assessed_if is not None:
        scope = guard_scope(rulebook, broken)
        _check(("score", "not_assessed_if"), score.not_assessed_if, scope, notes)
    for at, cap in enumerate(score.caps):
        path: Path = ("score", "cap", at)
        _check((*path, "if"), cap.condition, _cap_scope(rulebook, broken), notes)
        if not score.least <= cap.at_most < score.most and notes.is_whole("score", "range"):
            ends = f"{write_number(score.least)} to {write_number(score.most)}"
            what = f"{write_number(cap.at_most)} keeps nothing lower: the score is {ends} anyway."
            notes.add((*path, "at_most"), what, "Write a number below the most that it can be.")


def _cap_scope(rulebook: Rulebook, broken: list[str]) -> Scope:
    scope = subject_scope(rulebook, broken)
    later = {*rulebook.points, "score"}
    return replace(
        scope,
        names={name: given for name, given in scope.names.items() if name not in later},
        elsewhere={**scope.elsewhere, **dict.fromkeys(later, _LATER)},
    )


def _check(path: Path, condition: Expression, scope: Scope, notes: Notes) -> None:
    found, faults = infer(condition.node, scope)
    for fault in faults or size_faults(condition.node, scope):
        notes.add(path, fault.what, fault.hint)
    if not faults and found.kind not in {Kind.FLAG, Kind.UNKNOWN}:
        what = f"{condition.text} is {found}, where a condition is expected."
        notes.add(path, what, "Compare it with something.")
