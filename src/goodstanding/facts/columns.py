"""Which canonical column each column of a source is: by its name, and nothing is guessed."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from goodstanding.errors import UnknownColumn
from goodstanding.facts.catalogue import BY_NAME, RETRACTIONS
from goodstanding.facts.source import PLACE, Relation, Source, as_written
from goodstanding.facts.sql import listed, quoted
from goodstanding.facts.tables import Table

ORDERS = BY_NAME["orders"]
ORDER_LINES = BY_NAME["order_lines"]
LINE_COLUMNS = ("listing_id", "category_id", "quantity")
RECORDED_AT = "recorded_at"

ALIKE = 0.8  # how near a name must come to a canonical one to be a slip (difflib's ratio)


def sources_of_relation(
    relation: Relation, table: Table, *, with_lines: bool = True
) -> list[Source]:
    """Return what a relation holds for a table; orders that name a listing hold lines too.

    Raises `UnknownColumn` for every column that nearly has a canonical name, and for a key
    column that is not there.
    """
    canonical = _canonical(table)
    has_lines = with_lines and _has_lines(relation.columns, table)
    taken = [*canonical, *LINE_COLUMNS] if has_lines else canonical
    ignored = tuple(name for name in relation.columns if name not in taken)
    _check(relation, table, slips(relation.columns, table, with_lines=with_lines))
    used = [name for name in relation.columns if name in canonical]
    sources = [
        Source(
            table=table,
            query=_selected(relation, used),
            name=relation.name,
            ignored=ignored,
            malformed=relation.malformed,
            temporary=relation.temporary,
        )
    ]
    if has_lines:
        sources.append(_lines(relation))
    return sources


def slips(columns: Sequence[str], table: Table, *, with_lines: bool = True) -> dict[str, str]:
    """Return what each column was meant to be that nearly has the name of one that is not there."""
    canonical = _canonical(table)
    if with_lines and _has_lines(columns, table):
        canonical += LINE_COLUMNS
    absent = [name for name in canonical if name not in columns]
    others = [name for name in columns if name not in canonical]
    return {name: meant for name in others if (meant := nearly(name, absent))}


def nearly(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a name was probably meant to be; None when there is none."""
    plain = {_plain(each): each for each in known}
    found = get_close_matches(_plain(name), plain, n=1, cutoff=ALIKE)
    return plain[found[0]] if found else None


def _canonical(table: Table) -> list[str]:
    return [column.name for column in table.columns] + [RECORDED_AT]


def _has_lines(columns: Sequence[str], table: Table) -> bool:
    return table is ORDERS and bool({"listing_id", "category_id"} & set(columns))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _check(relation: Relation, table: Table, meant: dict[str, str]) -> None:
    may_miss = ("retracted_at",) if table is RETRACTIONS else ()
    missing = [
        name for name in table.key if name not in (*relation.columns, *meant.values(), *may_miss)
    ]
    if not meant and not missing:
        return
    lines = [
        f"{relation.name}: column '{name}' is not known; did you mean '{canonical}'?"
        for name, canonical in meant.items()
    ]
    if missing:
        has = ", ".join(relation.columns)
        lines.append(
            f"{relation.name} has no column {' and no column '.join(map(repr, missing))}, and "
            f"{table.name} are told apart by {', '.join(table.key)}. It has: {has}."
        )
    raise UnknownColumn(
        "\n".join(lines),
        hint="Rename what is meant, or say so in a mapping file. "
        f"'goodstanding tables {table.name}' prints the columns.",
    )


def _lines(relation: Relation) -> Source:
    """Return the one line of each order that names a listing or a category."""
    used = [name for name in ("order_id", *LINE_COLUMNS, RECORDED_AT) if name in relation.columns]
    named = " or ".join(
        f"trim(cast({quoted(name)} as varchar)) <> ''"
        for name in ("listing_id", "category_id")
        if name in relation.columns
    )
    return Source(
        table=ORDER_LINES,
        query=f"{_selected(relation, used, '1 as line_no')} where {named}",
        name=relation.name,
        temporary=relation.temporary,
    )


def _selected(relation: Relation, used: Sequence[str], *made: str) -> str:
    written = [as_written(name) for name in used if name in relation.worked_out]
    columns = [*map(quoted, [*used, *written]), *made, f"{quoted(PLACE)} as place"]
    return f"select {listed(columns, '  ')} from ({relation.query}\n) as relation"
