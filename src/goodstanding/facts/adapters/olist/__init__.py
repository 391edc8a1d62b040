"""The Brazilian E-Commerce Public Dataset by Olist, as canonical facts.

What was decided for each of its quirks is told in `docs/olist.md`.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding.facts.adapters.olist import files
from goodstanding.facts.adapters.olist.files import ReadFile
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.source import Source

if TYPE_CHECKING:
    from goodstanding.database.database import Database

TITLE = "Brazilian E-Commerce Public Dataset by Olist"
TIME_ZONE = "America/Sao_Paulo"  # no hour that its clocks skip occurs in the data: docs/olist.md
CURRENCY = "BRL"

# The canonical tables, each from its `.sql` file, and the files of Olist whose columns it
# uses up: the first of them is where its rows come from.
_MADE_OF = {
    "sellers": ("sellers",),
    "categories": ("category_translation",),
    "listings": ("products",),
    "orders": ("orders", "customers"),
    "order_lines": ("order_items",),
    "feedback": ("order_reviews",),
}


def sources(database: Database, folder: Path) -> list[Source]:
    """Read Olist's files, CSV or Parquet, and return them as canonical tables.

    Raises `SourceMissing`, `SourceUnreadable` or `UnknownColumn`.
    """
    found = files.find(folder)
    read = {file.name: files.read(database, file, found.get(file)) for file in files.FILES}
    database.execute(
        f"create or replace temp table olist_priced_items as {_written('priced_items')}"
    )
    temporary = (
        "olist_priced_items",
        *(file.table for file in files.FILES),
        *(name for file in read.values() for name in file.temporary),
    )
    return [
        Source(
            table=BY_NAME[table],
            query=_written(table),
            name=read[made_of[0]].name,
            ignored=_ignored([read[name] for name in made_of]),
            malformed=_malformed([read[name] for name in made_of]),
            temporary=temporary,
            beside=files.unread(folder, found.values()),
        )
        for table, made_of in _MADE_OF.items()
    ]


def _ignored(made_of: Sequence[ReadFile]) -> tuple[str, ...]:
    """Return the columns that are left out, with the file's name where it is not the first."""
    first, *others = made_of
    return (
        *first.ignored,
        *(f"{column} ({file.name})" for file in others for column in file.ignored),
    )


def _malformed(made_of: Iterable[ReadFile]) -> str | None:
    """Return a query for the lines of several files that are no rows; None where there are none."""
    queries = [f"from ({file.malformed})" for file in made_of if file.malformed is not None]
    return " union all ".join(queries) or None


def _written(name: str) -> str:
    return (importlib.resources.files(__package__) / "sql" / f"{name}.sql").read_text("utf-8")
