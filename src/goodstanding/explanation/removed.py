"""Ratings that were taken away: they count for nothing, and leave a trace."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import statement
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import known_steps
from goodstanding.facts.store import market_clock

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket


def ratings_removed(market: SubjectMarket) -> dict[int, date]:
    """Return the orders of which a rating was taken away, by number, with the latest day of it.

    Who took it away, and why, is not told.
    """
    clock = market_clock(market.database, market.settings)
    day = clock.local_day(exp.Max(this=exp.column("removed_at")))
    query = (
        exp.select("order_no", day)
        .from_("ever_feedback")
        .where("removed_at is not null and order_no is not null")
        .group_by("order_no")
    )
    steps = known_steps(BY_NAME["feedback"], ["order_id", "removed_at"], is_cut=False)
    sql = statement(steps, query, "duckdb")
    return dict(market.database.rows(sql, named_values(sql, market.values())))
