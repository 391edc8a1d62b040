"""What-ifs: the same steps over edited rows, all scenarios of a question in one pass.

A scenario's number stands in the subject's column, so that one group-by judges them all.
"""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from goodstanding.assessment.compiling import Compiled
from goodstanding.assessment.flags import rows_known
from goodstanding.assessment.judging import guarded_flag, limit_flag
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import statement
from goodstanding.explanation.clean_rows import (
    CLEAN_EDITS,
    FURTHER_ORDERS,
    cleaned_columns,
    day_columns,
    edits_for,
    further_orders,
)
from goodstanding.explanation.subject_market import kept_rows
from goodstanding.rows.catalogue import RowKind, Type

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket

MOST_ROWS = 2_000_000  # judged in one pass: some hundred megabytes
_SCENARIOS = "what_if__scenarios"
# One row of the step `results`.
Judged = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is changed about the subject's rows before they are judged.

    The first `cleaned_n` orders of those that could be cleaned are, `added_n` further orders
    of a kind come in, or it is so many days later. Days move relative to the as-of day: no
    function of the language asks for the day of the week or month. `has_rows` false leaves
    only what was added.
    """

    cleaned_n: int = 0
    added_n: int = 0
    added: str = ""
    days_later: int = 0
    has_rows: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """An order that could be cleaned, and the columns that are at fault."""

    order_no: int
    at_fault: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A subject's rows made ready for scenarios. `rows_n` counts them."""

    market: SubjectMarket
    names: tuple[str, ...]
    sql: str
    rows_n: int


def set_stage(market: SubjectMarket, faulty: Sequence[Faulty]) -> Stage:
    """Make a subject's rows ready; `faulty` lists what could be cleaned, in the order to try."""
    database, as_of = market.database, market.question.as_of
    rulebook = market.question.rulebook
    database.register("what_if__faulty", _faulty_table(faulty))
    database.execute(
        f"""
        create table {_SCENARIOS} (
          scenario_no bigint, cleaned_n integer, added_n integer, variant integer,
          days_later integer, has_rows boolean
        )
        """
    )
    database.execute(
        f"create temp view subjects as select scenario_no as subject_no from {_SCENARIOS}"
    )
    rows_n = 0
    for kind in market.kinds:
        _edited_rows(market, kind, as_of)
        rows_n += database.rows(f"select count(*) from {_edited(kind)}")[0][0]
        database.register(f"what_if__{kind.name}", further_orders(kind, rulebook.subject, as_of))
        database.execute(_rows_view(kind, rulebook.subject))
    names = result_names(market.counting)
    sql = statement(market.counting.steps, exp.select(*names).from_("results"), "duckdb")
    return Stage(market=market, names=names, sql=sql, rows_n=rows_n)


def judge(stage: Stage, scenarios: Sequence[Scenario]) -> list[Judged]:
    """Judge each scenario and return the results, in the same order."""
    found: list[Judged] = []
    for batch in _batches(stage, scenarios):
        found += _judge(stage, batch)
    return found


def result_names(compiled: Compiled) -> tuple[str, ...]:
    """Return the columns of the step `results` that anything here reads; the subject first."""
    rulebook = compiled.rulebook
    names = ["subject_no", "reason__not_graded", "grade__place", "limit__deciding"]
    names += rulebook.measures
    names += [rows_known(m.name) for m in rulebook.measures.values() if m.sum is not None]
    for indicator in rulebook.numbers.values():
        parts = ["numerator", "is_assessed"]
        parts += ["denominator"] if indicator.is_pair else []
        names += [f"{indicator.name}__{part}" for part in parts]
    for g, grade in enumerate(rulebook.grades):
        for i in range(len(grade.limits)):
            names += [limit_flag(g, i), guarded_flag(g, i)]
    return tuple(names)


def _judge(stage: Stage, scenarios: Sequence[Scenario]) -> list[Judged]:
    database = stage.market.database
    variants = list(FURTHER_ORDERS)
    table = pa.table(
        {
            "scenario_no": pa.array(range(len(scenarios)), pa.int64()),
            "cleaned_n": pa.array([s.cleaned_n for s in scenarios], pa.int32()),
            "added_n": pa.array([s.added_n for s in scenarios], pa.int32()),
            "variant": pa.array(
                [variants.index(s.added) if s.added else None for s in scenarios], pa.int32()
            ),
            "days_later": pa.array([s.days_later for s in scenarios], pa.int32()),
            "has_rows": pa.array([s.has_rows for s in scenarios], pa.bool_()),
        }
    )
    database.execute(f"delete from {_SCENARIOS}")
    database.register("what_if__asked", table)
    database.execute(f"insert into {_SCENARIOS} from what_if__asked")
    database.unregister("what_if__asked")
    values = stage.market.values()
    rows = database.rows(stage.sql, named_values(stage.sql, values))
    return [dict(zip(stage.names, row, strict=True)) for row in sorted(rows)]


def _batches(stage: Stage, scenarios: Sequence[Scenario]) -> Iterator[list[Scenario]]:
    batch: list[Scenario] = []
    rows_n = 0
    for scenario in scenarios:
        weight = scenario.added_n + (stage.rows_n if scenario.has_rows else 0)
        if batch and rows_n + weight > MOST_ROWS:
            yield batch
            batch, rows_n = [], 0
        batch.append(scenario)
        rows_n += weight
    if batch:
        yield batch


def _edited(kind: RowKind) -> str:
    return f"edited_{kind.name}_rows"


def _edited_rows(market: SubjectMarket, kind: RowKind, as_of: date) -> None:
    """Keep each row as it is, and what could be cleaned a second time, clean."""
    if not kind.is_of_orders:  # nothing of it is mended, only revoked
        market.database.execute(
            f"""
            create table {_edited(kind)} as
            select false as is_clean, null::integer as place, kept.* from {kept_rows(kind)} as kept
            """
        )
        return
    cleaned = cleaned_columns(kind, "kept", "faulty")
    market.database.execute(
        f"""
        create table {_edited(kind)} as
        select false as is_clean, faulty.place, kept.*
        from {kept_rows(kind)} as kept
        left join what_if__faulty as faulty on faulty.order_no = kept.order_id
        union all
        select true as is_clean, faulty.place, {", ".join(cleaned.values())}
        from {kept_rows(kind)} as kept
        join what_if__faulty as faulty on faulty.order_no = kept.order_id
        """,
        {"as_of": as_of},
    )


def _rows_view(kind: RowKind, subject: str) -> str:
    own, moved = kind.subjects[subject], day_columns(kind)
    edited, added = [], []
    for column in kind.columns:
        name = column.name
        days_later = " - scenarios.days_later" if name in moved else ""
        is_own = name == own
        edited.append(
            f"{'scenarios.scenario_no' if is_own else 'edited.' + name + days_later} as {name}"
        )
        # Whoever else takes part in further orders is somebody new each time.
        further = "-numbers.number" if column.type is Type.IDENTITY else f"further.{name}"
        added.append(f"{'scenarios.scenario_no' if is_own else further + days_later} as {name}")
    return f"""
    create temp view {kind.name}_rows as
    select {", ".join(edited)}
    from {_SCENARIOS} as scenarios
    join {_edited(kind)} as edited
      on scenarios.has_rows
      and edited.is_clean = coalesce(edited.place <= scenarios.cleaned_n, false)
    union all
    select {", ".join(added)}
    from {_SCENARIOS} as scenarios
    join what_if__{kind.name} as further on further.variant = scenarios.variant
    cross join unnest(range(1, scenarios.added_n + 1)) as numbers(number)
    """


def _faulty_table(faulty: Sequence[Faulty]) -> pa.Table:
    edits = [edits_for(order.at_fault) for order in faulty]
    return pa.table(
        {
            "order_no": pa.array([order.order_no for order in faulty], pa.int64()),
            "place": pa.array(range(1, len(faulty) + 1), pa.int32()),
            **{
                edit.name: pa.array([edit in mended for mended in edits], pa.bool_())
                for edit in CLEAN_EDITS
            },
        }
    )
