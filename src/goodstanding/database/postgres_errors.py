"""What PostgreSQL says when a market fails it, as an error that says what to do."""

from __future__ import annotations

import psycopg
from psycopg import errors as told

from goodstanding.database.address import Address
from goodstanding.errors import (
    MarketError,
    MarketHeld,
    MarketMissing,
    MarketUnreachable,
    MarketUnreadable,
    MarketUnwritable,
)

OLDEST = 15  # the first version that is tried by the tests
_NO_ROOM = (told.DiskFull, told.ConfigurationLimitExceeded)
_DAMAGED = (told.UndefinedTable, told.UndefinedColumn, told.DataCorrupted, told.IndexCorrupted)
_NOT_LET_IN = ("authentication", "password", 'role "', "pg_hba", "permission denied for")


def of_opening(address: Address, error: psycopg.Error) -> MarketError:
    """Return the error for a server that cannot be reached, or lets nobody in."""
    said, about = _reason(address, error), str(error).lower()
    if 'database "' in about and "does not exist" in about:
        return MarketMissing(
            f"market '{address}' does not exist: the server has no database of that name.",
            hint="Make it first, with: createdb NAME; then goodstanding new ADDRESS "
            "--time-zone UTC --currency USD",
        )
    if "fatal:" in about and any(each in about for each in _NOT_LET_IN):
        return MarketUnreadable(
            f"market '{address}' cannot be opened: the server does not let you in: {said}",
            hint="Look at the user and the password: in the address, in PGPASSWORD, or in "
            "~/.pgpass.",
        )
    return MarketUnreachable(
        f"market '{address}' cannot be reached: {said}",
        hint="Does the server run, and are its host and port right?",
    )


def of_using(address: Address, error: psycopg.Error, *, is_lost: bool) -> MarketError | None:
    """Return the error for a market that failed while it was used; None for a bug of ours."""
    said = _reason(address, error)
    if is_lost or isinstance(error, told.AdminShutdown | told.CrashShutdown):
        return MarketUnreachable(
            f"the connection to market '{address}' was lost: {said}",
            hint="What was not finished was undone: the market is as it was. Try again once the "
            "server answers.",
        )
    if isinstance(error, told.InsufficientPrivilege):
        return MarketUnreadable(
            f"market '{address}' does not let you do that: {said}",
            hint="docs/postgresql.md says which rights a role needs to read, and to write.",
        )
    if isinstance(error, told.LockNotAvailable):
        return MarketHeld(
            f"market '{address}' is in use: somebody reads what is to be changed, and did not let "
            "go of it in time.",
            hint="It is as it was. Try again when nobody reads it: no program of an earlier "
            "version, and no pg_dump.",
        )
    if isinstance(error, _DAMAGED):
        return MarketUnreadable(
            f"market '{address}' is damaged or not whole: {said}",
            hint="Put a copy of it in its place, or drop its schema and load its facts anew.",
        )
    why = _why_unwritable(error, said)
    return unwritable(address, why) if why else None


def _why_unwritable(error: psycopg.Error, said: str) -> str | None:
    if isinstance(error, told.ReadOnlySqlTransaction):
        return "its server takes no changes."
    if isinstance(error, told.CharacterNotInRepertoire) or "NUL (0x00)" in said:
        return "a text holds the sign NUL, which PostgreSQL cannot keep."
    return said if isinstance(error, _NO_ROOM) else None


def too_old(address: Address, version: int) -> MarketUnreadable:
    """Return the error for a server of a version that is not tried."""
    return MarketUnreadable(
        f"market '{address}' is on PostgreSQL {version // 10_000}; {OLDEST} or newer is needed.",
        hint="Name a database on a newer server.",
    )


def held(address: Address, who: str | None) -> MarketHeld:
    """Return the error for a market that another process writes to."""
    return MarketHeld(
        f"market '{address}' is in use: {who or 'another process'} writes to it.",
        hint="Wait until it is done, or end it; it can be read meanwhile.",
    )


def unwritable(address: Address, why: str) -> MarketUnwritable:
    """Return the error for a market that can be read and not written."""
    return MarketUnwritable(
        f"market '{address}' cannot be written: {why}",
        hint="It is as it was. The role needs the right to write, and the server's disk to have "
        "room.",
    )


def _reason(address: Address, error: psycopg.Error) -> str:
    """Return what the server says in one line, without any password."""
    lines = str(error).strip().splitlines() or ["it says nothing"]
    first = error.diag.message_primary or lines[0]
    line = address.without_secrets(first).strip()
    return line if line.endswith((".", "!", "?")) else f"{line}."
