"""Where `make bench-full ARGS="--in …"` keeps a market: a file, PostgreSQL, Parquet for Spark.

The PostgreSQL server is begun as the tests begin theirs, but with its settings as they come.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg

from bench.work import Place
from tests.postgres_server import find_binaries, folder_of, process_of, running_server

IN_FILE = "in a file"
_MORE_MEMORY = "256MB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a market is kept, by its name in the table, and how to make a copy to be changed.

    `servers` are the processes that work for it beside the one that asks. `judges_only` says that
    it is the market before it, judged with other settings. `by` is whose version counts.
    """

    name: str
    place: Place
    copied: Callable[[], Place]
    servers: tuple[int, ...] = ()
    judges_only: bool = False
    by: str | None = None


def market_in(files: Path) -> Path:
    """Return the market in a file, beside the sample's files."""
    return files.with_name("file.duckdb")


def in_file(files: Path) -> Kept:
    """Return the place of a market in a file."""
    market, copy = market_in(files), files.with_name("changed.duckdb")

    def copied() -> Path:
        _taken_away(copy)
        return Path(shutil.copy(market, copy))

    _taken_away(market)
    return Kept(name=IN_FILE, place=market, copied=copied)


def _taken_away(market: Path) -> None:
    for file in (market, market.with_name(f"{market.name}.wal")):
        file.unlink(missing_ok=True)


@contextmanager
def in_postgres(_files: Path) -> Iterator[list[Kept]]:
    """Run a server with an empty database, which is also judged with more memory for each step."""
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("There is no PostgreSQL server, neither installed nor in a wheel.")
    with running_server(binaries, settings=()) as owner:
        folder = folder_of(owner)
        server = (process_of(owner),)

        def copied() -> str:
            _ask(owner, "drop database if exists changed with (force)")
            _ask(owner, "create database changed template market")
            return f"postgresql://tests@/changed?host={folder}"

        _ask(owner, "create database market template template0 encoding 'UTF8'")
        place = f"postgresql://tests@/market?host={folder}"
        ours = Kept(
            name="in PostgreSQL",
            place=place,
            copied=copied,
            servers=server,
            by=f"PostgreSQL {_ask(owner, 'show server_version')}",
        )
        more = Kept(
            name=f"`work_mem = '{_MORE_MEMORY}'`",
            place=f"{place}&options=-c%20work_mem%3D{_MORE_MEMORY}",
            copied=copied,
            servers=server,
            judges_only=True,
        )
        yield [ours, more]


def _ask(owner: str, statement: str) -> str | None:
    """Run a statement as the server's owner, and return its value where it has one."""
    with psycopg.connect(owner, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
    return None if row is None else str(row[0]).split()[0]


@contextmanager
def in_parquet(files: Path) -> Iterator[list[Kept]]:
    """Return the place of a folder of Parquet tables, beside the sample."""
    market, copy = files.with_name("parquet"), files.with_name("changed")

    def copied() -> str:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(market, copy)
        return f"spark:{copy}"

    shutil.rmtree(market, ignore_errors=True)
    by = f"Spark {version('pyspark')}"
    yield [Kept(name="by Spark", place=f"spark:{market}", copied=copied, by=by)]


PLACES = {"postgres": in_postgres, "spark": in_parquet}
