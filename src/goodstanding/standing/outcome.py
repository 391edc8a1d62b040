"""A judged subject as it is kept: one canonical text of its result, and the digest of its rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from goodstanding.assessment import assessing
from goodstanding.assessment.millionths import MILLION
from goodstanding.assessment.results import (
    Shaping,
    benchmark_names,
    columns_shaped,
    points_column,
)
from goodstanding.assessment.row_digest import PRIMES, digest_column
from goodstanding.assessment.sanction_words import PARTS, sanction_column

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

_OUTCOME = "(subject_no bigint, result varchar, rows_digest varchar)"
_AT_ONCE = 50_000  # subjects, of which each is some hundred objects until it is a text
# What a result says beside its indicators. The window is not among it: it moves every day, and
# follows from the day and the rulebook.
_SAID = ("version", "grade", "not_graded_because", "deciding_limit", "guarded", "rows_counted")


@contextmanager
def judged(database: Database, settings: Settings, question: Question, table: str) -> Iterator[int]:
    """Judge every subject and keep the outcomes in a temporary table; give how many there are."""
    part = f"{table}__part"
    judged_n = 0
    database.execute(f"create temp table {table} {_OUTCOME}")
    try:
        for found in outcomes(database, settings, question):
            try:
                database.register(part, found)
                database.execute(f"insert into {table} select * from {part}")  # noqa: S608 -- our names
            finally:
                database.unregister(part)
            judged_n += found.num_rows
        yield judged_n
    finally:
        database.drop(table)


def outcomes(database: Database, settings: Settings, question: Question) -> Iterator[pa.Table]:
    """Judge every subject, and yield in parts one row each: `subject_no`, `result`, `rows_digest`.

    A result is JSON with sorted keys, whole numbers and texts only: the grade or why there is
    none, the deciding limit, the limits that count as met untested, each indicator as
    numerator, denominator and whether it was assessed, and each ladder's sanction in force.
    """
    read = (*columns_shaped(question.rulebook), *_digest_columns(question))
    indicators, points = list(question.rulebook.indicators), list(question.rulebook.points)
    benchmarks = benchmark_names(question.rulebook)
    ladders = list(question.rulebook.ladders)
    shaping = Shaping(assessing.context(settings, question))
    for part in assessing.judge_in_parts(
        database, settings, question, columns=read, with_digest=True, rows=_AT_ONCE
    ):
        told = [
            _text(record, indicators, points, benchmarks, ladders)
            for record in shaping.shaped(part).to_pylist()
        ]
        yield pa.table(
            {
                "subject_no": part["subject_no"],
                "result": pa.array(told, pa.string()),
                "rows_digest": pa.array(_digests(part, question), pa.string()),
            }
        )


def _millionths(value: float | None) -> int | None:
    """Return a number as it is kept; to six decimals a float holds it exactly enough."""
    return None if value is None else round(value * MILLION)


def _kept(called: str, value: Any) -> Any:
    return _millionths(value) if called.startswith("peer_") else value


def _text(
    record: dict[str, Any],
    indicators: list[str],
    points: list[str],
    benchmarks: Mapping[str, Mapping[str, str]],
    ladders: list[str],
) -> str:
    said: dict[str, Any] = {name: record[name] for name in _SAID}
    said["version"] = said["version"].isoformat()
    said["indicators"] = {
        name: [
            record[f"{name}_numerator"],
            record[f"{name}_denominator"],
            record[f"{name}_value"] is not None,
        ]
        for name in indicators
    }
    if record["score"] is not None or points:
        said["score"] = _millionths(record["score"])
        said["points"] = {name: _millionths(record[points_column(name)]) for name in points}
    if benchmarks:
        said["benchmarks"] = {
            name: {called: _kept(called, record[column]) for called, column in columns.items()}
            for name, columns in benchmarks.items()
        }
    if ladders:
        said["ladders"] = {name: sanction_kept(record, name) for name in ladders}
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sanction_kept(record: Mapping[str, Any], ladder: str) -> list[Any] | None:
    """Return the sanction in force as it is kept: its kind, total, days, and whether it waits."""
    does, at, first_on, last_on, is_proposed = (
        record[sanction_column(ladder, part)] for part in PARTS
    )
    if does is None:
        return None
    last = None if last_on is None else last_on.isoformat()
    return [does, _millionths(at), first_on.isoformat(), last, is_proposed]


def sanction_read(kept: list[Any] | None) -> dict[str, Any]:
    """Return a sanction as a result has it, from how it is kept."""
    if kept is None:
        return dict.fromkeys(PARTS)
    does, at, first_on, last_on, is_proposed = kept
    last = None if last_on is None else date.fromisoformat(last_on)
    said = (does, at / MILLION, date.fromisoformat(first_on), last, is_proposed)
    return dict(zip(PARTS, said, strict=True))


def _digests(judged: pa.Table, question: Question) -> list[str]:
    parts = [judged[name].to_pylist() for name in _digest_columns(question)]
    return ["".join(f"{number:016x}" for number in row) for row in zip(*parts, strict=True)]


def _digest_columns(question: Question) -> list[str]:
    return [
        digest_column(name, part) for name in question.rulebook.rows for part in range(len(PRIMES))
    ]
