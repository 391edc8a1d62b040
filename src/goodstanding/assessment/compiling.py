"""The compiler: a rulebook becomes a list of named SQL steps.

Rows are narrowed (rows, then measures as flags on each row), counted per subject with one
group-by for each set of rows, and judged (indicators, limits, grade). The same steps, cut
before the counting, are the explanation; run over edited rows, the what-if.

Generated names hold a double underscore, which no author may write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from goodstanding.assessment import lasting, row_digest, row_sql
from goodstanding.assessment.bound_days import AS_OF, BoundDay, values
from goodstanding.assessment.collapsing import (
    IS_REPEAT,
    collapsed_rows,
    collapsing_step,
    repeated_count,
    unless_repeat,
)
from goodstanding.assessment.collapsing import WOULD_COUNT as WOULD_COUNT_UNREPEATED
from goodstanding.assessment.excluding import (
    WOULD_COUNT,
    Numbered,
    counted_exclusions,
    exclusions_of,
    instead_of_counting,
    is_left,
    marked_rows,
    marking_step,
    marks,
    spared_kinds,
    spared_measures,
    unless_excluded,
)
from goodstanding.assessment.flags import (
    conditions,
    judged_rows,
    kind_flag,
    met,
    quantity,
    rows_known,
)
from goodstanding.assessment.judging import judging_steps
from goodstanding.assessment.row_sql import RowScope
from goodstanding.database.steps import Step
from goodstanding.days import FIRST_DAY
from goodstanding.expressions.nodes import Node, names_in
from goodstanding.rows.catalogue import ROW_KINDS, RowKind
from goodstanding.rulebook.model import Measure, RowSet, Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A rulebook as steps over `<kind>_rows` and `subjects`, which whoever runs it provides.

    `columns` says, by row kind, which columns the rows must have. `days` are to be bound.
    `is_bounded`: a row counts only by a day on or after the earliest of them.
    """

    rulebook: Rulebook
    steps: tuple[Step, ...]
    columns: dict[str, frozenset[str]]
    days: frozenset[BoundDay]
    is_bounded: bool

    def looks_back_to(self, as_of: date) -> date:
        """Return the first day that can matter: rows that ended before it cannot count."""
        return min(self.bound_values(as_of).values()) if self.is_bounded else FIRST_DAY

    @property
    def compares_peers(self) -> bool:
        """Whether everybody has to be judged to judge one, and `category_names` is read."""
        return any(step.name == "peer_members" for step in self.steps)

    @property
    def reads_exclusions(self) -> bool:
        """Whether the steps read `exclusions_in_force`, which is then to be provided as well."""
        return any(each.reason is not None for each in self.rulebook.exclusions)

    def bound_values(self, as_of: date) -> dict[str, date]:
        """Return the days to bind for an as-of day."""
        return values(self.days, as_of)


def compile_rulebook(
    rulebook: Rulebook,
    *,
    for_explaining: bool = False,
    with_digest: bool = False,
    frozen: Mapping[str, int | str | None] | None = None,
) -> Compiled:
    """Compile a checked rulebook.

    `for_explaining` lets every row and every column through, also those that cannot count.
    `with_digest` adds to the results a digest of the rows behind each (`row_digest`). `frozen`
    are benchmarks that were worked out before (`peers.benchmark_columns`).
    """
    days: set[BoundDay] = {AS_OF}
    steps: list[Step] = []
    columns: dict[str, frozenset[str]] = {}
    is_bounded = not for_explaining
    for row_set in rulebook.rows.values():
        kind = ROW_KINDS[row_set.kind]
        measures = measures_of(rulebook, row_set)
        needed = set(kind.names) if for_explaining else _needed(rulebook, row_set, measures, kind)
        columns[kind.name] = columns.get(kind.name, frozenset()) | needed
        scope = RowScope(kind, None, days)
        marked = exclusions_of(rulebook, row_set.name)
        wanted = [name for name in kind.names if name in needed]
        # A repeat may be told by a row that no window holds any more.
        every_row = for_explaining or row_set.collapse is not None
        is_bounded = is_bounded and not every_row and lasting.ends_with_its_rows(measures, scope)
        steps += _narrowing_steps(row_set, kind, measures, wanted, scope, every_row=every_row)
        steps += [marking_step(row_set.name, kind, marked, scope)] if marked else []
        if row_set.collapse is not None:
            steps.append(
                collapsing_step(
                    row_set.name,
                    marked_rows(row_set.name) if marked else f"rows_{row_set.name}",
                    row_set.collapse,
                    columns_named(rulebook, row_set, measures),
                    scope,
                    subject=kind.subjects[rulebook.subject],
                    has_excluded=bool(marked),
                )
            )
        steps += _judging_steps(row_set, measures, wanted, marked, scope)
        counts = _counts(rulebook, row_set, kind, measures)
        steps += _with_digest(counts, row_set, kind, measures) if with_digest else [counts]
    steps += judging_steps(rulebook, with_digest=with_digest, frozen=frozen)
    return Compiled(
        rulebook=rulebook,
        steps=tuple(steps),
        columns=columns,
        days=frozenset(days),
        is_bounded=is_bounded,
    )


def measures_of(rulebook: Rulebook, row_set: RowSet) -> list[Measure]:
    """Return the measures over a set of rows, each after the one it narrows."""
    ordered: list[Measure] = []

    def add(measure: Measure) -> None:
        if measure.parent is not None:
            add(rulebook.measures[measure.parent])
        if measure not in ordered:
            ordered.append(measure)

    for measure in rulebook.measures.values():
        if measure.rows == row_set.name:
            add(measure)
    return ordered


def columns_named(
    rulebook: Rulebook, row_set: RowSet, measures: Sequence[Measure]
) -> frozenset[str]:
    """Return the columns that a rulebook names of a set of rows."""
    nodes: list[Node] = [e.node for m in measures for e in (m.when, m.sum, *m.kinds.values()) if e]
    if row_set.where is not None:
        nodes.append(row_set.where.node)
    exclusions = [each for _, each in exclusions_of(rulebook, row_set.name)]
    nodes += [each.when.node for each in exclusions if each.when is not None]
    named = {name for node in nodes for name in names_in(node)}
    named |= {m.distinct for m in measures if m.distinct}
    peers = rulebook.peers
    if peers is not None and rulebook.measures[peers.of].rows == row_set.name:
        named |= {*names_in(peers.most.node), *peers.groups}
    if row_set.collapse is not None:
        named |= {name for each in row_set.collapse.per for name in names_in(each.node)}
        named.add(row_set.collapse.by)
    return frozenset(named)


def _needed(
    rulebook: Rulebook, row_set: RowSet, measures: Sequence[Measure], kind: RowKind
) -> set[str]:
    exclusions = [each for _, each in exclusions_of(rulebook, row_set.name)]
    named = set(columns_named(rulebook, row_set, measures))
    named |= {kind.subjects[rulebook.subject], *kind.key}
    named |= {"buyer_id"} if any(each.reason is not None for each in exclusions) else set()
    since = {kind.column(name).since for name in named}
    return named | {name for name in since if name is not None}


def _narrowing_steps(
    row_set: RowSet,
    kind: RowKind,
    measures: Sequence[Measure],
    columns: Sequence[str],
    scope: RowScope,
    *,
    every_row: bool,
) -> list[Step]:
    as_of = scope.day(AS_OF)
    touching = exp.select(*columns).from_(f"{kind.name}_rows")
    days = None if every_row else lasting.days_touched(measures, scope)
    if days is not None:
        touching = touching.where(exp.or_(*days))
    seen = exp.select(
        *(exp.alias_(row_sql.seen(kind.column(n), kind, as_of.copy()), n) for n in columns)
    ).from_(f"touching_{row_set.name}")
    rows = exp.select(*columns).from_(f"seen_{row_set.name}")
    if row_set.where is not None:
        rows = rows.where(row_sql.holds(row_set.where.node, scope))
    return [
        Step(
            f"touching_{row_set.name}", "rows with a day in a window: no other can count", touching
        ),
        Step(
            f"seen_{row_set.name}", "rows as seen on the as-of day: what lies ahead is hidden", seen
        ),
        Step(f"rows_{row_set.name}", f"the rows of account: {row_set.name}", rows),
    ]


def _judging_steps(
    row_set: RowSet,
    measures: Sequence[Measure],
    columns: Sequence[str],
    exclusions: Numbered,
    scope: RowScope,
) -> list[Step]:
    has_repeats = row_set.collapse is not None
    source = marked_rows(row_set.name) if exclusions else f"rows_{row_set.name}"
    flags = exp.select(
        *columns,
        *marks(exclusions),
        *([IS_REPEAT] if has_repeats else []),
        *(
            exp.alias_(flag, name)
            for m in measures
            for name, flag in _flags(m, exclusions, scope.through(m.window.length))
        ),
        *(
            exp.alias_(row_sql.holds(m.sum.node, scope.through(m.window.length)), quantity(m.name))
            for m in measures
            if m.sum is not None
        ),
    ).from_(collapsed_rows(row_set.name) if has_repeats else source)
    counts = {m.name: _met(m, measures, exclusions) for m in measures}
    left_in = {m.name: _met(m, measures, exclusions, is_left_in=True) for m in measures}
    judged = exp.select("*")
    if has_repeats:
        would = exp.and_(
            exp.column(IS_REPEAT), exp.paren(exp.or_(*(c.copy() for c in counts.values())))
        )
        judged = judged.select(exp.alias_(would, WOULD_COUNT_UNREPEATED))
        counts = {name: unless_repeat(condition) for name, condition in counts.items()}
    if exclusions:
        judged = judged.select(
            *(exp.alias_(unless_excluded(counts[m.name]), met(m.name)) for m in measures),
            exp.alias_(instead_of_counting(list(counts.values())), WOULD_COUNT),
            *spared_measures(exclusions, left_in),
        )
    else:
        judged = judged.select(*(exp.alias_(counts[m.name], met(m.name)) for m in measures))
    judged = judged.from_(f"flagged_{row_set.name}")
    return [
        Step(
            f"flagged_{row_set.name}", "each condition of each measure, as a flag on the row", flags
        ),
        Step(judged_rows(row_set.name), "which measures each row meets", judged),
    ]


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


def _counts(
    rulebook: Rulebook, row_set: RowSet, kind: RowKind, measures: Sequence[Measure]
) -> Step:
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
    counts += counted_exclusions(row_set.name, exclusions_of(rulebook, row_set.name))
    subject = exp.column(kind.subjects[rulebook.subject])
    query = (
        exp.select(exp.alias_(subject, "subject_no"), *counts)
        .from_(judged_rows(row_set.name))
        .group_by(subject.copy())
    )
    return Step(
        f"counted_{row_set.name}", f"per {rulebook.subject}: how many rows meet each measure", query
    )


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


def _with_digest(
    counts: Step, row_set: RowSet, kind: RowKind, measures: Sequence[Measure]
) -> list[Step]:
    """Return the counting and, in the same pass over the rows, the digest of those that count."""
    flags = [met(m.name) for m in measures]
    flags += [kind_flag(m.name, name) for m in measures for name in m.kinds]
    flags.sort()  # the order in which a rulebook writes its measures means nothing
    mixed = row_digest.mixed_step(row_set.name, judged_rows(row_set.name), kind.key, flags)
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


def _surely(condition: exp.Expr) -> exp.Expr:
    """Return a flag that is never missing: a row belongs only where a condition is true."""
    return exp.func("coalesce", condition, exp.false())
