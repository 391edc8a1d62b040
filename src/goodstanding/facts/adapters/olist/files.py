"""Olist's files: which there are, where they are found, and how they are read as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding.database.duckdb import DatabaseError
from goodstanding.errors import SourceMissing, SourceUnreadable, UnknownColumn, near
from goodstanding.facts import csv_files, frames
from goodstanding.facts.source import PLACE, Relation
from goodstanding.facts.sql import listed, quoted
from goodstanding.facts.unreadable import reason

if TYPE_CHECKING:
    from goodstanding.database.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class OlistFile:
    """One table of Olist: its file in the download, and the columns that are needed of it.

    As Parquet its file is called `<name>.parquet`. Its rows are read into a temporary table.
    """

    name: str
    csv: str
    columns: tuple[str, ...]
    is_needed: bool = True

    @property
    def names(self) -> tuple[str, str]:
        """The file names under which it is looked for."""
        return self.csv, f"{self.name}.parquet"

    @property
    def table(self) -> str:
        """The temporary table that it is read into."""
        return f"olist_{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file as it was found.

    `ignored` are the columns of it that are left out, `malformed` is a query for the lines that
    are no rows (as for a `Source`), which reads the `temporary` tables.
    """

    name: str
    ignored: tuple[str, ...] = ()
    malformed: str | None = None
    temporary: tuple[str, ...] = ()


FILES = (
    OlistFile(
        name="orders",
        csv="olist_orders_dataset.csv",
        columns=(
            "order_id",
            "customer_id",
            "order_status",
            "order_purchase_timestamp",
            "order_approved_at",
            "order_delivered_carrier_date",
            "order_delivered_customer_date",
            "order_estimated_delivery_date",
        ),
    ),
    OlistFile(
        name="order_items",
        csv="olist_order_items_dataset.csv",
        columns=(
            "order_id",
            "order_item_id",
            "product_id",
            "seller_id",
            "shipping_limit_date",
            "price",
            "freight_value",
        ),
    ),
    OlistFile(
        name="order_reviews",
        csv="olist_order_reviews_dataset.csv",
        columns=(
            "review_id",
            "order_id",
            "review_score",
            "review_comment_title",
            "review_comment_message",
            "review_answer_timestamp",
        ),
    ),
    OlistFile(
        name="customers",
        csv="olist_customers_dataset.csv",
        columns=("customer_id", "customer_unique_id", "customer_state"),
    ),
    OlistFile(name="sellers", csv="olist_sellers_dataset.csv", columns=("seller_id",)),
    OlistFile(
        name="products",
        csv="olist_products_dataset.csv",
        columns=("product_id", "product_category_name"),
    ),
    OlistFile(
        name="category_translation",
        csv="product_category_name_translation.csv",
        columns=("product_category_name", "product_category_name_english"),
        is_needed=False,
    ),
)

_WHAT_IS_LOOKED_FOR = (
    "Looked for: "
    + ", ".join(file.names[0] for file in FILES if file.is_needed)
    + ", or the same as "
    + ", ".join(file.names[1] for file in FILES if file.is_needed)
    + ". Used when it is there: "
    + ", ".join(" or ".join(file.names) for file in FILES if not file.is_needed)
    + ". Payments and geolocation are not needed."
)


def find(folder: Path) -> dict[OlistFile, Path]:
    """Return where each file is; one that is not needed and not there is left out.

    Raises `SourceMissing` when a file that is needed is not there, or is there twice.
    """
    if not folder.is_dir():
        why = "is a file" if folder.exists() else "does not exist"
        raise SourceMissing(
            f"'{folder}' {why}; Olist's data are a folder of files.", hint=_WHAT_IS_LOOKED_FOR
        )
    there = {
        file: [folder / name for name in file.names if (folder / name).is_file()] for file in FILES
    }
    missing = [file for file, paths in there.items() if file.is_needed and not paths]
    if missing:
        names = "; ".join(" or ".join(file.names) for file in missing)
        raise SourceMissing(f"folder '{folder}' lacks {names}.", hint=_WHAT_IS_LOOKED_FOR)
    for paths in there.values():
        if len(paths) > 1:
            both = " and ".join(f"'{path.name}'" for path in paths)
            raise SourceMissing(
                f"folder '{folder}' has {both}: it is not clear which of them to read.",
                hint="Move one of them elsewhere.",
            )
    return {file: paths[0] for file, paths in there.items() if paths}


def unread(folder: Path, found: Iterable[Path]) -> tuple[str, ...]:
    """Return the names of files of data that lie in the folder and are not read."""
    held = {path.name for path in found}
    there = (path for path in folder.iterdir() if path.suffix.lower() in (".csv", ".parquet"))
    return tuple(sorted(path.name for path in there if path.name not in held))


def read(database: Database, file: OlistFile, path: Path | None) -> ReadFile:
    """Read a file (None: an empty one) into its temporary table, as text.

    Beside the columns that are needed the table has `place`. Raises `SourceUnreadable` or
    `UnknownColumn`.
    """
    if path is None:
        columns = listed(f"{column} varchar" for column in (*file.columns, "place"))
        database.execute(f"create or replace temp table {file.table} ({columns})")
        return ReadFile(name=f"no {file.csv}")
    if path.suffix == ".csv":
        found = csv_files.relation(database, path, path.name)
    else:
        found = frames.parquet_relation(database, [path], path.name, path.parent)
    _check_columns(file, found)
    texts = [f"nullif(cast({name} as varchar), '') as {name}" for name in file.columns]
    columns = listed([*texts, f"{quoted(PLACE)} as place"])
    try:
        database.execute(
            f"create or replace temp table {file.table} as "  # noqa: S608 -- our own names
            f"select {columns} from ({found.query}\n)"
        )
    except DatabaseError as error:
        raise SourceUnreadable(
            f"{found.name} cannot be read: {reason(error)}",
            hint="Nothing was loaded. Is it the file as it was downloaded, and whole?",
        ) from None
    return ReadFile(
        name=found.name,
        ignored=tuple(name for name in found.columns if name not in file.columns),
        malformed=found.malformed,
        temporary=found.temporary,
    )


def _check_columns(file: OlistFile, found: Relation) -> None:
    missing = [column for column in file.columns if column not in found.columns]
    if missing:
        names = ", ".join(f"'{column}'" for column in missing)
        raise UnknownColumn(
            f"{found.name} has no column {names}. {near(missing[0], found.columns)}".rstrip(),
            hint=f"The columns that are needed: {', '.join(file.columns)}.",
        )
