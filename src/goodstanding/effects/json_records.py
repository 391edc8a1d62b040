"""Rows that are JSON objects, a line each, or mappings in memory: as a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

import pyarrow as pa

from goodstanding.errors import SourceUnreadable
from goodstanding.facts.unreadable import reason

ENDINGS = (".jsonl", ".ndjson")
_LARGEST = 2**63


def read(path: Path) -> tuple[pa.Table, list[int], list[tuple[int, str]]]:
    """Return the objects of a file, the line of each, and the lines that are none, with the reason.

    Lines count from 1; blank ones hold nothing. Raises `SourceUnreadable`.
    """
    rows: list[Mapping[str, Any]] = []
    lines: list[int] = []
    wrong: list[tuple[int, str]] = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.isspace():
                    continue
                found = _object(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
                if isinstance(found, str):
                    wrong.append((number, found))
                else:
                    rows.append(found)
                    lines.append(number)
    except OSError as error:
        raise SourceUnreadable(
            f"{path.name} cannot be read as JSON lines: {reason(error)}",
            hint="Write it anew, or name another.",
        ) from None
    return table_of(rows), lines, wrong


def table_of(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as a table, with every column that any of them has, in the order seen.

    A column whose values are alike keeps their type; of others each value is its text, and of
    lists and objects it is their JSON. Raises `SourceUnreadable` for what is no text in UTF-8.
    """
    columns: dict[str, pa.Array] = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        try:
            columns[str(name)] = _column([row.get(name) for row in rows])
            str(name).encode()
        except UnicodeEncodeError:
            raise SourceUnreadable(
                f"column {name!a} holds what is no text in UTF-8.", hint="Write it in UTF-8."
            ) from None
    return pa.table(columns)


def _object(line: bytes) -> Mapping[str, Any] | str:
    """Return the object of a line, or why it holds none."""
    try:
        found = json.loads(line, parse_float=Decimal, parse_constant=str)
    except UnicodeDecodeError:
        return "not UTF-8"
    except (ValueError, RecursionError):  # not JSON, or a number or a depth without end
        return "not JSON"
    if not isinstance(found, dict):
        return "not a JSON object"
    return found


def _column(values: Sequence[Any]) -> pa.Array:
    said = [value for value in values if value is not None]
    if any(isinstance(value, str) for value in said):  # a data frame's rows miss a text as NaN
        values = [None if isinstance(value, float) and isnan(value) else value for value in values]
        said = [value for value in values if value is not None]
    if all(isinstance(value, bool) for value in said):
        return pa.array(values, pa.bool_() if said else pa.string())
    for kind, holds in _KINDS:
        if all(map(holds, said)):
            return pa.array([None if v is None else _as(kind, v) for v in values], kind)
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _is_whole(value: Any) -> bool:
    is_int = isinstance(value, int) and not isinstance(value, bool)
    return is_int and -_LARGEST <= value < _LARGEST


def _is_floating(value: Any) -> bool:
    """Say whether a floating number means exactly this: the shortest decimal of it does."""
    if isinstance(value, float):
        return True
    is_number = isinstance(value, Decimal | int) and not isinstance(value, bool)
    if not is_number or not Decimal(value).is_finite() or abs(value) >= 10**300:
        return False
    return bool(Decimal(repr(float(value))) == value)


def _as(kind: pa.DataType, value: Any) -> Any:
    return float(value) if kind == pa.float64() else value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping | list | tuple):
        with suppress(TypeError, ValueError, RecursionError):  # no JSON, or without an end
            return json.dumps(value, ensure_ascii=False, default=_written)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _written(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


_KINDS: Iterable[tuple[pa.DataType, Callable[[Any], bool]]] = (
    (pa.int64(), _is_whole),
    (pa.float64(), _is_floating),
    (pa.string(), lambda value: isinstance(value, str)),
)
