"""The statements that make one subject's rows of its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.assessment import questions
from goodstanding.assessment.compiling import Compiled
from goodstanding.database.emptied import without_empty
from goodstanding.database.steps import statement
from goodstanding.facts.catalogue import RETRACTIONS, TABLES
from goodstanding.facts.known import cut_apart
from goodstanding.facts.store import revised
from goodstanding.rows.subjects import is_looked_at

if TYPE_CHECKING:
    from goodstanding.database.clock import MarketClock
    from goodstanding.database.database import Database


@dataclass(frozen=True, slots=True)
class Making:
    """What rows are made of: rulebooks that read the same columns share their statements.

    `empty` are tables without a row: merging facts that were received more than once takes half
    of the time.
    """

    subject: str
    columns: tuple[tuple[str, frozenset[str]], ...]  # by kind of row
    reads_exclusions: bool
    clock: MarketClock
    empty: frozenset[str]
    compiled: Compiled = field(compare=False)

    @classmethod
    def of(cls, compiled: Compiled, clock: MarketClock, small: Database) -> Making:
        """Return how rows are made of the facts in a small market."""
        return cls(
            compiled.rulebook.subject,
            tuple(compiled.columns.items()),
            compiled.reads_exclusions,
            clock,
            _told_once(small),
            compiled,
        )


@lru_cache(maxsize=64)
def rows_sql(making: Making) -> Mapping[str, str]:
    """Return, of each kind of row, the statement that makes the subject's as of a day."""
    compiled = making.compiled
    made = cut_apart(questions.source_steps(compiled, making.clock, one_subject=True))
    steps = without_empty(made, making.empty)
    return {name: statement(steps, _own_rows(making, name), "duckdb") for name in compiled.columns}


def _own_rows(making: Making, name: str) -> exp.Select:
    kind = making.compiled.kind(name)
    own = is_looked_at(exp.column(kind.subjects[making.subject]), making.subject)
    return exp.select(*kind.names).from_(f"{kind.name}_rows").where(own)


def _told_once(small: Database) -> frozenset[str]:
    """Name the tables that list no fact, of those that list facts received more than once."""
    asked = " union all ".join(
        f"select '{revised(table)}' where not exists (select 1 from {revised(table)})"  # noqa: S608 -- our own names
        for table in TABLES
        if table is not RETRACTIONS
    )
    return frozenset(name for (name,) in small.rows(asked))
