"""Rows of what is no order: findings and accounts.

They are derived from what is known of the facts whenever they are asked for, and kept nowhere.
Of findings only what was decided, and not overturned since, has a row: a suspicion has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from goodstanding.database.clock import MarketClock
from goodstanding.database.steps import Step, bound
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.tables import Table
from goodstanding.rows.catalogue import ROW_KINDS, RowKind
from goodstanding.rows.written import with_own_functions, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A kind of row that is made of one table of facts."""

    kind: RowKind
    facts: Table

    @property
    def step(self) -> str:
        """The step that holds its rows."""
        return f"{self.kind.name}_rows"

    @property
    def says_who_is_there(self) -> bool:
        """Whether its rows bring somebody about; of accounts the facts say who is there."""
        return self.kind.name != "account"


BESIDE: dict[str, Beside] = {
    name: Beside(kind=ROW_KINDS[name], facts=BY_NAME[facts])
    for name, facts in (("finding", "findings"), ("account", "buyers"))
}


def beside_among(kinds: Iterable[str]) -> list[Beside]:
    """Return those among some kinds of row that are no orders, and made of one table of facts."""
    return [BESIDE[name] for name in kinds if name in BESIDE]


def brings_about(kind: RowKind) -> bool:
    """Say whether a row of a kind says that whom it names is there."""
    return kind.name not in BESIDE or BESIDE[kind.name].says_who_is_there


def beside_row_steps(
    besides: Iterable[Beside], *, clock: MarketClock, one_subject: str | None
) -> list[Step]:
    """Return the steps that end in the rows of some kinds, with every column.

    Bound values: `$known_at`, `$corrected_at`, `$as_of_end`, and with `one_subject` (the kind of
    the one subject looked at) `$subject_no`.
    """
    return [step for each in besides for step in _row_steps(each, clock, one_subject)]


def seen_in(beside: Beside, subject: str) -> exp.Select:
    """Return the query for everybody of a kind of subject whom its rows name."""
    own = exp.column(beside.kind.subjects[subject])
    return exp.select(exp.alias_(own, f"{subject}_no")).from_(beside.step)


def _row_steps(beside: Beside, clock: MarketClock, one_subject: str | None) -> list[Step]:
    only = None
    if one_subject in beside.kind.subjects:
        only = exp.column(f"{one_subject}_no").eq(bound("subject_no"))
    purpose, query = written(beside.step)
    query = query.copy()
    read = {column.name for column in query.find_all(exp.Column)}
    columns = [column.name for column in beside.facts.values if column.stored_name in read]
    facts = known.known_steps(beside.facts, columns, only=only)
    with_own_functions(query, clock, beside.kind)
    return _apart([*facts, Step(beside.step, purpose, query)], beside)


def _apart(steps: Sequence[Step], beside: Beside) -> list[Step]:
    """Return the steps under names of their own: others may read fewer columns of the facts."""
    called = {step.name: f"{beside.kind.name}_{step.name}" for step in steps[:-1]}
    found = []
    for step in steps:
        query = step.query.copy()
        for table in list(query.find_all(exp.Table)):
            if table.name in called:
                alias = table.alias or table.name
                table.replace(exp.alias_(exp.to_table(called[table.name]), alias, table=True))
        found.append(Step(called.get(step.name, step.name), step.purpose, query))
    return found
