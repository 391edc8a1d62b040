"""Who looked at what concerns a buyer, and why, where the market is no file: a table of it.

Its rows are what the lines of `access_log` are, written down by the same rule: kept before anything
is shown, and only ever added to.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding.decisions.access_log import EVERY_BUYER, Look, Looked, entries
from goodstanding.errors import AccessRefused, MarketError

if TYPE_CHECKING:
    from goodstanding.database.database import Database

TABLE = """create table access_log (look_no bigint generated always as identity,
at timestamp, role varchar, by_name varchar, reason varchar, part varchar, concerns varchar,
buyer varchar)"""


def write_down(
    database: Database, look: Look, *, part: str, buyers: Collection[str] | None, at: datetime
) -> None:
    """Write down that somebody looks at a part of what concerns buyers; see `access_log`.

    Returns once the rows are kept. Raises `AccessRefused` where they cannot be.
    """
    try:
        with database.aside() as log, log.transaction():
            for entry in entries(look, part=part, buyers=buyers, at=at):
                log.execute(
                    "insert into access_log (at, role, by_name, reason, part, concerns, buyer) "
                    "values ($instant, $role, $by, $reason, $part, $concerns, $buyer)",
                    {**entry, "instant": at},
                )
    except MarketError as error:
        raise AccessRefused(
            f"what concerns a buyer is not shown, since it cannot be written down: {error.message}",
            hint="Whoever looks has to be written down first: the role needs the right to insert "
            "into the table access_log.",
        ) from None


def looks_at(database: Database, buyer: str) -> list[Looked] | None:
    """Return who looked at what concerns a buyer, the latest first, without names.

    Looks at every buyer are among them. None where the table cannot be read.
    """
    try:
        with database.aside() as log:
            rows = log.rows(
                """
                select role, part, reason, at
                from access_log
                where buyer = $buyer or concerns = $every
                order by at desc, look_no
                """,
                {"buyer": buyer, "every": EVERY_BUYER},
            )
    except MarketError:
        return None
    return [Looked(role=role, part=part, reason=why, at=at) for role, part, why, at in rows]
