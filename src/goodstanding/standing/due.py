"""When a result falls due: the days of a calendar, and the instant from which one may publish."""

from __future__ import annotations

from datetime import date, datetime, time

from goodstanding.days import ONE_DAY, next_day_of_month, next_month_end, to_naive_utc
from goodstanding.rulebook.model import Calendar

_NOON = time(12)


def next_assessed(calendar: Calendar, day: date) -> date:
    """Return the first day of assessment on or after a day."""
    if calendar.day is not None:
        return next_day_of_month(day, calendar.day, calendar.months)
    return next_month_end(day) if calendar.assessed == "month-end" else day


def is_assessed(calendar: Calendar, day: date) -> bool:
    """Say whether a day is one on which results are assessed."""
    return next_assessed(calendar, day) == day


def due_at(as_of: date, zone: str) -> datetime:
    """Return the known-at of a due publication: noon of the next day in the zone, naive UTC.

    It is the same whenever the publication runs, so that a late run equals a punctual one.
    """
    return to_naive_utc(datetime.combine(as_of + ONE_DAY, _NOON), zone)
