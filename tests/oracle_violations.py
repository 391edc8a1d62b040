"""Violation points, recounted slowly from the sources' words (facts §4) and the rulebook's remarks.

Entry by entry, as a person would keep the ledgers: what counts on the day of the entry, which
nodes it lifts the total over, and whether a sanction of the same kind runs already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle_facts import ONE_DAY, Facts, day_of, known

BEHAVIOUR_YEAR = 365  # days an entry counts, its own among them (VP-04)
# Nodes of each ledger: the points, what follows, for how many days (None: until a person ends it).
NODES: dict[str, tuple[tuple[int, str, int | None], ...]] = {
    "ipr": (
        (2, "warning", 1),
        (6, "restriction", 3),
        (12, "freeze", 7),
        (24, "freeze", 14),
        (36, "freeze", 30),
        (48, "closing", None),
    ),
    "trade": ((48, "closing", None),),
    "quality": tuple((12 * times, "freeze", 7) for times in range(1, 100)),
    "serious_ipr": ((1, "freeze", 1), (2, "freeze", 7), (3, "closing", None)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one violation adds to a ledger, and on which day."""

    on: date
    points: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """A sanction that was executed; `last_on` None: until a person ends it."""

    does: str
    at: int
    first_on: date
    last_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The points in force, and the heaviest sanction that runs."""

    points: Fraction
    sanction: Sanction | None


def ledgers(facts: Facts, **asked: Any) -> dict[str, dict[str, Ledger]]:
    """Return the four ledgers of each seller who is charged with anything, as of a day."""
    as_of, zone = asked["as_of"], asked["zone"]
    as_known = known(
        facts, asked["known_at"], as_of=as_of, zone=zone, corrected_at=asked["corrected_at"]
    )
    entered: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for row in as_known.get("violations", []):
        if row.get("subject_kind") != "seller" or row.get("subject_id") is None:
            continue
        if row.get("occurred_at") is None or row.get("revoked_at") is not None:
            continue
        own = entered[row["subject_id"]]
        ledger = row.get("ledger")
        points = Fraction(1) if ledger == "serious_ipr" else row.get("points")
        if ledger in NODES and points is not None:
            on = day_of(row["occurred_at"], zone)
            own[ledger].append(Entry(on=on, points=Fraction(points)))
    return {
        seller: {name: kept(own[name], NODES[name], as_of) for name in NODES}
        for seller, own in entered.items()
    }


def kept(
    entries: Sequence[Entry], nodes: Sequence[tuple[int, str, int | None]], as_of: date
) -> Ledger:
    """Keep one ledger up to a day; of one day the entries with the fewest points come first."""
    running: dict[str, Sanction] = {}
    so_far: list[Entry] = []
    for entry in sorted(entries, key=lambda each: (each.on, each.points)):
        before = in_force(so_far, entry.on)
        so_far.append(entry)
        crossed = [node for node in nodes if before < node[0] <= before + entry.points]
        if crossed:
            execute(crossed[-1], entry.on, running)
    still = [each for each in running.values() if each.last_on is None or each.last_on >= as_of]
    return Ledger(
        points=in_force(so_far, as_of),
        sanction=max(still, key=lambda each: each.at, default=None),
    )


def in_force(entries: Sequence[Entry], on: date) -> Fraction:
    """Add up what has not expired on a day."""
    return sum(
        (each.points for each in entries if (on - each.on).days < BEHAVIOUR_YEAR), Fraction(0)
    )


def execute(node: tuple[int, str, int | None], on: date, running: dict[str, Sanction]) -> None:
    """Begin a sanction, unless a heavier one of its kind runs, or the store is closed already."""
    at, does, days = node
    other = running.get(does)
    runs = other is not None and (other.last_on is None or other.last_on >= on)
    if runs and other is not None and (other.at > at or other.last_on is None):
        return
    last = None if days is None else on + (days - 1) * ONE_DAY
    running[does] = Sanction(does=does, at=at, first_on=on, last_on=last)
