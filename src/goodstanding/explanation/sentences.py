"""Sentences for the kinds that hold for a row, with its values filled in."""

from __future__ import annotations

import string
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from goodstanding.assessment.flags import given, met, quantity
from goodstanding.expressions.nodes import names_in
from goodstanding.expressions.writing import write_number
from goodstanding.rows.catalogue import RowColumn, RowKind, Type
from goodstanding.rulebook.english import alike, label
from goodstanding.rulebook.model import Expression, Measure, Rulebook


def sentence(
    rulebook: Rulebook, kind: RowKind, name: str, condition: Expression, row: Mapping[str, Any]
) -> str:
    """Return the rulebook's sentence for a kind, or one made of the columns that it names."""
    written = rulebook.because.get(name)
    if written is not None:
        return filled(written, kind, row)
    return f"{capital(label(name))}{_listed(kind, condition, row)}."


def lack(kind: RowKind, name: str, condition: Expression | None, row: Mapping[str, Any]) -> str:
    """Return a sentence for a row that does not meet a measure that it should."""
    listed = "" if condition is None else _listed(kind, condition, row)
    return f"Not {label(name)}{listed}."


def added(kind: RowKind, name: str, quantity: Expression, row: Mapping[str, Any]) -> str:
    """Return a sentence for what a row adds to a number that it makes worse."""
    return f"{capital(label(name))}{_listed(kind, quantity, row)}."


def is_cut(measure: Measure, row: Mapping[str, Any]) -> bool:
    """Say whether a row adds something else than what it has, because of a limit."""
    return (
        measure.limited is not None
        and bool(row[met(measure.name)])
        and row[quantity(measure.name)] != row[given(measure.name)]
    )


def cut(kind: RowKind, measure: Measure, row: Mapping[str, Any]) -> str:
    """Return a sentence for what a limit leaves of what a row would add."""
    limited = measure.limited
    if limited is None:
        raise ValueError(f"{measure.name} has no limit that could cut anything")
    return (
        f"Adds {row[quantity(measure.name)]:,} instead of {row[given(measure.name)]:,} to "
        f"{label(measure.name)}: those alike in {alike(limited.per, kind)} add up to "
        f"{limited.least:,} to {limited.most:,}."
    )


def filled(template: str, kind: RowKind, row: Mapping[str, Any]) -> str:
    """Return a sentence with each {column} replaced by the row's value; 1 star is one."""
    parts = []
    is_one_star = False
    for text, column, _, _ in string.Formatter().parse(template):
        is_plural = is_one_star and text.startswith(" stars")
        parts.append(text.replace(" stars", " star", 1) if is_plural else text)
        if column is not None:
            parts.append(value_text(kind.column(column), row[column]))
            is_one_star = kind.column(column).type is Type.STARS and row[column] == 100
    return "".join(parts)


def value_text(column: RowColumn, value: Any) -> str:
    """Return a value for reading: days as ISO 8601, stars and points as 4.5, codes as their text.

    Ids are not written out: some are people's.
    """
    if value is None:
        return "an unknown day" if column.type is Type.DAY else "unknown"
    match column.type:
        case Type.DAY:
            text = str(value)
        case Type.STARS | Type.POINTS:
            text = write_number(Fraction(value, column.type.scale))
        case Type.CODE:
            text = label(column.codes[value - 1])
        case Type.MONEY:
            text = f"{value:,} minor units"
        case Type.FLAG:
            text = "yes" if value else "no"
        case Type.IDENTITY:
            text = "(not shown)"
        case _:
            text = f"{value:,}"
    return text


def capital(text: str) -> str:
    """Return a text that begins a sentence."""
    return text[:1].upper() + text[1:]


def _listed(kind: RowKind, condition: Expression, row: Mapping[str, Any]) -> str:
    said = []
    for name in names_in(condition.node):
        column, value = kind.column(name), row[name]
        if value is None or column.type is Type.IDENTITY:
            continue
        if column.type is Type.FLAG:
            said += [label(name)] if value else []
        else:
            said.append(f"{label(name)} {value_text(column, value)}")
    return f": {', '.join(said)}" if said else ""
