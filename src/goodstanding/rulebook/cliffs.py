"""Check that good conduct pays: one good row more, or one bad row fewer, lowers no grade.

A bad row that is taken out, as by an exclusion, is no better conduct; where it was needed for
volume, a grade can fall with it. That is no mistake, and is warned of.

Counts are tried on the rulebook just at, below and above its limits. A case that is found is
sure; that none is found proves nothing where a rulebook is too large to try everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from goodstanding.rulebook.conduct import Conduct, conduct_of
from goodstanding.rulebook.holding import can_share_a_row
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.outcomes import Counts, Judge, Outcome, is_told_by_counts
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.trials import Slot, slots, trials

MOST_TRIALS = 2_000  # some hundredths of a second

# What a change of conduct adds to each measure.
_Change = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cliff:
    """Counts at which a grade falls though conduct became better, and what decided that."""

    before: Counts
    after: Counts
    grade_before: str
    grade_after: str
    path: Path

    def __str__(self) -> str:
        before = ", ".join(f"{name} {count}" for name, count in self.before.items())
        after = ", ".join(f"{name} {count}" for name, count in self.after.items())
        return f"{self.grade_before} with {before} becomes {self.grade_after} with {after}"


def check_cliffs(rulebook: Rulebook, notes: Notes) -> None:
    """Note where one more good row, or one bad row fewer, lowers a grade.

    The first a rulebook may do that says so (`adding_may_lower`); one that says so and never
    does it is noted too. Where quantities are added up, counts say too little to be tried.
    """
    if not rulebook.grades or not is_told_by_counts(rulebook):
        return
    kind = next(iter(rulebook.rows.values())).kind
    mended, added = find_cliffs(rulebook)
    if mended is not None:
        what = f"One bad {kind} fewer can lower a grade: {mended}."
        notes.add(mended.path, what, "Better conduct may never do that: change what decides it.")
    if added is not None and rulebook.adding_may_lower is None:
        what = f"One more good {kind} can lower a grade: {added}."
        hint = 'Change what turns on volume, or say why it must be: adding_may_lower = "…".'
        notes.add(added.path, what, hint)
    if added is None and rulebook.adding_may_lower is not None:
        what = f"No case is found in which one more good {kind} lowers a grade."
        notes.add(("adding_may_lower",), what, "Leave it out.")
    if rulebook.removing_may_lower is not None and find_removal(rulebook) is None:
        what = f"No case is found in which taking out a bad {kind} lowers a grade."
        notes.add(("removing_may_lower",), what, "Leave it out.")


def warn_of_removals(rulebook: Rulebook, notes: Notes) -> None:
    """Note where a grade falls with a bad row that is taken out, unless the rulebook says so."""
    is_tried = rulebook.grades and is_told_by_counts(rulebook)
    if not is_tried or rulebook.removing_may_lower is not None:
        return
    removed = find_removal(rulebook)
    if removed is not None:
        kind = next(iter(rulebook.rows.values())).kind
        what = f"Taking out a bad {kind} can lower a grade: {removed}."
        hint = 'Change what turns on volume, or say why it must be: removing_may_lower = "…".'
        notes.add(removed.path, what, hint)


def find_cliffs(rulebook: Rulebook, most: int = MOST_TRIALS) -> tuple[Cliff | None, Cliff | None]:
    """Return the first case found of one bad row fewer, and of one good row more, that hurts."""
    judge, asked = Judge(rulebook), slots(rulebook)
    conduct = conduct_of(rulebook)
    adding = {slot.name: 1 for slot in asked if _is_met_by_good(slot.name, conduct, rulebook)}
    mending = list(_mendings(asked, conduct, rulebook))
    mended: Cliff | None = None
    added: Cliff | None = None
    for counts in trials(asked, most):
        before = judge.outcome(counts)
        if before.place == len(rulebook.grades) - 1:
            continue
        if added is None:
            added = _cliff(judge, rulebook, counts, before, _changed(counts, adding))
        if mended is None:
            found = (
                _cliff(judge, rulebook, counts, before, after)
                for after in (_changed(counts, change) for change in mending)
                if _is_possible(asked, after)
            )
            mended = next((cliff for cliff in found if cliff is not None), None)
        if added is not None and (mended is not None or not mending):
            break
    return mended, added


def find_removal(rulebook: Rulebook, most: int = MOST_TRIALS) -> Cliff | None:
    """Return the first case found in which a grade falls with a bad row that is taken out.

    What the row counted for as well that is good does not count here: a grade may fall with that.
    """
    judge, asked = Judge(rulebook), slots(rulebook)
    removing = list(_removals(asked, conduct_of(rulebook), rulebook))
    for counts in trials(asked, most) if removing else ():
        before = judge.outcome(counts)
        if before.place == len(rulebook.grades) - 1:
            continue
        for change in removing:
            after = _changed(counts, change)
            found = _cliff(judge, rulebook, counts, before, after)
            if found is not None and _is_possible(asked, after):
                return found
    return None


def _removals(
    asked: list[Slot], conduct: Mapping[str, Conduct], rulebook: Rulebook
) -> Iterator[_Change]:
    """Yield what taking out one bad row can change: what it narrows, and volume beside that."""
    named = [slot.name for slot in asked]
    lines = {name: {name, *_above(name, rulebook)} for name in named}
    bad = [name for name in named if conduct[name] is Conduct.BAD]
    volume = [
        name for name in named if all(conduct[each] is Conduct.UNCLEAR for each in lines[name])
    ]
    found = [frozenset(lines[name]) for name in bad]
    found += [
        frozenset(lines[name] | lines[beside])
        for name in bad
        for beside in volume
        if can_share_a_row(name, beside, rulebook)
    ]
    for leaves in dict.fromkeys(found):
        yield dict.fromkeys(sorted(leaves & frozenset(named)), -1)


def _is_met_by_good(name: str, conduct: Mapping[str, Conduct], rulebook: Rulebook) -> bool:
    """Say whether a good row meets a measure: it is nothing bad, and narrows nothing bad."""
    found: str | None = name
    while found is not None:
        if conduct[found] is Conduct.BAD:
            return False
        found = rulebook.measures[found].parent
    return True


def _mendings(
    asked: list[Slot], conduct: Mapping[str, Conduct], rulebook: Rulebook
) -> Iterator[_Change]:
    """Yield what mending one row can change: it leaves what is bad, and may enter what is good."""
    bad = [slot.name for slot in asked if conduct[slot.name] is Conduct.BAD]
    good = [slot.name for slot in asked if conduct[slot.name] is Conduct.GOOD]
    lines = {name: {name, *_above(name, rulebook)} for name in bad}
    left = [frozenset(bad) & frozenset(lines[name]) for name in bad]
    left += [
        own | {n for n in bad if name in lines[n]} for name, own in zip(bad, left, strict=True)
    ]
    for leaves in dict.fromkeys(left):
        yield dict.fromkeys(sorted(leaves), -1)
        for name in good:
            yield {**dict.fromkeys(sorted(leaves), -1), name: 1}
    for name in good:
        if _above(name, rulebook):  # a row that was there before, not a new one
            yield {name: 1}


def _above(name: str, rulebook: Rulebook) -> list[str]:
    parent = rulebook.measures[name].parent
    return [] if parent is None else [parent, *_above(parent, rulebook)]


def _changed(counts: Counts, change: _Change) -> dict[str, int]:
    return {name: count + change.get(name, 0) for name, count in counts.items()}


def _is_possible(asked: list[Slot], counts: Counts) -> bool:
    return all(
        counts[slot.name] >= 0
        and (slot.within is None or counts[slot.name] <= counts[slot.within])
        and not (slot.is_spread and slot.within and counts[slot.within] and not counts[slot.name])
        for slot in asked
    )


def _cliff(
    judge: Judge, rulebook: Rulebook, counts: Counts, before: Outcome, after: Counts
) -> Cliff | None:
    outcome = judge.outcome(after)
    if _rank(outcome, rulebook) <= _rank(before, rulebook):
        return None
    if outcome.reason is not None or before.reason is not None:
        path = outcome.reason or before.reason or ()
    else:
        place = before.place or 0
        path = ("grade", place, "all", judge.missed(place, after) or 0)
    return Cliff(
        before=counts,
        after=after,
        grade_before=_called(before, rulebook),
        grade_after=_called(outcome, rulebook),
        path=path,
    )


def _rank(outcome: Outcome, rulebook: Rulebook) -> int:
    """Put no grade above the last one and below the others: only the last is sure to be bad."""
    last = len(rulebook.grades) - 1
    if outcome.place is None:
        return 2 * last - 1
    return 2 * outcome.place


def _called(outcome: Outcome, rulebook: Rulebook) -> str:
    return "not graded" if outcome.place is None else f'"{rulebook.grades[outcome.place].name}"'
