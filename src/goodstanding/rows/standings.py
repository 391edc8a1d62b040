"""Rows of standings: days as another rulebook scores them, from a table made beforehand.

Whoever runs the steps makes the tables: what a rulebook says of a day is no fact, and takes a
whole assessment to find out.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from goodstanding.database.steps import Step, bound
from goodstanding.rows.catalogue import ROW_KINDS

STANDING = ROW_KINDS["standing"]
# What is made beforehand: the rows, and as for every register what the numbers of each stand for.
SCORED_DAYS = "scored_days"
SCORED_IDS = "standing_ids"


def day_number(day: date) -> int:
    """Return the number of a day's standing: the day as YYYYMMDD."""
    return day.year * 10_000 + day.month * 100 + day.day


def standing_row_steps() -> list[Step]:
    """Return the step `standing_rows`. Bound values: `$as_of`, `$looks_back_to`."""
    first, last = (exp.cast(bound(n), exp.DataType.Type.DATE) for n in ("looks_back_to", "as_of"))
    day = exp.column("scored_on")
    query = exp.select(*STANDING.names).from_(SCORED_DAYS).where(day >= first, day.copy() <= last)
    return [Step("standing_rows", "days, as another rulebook scores them", query)]
