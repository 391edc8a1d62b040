"""Ratings and violations that were taken away: they count for nothing, and leave a trace."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.assessment.compiling import measures_of
from goodstanding.assessment.flags import judged_rows, met
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import statement
from goodstanding.explanation.answer import EntryRevoked
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import known_steps
from goodstanding.facts.store import market_clock
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rows.violations import VIOLATION, violation_row_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goodstanding.database.clock import MarketClock
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import Measure

_MILLI = 1000  # of a point, as rows hold them


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


def violations_revoked(market: SubjectMarket) -> tuple[EntryRevoked, ...]:
    """Return the violations that were taken back and would count otherwise, the latest first.

    Judged are the rows that they would have, by the conditions of the rulebook: so one is told
    for as long as it would have counted.
    """
    if VIOLATION not in market.kinds:
        return ()
    rulebook = market.question.rulebook
    clock = market_clock(market.database, market.settings)
    revoked = violation_row_steps(clock=clock, one_subject=rulebook.subject, is_revoked=True)
    rows = revoked[-1].name
    steps = [*revoked, *(step for step in market.judging_steps() if step.name != rows)]
    found: dict[str, EntryRevoked] = {}
    for row_set in rulebook.told_rows:
        if ROW_KINDS[row_set.kind] == VIOLATION:
            measures = measures_of(rulebook, row_set)
            query = _would_count(judged_rows(row_set.name), measures, clock)
            sql = statement(steps, query, "duckdb")
            for name, *said in market.database.rows(sql, named_values(sql, market.values())):
                on, ledger, milli, revoked_on = said
                found[name] = EntryRevoked(
                    violation_id=name,
                    occurred_on=on,
                    ledger=ledger,
                    points=None if milli is None else milli / _MILLI,
                    revoked_on=revoked_on,
                )
    return tuple(sorted(found.values(), key=lambda e: (-e.occurred_on.toordinal(), e.violation_id)))


def _would_count(judged: str, measures: Sequence[Measure], clock: MarketClock) -> exp.Select:
    number = exp.column("violation_id", table=judged)
    facts, ids = "known_violations", "violation_ids"
    return (
        exp.select(
            exp.column("violation_id", table=ids),
            exp.column("occurred_on", table=judged),
            exp.column("ledger", table=facts),
            exp.column("points_milli", table=judged),
            clock.local_day(exp.column("revoked_at", table=facts)),
        )
        .from_(judged)
        .join(facts, on=exp.column("violation_no", table=facts).eq(number))
        .join(ids, on=exp.column("violation_no", table=ids).eq(number.copy()))
        .where(exp.or_(*(exp.column(met(measure.name), table=judged) for measure in measures)))
    )
