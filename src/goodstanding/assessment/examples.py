"""Worked examples: the rows a rulebook writes down, judged by the same steps as real ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from goodstanding.assessment.calculating import peer_column
from goodstanding.assessment.compiling import Compiled, compile_rulebook
from goodstanding.assessment.millionths import MILLION
from goodstanding.assessment.peers import NAMES, benchmark_columns, level_column
from goodstanding.assessment.results import Context, points_column, shaped
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import Step, parse
from goodstanding.days import BEGINNING
from goodstanding.decisions.reasons import folded
from goodstanding.errors import Problem
from goodstanding.expressions.writing import write_number
from goodstanding.rows.catalogue import CURRENCY, RowColumn, RowKind, Type
from goodstanding.rows.decided import EXCLUSIONS
from goodstanding.rulebook.examples import EXCLUSION
from goodstanding.rulebook.model import Example, Rulebook
from goodstanding.rulebook.scored import peer_numbers

_SUBJECT = 1
_ARROW_TYPES = {
    Type.FLAG: pa.bool_(),
    Type.WHOLE: pa.int64(),
    Type.STARS: pa.int16(),
    Type.MONEY: pa.int64(),
    Type.DAY: pa.date32(),
    Type.CODE: pa.int16(),
    Type.IDENTITY: pa.int64(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A worked example that was run, and how it differs from what it expects."""

    example: Example
    problems: tuple[Problem, ...]


def try_examples(rulebook: Rulebook) -> list[Tried]:
    """Run every worked example of a rulebook, in its order."""
    compiled = compile_rulebook(rulebook)
    database = DuckDB.open(None)
    try:
        return [_tried(compiled, example, database) for example in rulebook.examples]
    finally:
        database.close()


def judged(compiled: Compiled, example: Example, database: DuckDB) -> dict[str, Any]:
    """Judge the rows of an example; the record holds every measure besides the result."""
    rulebook = compiled.rulebook
    if example.peers:
        compiled = compile_rulebook(rulebook, frozen=_stated(rulebook, example))
    steps: list[Step] = []
    excluded: list[tuple[int, str]] = []
    for name in compiled.columns:
        kind = compiled.kind(name)
        written = [
            row
            for row_set in rulebook.rows.values()
            if row_set.kind == name
            for row in example.rows.get(row_set.name, ())
        ]
        rows = example_rows(kind, rulebook.subject, written)
        database.register(f"example_{name}_rows", rows)
        excluded += _excluded(written, rows)
        read = exp.select("*").from_(f"example_{name}_rows")
        steps.append(Step(f"{name}_rows", "rows as the example writes them", read))
    one = exp.select(exp.alias_(exp.Literal.number(_SUBJECT), "subject_no"))
    steps.append(Step("subjects", "the one subject", one))
    if compiled.reads_exclusions:
        database.register("example_exclusions", _exclusions(excluded))
        read = exp.select("*").from_("example_exclusions")
        steps.append(Step(EXCLUSIONS, "decisions as the example writes them", read))
    if compiled.compares_peers:
        nothing = "select cast(null as bigint) as category_no, '' as category_id where false"
        steps.append(Step(NAMES, "the one subject is its own only peer", parse(nothing)))
    steps += compiled.steps
    results = database.run(steps, "results", compiled.bound_values(example.as_of))
    results = results.append_column("subject_id", pa.array(["the subject"]))
    context = Context(rulebook=rulebook, as_of=example.as_of, known_at=BEGINNING, time_zone="UTC")
    measures = {name: results[name][0].as_py() for name in rulebook.measures}
    return {**measures, **shaped(results, context).to_pylist()[0]}


def _stated(rulebook: Rulebook, example: Example) -> dict[str, int | str | None]:
    """Return the benchmarks that an example states, as those of everybody."""
    peers = rulebook.peers
    found: dict[str, int | str | None] = dict.fromkeys(benchmark_columns(rulebook))
    for name, functions in peer_numbers(rulebook).items():
        found[level_column(name)] = 0 if peers is None else len(peers.groups)
        for function in functions:
            stated = example.peers.get(name, {}).get(function)
            millionths = None if stated is None else int(stated * MILLION)
            found[peer_column(function, name)] = millionths
    return found


def example_rows(kind: RowKind, subject: str, written: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as an example writes them, typed as derived rows are.

    What is not said: flags are false, ids and counterparties all differ, the rest is missing.
    `times` repeats a row.
    """
    runs = [(row, len(list(run)) * int(row.get("times", 1))) for row, run in groupby(written)]
    repeated = pa.array([at for at, (_, n) in enumerate(runs) for _ in range(n)], pa.int64())
    places = pa.array(range(len(repeated)), pa.int64())
    numbers: dict[str, int] = {}
    columns: dict[str, pa.Array] = {}
    for column in kind.columns:
        if column.name == kind.subjects[subject]:
            columns[column.name] = pa.array([_SUBJECT] * len(repeated), pa.int64())
            continue
        given = [_written(column, row) for row, _ in runs]
        values = pa.array(_typed(column, given, numbers), _ARROW_TYPES[column.type]).take(repeated)
        is_identity = column.type is Type.IDENTITY
        columns[column.name] = pc.coalesce(values, places) if is_identity else values
    return pa.table(columns)


def _written(column: RowColumn, row: Mapping[str, Any]) -> Any:
    """Return what an example says of a column; an amount in another currency has no rate."""
    if column.currency is None:
        return row.get(column.name)
    is_alike = row.get(CURRENCY, column.currency) == column.currency
    return row.get(str(column.amount)) if is_alike else None


def _excluded(written: Sequence[Mapping[str, Any]], rows: pa.Table) -> list[tuple[int, str]]:
    """Return the orders that an example says a decision excludes, each with the reason."""
    reasons = [row.get(EXCLUSION) for row in written for _ in range(int(row.get("times", 1)))]
    orders = rows["order_id"].to_pylist()
    return [(order, why) for order, why in zip(orders, reasons, strict=True) if why is not None]


def _exclusions(excluded: Sequence[tuple[int, str]]) -> pa.Table:
    return pa.table(
        {
            "table_name": pa.array(["orders"] * len(excluded), pa.string()),
            "fact_no": pa.array([order for order, _ in excluded], pa.int64()),
            "reason": pa.array([folded(reason) for _, reason in excluded], pa.string()),
            "decided_on": pa.nulls(len(excluded), pa.date32()),
        }
    )


def _typed(column: RowColumn, given: Sequence[Any], numbers: dict[str, int]) -> Iterator[Any]:
    """Yield values as rows hold them; an id that is not named is none yet."""
    for value in given:
        match column.type:
            case Type.FLAG:
                yield bool(value)
            case Type.IDENTITY:
                # Named ones get a negative number of their own, the others later their place.
                yield None if value is None else -1 - numbers.setdefault(value, len(numbers))
            case Type.STARS if value is not None:
                yield int(Fraction(str(value)) * 100)
            case Type.CODE if value is not None:
                yield column.code_number(value)
            case _:
                yield value


def _tried(compiled: Compiled, example: Example, database: DuckDB) -> Tried:
    rulebook = compiled.rulebook
    found = judged(compiled, example, database)
    problems = []
    for name, expected in example.expect.items():
        actual = _as_expected(name, found, rulebook)
        if actual != _plain(expected):
            problems.append(
                Problem(
                    file=rulebook.place,
                    line=example.line,
                    where=f'example "{example.name}"',
                    what=f"{name} is {_said(actual)}, expected {_said(_plain(expected))}.",
                )
            )
    return Tried(example=example, problems=tuple(problems))


def _as_expected(name: str, found: Mapping[str, Any], rulebook: Rulebook) -> Any:
    indicator = rulebook.numbers.get(name)
    if indicator is None:
        return found[name]
    if name in {"score", *rulebook.points}:
        value = found["score" if name == "score" else points_column(name)]
        return "not assessed" if value is None else Fraction(round(value * MILLION), MILLION)
    top, bottom = found[f"{name}_numerator"], found[f"{name}_denominator"]
    if not indicator.is_pair:
        return top
    if found[f"{name}_value"] is None:
        return "not assessed"
    return f"{top}/{bottom}" if indicator.is_share else Fraction(top, bottom)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return Fraction(value)
    return value.isoformat() if isinstance(value, date) else value


def _said(value: Any) -> str:
    if isinstance(value, Fraction):
        is_short = (value * 1_000_000).denominator == 1
        return write_number(value) if is_short else str(value)
    return "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)
