"""Tables of text that fit the terminal: a line a row, whatever the width.

Where there is not room for everything, titles are written over several lines; then columns
give way one after the other: the last first takes its short form, then goes; texts are cut
only when nothing else is left. A last column of sentences is written over several lines.
Into a file or a pipe everything is written.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

WIDEST = 100  # columns; longer lines of text are tiring to read
_NARROWEST = 20  # columns; below, nothing can be told apart anyway
_GAP = "  "
_LEAST = 8  # what is left of a text that must be cut
_SENTENCE = 24  # narrower, sentences are hard to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its title and a text for each row.

    `short` is what stands for the texts where room is scarce. `stays` columns never go.
    Numbers align on the right. `wraps` is for sentences in the last column.
    """

    title: str
    texts: Sequence[str]
    short: Sequence[str] | None = None
    is_number: bool = False
    stays: bool = False
    wraps: bool = False


def terminal_width(output: Path | None = None) -> int | None:
    """Return how wide the terminal is that is printed to; None when it is none, or a file."""
    if output is not None or not sys.stdout.isatty():
        return None
    return max(shutil.get_terminal_size().columns, _NARROWEST)


def reading_width(output: Path | None = None) -> int:
    """Return how wide text to be read is set: as the terminal, and no wider than reads well."""
    return min(terminal_width(output) or WIDEST, WIDEST)


def drawn(columns: Sequence[Column], *, width: int | None) -> list[str]:
    """Return the lines of a table, titles first, none wider than `width` (None: any width)."""
    columns = [_printable(column) for column in columns]
    if width is not None:
        columns = _given_way(columns, width)
    widths = _fitting(columns, width)
    rows = [
        *_titles(columns, widths),
        *zip(*(column.texts for column in columns), strict=True),
    ]
    return [line for row in rows for line in _lines(row, columns, widths)]


def fitting_lines(columns: Sequence[Column], *, width: int | None) -> list[str]:
    """Return what `drawn` does, and a line that names the columns for which there is no room."""
    missing = left_out(columns, width=width)
    named = [f"(no room for: {', '.join(missing)})"] if missing else []
    return [*drawn(columns, width=width), *named]


def left_out(columns: Sequence[Column], *, width: int | None) -> list[str]:
    """Return the titles of the columns for which `drawn` finds no room."""
    if width is None:
        return []
    there = {column.title for column in _given_way([_printable(c) for c in columns], width)}
    return [column.title for column in columns if column.title not in there]


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes; some letters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 -- the command line starts without it

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """Return the text, its middle left out where it is wider than `width`."""
    if cells(text) <= width:
        return text
    head, tail = text[: width - width // 2 - 1], text[len(text) - width // 2 :]
    while head and cells(head) + 1 + cells(tail) > width:
        head, tail = (head[:-1], tail) if len(head) >= len(tail) else (head, tail[1:])
    return f"{head}…{tail}"


def printable(text: str) -> str:
    """Return the text on one line, with an escape for what would steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _printable(column: Column) -> Column:
    return replace(
        column,
        texts=[printable(text) for text in column.texts],
        short=None if column.short is None else [printable(text) for text in column.short],
    )


def _natural(columns: Sequence[Column]) -> list[int]:
    """Return the widths that everything takes on one line."""
    return [max(map(cells, (column.title, *column.texts))) for column in columns]


def _narrow(columns: Sequence[Column]) -> list[int]:
    """Return the widths that everything takes with titles over several lines."""
    return [max(map(cells, (*_words(column.title), *column.texts))) for column in columns]


def _words(title: str) -> list[str]:
    return re.findall(r"[^_ ]+[_ ]?", title)


def _titles(columns: Sequence[Column], widths: Sequence[int]) -> list[tuple[str, ...]]:
    """Return the titles as rows, each title at the foot of its column."""
    stacked = [_stacked(column.title, width) for column, width in zip(columns, widths, strict=True)]
    height = max(map(len, stacked))
    return list(zip(*([""] * (height - len(lines)) + lines for lines in stacked), strict=True))


def _stacked(title: str, width: int) -> list[str]:
    lines = [""]
    for word in _words(title):
        if lines[-1] and cells(lines[-1] + word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _given_way(columns: Sequence[Column], width: int) -> list[Column]:
    left = list(columns)
    while _least(left) > width:
        place = next((i for i in reversed(range(len(left))) if _can_give(left[i])), None)
        if place is None:
            break
        column = left.pop(place)
        if column.short is not None:
            left.insert(place, replace(column, texts=column.short, short=None))
    return left


def _can_give(column: Column) -> bool:
    return column.short is not None or not column.stays


def _least(columns: Sequence[Column]) -> int:
    widths = _narrow(columns)
    if columns[-1].wraps:
        widths[-1] = min(widths[-1], _SENTENCE)
    return _total(widths)


def _fitting(columns: Sequence[Column], width: int | None) -> list[int]:
    """Return widths that fit: sentences give first, then whichever column is the widest."""
    widths = _natural(columns)
    if width is None or _total(widths) <= width:
        return widths
    if not columns[-1].wraps or _total(widths) - widths[-1] + _SENTENCE > width:
        widths = _narrow(columns)
    if columns[-1].wraps:
        too_much = max(_total(widths) - width, 0)
        widths[-1] = max(widths[-1] - too_much, min(widths[-1], _SENTENCE))
    while _total(widths) > width:
        widest = max(range(len(columns)), key=lambda i: widths[i])
        if widths[widest] <= _LEAST:
            break
        widths[widest] -= 1
    return widths


def _lines(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    rest: list[str] = []
    if columns[-1].wraps and cells(row[-1]) > widths[-1]:
        # Where some letters take two places, it is reckoned as if all did.
        width = widths[-1] if cells(row[-1]) == len(row[-1]) else widths[-1] // 2
        first, *rest = textwrap.wrap(row[-1], width) or [""]
        row = [*row[:-1], first]
    placed = []
    for text, column, width in zip(row, columns, widths, strict=True):
        shown = cut(text, width)
        room = " " * (width - cells(shown))
        placed.append(room + shown if column.is_number else shown + room)
    indent = " " * (_total(widths) - widths[-1])
    return [_GAP.join(placed).rstrip(), *(indent + line for line in rest)]
