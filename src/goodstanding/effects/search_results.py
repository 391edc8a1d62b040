"""Search results as they are handed in: listings with a relevance, which is read exactly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from goodstanding.database.duckdb import DatabaseError
from goodstanding.effects import json_records
from goodstanding.errors import RankingRefused, SourceUnreadable, UnknownColumn
from goodstanding.facts import frames, items, reading
from goodstanding.facts.columns import nearly
from goodstanding.facts.missing import missing_source
from goodstanding.facts.source import PLACE, Relation
from goodstanding.facts.unreadable import reason

if TYPE_CHECKING:
    from goodstanding.database.database import Database

LISTING, RELEVANCE, QUERY = "listing_id", "relevance", "query_id"
MOST_DIGITS = 40
_SHOWN = 20  # refused rows in a message; the error holds all of them
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?", re.IGNORECASE | re.ASCII)
_LARGEST = Decimal("1e300")
_FRAME = "the search results"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """Rows as they were handed in, and of each the listing, its relevance and its query.

    `queries` are None where there is one query. A relevance is what the row's number says in
    decimal: of a floating number the shortest decimal that means it.
    """

    rows: pa.Table
    listing_ids: Sequence[str]
    relevances: Sequence[Decimal]
    queries: Sequence[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A table, where each of its rows stands, and what stands between them that is no row."""

    rows: pa.Table
    places: Sequence[str]
    no_rows: Sequence[tuple[str, str]]
    name: str


def read(database: Database, source: object, added: Sequence[str]) -> SearchResults:
    """Read search results from a file, an Arrow table, a data frame, or a list of mappings.

    `added` are the columns that will be added, whose names are taken. Raises `SourceMissing`,
    `SourceUnreadable`, `UnknownColumn`, or `RankingRefused` with every row that cannot be ranked.
    """
    found = _read(database, source)
    _check_columns(found, added)
    ids, relevances = (_texts(found, name) for name in (LISTING, RELEVANCE))
    refused = list(found.no_rows)
    numbers: list[Decimal] = []
    for place, listing_id, relevance in zip(found.places, ids, relevances, strict=True):
        if listing_id is None or not listing_id.strip():
            refused.append((place, f"{LISTING}: it is empty"))
        number = _number(relevance)
        if isinstance(number, Decimal):
            numbers.append(number)
        else:
            refused.append((place, f"{RELEVANCE}: {number}"))
    if refused:
        raise _refusal(refused, len(found.places) + len(found.no_rows))
    has_queries = QUERY in found.rows.column_names
    return SearchResults(
        rows=found.rows,
        listing_ids=[each for each in ids if each is not None],
        relevances=numbers,
        queries=_texts(found, QUERY) if has_queries else [None] * len(numbers),
    )


def _read(database: Database, source: object) -> _Read:
    if isinstance(source, str | Path):
        return _of_file(database, Path(source))
    if isinstance(source, list | tuple):
        wrong = next((row for row in source if not isinstance(row, Mapping)), None)
        if wrong is not None:
            raise SourceUnreadable(
                f"{_FRAME}: a row is a {type(wrong).__name__}, not a mapping.",
                hint=f"Write each as {{'{LISTING}': 'L1', '{RELEVANCE}': 12.5}}.",
            )
        rows = json_records.table_of(source)
    else:
        rows = frames.arrow_table(source, _FRAME)
    places = [f"{_FRAME} row {number}" for number in range(1, rows.num_rows + 1)]
    return _Read(rows=rows, places=places, no_rows=(), name=_FRAME)


def _of_file(database: Database, path: Path) -> _Read:
    if not path.exists():
        raise missing_source(path)
    if path.is_dir():
        raise SourceUnreadable(
            f"'{path}' is a folder, and search results are one file.", hint="Name a file in it."
        )
    if path.name.lower().endswith(json_records.ENDINGS):
        rows, lines, wrong = json_records.read(path)
        return _Read(
            rows=rows,
            places=[f"{path.name} line {line}" for line in lines],
            no_rows=[(f"{path.name} line {line}", why) for line, why in wrong],
            name=path.name,
        )
    if items.format_of(path) is None:
        known = ", ".join((*items.FORMATS, *json_records.ENDINGS))
        raise SourceUnreadable(
            f"'{path.name}' is not of a format that can be read.", hint=f"A file ends in {known}."
        )
    (relation,) = items.of_file(database, path).relations()
    try:
        return _of_relation(database, relation)
    except DatabaseError as error:
        raise SourceUnreadable(
            f"{path.name} cannot be read: {reason(error)}", hint="Write it anew."
        ) from None
    finally:
        reading.release(database, [relation])


def _of_relation(database: Database, relation: Relation) -> _Read:
    rows = database.arrow(relation.query)
    no_rows = [] if relation.malformed is None else database.rows(relation.malformed)
    return _Read(
        rows=rows.drop_columns([PLACE]),
        places=rows[PLACE].to_pylist(),
        no_rows=[(str(place), str(why)) for place, why, _ in no_rows],
        name=relation.name,
    )


def _check_columns(found: _Read, added: Sequence[str]) -> None:
    names = found.rows.column_names
    if not names:  # a file without a row
        return
    twice = [name for name, count in Counter(map(str.lower, names)).items() if count > 1]
    taken = [name for name in names if name.lower() in added]
    if twice or taken:
        named = ", ".join(map(repr, twice or taken))
        why = "more than one column is called" if twice else "rank adds columns of these names:"
        raise SourceUnreadable(
            f"{found.name}: {why} {named}.", hint="Rename what was handed in, or leave it out."
        )
    missing = [name for name in (LISTING, RELEVANCE) if name not in names]
    slips = [
        f"{found.name}: column '{name}' is not known; did you mean '{QUERY}'?"
        for name in names
        if QUERY not in names and nearly(name, [QUERY])
    ]
    if not missing and not slips:
        return
    lines = [
        f"{found.name}: there is no column '{name}', but {', '.join(names)}." for name in missing
    ]
    meant = {name: near for name in missing if (near := nearly(name, names))}
    asked = " ".join(f"Rename '{near}' to '{name}'." for name, near in meant.items())
    raise UnknownColumn(
        "\n".join([*lines, *slips]),
        hint=asked
        or f"Search results have {LISTING} and {RELEVANCE}, and {QUERY} where they are of several "
        "queries.",
    )


def _texts(found: _Read, name: str) -> list[str | None]:
    """Return what a column says, as text."""
    if not found.rows.num_columns:
        return []
    column = found.rows[name]
    try:
        if name != RELEVANCE and pa.types.is_floating(column.type):
            # A data frame turns whole numbers into floating ones where one of them is missing.
            column = column.cast(pa.int64())
        texts: list[str | None] = column.cast(pa.string()).to_pylist()
    except pa.ArrowException:
        raise SourceUnreadable(
            f"{found.name}: column '{name}' holds {column.type}, which is not understood here.",
            hint="Hand it in as text or as a number.",
        ) from None
    return texts


def _number(text: str | None) -> Decimal | str:
    """Return the relevance that a text says, or what is wrong with it."""
    said = "" if text is None else text.strip()
    if not said:
        return "it is empty"
    shown = said if len(said) <= 40 else f"{said[:40]}…"
    if not _NUMBER.fullmatch(said):
        return f"'{shown}' is no number"
    number = Decimal(said)
    if number < 0:
        return f"{shown} is below 0"
    if len(number.as_tuple().digits) > MOST_DIGITS:
        return f"{shown} has more than {MOST_DIGITS} digits"
    return f"{shown} is too large" if number >= _LARGEST else number


def _refusal(refused: Sequence[tuple[str, str]], rows_n: int) -> RankingRefused:
    few = refused[:_SHOWN]
    more = len(refused) - len(few)
    rows = len({place for place, _ in refused})
    lines = [
        f"{rows:,} of {rows_n:,} search results cannot be ranked, and none was:",
        *(f"{place}  {why}" for place, why in few),
        *([f"… and {more:,} more"] if more else []),
    ]
    return RankingRefused(
        "\n".join(lines),
        hint="A relevance is a number from 0 up, with a point for its decimals, such as 12.5. "
        "Correct these rows or leave them out, and rank again.",
        refused=refused,
    )
