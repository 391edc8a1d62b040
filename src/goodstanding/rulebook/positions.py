"""Find the line of every key and element of a TOML document.

`tomllib` says what a document holds, not where. The text is walked a second time here, once
`tomllib` has found it valid, so that this walk need not check anything.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# Where something stands: keys, and indexes into arrays, from the outside in.
Path = tuple[str | int, ...]

DEEPEST = 20  # tables within tables; the language has five, and Python's stack has an end

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# Multi-line texts first: their quotes begin like the short ones. A text may end in quotes.
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")' + r"|'''.*?'{3,5}(?!')" + r'|"(?:\\.|[^"\\])*"' + r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")  # a day and a time may be parted
_TOO_DEEP = f"More than {DEEPEST} arrays or tables stand within each other"


class TomlError(Exception):
    """A text that is no TOML: what is wrong, and on which line (0 where that is not known)."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


@dataclass(frozen=True, slots=True)
class Located:
    """A TOML document with the line of each of its paths; numbers with a point are decimals."""

    values: Mapping[str, Any]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest thing around it; 0 where there is none."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 0


def locate(text: str) -> Located:
    """Read a TOML text with the line of every key, counted from 1; raise `TomlError`."""
    text = text.replace("\r\n", "\n")
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise TomlError(*_told(str(error), text)) from None
    except RecursionError:
        raise TomlError(_TOO_DEEP, 0) from None
    walk = _Walk(text)
    walk.document()
    return Located(values, walk.lines)


def _told(message: str, text: str) -> tuple[str, int]:
    """Part tomllib's message from the line that it ends with."""
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if found is None:
        return message, 0
    line = int(found[1]) if found[1] else text.rstrip("\n").count("\n") + 1
    return message[: found.start()], line


class _Walk:
    """Walk a valid text from left to right, noting the line of each path at its first mention."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self.lines: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}  # of the arrays of tables met so far

    def document(self) -> None:
        table: Path = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                self.at += 2
                table = self.header(is_array=True)
                self.at += 2
            elif self.text[self.at] == "[":
                self.at += 1
                table = self.header(is_array=False)
                self.at += 1
            else:
                self.pair(table)
            self.skip(_BLANK)

    def header(self, *, is_array: bool) -> Path:
        line = self.line()
        path: Path = ()
        keys = self.keys()
        for place, key in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, line)
            is_last = place == len(keys) - 1
            if is_array and is_last:
                self.lengths[path] = self.lengths.get(path, 0) + 1
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
                self.lines.setdefault(path, line)
        return path

    def pair(self, table: Path) -> None:
        line = self.line()
        path = table
        for key in self.keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def keys(self) -> list[str]:
        """Read a key and those after its points; stop before whatever follows."""
        found = [self.key()]
        while self.text[self.at] == ".":
            self.at += 1
            found.append(self.key())
            self.refuse_deeper_than(DEEPEST, found)
        return found

    def refuse_deeper_than(self, most: int, path: Sequence[str | int]) -> None:
        if len(path) > most:
            raise TomlError(_TOO_DEEP, self.line())

    def key(self) -> str:
        self.skip(_SPACE)
        is_quoted = self.text[self.at] in "\"'"
        written = self.take(_STRING if is_quoted else _BARE_KEY)
        self.skip(_SPACE)
        if not is_quoted:
            return written
        key: str = tomllib.loads(f"text = {written}")["text"]
        return key

    def value(self, path: Path) -> None:
        self.refuse_deeper_than(2 * DEEPEST, path)
        character = self.text[self.at]
        if character in "[{":
            self.at += 1
            self.inside(path, "]" if character == "[" else "}")
        else:
            self.take(_STRING if character in "\"'" else _SCALAR)

    def inside(self, path: Path, end: str) -> None:
        """Read the elements of an array, or the pairs of an inline table."""
        index = 0
        self.skip(_BLANK)
        while self.text[self.at] != end:
            if end == "]":
                element = (*path, index)
                self.lines[element] = self.line()
                self.value(element)
            else:
                self.pair(path)
            index += 1
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self.skip(_BLANK)
        self.at += 1

    def line(self) -> int:
        return bisect_right(self.starts, self.at)

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"valid TOML that is not understood here: {self.text[self.at :][:40]}")
        self.at = found.end()
        return found.group()
