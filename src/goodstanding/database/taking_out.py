"""Tables of somebody's PostgreSQL database, taken out into files to be read as facts.

They are taken by COPY, as they were at one instant, piece by piece, so that memory holds a piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from goodstanding.errors import SourceMissing, SourceUnreadable

if TYPE_CHECKING:
    from goodstanding.database.postgres import PostgreSQL

_PIECE = 16_000_000  # bytes
_WITH_ZONE = 1184
# PostgreSQL's number of each type that a file keeps as it is; any other is taken as text.
_KEPT: dict[int, pa.DataType] = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    701: pa.float64(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    _WITH_ZONE: pa.timestamp("us"),
}


def take_out(database: PostgreSQL, tables: Mapping[str, str], folder: Path) -> None:
    """Write each table into a Parquet file of the folder, called as the mapping calls it.

    A table is named as `schema.table`, or as one of the schema `public`. Raises `SourceMissing`,
    or `SourceUnreadable` for what no file can hold, such as a day before the year 1.
    """
    for name, table in tables.items():
        place = _place(table)
        columns = database.columns_of(place)
        if not columns:
            raise SourceMissing(
                f"there is no table '{table}' to read {name} from, or it may not be read.",
                hint="Name it with its schema: --table orders=shop.orders",
            )
        _write(database, place, columns, table, folder / f"{name}.parquet")


def _place(table: str) -> tuple[str, str]:
    schema, dot, name = table.partition(".")
    return (schema, name) if dot else ("public", schema)


def _write(
    database: PostgreSQL,
    place: tuple[str, str],
    columns: Sequence[tuple[str, int]],
    table: str,
    path: Path,
) -> None:
    names = [name for name, _ in columns]
    kinds = [_KEPT.get(kind, pa.string()) for _, kind in columns]
    held = pa.schema(
        [
            (name, pa.timestamp("us", tz="UTC") if kind == _WITH_ZONE else stored)
            for (name, kind), stored in zip(columns, kinds, strict=True)
        ]
    )
    chosen = [(name, _cast(kind)) for name, kind in columns]
    with pq.ParquetWriter(path, held) as writer:
        for piece in _pieces(database.taken_out(place, chosen)):
            try:
                rows = _read(piece, names, kinds)
            except pa.ArrowInvalid as error:
                raise SourceUnreadable(
                    f"table '{table}' cannot be read: {error}",
                    hint="Nothing was loaded. Take the value out of it, or load from a view.",
                ) from None
            writer.write_table(rows.cast(held))


def _cast(kind: int) -> str:
    """Return what is written behind a column so that a file can hold it."""
    if kind == _WITH_ZONE:
        return " at time zone 'UTC'"
    return "" if kind in _KEPT else "::text"


def _pieces(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield whole rows, so many that they fill a piece."""
    piece = bytearray()
    for part in parts:  # each is a row
        piece += part
        if len(piece) > _PIECE:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def _read(piece: bytes, names: Sequence[str], kinds: Sequence[pa.DataType]) -> pa.Table:
    return pc.read_csv(
        BytesIO(piece),
        read_options=pc.ReadOptions(column_names=list(names)),
        parse_options=pc.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pc.ConvertOptions(
            column_types=dict(zip(names, kinds, strict=True)),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
            timestamp_parsers=[pc.ISO8601],
        ),
    )
