"""Rows of messages: threads, derived from what is known of the facts, and kept nowhere.

A thread names a listing only through its order, and only where that has no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from goodstanding.database.clock import MarketClock
from goodstanding.database.steps import Step, bound
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rows.written import with_own_functions, written

MESSAGE = ROW_KINDS["message"]
_FACTS = BY_NAME["messages"]
_LINES = "known_order_lines"


def message_row_steps(
    columns: Iterable[str],
    *,
    clock: MarketClock,
    one_subject: str | None,
    after: Sequence[Step] = (),
) -> list[Step]:
    """Return the steps that end in `message_rows`, with the columns named and the key.

    `after` are the steps that come before: what is known of lines is not read a second time.
    Bound values: `$known_at`, `$corrected_at`, `$as_of_end`, and with `one_subject` (the kind of
    the one subject looked at) `$register_no`.
    """
    wanted = {*columns, *MESSAGE.key}
    purpose, query = written("message_rows")
    query = query.copy()
    query.set("expressions", [e for e in query.expressions if e.alias_or_name in wanted])
    with_own_functions(query, clock, MESSAGE)
    only = None if one_subject is None else _concerning(one_subject)
    steps = known.known_steps(_FACTS, [column.name for column in _FACTS.values], only=only)
    if "listing_id" in wanted:
        if all(step.name != _LINES for step in after):
            steps += known.known_steps(BY_NAME["order_lines"], ["listing_id"])
        steps.append(Step("thread_listings", *written("thread_listings")))
    else:
        query.set("joins", [])
    return [*steps, Step("message_rows", purpose, query)]


def _concerning(subject: str) -> exp.Expr:
    """Return the condition on received threads that they concern the one subject looked at."""
    number = bound("register_no")
    if subject == "listing":
        lines = exp.select("order_no").from_("order_lines")
        return exp.column("order_no").isin(query=lines.where(exp.column("listing_no").eq(number)))
    return exp.column(f"{subject}_no").eq(number)


def seen_writing(subject: str) -> exp.Select:
    """Return the query for everybody of a kind whom a thread concerns."""
    own = exp.column(MESSAGE.subjects[subject])
    return exp.select(exp.alias_(own, f"{subject}_no")).from_("message_rows")
