"""A market in PostgreSQL of an earlier version becomes what is made anew."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

import goodstanding
from goodstanding.database import postgres_session
from goodstanding.database.address import Address
from goodstanding.errors import MarketHeld, MarketUnreadable
from goodstanding.market.migrating import Migrated
from tests import version_8_market, version_9_market, version_10_market
from tests.asked_of_twins import NOW
from tests.market_tables import tables_of
from tests.postgres.conftest import Server, at, copied

DAY = "2025-06-30"
TEN = "10: one number for each notice; kept rows derived anew"
ELEVEN = "11: of each load the first and the last instant that its facts name"


def make_8(address: Address, source: Path) -> None:
    version_9_market.make_in_postgres(
        address, source, version=8, definitions=version_8_market.DEFINITIONS
    )


EARLIER = {
    8: make_8,
    9: version_9_market.make_in_postgres,
    10: version_10_market.make_in_postgres,
}


@pytest.fixture(scope="module")
def published(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample in a file, with a publication of which its sellers were told."""
    path = Path(shutil.copy(sample, tmp_path_factory.mktemp("published") / "m.duckdb"))
    with goodstanding.open(path, clock=lambda: NOW) as market:
        market.publish("service-level", as_of=DAY)
    return path


@pytest.fixture(scope="module")
def anew(published: Path, server: Server) -> str:
    """The address of the same market, made by this version."""
    address = server.address()
    copied(published, address)
    return address


def shape(server: Server, address: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return the columns, constraints and indexes of a market's tables."""
    schema = at(address).schema
    return {
        of: sorted(server.ask(asked.replace("SCHEMA", schema)), key=repr)
        for of, asked in {
            "columns": "select table_name, ordinal_position, column_name, data_type, is_nullable, "
            "numeric_scale, collation_name, is_identity from information_schema.columns "
            "where table_schema = 'SCHEMA'",
            "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
            "from pg_constraint where connamespace = 'SCHEMA'::regnamespace",
            "indexes": "select tablename, indexname, indexdef from pg_indexes "
            "where schemaname = 'SCHEMA'",
        }.items()
    }


def told(server: Server, address: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return what `shape` does, without the name of the schema."""
    prefix = f"{at(address).schema}."
    return {
        of: [tuple(str(value).replace(prefix, "") for value in row) for row in rows]
        for of, rows in shape(server, address).items()
    }


@pytest.mark.parametrize(
    "version", [10, 9, pytest.param(8, marks=pytest.mark.slow)], ids="version {}".format
)
def test_a_market_of_an_earlier_version_becomes_what_is_made_anew(
    server, address, published, anew, version
):
    EARLIER[version](at(address), published)
    assert told(server, address) != told(server, anew)
    with pytest.raises(MarketUnreadable, match=f"has schema version {version}; this program reads"):
        goodstanding.open(address)
    done = goodstanding.migrate(address)
    assert (done.before, done.now, done.steps[-1]) == (version, 11, ELEVEN)
    assert told(server, address) == told(server, anew)
    with (
        goodstanding.open(address, read_only=True) as mine,
        goodstanding.open(anew, read_only=True) as made,
    ):
        assert tables_of(mine) == tables_of(made)
        asked = [each.assess("service-level", as_of=DAY).to_pylist() for each in (mine, made)]
    assert asked[0] == asked[1]
    assert goodstanding.migrate(address) == Migrated(before=11, now=11, steps=())


def test_what_stands_in_the_way_is_found_before_and_named(server, address, published):
    version_9_market.make_in_postgres(at(address), published)
    schema = at(address).schema
    server.ask(f"update {schema}.notices set notice_no = 2 where notice_no = 1")
    with pytest.raises(MarketUnreadable, match="version 10: number 2 was given to 2 notices"):
        goodstanding.migrate(address)
    assert server.ask(f"select schema_version from {schema}.market") == [(9,)]
    assert server.ask(f"select min(first_on)::text from {schema}.kept_orders") == [("1999-01-01",)]


def test_a_migration_does_not_wait_for_ever_for_who_reads(server, address, published, monkeypatch):
    version_9_market.make_in_postgres(at(address), published)
    schema = at(address).schema
    shortly = tuple(each.replace("'60s'", "'300ms'") for each in postgres_session._SETTINGS)
    monkeypatch.setattr(postgres_session, "_SETTINGS", shortly)
    with psycopg.connect(server.owner) as reader:
        reader.execute(sql.SQL("select 1 from {}.kept_orders").format(sql.Identifier(schema)))
        with pytest.raises(MarketHeld, match="somebody reads what is to be changed"):
            goodstanding.migrate(address)
    assert goodstanding.migrate(address).steps == (TEN, ELEVEN)


def test_a_market_newer_than_the_program_is_refused_and_left_as_it_is(server, made):
    schema = at(made).schema
    server.ask(f"update {schema}.market set schema_version = 99")
    for use in (goodstanding.open, goodstanding.migrate):
        with pytest.raises(MarketUnreadable, match="version 99, of a newer goodstanding"):
            use(made)
    assert server.ask(f"select schema_version from {schema}.market") == [(99,)]
