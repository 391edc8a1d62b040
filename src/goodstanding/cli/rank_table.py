"""Ranked search results and modifiers as a table to read, and what they amount to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from goodstanding import days
from goodstanding.assessment.silence import silence, silent_since
from goodstanding.cli import summary as summaries
from goodstanding.cli.grid import Column, drawn, left_out
from goodstanding.effects.exposure import Exposure, terms
from goodstanding.explanation.figures import whole
from goodstanding.rulebook.english import not_in_force

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN = 40  # lines; more than a screen, less than a flood
_FROM = {"listing": "by their own score", "store": "by their store's", "none": "without a score"}


def lines(found: pa.Table, *, everything: bool, width: int | None) -> list[str]:
    """Return the table's lines: the first forty, or every one."""
    if not found.num_rows:
        is_ranked = "place" in found.column_names
        return ["No search results." if is_ranked else "The market knows no listing yet."]
    shown = found if everything else found.slice(0, _SHOWN)
    columns = _columns(shown.to_pylist())
    said = drawn(columns, width=width)
    more = found.num_rows - shown.num_rows
    if more:
        said.append(f"… and {whole(more)} more: --all prints them, --output FILE keeps them.")
    missing = left_out(columns, width=width)
    if missing:
        said.append(f"(no room for: {', '.join(missing)})")
    return said


def summary(
    found: pa.Table,
    exposure: Exposure,
    known_until: datetime | None,
    time_zone: str,
    width: int,
) -> list[str]:
    """Return the lines below the table: what goes into the order, its size, and what it did."""
    asked = exposure.listings
    until = "nothing is loaded yet" if known_until is None else f"until {days.iso(known_until)}"
    silent = silent_since(
        asked.as_of, known_at=asked.known_at, known_until=known_until, zone=time_zone
    )
    said = [
        *terms(exposure),
        *_in_force(exposure),
        ("facts known", until),
        *([] if silent is None else [("", silence(silent))]),
        ("known at", days.iso(asked.known_at)),
        ("as of", f"{asked.as_of} (days in {time_zone})"),
        *_counted(found),
    ]
    return summaries.lines(said, width=width)


def _in_force(exposure: Exposure) -> list[tuple[str, str]]:
    rules = exposure.listings.rulebook
    if rules.is_in_force_on(exposure.listings.as_of):
        return []
    return [("", f"{rules.id}: {not_in_force(rules.version, rules.in_force_until)}")]


def _counted(found: pa.Table) -> list[tuple[str, str]]:
    sources = Counter(found["score_from"].to_pylist())
    told = ", ".join(f"{whole(sources[each])} {words}" for each, words in _FROM.items())
    if "place" not in found.column_names:
        return [("listings", f"{whole(found.num_rows)}: {told}")]
    places = zip(found["place"].to_pylist(), found["place_without"].to_pylist(), strict=True)
    moved = [without - place for place, without in places]
    up, down = sum(each > 0 for each in moved), sum(each < 0 for each in moved)
    furthest = max(map(abs, moved), default=0)
    return [
        ("results", f"{whole(found.num_rows)}: {told}"),
        ("moved", f"{whole(up)} up, {whole(down)} down, {_places(furthest)} at most"),
    ]


def _places(n: int) -> str:
    return f"{whole(n)} place{'' if n == 1 else 's'}"


def _columns(records: Sequence[dict[str, Any]]) -> list[Column]:
    first = records[0]
    columns = []
    if "query_id" in first:
        columns.append(_column("query", [_text(r["query_id"]) for r in records], stays=True))
    if "place" in first:
        columns += [
            _number("place", [whole(r["place"]) for r in records], stays=True),
            _number("without", [whole(r["place_without"]) for r in records], stays=True),
        ]
    columns.append(_column("listing", [_text(r["listing_id"]) for r in records], stays=True))
    if "place" in first:
        columns.append(_number("relevance", [_text(r["relevance"]) for r in records]))
    columns.append(_number("modifier", [f"{r['modifier']:+f}" for r in records], stays=True))
    if "because" in first:
        columns.append(_column("because", [r["because"] for r in records]))
        return columns
    scores = [r["service_score"] for r in records]
    return [
        *columns,
        _number("score", ["" if score is None else f"{score:.2f}" for score in scores]),
        _column("from", [r["score_from"] for r in records]),
        _number("counted", [whole(r["counted_n"]) for r in records]),
    ]


def _column(title: str, texts: list[str], *, stays: bool = False) -> Column:
    return Column(title=title, texts=texts, stays=stays)


def _number(title: str, texts: list[str], *, stays: bool = False) -> Column:
    return Column(title=title, texts=texts, is_number=True, stays=stays)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
