"""Amounts that could not be converted into the currency of a limit, so that it did not bite."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from goodstanding.assessment.lasting import days_touched
from goodstanding.assessment.row_sql import RowScope
from goodstanding.rulebook.model import Measure

# Says that an amount of a row that lies in a window could not be converted.
IS_UNCONVERTED = "unconverted__is"


def unconverted_count(rows: str) -> str:
    """Name the column that counts the rows of a set with an amount that was not converted."""
    return f"{rows}__unconverted"


def unconverted_flag(
    measures: Sequence[Measure], scope: RowScope, *, unless: exp.Expr | None
) -> list[exp.Expr]:
    """Return the flag, none where no limit of the rows is in money of a currency.

    `unless` is the condition under which a row does not count anyway.
    """
    amounts = [
        exp.and_(
            exp.Not(this=exp.column(str(column.amount)).is_(exp.null())),
            exp.column(column.name).is_(exp.null()),
        )
        for column in scope.kind.converted
    ]
    if not amounts:
        return []
    conditions: list[exp.Expr] = [exp.paren(exp.or_(*amounts))]
    days = days_touched(measures, scope)
    if days is not None:
        conditions.append(exp.func("coalesce", exp.paren(exp.or_(*days)), exp.false()))
    if unless is not None:
        conditions.append(exp.Not(this=exp.paren(unless)))
    return [exp.alias_(exp.and_(*conditions), IS_UNCONVERTED)]


def counted_unconverted(rows: str, scope: RowScope) -> list[exp.Expr]:
    """Return how many rows of a set have an amount that was not converted, if that is asked."""
    if not scope.kind.converted:
        return []
    one = exp.If(this=exp.column(IS_UNCONVERTED), true=exp.Literal.number(1))
    count = exp.cast(exp.Count(this=exp.Case(ifs=[one])), exp.DataType.Type.BIGINT)
    return [exp.alias_(count, unconverted_count(rows))]
