"""What an explanation says of ladders of sanctions, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTold:
    """An entry whose points are in force: what it adds, and the first day on which it does not.

    `expires_on` None: it always counts.
    """

    violation_id: str
    entered_on: date
    adds: float
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionTold:
    """A sanction that was executed, or is proposed.

    `last_on` None: until a person ends it. `replaced_on` is the day on which a heavier one of its
    kind, or an equal one, ended it. It came from the entries that counted on its first day.
    """

    does: str
    at: float
    first_on: date
    last_on: date | None
    replaced_on: date | None
    is_in_force: bool
    is_proposed: bool
    came_from: tuple[str, ...]
    text: str
    source: tuple[str, ...]
    confidence: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherTold:
    """What one further entry on the as-of day would bring, were it to add so much or more.

    `days` None: until a person ends it. `unless` says why it would not be executed, if so.
    """

    adds: float
    does: str
    at: float
    days: int | None
    is_proposed: bool
    unless: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderTold:
    """A ladder: the total in force, the entries that make it, what they led to, what is next.

    `indicator` is the one that is this total, where the rulebook has it; else None.
    `sanctions` are those of all days up to the as-of day, the latest first.
    """

    name: str
    total: float
    indicator: str | None
    entries: tuple[EntryTold, ...]
    sanctions: tuple[SanctionTold, ...]
    further: tuple[FurtherTold, ...]
    appeal: str
