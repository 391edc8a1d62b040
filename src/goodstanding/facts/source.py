"""Rows that are about to be loaded, wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass

from goodstanding.facts.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Rows for one canonical table, as DuckDB can read them.

    `query` is DuckDB's SQL. It yields columns of canonical names, as text or already typed
    (a column that is not there is silent), optionally `recorded_at`, and `place`: where a
    person finds the row, such as "orders.csv row 17". `name` is what messages call the
    source. `ignored` are columns of it that are left out, `beside` files that lie beside it
    and hold no table.

    Beside a column that was worked out, `as_written` of it holds what was said.

    `malformed` is a query for what could not even be split into columns: `place`, `reason`,
    `row_text`. `temporary` names what both queries read and what goes once it is loaded.
    """

    table: Table
    query: str
    name: str
    ignored: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    malformed: str | None = None
    temporary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Rows as somebody else's columns hold them, before it is clear what each column means.

    `query` yields the columns and, under the name `PLACE`, where a person finds the row. For
    each of `worked_out`, which are columns that an expression made, it yields under the name
    `as_written` what the source's own columns said: a struct.
    """

    query: str
    name: str
    columns: tuple[str, ...]
    malformed: str | None = None
    temporary: tuple[str, ...] = ()
    worked_out: tuple[str, ...] = ()


PLACE = "goodstanding place"  # a name that no file's column has


def as_written(column: str) -> str:
    """Name what the source said where a column was worked out; no file's column is called so."""
    return f"goodstanding {column} as written"
