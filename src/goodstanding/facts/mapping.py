"""Mapping files: which of a source's columns, or what made of them, is a canonical column.

    [orders]
    file = "transactions.csv"
    where = "kind = 'sale'"
    leave_out = ["internal note"]
    order_id = "transaction"
    seller_id = "join('S', shop)"
    amount_minor = "price * 100"

Columns of the file that have canonical names already need not be said. A table that comes
from several files is written as [[orders]], once for each.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goodstanding.errors import MappingInvalid, Problem, SourceMissing, SourceUnreadable, near
from goodstanding.expressions.nodes import Node
from goodstanding.expressions.reading import read as read_expression
from goodstanding.expressions.tokens import ExpressionError
from goodstanding.facts.columns import LINE_COLUMNS, ORDERS, RECORDED_AT
from goodstanding.facts.tables import BY_NAME, Table

FILE, WHERE, LEAVE_OUT = "file", "where", "leave_out"
EXAMPLE = 'Write an expression over the file\'s columns in quotes, such as "price * 100".'


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An expression of a mapping file, with the key and the line where it stands."""

    key: str
    line: int
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one file (or several alike) holds of a table.

    `file` is a pattern for names of files or frames; None where the table's own name is meant.
    `place` and `line` say where it is written.
    """

    table: Table
    place: str
    line: int
    file: str | None
    where: Written | None
    leave_out: tuple[str, ...]
    columns: tuple[Written, ...]


def read(path: Path) -> tuple[Section, ...]:
    """Read a mapping file.

    Raises `SourceMissing`, `SourceUnreadable`, or `MappingInvalid` with everything that is
    wrong with it, as far as that can be told without the source.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise SourceMissing(f"mapping file '{path}' does not exist.") from None
    except IsADirectoryError:
        raise SourceUnreadable(
            f"mapping file '{path}' is a folder.", hint=f"Name a file in it: {path / 'mine.toml'}"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SourceUnreadable(f"mapping file '{path}' cannot be read: {error}.") from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        what = f"this is not TOML: {error}"
        raise MappingInvalid(
            [Problem(file=path.name, line=int(line[1]) if line else 0, where="", what=what)]
        ) from None
    reader = _Reader(path.name, _lines(text))
    sections = tuple(reader.sections(document))
    if reader.problems:
        raise MappingInvalid(reader.problems)
    return sections


class _Reader:
    """Walks a mapping file once and keeps what is wrong with it."""

    def __init__(self, file: str, lines: Mapping[tuple[str, int, str], int]) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []

    def refuse(self, line: int, where: str, what: str, hint: str | None = None) -> None:
        self.problems.append(
            Problem(file=self.file, line=line, where=where, what=what, hint=hint or None)
        )

    def sections(self, document: Mapping[str, Any]) -> Iterator[Section]:
        if not document:
            self.refuse(0, "", "there is no table in it.", "Begin with [orders], for example.")
        for name, held in document.items():
            line = self.lines.get((name, 0, ""), 0)
            if name not in BY_NAME:
                what = f"there is no table '{name}'."
                self.refuse(line, name, what, near(name, list(BY_NAME)))
            elif not isinstance(held, dict | list):
                self.refuse(
                    line, name, "a table is expected.", f"Write [{name}] above its columns."
                )
            else:
                several = held if isinstance(held, list) else [held]
                for number, columns in enumerate(several):
                    yield self.section(BY_NAME[name], number, columns)

    def section(self, table: Table, number: int, held: Mapping[str, Any]) -> Section:
        def at(key: str) -> int:
            return self.lines.get((table.name, number, key), 0)

        known = [column.name for column in table.columns] + [RECORDED_AT]
        known += LINE_COLUMNS if table is ORDERS else ()
        columns, where = [], None
        for key, value in held.items():
            if key == FILE:
                if not isinstance(value, str):
                    self.refuse(at(key), f"{table.name}.{key}", "a file's name is expected.")
            elif key == LEAVE_OUT:
                if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                    self.refuse(at(key), f"{table.name}.{key}", "a list of columns is expected.")
            elif key == WHERE:
                where = self.expression(table, key, value, at(key))
            elif key not in known:
                what = f"{table.name} has no column '{key}'."
                hint = near(key, [*known, FILE, WHERE, LEAVE_OUT])
                self.refuse(at(key), f"{table.name}.{key}", what, hint)
            elif (written := self.expression(table, key, value, at(key))) is not None:
                columns.append(written)
        return Section(
            table=table,
            place=self.file,
            line=at(""),
            file=held.get(FILE),
            where=where,
            leave_out=tuple(held.get(LEAVE_OUT, ())),
            columns=tuple(columns),
        )

    def expression(self, table: Table, key: str, value: object, line: int) -> Written | None:
        where = f"{table.name}.{key}"
        if isinstance(value, bool | int):
            value = str(value).lower()
        if not isinstance(value, str):
            self.refuse(line, where, "an expression is expected.", EXAMPLE)
            return None
        try:
            node = read_expression(value, quoted_names=True)
        except ExpressionError as error:
            self.refuse(line, where, error.what, error.hint)
            return None
        return Written(key=key, line=line, node=node)


def _lines(text: str) -> dict[tuple[str, int, str], int]:
    """Return the line of each key, by table, number of the section of that table, and key.

    The section's own line stands under the key "". What is written on one line with others,
    or with dots, is not found: it is told of without a line.
    """
    lines: dict[tuple[str, int, str], int] = {}
    table, number, in_text = "", 0, False
    for line, written in enumerate(text.splitlines(), start=1):
        was_in_text = in_text
        in_text ^= written.count('"""') % 2 == 1 or written.count("'''") % 2 == 1
        if was_in_text:
            continue
        if header := re.match(r"\s*\[\[?\s*([\w-]+)\s*\]", written):
            table = header[1]
            number = sum(1 for known, _, key in lines if known == table and not key)
            lines[table, number, ""] = line
        elif key := re.match(r"\s*([\w-]+)\s*=", written):
            lines.setdefault((table, number, key[1]), line)
    return lines
