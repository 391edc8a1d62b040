"""What is wrong with a mapping file for a source, each with its line and a way out."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from goodstanding.database.duckdb import DatabaseError
from goodstanding.errors import Problem, near
from goodstanding.expressions.nodes import Call, Node, names_in, parts
from goodstanding.expressions.tokens import ExpressionError
from goodstanding.facts import functions
from goodstanding.facts.catalogue import RETRACTIONS
from goodstanding.facts.columns import nearly, slips
from goodstanding.facts.items import Item
from goodstanding.facts.mapping import FILE, LEAVE_OUT, Section, Written
from goodstanding.facts.shapes import Shape, shown
from goodstanding.facts.source import PLACE, Relation
from goodstanding.facts.sql import quoted
from goodstanding.facts.translating import flags, no_flag, wrong_column

if TYPE_CHECKING:
    from goodstanding.database.database import Database


def no_file(section: Section, items: Sequence[Item]) -> Problem:
    """Return that a section's file is not there."""
    names = [item.name for item in items]
    if section.file is None:
        what = f'no file is called as the table; say which it is: {FILE} = "...".'
        hint = f"There are: {', '.join(names)}." if names else None
    else:
        what = f"there is no file '{section.file}'."
        hint = near(section.file, names) or None
    return Problem(
        file=section.place, line=section.line, where=section.table.name, what=what, hint=hint
    )


def no_conditions(
    database: Database, section: Section, relation: Relation, shapes: dict[str, Shape]
) -> list[Problem]:
    """Return what is wrong with columns that are used as conditions and say something else."""
    problems = []
    for written in (*section.columns, *filter(None, [section.where])):
        with suppress(ExpressionError, DatabaseError):  # told where the expression or file is read
            names = flags(written.node, shapes, is_condition=written is section.where)
            for name in dict.fromkeys(names):
                found = database.rows(
                    f"select {shown(name, shapes[name])}, {quoted(PLACE)} "
                    f"from ({relation.query}\n) where {no_flag(name, shapes)} limit 1"
                )
                problems += [_no_condition(section, written, name, *each) for each in found]
    return problems


def _no_condition(section: Section, written: Written, name: str, value: str, place: str) -> Problem:
    return Problem(
        file=section.place,
        line=written.line,
        where=f"{section.table.name}.{written.key}",
        what=f"a condition is expected here, and '{name}' is '{value}' in {place}.",
        hint=f"Such as {name} = '{value}', or known({name}). A column stands alone as a "
        "condition where it says only true, false, 1, 0, yes, no or nothing.",
    )


def absent(section: Section, relation: Relation) -> list[Problem]:
    """Return which columns are to be left out that are not there."""
    return [
        Problem(
            file=section.place,
            line=section.line,
            where=f"{section.table.name}.{LEAVE_OUT}",
            what=f"there is no column '{name}' ({relation.name})",
            hint=near(name, relation.columns) or None,
        )
        for name in section.leave_out
        if name not in relation.columns
    ]


def missing_keys(section: Section, names: Sequence[str]) -> list[Problem]:
    """Return which columns of the table's key nothing was meant to be."""
    may_miss = {"retracted_at"} if section.table is RETRACTIONS else set()
    meant = {nearly(each.key, section.table.key) for each in section.misplaced}
    key = ", ".join(section.table.key)
    return [
        Problem(
            file=section.place,
            line=section.line,
            where=section.table.name,
            what=f"{name} is not said, and {section.table.name} are told apart by {key}.",
        )
        for name in section.table.key
        if name not in {*names, *section.unread, *may_miss, *meant}
    ]


def mistaken(
    section: Section, written: Written, shapes: Mapping[str, Shape], relation: Relation
) -> list[Problem]:
    """Return what is wrong with the columns and functions that an expression names."""
    return [
        of_expression(section, written, error, relation)
        for error in _mistakes(written.node, shapes)
    ]


def _mistakes(node: Node, columns: Mapping[str, Shape]) -> list[ExpressionError]:
    """Return what is wrong with each column and function of an expression, taken by itself."""
    found = [wrong for name in names_in(node) if (wrong := wrong_column(name, columns))]
    for call in _calls_in(node):
        try:
            functions.check(call)
        except ExpressionError as error:
            found.append(error)
    return found


def _calls_in(node: Node) -> Iterator[Call]:
    if isinstance(node, Call):
        yield node
    for part in parts(node):
        yield from _calls_in(part)


def of_expression(
    section: Section, written: Written, error: ExpressionError, relation: Relation
) -> Problem:
    """Return what is wrong with an expression, for one file's columns."""
    return Problem(
        file=section.place,
        line=written.line,
        where=f"{section.table.name}.{written.key}",
        what=f"{error.what} ({relation.name})",
        hint=error.hint or None,
    )


def slipped(section: Section, renamed: Relation, *, with_lines: bool) -> list[Problem]:
    """Return which columns nothing is said of and that nearly have a canonical name.

    `renamed` is the file under canonical names. An expression that could not be read may be
    of any column: then nobody can tell.
    """
    if section.unread:
        return []
    said = [*renamed.columns, *(each.key for each in section.misplaced)]
    return [
        Problem(
            file=section.place,
            line=section.line,
            where=section.table.name,
            what=f"nothing is said of column '{name}'; did you mean '{meant}'? ({renamed.name})",
            hint=f"Write {meant} = {_quoted(name)}, or, where it is something else, "
            f"{LEAVE_OUT} = {_listed([*section.leave_out, name])}.",
        )
        for name, meant in slips(said, section.table, with_lines=with_lines).items()
        if name in renamed.columns
    ]


def _quoted(name: str) -> str:
    """Write the expression that is a column, as TOML."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name, re.ASCII):
        return f'"{name}"'
    return "'\"" + name.replace('"', '""') + "\"'"


def _listed(names: Sequence[str]) -> str:
    return json.dumps(list(names), ensure_ascii=False)
