"""A PostgreSQL server for these tests, and two markets that are one: in a file, and in there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

import goodstanding
from goodstanding.database.address import Address, place
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.postgres import PostgreSQL
from goodstanding.facts.store import tables_there
from goodstanding.sample import generate
from tests.asked_of_twins import ORDERS, Twins
from tests.postgres_server import find_binaries, folder_of, running_server

_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """Where it is; `owner` connects to the database of the markets as who made it."""

    folder: str

    @property
    def owner(self) -> str:
        return f"host={self.folder} user=tests dbname=markets"

    def address(self, *, user: str = "tests", schema: str | None = None) -> str:
        """Return an address in a schema that no other test uses."""
        named = schema or f"market_{next(_numbers)}"
        return f"postgresql://{user}@/markets?host={self.folder}&schema={named}"

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Run a statement as the owner, outside of every market."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server whose database orders texts as English does, which is none of our orders.

    One that was built without English, as a wheel's, orders them by its default.
    """
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("there is no PostgreSQL server, neither installed nor in a wheel")
    with running_server(binaries) as settings:
        with psycopg.connect(settings, autocommit=True) as connection:
            knows_english = connection.execute(
                "select exists (select from pg_collation where collname = 'en-US-x-icu')"
            ).fetchone()
            english = "locale_provider icu icu_locale 'en-US'" if knows_english == (True,) else ""
            connection.execute(
                f"create database markets template template0 encoding 'UTF8' {english}"
            )
        yield Server(str(folder_of(settings)))


@pytest.fixture
def address(server: Server) -> str:
    return server.address()


@pytest.fixture
def made(address: str) -> str:
    """The address of a market that is empty, for a test to write to."""
    goodstanding.new(address, time_zone="Europe/Berlin", currency="EUR").close()
    return address


@pytest.fixture(scope="session")
def empty(server: Server) -> str:
    """The address of a market that is empty and stays so; making one takes a second."""
    address = server.address()
    goodstanding.new(address, time_zone="Europe/Berlin", currency="EUR").close()
    return address


def copied(path: Path, address: str) -> None:
    """Copy the market in a file to an address."""
    with goodstanding.open(path, read_only=True) as market:
        settings = market.settings
    goodstanding.new(address, time_zone=settings.time_zone, currency=settings.currency).close()
    source, target = DuckDB.open(path, read_only=True), PostgreSQL.open(at(address))
    try:
        with target.transaction():
            for name in tables_there(source):
                if name != "market":  # the settings, with which the target was made
                    target.fill(name, source.arrow(f"select * from {name}"))
        target.execute_own("analyze")
    finally:
        source.close()
        target.close()


def at(address: str) -> Address:
    found = place(address)
    assert isinstance(found, Address)
    return found


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small synthetic market in a file."""
    folder = tmp_path_factory.mktemp("sample")
    generate(orders=ORDERS, seed=1, out=folder / "facts")
    with goodstanding.new(folder / "m.duckdb", time_zone="Europe/Berlin", currency="EUR") as market:
        market.load(folder / "facts", recorded="occurred")
    return folder / "m.duckdb"


@pytest.fixture(scope="session")
def twins(sample: Path, server: Server) -> Twins:
    """The sample twice; nothing is written to either."""
    address = server.address()
    copied(sample, address)
    return Twins(sample, address)
