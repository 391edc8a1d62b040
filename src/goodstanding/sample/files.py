"""The files of a synthetic market: one Parquet file per canonical table, and the truth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from goodstanding.errors import ArgumentInvalid
from goodstanding.facts.catalogue import TABLES
from goodstanding.facts.tables import Kind

TRUTH = "truth"
ROW_GROUP = 131_072  # rows; about what DuckDB and Polars read best (122,880 and more)
_MARK = "goodstanding.sample"  # a file with this in its metadata may be replaced by a new sample

_ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.NUMBERED: pa.string(),
    Kind.ID: pa.string(),
    Kind.INSTANT: pa.timestamp("us"),
    Kind.DEADLINE: pa.timestamp("us"),
    Kind.DAY: pa.date32(),
    Kind.CODE: pa.string(),
    Kind.CURRENCY: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.MONEY: pa.int64(),
    Kind.STARS: pa.int8(),
    Kind.POINTS: pa.decimal128(18, 3),
    Kind.FLAG: pa.bool_(),
}
_IDS = {
    column.name
    for table in TABLES
    for column in table.columns
    if column.kind in (Kind.NUMBERED, Kind.ID)
}


@dataclass(slots=True)
class TableFile:
    """A Parquet file that grows; its row groups do not depend on how the rows arrive."""

    writer: pq.ParquetWriter
    schema: pa.Schema
    rows_n: int = 0
    _waiting: list[pa.Table] = field(default_factory=list)
    _waiting_n: int = 0

    def add(self, rows: pa.Table) -> None:
        """Append rows; columns beyond the schema are left out."""
        kept = rows.select(self.schema.names).cast(self.schema)
        self._waiting.append(kept)
        self._waiting_n += kept.num_rows
        self.rows_n += kept.num_rows
        if self._waiting_n >= ROW_GROUP:
            self._write(self._waiting_n - self._waiting_n % ROW_GROUP)

    def finish(self) -> None:
        """Write what is left and the footer."""
        if self._waiting_n:
            self._write(self._waiting_n)
        self.writer.close()

    def _write(self, rows_n: int) -> None:
        # In one piece, so that pages do not depend on how the rows arrived either.
        waiting = pa.concat_tables(self._waiting).combine_chunks()
        self.writer.write_table(waiting.slice(0, rows_n), row_group_size=ROW_GROUP)
        self._waiting = [waiting.slice(rows_n)]
        self._waiting_n -= rows_n


def schemas() -> dict[str, pa.Schema]:
    """Return the schema of each file by its name without `.parquet`.

    Canonical columns in the catalogue's order and `recorded_at`, except for the truth.
    """
    found = {
        table.name: pa.schema(
            [(column.name, _ARROW_TYPES[column.kind]) for column in table.columns]
            + [("recorded_at", pa.timestamp("us"))]
        )
        for table in TABLES
    }
    names = ("subject_kind", "subject_id", "kind", "detail")
    return found | {TRUTH: pa.schema([(name, pa.string()) for name in names])}


@contextmanager
def table_files(folder: Path, made_from: str) -> Iterator[dict[str, TableFile]]:
    """Open a file for every table in the folder, and finish them all at the end.

    When something fails inside, no file is left. `made_from` is noted in each.
    """
    files: dict[str, TableFile] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in schemas().items():
            files[name] = _open(_path(folder, name), schema, made_from)
        yield files
        for file in files.values():
            file.finish()
    except BaseException as error:
        for name, file in files.items():
            with suppress(pa.ArrowException, OSError):
                file.writer.close()
            _path(folder, name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ArgumentInvalid(
                f"a sample cannot be written to '{folder}': {error}.",
                hint="Name a folder that can be written to, on a disk with room.",
            ) from error
        raise


def check_folder(folder: Path) -> None:
    """Raise `ArgumentInvalid` unless a sample may be written there.

    It may where there is nothing yet, or nothing but an earlier sample.
    """
    if folder.exists() and not folder.is_dir():
        raise ArgumentInvalid(
            f"a sample cannot be written to '{folder}': it is a file.", hint="Name a folder."
        )
    if not folder.exists():
        return
    ours = {f"{name}.parquet" for name in schemas()}
    for path in sorted(folder.iterdir()):
        if path.name not in ours or not _is_marked(path):
            raise ArgumentInvalid(
                f"a sample cannot be written to '{folder}': it holds '{path.name}', "
                "which is not of an earlier sample.",
                hint="Name a new folder, or an empty one.",
            )


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _is_marked(path: Path) -> bool:
    try:
        metadata = pq.read_metadata(path).metadata
    except (pa.ArrowInvalid, OSError):
        return False
    return metadata is not None and _MARK.encode() in metadata


def _open(path: Path, schema: pa.Schema, made_from: str) -> TableFile:
    instants = [field.name for field in schema if pa.types.is_timestamp(field.type)]
    ids = [name for name in schema.names if name in _IDS]
    writer = pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        store_schema=False,
        # A third smaller, and faster, than dictionaries of what hardly repeats.
        use_dictionary=[name for name in schema.names if name not in (*ids, *instants)],
        column_encoding=dict.fromkeys(ids, "PLAIN")
        | dict.fromkeys(instants, "DELTA_BINARY_PACKED"),
    )
    writer.add_key_value_metadata({_MARK: made_from})
    return TableFile(writer=writer, schema=schema)
