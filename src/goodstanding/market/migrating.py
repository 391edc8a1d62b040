"""Bringing a market of an earlier version up to date."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from goodstanding import arguments
from goodstanding.database import holders, migrations
from goodstanding.database.address import Place
from goodstanding.database.opening import opened
from goodstanding.facts import store
from goodstanding.rows import keeping


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """From which schema version to which, and what each step did; none where none was needed."""

    before: int
    now: int
    steps: tuple[str, ...]


def migrate(path: str | Place = "market.duckdb", *, wait: float = 0) -> Migrated:
    """Bring a market up to the schema version that this program reads; it cannot go back.

    Each step is one transaction, so that an interruption leaves a whole market, from which the
    next call goes on. `wait` is as in `open`. Raises `MarketMissing`, `MarketHeld`,
    `MarketUnwritable`, `ArgumentInvalid` or, where it is newer, too old or something stands in
    the way, `MarketUnreadable`.
    """
    place = arguments.place(path, "path")
    seconds = arguments.seconds(wait, "wait")
    database = holders.waited_for(lambda: opened(place), seconds)
    try:
        version, settings = store.read_market(database, str(place))
        migrations.check_known(version, str(place))
        if version != migrations.NEWEST:
            database.check_writable()
        steps = migrations.migrate(
            database, version, str(place), last=partial(keeping.keep_anew, database, settings)
        )
    finally:
        database.close()
    return Migrated(
        before=version,
        now=migrations.NEWEST,
        steps=tuple(f"{step.version}: {step.what}" for step in steps),
    )
