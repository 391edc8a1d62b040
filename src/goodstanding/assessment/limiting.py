"""Limits on what rows alike add up to, as SQL: what a limit cuts off a row is not added up.

Rows are taken in the order of their days. A row adds what the sum up to it, kept within the
limit, is more than the sum before it. So the rows of each group add up to their sum, kept
within the limit, and of each it is known what it lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from goodstanding.assessment import row_sql
from goodstanding.assessment.flags import given, met, quantity
from goodstanding.assessment.millionths import clamped, whole
from goodstanding.assessment.row_sql import RowScope
from goodstanding.database.steps import Step
from goodstanding.rulebook.model import Limited, Measure


def is_limited(measures: Sequence[Measure]) -> bool:
    """Say whether what rows alike add up to is limited in any of some measures."""
    return any(measure.limited is not None for measure in measures)


def running_rows(rows: str) -> str:
    """Name the step that holds a set's rows with what they and those before them add up to."""
    return f"running_{rows}"


def limiting_steps(
    measures: Sequence[Measure], source: str, running: str, name: str, scope: RowScope, subject: str
) -> list[Step]:
    """Return the steps from the judged rows of `source` to `name`, where each adds what is left.

    `running` names the step between. What a row would add is in the column `given`; `subject` is
    the column of whoever is assessed.
    """
    limits = [(measure, measure.limited) for measure in measures if measure.limited is not None]
    summed = exp.select(
        "*",
        *(
            exp.alias_(_up_to_here(measure, limited, scope, subject), _sum(measure))
            for measure, limited in limits
        ),
    ).from_(source)
    left = exp.select(
        "*", *(exp.alias_(_left(each, limited), quantity(each.name)) for each, limited in limits)
    ).from_(running)
    return [
        Step(running, "what the rows alike up to each one add up to", summed),
        Step(name, "which measures each row meets, and what the limits leave of it", left),
    ]


def _sum(measure: Measure) -> str:
    return f"{measure.name}__running"


def _counted(measure: Measure) -> exp.Expr:
    one = exp.If(this=exp.column(met(measure.name)), true=exp.column(given(measure.name)))
    return exp.Case(ifs=[one])


def _up_to_here(measure: Measure, limited: Limited, scope: RowScope, subject: str) -> exp.Expr:
    """Return what the rows alike add up to, this one the last; null where it is not limited."""
    per = [row_sql.holds(each.node, scope) for each in limited.per]
    told = [exp.Not(this=value.copy().is_(exp.null())) for value in (*per, exp.column(limited.by))]
    ordered = [limited.by, given(measure.name), *scope.kind.key]
    total = exp.Window(
        this=exp.Sum(this=_counted(measure)),
        partition_by=[exp.column(subject), *per, exp.column(limited.by).is_(exp.null())],
        order=exp.Order(
            expressions=[exp.Ordered(this=exp.column(name), nulls_first=True) for name in ordered]
        ),
        spec=exp.WindowSpec(
            kind="ROWS",
            start="UNBOUNDED",
            start_side="PRECEDING",
            end="CURRENT ROW",
        ),
    )
    big = exp.cast(total, exp.DataType.Type.BIGINT)
    return exp.Case(ifs=[exp.If(this=exp.and_(*told), true=big)])


def _left(measure: Measure, limited: Limited) -> exp.Expr:
    """Return what a row adds: by how much it moves the sum within its limit."""
    least, most = whole(limited.least), whole(limited.most)
    now, own = exp.column(_sum(measure)), _counted(measure)
    before = exp.paren(now - own)
    moved = exp.paren(clamped(now, least, most)) - exp.paren(clamped(before, least, most))
    return exp.func("coalesce", moved, exp.column(given(measure.name)))
