"""Check that every grade can be reached: its limits leave somebody, and better grades do too."""

from __future__ import annotations

from goodstanding.expressions.nodes import Call, Name, Node, Or, names_in
from goodstanding.expressions.possible import can_hold
from goodstanding.rulebook.domains import limit_met, lowered, subject_domain
from goodstanding.rulebook.model import Grade, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.outcomes import limited_ratios

_HINT = "Change its limits, or those around it, or leave it out."


def check_reaching(rulebook: Rulebook, notes: Notes) -> None:
    """Note grades that nobody can have, and limits that only a worse grade has.

    What is decided is told in `expressions.possible`; a grade that is not noted may still be
    out of reach by arithmetic.
    """
    domain = subject_domain(rulebook)
    graded: list[Node] = [
        lowered(entry.condition.node, rulebook, is_so=False) for entry in rulebook.not_graded
    ]
    graded += [
        Call("known", (Name(ratio.name),))
        for ratio in limited_ratios(rulebook)
        if ratio.if_not_assessed == "not graded"
    ]
    if not can_hold(graded, domain):
        notes.add(("not_graded",), "Nobody can ever be graded: these take everybody.", _HINT)
        return
    worse_than: list[Node] = []
    for place, grade in enumerate(rulebook.grades):
        own = [limit_met(limit, rulebook) for limit in grade.limits]
        if not can_hold(own, domain):
            what = "its limits contradict each other"
        elif not can_hold([*own, *graded], domain):
            what = "whoever meets its limits is not graded"
        elif not can_hold([*own, *graded, *worse_than], domain):
            whoever = "everyone who passes its limits" if own else "everyone"
            what = f"{whoever} already has a better grade"
        else:
            what = ""
        if what:
            notes.add(("grade", place), f"It can never be reached: {what}.", _HINT)
        missed = [limit_met(limit, rulebook, is_so=False) for limit in grade.limits]
        worse_than.append(missed[0] if len(missed) == 1 else Or(tuple(missed)))
    for place, worse in enumerate(rulebook.grades):
        for better in rulebook.grades[:place]:
            _check_overlap(place, worse, better, rulebook, notes)


def _check_overlap(
    place: int, worse: Grade, better: Grade, rulebook: Rulebook, notes: Notes
) -> None:
    """Note what a worse grade asks for and a better one does not look at in any way."""
    looked_at = {
        name
        for limit in better.limits
        for name in names_in(limit.that.node)
        for name in _with_parts(name, rulebook)
    }
    for at, limit in enumerate(worse.limits):
        for name in names_in(limit.that.node):
            if looked_at.isdisjoint(_with_parts(name, rulebook)):
                what = (
                    f'{limit.that.text}: the better grade "{better.name}" does not look at '
                    f"'{name}', so that it can be had without."
                )
                hint = "Give the better grade a limit on it too."
                notes.add(("grade", place, "all", at), what, hint)


def _with_parts(name: str, rulebook: Rulebook) -> set[str]:
    indicator = rulebook.numbers.get(name)
    if indicator is None:
        return {name}
    return {name, *indicator.measures}
