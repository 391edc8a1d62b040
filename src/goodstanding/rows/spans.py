"""From when to when the facts of an order reach, and whether its row is the same for every day.

A kept row is made of everything known now. It holds for an earlier as-of day, too, as long as
hiding what lies ahead gives what was there on that day. That is so for an order that is
*plain*: each of its facts was received once, there is at most one of each kind, and what
happened to it happened in the order in which it is told. Of any other order the row holds
from the last day on which anything happened to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from goodstanding.database.clock import MarketClock, instant_literal
from goodstanding.database.steps import Step, parse
from goodstanding.days import BEGINNING
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.store import retracted, revised
from goodstanding.facts.tables import Kind, Table

# What each order's span says, beside `order_no`. Instants of hearing are naive UTC.
SPAN_COLUMNS = (
    "first_on",  # the first day of its own events, by any version of them
    "last_on",  # the last day of anything, deadlines included
    "changed_on",  # the first as-of day from which on its row holds; null: any
    "heard_from",  # when the market first heard of it
    "heard_until",  # when it last heard anything but a correction
    "corrected_until",  # when it last heard a correction; null: never
)
# Within each fact: what can only come after what.
_IN_ORDER = {
    "orders": (
        ("placed_at", ("paid_at", "shipped_at", "delivered_at", "closed_at", "cancelled_at")),
    ),
    "disputes": (
        ("opened_at", ("buyer_acted_at", "answered_at", "escalated_at", "closed_at")),
        # A change by the buyer starts the time to answer anew.
        ("buyer_acted_at", ("opened_at",)),
        ("escalated_at", ("closed_at",)),
    ),
    "feedback": (),
    "refunds": (),
    "chargebacks": (),
}
# The time to pay runs out twenty times 24 hours after the order was placed.
_HOURS_TO_PAY = 480
# The clock of a dispute's answer runs out five times 24 hours after the buyer's latest act.
_LATER_BY_HOURS = {"opened_at": 120, "buyer_acted_at": 120}


def span_steps(clock: MarketClock, *, is_narrowed: bool) -> list[Step]:
    """Return the steps that end in `order_spans`, one row an order: `order_no`, `SPAN_COLUMNS`.

    `is_narrowed`: only of the orders in the steps `orders_looked_at`, `reviewed_looked_at`.
    """
    steps = [
        Step(f"spans_of_{name}", f"from when to when each row of {name} reaches", query)
        for name in _IN_ORDER
        for query in [_spans(BY_NAME[name], is_narrowed=is_narrowed)]
    ]
    joint = exp.select("order_no", "parent_order_no").distinct().from_("orders")
    joint = joint.where("parent_order_no is not null and parent_order_no <> order_no")
    if is_narrowed:
        joint = joint.where(_among("order_no", "orders_looked_at"))
    steps.append(Step("joint_orders", "orders that a review of what was bought may name", joint))
    steps.append(Step("spans", "of every order, each with what was bought together", _all_spans()))
    steps.append(
        Step("order_spans", "from when to when the facts of each order reach", _by_order(clock))
    )
    return steps


def _spans(table: Table, *, is_narrowed: bool) -> exp.Query:
    """Return one row for each received row of a table, and one for each that was taken back.

    A row of a fact that was received more than once concerns every order that any of the
    fact's rows names, as it may be silent about the order itself.
    """
    keys = [c.stored_name for c in table.keys]
    looked_at = "reviewed_looked_at" if table.name == "feedback" else "orders_looked_at"
    key: exp.Expr = exp.column(keys[0])
    if len(keys) > 1:
        key = exp.Tuple(expressions=[exp.column(k) for k in keys])
    is_several = exp.In(this=key, query=exp.Subquery(this=exp.select(*keys).from_(revised(table))))
    columns = _columns(table)
    once = exp.select(
        "order_no",
        *(exp.alias_(sql, name) for name, sql in columns.items()),
        exp.alias_(_is_plain(table), "is_plain"),
    ).from_(table.name)
    once = once.where(exp.Not(this=is_several))
    named = exp.select(*(exp.alias_(exp.column(k), f"named_{i}") for i, k in enumerate(keys)))
    named = named.select(exp.alias_(exp.column("order_no"), "named_order"))
    named = named.distinct().from_(table.name)
    named = named.where(is_several.copy(), exp.Not(this=exp.column("order_no").is_(exp.null())))
    if is_narrowed:
        once = once.where(_among("order_no", looked_at))
        named = named.where(_among("order_no", looked_at))
    same = exp.and_(*(exp.column(f"named_{i}").eq(exp.column(k)) for i, k in enumerate(keys)))
    several = (
        exp.select(
            exp.alias_(exp.column("named_order"), "order_no"),
            *(exp.alias_(sql.copy(), name) for name, sql in columns.items()),
            exp.alias_(exp.false(), "is_plain"),
        )
        .from_(table.name)
        .join(named.subquery("named"), on=same)
    )
    nothing = {name: _no_instant() for name in columns}
    taken = (
        exp.select(
            exp.alias_(exp.column("named_order"), "order_no"),
            *(
                exp.alias_(sql, name)
                for name, sql in (nothing | {"corrected_until": exp.column("retracted_at")}).items()
            ),
            exp.alias_(exp.false(), "is_plain"),
        )
        .from_(retracted(table))
        .join(named.copy().subquery("named"), on=same.copy())
    )
    query: exp.Query = once
    for part in (several, taken):
        query = exp.union(query, part, distinct=False)
    return query


def _columns(table: Table) -> dict[str, exp.Expr]:
    """Return what each received row of a table says of the span of its order."""
    instants = [c.name for c in table.columns if c.kind is Kind.INSTANT and not c.is_correction]
    corrected = [c.name for c in table.columns if c.kind is Kind.INSTANT and c.is_correction]
    deadlines = [c.name for c in table.columns if c.kind is Kind.DEADLINE]
    happened: list[exp.Expr] = [exp.column(name) for name in instants]
    events = list(happened)
    if table.name == "disputes":
        events += [_hours_later(exp.column(name), hours) for name, hours in _LATER_BY_HOURS.items()]
    latest = _pick("greatest", happened)
    last = [*events, *(exp.column(name) for name in deadlines)]
    if table.name == "orders":
        last.append(_hours_later(exp.column("placed_at"), _HOURS_TO_PAY))
    return {
        "first_at": _pick("least", happened),
        "event_at": _pick("greatest", events),
        "last_at": _pick("greatest", last),
        "placed_at": exp.column("placed_at") if table.name == "orders" else _no_instant(),
        "heard_from": _heard_from(table, instants),
        "heard_until": exp.func(
            "coalesce", exp.column("recorded_at"), latest, instant_literal(BEGINNING)
        ),
        "corrected_until": _corrected(corrected),
    }


def _heard_from(table: Table, instants: Sequence[str]) -> exp.Expr:
    """Return when a row of orders was first heard of; nothing else brings an order about."""
    if table.name != "orders":
        return _no_instant()
    beginning = instant_literal(BEGINNING)
    first = exp.Case(
        ifs=[exp.If(this=exp.column("placed_at").is_(exp.null()), true=beginning)],
        default=_pick("least", [exp.column(name) for name in instants]),
    )
    return exp.func("coalesce", exp.column("recorded_at"), first)


def _corrected(names: Sequence[str]) -> exp.Expr:
    if not names:
        return _no_instant()
    (name,) = names
    when = exp.func("coalesce", exp.column("recorded_at"), exp.column(name))
    there = exp.Not(this=exp.column(name).is_(exp.null()))
    return exp.Case(ifs=[exp.If(this=there, true=when)])


def _is_plain(table: Table) -> exp.Expr:
    conditions: list[exp.Expr] = [
        exp.func("coalesce", exp.column(first) <= exp.column(later), exp.true())
        for first, others in _IN_ORDER[table.name]
        for later in others
    ]
    starts = {"orders": "placed_at", "disputes": "opened_at"}.get(table.name)
    if starts is not None:
        conditions.append(exp.Not(this=exp.column(starts).is_(exp.null())))
    return exp.and_(*conditions) if conditions else exp.true()


def _all_spans() -> exp.Query:
    """Return the spans of all tables; those of a review also for each order bought together."""
    names = ["first_at", "event_at", "last_at", "placed_at"]
    names += ["heard_from", "heard_until", "corrected_until", "is_plain"]
    parts = [
        exp.select(
            "order_no",
            *names,
            *(exp.alias_(_one(kind == name), f"{kind}_n") for kind in _IN_ORDER),
        ).from_(f"spans_of_{name}")
        for name in _IN_ORDER
    ]
    own = parts[list(_IN_ORDER).index("feedback")]
    joint = own.copy().join(
        "joint_orders", on="joint_orders.parent_order_no = spans_of_feedback.order_no"
    )
    joint.set("expressions", [exp.column("order_no", table="joint_orders"), *joint.expressions[1:]])
    query: exp.Query = parts[0]
    for part in (*parts[1:], joint):
        query = exp.union(query, part, distinct=False)
    return query


def _by_order(clock: MarketClock) -> exp.Query:
    several = " or ".join(f"sum({kind}_n) > 1" for kind in _IN_ORDER)
    grouped = parse(
        f"""
        select
          order_no,
          min(case when orders_n = 1 then first_at end) as first_at,
          max(last_at) as last_at,
          max(event_at) as event_at,
          min(heard_from) as heard_from,
          max(heard_until) as heard_until,
          max(corrected_until) as corrected_until,
          case
            when {several} or min(case when is_plain then 1 else 0 end) = 0
              or min(first_at) < max(placed_at)
            then 0 else 1
          end as is_plain
        from spans
        where order_no is not null
        group by order_no
        """  # noqa: S608 -- our own names
    )
    changed = exp.Case(
        ifs=[
            exp.If(this=exp.column("is_plain").eq(0), true=clock.local_day(exp.column("event_at")))
        ]
    )
    return exp.select(
        "order_no",
        exp.alias_(clock.local_day(exp.column("first_at")), "first_on"),
        exp.alias_(clock.local_day(exp.column("last_at")), "last_on"),
        exp.alias_(changed, "changed_on"),
        "heard_from",
        "heard_until",
        "corrected_until",
    ).from_(grouped.subquery("grouped"))


def _among(column: str, step: str, table: str | None = None) -> exp.Expr:
    listed = exp.select("order_no").from_(step)
    return exp.column(column, table=table).isin(query=listed)


def _pick(function: str, instants: Sequence[exp.Expr]) -> exp.Expr:
    # Both skip what is missing, on every database that we know.
    return exp.func(function, *instants) if len(instants) > 1 else instants[0]


def _hours_later(instant: exp.Expr, hours: int) -> exp.Expr:
    return exp.Add(
        this=instant,
        expression=exp.Interval(this=exp.Literal.string(str(hours)), unit=exp.var("HOUR")),
    )


def _no_instant() -> exp.Expr:
    return exp.cast(exp.null(), exp.DataType.Type.TIMESTAMP)


def _one(is_one: bool) -> exp.Expr:  # noqa: FBT001 -- a literal 1 or 0
    return exp.Literal.number(1 if is_one else 0)
