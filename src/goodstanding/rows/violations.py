"""Rows of violations: derived from what is known of the facts, and kept nowhere.

They are few beside the orders. One that was taken back has no row, for whatever day, once that
is known. A subject that no other fact names has no number, and so no rows.
"""

from __future__ import annotations

from sqlglot import exp

from goodstanding.database.clock import MarketClock
from goodstanding.database.steps import Step, bound
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rows.written import with_own_functions, written

VIOLATION = ROW_KINDS["violation"]
_FACTS = BY_NAME["violations"]


def violation_row_steps(
    *, clock: MarketClock, one_subject: str | None, is_revoked: bool = False
) -> list[Step]:
    """Return the steps that end in `violation_rows`, with every column.

    With `is_revoked` the rows are those of violations that were taken back, and of no other.

    Bound values: `$known_at`, `$corrected_at`, `$as_of_end`, and with `one_subject` (the kind of
    the one subject looked at) `$subject_no`.
    """
    only = None if one_subject is None else charged_to(one_subject)
    purpose, query = written("violation_rows")
    query = with_own_functions(query.copy(), clock, VIOLATION)
    if is_revoked:
        (is_not,) = (each for each in query.find_all(exp.Is) if each.this.name == "revoked_at")
        is_not.replace(exp.Not(this=is_not.copy()))
    facts = known.known_steps(_FACTS, [column.name for column in _FACTS.values], only=only)
    return [*facts, Step("violation_rows", purpose, query)]


def charged_to(subject: str) -> exp.Expr:
    """Return the condition on received violations that they charge the one subject looked at."""
    named = (
        exp.select(f"{subject}_id")
        .from_(f"{subject}_ids")
        .where(exp.column(f"{subject}_no").eq(bound("subject_no")))
    )
    return exp.column("subject_id").isin(query=named)


def seen_charged(subject: str) -> exp.Select:
    """Return the query for everybody of a kind who is charged with a violation."""
    own = exp.column(VIOLATION.subjects[subject])
    return exp.select(exp.alias_(own, f"{subject}_no")).from_("violation_rows")
