"""Rows counted per subject: how many meet each measure, and to what quantities add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from goodstanding.assessment import row_digest
from goodstanding.assessment.collapsing import WOULD_COUNT as WOULD_COUNT_UNREPEATED
from goodstanding.assessment.collapsing import repeated_count
from goodstanding.assessment.excluding import counted_exclusions, exclusions_of
from goodstanding.assessment.flags import judged_rows, kind_flag, met, quantity, rows_known
from goodstanding.assessment.judging_rows import LookedAt
from goodstanding.assessment.unconverted import counted_unconverted
from goodstanding.database.steps import Step
from goodstanding.rulebook.model import Measure, RowSet, Rulebook


def counting_step(
    rulebook: Rulebook,
    each: LookedAt,
    measures: Sequence[Measure],
    name: str,
    *,
    before: str = "",
) -> Step:
    """Return the step `name`, which counts what meets some measures; `before` as for the rows."""
    row_set, kind = each.row_set, each.scope.kind
    counts: list[exp.Expr] = []
    for measure in measures:
        flag = exp.column(met(measure.name))
        if measure.sum is not None:
            counts += _summed(measure)
            continue
        if measure.distinct is None:
            one = exp.If(this=flag, true=exp.Literal.number(1))
            counted: exp.Expr = exp.Count(this=exp.Case(ifs=[one]))
        else:
            value = exp.Case(ifs=[exp.If(this=flag, true=exp.column(measure.distinct))])
            # Of rows of which it is not known each may be another.
            unknown = exp.and_(flag.copy(), exp.column(measure.distinct).is_(exp.null()))
            one = exp.If(this=unknown, true=exp.Literal.number(1))
            counted = exp.Add(
                this=exp.Count(this=exp.Distinct(expressions=[value])),
                expression=exp.Count(this=exp.Case(ifs=[one])),
            )
        counts.append(exp.alias_(exp.cast(counted, exp.DataType.Type.BIGINT), measure.name))
    anything = _counts_at_all(measures)
    any_row = exp.Count(this=exp.Case(ifs=[exp.If(this=anything, true=exp.Literal.number(1))]))
    counts.append(exp.alias_(exp.cast(any_row, exp.DataType.Type.BIGINT), counted_rows(row_set)))
    if row_set.collapse is not None:
        one = exp.If(this=exp.column(WOULD_COUNT_UNREPEATED), true=exp.Literal.number(1))
        repeats = exp.cast(exp.Count(this=exp.Case(ifs=[one])), exp.DataType.Type.BIGINT)
        counts.append(exp.alias_(repeats, repeated_count(row_set.name)))
    counts += counted_unconverted(row_set.name, each.scope)
    counts += counted_exclusions(row_set.name, exclusions_of(rulebook, row_set.name))
    subject = exp.column(kind.subjects[rulebook.subject])
    query = (
        exp.select(exp.alias_(subject, "subject_no"), *counts)
        .from_(f"{before}{judged_rows(row_set.name)}")
        .group_by(subject.copy())
    )
    return Step(name, f"per {rulebook.subject_kind.noun}: how many rows meet each measure", query)


def _summed(measure: Measure) -> list[exp.Expr]:
    """Return what a measure adds up, and over how many rows: those of which it is known."""
    value = exp.Case(
        ifs=[exp.If(this=exp.column(met(measure.name)), true=exp.column(quantity(measure.name)))]
    )
    big = exp.DataType.Type.BIGINT
    total = exp.cast(exp.func("coalesce", exp.Sum(this=value), exp.Literal.number(0)), big)
    return [
        exp.alias_(total, measure.name),
        exp.alias_(exp.cast(exp.Count(this=value.copy()), big), rows_known(measure.name)),
    ]


def with_digest(counts: Step, each: LookedAt) -> list[Step]:
    """Return the counting and, in the same pass over the rows, the digest of those that count."""
    row_set, kind, measures = each.row_set, each.scope.kind, each.measures
    flags = [met(m.name) for m in measures]
    flags += [kind_flag(m.name, name) for m in measures for name in m.kinds]
    flags.sort()  # the order in which a rulebook writes its measures means nothing
    mixed = row_digest.mixed_step(row_set.name, judged_rows(row_set.name), kind.digested, flags)
    query = counts.query.copy()
    if not isinstance(query, exp.Select):
        raise ValueError("counting is a plain select")
    query = query.select(*row_digest.sums(row_set.name, _counts_at_all(measures)))
    return [mixed, replace(counts, query=query.from_(mixed.name))]


def _counts_at_all(measures: Sequence[Measure]) -> exp.Expr:
    return exp.or_(*(exp.column(met(m.name)) for m in measures))


def counted_rows(row_set: RowSet) -> str:
    """Name the column that counts the rows of a set that meet any measure."""
    return f"{row_set.name}__counted"
