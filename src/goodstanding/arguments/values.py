"""Values that callers hand in: days, instants, texts, numbers, paths."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path
from typing import Any

from goodstanding import days
from goodstanding.database import address
from goodstanding.database.address import Address, Place, Warehouse
from goodstanding.errors import ArgumentInvalid, near

Day = date | str
Instant = datetime | str
_DAY = "Write it as '2018-07-31', or hand in a datetime.date."
_INSTANT = "Write it as '2018-08-01T12:00:00', or hand in a datetime.datetime."
_LONGEST = 200  # characters of a reason or a name, so that a list of them can be read
_LONGEST_TOLD = 4000  # characters of what a buyer says or is told, so that it can be read at once
_LARGEST = 2**63 - 1  # that databases know as a whole number


def day(given: object, what: str) -> date:
    """Return a day, from text or as it is; an instant is refused, as its day depends on a zone."""
    if isinstance(given, str):
        return days.parse_day(given, what=what)
    if isinstance(given, datetime):
        raise ArgumentInvalid(
            f"{what} {given} is an instant, not a day.",
            hint="Hand in its day, .date(), or write it as '2018-07-31'.",
        )
    if isinstance(given, date):
        return days.check_day(given, what=what)
    raise refused(given, what, "a day", _DAY)


def instant(given: object, zone: str, what: str) -> datetime:
    """Return an instant as naive UTC, from text or a `datetime`; without an offset it is in `zone`.

    Fractions of a microsecond, which some libraries know, are dropped.
    """
    if isinstance(given, str):
        return days.parse_instant(given, zone, what=what)
    if not isinstance(given, datetime):
        raise refused(given, what, "an instant", _INSTANT)
    try:
        plain = datetime.combine(given.date(), given.timetz())
    except ValueError:  # a missing one, as data frames have it
        raise refused(given, what, "an instant", _INSTANT) from None
    days.check_day(plain.date(), what=what)
    return days.to_naive_utc(plain, zone)


def text(given: object, what: str) -> str:
    """Return a text."""
    if not isinstance(given, str):
        raise refused(given, what, "a text", "Hand in a str.")
    try:
        given.encode()
    except UnicodeEncodeError:
        raise ArgumentInvalid(
            f"{what} {given!a} holds what is no text in UTF-8.", hint="Write it in UTF-8."
        ) from None
    return given


def said(
    given: object, what: str, *, longest: int = _LONGEST, hint: str = "Say it in words: it is kept."
) -> str:
    """Return a text in which something is said; `hint` is for where nothing is."""
    found = text(given, what)
    if not found.strip():
        raise ArgumentInvalid(f"{what} is missing.", hint=hint)
    if len(found) > longest:
        raise ArgumentInvalid(
            f"{what} has {len(found)} characters.",
            hint=f"At most {longest} are taken.",
        )
    return found


def person(given: object, what: str) -> str:
    """Return the name of whoever does something."""
    return said(
        given, what, hint="Say the name of a person, with --by or by its argument: it is kept."
    )


def told(given: object, what: str) -> str:
    """Return what a buyer says or is told, without spaces around it."""
    return said(given, what, longest=_LONGEST_TOLD).strip()


def text_or_none(given: object, what: str) -> str | None:
    """Return a text, or None."""
    return None if given is None else text(given, what)


def path(given: object, what: str) -> Path:
    """Return a path, from text or as it is."""
    if isinstance(given, str | Path):
        return Path(given)
    raise refused(given, what, "a path", "Hand in a str or a pathlib.Path.")


def place(given: object, what: str) -> Place:
    """Return where a market is, from a path or an address."""
    if isinstance(given, Address | Warehouse):
        return given
    if isinstance(given, str | Path):
        return address.place(given)
    raise refused(given, what, "a path or an address", "Hand in a str or a pathlib.Path.")


def name_or_path(given: object, what: str) -> str | Path:
    """Return the name of a rulebook, or a path, as it is."""
    if isinstance(given, Path):
        return given
    if isinstance(given, str):
        return text(given, what)
    raise refused(given, what, "a name or a path", "Hand in a str or a pathlib.Path.")


def whole(given: object, what: str) -> int:
    """Return a whole number from 0."""
    try:
        number = operator.index(given)  # type: ignore[arg-type] # that is what is to be found out
    except TypeError:
        raise refused(given, what, "a whole number", "Hand in an int.") from None
    if not 0 <= number <= _LARGEST:
        side = "below 0" if number < 0 else "too large"
        raise ArgumentInvalid(
            f"{what} {number} is {side}.", hint=f"Numbers from 0 to {_LARGEST} are understood."
        )
    return number


def seconds(given: object, what: str) -> float:
    """Return a number of seconds, from 0; infinity is for ever."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise refused(given, what, "a number of seconds", "Hand in a float.")
    if not given >= 0:
        raise ArgumentInvalid(
            f"{what} {given} is no number of seconds from 0.", hint="0 is not to wait at all."
        )
    return float(given)


def one_of(given: object, known: Collection[str], what: str) -> str:
    """Return one of the texts that are known."""
    found = text(given, what)
    if found not in known:
        raise ArgumentInvalid(f"{what} '{found}' is not known.", hint=near(found, list(known)))
    return found


def called(given: object, what: str) -> Callable[..., Any]:
    """Return something that can be called."""
    if not callable(given):
        raise refused(given, what, "something to call", "Hand in a function.")
    return given


def day_done(given: object, what: str, *, today: date) -> date:
    """Return the day on which something is done: today unless said, and none that lies ahead."""
    found = today if given is None else day(given, what)
    if found > today:
        raise ArgumentInvalid(f"{what} {found} lies ahead.", hint=f"Today is {today}.")
    return found


def refused(given: object, what: str, kind: str, hint: str) -> ArgumentInvalid:
    said = repr(given)
    shown = said if len(said) <= 60 else f"{said[:60]}…"
    return ArgumentInvalid(
        f"{what} {shown} is not {kind}: it is of type {type(given).__name__}.", hint=hint
    )
