"""Which measures each row meets: every condition as a flag on the row, then the measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from goodstanding.assessment import row_sql
from goodstanding.assessment.choosing import chosen
from goodstanding.assessment.collapsing import IS_REPEAT, unless_repeat
from goodstanding.assessment.collapsing import WOULD_COUNT as WOULD_COUNT_UNREPEATED
from goodstanding.assessment.excluding import (
    BY,
    WOULD_COUNT,
    Numbered,
    exclusions_of,
    instead_of_counting,
    is_left,
    marks,
    spared_kinds,
    spared_measures,
    unless_excluded,
)
from goodstanding.assessment.flags import (
    conditions,
    given,
    judged_rows,
    kind_flag,
    met,
    quantity,
)
from goodstanding.assessment.limiting import is_limited, limiting_steps, running_rows
from goodstanding.assessment.row_sql import RowScope, first_day
from goodstanding.assessment.unconverted import unconverted_flag
from goodstanding.database.steps import Step
from goodstanding.rulebook.model import Measure, RowSet, Rulebook


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A set of rows with the measures over it, the columns of its rows, and what it may name."""

    row_set: RowSet
    measures: list[Measure]
    columns: list[str]
    scope: RowScope


def row_judging_steps(
    rulebook: Rulebook,
    each: LookedAt,
    measures: Sequence[Measure],
    source: str,
    *,
    before: str = "",
) -> list[Step]:
    """Return the steps that say which of some measures each row meets.

    `before` sets the steps apart from those of the same rows.
    """
    row_set, scope = each.row_set, each.scope
    exclusions = exclusions_of(rulebook, row_set.name)
    has_repeats = row_set.collapse is not None
    firsts = [first_day(w.name) for w in chosen(rulebook)] if _has_choices(measures) else []
    flags = exp.select(
        *each.columns,
        *marks(exclusions),
        *firsts,
        *unconverted_flag(measures, scope, unless=_is_excluded(exclusions)),
        *([IS_REPEAT] if has_repeats else []),
        *(
            exp.alias_(flag, name)
            for m in measures
            for name, flag in _flags(m, exclusions, scope.through(m.window))
        ),
        *_quantities(measures, scope),
    ).from_(source)
    flagged = f"{before}flagged_{row_set.name}"
    judged = _judged(measures, exclusions, has_repeats=has_repeats).from_(flagged)
    last = f"{before}{judged_rows(row_set.name)}"
    first = f"{before}unlimited_{row_set.name}" if is_limited(measures) else last
    steps = [
        Step(flagged, "each condition of each measure, as a flag on the row", flags),
        Step(first, "which measures each row meets", judged),
    ]
    if is_limited(measures):
        running = f"{before}{running_rows(row_set.name)}"
        subject = scope.kind.subjects[rulebook.subject]
        steps += limiting_steps(measures, first, running, last, scope, subject)
    return steps


def _quantities(measures: Sequence[Measure], scope: RowScope) -> Iterator[exp.Expr]:
    """Yield what each measure that adds up would add of a row; of a limited one, at first."""
    for measure in measures:
        if measure.sum is not None:
            name = quantity(measure.name) if measure.limited is None else given(measure.name)
            value = row_sql.holds(measure.sum.node, scope.through(measure.window))
            yield exp.alias_(value, name)


def _is_excluded(exclusions: Numbered) -> exp.Expr | None:
    return exp.Not(this=exp.column(BY).is_(exp.null())) if exclusions else None


def _has_choices(measures: Sequence[Measure]) -> bool:
    return any(measure.window.choices for measure in measures)


def _judged(measures: Sequence[Measure], exclusions: Numbered, *, has_repeats: bool) -> exp.Select:
    """Return the flags of a row together: which measures it meets, and which it only would."""
    counts = {m.name: _met(m, measures, exclusions) for m in measures}
    left_in = {m.name: _met(m, measures, exclusions, is_left_in=True) for m in measures}
    judged = exp.select("*")
    if has_repeats:
        would = exp.and_(
            exp.column(IS_REPEAT), exp.paren(exp.or_(*(c.copy() for c in counts.values())))
        )
        judged = judged.select(exp.alias_(would, WOULD_COUNT_UNREPEATED))
        counts = {name: unless_repeat(condition) for name, condition in counts.items()}
    if not exclusions:
        return judged.select(*(exp.alias_(counts[m.name], met(m.name)) for m in measures))
    return judged.select(
        *(exp.alias_(unless_excluded(counts[m.name]), met(m.name)) for m in measures),
        exp.alias_(instead_of_counting(list(counts.values())), WOULD_COUNT),
        *spared_measures(exclusions, left_in),
    )


def _flags(
    measure: Measure, exclusions: Numbered, scope: RowScope
) -> Iterator[tuple[str, exp.Expr]]:
    """Yield each condition of a measure as a flag, and whether an exclusion alone unsets it."""
    for name, expression in conditions(measure):
        flag = _surely(row_sql.holds(expression.node, scope))
        kind = next((k for k in measure.kinds if kind_flag(measure.name, k) == name), None)
        left = None if kind is None else is_left(exclusions, measure.name, kind)
        if left is None:
            yield name, flag
            continue
        yield name, exp.and_(flag, exp.Not(this=exp.paren(left)))
        yield from spared_kinds(exclusions, measure.name, kind, flag)


def _met(
    measure: Measure, measures: Sequence[Measure], exclusions: Numbered, *, is_left_in: bool = False
) -> exp.Expr:
    """Return the condition under which a row meets a measure, exclusions from all aside.

    `is_left_in` passes over the exclusions from this very measure.
    """
    conditions: list[exp.Expr] = []
    if measure.parent is not None:
        parent = next(m for m in measures if m.name == measure.parent)
        conditions.append(exp.paren(_met(parent, measures, exclusions)))
    left = is_left(exclusions, measure.name, None)
    if left is not None and not is_left_in:
        conditions.append(exp.Not(this=exp.paren(left)))
    if measure.when is not None:
        conditions.append(exp.column(kind_flag(measure.name, "when")))
    if measure.kinds:
        kinds = [exp.column(kind_flag(measure.name, kind)) for kind in measure.kinds]
        conditions.append(exp.paren(exp.or_(*kinds)))
    return exp.and_(*conditions) if conditions else exp.true()


def _surely(condition: exp.Expr) -> exp.Expr:
    """Return a flag that is never missing: a row belongs only where a condition is true."""
    return exp.func("coalesce", condition, exp.false())
