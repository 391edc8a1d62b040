"""The compiler: a rulebook becomes a list of named SQL steps.

Rows are narrowed (rows, then measures as flags on each row), counted per subject with one
group-by for each set of rows, and judged (indicators, limits, grade). The same steps, cut
before the counting, are the explanation; run over edited rows, the what-if.

Generated names hold a double underscore, which no author may write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from goodstanding.assessment import lasting, row_sql
from goodstanding.assessment.bound_days import AS_OF, BoundDay, values
from goodstanding.assessment.choosing import choosing_steps, chosen, turned_on, with_choices
from goodstanding.assessment.climbing import climbing_steps, ladders_of
from goodstanding.assessment.collapsing import (
    collapsed_rows,
    collapsing_steps,
)
from goodstanding.assessment.counting import counting_step
from goodstanding.assessment.counting import with_digest as add_digest
from goodstanding.assessment.excluding import (
    exclusions_of,
    marked_rows,
    marking_step,
)
from goodstanding.assessment.judging import judging_steps
from goodstanding.assessment.judging_rows import LookedAt, row_judging_steps
from goodstanding.assessment.peers import frozen
from goodstanding.assessment.row_sql import RowScope, columns_in
from goodstanding.database.steps import Step
from goodstanding.days import FIRST_DAY
from goodstanding.rows.beside_orders import BESIDE
from goodstanding.rows.catalogue import ROW_KINDS, RowKind
from goodstanding.rows.kept import is_kept
from goodstanding.rulebook.conditions import row_nodes
from goodstanding.rulebook.model import Measure, RowSet, Rulebook

_CHOOSING = "choosing_"  # sets apart the steps that count what a choice turns on


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A rulebook as steps over `<kind>_rows` and `subjects`, which whoever runs it provides.

    `columns` says, by row kind, which columns the rows must have. `days` are to be bound.
    `is_bounded`: a row counts only by a day on or after the earliest of them. `touching`: what a
    kept row of an order has to meet to change anything, None where any may.
    """

    rulebook: Rulebook
    steps: tuple[Step, ...]
    columns: dict[str, frozenset[str]]
    days: frozenset[BoundDay]
    is_bounded: bool
    touching: exp.Expr | None

    def looks_back_to(self, as_of: date) -> date:
        """Return the first day that can matter: rows that ended before it cannot count."""
        return min(self.bound_values(as_of).values()) if self.is_bounded else FIRST_DAY

    def kind(self, name: str) -> RowKind:
        """Return a kind of row with the amounts that the rulebook has converted."""
        return ROW_KINDS[name].with_converted(self.columns[name])

    @property
    def compares_peers(self) -> bool:
        """Whether everybody has to be judged to judge one, and `category_names` is read."""
        return any(step.name == "peer_members" for step in self.steps)

    @property
    def reads_exclusions(self) -> bool:
        """Whether the steps read `exclusions_in_force`, which is then to be provided as well."""
        return any(each.reason is not None for each in self.rulebook.exclusions)

    def compared_with(self, benchmarks: Mapping[str, int | str | None]) -> Compiled:
        """Return the same, with benchmarks that were worked out before (`benchmark_columns`)."""
        return replace(self, steps=tuple(frozen(self.steps, benchmarks)))

    def bound_values(self, as_of: date) -> dict[str, date]:
        """Return the days to bind for an as-of day."""
        return values(self.days, as_of)


def compile_rulebook(
    rulebook: Rulebook, *, for_explaining: bool = False, with_digest: bool = False
) -> Compiled:
    """Compile a checked rulebook.

    `for_explaining` lets every row and every column through, also those that cannot count.
    `with_digest` adds to the results a digest of the rows behind each (`row_digest`).
    """
    days: set[BoundDay] = {AS_OF}
    steps: list[Step] = []
    columns: dict[str, frozenset[str]] = {}
    is_bounded = not for_explaining
    looked_at: list[LookedAt] = []
    touching: dict[str, exp.Expr | None] = {}
    for row_set in rulebook.rows.values():
        measures = measures_of(rulebook, row_set)
        named = columns_named(rulebook, row_set, measures)
        kind = ROW_KINDS[row_set.kind].with_converted(named)
        needed = set(kind.names) if for_explaining else _needed(rulebook, row_set, measures, kind)
        columns[kind.name] = columns.get(kind.name, frozenset()) | needed
        wanted = [name for name in kind.names if name in needed]
        each = LookedAt(
            row_set, measures, wanted, RowScope(kind, None, days, lookups=rulebook.lookups)
        )
        looked_at.append(each)
        touched = None if for_explaining else _touched(rulebook, each)
        if kind.name not in BESIDE:  # rows of these are few, and all are looked at
            ends = touched is not None and lasting.ends_with_its_rows(measures, each.scope)
            is_bounded = is_bounded and ends
        touching[row_set.name] = touched
        steps += _narrowing_steps(row_set, kind, wanted, each.scope, touched)
        steps += _marking_steps(rulebook, each)
    steps += _choosing_steps(rulebook, looked_at)
    for each in looked_at:
        steps += row_judging_steps(rulebook, each, each.measures, _source(rulebook, each))
        counts = counting_step(rulebook, each, each.measures, f"counted_{each.row_set.name}")
        steps += add_digest(counts, each) if with_digest else [counts]
        steps += climbing_steps(rulebook, each, _marked(rulebook, each))
    steps += judging_steps(rulebook, with_digest=with_digest)
    return Compiled(
        rulebook=rulebook,
        steps=tuple(steps),
        columns=columns,
        days=frozenset(days),
        is_bounded=is_bounded,
        touching=_of_orders(rulebook, touching),
    )


def _touched(rulebook: Rulebook, each: LookedAt) -> exp.Expr | None:
    """Return the condition without which a row of a set can change nothing, if there is one."""
    if ladders_of(rulebook, each.row_set):  # a sanction may be led to by a row of long ago
        return None
    days = lasting.days_touched(each.measures, each.scope, each.row_set.collapse)
    return None if days is None else exp.or_(*days)


def _of_orders(rulebook: Rulebook, touching: Mapping[str, exp.Expr | None]) -> exp.Expr | None:
    """Return the condition without which an order can change nothing, if there is one."""
    found: list[exp.Expr] = []
    for name, touched in touching.items():
        if not ROW_KINDS[rulebook.rows[name].kind].is_of_orders:
            continue
        if touched is None or not all(is_kept(c.name) for c in touched.find_all(exp.Column)):
            return None
        found.append(exp.paren(touched.copy()))
    return exp.or_(*found) if found else None


def _marking_steps(rulebook: Rulebook, each: LookedAt) -> list[Step]:
    """Return the steps that mark what is excluded, and what repeats another row."""
    row_set, kind = each.row_set, each.scope.kind
    exclusions = exclusions_of(rulebook, row_set.name)
    steps = [marking_step(row_set.name, kind, exclusions, each.scope)] if exclusions else []
    if row_set.collapse is not None:
        steps += collapsing_steps(
            row_set.name,
            marked_rows(row_set.name) if exclusions else f"rows_{row_set.name}",
            row_set.collapse,
            columns_named(rulebook, row_set, each.measures),
            each.scope,
            subject=kind.subjects[rulebook.subject],
            has_excluded=bool(exclusions),
        )
    return steps


def _marked(rulebook: Rulebook, each: LookedAt) -> str:
    """Name the step that holds a set's rows with what marks them."""
    name = each.row_set.name
    if each.row_set.collapse is not None:
        return collapsed_rows(name)
    return marked_rows(name) if exclusions_of(rulebook, name) else f"rows_{name}"


def _choosing_steps(rulebook: Rulebook, looked_at: Sequence[LookedAt]) -> list[Step]:
    """Return the steps that choose windows, where a rulebook does, and set them beside the rows."""
    if not chosen(rulebook):
        return []
    steps: list[Step] = []
    counted: dict[str, list[Measure]] = {}
    for each in looked_at:
        measures = turned_on(rulebook, each.row_set.name)
        if measures:
            source = _marked(rulebook, each)
            steps += row_judging_steps(rulebook, each, measures, source, before=_CHOOSING)
            name = f"{_CHOOSING}counted_{each.row_set.name}"
            steps.append(counting_step(rulebook, each, measures, name, before=_CHOOSING))
            counted[name] = measures
    steps += choosing_steps(rulebook, counted, looked_at[0].scope)
    return steps + [
        with_choices(
            rulebook,
            _marked(rulebook, each),
            each.scope.kind.subjects[rulebook.subject],
            _source(rulebook, each),
        )
        for each in looked_at
        if _looks_through_choices(each)
    ]


def _looks_through_choices(each: LookedAt) -> bool:
    return any(measure.window.choices for measure in each.measures)


def _source(rulebook: Rulebook, each: LookedAt) -> str:
    if _looks_through_choices(each):
        return f"chosen_{each.row_set.name}"
    return _marked(rulebook, each)


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
    named = {name for node in row_nodes(rulebook, row_set) for name in columns_in(node)}
    named |= {m.distinct for m in measures if m.distinct}
    peers = rulebook.peers
    if peers is not None and rulebook.measures[peers.of].rows == row_set.name:
        named |= set(peers.groups)
    if row_set.collapse is not None:
        named.add(row_set.collapse.by)
    named |= {m.limited.by for m in measures if m.limited is not None}
    return frozenset(named)


def _needed(
    rulebook: Rulebook, row_set: RowSet, measures: Sequence[Measure], kind: RowKind
) -> set[str]:
    exclusions = [each for _, each in exclusions_of(rulebook, row_set.name)]
    named = set(columns_named(rulebook, row_set, measures))
    named |= {kind.subjects[rulebook.subject], *kind.key}
    if any(each.reason is not None for each in exclusions):  # of an order, or of its buyer
        named |= {name for name in ("order_id", "buyer_id") if kind.has(name)}
    since = {kind.column(name).since for name in named}
    return named | {name for name in since if name is not None}


def _narrowing_steps(
    row_set: RowSet,
    kind: RowKind,
    columns: Sequence[str],
    scope: RowScope,
    touched: exp.Expr | None,
) -> list[Step]:
    as_of = scope.day(AS_OF)
    touching = exp.select(*columns).from_(f"{kind.name}_rows")
    if touched is not None:
        touching = touching.where(touched)
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
