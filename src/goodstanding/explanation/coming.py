"""What comes next: the day of assessment, and when its result shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from goodstanding import days
from goodstanding.explanation.answer import ComingDays
from goodstanding.rulebook.model import Calendar
from goodstanding.standing.due import next_assessed


def coming_days(calendar: Calendar, as_of: date, *, is_published: bool) -> ComingDays:
    """Return the next day of assessment, and the day before which it shows.

    The as-of day may be it, unless it is published already.
    """
    assessed_on = next_assessed(calendar, as_of + days.ONE_DAY if is_published else as_of)
    before = calendar.published_before_day
    if before is None:
        return ComingDays(assessed_on=assessed_on, published_before=None)
    shows = days.months_later(assessed_on.replace(day=1), 1).replace(day=before)
    return ComingDays(assessed_on=assessed_on, published_before=shows)


def month_ends_before(day: date, count: int) -> Iterator[date]:
    """Yield the last days of so many months before a day, the earliest first.

    None of them lies before the first day that is understood.
    """
    first = day.replace(day=1)
    for months in range(count, 0, -1):
        end = days.month_end(days.months_later(first, -months))
        if end >= days.FIRST_DAY:
            yield end
