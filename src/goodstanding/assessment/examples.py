"""Worked examples: the rows a rulebook writes down, judged by the same steps as real ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from goodstanding.assessment.calculating import peer_column
from goodstanding.assessment.compiling import Compiled, compile_rulebook
from goodstanding.assessment.millionths import MILLION
from goodstanding.assessment.peers import NAMES, benchmark_columns, level_column
from goodstanding.assessment.results import UNPLACED, Context, points_column, shaped
from goodstanding.assessment.sanction_words import sanction_told
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import Step, parse
from goodstanding.days import BEGINNING
from goodstanding.decisions.reasons import folded
from goodstanding.errors import Problem
from goodstanding.expressions.writing import write_number
from goodstanding.rows.catalogue import CURRENCY, RowColumn, RowKind, Type
from goodstanding.rows.decided import EXCLUSIONS
from goodstanding.rulebook.examples import EXCLUSION, interval_ends
from goodstanding.rulebook.model import Example, Rulebook
from goodstanding.rulebook.scored import peer_numbers

if TYPE_CHECKING:
    from goodstanding.database.database import Database

_ARROW_TYPES = {
    Type.FLAG: pa.bool_(),
    Type.WHOLE: pa.int64(),
    Type.STARS: pa.int16(),
    Type.POINTS: pa.int64(),
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
        found: dict[int, Tried] = {}
        for places in _alike(rulebook):
            examples = [rulebook.examples[place] for place in places]
            records = judged_together(compiled, examples, database)
            found |= {
                place: _tried(rulebook, example, record)
                for place, example, record in zip(places, examples, records, strict=True)
            }
    finally:
        database.close()
    return [found[place] for place in range(len(rulebook.examples))]


def _alike(rulebook: Rulebook) -> list[list[int]]:
    """Return the places of the examples that can be judged together: of one day, by one benchmark.

    Where nothing is said of peers, the one subject is its own: it is judged alone.
    """
    alike: dict[object, list[int]] = {}
    for place, example in enumerate(rulebook.examples):
        is_alone = rulebook.peers is not None and not example.peers
        key = (example.as_of, place if is_alone else repr(example.peers))
        alike.setdefault(key, []).append(place)
    return list(alike.values())


def judged(compiled: Compiled, example: Example, database: Database) -> dict[str, Any]:
    """Judge the rows of an example; the record holds every measure besides the result."""
    return judged_together(compiled, [example], database)[0]


def judged_together(
    compiled: Compiled, examples: Sequence[Example], database: Database
) -> list[dict[str, Any]]:
    """Judge examples of one day, with the same to be said of peers, each a subject of its own."""
    rulebook, first = compiled.rulebook, examples[0]
    if first.peers:
        compiled = compiled.compared_with(_stated(rulebook, first))
    steps: list[Step] = []
    excluded: list[tuple[int, str]] = []
    ids = 0  # so that an order of one kind of row is none of another's
    for name in compiled.columns:
        kind = compiled.kind(name)
        written = [
            (number, row)
            for number, example in enumerate(examples, start=1)
            for row_set in rulebook.rows.values()
            if row_set.kind == name
            for row in example.rows.get(row_set.name, ())
        ]
        told, numbers = [row for _, row in written], [number for number, _ in written]
        rows = example_rows(
            kind, rulebook.subject, told, numbers=numbers, columns=compiled.columns[name], after=ids
        )
        ids += rows.num_rows
        database.register(f"example_{name}_rows", rows)
        if any(EXCLUSION in row for row in told):
            excluded += _excluded(told, rows)
        read = exp.select("*").from_(f"example_{name}_rows")
        steps.append(Step(f"{name}_rows", "rows as the examples write them", read))
    everybody = pa.table({"subject_no": pa.array(range(1, len(examples) + 1), pa.int64())})
    database.register("example_subjects", everybody)
    each = exp.select("*").from_("example_subjects")
    steps.append(Step("subjects", "each example is a subject", each))
    if compiled.reads_exclusions:
        database.register("example_exclusions", _exclusions(excluded))
        read = exp.select("*").from_("example_exclusions")
        steps.append(Step(EXCLUSIONS, "decisions as the examples write them", read))
    if compiled.compares_peers:
        nothing = "select cast(null as bigint) as category_no, '' as category_id where false"
        steps.append(Step(NAMES, "the one subject is its own only peer", parse(nothing)))
    steps += compiled.steps
    results = database.run(steps, "results", compiled.bound_values(first.as_of))
    results = results.sort_by("subject_no")
    # Results are told by id, in the order of its bytes: the number, filled up, sorts as it does.
    named = [f"{number:09}" for number in range(len(examples))]
    for name in ("subject_id", "within_id"):
        results = results.append_column(name, pa.array(named))
    results = results.append_column(UNPLACED, pa.array([0] * len(examples)))
    context = Context(rulebook=rulebook, as_of=first.as_of, known_at=BEGINNING, time_zone="UTC")
    counts = results.select(list(rulebook.measures)).to_pylist()
    told_of = shaped(results, context).to_pylist()
    return [{**count, **result} for count, result in zip(counts, told_of, strict=True)]


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


def example_rows(
    kind: RowKind,
    subject: str,
    written: Sequence[Mapping[str, Any]],
    *,
    numbers: Sequence[int] | None = None,
    columns: Collection[str] | None = None,
    after: int = 0,
) -> pa.Table:
    """Return rows as examples write them, typed as derived rows are.

    `numbers` says whose each is; without it all are of subject 1. `columns` are the ones to
    make, by default all. What is not said: flags are false, ids and counterparties all differ,
    the rest is missing. `times` repeats a row. Ids that differ are numbered from `after` on.
    """
    owners = numbers or [1] * len(written)
    runs = [
        (owner, row, len(list(run)) * int(row.get("times", 1)))
        for (owner, row), run in groupby(zip(owners, written, strict=True))
    ]
    repeated = _repeated([times for _, _, times in runs])
    counted = pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), len(repeated)))
    places = pc.add(counted, after - 1)
    named: dict[tuple[int, Any], int] = {}
    found: dict[str, pa.Array] = {}
    for column in kind.columns:
        if columns is not None and column.name not in columns:
            continue
        if column.name == kind.subjects[subject]:
            own = pa.array([owner for owner, _, _ in runs], pa.int64())
            found[column.name] = own.take(repeated)
            continue
        given = [(owner, _written(column, row)) for owner, row, _ in runs]
        values = pa.array(_typed(column, given, named), _ARROW_TYPES[column.type]).take(repeated)
        is_identity = column.type is Type.IDENTITY
        found[column.name] = pc.coalesce(values, places) if is_identity else values
    return pa.table(found)


def _repeated(times: Sequence[int]) -> pa.Array:
    """Return the place of each entry as often as it is repeated."""
    ends = pa.array([0, *accumulate(times)], pa.int64())
    lists = pa.LargeListArray.from_arrays(ends, pa.nulls(sum(times)))
    return pc.list_parent_indices(lists)


def _written(column: RowColumn, row: Mapping[str, Any]) -> Any:
    """Return what an example says of a column; an amount in another currency has no rate."""
    if column.currency is None:
        return row.get(column.name)
    is_alike = row.get(CURRENCY, column.currency) == column.currency
    return row.get(str(column.amount)) if is_alike else None


def _excluded(written: Sequence[Mapping[str, Any]], rows: pa.Table) -> list[tuple[int, str]]:
    """Return the orders that an example says a decision excludes, each with the reason."""
    reasons = [row.get(EXCLUSION) for row in written for _ in range(int(row.get("times", 1)))]
    if "order_id" not in rows.column_names:  # a violation is revoked, not excluded
        return []
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


def _typed(
    column: RowColumn, given: Sequence[tuple[int, Any]], named: dict[tuple[int, Any], int]
) -> Iterator[Any]:
    """Yield values as rows hold them; an id that is not named is none yet."""
    for owner, value in given:
        match column.type:
            case Type.FLAG:
                yield bool(value)
            case Type.IDENTITY:
                # Named ones get a negative number of their own, the others later their place.
                of_owner = (owner, value)
                yield None if value is None else -1 - named.setdefault(of_owner, len(named))
            case Type.STARS | Type.POINTS if value is not None:
                yield int(Fraction(str(value)) * column.type.scale)
            case Type.CODE if value is not None:
                yield column.code_number(value)
            case _:
                yield value


def _tried(rulebook: Rulebook, example: Example, found: Mapping[str, Any]) -> Tried:
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
    if name in rulebook.ladders:
        return sanction_told(found, name)
    is_end = name in interval_ends(rulebook)
    if is_end or name in {"score", *rulebook.points}:
        value = found[points_column(name) if name in rulebook.points else name]
        return "not assessed" if value is None else Fraction(round(value * MILLION), MILLION)
    if indicator is None:
        return found[name]
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
