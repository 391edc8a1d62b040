"""Where an answer goes and in what form: a table to read, or records for programs."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Literal, TypeVar, cast

from goodstanding import days
from goodstanding.errors import ArgumentInvalid

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["table", "jsonl", "csv", "parquet"]

Telling = Literal["text", "json"]

_ENDINGS: dict[str, Format] = {".jsonl": "jsonl", ".csv": "csv", ".parquet": "parquet"}
_TELLING_ENDINGS: dict[str, Telling] = {".json": "json"}
_OF_TEXT = ".txt"  # says no more than that a person reads it
_F = TypeVar("_F", bound=str)
_LIST_SEPARATOR = "; "
_IN_MEMORY = 64 * 2**20  # bytes of an answer; what is longer waits on the disk
# Written to as the stream that it is: a file that it was sent to is not replaced.
_STANDARD_OUTPUT = frozenset(map(Path, ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")))


def chosen(given: Format | None, output: Path | None) -> Format:
    """Return the format asked for; else what the file's name ends in says, else a table.

    Raises `ArgumentInvalid`, before any work is done, where nothing could be written, or the
    name ends in something else.
    """
    form = _agreed(given, output, _ENDINGS, "table")
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise ArgumentInvalid(
            "Parquet is not for reading on a terminal.",
            hint="Write it to a file with --output results.parquet, or pass it on with |.",
        )
    return form


def text_or_json(given: Telling | None, output: Path | None) -> Telling:
    """Return what `chosen` returns, for what is told as a text, or as one JSON object."""
    return _agreed(given, output, _TELLING_ENDINGS, "text")


def _agreed(given: _F | None, output: Path | None, endings: Mapping[str, _F], usual: _F) -> _F:
    if output is None:
        return given or usual
    check_place(output)
    ending = output.suffix.lower()
    meant = endings.get(ending)
    if given is None and meant is None and ending not in {"", _OF_TEXT}:
        known = ", ".join(f"{each} ({form})" for each, form in endings.items())
        raise ArgumentInvalid(
            f"'{output}' ends in {output.suffix}, which says no format that is known here.",
            hint=f"Known: {known}, {_OF_TEXT} ({usual}). With --format a file may be called "
            "anything else.",
        )
    if given is not None and meant not in {given, None}:
        raise ArgumentInvalid(
            f"'{output}' ends in {output.suffix}, and --format says {given}.",
            hint="Leave --format out, or give the file another name.",
        )
    return given or meant or usual


def check_place(output: Path) -> None:
    """Raise `ArgumentInvalid` where no file could be written at that place."""
    if output.is_dir():
        raise ArgumentInvalid(
            f"'{output}' is a folder.", hint="Name a file in it, such as results.csv."
        )
    if not output.parent.is_dir():
        raise ArgumentInvalid(
            f"'{output}' cannot be written: there is no folder '{output.parent}'.",
            hint="Make the folder first, or name another.",
        )
    if _is_kept(output):
        raise ArgumentInvalid(
            f"'{output}' is a market, its access log or a rulebook, and would be lost.",
            hint="Name another file for the output.",
        )


def _is_kept(output: Path) -> bool:
    """Say whether a market, a log of it or a rulebook is there, which no output may replace."""
    if not output.is_file():
        return False
    if output.name.endswith((".wal", ".access.jsonl", ".toml")):
        return True
    with suppress(OSError), output.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"  # how every DuckDB file begins
    return False


@contextmanager
def written(output: Path | None) -> Iterator[BinaryIO]:
    """Give a file to write to, or standard output (None).

    A file appears, or is replaced, only once all of it is written; so what goes to standard output
    or to a pipe waits for its end, and whoever reads it slowly holds nothing up.
    """
    if output is None or output in _STANDARD_OUTPUT or (output.exists() and not output.is_file()):
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as waiting:
            yield cast("BinaryIO", waiting)
            waiting.seek(0)
            _send(waiting, output)
        return
    place = Path(os.path.realpath(output))  # a link stays one; what it names is replaced
    with _place_named(output):
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:100]}.")
    unfinished = Path(name)
    try:
        with _place_named(output), os.fdopen(handle, "wb") as file:
            yield file
        unfinished.chmod(place.stat().st_mode if place.exists() else 0o666 & ~_umask())
        unfinished.replace(place)
    except BaseException:
        with suppress(FileNotFoundError):
            unfinished.unlink()
        raise


def _send(content: IO[bytes], output: Path | None) -> None:
    """Write what is ready to standard output, to a device or to a pipe."""
    if output is None or output in _STANDARD_OUTPUT:
        sys.stdout.flush()
        shutil.copyfileobj(content, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        with _place_named(output), output.open("wb") as file:
            shutil.copyfileobj(content, file)


def write_text(text: str, output: Path | None) -> None:
    """Write a text and the end of its last line."""
    with written(output) as file:
        file.write(text_bytes(text))


def text_bytes(text: str) -> bytes:
    """Return a text and the end of its last line as they are written."""
    return f"{text}\n".encode(errors="backslashreplace")


def write_records(
    records: pa.Table,
    form: Format,
    output: Path | None,
    *,
    nested: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda record: record,
) -> None:
    """Write records as JSON lines, CSV or Parquet; `nested` shapes a record for JSON."""
    with written(output) as file:
        write_parts([records], form, file, nested=nested)


def write_parts(
    parts: Iterable[pa.Table],
    form: Format,
    file: BinaryIO,
    *,
    nested: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda record: record,
) -> None:
    """Write records that come in parts, one at least, as JSON lines, CSV or Parquet.

    Days and instants (naive UTC) are ISO 8601, instants with a Z, also in Parquet; what is missing
    is empty (null in JSON), and in CSV and Parquet a list is one text, its parts joined by a
    semicolon.
    """
    parts = map(_with_iso_instants, parts)
    match form:
        case "jsonl":
            for records in parts:
                file.writelines(json_line(nested(record)) for record in _each(records))
        case "csv":
            _write_csv(parts, file)
        case _:
            _write_parquet(parts, file)


def json_line(record: Mapping[str, Any]) -> bytes:
    """Return a record as one line of JSON."""
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=_iso)
    return f"{line}\n".encode(errors="backslashreplace")


def flat(records: pa.Table) -> pa.Table:
    """Return the table with each list as one text, empty where the list is."""
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it
    import pyarrow.compute as pc  # noqa: PLC0415 -- likewise

    for place, field in enumerate(records.schema):
        if pa.types.is_list(field.type):
            joined = pc.binary_join(records.column(place), _LIST_SEPARATOR)
            records = records.set_column(place, field.name, joined)
    return records


def _with_iso_instants(records: pa.Table) -> pa.Table:
    """Return the table with each instant as text."""
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

    for place, field in enumerate(records.schema):
        if pa.types.is_timestamp(field.type):
            instants = records.column(place).to_pylist()
            texts = [None if instant is None else days.iso(instant) for instant in instants]
            records = records.set_column(place, field.name, pa.array(texts, pa.string()))
    return records


def _each(records: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in records.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


def _write_csv(parts: Iterable[pa.Table], file: BinaryIO) -> None:
    for number, records in enumerate(map(flat, parts)):
        if not number:
            _csv_lines([records.column_names], file)
        for batch in records.to_batches(max_chunksize=10_000):
            columns = [column.to_pylist() for column in batch.columns]
            _csv_lines(zip(*columns, strict=True), file)


def _csv_lines(rows: Iterable[Sequence[Any]], file: BinaryIO) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write(text.getvalue().encode(errors="backslashreplace"))


def _write_parquet(parts: Iterable[pa.Table], file: BinaryIO) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 -- the command line starts without it

    flattened = map(flat, parts)
    first = next(flattened)
    with pq.ParquetWriter(_Stream(file), first.schema) as writer:
        for records in chain([first], flattened):
            writer.write_table(records)


class _Stream:
    """A file to which Parquet is written: it need not know where it is, as a pipe does not."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0

    def write(self, content: bytes) -> int:
        self._at += self._file.write(content)
        return len(content)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Leave it open: whoever opened it closes it."""


def _iso(value: Any) -> str:
    text: str = value.isoformat()
    return text


@contextmanager
def _place_named(output: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ArgumentInvalid(f"'{output}' cannot be written: {error.strerror or error}.") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
