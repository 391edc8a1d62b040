"""Tables in memory (Arrow, pandas, polars), Arrow files, and Parquet files."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import pyarrow as pa

from goodstanding.database.duckdb import DatabaseError
from goodstanding.errors import SourceUnreadable
from goodstanding.facts.source import PLACE, Relation
from goodstanding.facts.sql import listed, literal, quoted
from goodstanding.facts.unreadable import reason

if TYPE_CHECKING:
    from goodstanding.database.database import Database

_ROW = "goodstanding row"
_FILE = "goodstanding file"


def frame_relation(database: Database, frame: object, name: str) -> Relation:
    """Return the rows of an Arrow table, or of a data frame that can become one.

    The frame is left as it is. Raises `SourceUnreadable`.
    """
    return _registered(database, arrow_table(frame, name), name)


def arrow_file_relation(database: Database, path: Path, name: str) -> Relation:
    """Return the rows of an Arrow IPC file or stream. Raises `SourceUnreadable`."""
    try:
        with pa.memory_map(str(path)) as file:
            try:
                table = pa.ipc.open_file(file).read_all()
            except pa.ArrowInvalid:
                file.seek(0)
                table = pa.ipc.open_stream(file).read_all()
    except (pa.ArrowException, OSError) as error:
        why = f": {reason(error)}" if isinstance(error, OSError) else "."
        raise SourceUnreadable(
            f"{name} is not an Arrow file that can be read{why}",
            hint="Write it anew as an Arrow file or stream (Feather 2), or leave it out.",
        ) from None
    return _registered(database, table, name)


def parquet_relation(database: Database, paths: Sequence[Path], name: str, root: Path) -> Relation:
    """Return the rows of Parquet files that are parts of one table.

    A column that only some of them have is silent in the others. Places name each file as
    seen from `root`. Raises `SourceUnreadable`.
    """
    files = ", ".join(literal(_exactly(path)) for path in paths)
    scan = (
        f"read_parquet([{files}], union_by_name = true, binary_as_string = true, "
        f"hive_types_autocast = false, file_row_number = true, filename = {literal(_FILE)})"
    )
    try:
        described = database.rows(f"describe select * from {scan}")
    except DatabaseError as error:
        raise SourceUnreadable(
            f"{_meant(error, paths, root) or name} cannot be read as Parquet: {reason(error)}",
            hint="Write it anew, or leave it out.",
        ) from None
    ours = (_FILE, "file_row_number")
    columns = tuple(str(row[0]) for row in described if row[0] not in ours)
    # Of `./orders.parquet` the database says `orders.parquet`; SQL counts characters from 1.
    below_root = len(str(paths[0])) - len(str(paths[0].relative_to(root))) + 1
    query = f"""
      select
        {listed(map(quoted, columns), "        ")},
        substr({quoted(_FILE)}, {below_root}) || ' row ' || (file_row_number + 1)
          as {quoted(PLACE)}
      from {scan}"""
    return Relation(query=query, name=name, columns=columns)


def _meant(error: Exception, paths: Sequence[Path], root: Path) -> str | None:
    """Return which of several files the database tells of."""
    told = next((path for path in paths if str(path) in str(error)), None)
    return None if told is None else told.relative_to(root).as_posix()


def arrow_table(frame: object, name: str) -> pa.Table:
    """Return a data frame as an Arrow table. Raises `SourceUnreadable`."""
    if isinstance(frame, pa.Table):
        return frame
    try:
        if type(frame).__module__.partition(".")[0] == "pandas":
            return pa.Table.from_pandas(frame, preserve_index=False)
        return pa.table(frame)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise SourceUnreadable(
            f"{name}: a {type(frame).__name__} cannot be read as a table: {_first_line(error)}",
            hint="Hand in an Arrow table, or a pandas or polars data frame.",
        ) from None


def _registered(database: Database, table: pa.Table, name: str) -> Relation:

    columns = tuple(table.column_names)
    twice = [each for each, count in Counter(map(str.lower, columns)).items() if count > 1]
    if twice:
        raise SourceUnreadable(
            f"{name} has more than one column called {', '.join(map(repr, twice))}.",
            hint="Rename one, or leave it out.",
        )
    registered = f"frame_{token_hex(6)}"
    rows = pa.array(range(1, table.num_rows + 1), pa.int64())
    database.register(registered, table.append_column(_ROW, rows))
    query = f"""
      select
        {listed(map(quoted, columns), "        ")},
        {literal(f"{name} row ")} || {quoted(_ROW)} as {quoted(PLACE)}
      from {registered}"""
    return Relation(query=query, name=name, columns=columns, temporary=(registered,))


def _exactly(path: Path) -> str:
    """Write a path so that its brackets and stars stand for themselves."""
    return "".join(f"[{each}]" if each in "[*?" else each for each in str(path))


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
