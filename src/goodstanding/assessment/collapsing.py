"""Repeats as SQL: rows that say again what another row says are marked, never dropped.

Repeats are rows alike in everything that a rulebook names (one buyer, ten days). Which of them
counts is settled over all days, not within a window, so that it does not depend on who looks.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from goodstanding.assessment import row_sql
from goodstanding.assessment.excluding import BY
from goodstanding.assessment.row_sql import RowScope
from goodstanding.database.steps import Step
from goodstanding.rows.catalogue import Type
from goodstanding.rulebook.model import Collapse

# Says that a row repeats others, which count in its place.
IS_REPEAT = "collapsed__is_repeat"
# Says that such a row would meet a measure if it counted.
WOULD_COUNT = "collapsed__would_count"
_PLACE = "collapsed__place"


def collapsed_rows(rows: str) -> str:
    """Name the step in which a set's repeats are marked."""
    return f"collapsed_{rows}"


def repeated_count(rows: str) -> str:
    """Name the column that counts the rows of a set that would count but for a repeat."""
    return f"{rows}__repeated"


def collapsing_step(
    rows: str,
    source: str,
    collapse: Collapse,
    read: Collection[str],
    scope: RowScope,
    *,
    subject: str,
    has_excluded: bool,
) -> Step:
    """Return the step that marks the repeats among the rows of `source`.

    `read` names the columns that measures read: of rows of one day those values settle which
    one counts, so that the order in which facts arrived does not. `subject` is the column of
    whoever is assessed. With `has_excluded` an excluded row repeats nothing.
    """
    per = [row_sql.holds(each.node, scope) for each in collapse.per]
    told = [exp.Not(this=value.copy().is_(exp.null())) for value in (*per, exp.column(collapse.by))]
    counts = exp.column(BY).is_(exp.null()) if has_excluded else exp.true()
    placed = exp.select(
        "*",
        exp.alias_(
            exp.Window(
                this=exp.RowNumber(),
                partition_by=[exp.column(subject), *per, *([counts] if has_excluded else [])],
                order=_order(collapse, read, scope),
            ),
            _PLACE,
        ),
    ).from_(source)
    repeats = exp.and_(exp.column(_PLACE) > collapse.at_most, counts.copy(), *told)
    query = exp.select("*", exp.alias_(repeats, IS_REPEAT)).from_(placed.subquery("placed"))
    return Step(collapsed_rows(rows), "which rows repeat others that count in their place", query)


def unless_repeat(condition: exp.Expr) -> exp.Expr:
    """Return a condition that no row meets which repeats another."""
    return exp.and_(exp.Not(this=exp.column(IS_REPEAT)), exp.paren(condition.copy()))


def _order(collapse: Collapse, read: Collection[str], scope: RowScope) -> exp.Order:
    kind = scope.kind
    values = [c.name for c in kind.columns if c.name in read and c.type is not Type.IDENTITY]
    first = exp.Ordered(this=exp.column(collapse.by), desc=collapse.keep == "last")
    others = [exp.Ordered(this=exp.column(name)) for name in (*values, *kind.key)]
    ordered = [first, *others]
    for each in ordered:
        each.set("nulls_first", True)
    return exp.Order(expressions=ordered)
