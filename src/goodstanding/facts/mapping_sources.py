"""A mapping file put to use: a source's rows under canonical names."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from goodstanding.database.duckdb import DatabaseError
from goodstanding.errors import MappingInvalid, Problem, near
from goodstanding.expressions.nodes import Name, names_in
from goodstanding.expressions.tokens import ExpressionError
from goodstanding.facts.items import Item, table_named
from goodstanding.facts.mapping import FILE, LEAVE_OUT, Section, Written
from goodstanding.facts.shapes import Shape, shape_of, shown
from goodstanding.facts.source import PLACE, Relation, as_written
from goodstanding.facts.sql import listed, literal, quoted
from goodstanding.facts.tables import RETRACTIONS, Table
from goodstanding.facts.translating import condition, flags, no_flag, translated

if TYPE_CHECKING:
    from goodstanding.database.duckdb import DuckDB


def mapped(
    database: DuckDB,
    sections: Sequence[Section],
    items: Sequence[Item],
    note: Callable[[Relation], None],
) -> list[tuple[Table, Relation]]:
    """Return the rows of each section's files under canonical names.

    Columns of a file that no expression uses keep their names. `note` is told each relation
    as soon as it is made. Raises `MappingInvalid` with everything that is wrong, and what
    reading a file raises.
    """
    found, problems = [], []
    for section in sections:
        chosen = _files(section, items)
        if not chosen:
            problems.append(_no_file(section, items))
        for item in chosen:
            for relation in item.relations():
                note(relation)
                renamed, wrong = _renamed(database, section, relation)
                problems += wrong
                found.append((section.table, renamed))
    if problems:
        raise MappingInvalid(problems)
    return found


def unread(sections: Sequence[Section], items: Sequence[Item]) -> list[str]:
    """Return the names of the items that no section reads."""
    read = [item for section in sections for item in _files(section, items)]
    return [item.name for item in items if item not in read]


def _files(section: Section, items: Sequence[Item]) -> list[Item]:
    if section.file is None:
        if len(items) == 1:
            return list(items)
        return [item for item in items if table_named(item.stem) is section.table]
    pattern = section.file.rstrip("/")
    return [
        item
        for item in items
        if fnmatchcase(item.name.rstrip("/"), pattern) or item.stem == pattern
    ]


def _no_file(section: Section, items: Sequence[Item]) -> Problem:
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


def _renamed(
    database: DuckDB, section: Section, relation: Relation
) -> tuple[Relation, list[Problem]]:
    """Return the relation under canonical names, and what is wrong with the section for it."""
    described = database.rows(f"describe {relation.query}")
    shapes = {str(row[0]): shape_of(str(row[1])) for row in described if row[0] != PLACE}
    problems = _absent(section, relation) + _no_conditions(database, section, relation, shapes)
    selected = {}
    for written in section.columns:
        selected[written.key] = _sql(section, written, shapes, relation, problems)
    where = ""
    if section.where is not None:
        is_meant = _sql(section, section.where, shapes, relation, problems, is_condition=True)
        where = f"where {is_meant}"
    used = {name for written in section.columns for name in names_in(written.node)}
    used |= set(names_in(section.where.node)) if section.where is not None else set()
    canonical = {column.name for column in section.table.columns}
    kept = [
        name
        for name in relation.columns
        if name not in selected
        and name not in section.leave_out
        and (name not in used or name in canonical)
    ]
    as_said = _as_written(section, shapes)
    columns = [
        *(f"{sql} as {quoted(name)}" for name, sql in selected.items()),
        *map(quoted, kept),
        *(f"{said} as {quoted(as_written(name))}" for name, said in as_said.items()),
        quoted(PLACE),
    ]
    names = (*selected, *kept)
    problems += _missing_keys(section, names)
    renamed = Relation(
        query=f"select {listed(columns)} from ({relation.query}\n) as received {where}",
        name=relation.name,
        columns=names,
        malformed=relation.malformed,
        temporary=relation.temporary,
        worked_out=tuple(as_said),
    )
    return renamed, problems


def _as_written(section: Section, shapes: dict[str, Shape]) -> dict[str, str]:
    """Return SQL for what the source's columns said, by each column that is made of them."""
    made = [each for each in section.columns if not isinstance(each.node, Name)]
    used = {each.key: [n for n in names_in(each.node) if n in shapes] for each in made}
    return {
        key: f"{{{', '.join(f'{literal(name)}: {shown(name, shapes[name])}' for name in names)}}}"
        for key, names in used.items()
        if names
    }


def _sql(
    section: Section,
    written: Written,
    shapes: dict[str, Shape],
    relation: Relation,
    problems: list[Problem],
    *,
    is_condition: bool = False,
) -> str:
    try:
        return (condition if is_condition else translated)(written.node, shapes)
    except ExpressionError as error:
        problems.append(
            Problem(
                file=section.place,
                line=written.line,
                where=f"{section.table.name}.{written.key}",
                what=f"{error.what} ({relation.name})",
                hint=error.hint or None,
            )
        )
        return "null"


def _no_conditions(
    database: DuckDB, section: Section, relation: Relation, shapes: dict[str, Shape]
) -> list[Problem]:
    """Return what is wrong with columns that are used as conditions and say something else."""
    problems = []
    for written in (*section.columns, *((section.where,) if section.where else ())):
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


def _absent(section: Section, relation: Relation) -> list[Problem]:
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


def _missing_keys(section: Section, names: Sequence[str]) -> list[Problem]:
    may_miss = ("retracted_at",) if section.table is RETRACTIONS else ()
    key = ", ".join(section.table.key)
    return [
        Problem(
            file=section.place,
            line=section.line,
            where=section.table.name,
            what=f"{name} is not said, and {section.table.name} are told apart by {key}.",
        )
        for name in section.table.key
        if name not in names and name not in may_miss
    ]
