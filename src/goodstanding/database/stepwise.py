"""A statement parted into its steps, for a database that runs them one by one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp

from goodstanding.database.steps import Step, needed_steps

_LAST = "last__step"


@dataclass(frozen=True, slots=True)
class Stepwise:
    """A statement, parted: its steps in order, and whatever table they read that is none of them.

    `into` is the table that it makes or fills, where it does.
    """

    steps: tuple[Step, ...]
    reads: tuple[str, ...]
    into: str | None


@lru_cache(maxsize=64)
def parted(sql: str) -> Stepwise:
    """Part a statement of the portable subset: a query, or one whose rows a table gets."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    into = None
    if isinstance(tree, exp.Insert | exp.Create):
        into, tree = tree.this.name, tree.expression
    if not isinstance(tree, exp.Query):
        raise ValueError(f"not a query: {sql[:60]}")
    steps = [
        Step(cte.alias, "", cte.this.copy())
        for found in list(tree.find_all(exp.With))
        for cte in found.expressions
    ]
    for found in list(tree.find_all(exp.With)):
        found.pop()
    last = Step(_LAST, "", tree)
    steps = [*needed_steps(steps, tree), last]
    names = {step.name for step in steps}
    reads = sorted({name for step in steps for name in step.reads} - names)
    return Stepwise(tuple(steps), tuple(reads), into)
