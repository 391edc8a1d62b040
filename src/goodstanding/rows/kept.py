"""What is read of kept rows: the rows of an assessment, from kept ones wherever these hold.

A kept row stands in for the derivation wherever it holds at both clocks: nothing of it was
heard later than known-at (or, of corrections, later than they count), and the as-of day is not
before the last on which one of its values was overwritten (`changed_on`). What it says of days
that lie ahead is hidden as in any row. For the others, and only for them, the row is derived
from the facts: one definition of a row, used twice.
"""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import Step, bound, statement
from goodstanding.rows.beside_orders import beside_among, beside_row_steps, seen_in
from goodstanding.rows.catalogue import DETAILS, ROW_KINDS, RowKind
from goodstanding.rows.converting import columns_for_converting, with_converted
from goodstanding.rows.decided import columns_read, with_decisions
from goodstanding.rows.derive import (
    known_line_steps,
    line_row_steps,
    order_row_steps,
    orders_of,
    parts_seen,
    reviewed_step,
    subjects_among,
)
from goodstanding.rows.messages import MESSAGE, message_row_steps, seen_writing
from goodstanding.rows.subjects import SUBJECT_KINDS
from goodstanding.rows.violations import VIOLATION, seen_charged, violation_row_steps

if TYPE_CHECKING:
    from goodstanding.database.clock import MarketClock
    from goodstanding.database.database import Database

KEPT = "kept_orders"
_ORDER = ROW_KINDS["order"]
# What people decided about an order is no part of its row.
NAMES = (*(column.name for column in _ORDER.columns if not column.is_decided), *DETAILS)
_WHOSE = ("order_id", "seller_id", "buyer_id")
# An order of which none is known is none: what was placed may have been taken back since.
_BEGUN = ("placed_on", "paid_on", "shipped_on", "delivered_on", "closed_on", "cancelled_on")
_THERE_ON = "there_on"


def is_kept(column: str) -> bool:
    """Say whether a column of rows of orders is kept with them."""
    return column in NAMES


def kept_row_steps(
    kind: RowKind,
    columns: Iterable[str],
    *,
    subject: str,
    clock: MarketClock,
    is_one: bool,
    has_stale: bool,
    touching: exp.Expr | None = None,
    beside: Mapping[str, Iterable[str]] | None = None,
) -> list[Step]:
    """Return the steps that end in `<kind>_rows` and `subjects`, from kept rows where they hold.

    `subject` is the kind of subject that is judged, `is_one` whether only one of them is.
    Without `has_stale`, which the function of that name finds out, nothing is derived. `touching`
    is what a row has to meet to be wanted (`Compiled.touching`). `beside` names further kinds of
    rows with their columns; of those that are not made of orders the rows are made here as well.
    Bound values: `$known_at`, `$corrected_at`, `$as_of`, `$as_of_end`, `$looks_back_to` (rows
    that ended before are left out), with a converted column `$market_currency`, and with `is_one`
    `$subject_no` and `$register_no`.
    """
    columns = list(columns)
    wanted = columns_for_converting(kind, [*columns, *kind.key, *kind.whole_subjects])
    read = columns_read(wanted)
    names = [name for name in NAMES if name in read]
    kept: exp.Query = _kept(names, subject, is_one=is_one).where(_holds_on_day(), _reaches())
    if touching is not None:
        kept = kept.where(touching.copy())
    there = _kept(_WHOSE, subject, is_one=is_one).select(exp.alias_(_there_on(), _THERE_ON))
    among = orders_of(subject) if is_one else None
    everybody = [_seen_by_day(subject)]
    steps = known_line_steps(kind, wanted, among=among)
    if has_stale:
        steps += _derived(names, clock, among)
        kept = exp.union(kept, exp.select(*names).from_("derived_orders"), distinct=False)
        everybody.append(_seen(subject, "derived_orders"))
    steps += [
        Step("order_rows", "rows of orders as known at $known_at for the day $as_of", kept),
        Step("orders_there", "every order with a kept row, whose, and from when it holds", there),
    ]
    steps = with_decisions(steps, wanted, clock=clock)
    if kind.name == "line":
        steps += line_row_steps(wanted)
    steps = with_converted(steps, kind, columns)
    further, only = beside or {}, subject if is_one else None
    if VIOLATION.name in further:
        steps += violation_row_steps(clock=clock, one_subject=only)
        everybody.append(seen_charged(subject))
    if MESSAGE.name in further:
        columns = further[MESSAGE.name]
        steps += message_row_steps(columns, clock=clock, one_subject=only, after=steps)
        everybody.append(seen_writing(subject))
    others = beside_among(further)
    steps += beside_row_steps(others, clock=clock, one_subject=only)
    everybody += [seen_in(each, subject) for each in others if each.says_who_is_there]
    return [*steps, subjects_among(subject, everybody, one_subject=is_one)]


def _seen(subject: str, orders: str) -> exp.Select:
    """Return the query for everybody of a kind whom some orders name, each as often as they do."""
    if SUBJECT_KINDS[subject].within is not None:
        return parts_seen(subject, orders)
    if subject == "listing":
        lines = exp.select("listing_no").from_("known_order_lines")
        return lines.join(orders, on=f"{orders}.order_id = known_order_lines.order_no")
    column = exp.column(_ORDER.subjects[subject])
    return exp.select(exp.alias_(column, f"{subject}_no")).from_(orders)


def _seen_by_day(subject: str) -> exp.Select:
    """Return the query for everybody whom an order with a kept row names by the as-of day."""
    number = f"{subject}_no"
    first = exp.alias_(exp.Min(this=exp.column(_THERE_ON)), _THERE_ON)
    since = (
        exp.select(number, first)
        .from_(_seen(subject, "orders_there").select(_THERE_ON).subquery("named_then"))
        .group_by(number)
    )
    return (
        exp.select(number)
        .from_(since.subquery("named_since"))
        .where(exp.column(_THERE_ON) <= _day("as_of"))
    )


def has_stale(
    database: Database, values: Mapping[str, object], *, of_one: str | None = None
) -> bool:
    """Say whether any order's kept row does not hold for what is asked (bound values as above).

    `of_one` is the kind of the one subject who is judged: then its orders alone are looked at.
    """
    sql = _finding_stale(of_one)
    return bool(database.rows(sql, named_values(sql, values)))


@cache
def _finding_stale(of_one: str | None) -> str:
    among = None if of_one is None else orders_of(of_one)
    return statement([], _stale_orders(among).limit(1), "duckdb")


def reaching_n(database: Database, first: date, last: date) -> int:
    """Count the orders with a kept row that reaches into the days from `first` to `last`."""
    sql = f"select count(*) from {KEPT} where last_on >= $first and first_on <= $last"
    return int(database.rows(sql, {"first": first, "last": last})[0][0])


def has_orders(database: Database, seller_no: int, as_of: date, known_at: datetime) -> bool:
    """Say whether an order of a seller was known at an instant, of which anything was by a day."""
    sql = f"""
    select 1 from {KEPT}
    where seller_id = $seller_no and first_on <= $as_of and heard_from <= $known_at
    limit 1
    """
    values = {"seller_no": seller_no, "as_of": as_of, "known_at": known_at}
    return bool(database.rows(sql, values))


def _holds() -> exp.Expr:
    """Return the condition under which a kept row is what would be derived, for some days."""
    corrected = exp.column("corrected_until")
    return exp.and_(
        exp.column("heard_until") <= bound("known_at"),
        exp.or_(corrected.is_(exp.null()), corrected.copy() <= bound("corrected_at")),
    )


def _there_on() -> exp.Expr:
    """Return the first as-of day for which a kept row that holds does so."""
    return exp.func("greatest", exp.column("first_on"), exp.column("changed_on"))


def _holds_on_day() -> exp.Expr:
    """Return the condition that a kept row that holds does so for the as-of day."""
    changed = exp.column("changed_on")
    return exp.and_(
        exp.column("first_on") <= _day("as_of"),
        exp.or_(changed.is_(exp.null()), changed.copy() <= _day("as_of")),
    )


def _stale() -> exp.Expr:
    """Return the condition under which a row has to be derived: it does not hold, but may exist."""
    says_more = exp.or_(
        exp.column("heard_until") > bound("known_at"),
        exp.column("corrected_until") > bound("corrected_at"),
        exp.column("changed_on") > _day("as_of"),
    )
    return exp.and_(
        exp.paren(says_more),
        exp.column("heard_from") <= bound("known_at"),
        exp.column("first_on") <= _day("as_of"),
    )


def _reaches() -> exp.Expr:
    return exp.column("last_on") >= _day("looks_back_to")


def _day(name: str) -> exp.Expr:
    return exp.cast(bound(name), exp.DataType.Type.DATE)


def _kept(names: Iterable[str], subject: str, *, is_one: bool) -> exp.Select:
    begun = exp.func("coalesce", *map(exp.column, _BEGUN))
    there = [exp.Not(this=each.is_(exp.null())) for each in (exp.column("seller_id"), begun)]
    query = exp.select(*names).from_(KEPT).where(_holds(), *there)
    if not is_one:
        return query
    register = SUBJECT_KINDS[subject].register
    if register in _ORDER.subjects:
        return query.where(exp.column(_ORDER.subjects[register]).eq(bound("register_no")))
    return query.where(exp.column("order_id").isin(query=orders_of(subject)))


def _derived(names: list[str], clock: MarketClock, among: exp.Select | None) -> list[Step]:
    stale = _stale_orders(among)
    return [
        Step("orders_looked_at", "orders of which the kept row says more than was there", stale),
        reviewed_step(),
        *order_row_steps(names, clock=clock, is_narrowed=True, name="derived_orders"),
    ]


def _stale_orders(among: exp.Select | None) -> exp.Select:
    """Return the query for the orders of which a row has to be derived; None: among all."""
    stale = exp.select(exp.alias_(exp.column("order_id"), "order_no")).from_(KEPT).where(_stale())
    return stale if among is None else stale.where(exp.column("order_id").isin(query=among))
