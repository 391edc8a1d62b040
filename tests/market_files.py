"""Received facts, written down as sources hand them over: CSV files and Arrow tables."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa

from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.tables import Kind, Table
from tests.oracle_facts import Facts, Row, as_text


def write_market(facts: Facts, folder: Path) -> None:
    """Write the rows as one CSV file per table, instants as ISO 8601 with a Z, empty = silent."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in facts.items():
        if not rows:
            continue
        columns = columns_said(BY_NAME[name], rows)
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([as_text(row.get(column)) for column in columns] for row in rows)


def as_frames(facts: Facts) -> dict[str, pa.Table]:
    """Return the rows as an Arrow table per table, with exact types; null = silent."""
    return {
        name: pa.table(
            {
                column: pa.array(
                    [as_arrow(row.get(column)) for row in rows], arrow_type(BY_NAME[name], column)
                )
                for column in columns_said(BY_NAME[name], rows)
            }
        )
        for name, rows in facts.items()
        if rows
    }


def columns_said(table: Table, rows: Sequence[Row]) -> list[str]:
    """Name the columns that a file of these rows needs: the key, and whatever any row says."""
    said = {name for row in rows for name, value in row.items() if value is not None}
    names = [column.name for column in table.columns if column.name in {*said, *table.key}]
    return [*names, "recorded_at"] if "recorded_at" in said else names


def as_arrow(value: Any) -> Any:
    match value:
        case datetime():
            return value.replace(tzinfo=UTC)
        case Fraction():
            return Decimal(as_text(value))
    return value


def arrow_type(table: Table, column: str) -> pa.DataType:
    kind = Kind.INSTANT if column == "recorded_at" else table.column(column).kind
    return ARROW_TYPES.get(kind, pa.string())


ARROW_TYPES = {
    Kind.INSTANT: pa.timestamp("us", "UTC"),
    Kind.DEADLINE: pa.timestamp("us", "UTC"),
    Kind.DAY: pa.date32(),
    Kind.STARS: pa.decimal128(3, 2),
    Kind.POINTS: pa.decimal128(18, 3),
    Kind.WHOLE: pa.int64(),
    Kind.MONEY: pa.int64(),
    Kind.FLAG: pa.bool_(),
}
