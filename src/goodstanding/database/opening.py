"""Whichever database a market is in, opened by where it is."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from goodstanding.database.address import Address, Place
from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import MarketUnreachable

if TYPE_CHECKING:
    from goodstanding.database.database import Database


def opened(place: Place, *, create: bool = False, read_only: bool = False) -> Database:
    """Open the database at a place, or with `create` make it; raises a `MarketError`."""
    if isinstance(place, Address):
        _check_installed(place)
        from goodstanding.database.postgres import PostgreSQL  # noqa: PLC0415 -- an extra

        return PostgreSQL.open(place, create=create, read_only=read_only)
    return DuckDB.open(place, create=create, read_only=read_only)


def _check_installed(address: Address) -> None:
    if find_spec("psycopg") is None:
        raise MarketUnreachable(
            f"market '{address}' is kept in PostgreSQL, and what reaches it is not installed: "
            "psycopg.",
            hint="Install it with: pip install 'goodstanding[postgres]'",
        )
