"""The tables in which a market keeps facts, and how a new market is made."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from goodstanding import currencies
from goodstanding.database import migrations
from goodstanding.database.address import Place
from goodstanding.database.clock import MarketClock
from goodstanding.database.opening import clear_away, is_taken, opened
from goodstanding.days import time_zone
from goodstanding.errors import (
    ArgumentInvalid,
    MarketExists,
    MarketMissing,
    MarketUnreadable,
    MarketUnwritable,
)
from goodstanding.facts.catalogue import RETRACTIONS, TABLES
from goodstanding.facts.tables import REGISTERS, Column, Kind, Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database

_TAKEN_BACK = "column_name varchar, retracted_at timestamp, retracted_by varchar, load_no integer"

STORED_TYPES: dict[Kind, str] = {
    Kind.NUMBERED: "bigint",
    Kind.ID: "varchar",
    Kind.INSTANT: "timestamp",
    Kind.DEADLINE: "timestamp",
    Kind.DAY: "date",
    Kind.CODE: "varchar",
    Kind.CURRENCY: "varchar",
    Kind.TEXT: "varchar",
    Kind.WHOLE: "bigint",
    Kind.MONEY: "bigint",
    Kind.STARS: "smallint",
    Kind.POINTS: "decimal(18, 3)",
    Kind.FLAG: "boolean",
}


# What follows from an instant falls due some days later, such as a dispute's answer.
_DUE_LATER = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a market is made with: an IANA time zone and an ISO 4217 currency."""

    time_zone: str
    currency: str


def revised(table: Table) -> str:
    """Name the table that lists the keys of a table's facts that have more than one row."""
    return f"{table.name}_revised"


def retracted(table: Table) -> str:
    """Name the table that lists what was taken back of a table's facts."""
    return f"{table.name}_retracted"


def create(place: Place, settings: Settings, *, beside: Sequence[str] = ()) -> None:
    """Make a new market; `beside` defines what is kept there beside the facts.

    Raises `MarketExists`, `MarketMissing` (a folder, or in none) or `ArgumentInvalid`.
    """
    check_settings(settings)
    if is_taken(place):
        raise MarketExists(
            f"'{place}' exists already.", hint="Choose another name, or delete it first."
        )
    database = _made(place)
    try:
        _check_empty(database, place)
        _fill(database, place, settings, beside)
    finally:
        database.close()


def _check_empty(database: Database, place: Place) -> None:
    there = tables_there(database)
    if there:
        raise MarketExists(
            f"'{place}' has tables already: {', '.join(there[:3])}, …",
            hint="Name another schema: ADDRESS?schema=NAME, or drop the one that is there.",
        )


def _fill(database: Database, place: Place, settings: Settings, beside: Sequence[str]) -> None:
    try:
        create_tables(database, settings, beside=beside)
    except BaseException:
        database.close()
        clear_away(place)
        raise


def _made(place: Place) -> Database:
    """Open a new database; of a file that could not be made whole nothing stays behind."""
    try:
        return opened(place, create=True)
    except MarketUnwritable:
        clear_away(place)
        raise


def check_settings(settings: Settings) -> None:
    """Raise `ArgumentInvalid` for an unknown time zone or something that is no currency code."""
    time_zone(settings.time_zone)
    code = settings.currency
    if code not in currencies.CODES:
        meant = f"Did you mean '{code.upper()}'? " if code.upper() in currencies.CODES else ""
        raise ArgumentInvalid(
            f"currency '{code}' is not an ISO 4217 code.",
            hint=f"{meant}Write it as USD, EUR or BRL.",
        )


def create_tables(database: Database, settings: Settings, *, beside: Sequence[str] = ()) -> None:
    """Make every table of a market in an empty database, in one transaction."""
    with database.transaction():
        for sql in (*table_definitions(), *beside):
            database.execute(sql)
        database.execute(
            "insert into market values ($version, $time_zone, $currency)",
            {
                "version": migrations.NEWEST,
                "time_zone": settings.time_zone,
                "currency": settings.currency,
            },
        )


def table_definitions() -> list[str]:
    """Return one `create table` for each table of a market."""
    made = [
        "create table market (schema_version integer, time_zone varchar, currency varchar)",
        # One row a load; known_until is the newest instant at which any of its facts was known,
        # names_from and names_until are the first and the last that any of them names.
        """create table loads (load_no integer, loaded_at timestamp, source varchar,
        recorded varchar, known_until timestamp, names_from timestamp, names_until timestamp)""",
        """create table load_counts (load_no integer, table_name varchar, rows_read bigint,
        rows_kept bigint, rows_unchanged bigint, rows_quarantined bigint)""",
        """create table quarantine (load_no integer, quarantine_no bigint, table_name varchar,
        place varchar, column_name varchar, reason varchar, row_text varchar)""",
    ]
    # Orders that facts name and that nobody told of, neither as orders nor as what was bought
    # together; kept so that a load need not look at those of all loads before it.
    made.append("create table waiting_orders (order_no bigint)")
    made += [
        f"create table {register}_ids ({register}_no bigint, {register}_id varchar)"
        for register in REGISTERS
    ]
    for table in TABLES:
        keys = ", ".join(stored_column(column) for column in table.keys)
        values = ", ".join(stored_column(column) for column in table.columns)
        # recorded_at is empty where each value was recorded when it occurred.
        made.append(f"create table {table.name} ({values}, recorded_at timestamp, load_no integer)")
        if table is RETRACTIONS:  # what was taken back is listed beside the table it concerns
            continue
        made += [
            f"create table {revised(table)} ({keys})",
            f"create table {retracted(table)} ({keys}, {_TAKEN_BACK})",
        ]
    return made


def indexes() -> list[str]:
    """Return one `create index` for each number by which facts, or its id, are looked for.

    A database that reads a table from end to end in no time needs none; a row-wise one does.
    """
    made = []
    for register in REGISTERS:
        made += [
            f"create unique index {register}_ids_{side} on {register}_ids ({register}_{side})"
            for side in ("no", "id")
        ]
    for table in TABLES:
        if table is RETRACTIONS:
            continue
        keys = ", ".join(column.stored_name for column in table.keys)
        made += [
            f"create index {name}_key on {name} ({keys})"
            for name in (table.name, revised(table), retracted(table))
        ]
        first = table.keys[0].stored_name
        numbers = {c.stored_name for c in table.columns if c.kind is Kind.NUMBERED} - {first}
        made += [f"create index {table.name}_{no} on {table.name} ({no})" for no in sorted(numbers)]
    return made


def by_month() -> dict[str, str | None]:
    """Name the tables that grow with a market, each with the column by whose month it is parted.

    That is when a fact happened, as far as it says; ids, and keys alone, are of no month.
    """
    parted: dict[str, str | None] = {f"{register}_ids": None for register in REGISTERS}
    for table in TABLES:
        told = [c.stored_name for c in table.columns if c.kind in {Kind.INSTANT, Kind.DAY}]
        parted[table.name] = told[0] if told else "recorded_at"
        if table is not RETRACTIONS:
            parted[revised(table)] = None
            parted[retracted(table)] = "retracted_at"
    return parted


def stored_column(column: Column) -> str:
    """Return a column's name and type as the market keeps it."""
    return f"{column.stored_name} {STORED_TYPES[column.kind]}"


def open_market(place: Place, *, read_only: bool = False) -> tuple[Database, Settings]:
    """Open a market and read its settings.

    Raises `MarketMissing`, `MarketHeld`, `MarketUnreachable` or `MarketUnreadable`.
    """
    database = opened(place, read_only=read_only)
    try:
        return database, read_settings(database, str(place))
    except BaseException:
        database.close()
        raise


def tables_there(database: Database) -> list[str]:
    """Return the names of the tables that a database keeps, in order."""
    rows = database.rows(
        "select table_name from information_schema.tables "
        "where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name"
    )
    return [name for (name,) in rows]


def known_until(database: Database) -> datetime | None:
    """Return the newest instant at which a fact of the market was known; None when it has none."""
    newest: datetime | None = database.rows("select max(known_until) from loads")[0][0]
    return newest


def market_clock(database: Database, settings: Settings) -> MarketClock:
    """Return the market's time zone, asked from the first instant of its facts to the last due.

    That is as the book of loads has it: facts of a load that is not written down yet, or was by
    nobody, may name others (`clock_of_facts`).
    """
    return _clock(database, settings, "select min(names_from), max(names_until) from loads")


def clock_of_facts(database: Database, settings: Settings) -> MarketClock:
    """Return the same by every fact that is there, which takes looking through all of them."""
    return _clock(database, settings, _ends_of_instants())


def _clock(database: Database, settings: Settings, ends: str) -> MarketClock:
    first, last = database.rows(ends)[0]
    if first is None:
        return MarketClock(settings.time_zone)
    return MarketClock.spanning(settings.time_zone, first, last + _DUE_LATER)


def instants_named(table: Table) -> tuple[str, str] | None:
    """Return SQL for the first and the last instant that rows of a table name; None: no column."""
    names = [c.name for c in table.columns if c.kind in {Kind.INSTANT, Kind.DEADLINE}]
    if not names:
        return None
    first, last = (", ".join(f"{end}({name})" for name in names) for end in ("min", "max"))
    return f"least({first})", f"greatest({last})"


@cache
def _ends_of_instants() -> str:
    """Return the query for the first and the last instant that any fact names."""
    named = [(table, instants_named(table)) for table in TABLES]
    spans = [
        f"select {ends[0]} as earliest, {ends[1]} as latest from {table.name}"  # noqa: S608 -- ours
        for table, ends in named
        if ends is not None
    ]
    return f"select min(earliest), max(latest) from ({' union all '.join(spans)}) as spans"  # noqa: S608 -- likewise


def read_settings(database: Database, name: str) -> Settings:
    """Read a market's settings; raises `MarketUnreadable` when it is no market of this version.

    Raises `MarketMissing` where a database that serves other things too has none.
    """
    version, settings = read_market(database, name)
    way = f"goodstanding migrate --market {shlex.quote(name)}"
    migrations.check_version(version, name, way)
    return settings


def read_market(database: Database, name: str) -> tuple[int, Settings]:
    """Read the schema version and the settings of a market of whatever version.

    Raises `MarketUnreadable` where the database is no market, `MarketMissing` where one that
    serves other things too has none.
    """
    known = database.rows(
        "select column_name from information_schema.columns "
        "where table_name = 'market' and table_schema = current_schema() order by ordinal_position"
    )
    if not known and database.dialect == "postgres":
        raise MarketMissing(
            f"market '{name}' does not exist: the database has no market in that schema.",
            hint="Make one with: goodstanding new ADDRESS --time-zone UTC --currency USD; or name "
            "another schema: ADDRESS?schema=NAME",
        )
    if [name for (name,) in known] != ["schema_version", "time_zone", "currency"]:
        raise MarketUnreadable(
            f"'{name}' is a database, but not a market.",
            hint="Make a market with: goodstanding new MARKET --time-zone UTC --currency USD",
        )
    version, zone, currency = database.rows(
        "select schema_version, time_zone, currency from market"
    )[0]
    return version, Settings(time_zone=zone, currency=currency)
