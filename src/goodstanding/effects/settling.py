"""Settling the classes of a year: once, so that no list can change with them afterwards.

class_years  one row for each year whose classes are settled, and by which rules
good_buyers  who was in good standing when a year began; all others were not
"""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from goodstanding.effects import buyer_bands
from goodstanding.standing.due import due_at

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

DEFINED = {
    "class_years": """(year integer primary key, rulebook_id varchar, version date,
    settled_at timestamp)""",
    "good_buyers": "(year integer, buyer_no bigint, primary key (year, buyer_no))",
}
_NEW = "good_buyers__new"


def is_settled(database: Database, year: int) -> bool:
    """Say whether the classes of a year are settled."""
    return bool(database.rows("select 1 from class_years where year = $year", {"year": year}))


def settle(
    database: Database,
    settings: Settings,
    year: int,
    *,
    now: datetime,
    rules_of: Callable[[date], Rulebook],
) -> bool:
    """Settle the classes of a year, unless that is done or its first noon lies ahead.

    They are those of the last day before it, as it was known at noon of its first day; what is
    learned later changes none. `rules_of` finds the rulebook that gives buyers their bands on a
    day. Returns whether that was done now. Raises what `buyer_bands.bands` raises.
    """
    before = date(year - 1, 12, 31)
    known_at = due_at(before, settings.time_zone)
    if now < known_at or is_settled(database, year):
        return False
    rulebook = rules_of(before)
    stood = buyer_bands.bands(database, settings, rulebook, as_of=before, known_at=known_at)
    good = buyer_bands.in_good_standing(stood)
    database.register(_NEW, pa.table({"buyer_no": pa.array(sorted(good), pa.int64())}))
    try:
        with database.transaction():
            database.execute(
                "insert into class_years values ($year, $id, $version, $now)",
                {"year": year, "id": rulebook.id, "version": rulebook.version, "now": now},
            )
            database.execute(
                f"insert into good_buyers select $year, buyer_no from {_NEW}", {"year": year}
            )
    finally:
        database.unregister(_NEW)
    return True


def good_among(database: Database, buyers: Collection[int], year: int) -> set[int]:
    """Return those of some buyers who were in good standing when a year began."""
    rows = database.rows(
        """
        select buyer_no from good_buyers
        where year = $year and buyer_no in (select unnest($buyers::bigint[]))
        """,
        {"year": year, "buyers": sorted(buyers)},
    )
    return {number for (number,) in rows}
