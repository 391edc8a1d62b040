"""A session of a PostgreSQL server: reached, set, and held by the one who writes to a market."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg import ClientCursor, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from goodstanding.database import postgres_errors

if TYPE_CHECKING:
    from goodstanding.database.address import Address

_LOCK = 1_735_356_260  # "good", as the first of the two numbers of an advisory lock
_SETTINGS = (
    "set client_encoding = 'UTF8'",
    "set timezone = 'UTC'",
    "set datestyle = 'ISO, YMD'",
    "set intervalstyle = 'postgres'",
    # Compiling a statement of a few thousand lines takes ten seconds; running it takes none.
    "set jit = off",
    # A command that is killed lets go of the market, whatever the server was at.
    "set client_connection_check_interval = '5s'",
    # Only who changes the tables waits for those who read them.
    "set lock_timeout = '60s'",
)
# Where the server went silent, a connection is lost within a minute and not within hours.
_ALIVE = {
    "keepalives_idle": 30,  # seconds, as the next
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
}
_HOLDER = """
    select coalesce(nullif(application_name, ''), 'a process') || ' of ' || usename
      || coalesce(' at ' || host(client_addr), '') || ', server process ' || pid
    from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and classid = %(lock)s and objid = %(market)s::oid and granted
      and pg_locks.database = (select oid from pg_database where datname = current_database())
"""


def connected(address: Address) -> psycopg.Connection[Any]:
    """Reach the server; raises `MarketMissing`, `MarketUnreadable` or `MarketUnreachable`."""
    try:
        asked: dict[str, Any] = {**_ALIVE, **conninfo_to_dict(address.connection)}
        return psycopg.connect(
            make_conninfo(**asked),
            autocommit=True,
            cursor_factory=ClientCursor,
            fallback_application_name="goodstanding",
        )
    except (psycopg.Error, UnicodeError) as error:
        said = error if isinstance(error, psycopg.Error) else psycopg.Error(str(error))
        raise postgres_errors.of_opening(address, said) from None


def begin(connection: psycopg.Connection[Any], address: Address) -> None:
    """Set what a market needs, its schema among it; raises `MarketUnreadable` of an old server."""
    version = connection.info.server_version
    if version < postgres_errors.OLDEST * 10_000:
        raise postgres_errors.too_old(address, version)
    for each in _SETTINGS:
        connection.execute(trusted(each))
    connection.execute(sql.SQL("set search_path = {}").format(sql.Identifier(address.schema)))


def make_schema(connection: psycopg.Connection[Any], address: Address) -> None:
    """Make the schema; one that is there already, of whomever, is taken as it is."""
    name = address.schema
    there = connection.execute(
        "select 1 from pg_namespace where nspname = %(name)s", {"name": name}
    ).fetchone()
    if there is None:
        with suppress(psycopg.errors.DuplicateSchema):  # by another who made it just now
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(name)))


def may_write(connection: psycopg.Connection[Any]) -> bool:
    """Say whether the role and the server let the market be written."""
    said = connection.execute(
        """
        select not pg_is_in_recovery()
          and current_setting('default_transaction_read_only') = 'off'
          and coalesce(has_table_privilege(to_regclass('loads'), 'insert'), true)
        """
    ).fetchone()
    return bool(said and said[0])


def hold(connection: psycopg.Connection[Any], address: Address) -> None:
    """Be the one who writes, until the market is closed. Raises `MarketHeld`."""
    market = connection.execute(
        "select hashtext(%(schema)s) & 2147483647", {"schema": address.schema}
    ).fetchone()
    values = {"lock": _LOCK, "market": market and market[0]}
    got = connection.execute("select pg_try_advisory_lock(%(lock)s, %(market)s)", values).fetchone()
    if not (got and got[0]):
        who = connection.execute(_HOLDER, values).fetchone()
        raise postgres_errors.held(address, who and who[0])


def let_go(connection: psycopg.Connection[Any]) -> None:
    """Let another write, at once."""
    connection.execute("select pg_advisory_unlock_all()")


def trusted(text: str) -> LiteralString:
    """Let the driver take SQL that is our own; what others say is bound."""
    return text
