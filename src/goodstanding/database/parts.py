"""Rows that are numbered, in as many parts as memory asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goodstanding.database.database import Database

Part = tuple[int, int]  # the first number and the last


def parts(database: Database, first: int, last: int, bytes_each: int) -> Iterator[Part]:
    """Yield the numbers from `first` to `last` in parts that memory holds, in their order.

    `bytes_each` is what is held of each number. It is one part where memory need not be minded.
    """
    at_once = last - first + 1
    if database.memory is not None:
        at_once = min(at_once, max(1, database.memory // bytes_each))
    for begin in range(first, last + 1, at_once):
        yield begin, min(begin + at_once - 1, last)
