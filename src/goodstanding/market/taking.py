"""Facts that come from the tables of somebody's own PostgreSQL database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from goodstanding.database.address import Address, address
from goodstanding.database.opening import opened
from goodstanding.errors import ArgumentInvalid, MarketError, SourceUnreadable


@contextmanager
def taken_from(source: Any, tables: Mapping[str, str] | None) -> Iterator[Any]:
    """Give what can be loaded: of an address a folder with its tables as files, else the source.

    The files go at the end. Raises `ArgumentInvalid`, `SourceMissing` or `SourceUnreadable`.
    """
    named = address(source) if isinstance(source, str) else None
    if named is None:
        if tables:
            raise ArgumentInvalid(
                "tables are named for a source that is no database.",
                hint="--table NAME=SCHEMA.TABLE goes with --from postgresql://user@host/database.",
            )
        yield source
        return
    if not tables:
        raise ArgumentInvalid(
            f"which tables of '{named}' are to be loaded is not said.",
            hint="Name each: --table orders=shop.orders --table feedback=shop.reviews",
        )
    with tempfile.TemporaryDirectory(prefix="goodstanding-") as folder:
        _take(named, tables, Path(folder))
        yield folder


def _take(source: Address, tables: Mapping[str, str], folder: Path) -> None:
    try:
        database = opened(source, read_only=True)
        with closing(database):
            from goodstanding.database.postgres import PostgreSQL  # noqa: PLC0415 -- an extra
            from goodstanding.database.taking_out import take_out  # noqa: PLC0415 -- likewise

            if isinstance(database, PostgreSQL):
                take_out(database, tables, folder)
    except MarketError as error:
        said = error.message.replace("market ", "", 1)
        raise SourceUnreadable(
            f"what is to be loaded cannot be read: {said}", hint=error.hint
        ) from None
