"""Judging every subject, or one, for a day, with what was known at an instant."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from sqlglot import exp

from goodstanding import days
from goodstanding.assessment import scored_days
from goodstanding.assessment.compiling import Compiled, compile_rulebook
from goodstanding.assessment.counting import counted_rows
from goodstanding.assessment.peers import NAMES
from goodstanding.assessment.results import UNPLACED, Context, shaped
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import Step, dialect_named, parse, statement
from goodstanding.errors import SubjectUnknown
from goodstanding.facts.store import market_clock
from goodstanding.rows import keeping
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rows.decided import exclusion_steps
from goodstanding.rows.derive import row_steps, subject_step
from goodstanding.rows.standings import STANDING, standing_row_steps
from goodstanding.rows.subjects import called, number_of
from goodstanding.rows.violations import VIOLATION, violation_row_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from goodstanding.database.clock import MarketClock
    from goodstanding.database.duckdb import DuckDB
    from goodstanding.facts.store import Settings
    from goodstanding.rows.catalogue import RowKind
    from goodstanding.rulebook.model import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which rules, for which day, with what was known when, and about whom.

    `subject_id` None asks about everybody. Instants are naive UTC. Corrections count up to
    `corrected_at` (None: `known_at`), which is later where a result is restated.
    """

    rulebook: Rulebook
    as_of: date
    known_at: datetime
    corrected_at: datetime | None = None
    subject_id: str | None = None


def assess(database: DuckDB, settings: Settings, question: Question) -> pa.Table:
    """Judge everybody, or one subject, and return one row each, by id.

    The columns are those of the output contract in `docs/results.md`. Raises
    `SubjectUnknown` where one is asked for whom the market has never heard of.
    """
    return shaped(judge(database, settings, question), context(settings, question))


def judge(
    database: DuckDB, settings: Settings, question: Question, *, with_digest: bool = False
) -> pa.Table:
    """Judge everybody, or one subject: the step `results`, with `subject_no` and `subject_id`.

    `with_digest` adds the digest of the rows behind each result. Raises what `assess` raises.
    """
    asked = subject_number(database, question)
    # Whoever is compared with others is judged together with them.
    number = None if question.rulebook.peers is not None else asked
    rules = _Rules(question.rulebook.digest, question.rulebook)
    compiled = _compiled(rules, with_digest)
    values = bound_values(compiled, settings, question, number)
    if question.rulebook.reads is not None:
        scored_days.keep(database, scored_on_days(database, settings, question))
    sql = _written(
        rules,
        with_digest,
        market_clock(database, settings),
        number is not None,
        keeping.has_stale(database, values),
    )
    results = database.arrow(sql, named_values(sql, values))
    if asked != number:
        results = results.filter(pc.equal(results["subject_no"], asked))
    if asked is not None and not results.num_rows:
        raise not_there(question)
    return results


def scored_on_days(database: DuckDB, settings: Settings, question: Question) -> pa.Table:
    """Return the days that a rulebook reads, as the rulebook that it names scores everybody.

    One row for each subject and day, with the columns of rows of standings. Each day is scored
    by the version in force on it, with what was known at the instant asked about.
    """
    rules = _Rules(question.rulebook.digest, question.rulebook)
    first = _compiled(rules, with_digest=False).looks_back_to(question.as_of)
    scored = []
    for day, rulebook in scored_days.days_to_score(question.rulebook, first, question.as_of):
        asked = replace(question, rulebook=rulebook, as_of=day, subject_id=None)
        scored.append(scored_days.scored(judge(database, settings, asked), day))
    return scored_days.together(scored)


@dataclass(frozen=True, slots=True)
class _Rules:
    """A rulebook, told apart by its digest: what is worked out for one serves its equals."""

    digest: str
    rulebook: Rulebook = field(compare=False)


@lru_cache(maxsize=64)
def _compiled(rules: _Rules, with_digest: bool) -> Compiled:  # noqa: FBT001 -- a part of the key
    return compile_rulebook(rules.rulebook, with_digest=with_digest)


@lru_cache(maxsize=64)
def _written(
    rules: _Rules,
    with_digest: bool,  # noqa: FBT001 -- the arguments are the key of the memory
    clock: MarketClock,
    is_one: bool,  # noqa: FBT001
    has_stale: bool,  # noqa: FBT001
) -> str:
    """Return the statement for DuckDB; writing it takes longer than many an answer."""
    compiled = _compiled(rules, with_digest)
    steps = _all_steps(compiled, clock, is_one=is_one, has_stale=has_stale)
    return statement(steps, named_results(compiled), "duckdb")


def not_there(question: Question) -> SubjectUnknown:
    """Return the error for a subject that the market knows, but not by the as-of day."""
    return SubjectUnknown(
        f"{question.rulebook.subject_kind.noun} '{question.subject_id}' was not there by "
        f"{question.as_of}, as far as was known at {days.iso(question.known_at)}.",
        hint="Nothing known by then names it: ask for a later day, or a later known-at.",
    )


def shown_sql(database: DuckDB, settings: Settings, question: Question, dialect: str) -> str:
    """Return the statement that `assess` runs on a database, its bound values as comments."""
    compiled = compile_rulebook(question.rulebook)
    bound = bound_values(compiled, settings, question, None)
    steps = judging_steps(database, settings, compiled, bound)
    sql = statement(steps, named_results(compiled), dialect_named(dialect))
    shown = [f"-- {name} = {value}" for name, value in sorted(bound.items()) if value is not None]
    return "\n".join([*shown, sql])


def judging_steps(
    database: DuckDB, settings: Settings, compiled: Compiled, values: Mapping[str, Any]
) -> list[Step]:
    """Return every step from the rows that are kept to `results`, for what is asked.

    Where a kept row does not hold at the clocks in `values`, it is derived from the facts.
    """
    return _all_steps(
        compiled,
        market_clock(database, settings),
        is_one=values["subject_no"] is not None,
        has_stale=keeping.has_stale(database, values),
    )


def _all_steps(
    compiled: Compiled, clock: MarketClock, *, is_one: bool, has_stale: bool
) -> list[Step]:
    widest, wanted = rows_read(compiled)
    steps = keeping.kept_row_steps(
        widest,
        wanted,
        subject=compiled.rulebook.subject,
        clock=clock,
        is_one=is_one,
        has_stale=has_stale,
        touching=compiled.touching,
        violations=VIOLATION.name in compiled.columns,
    )
    return [*steps, *_further_steps(compiled, clock), *compiled.steps]


def source_steps(compiled: Compiled, clock: MarketClock, *, one_subject: bool) -> list[Step]:
    """Return the steps that provide the rows and the subjects, from the facts alone."""
    subject = compiled.rulebook.subject
    widest, wanted = rows_read(compiled)
    only = subject if one_subject else None
    steps = row_steps(widest, wanted, clock=clock, one_subject=only)
    if VIOLATION.name in compiled.columns:
        steps += violation_row_steps(clock=clock, one_subject=only)
    steps += _further_steps(compiled, clock)
    kinds = [ROW_KINDS[name] for name in dict.fromkeys((*compiled.columns, widest.name))]
    there = [kind for kind in kinds if kind != STANDING]  # scored is only who was there
    return [*steps, subject_step(subject, there, one_subject=one_subject)]


def _further_steps(compiled: Compiled, clock: MarketClock) -> list[Step]:
    """Return the steps that provide what is read besides the rows made of facts."""
    steps = exclusion_steps(clock) if compiled.reads_exclusions else []
    if STANDING.name in compiled.columns:
        steps += standing_row_steps()
    if compiled.compares_peers:
        query = exp.select("category_no", "category_id").from_("category_ids")
        steps.append(Step(NAMES, "what each category is called", query))
    return steps


def rows_read(compiled: Compiled) -> tuple[RowKind, set[str]]:
    """Return the kind of row made of orders that is to be provided, and its columns.

    Rows of lines hold all that rows of orders do, and are made of them.
    """
    of_orders = [ROW_KINDS[name] for name in compiled.columns if ROW_KINDS[name].is_of_orders]
    wanted = set[str]().union(*(compiled.columns[kind.name] for kind in of_orders))
    # Without rows of orders these still say who is there: of those no order names, lines do.
    is_of_orders = compiled.rulebook.subject in ROW_KINDS["order"].subjects
    of_orders.append(ROW_KINDS["order" if is_of_orders else "line"])
    return max(of_orders, key=lambda kind: len(kind.columns)), wanted


def named_results(compiled: Compiled) -> exp.Query:
    """Return the query that puts the subjects' ids beside their results."""
    sql = called(compiled.rulebook.subject, "results.subject_no")
    within = ""
    if sql.within_id is not None:
        within = f", {sql.within_id} as within_id, {_unplaced(compiled.rulebook)} as {UNPLACED}"
    return parse(f"select results.*, {sql.id} as subject_id{within} from results {sql.joins}")  # noqa: S608 -- our own names


def _unplaced(rulebook: Rulebook) -> str:
    """Return SQL for how many rows would count, and say of no category that they are in."""
    return " + ".join(
        f"coalesce((select {counted_rows(rows)} from counted_{rows.name} "  # noqa: S608 -- likewise
        "where subject_no is null), 0)"
        for rows in rulebook.told_rows
    )


def bound_values(
    compiled: Compiled, settings: Settings, question: Question, number: int | None
) -> dict[str, Any]:
    """Return every value that the steps name."""
    return {
        **compiled.bound_values(question.as_of),
        "looks_back_to": compiled.looks_back_to(question.as_of),
        "as_of_end": days.end_of_day(question.as_of, settings.time_zone),
        "known_at": question.known_at,
        "corrected_at": question.corrected_at or question.known_at,
        "market_currency": settings.currency,
        **compiled.rulebook.subject_kind.values(number),
    }


def context(settings: Settings, question: Question) -> Context:
    """Return what every result repeats."""
    return Context(
        rulebook=question.rulebook,
        as_of=question.as_of,
        known_at=question.known_at,
        time_zone=settings.time_zone,
    )


def subject_number(database: DuckDB, question: Question) -> int | None:
    """Return the market's number of the subject asked about; None where everybody is.

    Raises `SubjectUnknown`, with ids that look alike.
    """
    if question.subject_id is None:
        return None
    return number_of(database, question.rulebook.subject, question.subject_id)
