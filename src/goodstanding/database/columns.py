"""Columns of Arrow as PostgreSQL keeps them, and the other way."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pc

if TYPE_CHECKING:
    import psycopg

_WIDEST = 38  # digits of a whole number without a limit, as DuckDB gives them
_ROWS_AT_ONCE = 100_000
_NUMERIC = 1700
# PostgreSQL's number of each type that a market's results have.
_OF_RESULTS: dict[int, pa.DataType] = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    25: pa.string(),
    701: pa.float64(),
    1015: pa.list_(pa.string()),
    1009: pa.list_(pa.string()),
    1016: pa.list_(pa.int64()),
    1007: pa.list_(pa.int32()),
    1042: pa.string(),
    1043: pa.string(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1182: pa.list_(pa.date32()),
}


def table(columns: Sequence[psycopg.Column], rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Return rows as an Arrow table, of the types that the same query has in DuckDB."""
    values = zip(*rows, strict=True) if rows else ([] for _ in columns)
    arrays = [
        pa.array(each, type=_type_of(column)) for column, each in zip(columns, values, strict=True)
    ]
    return pa.Table.from_arrays(arrays, names=[column.name for column in columns])


def _type_of(column: psycopg.Column) -> pa.DataType:
    if column.type_code == _NUMERIC:
        return pa.decimal128(column.precision or _WIDEST, column.scale or 0)
    return _OF_RESULTS[column.type_code]


def whole_numbers(
    columns: Sequence[psycopg.Column], rows: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """Return rows with numbers that have no decimals as whole ones, as DuckDB gives them."""
    wide = [c.type_code == _NUMERIC and not c.scale for c in columns]
    if not any(wide):
        return rows
    return [
        tuple(
            int(value) if is_wide and isinstance(value, Decimal) else value
            for value, is_wide in zip(row, wide, strict=True)
        )
        for row in rows
    ]


def definition(name: str, kind: pa.DataType) -> str:
    """Return a column as a table in PostgreSQL is made with; texts are ordered by their bytes."""
    return f'"{name}" {_stored(kind)}'


def _stored(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_stored(kind.value_type).removesuffix(_BY_BYTES)}[]"
    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision}, {kind.scale})"
    for is_such, stored in _STORED:
        if is_such(kind):
            return stored
    raise ValueError(f"no column of PostgreSQL holds {kind}")


_BY_BYTES = ' collate "C"'
_STORED = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int8, "smallint"),
    (pa.types.is_int16, "smallint"),
    (pa.types.is_int32, "integer"),
    (pa.types.is_integer, "bigint"),
    (pa.types.is_floating, "double precision"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "timestamp"),
    (pa.types.is_string, f"text{_BY_BYTES}"),
    (pa.types.is_large_string, f"text{_BY_BYTES}"),
    (pa.types.is_null, f"text{_BY_BYTES}"),
)


def csv_parts(rows: pa.Table) -> Iterator[bytes]:
    """Yield rows as CSV for COPY: what is missing is empty, an empty text is quoted."""
    options = pc.WriteOptions(include_header=False)
    for batch in rows.to_batches(max_chunksize=_ROWS_AT_ONCE):
        part = io.BytesIO()
        pc.write_csv(_without_lists(batch), part, options)
        yield part.getvalue()


def _without_lists(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows with each list as PostgreSQL writes an array."""
    for place, named in enumerate(batch.schema):
        if pa.types.is_list(named.type):
            texts = [None if v is None else _array(v) for v in batch.column(place).to_pylist()]
            batch = batch.set_column(place, named.name, pa.array(texts, pa.string()))
        elif pa.types.is_null(named.type):
            batch = batch.set_column(place, named.name, pa.nulls(len(batch), pa.string()))
    return batch


def _array(values: Sequence[Any]) -> str:
    said = (
        "null" if v is None else '"' + str(v).replace("\\", "\\\\").replace('"', '\\"') + '"'
        for v in values
    )
    return "{" + ",".join(said) + "}"
