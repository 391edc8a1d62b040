"""Windows chosen for each subject, as SQL: counted first, so that the rows can be looked through.

The measures that a choice turns on are counted in windows of their own. What was chosen is a day
beside each subject: the first on which the window looks back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from goodstanding.assessment.bound_days import BoundDay
from goodstanding.assessment.row_sql import RowScope, first_day
from goodstanding.assessment.subject_sql import condition
from goodstanding.database.steps import Step
from goodstanding.expressions.nodes import names_in
from goodstanding.rulebook.model import Measure, Rulebook, WindowRule

CHOICES = "chosen_windows"
_EVER = exp.cast(exp.Literal.string("0001-01-01"), exp.DataType.Type.DATE)


def chosen(rulebook: Rulebook) -> list[WindowRule]:
    """Return the windows of a rulebook that are chosen."""
    return [window for window in rulebook.windows.values() if window.choices]


def turned_on(rulebook: Rulebook, rows: str) -> list[Measure]:
    """Return the measures over a set of rows that choices turn on, with those they narrow."""
    named = {
        name
        for window in chosen(rulebook)
        for choice in window.choices
        if choice.condition is not None
        for name in names_in(choice.condition.node)
    }
    found: list[Measure] = []

    def add(measure: Measure) -> None:
        if measure.parent is not None:
            add(rulebook.measures[measure.parent])
        if measure not in found:
            found.append(measure)

    for measure in rulebook.measures.values():
        if measure.name in named and measure.rows == rows:
            add(measure)
    return found


def choosing_steps(
    rulebook: Rulebook, counted: Mapping[str, Sequence[Measure]], scope: RowScope
) -> list[Step]:
    """Return the steps from counts per subject to the windows that are chosen for each.

    `counted` says which step counts which measures. Reads `subjects`.
    """
    query = exp.select(exp.column("subject_no", table="subjects")).from_("subjects")
    for step, measures in counted.items():
        same = exp.column("subject_no", table=step).eq(exp.column("subject_no", table="subjects"))
        query = query.join(step, on=same, join_type="left")
        for measure in measures:
            value = exp.func(
                "coalesce", exp.column(measure.name, table=step), exp.Literal.number(0)
            )
            query = query.select(
                exp.alias_(exp.cast(value, exp.DataType.Type.BIGINT), measure.name)
            )
    columns = [
        exp.alias_(_first(window, rulebook, scope), first_day(window.name))
        for window in chosen(rulebook)
    ]
    return [
        Step("choosing", "what the choice of a window turns on, for every subject", query),
        Step(
            CHOICES,
            "the first day of each window that is chosen",
            exp.select("subject_no", *columns).from_("choosing"),
        ),
    ]


def with_choices(rulebook: Rulebook, source: str, subject: str, name: str) -> Step:
    """Return the step that sets beside each row of `source` what was chosen for its subject."""
    same = exp.column("subject_no", table=CHOICES).eq(exp.column(subject, table=source))
    query = (
        exp.select(f"{source}.*", *(first_day(window.name) for window in chosen(rulebook)))
        .from_(source)
        .join(CHOICES, on=same, join_type="left")
    )
    return Step(name, "each row with the windows of its subject", query)


def _first(window: WindowRule, rulebook: Rulebook, scope: RowScope) -> exp.Expr:
    ifs: list[exp.If] = []
    for choice in window.choices:
        length = rulebook.windows[choice.window].length
        first = _EVER.copy() if length is None else scope.day(BoundDay(length, 0))
        if choice.condition is None:
            return exp.Case(ifs=ifs, default=first)
        asked = condition(choice.condition.node, {})
        ifs.append(exp.If(this=asked, true=first))
    raise ValueError("the last window has a condition; the checker should have refused it")
