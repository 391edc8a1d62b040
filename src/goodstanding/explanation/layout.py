"""Text in lines of a given width: paragraphs, lists and tables whose last column folds."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Collection, Sequence

INDENT = "  "
MOST_LISTED = 20  # rows of a long list, in a text; the formats for programs have all
_GAP = "  "
_SENTENCE = 24  # columns; narrower, sentences are hard to read
_NAMES, _ROOM = 6, 140  # names in one sentence, and columns that they take
_NARROWEST = 12  # columns left for what folds; below, it runs over the edge instead


def paragraph(text: str, width: int, *, first: str = "", then: str | None = None) -> list[str]:
    """Fold a text; `first` stands before its first line, `then` before the others."""
    return textwrap.wrap(
        printable(text),
        max(width, len(first) + _NARROWEST),
        initial_indent=first,
        subsequent_indent=" " * len(first) if then is None else then,
        break_long_words=False,
        break_on_hyphens=False,
    )


def item(text: str, width: int) -> list[str]:
    """Return an entry of a list."""
    return paragraph(text, width, first=f"{INDENT}- ")


def table(
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    titles: Sequence[str] = (),
    numbers: Collection[int] = (),
) -> list[str]:
    """Return rows as indented lines, columns aligned; the last column folds where it must.

    `numbers` are the places of columns that align on the right.
    """
    shown = [[printable(cell) for cell in row] for row in ([titles] if titles else []) + [*rows]]
    if not shown:
        return []
    widths = [max(cells(row[place]) for row in shown) for place in range(len(shown[0]))]
    taken = len(INDENT) + sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)
    last = max(width - taken, _NARROWEST)
    lines = []
    for row in shown:
        *before, text = row
        folded = textwrap.wrap(text, last, break_long_words=False, break_on_hyphens=False) or [""]
        if len(row) - 1 in numbers:
            folded = [_filled(line, min(widths[-1], last), is_number=True) for line in folded]
        start = _GAP.join(
            [
                *(
                    _filled(cell, widths[place], is_number=place in numbers)
                    for place, cell in enumerate(before)
                ),
                "",
            ]
        )
        lines.append(f"{INDENT}{start}{folded[0]}".rstrip())
        lines += [" " * taken + line for line in folded[1:]]
    return lines


def entries(rows: Sequence[Sequence[str]], width: int, *, titles: Sequence[str]) -> list[str]:
    """Return rows as a table, or where that leaves too little room for the last column, stacked.

    Stacked, the first column stands alone and the others follow below, named by their titles.
    """
    before = [
        max((cells(row[place]) for row in rows), default=0) for place in range(len(titles) - 1)
    ]
    if width - len(INDENT) - sum(before) - len(_GAP) * len(before) >= _SENTENCE:
        return table(rows, width, titles=titles)
    lines = []
    for first, *others, last in rows:
        named = ", ".join(f"{t} {o}" for t, o in zip(titles[1:-1], others, strict=True))
        lines += [
            f"{INDENT}{printable(first)}",
            *paragraph(f"{named}: {last}", width, first=INDENT * 2),
        ]
    return lines


def rows_within(
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    titles: Sequence[str] = (),
    numbers: Collection[int] = (),
) -> list[str]:
    """Return rows as a table, or where it would run over the edge, each as a paragraph.

    With titles the first column stands alone, and the others follow below, named by their titles.
    """
    lines = table(rows, width, titles=titles, numbers=numbers)
    if all(cells(line) <= width for line in lines):
        return lines
    if not titles:
        said = [f"{', '.join(before)}: {last}" for *before, last in rows]
        return [line for each in said for line in paragraph(each, width, first=INDENT)]
    lines = []
    for first, *others in rows:
        named = ", ".join(f"{t} {o}" for t, o in zip(titles[1:], others, strict=True))
        lines += paragraph(first, width, first=INDENT)
        lines += paragraph(named, width, first=INDENT * 2)
    return lines


def fits(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Say whether a table of these rows needs no folding."""
    widths = [max(cells(row[place]) for row in rows) for place in range(len(rows[0]))]
    return len(INDENT) + sum(widths) + len(_GAP) * (len(widths) - 1) <= width


def and_more(count: int) -> list[str]:
    """Return the line that says how many of a long list of so many are left out, if any."""
    left_out = count - MOST_LISTED
    return [f"{INDENT}… and {left_out:,} more (--format jsonl lists all)"] if left_out > 0 else []


def listed(names: Sequence[str]) -> str:
    """Return names one after the other: the first few, and how many more there are."""
    shown = 1
    while shown < min(len(names), _NAMES) and cells(", ".join(names[: shown + 1])) <= _ROOM:
        shown += 1
    text = ", ".join(names[:shown])
    return f"{text} and {len(names) - shown:,} more" if len(names) > shown else text


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 order, 2 orders."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def cells(text: str) -> int:
    """Return how many columns a text takes; letters of East Asia take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def printable(text: str) -> str:
    """Return a text with an escape for what would steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _filled(text: str, width: int, *, is_number: bool) -> str:
    room = " " * (width - cells(text))
    return room + text if is_number else text + room
