"""Judging every subject, or one, for a day, with what was known at an instant.

Results of everybody may be more than memory holds. So the database keeps them, in the order of the
subjects' ids, and they are taken from it in parts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from goodstanding import days
from goodstanding.assessment import judged_together, scored_days
from goodstanding.assessment.compiling import Compiled
from goodstanding.assessment.counting import counted_rows
from goodstanding.assessment.questions import (
    Question,
    Rules,
    bound_values,
    compiled_once,
    has_stale,
    judging_steps,
    steps_over_kept_rows,
)
from goodstanding.assessment.results import UNPLACED, Context, Shaping, columns_shaped
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import dialect_named, parse, statement
from goodstanding.errors import SubjectUnknown
from goodstanding.facts.store import market_clock
from goodstanding.rows.subjects import called, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlglot import exp

    from goodstanding.database.clock import MarketClock
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

AT_ONCE = 250_000  # results that are taken from the database together


def assess(database: Database, settings: Settings, question: Question) -> pa.Table:
    """Judge everybody, or one subject, and return one row each, by id.

    The columns are those of the output contract in `docs/results.md`. Raises
    `SubjectUnknown` where one is asked for whom the market has never heard of.
    """
    return pa.concat_tables(assess_in_parts(database, settings, question))


def assess_in_parts(
    database: Database, settings: Settings, question: Question, rows: int | None = None
) -> Iterator[pa.Table]:
    """Yield what `assess` returns, so many rows at a time, in one part at least."""
    rows = rows or AT_ONCE
    shaping = Shaping(context(settings, question))
    for judged in _judged(database, settings, question, rows):
        yield shaping.shaped(judged)


def _judged(
    database: Database, settings: Settings, question: Question, rows: int
) -> Iterator[pa.Table]:
    """Yield the results of everybody, or of one subject: as columns that are shaped."""
    read = columns_shaped(question.rulebook)
    if question.subject_id is None:
        yield from judge_in_parts(database, settings, question, columns=read, rows=rows)
    elif question.rulebook.peers is not None:
        yield _looked_up(database, settings, question)
    else:
        yield judge(database, settings, question, columns=read)


def _looked_up(database: Database, settings: Settings, question: Question) -> pa.Table:
    """Return the one subject's result from those of everybody it is compared with."""

    def judging() -> judged_together.Statement:
        subject_number(database, question)  # nobody is judged for whom the market does not know
        read = columns_shaped(question.rulebook)
        return _judging(database, settings, question, None, columns=read)

    results = judged_together.result_of(database, question, judging)
    if not results.num_rows:
        subject_number(database, question)
        raise not_there(question)
    return results


def judge(
    database: Database,
    settings: Settings,
    question: Question,
    *,
    columns: tuple[str, ...] | None = None,
    with_digest: bool = False,
) -> pa.Table:
    """Judge everybody, or one subject: the step `results`, with `subject_no` and `subject_id`.

    `columns` are those of `results` that are read (None: all); each costs where everybody is
    judged. `with_digest` adds the digest of the rows behind each result, to be named among them.
    Raises what `assess` raises.
    """
    asked = subject_number(database, question)
    # Whoever is compared with others is judged together with them.
    number = None if question.rulebook.peers is not None else asked
    sql, values = _judging(
        database, settings, question, number, columns=columns, with_digest=with_digest
    )
    with database.judging(is_one=number is not None):
        results = database.arrow(sql, named_values(sql, values))
    if asked != number:
        results = results.filter(pc.equal(results["subject_no"], asked))
    if asked is not None and not results.num_rows:
        raise not_there(question)
    return results


def judge_in_parts(
    database: Database,
    settings: Settings,
    question: Question,
    *,
    columns: tuple[str, ...],
    with_digest: bool = False,
    rows: int,
) -> Iterator[pa.Table]:
    """Judge everybody as `judge` does, and yield the results so many at a time."""
    sql, values = _judging(
        database, settings, question, None, columns=columns, with_digest=with_digest
    )
    return database.judged_in_parts(sql, named_values(sql, values), rows)


def _judging(
    database: Database,
    settings: Settings,
    question: Question,
    number: int | None,
    *,
    columns: tuple[str, ...] | None,
    with_digest: bool = False,
) -> judged_together.Statement:
    """Return the statement that judges a subject by its number (None: everybody), and values.

    What it reads beside the facts is kept where it is read.
    """
    compiled = compiled_once(question.rulebook, with_digest=with_digest)
    values = bound_values(compiled, settings, question, number)
    if question.rulebook.reads is not None:
        scored_days.keep(database, scored_days.of_everybody(database, settings, question))
    sql = _written(
        Rules.of(question.rulebook),
        columns,
        with_digest,
        market_clock(database, settings),
        number is not None,
        has_stale(database, question.rulebook, values),
    )
    return sql, values


def was_there(database: Database, settings: Settings, question: Question) -> bool:
    """Say whether the subject that is asked about was there by the as-of day, as `judge` has it.

    Raises `SubjectUnknown` for one of whom the market has never heard.
    """
    compiled = compiled_once(question.rulebook)
    values = bound_values(compiled, settings, question, subject_number(database, question))
    steps = judging_steps(database, settings, compiled, values)
    return bool(database.run(steps, "subjects", values).num_rows)


@lru_cache(maxsize=64)
def _written(
    rules: Rules,
    columns: tuple[str, ...] | None,
    with_digest: bool,  # noqa: FBT001 -- the arguments are the key of the memory
    clock: MarketClock,
    is_one: bool,  # noqa: FBT001
    has_stale: bool,  # noqa: FBT001
) -> str:
    """Return the statement in DuckDB's spelling; writing it takes longer than many an answer."""
    compiled = compiled_once(rules.rulebook, with_digest=with_digest)
    steps = steps_over_kept_rows(compiled, clock, is_one=is_one, has_stale=has_stale)
    return statement(steps, named_results(compiled, columns), "duckdb")


def not_there(question: Question) -> SubjectUnknown:
    """Return the error for a subject that the market knows, but not by the as-of day."""
    return SubjectUnknown(
        f"{question.rulebook.subject_kind.noun} '{question.subject_id}' was not there by "
        f"{question.as_of}, as far as was known at {days.iso(question.known_at)}.",
        hint="Nothing known by then names it: ask for a later day, or a later known-at.",
    )


def shown_sql(database: Database, settings: Settings, question: Question, dialect: str) -> str:
    """Return the statement that `assess` runs on a database, its bound values as comments."""
    compiled = compiled_once(question.rulebook)
    bound = bound_values(compiled, settings, question, None)
    steps = judging_steps(database, settings, compiled, bound)
    final = named_results(compiled, columns_shaped(question.rulebook))
    sql = statement(steps, final, dialect_named(dialect))
    shown = [f"-- {name} = {value}" for name, value in sorted(bound.items()) if value is not None]
    return "\n".join([*shown, sql])


def named_results(compiled: Compiled, columns: Sequence[str] | None = None) -> exp.Query:
    """Return the query that puts the subjects' ids beside their results, and sorts by them.

    `columns` are those of `results` that are wanted beside `subject_no`; None: all.
    """
    sql = called(compiled.rulebook.subject, "results.subject_no")
    wanted = ["*"] if columns is None else ["subject_no", *columns]
    told = ", ".join(f"results.{name}" for name in wanted)
    within = ""
    if sql.within_id is not None:
        within = f", {sql.within_id} as within_id, {_unplaced(compiled.rulebook)} as {UNPLACED}"
    named = f"select {told}, {sql.id} as subject_id{within} from results {sql.joins}"  # noqa: S608 -- our own names
    return parse(f"{named} order by subject_id")


def _unplaced(rulebook: Rulebook) -> str:
    """Return SQL for how many rows would count, and say of no category that they are in."""
    return " + ".join(
        f"coalesce((select {counted_rows(rows)} from counted_{rows.name} "  # noqa: S608 -- likewise
        "where subject_no is null), 0)"
        for rows in rulebook.told_rows
    )


def context(settings: Settings, question: Question) -> Context:
    """Return what every result repeats."""
    return Context(
        rulebook=question.rulebook,
        as_of=question.as_of,
        known_at=question.known_at,
        time_zone=settings.time_zone,
    )


def subject_number(database: Database, question: Question) -> int | None:
    """Return the market's number of the subject asked about; None where everybody is.

    Raises `SubjectUnknown`, with ids that look alike.
    """
    if question.subject_id is None:
        return None
    return number_of(database, question.rulebook.subject, question.subject_id)
