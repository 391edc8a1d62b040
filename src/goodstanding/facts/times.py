"""How instants, deadlines and days are read.

A text is ISO 8601; without an offset, and without a type that has one, a clock time is the
market's. A day is its first instant; a deadline that starts a day lasts to that day's end.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from goodstanding.database.clock import gaps
from goodstanding.days import FIRST_DAY, LAST_DAY
from goodstanding.facts.clock_changes import in_utc, on_the_clock
from goodstanding.facts.shapes import Check, Shape, clock_time, part, said, utc_clock
from goodstanding.facts.sql import literal, quoted

OUT_OF_RANGE = f"out of range: days from {FIRST_DAY} to {LAST_DAY} are understood"
NO_INSTANT = "not an instant such as 2018-07-31T12:00:00"
NO_DAY = "not a day such as 2018-07-31"

_EPOCH = datetime.combine(date(1970, 1, 1), time())
_SLOT = timedelta(minutes=15)
_DAY = r"\d{4}-\d{2}-\d{2}"
_TIME = r"[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
_OFFSET = r" ?([Zz]|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)"


def _clock(name: str, shape: Shape) -> tuple[list[dict[str, str]], str, str | None, str]:
    """Return layers, the clock time written, its offset in seconds if any, what was there."""
    clock, offset = part(name, "clock"), part(name, "offset")
    column = quoted(name)
    if shape in ("utc", "utc_ns"):
        return [{clock: utc_clock(name, shape)}], quoted(clock), "0", column
    if shape in ("clock", "clock_ns", "day"):
        return [{clock: clock_time(name, shape)}], quoted(clock), None, column
    trimming, text = said(name, shape)
    with_offset = f"{_DAY}{_TIME}{_OFFSET}"
    digits = f"replace(regexp_extract({text}, '[+-]([0-9:]+)$', 1), ':', '')"
    layer = {
        clock: f"case when regexp_full_match({text}, '{_DAY}({_TIME})?') "
        f"then try_cast({text} as timestamp) "
        f"when regexp_full_match({text}, '{with_offset}') "
        f"then try_cast(regexp_extract({text}, '^{_DAY}{_TIME}') as timestamp) end",
        offset: f"case when not regexp_full_match({text}, '{with_offset}') then null "
        f"when upper(right({text}, 1)) = 'Z' then 0 "
        f"else (case when regexp_matches({text}, '-[0-9:]+$') then -60 else 60 end) "
        f"* (60 * cast(left({digits}, 2) as integer) "
        f"+ coalesce(cast(nullif(substr({digits}, 3), '') as integer), 0)) end",
    }
    return [trimming, layer], quoted(clock), quoted(offset), text


def instant(name: str, shape: Shape, zone: str) -> Check:
    layers, clock, offset, present = _clock(name, shape)
    in_range = (
        f"{clock} >= timestamp '{FIRST_DAY}' and {clock} < timestamp '{LAST_DAY}' + interval 1 day"
    )
    usable, utc = part(name, "usable"), part(name, "utc")
    layers.append({usable: f"case when {in_range} then {clock} end"})
    local = in_utc(quoted(usable), zone)
    if offset is None:
        value = local
    elif offset == "0":
        value = quoted(usable)
    else:
        value = (
            f"case when {offset} is null then {local} "
            f"else {quoted(usable)} - to_seconds({offset}) end"
        )
    layers.append({utc: value})
    problem = (
        f"case when {present} is null then null "
        f"when {clock} is null then 'not an instant such as 2018-07-31T12:00:00' "
        f"when {quoted(usable)} is null then {literal(OUT_OF_RANGE)} end"
    )
    skipped = None if offset == "0" else _is_skipped(quoted(usable), zone)
    if skipped is None:
        return Check(layers=tuple(layers), value=quoted(utc), problem=problem)
    flag = part(name, "skipped")
    layers[-1][flag] = skipped if offset is None else f"{offset} is null and {skipped}"
    return Check(layers=tuple(layers), value=quoted(utc), problem=problem, is_skipped=quoted(flag))


def deadline(name: str, shape: Shape, zone: str) -> Check:
    """Read an instant; one that starts a day in the market's zone lasts to that day's end."""
    moment = instant(name, shape, zone)
    whole, next_whole = part(name, "day"), part(name, "next day")
    begins, ends = part(name, "begins"), part(name, "ends")
    local = on_the_clock(quoted(part(name, "utc")), zone)
    layers = (
        *moment.layers,
        {whole: f"cast(cast({local} as date) as timestamp)"},
        {next_whole: f"{quoted(whole)} + interval 1 day"},
        {
            begins: in_utc(quoted(whole), zone),
            ends: in_utc(quoted(next_whole), zone),
        },
    )
    value = (
        f"case when {moment.value} = {quoted(begins)} "
        f"then {quoted(ends)} - interval 1 microsecond else {moment.value} end"
    )
    return Check(layers=layers, value=value, problem=moment.problem, is_skipped=moment.is_skipped)


def day(name: str, shape: Shape) -> Check:
    layers, clock, offset, present = _clock(name, shape)
    is_day = f"{clock} = date_trunc('day', {clock})"
    if offset is not None:
        is_day += f" and {offset} is null"
    in_range = f"{clock} between timestamp '{FIRST_DAY}' and timestamp '{LAST_DAY}'"
    problem = (
        f"case when {present} is null then null "
        f"when ({is_day}) is not true then 'not a day such as 2018-07-31' "
        f"when not ({in_range}) then {literal(OUT_OF_RANGE)} end"
    )
    value = f"case when {in_range} then cast({clock} as date) end"
    return Check(layers=tuple(layers), value=value, problem=problem)


def _is_skipped(local: str, zone: str) -> str | None:
    """Return SQL for whether the clocks in the zone skipped a local time; None: they skip none."""
    spans = gaps(zone)
    if not spans:
        return None
    if any((instant - _EPOCH) % _SLOT for span in spans for instant in span):
        within = (f"{local} >= {_said(first)} and {local} < {_said(end)}" for first, end in spans)
        return f"({' or '.join(within)})"
    slots = [
        int((first - _EPOCH) / _SLOT) + number
        for first, end in spans
        for number in range(int((end - first) / _SLOT))
    ]
    starts = [_EPOCH + slot * _SLOT for slot in slots]
    hours = sorted({start.hour for start in starts})
    months = ", ".join(map(str, sorted({start.month for start in starts})))
    # One text is planned at once, where a hundred comparisons are not; and most times lie in no
    # such hour or month, and never come to be looked for in it.
    written = ",".join(map(str, ["", *slots, ""]))
    slot = f"cast(epoch_us({local}) // {_SLOT // timedelta(microseconds=1)} as bigint)"
    return (
        f"case when extract(hour from {local}) between {hours[0]} and {hours[-1]} "
        f"and extract(month from {local}) in ({months}) "
        f"then contains('{written}', ',' || {slot} || ',') else false end"
    )


def _said(instant: datetime) -> str:
    return f"timestamp {literal(str(instant))}"
