"""What a buyer's standing does, on or off: each is off until an operator turns it on.

effect_switches  one row for each time that somebody turned one on or off
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from goodstanding.effects import lots

if TYPE_CHECKING:
    from goodstanding.database.database import Database

Switched = Literal["queue", "offers"]
DEFINED = {
    # rulebook: what gives buyers their bands, of the queue.
    "effect_switches": "(switch_no bigint, does varchar, is_on boolean, rulebook varchar, "
    "said_by varchar, said_at timestamp)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """What somebody said of an effect: on or off, by whom and when (naive UTC).

    `rulebook` gives buyers the bands by which the queue goes; None of what is turned off, and of
    offers, each of which goes by its own.
    """

    does: Switched
    is_on: bool
    rulebook: str | None
    said_by: str
    said_at: datetime


def turn(
    database: Database, does: Switched, *, on: bool, rulebook: str, by: str, at: datetime
) -> bool:
    """Turn an effect on or off; return whether it was not so already.

    Saying the same again changes nothing, and keeps nothing.
    """
    if on == is_on(database, does):
        return False
    with database.transaction():
        if does == "queue":
            lots.draw_secret(database)
        database.execute(
            """
            insert into effect_switches
            select coalesce(max(switch_no), 0) + 1, $does, $is_on, $rulebook, $by, $at
            from effect_switches
            """,
            {
                "does": does,
                "is_on": on,
                "rulebook": rulebook if on and does == "queue" else None,
                "by": by,
                "at": at,
            },
        )
    return True


def is_on(database: Database, does: Switched) -> bool:
    """Say whether an effect is on; off is what nobody turned on."""
    last = said_last(database, does)
    return last is not None and last.is_on


def said_last(database: Database, does: Switched) -> Switch | None:
    """Return what was said last of an effect; None where nothing was."""
    return next((each for each in reversed(listed(database)) if each.does == does), None)


def listed(database: Database) -> list[Switch]:
    """Return everything that was turned on and off, the earliest first."""
    rows = database.rows(
        "select does, is_on, rulebook, said_by, said_at from effect_switches order by switch_no"
    )
    names = ("does", "is_on", "rulebook", "said_by", "said_at")
    return [Switch(**dict(zip(names, row, strict=True))) for row in rows]
