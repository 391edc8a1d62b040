"""Ladders of sanctions as text."""

from __future__ import annotations

from collections.abc import Iterator

from goodstanding.assessment.sanction_words import exactly
from goodstanding.explanation.answer import Explanation
from goodstanding.explanation.layout import INDENT, item, listed, paragraph
from goodstanding.explanation.sanction_answer import EntryTold, LadderTold, SanctionTold
from goodstanding.expressions.writing import write_number
from goodstanding.rulebook.english import label

_ENTRIES = 10  # of a ladder, in a text
_PAST = 3  # sanctions that are over, in a text
_WAITS = "proposed: a person decides"


def sanctions_text(explanation: Explanation, width: int) -> Iterator[str]:
    """Say of each ladder what is in force, where it came from, and what a further entry brings."""
    if not explanation.ladders:
        return
    yield "Sanctions"
    for ladder in explanation.ladders:
        head = f"{label(ladder.name)}: {total_text(ladder.total)}"
        yield from paragraph(head, width, first=INDENT)
        for line in _lines(ladder):
            yield from item(line, width)
    if any(ladder.entries or ladder.sanctions for ladder in explanation.ladders):
        yield from paragraph(explanation.ladders[0].appeal, width, first=INDENT)


def _lines(ladder: LadderTold) -> Iterator[str]:
    running = [each for each in ladder.sanctions if each.is_in_force]
    for each in running:
        yield _running(each)
    over = [each for each in ladder.sanctions if not each.is_in_force]
    if over:
        more = f"; and {len(over) - _PAST:,} before" if len(over) > _PAST else ""
        yield f"Over: {'; '.join(map(_over, over[:_PAST]))}{more}."
    if ladder.entries:
        more = f"; and {len(ladder.entries) - _ENTRIES:,} more"
        told = "; ".join(map(_entry, ladder.entries[:_ENTRIES]))
        yield f"Made of {told}{more if len(ladder.entries) > _ENTRIES else ''}."
    if ladder.further:
        said = [
            each.text + (f" (not executed {each.unless})" if each.unless else "")
            for each in ladder.further
        ]
        yield f"A further entry of {'; of '.join(said)}."


def _running(each: SanctionTold) -> str:
    ids = ", ".join(each.source)
    origin = f"[{ids}: {each.confidence}]" if ids else f"[{each.confidence}]"
    decides = _WAITS if each.is_proposed else "by itself"
    return f"In force: {each.text}; {decides}. It came from {listed(each.came_from)}. {origin}"


def _over(each: SanctionTold) -> str:
    return each.text if each.replaced_on is None else f"{each.text}, replaced {each.replaced_on}"


def _entry(each: EntryTold) -> str:
    until = "" if each.expires_on is None else f", expires {each.expires_on}"
    return f"{each.violation_id} of {each.entered_on}, {total_text(each.adds)}{until}"


def total_text(value: float) -> str:
    """Write a total in full: a float of thousandths holds it exactly enough."""
    return write_number(exactly(value))
