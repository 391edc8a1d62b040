"""Write in sentences what violations lead to: the part of the page about sanctions."""

from __future__ import annotations

from collections.abc import Iterator

from goodstanding.expressions.writing import write_number
from goodstanding.rulebook.english import INDENT, label
from goodstanding.rulebook.model import DOUBTFUL, Ladder, Rulebook, Rung
from goodstanding.rulebook.plain_scores import noted, origin_told


def sanctions_told(rulebook: Rulebook) -> Iterator[str]:
    """Say which totals lead to which sanctions, for how long, and who decides."""
    if not rulebook.ladders:
        return
    yield (
        "A sanction is reached where an entry lifts a total from below a number to it or above; of "
        "several reached by one entry only the heaviest counts, and while a heavier one of its "
        "kind runs it is not executed. Of two alike the later one runs. It outlives the entries "
        "that led to it; what is revoked led to nothing."
    )
    for ladder in rulebook.ladders.values():
        of = f", of which {ladder.unit:,} are one here" if ladder.unit > 1 else ""
        yield f"- {label(ladder.name)}: by '{label(ladder.climbs)}'{of}"
        yield from noted(ladder.origin, INDENT)
        for rung in ladder.rungs:
            yield f"{INDENT}- {_rung(rung, ladder)} {origin_told(rung.origin)}."
            yield from noted(rung.origin, INDENT * 2)


def _rung(rung: Rung, ladder: Ladder) -> str:
    at = write_number(rung.at)
    where = f"at every {at}" if ladder.is_repeated else f"at {at}"
    return f"{where}: {rung.does} {how_long(rung)}, {who_decides(rung)}"


def how_long(rung: Rung) -> str:
    """Say how long a sanction lasts."""
    if rung.days is None:
        return "until a person ends it"
    return "for 1 day" if rung.days == 1 else f"for {rung.days} days"


def who_decides(rung: Rung) -> str:
    """Say whether a sanction takes effect by itself."""
    return "by itself" if rung.is_automatic else "proposed: a person decides"


def sanctions_doubted(rulebook: Rulebook) -> list[str]:
    """Return the rungs that nobody confirmed."""
    return [
        f"- {label(ladder.name)}: {rung.text} ({rung.origin.confidence})"
        for ladder in rulebook.ladders.values()
        for rung in ladder.rungs
        if rung.origin.confidence in DOUBTFUL
    ]
