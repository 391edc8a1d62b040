"""How a received column is read as the kind of value that it should hold.

Every check is SQL over one column, in a few layers, so that a later layer names what an
earlier one worked out instead of repeating it. A column of texts is read by what each text
says; one that is typed already, by its type. Blank is silent, for every kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from goodstanding import currencies
from goodstanding.facts import times
from goodstanding.facts.shapes import Check, Shape, first_wrong, part, said, shown, when_wrong
from goodstanding.facts.sql import literal, quoted
from goodstanding.facts.tables import Column, Kind

NO_WHOLE = "not a whole number"
NO_MONEY = "not a whole number of minor units (15.50 is written 1550)"
TOO_LARGE = "too large: at most 9223372036854775807, either side of 0"
NO_STARS = "not 1 to 5 stars with at most two decimals"
NO_POINTS = "not a number with at most three decimals"
TOO_MANY_POINTS = "too large: at most 6 digits before the point"
NO_FLAG = "not true or false"
NO_ID = "not an id"
NO_CURRENCY = "not an ISO 4217 code in capital letters, such as EUR"


def check(column: Column, shape: Shape, zone: str) -> Check:
    """Return how a received column of that shape is read as what `column` holds."""
    match column.kind:
        case Kind.INSTANT:
            return times.instant(column.name, shape, zone)
        case Kind.DEADLINE:
            return times.deadline(column.name, shape, zone)
        case Kind.DAY:
            return times.day(column.name, shape)
        case kind:
            return _TIMELESS[kind](column, shape)


def _code(column: Column, shape: Shape) -> Check:
    """Read one of the column's codes; capital letters make no difference."""
    layer, text = said(column.name, shape)
    code = part(column.name, "code")
    known = ", ".join(map(literal, column.codes))
    reason = f"not one of {', '.join(column.codes)}"
    return Check(
        layers=(layer, {code: f"lower({text})"}),
        value=quoted(code),
        problem=when_wrong(text, f"{quoted(code)} in ({known})", reason),
    )


def _currency(column: Column, shape: Shape) -> Check:
    layer, text = said(column.name, shape)
    known = ", ".join(map(literal, currencies.CODES))
    problem = when_wrong(text, f"{text} in ({known})", NO_CURRENCY)
    return Check(layers=(layer,), value=text, problem=problem)


def _id(column: Column, shape: Shape) -> Check:
    if shape != "number":
        return _text(column, shape)
    name = column.name
    # A data frame turns whole numbers into floating ones where one of them is missing.
    number = part(name, "number")
    layer = {number: f"try_cast({quoted(name)} as hugeint)"}
    problem = when_wrong(quoted(name), f"{quoted(number)} = {quoted(name)}", NO_ID)
    return Check(layers=(layer,), value=f"cast({quoted(number)} as varchar)", problem=problem)


def _text(column: Column, shape: Shape) -> Check:
    text = quoted(column.name) if shape == "text" else shown(column.name, shape)
    return Check(value=f"case when trim({text}) <> '' then {text} end")


def _whole(column: Column, shape: Shape) -> Check:
    name, number = column.name, part(column.name, "number")
    reason = NO_MONEY if column.kind is Kind.MONEY else NO_WHOLE
    if shape in ("whole", "number"):
        layer = {number: f"try_cast({quoted(name)} as bigint)"}
        number_of = quoted(name)
        is_whole = f"isfinite(cast({number_of} as double)) and {number_of} = trunc({number_of})"
        fits = f"{quoted(number)} = {number_of}"
        problem = first_wrong(number_of, (is_whole, reason), (fits, TOO_LARGE))
        return Check(layers=(layer,), value=quoted(number), problem=problem)
    trimming, text = said(name, shape)
    is_whole = f"regexp_full_match({text}, '[+-]?\\d+')"
    reads = f"case when {is_whole} then try_cast({text} as bigint) end"
    problem = first_wrong(text, (is_whole, reason), (f"{quoted(number)} is not null", TOO_LARGE))
    return Check(layers=(trimming, {number: reads}), value=quoted(number), problem=problem)


def _stars(column: Column, shape: Shape) -> Check:
    name = column.name
    number, hundredths = part(name, "number"), part(name, "hundredths")
    layers, present = _number(name, shape, number, r"\d{1,9}(\.\d{1,6})?", "double")
    rounds = f"cast(round({quoted(number)} * 100) as smallint)"
    layers = (
        *layers,
        {hundredths: f"case when {quoted(number)} between 1 and 5 then {rounds} end"},
    )
    right = f"abs({quoted(number)} - {quoted(hundredths)} / 100.0) < {_off_by(name)}"
    problem = when_wrong(present, right, NO_STARS)
    return Check(layers=layers, value=quoted(hundredths), problem=problem)


def _points(column: Column, shape: Shape) -> Check:
    name, number = column.name, part(column.name, "number")
    pattern = r"[+-]?\d{1,24}(\.\d{1,6})?"
    layers, present = _number(name, shape, number, pattern, "decimal(30, 6)")
    right = f"{quoted(number)} * 1000 = trunc({quoted(number)} * 1000)"
    if shape == "number":  # beyond its six decimals there may be more
        right += f" and abs(cast({quoted(number)} as double) - {quoted(name)}) < {_off_by(name)}"
    fits = f"{quoted(number)} is null or abs({quoted(number)}) < 1e6"
    return Check(
        layers=layers,
        value=f"try_cast({quoted(number)} as decimal(18, 3))",
        problem=first_wrong(present, (fits, TOO_MANY_POINTS), (right, NO_POINTS)),
    )


def _off_by(name: str) -> str:
    """Return SQL for what a binary fraction may be off by: one of 32 bits by far more."""
    return f"case typeof({quoted(name)}) when 'FLOAT' then 0.0000005 else 0.000000001 end"


def _number(
    name: str, shape: Shape, number: str, pattern: str, type_name: str
) -> tuple[tuple[dict[str, str], ...], str]:
    """Return the layers that read a number of a type, and what was there."""
    if shape in ("whole", "number"):
        return ({number: f"try_cast({quoted(name)} as {type_name})"},), quoted(name)
    trimming, text = said(name, shape)
    reads = (
        f"case when regexp_full_match({text}, '{pattern}') then try_cast({text} as {type_name}) end"
    )
    return (trimming, {number: reads}), text


def _flag(column: Column, shape: Shape) -> Check:
    name = column.name
    if shape == "flag":
        return Check(value=quoted(name))
    layer, text = said(name, shape)
    flag = part(name, "flag")
    reads = (
        f"case lower({text}) when 'true' then true when '1' then true when 'yes' then true "
        "when 'false' then false when '0' then false when 'no' then false end"
    )
    return Check(
        layers=(layer, {flag: reads}),
        value=quoted(flag),
        problem=when_wrong(text, f"{quoted(flag)} is not null", NO_FLAG),
    )


_TIMELESS: Mapping[Kind, Callable[[Column, Shape], Check]] = {
    Kind.ID: _id,
    Kind.NUMBERED: _id,
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.CURRENCY: _currency,
    Kind.WHOLE: _whole,
    Kind.MONEY: _whole,
    Kind.STARS: _stars,
    Kind.POINTS: _points,
    Kind.FLAG: _flag,
}
