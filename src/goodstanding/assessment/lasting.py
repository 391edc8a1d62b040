"""How long a row can count: on which days a condition looks, and when time alone ends it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

from sqlglot import exp

from goodstanding.assessment.bound_days import AS_OF, BoundDay
from goodstanding.assessment.flags import conditions, kind_flag
from goodstanding.assessment.row_sql import RowScope, add_days, first_day, holds
from goodstanding.days import Length
from goodstanding.expressions.nodes import (
    And,
    Between,
    Call,
    Compare,
    Name,
    Node,
    Number,
    Or,
    names_in,
)
from goodstanding.rulebook.model import Collapse, Measure, Rulebook

_NEVER = exp.cast(exp.Literal.string("9999-12-31"), exp.DataType.Type.DATE)
_PASSED = exp.cast(exp.Literal.string("0001-01-01"), exp.DataType.Type.DATE)
# The most days that two days of one period lie apart.
_PERIODS = {"ten_days": 10, "month": 30}


def leaves_on(node: Node, scope: RowScope) -> exp.Expr:
    """Return the first day on which a condition that holds no longer does, as SQL.

    Only the passing of time is looked at. 9999-12-31 where time alone changes nothing.
    """
    match node:
        case Call(function="within", arguments=(day,)):
            if scope.chosen is not None:
                length = exp.DateDiff(
                    this=scope.day(AS_OF),
                    expression=exp.column(first_day(scope.chosen)),
                    unit=exp.var("DAY"),
                )
                moved = exp.DateAdd(
                    this=holds(day, scope), expression=length + 1, unit=exp.var("DAY")
                )
                return exp.cast(moved, exp.DataType.Type.DATE)
            if scope.length is None:
                return _NEVER.copy()
            return _passed(holds(day, scope), scope.length)
        case And(operands=operands):
            return _pick("least", [leaves_on(o, scope) for o in operands])
        case Or(operands=operands):
            branches: list[exp.Expr] = [
                exp.Case(
                    ifs=[exp.If(this=holds(o, scope), true=leaves_on(o, scope))],
                    default=_PASSED.copy(),
                )
                for o in operands
            ]
            return _pick("greatest", branches)
        case _:
            aged = _last_age(node)
            return _NEVER.copy() if aged is None else add_days(holds(aged[0], scope), aged[1] + 1)


def _passed(day: exp.Expr, length: Length) -> exp.Expr:
    """Return the first day on which a day no longer lies in the window."""
    if length.unit == "days":
        return add_days(day, length.n)
    if length.unit == "calendar":
        return _month_later(_first_of_month(day))
    same = _month_later(day, length.n)
    # Where the later month is shorter, a window ending on its last day still begins on the day.
    is_short = _of_month(same) < _of_month(day)
    return exp.Case(ifs=[exp.If(this=is_short, true=add_days(same.copy(), 1))], default=same)


def _month_later(day: exp.Expr, months: int = 1) -> exp.Expr:
    later = exp.DateAdd(this=day, expression=exp.Literal.number(months), unit=exp.var("MONTH"))
    return exp.cast(later, exp.DataType.Type.DATE)


def _first_of_month(day: exp.Expr) -> exp.Expr:
    first = exp.TimestampTrunc(this=day, unit=exp.var("MONTH"))
    return exp.cast(first, exp.DataType.Type.DATE)


def _of_month(day: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.var("DAY"), expression=day.copy())


def _last_age(node: Node) -> tuple[Node, int] | None:
    """Return the day and the greatest age of it for which a comparison holds, if there is one."""
    match node:
        case Compare(operator="<" | "<=" | "=" as operator, left=left, right=Number(value=value)):
            compared, end = left, ceil(value) - 1 if operator == "<" else floor(value)
        case Compare(operator=">" | ">=" | "=" as operator, left=Number(value=value), right=right):
            compared, end = right, ceil(value) - 1 if operator == ">" else floor(value)
        case Between(operand=operand, high=Number(value=value)):
            compared, end = operand, floor(value)
        case _:
            return None
    if isinstance(compared, Call) and compared.function == "age":
        return compared.arguments[0], end
    return None


def touching(node: Node) -> list[Call] | None:
    """Return calls of `within` of which one holds wherever a condition does.

    None where it may hold for a row without a day in the window.
    """
    match node:
        case Call(function="within"):
            return [node]
        case And(operands=operands):
            found = [touching(o) for o in operands]
            return min((f for f in found if f is not None), key=len, default=None)
        case Or(operands=operands):
            touched: list[Call] = []
            for operand in operands:
                calls = touching(operand)
                if calls is None:
                    return None
                touched += calls
            return touched
        case _:
            return None


def never() -> exp.Expr:
    """Return the day that stands for "time alone changes nothing"."""
    return _NEVER.copy()


def earliest(days: list[exp.Expr]) -> exp.Expr:
    """Return the earliest of days that are all known."""
    return _pick("least", days)


def latest_where(branches: list[tuple[exp.Expr, exp.Expr]]) -> exp.Expr:
    """Return the latest day among the (condition, day) pairs whose condition holds."""
    return _pick(
        "greatest",
        [
            exp.Case(ifs=[exp.If(this=condition, true=day)], default=_PASSED.copy())
            for condition, day in branches
        ],
    )


def _pick(function: str, days: list[exp.Expr]) -> exp.Expr:
    # Nothing is null where the condition holds, so that it does not matter who skips nulls.
    # A chain of CASE would name each day twice, and a day of days would double and double.
    return exp.func(function, *days) if len(days) > 1 else days[0]


def days_touched(
    measures: Sequence[Measure], scope: RowScope, collapse: Collapse | None = None
) -> list[exp.Expr] | None:
    """Return conditions of which one holds for every row that meets any measure, if there are.

    With `collapse` they hold as well for the rows that such a row may repeat.
    """
    found: dict[str, exp.Expr] = {}
    for measure in measures:
        if measure.parent is not None:  # it narrows one that is looked at already
            continue
        seen_through = scope.at_most(measure.window)
        nodes: list[Node] = []
        if measure.kinds:
            nodes.append(Or(tuple(e.node for e in measure.kinds.values())))
        nodes += [measure.when.node] if measure.when is not None else []
        calls = touching(And(tuple(nodes)))
        if calls is None:
            return None
        for call in calls:
            day = _touched(call, seen_through, collapse)
            if day is None:
                return None
            found[day.sql()] = day
    return list(found.values())


def _touched(call: Call, scope: RowScope, collapse: Collapse | None) -> exp.Expr | None:
    """Return the condition that a row has its day in the window, or is like one that has.

    None where rows alike may lie any number of days apart.
    """
    if collapse is None:
        return holds(call, scope)
    apart = _most_apart(collapse)
    if apart is None or call.arguments != (Name(collapse.by),):
        return None
    day = exp.column(collapse.by)
    until = day <= scope.day(AS_OF)
    if scope.length is None:
        return until
    return exp.and_(day.copy() >= scope.day(BoundDay(scope.length, -apart)), until)


def _most_apart(collapse: Collapse) -> int | None:
    """Return how many days rows alike lie apart at most; None for any number."""
    within = [
        days
        for each in collapse.per
        if isinstance(each.node, Call) and each.node.arguments == (Name(collapse.by),)
        for function, days in _PERIODS.items()
        if each.node.function == function
    ]
    return min(within, default=None) if collapse.apart_days is None else None


def ends_with_its_rows(measures: Sequence[Measure], scope: RowScope) -> bool:
    """Say whether no row can count for longer than its own last day reaches into a window."""
    named = {name for m in measures for _, e in conditions(m) for name in names_in(e.node)}
    # What people decided may be later than anything that happened to the row.
    is_decided = any(scope.kind.column(name).is_decided for name in named)
    if any(m.window.length is None for m in measures):  # on all days it ever was
        return False
    return not is_decided and days_touched(measures, scope) is not None


def leaving(measure: Measure, rulebook: Rulebook, scope: RowScope) -> exp.Expr:
    """Return the first day on which a row that meets the measure no longer does, by time alone."""
    limits: list[exp.Expr] = []
    if measure.parent is not None:
        limits.append(leaving(rulebook.measures[measure.parent], rulebook, scope))
    seen_through = scope.through(measure.window)
    if measure.when is not None:
        limits.append(leaves_on(measure.when.node, seen_through))
    if measure.kinds:
        limits.append(
            latest_where(
                [
                    (
                        exp.column(kind_flag(measure.name, kind)),
                        leaves_on(expression.node, seen_through),
                    )
                    for kind, expression in measure.kinds.items()
                ]
            )
        )
    return earliest(limits) if limits else never()
