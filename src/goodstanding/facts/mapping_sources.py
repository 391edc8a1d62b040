"""A mapping file put to use: a source's rows under canonical names."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from goodstanding.errors import InputError, MappingInvalid, Problem
from goodstanding.expressions.nodes import Name, names_in
from goodstanding.expressions.tokens import ExpressionError
from goodstanding.facts.columns import ORDER_LINES
from goodstanding.facts.items import Item, table_named
from goodstanding.facts.mapping import MappingFile, Section, Written
from goodstanding.facts.mapping_problems import (
    absent,
    missing_keys,
    mistaken,
    no_conditions,
    no_file,
    of_expression,
    slipped,
)
from goodstanding.facts.shapes import Shape, shape_of, shown
from goodstanding.facts.source import PLACE, Relation, as_written
from goodstanding.facts.sql import listed, literal, quoted
from goodstanding.facts.tables import Table
from goodstanding.facts.translating import condition, translated

if TYPE_CHECKING:
    from goodstanding.database.database import Database


def mapped(
    database: Database,
    file: MappingFile,
    items: Sequence[Item],
    note: Callable[[Relation], None],
) -> list[tuple[Table, Relation]]:
    """Return the rows of each section's files under canonical names.

    Columns of a file that no expression uses keep their names. `note` is told each relation
    as soon as it is made. Raises `MappingInvalid` with everything that is wrong, and what
    reading a file raises.
    """
    found: list[tuple[Section, Relation]] = []
    problems = list(file.problems)
    try:
        for section in file.sections:
            chosen = _files(section, items)
            if not chosen:
                problems.append(no_file(section, items))
            for relation in (each for item in chosen for each in item.relations()):
                note(relation)
                renamed, wrong = _renamed(database, section, relation)
                problems += wrong
                found.append((section, renamed))
    except InputError as error:  # of a file, which may be mended after the mapping
        if not problems:
            raise
        raise MappingInvalid(problems) from error
    with_lines = not any(section.table is ORDER_LINES for section, _ in found)
    for section, renamed in found:
        problems += slipped(section, renamed, with_lines=with_lines)
    if problems:
        raise MappingInvalid(problems)
    return [(section.table, renamed) for section, renamed in found]


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


def _renamed(
    database: Database, section: Section, relation: Relation
) -> tuple[Relation, list[Problem]]:
    """Return the relation under canonical names, and what is wrong with the section for it."""
    described = database.rows(f"describe {relation.query}")
    shapes = {str(row[0]): shape_of(str(row[1])) for row in described if row[0] != PLACE}
    problems = absent(section, relation) + no_conditions(database, section, relation, shapes)
    for written in section.misplaced:
        _sql(section, written, shapes, relation, problems)
    selected = {
        written.key: _sql(section, written, shapes, relation, problems)
        for written in section.columns
    }
    where = ""
    if section.where is not None:
        is_meant = _sql(section, section.where, shapes, relation, problems, is_condition=True)
        where = f"where {is_meant}"
    everything = (*section.columns, *section.misplaced, *filter(None, [section.where]))
    used = {name for written in everything for name in names_in(written.node)}
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
    problems += missing_keys(section, names)
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
    wrong = mistaken(section, written, shapes, relation)
    problems += wrong
    if wrong:
        return "null"
    try:
        return (condition if is_condition else translated)(written.node, shapes)
    except ExpressionError as error:
        problems.append(of_expression(section, written, error, relation))
        return "null"
