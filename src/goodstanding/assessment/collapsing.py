"""Repeats as SQL: rows that say again what another row says are marked, never dropped.

Repeats are rows alike in everything that a rulebook names (one buyer, ten days). Which of them
counts is settled over all days, not within a window, so that it does not depend on who looks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

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
_CAN_REPEAT = "collapsed__can_repeat"
_PLACE = "collapsed__place"
_NEXT = "collapsed__next"


def collapsed_rows(rows: str) -> str:
    """Name the step in which a set's repeats are marked."""
    return f"collapsed_{rows}"


def repeated_count(rows: str) -> str:
    """Name the column that counts the rows of a set that would count but for a repeat."""
    return f"{rows}__repeated"


def collapsing_steps(
    rows: str,
    source: str,
    collapse: Collapse,
    read: Collection[str],
    scope: RowScope,
    *,
    subject: str,
    has_excluded: bool,
) -> list[Step]:
    """Return the steps that mark the repeats among the rows of `source`.

    `read` names the columns that measures read: of rows of one day those values settle which
    one counts, so that the order in which facts arrived does not. `subject` is the column of
    whoever is assessed. With `has_excluded` an excluded row repeats nothing.
    """
    per = [row_sql.holds(each.node, scope) for each in collapse.per]
    names = [f"collapsed__{place}" for place in range(1, len(per) + 2)]
    alike = exp.select(
        "*",
        *(
            exp.alias_(each, name)
            for each, name in zip([exp.column(subject), *per], names, strict=True)
        ),
    ).from_(source)
    told = [exp.Not(this=exp.column(name).is_(exp.null())) for name in (*names[1:], collapse.by)]
    counts = [exp.column(BY).is_(exp.null())] if has_excluded else []
    can_repeat = exp.and_(*told, *counts)
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[*map(exp.column, names), can_repeat],
        order=_order(collapse, read, scope),
    )
    placed = exp.select(
        "*", exp.alias_(can_repeat.copy(), _CAN_REPEAT), exp.alias_(place, _PLACE)
    ).from_(alike.subquery("alike"))
    if collapse.apart_days is not None:
        return _spacing_steps(rows, placed, collapse, names)
    repeats = exp.and_(exp.column(_CAN_REPEAT), exp.column(_PLACE) > collapse.at_most)
    query = exp.select("*", exp.alias_(repeats, IS_REPEAT)).from_(placed.subquery("placed"))
    return [Step(collapsed_rows(rows), "which rows repeat others that count in their place", query)]


def _spacing_steps(
    rows: str, placed: exp.Select, collapse: Collapse, alike: Sequence[str]
) -> list[Step]:
    """Return the steps that mark rows too near to the last one alike that counts.

    From each row the way leads to the first that is far enough behind it. Those on the way
    from the first row count; only where there is a second one is it walked. `alike` names the
    columns in which repeats are alike.
    """
    numbered, spaced, kept = f"placed_{rows}", f"spaced_{rows}", f"walked_{rows}"
    nexts = exp.alias_(_far_enough(collapse, alike), _NEXT)
    ahead = exp.select(*alike, _PLACE, nexts).from_(numbered).where(exp.column(_CAN_REPEAT))
    return [
        Step(numbered, "rows alike, numbered from the first on", placed),
        Step(spaced, "to each row the next one alike that is far enough", ahead),
        Step(
            kept,
            "from the first of those alike on, each that is far enough from the last",
            _walked(kept, spaced, alike),
        ),
        Step(
            collapsed_rows(rows),
            "which rows are too near to one that counts",
            _passed(numbered, kept, alike),
        ),
    ]


def _walked(kept: str, spaced: str, alike: Sequence[str]) -> exp.Query:
    """Return the rows on the way from each first one, where it leads to another."""
    columns = [*alike, _PLACE, _NEXT]
    there = exp.and_(exp.column(_PLACE).eq(1), exp.Not(this=exp.column(_NEXT).is_(exp.null())))
    first = exp.select(*columns).from_(spaced).where(there)
    leads = [exp.column(name, "later").eq(exp.column(name, "kept")) for name in alike]
    leads.append(exp.column(_PLACE, "later").eq(exp.column(_NEXT, "kept")))
    later = (
        exp.select(*(exp.column(name, "later") for name in columns))
        .from_(exp.to_table(kept).as_("kept"))
        .join(exp.to_table(spaced).as_("later"), on=exp.and_(*leads))
    )
    return exp.union(first, later, distinct=False)


def _passed(numbered: str, kept: str, alike: Sequence[str]) -> exp.Select:
    """Return the rows with a mark on those that lie beside the way; a first one never does."""
    beside = exp.and_(
        exp.column(_CAN_REPEAT, "placed"),
        exp.column(_PLACE, "placed") > 1,
        exp.column(_PLACE, "kept").is_(exp.null()),
    )
    same = [exp.column(name, "kept").eq(exp.column(name, "placed")) for name in (*alike, _PLACE)]
    return (
        exp.select("placed.*", exp.alias_(beside, IS_REPEAT))
        .from_(exp.to_table(numbered).as_("placed"))
        .join(exp.to_table(kept).as_("kept"), on=exp.and_(*same), join_type="left")
    )


def _far_enough(collapse: Collapse, alike: Sequence[str]) -> exp.Expr:
    """Return the place of the first row alike that comes so many days later, null for none."""
    # Counted from a day of no meaning: a range of whole numbers is written alike everywhere.
    start = exp.cast(exp.Literal.string("1970-01-01"), exp.DataType.Type.DATE)
    day = row_sql.days_from(start, exp.column(collapse.by))
    return exp.Window(
        this=exp.Min(this=exp.column(_PLACE)),
        partition_by=[exp.column(name) for name in alike],
        order=exp.Order(expressions=[exp.Ordered(this=day, nulls_first=True)]),
        spec=exp.WindowSpec(
            kind="RANGE",
            start=exp.Literal.number(collapse.apart_days),
            start_side="FOLLOWING",
            end="UNBOUNDED",
            end_side="FOLLOWING",
        ),
    )


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
