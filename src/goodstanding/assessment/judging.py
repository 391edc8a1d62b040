"""The steps that judge a subject: indicators, limits, not graded, grade."""

from __future__ import annotations

from sqlglot import exp

from goodstanding.assessment.calculating import calculating_steps
from goodstanding.assessment.climbing import in_force_step
from goodstanding.assessment.collapsing import repeated_count
from goodstanding.assessment.excluding import excluded_count, exclusions_of
from goodstanding.assessment.flags import rows_known
from goodstanding.assessment.peers import INDICATED, benchmark_steps
from goodstanding.assessment.row_digest import PRIMES, digest_column
from goodstanding.assessment.subject_sql import (
    condition,
    denominator,
    is_assessed,
    numerator,
    pairs_in,
)
from goodstanding.assessment.unconverted import unconverted_count
from goodstanding.database.steps import Step
from goodstanding.rulebook.conditions import converts_money
from goodstanding.rulebook.model import Indicator, Limit, Rulebook
from goodstanding.rulebook.scopes import scale_of


def judging_steps(rulebook: Rulebook, *, with_digest: bool = False) -> list[Step]:
    """Return the steps from counts per subject to the grade; the last is `results`."""
    steps = [_measured(rulebook, with_digest=with_digest), _indicated(rulebook)]
    if rulebook.peers is not None:
        steps += benchmark_steps(rulebook, rulebook.peers, steps[-1].name)
    steps += calculating_steps(rulebook, steps[-1].name)
    sanctioned = in_force_step(rulebook, steps[-1].name)
    steps += [] if sanctioned is None else [sanctioned]
    return [
        *steps,
        _limited(rulebook, steps[-1].name),
        _graded(rulebook),
        _results(rulebook),
    ]


def limit_flag(grade: int, limit: int) -> str:
    """Name the flag that says whether a limit of a grade is met; both count from 0."""
    return f"limit__{grade}_{limit}"


def guarded_flag(grade: int, limit: int) -> str:
    """Name the flag that says that a limit counts as met though it was not tested."""
    return f"guarded__{grade}_{limit}"


def not_assessed_reason(indicator: str) -> str:
    """Return the reason for "not graded" where an indicator was not assessed."""
    return f"{indicator}_not_assessed"


def required(rulebook: Rulebook) -> list[Indicator]:
    """Return the indicators without which nobody is graded, in the rulebook's order."""
    named = {
        name
        for grade in rulebook.grades
        for limit in grade.limits
        for name in pairs_in(limit.that.node, rulebook.numbers)
    }
    return [
        indicator
        for indicator in rulebook.numbers.values()
        if indicator.name in named and indicator.if_not_assessed == "not graded"
    ]


def _measured(rulebook: Rulebook, *, with_digest: bool) -> Step:
    query = exp.select(exp.column("subject_no", table="subjects"))
    zero = exp.Literal.number(0)
    for row_set in rulebook.rows.values():
        counted = f"counted_{row_set.name}"
        measures = [m for m in rulebook.measures.values() if m.rows == row_set.name]
        names = [m.name for m in measures]
        names += [rows_known(m.name) for m in measures if m.sum is not None]
        names += [repeated_count(row_set.name)] if row_set.collapse is not None else []
        names += [unconverted_count(row_set.name)] if converts_money(rulebook, row_set) else []
        names.append(f"{row_set.name}__counted")
        names += [
            excluded_count(row_set.name, number)
            for number, each in exclusions_of(rulebook, row_set.name)
            if not each.leaves
        ]
        if with_digest:
            names += [digest_column(row_set.name, part) for part in range(len(PRIMES))]
        for name in names:
            value = exp.func("coalesce", exp.column(name, table=counted), zero.copy())
            query = query.select(exp.alias_(exp.cast(value, exp.DataType.Type.BIGINT), name))
    query = query.from_("subjects")
    for row_set in rulebook.rows.values():
        counted = f"counted_{row_set.name}"
        same = exp.column("subject_no", table=counted).eq(
            exp.column("subject_no", table="subjects")
        )
        query = query.join(counted, on=same, join_type="left")
    return Step("measured", "every subject with its counts; nothing counted is 0", query)


def _indicated(rulebook: Rulebook) -> Step:
    query = exp.select("*")
    columns: list[tuple[exp.Column, exp.Expr]]
    for indicator in rulebook.indicators.values():
        name = indicator.name
        if indicator.count is not None:
            columns = [
                (numerator(name), exp.column(indicator.count)),
                (is_assessed(name), exp.true()),
            ]
        elif indicator.formula is not None:
            continue
        else:
            top, bottom = _parts(indicator, rulebook)
            columns = [
                (numerator(name), top),
                (denominator(name), bottom),
                (is_assessed(name), _assessed(indicator, bottom, rulebook)),
            ]
        query = query.select(*(exp.alias_(value, column.name) for column, value in columns))
    query = query.from_("measured")
    return Step(
        INDICATED, "indicators as pairs of whole numbers, and whether each is assessed", query
    )


def _parts(indicator: Indicator, rulebook: Rulebook) -> tuple[exp.Expr, exp.Expr]:
    """Return the numerator and the denominator of a ratio or a mean."""
    if indicator.ratio is not None:
        top, bottom = indicator.ratio
        return exp.column(top), exp.column(bottom)
    added = rulebook.measures[indicator.measures[0]]
    known = exp.column(rows_known(added.name))
    scale = scale_of(added, rulebook)
    return exp.column(added.name), known if scale == 1 else known * exp.Literal.number(scale)


def _assessed(indicator: Indicator, bottom: exp.Expr, rulebook: Rulebook) -> exp.Expr:
    something = bottom.copy() > 0
    if indicator.not_assessed_if is None:
        return something
    guard = condition(indicator.not_assessed_if.node, rulebook.numbers)
    return exp.and_(something, exp.Not(this=exp.paren(guard)))


def _limited(rulebook: Rulebook, source: str) -> Step:
    query = exp.select("*")
    for g, grade in enumerate(rulebook.grades):
        for i, limit in enumerate(grade.limits):
            query = query.select(
                exp.alias_(_met(limit, rulebook), limit_flag(g, i)),
                exp.alias_(_guarded(limit, rulebook), guarded_flag(g, i)),
            )
    query = query.from_(source)
    return Step("limited", "each limit of each grade, and where it counts as met untested", query)


def _met(limit: Limit, rulebook: Rulebook) -> exp.Expr:
    met = exp.func("coalesce", condition(limit.that.node, rulebook.numbers), exp.false())
    if limit.unless is None:
        return met
    return exp.or_(met, condition(limit.unless.node, rulebook.numbers))


def _guarded(limit: Limit, rulebook: Rulebook) -> exp.Expr:
    passes: list[exp.Expr] = [
        exp.Not(this=is_assessed(name))
        for name in pairs_in(limit.that.node, rulebook.numbers)
        if rulebook.numbers[name].if_not_assessed == "passes"
    ]
    if limit.unless is not None:
        met = exp.func("coalesce", condition(limit.that.node, rulebook.numbers), exp.false())
        excused = condition(limit.unless.node, rulebook.numbers)
        passes.append(exp.and_(exp.Not(this=met), exp.paren(excused)))
    return exp.or_(*passes) if passes else exp.false()


def _graded(rulebook: Rulebook) -> Step:
    reasons = [
        exp.If(
            this=condition(entry.condition.node, rulebook.numbers),
            true=exp.Literal.string(entry.id),
        )
        for entry in rulebook.not_graded
    ]
    reasons += [
        exp.If(
            this=exp.Not(this=is_assessed(indicator.name)),
            true=exp.Literal.string(not_assessed_reason(indicator.name)),
        )
        for indicator in required(rulebook)
    ]
    reason: exp.Expr = exp.Case(ifs=reasons) if reasons else exp.null()
    reason = exp.cast(reason, exp.DataType.Type.VARCHAR)
    grades = [
        exp.If(
            this=exp.and_(*(exp.column(limit_flag(g, i)) for i in range(len(grade.limits)))),
            true=exp.Literal.number(g),
        )
        for g, grade in enumerate(rulebook.grades)
        if grade.limits
    ]
    last = exp.Literal.number(len(rulebook.grades) - 1) if rulebook.grades else exp.null()
    place: exp.Expr = exp.Case(ifs=grades, default=last) if grades else last
    query = exp.select(
        "*",
        exp.alias_(reason, "reason__not_graded"),
        exp.alias_(exp.cast(place, exp.DataType.Type.INT), "place__reached"),
    ).from_("limited")
    return Step("graded", "why there is no grade, and the first grade whose limits all hold", query)


def _results(rulebook: Rulebook) -> Step:
    # The grade's place counts from 0, the best; the deciding limit likewise within its grade.
    reached = exp.column("place__reached")
    is_graded = exp.column("reason__not_graded").is_(exp.null())
    deciding = []
    for g, grade in enumerate(rulebook.grades[:-1]):
        first_missed = exp.Case(
            ifs=[
                exp.If(this=exp.Not(this=exp.column(limit_flag(g, i))), true=exp.Literal.number(i))
                for i in range(len(grade.limits))
            ]
        )
        deciding.append(exp.If(this=reached.eq(g + 1), true=first_missed))
    decided: exp.Expr = exp.Case(ifs=deciding) if deciding else exp.null()
    query = exp.select(
        "*",
        exp.alias_(exp.Case(ifs=[exp.If(this=is_graded, true=reached.copy())]), "grade__place"),
        exp.alias_(
            exp.cast(
                exp.Case(ifs=[exp.If(this=is_graded.copy(), true=decided)]),
                exp.DataType.Type.INT,
            ),
            "limit__deciding",
        ),
    ).from_("graded")
    return Step(
        "results", "the grade, and the first limit of the next better one that is missed", query
    )
