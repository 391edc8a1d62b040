"""Days, windows, periods, deadlines and time zones.

A day is a `datetime.date`, both ends of a window included. An instant is a naive
`datetime.datetime` in UTC, half-open where it bounds something. Here, and nowhere else,
one becomes the other; SQL gets the same conversion as a table of offsets (`offsets`),
so that every database uses this module's time zones and none of its own.
"""

from __future__ import annotations

import calendar
import importlib.resources
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from goodstanding.errors import ArgumentInvalid

FIRST_DAY = date(1990, 1, 1)  # no marketplace on the web is older
LAST_DAY = date(2099, 12, 31)  # a century leaves room for deadlines and catches 9999-12-31
# When a value was recorded that names no instant.
BEGINNING = datetime.combine(date(1900, 1, 1), time())
ONE_DAY = timedelta(days=1)
LONGEST_MONTH = 31  # days
LAST_INSTANT_OF_DAY = time(23, 59, 59, 999_999)  # databases count in microseconds


@dataclass(frozen=True, slots=True)
class Window:
    """The days a measure looks back on, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"a window cannot end before it starts: {self.first} to {self.last}")

    @property
    def days(self) -> int:
        """How many days it holds, both ends counted."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Length:
    """How far a window looks back: so many days or months, or to the first of the month."""

    n: int
    unit: Literal["days", "months", "calendar"] = "days"

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"a window holds at least one day, not {self.n} {self.unit}")

    def __str__(self) -> str:
        if self.unit == "calendar":
            return "days of the calendar month"
        return f"{self.n} {self.unit if self.n > 1 else self.unit.removesuffix('s')}"

    def ending_on(self, last: date) -> Window:
        """Return the window of this length with that last day, both its ends included.

        So many months are those up to the same day of a month so many before, which itself is
        left out; where that month is shorter, its last day is: six months to 31 August begin on
        1 March. In the calendar it begins on the first of the month of the last day.
        """
        if self.unit == "calendar":
            return Window(last.replace(day=1), last)
        if self.unit == "days":
            return Window(last - timedelta(days=self.n - 1), last)
        return Window(months_later(last, -self.n) + ONE_DAY, last)


def parse_day(text: str, *, what: str = "day") -> date:
    """Read a day written as YYYY-MM-DD.

    Raises `ArgumentInvalid` when it is not one, or lies outside 1990-01-01 to 2099-12-31.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ArgumentInvalid(
            f"{what} '{text}' is not a day{_none_such(text)}.", hint="Write it as 2018-07-31."
        ) from None
    return check_day(day, what=what)


def check_day(day: date, *, what: str = "day") -> date:
    """Return the day unchanged, or raise `ArgumentInvalid` when it is out of range."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ArgumentInvalid(
            f"{what} {day} is out of range.",
            hint=f"Days from {FIRST_DAY} to {LAST_DAY} are understood.",
        )
    return day


def parse_instant(text: str, zone: str, *, what: str = "instant") -> datetime:
    """Read an ISO 8601 instant; without an offset it is in `zone`. Returns naive UTC.

    A day alone means its first instant. Raises `ArgumentInvalid`.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ArgumentInvalid(
            f"{what} '{text}' is not an instant{_none_such(text)}.",
            hint="Write it as 2018-08-01T12:00:00, with an offset (Z, -03:00) or in the "
            "market's time zone.",
        ) from None
    check_day(instant.date(), what=what)
    return to_naive_utc(instant, zone)


def _none_such(text: str) -> str:
    """Say of what is written as a day, and is none, that the calendar does not have it."""
    is_written_so = re.match(r"\s*\d{4}-\d\d-\d\d(?!\d)", text)
    return ": the calendar or the clock has none such" if is_written_so else ""


def to_naive_utc(instant: datetime, zone: str) -> datetime:
    """Return an instant as naive UTC; without a time zone of its own it is in `zone`."""
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=time_zone(zone))
    return instant.astimezone(UTC).replace(tzinfo=None)


def month_end(day: date) -> date:
    """Return the last day of the month that the day lies in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def next_month_end(day: date) -> date:
    """Return the first last-of-a-month on or after the day."""
    return month_end(day)


def next_day_of_month(day: date, on: int, months: Collection[int]) -> date:
    """Return the first day on or after `day` that is the `on`-th of one of the months, 1 to 12.

    `on` is 28 at most, so that every month has it.
    """
    found = day.replace(day=on)
    while found < day or found.month not in months:
        found = months_later(found, 1)
    return found


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@lru_cache(maxsize=64)
def time_zone(name: str) -> ZoneInfo:
    """Return the IANA time zone of that name, from the pinned `tzdata` package.

    The machine's own zone files are not asked: two machines would give different days.
    Raises `ArgumentInvalid` when there is none.
    """
    parts = name.split("/")
    if all(part and part.strip(".") == part for part in parts):
        place = importlib.resources.files("tzdata").joinpath("zoneinfo", *parts)
        if place.is_file():
            with place.open("rb") as file:
                return ZoneInfo.from_file(file, key=name)
    raise ArgumentInvalid(
        f"time zone '{name}' is not known.",
        hint="Use an IANA name such as UTC, Europe/Berlin or America/Sao_Paulo.",
    )


@dataclass(frozen=True, slots=True)
class Offset:
    """From `since` (naive UTC; None for the beginning) the zone is `seconds` ahead of UTC."""

    since: datetime | None
    seconds: int


@lru_cache(maxsize=64)
def offsets(zone: str) -> tuple[Offset, ...]:
    """Return the zone's offsets in order, from before `FIRST_DAY` to after `LAST_DAY`.

    Found by probing every week and halving: zone files keep no list that Python shows.
    """
    tz = time_zone(zone)

    def seconds(instant: datetime) -> int:
        shift = instant.replace(tzinfo=UTC).astimezone(tz).utcoffset()
        return int(shift.total_seconds()) if shift is not None else 0

    at = datetime.combine(FIRST_DAY, time()) - 2 * ONE_DAY
    end = datetime.combine(LAST_DAY, time()) + 2 * ONE_DAY
    found = [Offset(None, seconds(at))]
    while at < end:
        later = at + timedelta(days=7)
        if seconds(later) != found[-1].seconds:
            low, high = at, later
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                if seconds(middle) == found[-1].seconds:
                    low = middle
                else:
                    high = middle
            found.append(Offset(high, seconds(high)))
        at = later
    return tuple(found)


def start_of_day(day: date, zone: str) -> datetime:
    """Return the first instant of the day in the zone, as naive UTC."""
    start = datetime.combine(day, time(), tzinfo=time_zone(zone))
    return start.astimezone(UTC).replace(tzinfo=None)


def end_of_day(day: date, zone: str) -> datetime:
    """Return the instant at which the day is over in the zone (the next day's first), naive UTC."""
    return start_of_day(day + ONE_DAY, zone)


def local_day(instant: datetime, zone: str) -> date:
    """Return the day that an instant (naive UTC) falls on in the zone."""
    return instant.replace(tzinfo=UTC).astimezone(time_zone(zone)).date()


def iso(instant: datetime) -> str:
    """Write a naive UTC instant as ISO 8601 with a Z, without needless fractions."""
    text = instant.isoformat(timespec="microseconds" if instant.microsecond else "seconds")
    return f"{text}Z"
