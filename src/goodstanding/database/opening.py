"""Whichever database a market is in, opened by where it is."""

from __future__ import annotations

import shutil
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding.database.address import POINTER, Address, Place, Warehouse
from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import MarketUnreachable

if TYPE_CHECKING:
    from goodstanding.database.database import Database, Keeper


def opened(place: Place, *, create: bool = False, read_only: bool = False) -> Database:
    """Open the database at a place, or with `create` make it; raises a `MarketError`."""
    if isinstance(place, Address | Warehouse):
        return _elsewhere(place, create=create, read_only=read_only)
    return DuckDB.open(place, create=create, read_only=read_only)


def is_taken(place: Place) -> bool:
    """Say whether there is a file, or a folder that is not empty, where a market would be made."""
    if isinstance(place, Warehouse):
        folder = place.folder
        with suppress(PermissionError):  # making it says so
            return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
        return False
    return isinstance(place, Path) and place.exists() and not place.is_dir()


def clear_away(place: Place) -> None:
    """Take away what was begun of a market that could not be made whole."""
    if isinstance(place, Path):
        for file in (place, place.with_name(f"{place.name}.wal")):
            with suppress(OSError):  # it was never there, or nothing may be written there
                file.unlink()
    elif isinstance(place, Warehouse) and not (place.folder / POINTER).exists():
        shutil.rmtree(place.folder, ignore_errors=True)


def _elsewhere(place: Address | Warehouse, *, create: bool, read_only: bool) -> Keeper:
    """Open a market that is no file of DuckDB, with what an extra installs."""
    if isinstance(place, Address):
        _check_installed(place, "PostgreSQL", "psycopg", "postgres")
        from goodstanding.database.postgres import PostgreSQL  # noqa: PLC0415 -- an extra

        return PostgreSQL.open(place, create=create, read_only=read_only)
    _check_installed(place, "Parquet for Spark", "pyspark", "spark")
    from goodstanding.database.spark import Spark  # noqa: PLC0415 -- likewise

    return Spark.open(place, create=create, read_only=read_only)


def _check_installed(place: Place, where: str, module: str, extra: str) -> None:
    if find_spec(module) is None:
        raise MarketUnreachable(
            f"market '{place}' is kept in {where}, and what reaches it is not installed: {module}.",
            hint=f"Install it with: pip install 'goodstanding[{extra}]'",
        )
