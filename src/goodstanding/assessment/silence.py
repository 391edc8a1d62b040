"""As-of days after the last of which anything is known: deadlines run out there, no news comes."""

from __future__ import annotations

from datetime import date, datetime

from goodstanding import days


def silent_since(
    as_of: date, *, known_at: datetime, known_until: datetime | None, zone: str
) -> date | None:
    """Return the last day of which anything is known; None where it is no earlier than `as_of`.

    `known_until` is the newest instant at which the market learned anything, None where it holds
    no facts: then None is returned too. Instants are naive UTC.
    """
    if known_until is None:
        return None
    last = days.local_day(min(known_at, known_until), zone)
    return last if last < as_of else None


def silence(last: date) -> str:
    """Say that nothing is known after a day, and what that does to a result for a later one."""
    return f"Nothing is known after {last}: of later days only deadlines that ran out count."
