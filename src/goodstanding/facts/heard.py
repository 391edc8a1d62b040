"""When a market last heard anything up to an instant, whatever it heard later."""

# ruff: noqa: S608 -- names come from the catalogue; values are bound

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding.facts.catalogue import RETRACTIONS, TABLES
from goodstanding.facts.store import known_until

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.tables import Table


def heard_until(database: Database, known_at: datetime) -> datetime | None:
    """Return the newest instant up to `known_at` at which anything was learned; None where none is.

    Instants are naive UTC. A fact that says when it was recorded was learned then, another one
    value by value, when it came true.
    """
    newest = known_until(database)
    if newest is None or newest <= known_at:
        return newest
    found = [
        database.rows(f"select {_newest(table)} from {table.name}", {"known_at": known_at})[0][0]
        for table in TABLES
    ]
    return max((each for each in found if each is not None), default=None)


def _newest(table: Table) -> str:
    if table is RETRACTIONS:
        return "max(retracted_at) filter (retracted_at <= $known_at)"
    since = dict.fromkeys(column.since for column in table.columns if column.since)
    instants = [
        "max(recorded_at) filter (recorded_at <= $known_at)",
        *(f"max({name}) filter (recorded_at is null and {name} <= $known_at)" for name in since),
    ]
    return f"greatest({', '.join(instants)})" if len(instants) > 1 else instants[0]
