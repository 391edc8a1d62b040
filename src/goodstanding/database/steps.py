"""Named SQL steps: the unit in which everything is computed, shown and tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import sqlglot
from sqlglot import exp

from goodstanding.database.differences import portable
from goodstanding.errors import ArgumentInvalid

Dialect = Literal["duckdb", "postgres", "spark"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "postgres", "spark")


@dataclass(frozen=True)
class Step:
    """One query with a name; later steps read it under that name.

    `purpose` is one line that a reader of the SQL sees above it. A query that reads its own step
    is recursive: a union of where it begins and of what follows from what it has.
    A query is not changed once it is a step's: what is worked out of it is remembered.
    """

    name: str
    purpose: str
    query: exp.Query

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """Every table that the query reads, as often as it does."""
        return _reads(self.query)

    @cached_property
    def written(self) -> dict[Dialect, str]:
        """The query as it was written so far, by database; `render` writes it."""
        return {}


def parse(sql: str) -> exp.Query:
    """Read SQL of the portable subset (DuckDB's spelling, `$name` for a bound value)."""
    query = sqlglot.parse_one(sql, dialect="duckdb")
    if not isinstance(query, exp.Query):
        raise ValueError(f"not a query: {sql[:60]}")
    return query


def bound(name: str) -> exp.Placeholder:
    """Return a place for a bound value: `$name`, `%(name)s` or `:name` by database."""
    return exp.Placeholder(this=name)


def render(step: Step, dialect: Dialect) -> str:
    """Write one step for a database, pretty, without its name."""
    if dialect not in step.written:
        step.written[dialect] = _written(step.query, dialect)
    return step.written[dialect]


def statement(steps: Sequence[Step], final: str | exp.Query, dialect: Dialect) -> str:
    """Write steps as one statement: a chain of CTEs that ends in `final`.

    `final` is the name of a step or a query over the steps. Steps that it does not need
    are left out. A step that is read more than once is worked out once. On PostgreSQL every
    step is: one used once would be inlined there, and planning time grows with each copy.
    """
    last = exp.select("*").from_(exp.to_table(final)) if isinstance(final, str) else final
    needed = needed_steps(steps, last)
    text = _written(last, dialect)
    if not needed:
        return text
    reads = Counter([*_reads(last), *(name for step in needed for name in step.reads)])
    ctes = []
    for step in needed:
        kept = dialect == "postgres" or (dialect == "duckdb" and reads[step.name] > 1)
        mark = "as materialized" if kept else "as"
        ctes.append(f"-- {step.purpose}\n{step.name} {mark} (\n{_indent(render(step, dialect))}\n)")
    is_recursive = any(step.name in step.reads for step in needed)
    return f"with {'recursive ' if is_recursive else ''}" + ",\n".join(ctes) + "\n" + text


def needed_steps(steps: Sequence[Step], final: exp.Query) -> list[Step]:
    """Return the steps that the final query reads, directly or through others, in order."""
    wanted = set(_reads(final))
    kept: list[Step] = []
    for step in reversed(steps):
        if step.name in wanted:
            kept.append(step)
            wanted.update(step.reads)
    return kept[::-1]


def dialect_named(name: str) -> Dialect:
    """Return the dialect of that name, or raise `ArgumentInvalid`."""
    for dialect in DIALECTS:
        if dialect == name:
            return dialect
    raise ArgumentInvalid(f"there is no database '{name}'.", hint=f"One of {', '.join(DIALECTS)}.")


def _reads(query: exp.Expr) -> tuple[str, ...]:
    return tuple(table.name for table in query.find_all(exp.Table))


def _written(query: exp.Query, dialect: Dialect) -> str:
    return portable(query, dialect).sql(dialect=dialect, pretty=True, comments=False)


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def names(steps: Iterable[Step]) -> list[str]:
    """Return the names of the steps, in order."""
    return [step.name for step in steps]
