"""Exclusions as SQL: rows that do not count are marked, never dropped.

Each row gets the number of the first exclusion that takes it out of everything
(`excluded__by`, counted from 1 in the rulebook's order; null where none does) with the day of
the decision (`excluded__on`), and a flag with a day for each exclusion that takes it out of a part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from goodstanding.assessment import row_sql
from goodstanding.assessment.row_sql import RowScope
from goodstanding.database.steps import Step
from goodstanding.expressions.nodes import names_in
from goodstanding.rows.catalogue import RowKind
from goodstanding.rows.decided import EXCLUSIONS
from goodstanding.rulebook.model import Exclusion, Rulebook

BY = "excluded__by"
ON = "excluded__on"
# Says that an excluded row would meet a measure if it were not excluded.
WOULD_COUNT = "excluded__would_count"
# Whose exclusion takes a row out, with the column of the row that names it.
_NAMED = {"orders": "order_id", "buyers": "buyer_id"}
_DAY = exp.DataType.Type.DATE

Numbered = list[tuple[int, Exclusion]]


def exclusions_of(rulebook: Rulebook, rows: str) -> Numbered:
    """Return the exclusions that look at a set of rows, with their numbers."""
    return [(n, e) for n, e in enumerate(rulebook.exclusions, start=1) if rows in e.rows]


def marked_rows(rows: str) -> str:
    """Name the step in which a set's rows are marked."""
    return f"marked_{rows}"


def marks(exclusions: Numbered) -> list[str]:
    """Name the columns that marking adds to rows."""
    if not exclusions:
        return []
    parts = [n for n, each in exclusions if each.leaves]
    return [BY, ON, *(name for n in parts for name in (part_flag(n), part_day(n)))]


def part_flag(number: int) -> str:
    """Name the flag that says that an exclusion takes a row out of a part."""
    return f"excluded__{number}"


def part_day(number: int) -> str:
    """Name the column that says when it was decided to take a row out of a part."""
    return f"excluded_on__{number}"


def is_left(exclusions: Numbered, measure: str, kind: str | None) -> exp.Expr | None:
    """Return the condition under which a row is taken out of a measure, or a kind of it."""
    flags = [
        exp.column(part_flag(number))
        for number, each in exclusions
        if any(left.measure == measure and left.kind == kind for left in each.leaves)
    ]
    return exp.or_(*flags) if flags else None


def spared_flag(number: int, place: int) -> str:
    """Name the flag that says that but for an exclusion a row would meet one of its `leaves`."""
    return f"spared__{number}_{place}"


def spared_kinds(
    exclusions: Numbered, measure: str, kind: str | None, flag: exp.Expr
) -> Iterator[tuple[str, exp.Expr]]:
    """Yield, for each exclusion from a kind, whether the row would meet that but for it."""
    for number, each in exclusions:
        for place, left in enumerate(each.leaves):
            if left.measure == measure and left.kind == kind:
                spared = exp.and_(flag.copy(), exp.column(part_flag(number)))
                yield spared_flag(number, place), spared


def spared_measures(exclusions: Numbered, counts: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    """Return, for each exclusion from a measure, whether the row would meet that but for it."""
    return [
        exp.alias_(unless_excluded(flag), name)
        for measure, condition in counts.items()
        for name, flag in spared_kinds(exclusions, measure, None, exp.paren(condition))
    ]


def unless_excluded(condition: exp.Expr) -> exp.Expr:
    """Return a condition that no row meets which is excluded from everything."""
    return exp.and_(exp.column(BY).is_(exp.null()), exp.paren(condition.copy()))


def instead_of_counting(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """Return whether a row is excluded that would meet one of the conditions."""
    would = exp.or_(*(exp.paren(condition.copy()) for condition in conditions))
    return exp.and_(exp.Not(this=exp.column(BY).is_(exp.null())), exp.paren(would))


def counted_exclusions(rows: str, exclusions: Numbered) -> list[exp.Expr]:
    """Return how many rows each exclusion from everything keeps from counting."""
    counts = []
    for number, each in exclusions:
        if not each.leaves:
            by_this = exp.and_(exp.column(WOULD_COUNT), exp.column(BY).eq(number))
            one = exp.If(this=by_this, true=exp.Literal.number(1))
            count = exp.cast(exp.Count(this=exp.Case(ifs=[one])), exp.DataType.Type.BIGINT)
            counts.append(exp.alias_(count, excluded_count(rows, number)))
    return counts


def excluded_count(rows: str, number: int) -> str:
    """Name the column that counts the rows of a set that an exclusion keeps from counting."""
    return f"{rows}__excluded_{number}"


def marking_step(rows: str, kind: RowKind, exclusions: Numbered, scope: RowScope) -> Step:
    """Return the step that marks a set's rows. Reads `exclusions_in_force` where it must."""
    source = f"rows_{rows}"
    reasons = list(dict.fromkeys(e.reason for _, e in exclusions if e.reason is not None))
    full = [(number, each) for number, each in exclusions if not each.leaves]
    applies = {number: _applies(each, reasons, scope) for number, each in exclusions}
    by = [exp.If(this=applies[n].copy(), true=exp.Literal.number(n)) for n, _ in full]
    on = [exp.If(this=applies[n].copy(), true=_day(each, reasons, kind)) for n, each in full]
    first: exp.Expr = exp.Case(ifs=by) if by else exp.null()
    day: exp.Expr = exp.Case(ifs=on) if on else exp.null()
    query = exp.select(
        f"{source}.*",
        exp.alias_(exp.cast(first, exp.DataType.Type.SMALLINT), BY),
        exp.alias_(exp.cast(day, _DAY), ON),
    ).from_(source)
    for number, each in exclusions:
        if each.leaves:
            on_part = exp.cast(_day(each, reasons, kind), _DAY)
            query = query.select(
                exp.alias_(applies[number], part_flag(number)),
                exp.alias_(on_part, part_day(number)),
            )
    for table, column in _NAMED.items() if reasons else ():
        same = exp.column("fact_no", table=table).eq(exp.column(column, table=source))
        query = query.join(_by_reason(table, reasons), on=same, join_type="left")
    return Step(marked_rows(rows), "which rows do not count, by the first that applies", query)


def _by_reason(table: str, reasons: Sequence[str]) -> exp.Subquery:
    """Return one row for each order or buyer, with the day of its decision for each reason."""
    days = [
        exp.alias_(
            exp.Min(
                this=exp.Case(
                    ifs=[
                        exp.If(
                            this=exp.column("reason").eq(exp.Literal.string(reason)),
                            # A decision whose day nobody knows is one all the same.
                            true=exp.func("coalesce", exp.column("decided_on"), _no_day()),
                        )
                    ]
                )
            ),
            f"reason__{place}",
        )
        for place, reason in enumerate(reasons)
    ]
    query = (
        exp.select("fact_no", *days)
        .from_(EXCLUSIONS)
        .where(exp.column("table_name").eq(exp.Literal.string(table)))
        .group_by("fact_no")
    )
    return query.subquery(table)


def _decided(each: Exclusion, reasons: Sequence[str]) -> list[exp.Expr]:
    if each.reason is None:
        return []
    name = f"reason__{reasons.index(each.reason)}"
    return [exp.column(name, table=table) for table in _NAMED]


def _applies(each: Exclusion, reasons: Sequence[str], scope: RowScope) -> exp.Expr:
    conditions: list[exp.Expr] = [
        exp.Not(this=day.is_(exp.null())) for day in _decided(each, reasons)
    ]
    if each.when is not None:
        holds = row_sql.holds(each.when.node, scope)
        conditions.append(exp.func("coalesce", holds, exp.false()))
    return exp.or_(*conditions)


def _day(each: Exclusion, reasons: Sequence[str], kind: RowKind) -> exp.Expr:
    """Return the day of the decision, or the day of what the condition names, if it has one."""
    days: list[exp.Expr] = []
    days += [exp.func("nullif", day, _no_day()) for day in _decided(each, reasons)]
    if each.when is not None:
        columns = [kind.column(name) for name in names_in(each.when.node)]
        days += [exp.column(c.since) for c in columns if c.is_decided and c.since is not None]
    return exp.func("coalesce", *days) if days else exp.null()


def _no_day() -> exp.Expr:
    return exp.cast(exp.Literal.string("9999-12-31"), _DAY)
