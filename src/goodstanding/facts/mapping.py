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
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.columns import LINE_COLUMNS, ORDERS, RECORDED_AT, nearly
from goodstanding.facts.missing import beside
from goodstanding.facts.tables import Table
from goodstanding.facts.unreadable import reason

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
    `place` and `line` say where it is written. `unread` names keys whose expressions could not
    be read, `misplaced` are expressions under names that the table does not have.
    """

    table: Table
    place: str
    line: int
    file: str | None
    where: Written | None
    leave_out: tuple[str, ...]
    columns: tuple[Written, ...]
    unread: tuple[str, ...] = ()
    misplaced: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFile:
    """A mapping file as far as it could be read, and what is wrong with it without its source."""

    sections: tuple[Section, ...]
    problems: tuple[Problem, ...]


def read(path: Path) -> MappingFile:
    """Read a mapping file; its problems are for the caller to raise, with those of its source.

    Raises `SourceMissing`, `SourceUnreadable`, or `MappingInvalid` where it is no TOML.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise SourceMissing(f"mapping file '{path}' does not exist.", hint=beside(path)) from None
    except IsADirectoryError:
        raise SourceUnreadable(
            f"mapping file '{path}' is a folder.", hint=f"Name a file in it: {path / 'mine.toml'}"
        ) from None
    except UnicodeDecodeError:
        raise SourceUnreadable(
            f"mapping file '{path}' cannot be read: it is no text in UTF-8.",
            hint="Save it as TOML in UTF-8.",
        ) from None
    except OSError as error:
        raise SourceUnreadable(
            f"mapping file '{path}' cannot be read: {reason(error)}",
            hint="Name a TOML file that you may read.",
        ) from None
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
    return MappingFile(sections=sections, problems=tuple(reader.problems))


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
                continue
            several = held if isinstance(held, list) else [held]
            if not all(isinstance(columns, dict) for columns in several):
                self.refuse(
                    line, name, "a table is expected.", f"Write [{name}] above its columns."
                )
                continue
            for number, columns in enumerate(several):
                section = self.section(BY_NAME[name], number, columns)
                if section is not None:
                    yield section

    def section(self, table: Table, number: int, held: Mapping[str, Any]) -> Section | None:
        """Read a section; None where it does not say well which file it means."""

        def at(key: str) -> int:
            return self.lines.get((table.name, number, key), 0)

        known = [column.name for column in table.columns] + [RECORDED_AT]
        known += LINE_COLUMNS if table is ORDERS else ()
        written: dict[str, Written | None] = {}
        file, leave_out = held.get(FILE), held.get(LEAVE_OUT, [])
        if FILE in held and not isinstance(file, str):
            self.refuse(at(FILE), f"{table.name}.{FILE}", "a file's name is expected.")
        if not isinstance(leave_out, list) or not all(isinstance(v, str) for v in leave_out):
            place = f"{table.name}.{LEAVE_OUT}"
            self.refuse(at(LEAVE_OUT), place, "a list of columns is expected.")
            leave_out = []
        for key, value in held.items():
            if key in (FILE, LEAVE_OUT):
                continue
            written[key] = self.expression(table, key, value, at(key))
            if key not in known and key != WHERE:
                what = f"{table.name} has no column '{key}'."
                hint = near(key, [*known, FILE, WHERE, LEAVE_OUT])
                self.refuse(at(key), f"{table.name}.{key}", what, hint)
        unread = tuple(key for key, each in written.items() if each is None)
        where = written.pop(WHERE, None)
        misplaced = tuple(each for key, each in written.items() if each and key not in known)
        if (FILE in held and not isinstance(file, str)) or any(
            nearly(each.key, [FILE]) for each in misplaced
        ):
            return None
        return Section(
            table=table,
            place=self.file,
            line=at(""),
            file=file,
            where=where,
            leave_out=tuple(leave_out),
            columns=tuple(each for key, each in written.items() if each and key in known),
            unread=unread,
            misplaced=misplaced,
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
