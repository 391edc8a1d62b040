"""Orders and their lines, derived from what is known of the facts.

Only the columns asked for are derived, and only the facts that they need are read. The steps
are `written` in SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache, reduce

from sqlglot import exp

from goodstanding.database.clock import MarketClock
from goodstanding.database.steps import Step, bound
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.tables import Table
from goodstanding.rows.beside_orders import BESIDE, beside_row_steps
from goodstanding.rows.catalogue import CURRENCY, DETAILS, ROW_KINDS, RowKind
from goodstanding.rows.categories import COLUMNS, category_steps
from goodstanding.rows.converting import columns_for_converting, with_converted
from goodstanding.rows.decided import IS_SPECIAL, columns_read, with_decisions
from goodstanding.rows.messages import MESSAGE, message_row_steps
from goodstanding.rows.subjects import SUBJECT_KINDS, is_looked_at
from goodstanding.rows.violations import VIOLATION, violation_row_steps
from goodstanding.rows.written import with_own_functions, written

# The named steps between what is known and the rows, in their order, with the facts that they
# read beyond those in `order_rows.sql`.
_BETWEEN = (
    ("removals", "ever_feedback"),
    ("order_feedback_given", "known_feedback"),
    ("reviews", "known_feedback"),
    ("reviews_counted", None),
    ("order_feedback", None),
    ("seller_reviews", "known_feedback"),
    ("order_seller_feedback", None),
    ("disputes_clocked", "known_disputes"),
    ("disputes_judged", None),
    ("order_disputes", None),
    ("order_refunds", "known_refunds"),
    ("order_chargebacks", "known_chargebacks"),
)


def row_steps(
    kind: RowKind,
    columns: Iterable[str],
    *,
    clock: MarketClock,
    one_subject: str | None = None,
) -> list[Step]:
    """Return the steps that end in `<kind>_rows`, with the columns asked for and the keys.

    Bound values: `$known_at`, `$corrected_at`, `$as_of_end`, where a decided column is asked
    for `$as_of`, where a converted one is `$market_currency`, and with `one_subject` (the kind
    of the one subject looked at) `$register_no`: its number, or that of whom it is a part of.
    """
    if kind.name == VIOLATION.name:
        return violation_row_steps(clock=clock, one_subject=one_subject)
    if kind.name == MESSAGE.name:
        return message_row_steps(columns, clock=clock, one_subject=one_subject)
    if kind.name in BESIDE:
        return beside_row_steps([BESIDE[kind.name]], clock=clock, one_subject=one_subject)
    columns = list(columns)
    wanted = columns_for_converting(kind, [*columns, *kind.key, *kind.whole_subjects])
    is_narrowed = one_subject is not None
    among = exp.select("order_no").from_("orders_looked_at") if is_narrowed else None
    steps = [
        *looked_at_steps(one_subject),
        *known_line_steps(kind, wanted, among=among),
        *order_row_steps(columns_read(wanted), clock=clock, is_narrowed=is_narrowed),
    ]
    steps = with_decisions(steps, wanted, clock=clock)
    if kind.name == "line":
        steps += line_row_steps(wanted)
    return with_converted(steps, kind, columns)


def order_row_steps(
    columns: Iterable[str],
    *,
    clock: MarketClock,
    is_narrowed: bool,
    every_order: bool = False,
    name: str = "order_rows",
) -> list[Step]:
    """Return the steps that derive rows of orders from what is known of the facts.

    `is_narrowed`: only of the orders in the steps `orders_looked_at`, `reviewed_looked_at`.
    `every_order`: also of those of which nobody knows who sold them, or that they were placed.
    """
    there = {*ROW_KINDS["order"].names, *DETAILS}
    wanted = {column for column in columns if column in there} | {"order_id"}
    query = _order_rows(wanted, clock)
    if every_order:
        query.set("where", None)
    needed = _needed(query)
    steps = _known_for(query, needed, is_narrowed=is_narrowed)
    steps += [_between(between) for between in needed]
    return [*steps, Step(name, _written("order_rows")[0], query)]


def known_line_steps(
    kind: RowKind, columns: Iterable[str], *, among: exp.Select | None
) -> list[Step]:
    """Return the steps to `known_order_lines`, none where neither rows nor columns need them.

    `among` lists the orders looked at.
    """
    is_of_lines = kind.name == "line"
    if not is_of_lines and IS_SPECIAL not in columns:
        return []
    more = ["category_id", "quantity", "amount_minor"] if is_of_lines else []
    only = None if among is None else exp.column("order_no").isin(query=among)
    return known.known_steps(BY_NAME["order_lines"], ["listing_id", *more], only=only)


def dispute_steps(*, only: exp.Expr) -> list[Step]:
    """Return the steps to `disputes_judged` and `order_disputes`: when each was left unanswered.

    `only` narrows the disputes, as a condition on stored columns. Bound values: `$known_at`,
    `$corrected_at`, `$as_of_end`.
    """
    columns = _canonical("disputes", _columns_read("disputes_clocked"))
    steps = known.known_steps(BY_NAME["disputes"], columns, only=only)
    between = ("disputes_clocked", "disputes_judged", "order_disputes")
    return [*steps, *map(_between, between)]


def line_row_steps(columns: Iterable[str]) -> list[Step]:
    """Return the steps from `order_rows` and `known_order_lines` to `line_rows`."""
    wanted = set(columns)
    steps = category_steps() if wanted & COLUMNS else []
    purpose, query = _written("line_rows")
    own = {each.alias_or_name for each in query.expressions}
    of_order = (*ROW_KINDS["order"].with_converted(wanted).names, CURRENCY)
    order_columns = [name for name in of_order if name in {*(wanted - own), "order_id"}]
    return [*steps, Step("line_rows", purpose, _line_rows(query, wanted, order_columns))]


def parts_seen(subject: str, orders: str) -> exp.Select:
    """Return the query for the parts of sellers that any of some orders had.

    Reads `orders` and, as rows of lines do, `known_order_lines` and `category_levels`.
    """
    column = ROW_KINDS["line"].subjects[subject]
    query = _line_rows(_written("line_rows")[1], {column}, [])
    for table in list(query.find_all(exp.Table)):
        if table.name == "order_rows":
            table.replace(exp.alias_(exp.to_table(orders), "order_rows", table=True))
    (part,) = query.expressions
    query.set("expressions", [exp.alias_(part.this, f"{subject}_no")])
    return query


def facts_read(kind: RowKind) -> list[Table]:
    """Return the tables of facts that rows of orders or of lines are made of."""
    names = ["orders", *(source.split("_", 1)[1] for _, source in _BETWEEN if source)]
    names = list(dict.fromkeys(names))
    return [BY_NAME[name] for name in [*names, *(["order_lines"] if kind.name == "line" else [])]]


def subject_step(subject: str, rows: Iterable[RowKind], *, one_subject: bool) -> Step:
    """Return the step `subjects`: everybody who is assessed, whether or not anything counts.

    Those are the subjects of the rows, and those that the facts name as opened by the as-of
    day (or as there, where nothing says since when). Bound values as for `row_steps`.
    """
    seen = [
        exp.select(exp.alias_(exp.column(kind.subjects[subject]), f"{subject}_no")).from_(
            f"{kind.name}_rows"
        )
        for kind in rows
    ]
    return subjects_among(subject, seen, one_subject=one_subject)


def subjects_among(subject: str, seen: Iterable[exp.Select], *, one_subject: bool) -> Step:
    """Return the step `subjects` of those named by facts, and those seen in what is selected.

    Each selects one column, the subject's number, which may be missing.
    """
    number = f"{subject}_no"
    found: list[exp.Query] = []
    is_part = SUBJECT_KINDS[subject].within is not None
    if not is_part:
        table = BY_NAME[f"{subject}s"]
        named = exp.select(exp.column(number)).from_(table.name).where(known.was_there(table))
        if one_subject:
            named = named.where(is_looked_at(exp.column(number), subject))
        found.append(named)
    for each in seen:
        (selected,) = each.expressions
        column = selected.this if isinstance(selected, exp.Alias) else selected
        # An order's rows lead to everything bought with them: only the one asked for stays.
        where = is_looked_at(column.copy(), subject) if one_subject else _is_known(column)
        found.append(each.where(where).distinct() if is_part else each.where(where))
    purpose = f"every {SUBJECT_KINDS[subject].noun} that there was by the as-of day"
    query = reduce(exp.union, found)
    everybody = exp.select(exp.alias_(exp.column(number), "subject_no")).from_(
        query.subquery("named")
    )
    return Step("subjects", purpose, everybody)


def _is_known(column: exp.Expr) -> exp.Expr:
    return exp.Not(this=column.copy().is_(exp.null()))


@cache
def _between(name: str) -> Step:
    return Step(name, *written(name))


@cache
def _columns_read(name: str) -> frozenset[str]:
    return frozenset(column.name for column in written(name)[1].find_all(exp.Column))


def _written(name: str) -> tuple[str, exp.Select]:
    purpose, query = written(name)
    if not isinstance(query, exp.Select):
        raise ValueError(f"{name}.sql is no plain select")
    return purpose, query.copy()


def _order_rows(wanted: set[str], clock: MarketClock) -> exp.Select:
    query = _written("order_rows")[1]
    query.set("expressions", [e for e in query.expressions if e.alias_or_name in wanted])
    _drop_unused_joins(query)
    with_own_functions(query, clock, ROW_KINDS["order"])
    return query


def _drop_unused_joins(query: exp.Select) -> None:
    joins: list[exp.Join] = query.args.get("joins") or []
    outside = [*query.expressions, *filter(None, [query.args.get("where")])]
    used = {column.table for part in outside for column in part.find_all(exp.Column)}
    query.set("joins", [join for join in joins if join.alias_or_name in used])


def _line_rows(query: exp.Select, wanted: set[str], order_columns: Sequence[str]) -> exp.Select:
    kept: list[exp.Expr] = [exp.column(name, table="order_rows") for name in order_columns]
    kept += [e for e in query.expressions if e.alias_or_name in wanted]
    query.set("expressions", kept)
    _drop_unused_joins(query)
    return query


def _needed(order_rows: exp.Select) -> list[str]:
    """Return the steps between that rows of orders need, in their order.

    What no column asks for is not read: nobody's stars, say, for a rulebook that names none.
    """
    read = {table.name for table in order_rows.find_all(exp.Table)}
    needed: list[str] = []
    for name, _ in reversed(_BETWEEN):
        if name in read:
            needed.append(name)
            read |= {table.name for table in written(name)[1].find_all(exp.Table)}
    return needed[::-1]


def _known_for(order_rows: exp.Select, needed: Sequence[str], *, is_narrowed: bool) -> list[Step]:
    """Return the steps of what is known, with the columns that the rest reads."""
    order_columns = {c.name for c in order_rows.find_all(exp.Column) if c.table == "orders"}
    order_columns.add("parent_order_no")
    steps = known.known_steps(
        BY_NAME["orders"],
        _canonical("orders", order_columns),
        only=_among("orders_looked_at", is_narrowed=is_narrowed),
    )
    columns_of: dict[str, set[str]] = {}
    for name, source in _BETWEEN:
        if source is not None and name in needed:
            columns_of.setdefault(source, set()).update(_columns_read(name))
    for source, columns in columns_of.items():
        how, table = source.split("_", 1)
        looked_at = "reviewed_looked_at" if table == "feedback" else "orders_looked_at"
        only = _among(looked_at, is_narrowed=is_narrowed)
        steps += known.known_steps(
            BY_NAME[table], _canonical(table, columns), only=only, is_cut=how == "known"
        )
    return steps


def _canonical(table: str, stored: Collection[str]) -> list[str]:
    return [c.name for c in BY_NAME[table].columns if c.stored_name in stored]


def looked_at_steps(one_subject: str | None) -> list[Step]:
    """Return the steps that name the orders of one subject, and what was bought with them.

    Bound value: `$register_no`. None where every subject is looked at.
    """
    if one_subject is None:
        return []
    purpose = f"the orders of the one {SUBJECT_KINDS[one_subject].noun} looked at"
    return [Step("orders_looked_at", purpose, orders_of(one_subject)), reviewed_step()]


def orders_of(subject: str) -> exp.Select:
    """Return the query for the orders of one subject, by any row received.

    Of a part of a seller those of the whole. Bound value: `$register_no`.
    """
    register = SUBJECT_KINDS[subject].register
    named = exp.column(f"{register}_no").eq(bound("register_no"))
    source = "order_lines" if register == "listing" else "orders"
    return exp.select("order_no").distinct().from_(source).where(named)


def reviewed_step() -> Step:
    """Return the step that adds to `orders_looked_at` what was bought together with them."""
    joint = (
        exp.select("parent_order_no")
        .distinct()
        .from_("orders")
        .where(exp.column("order_no").isin(query=exp.select("order_no").from_("orders_looked_at")))
    )
    return Step(
        "reviewed_looked_at",
        "those orders and what was bought together with them",
        exp.union(exp.select("order_no").from_("orders_looked_at"), joint, distinct=False),
    )


def _among(looked_at: str, *, is_narrowed: bool) -> exp.Expr | None:
    if not is_narrowed:
        return None
    return exp.column("order_no").isin(query=exp.select("order_no").from_(looked_at))
