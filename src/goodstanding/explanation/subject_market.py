"""One subject's facts in a small market of their own, and the rows made of them.

A market holds millions of facts, and an explanation asks many questions of a few hundred.
So these are copied once, and every question runs the same steps over the copy.
"""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from sqlglot import exp

from goodstanding import days
from goodstanding.assessment import assessing, questions, scored_days
from goodstanding.assessment.compiling import Compiled
from goodstanding.assessment.peers import benchmark_columns
from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.database.steps import Step, bound, parse, statement
from goodstanding.explanation.copied_facts import copy_facts
from goodstanding.explanation.made_rows import Making, rows_sql
from goodstanding.facts.store import create_tables, market_clock
from goodstanding.rows.beside_orders import brings_about
from goodstanding.rows.catalogue import ROW_KINDS, RowKind
from goodstanding.rows.decided import EXCLUSIONS, exclusion_steps
from goodstanding.rows.derive import subject_step

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.assessment.questions import Question
    from goodstanding.database.clock import MarketClock
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectMarket:
    """A market in memory that holds what concerns one subject, and its rows as of the day asked.

    The rows are in the tables `kept_<kind>_rows`. `compiled` lets every row and column through,
    `counting` only what can count. `is_there` None: its rows say whether the subject was there;
    where none of them is an order, that it was there is known beforehand.
    """

    database: Database
    settings: Settings
    question: Question
    number: int
    compiled: Compiled
    counting: Compiled
    making: Making
    is_there: bool | None = None

    @property
    def kinds(self) -> list[RowKind]:
        """The kinds of row that the rulebook counts."""
        return [self.compiled.kind(name) for name in self.compiled.columns]

    def values(
        self, as_of: date | None = None, *, happened_by: date | None = None
    ) -> dict[str, Any]:
        """Return what the steps of both name, for the day asked or another one.

        Rows are derived from what happened up to the end of the day `happened_by`; None: of the
        same day.
        """
        question = self.question if as_of is None else replace(self.question, as_of=as_of)
        last = question.as_of if happened_by is None else happened_by
        return {
            **self.counting.bound_values(question.as_of),
            **questions.bound_values(self.compiled, self.settings, question, self.number),
            "happened_until": days.end_of_day(last, self.settings.time_zone),
        }

    def judging_steps(self) -> list[Step]:
        """Return the steps that judge the subject by the rows that are kept."""
        kept = [
            Step(f"{kind.name}_rows", "the rows that are kept", parse(f"from {kept_rows(kind)}"))
            for kind in self.kinds
        ]
        return [*kept, self._subject_step(), *self.compiled.steps]

    def _subject_step(self) -> Step:
        """Return the step `subjects`: the subject, where it was there by the as-of day."""
        if self.is_there is None:
            there = [kind for kind in self.kinds if brings_about(kind)]
            return subject_step(self.question.rulebook.subject, there, one_subject=True)
        number = exp.cast(bound("subject_no"), exp.DataType.Type.BIGINT)
        query = exp.select(exp.alias_(number, "subject_no")).where(exp.convert(self.is_there))
        return Step("subjects", "the subject, where it was there by the as-of day", query)

    def result(self) -> pa.Table:
        """Judge the subject; no row where it was not there by the as-of day."""
        return self.database.run(
            self.judging_steps(), assessing.named_results(self.compiled), self.values()
        )

    def rows_into(
        self,
        relation: str,
        kind: RowKind,
        as_of: date,
        columns: Sequence[str] = ("*",),
        *,
        happened_by: date | None = None,
    ) -> None:
        """Derive the subject's rows of a kind as of a day, into a new table.

        With `happened_by` from what happened up to that day: of later ones only deadlines count.
        """
        made = rows_sql(self.making)[kind.name]
        sql = f"select {', '.join(columns)} from ({made}) as derived"
        values = self.values(as_of, happened_by=happened_by)
        self.database.execute(f"create table {relation} as {sql}", named_values(sql, values))

    def keep_exclusions(self, clock: MarketClock) -> None:
        """Keep the exclusions in force: as corrections they are the same for every day."""
        sql = statement(exclusion_steps(clock=clock), EXCLUSIONS, "duckdb")
        self.database.execute(
            f"create table {EXCLUSIONS} as {sql}", named_values(sql, self.values())
        )


def kept_rows(kind: RowKind) -> str:
    """Name the table that holds the subject's rows of a kind, as of the day asked."""
    return f"kept_{kind.name}_rows"


@contextmanager
def subject_market(
    database: Database, settings: Settings, question: Question
) -> Iterator[SubjectMarket]:
    """Copy what concerns the subject that is asked about into a market in memory.

    Raises `SubjectUnknown` where the market has never heard of it.
    """
    number = assessing.subject_number(database, question)
    if number is None:
        raise ValueError("an explanation is about one subject: the question names none")
    frozen = frozen_benchmarks(database, settings, question)
    compiled = _compiled(question.rulebook, frozen, for_explaining=True)
    counting = _compiled(question.rulebook, frozen, for_explaining=False)
    small = DuckDB.open(None)
    try:
        create_tables(small, settings)
        copy_facts(database, small, counting, number)
        if question.rulebook.reads is not None:
            scored = scored_days.of_everybody(database, settings, question)
            scored_days.keep(small, scored.filter(pc.equal(scored["subject_id"], number)))
        clock = market_clock(small, settings)
        market = SubjectMarket(
            database=small,
            settings=settings,
            question=question,
            number=number,
            compiled=compiled,
            counting=counting,
            is_there=None
            if any(ROW_KINDS[name].is_of_orders for name in counting.columns)
            else assessing.was_there(database, settings, question),
            making=Making.of(compiled, clock, small),
        )
        if compiled.reads_exclusions:
            market.keep_exclusions(clock)
        for kind in market.kinds:
            market.rows_into(kept_rows(kind), kind, question.as_of)
        yield market
    finally:
        small.close()


def _compiled(
    rulebook: Rulebook, frozen: Mapping[str, int | str | None] | None, *, for_explaining: bool
) -> Compiled:
    compiled = questions.compiled_once(rulebook, for_explaining=for_explaining)
    return compiled if frozen is None else compiled.compared_with(frozen)


def frozen_benchmarks(
    database: Database, settings: Settings, question: Question
) -> dict[str, int | str | None] | None:
    """Return what the subject's peers come to; None where a rulebook compares with nobody.

    Everybody is judged for that; while the subject is explained they stand still.
    """
    if question.rulebook.peers is None:
        return None
    names = tuple(benchmark_columns(question.rulebook))
    (judged,) = assessing.judge(database, settings, question, columns=names).to_pylist()
    return {name: judged[name] for name in names}
