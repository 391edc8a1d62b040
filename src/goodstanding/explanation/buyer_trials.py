"""What a buyer might do, tried: the rows as they would become, judged by the same steps.

The number of a trial stands in the buyer's column, so that one pass judges them all.
"""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from goodstanding.assessment.examples import example_rows
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import Step, parse, statement
from goodstanding.explanation.clean_rows import CLEAN_EDITS, cleaned_columns, edits_for
from goodstanding.explanation.scenarios import Judged, result_names
from goodstanding.explanation.subject_market import kept_rows
from goodstanding.rows.catalogue import RowKind, Type

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket

_SUBJECT = "buyer"
_TRIAL, _ROWS = "buyer_trials", "buyer_trial"
_AMOUNT = 10_000  # of an order that goes well, in minor units: what no smallest amount leaves out
_DAYS = ("placed_on", "paid_on", "shipped_on", "delivered_on", "closed_on")
_FEEDBACK = ("feedback_on", "feedback_given_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Something that is tried: what is set in which rows, what comes in, what goes.

    `sets` gives columns their value in the rows of a kind whose key is among `of`: by kind. `added`
    are further rows by kind, `dropped` the keys of rows that go. Columns that a kind does not have
    are passed over. Where `mends` names columns at fault, the orders `of` are mended of these.
    Without `has_rows` only what is added is there.
    """

    sets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    of: frozenset[int] = frozenset()
    added: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    dropped: Mapping[str, frozenset[int]] = field(default_factory=dict)
    mends: frozenset[str] = frozenset()
    has_rows: bool = True


def feedback_given(orders: Iterable[int], on: date) -> Trial:
    """Return the trial of giving feedback on some orders, on a day."""
    said = dict.fromkeys(_FEEDBACK, on)
    return Trial(sets={"order": said, "line": said}, of=frozenset(orders))


def questions_answered(threads: Iterable[int], on: date) -> Trial:
    """Return the trial of answering some questions of sellers, on a day."""
    return Trial(sets={"message": {"answered_on": on}}, of=frozenset(threads))


def further_orders(number: int, on: date, *, has_feedback: bool, has_rows: bool = True) -> Trial:
    """Return the trial of so many more orders that go well, each from another seller, in a day."""
    row: dict[str, Any] = dict.fromkeys(_DAYS, on)
    row |= {"is_paid": True, "amount_minor": _AMOUNT, "line_no": 1, "quantity": 1}
    row |= dict.fromkeys(_FEEDBACK, on) if has_feedback else {}
    rows = [row] * number
    return Trial(added={"order": rows, "line": rows}, has_rows=has_rows)


class Trials:
    """The trials of one market: to write the SQL that judges takes longer than to run it."""

    def __init__(self, market: SubjectMarket) -> None:
        self._market = market
        self._names = result_names(market.counting)
        steps = [
            *(
                Step(f"{kind.name}_rows", "rows, as tried", parse(f"from {_rows(kind)}"))
                for kind in market.kinds
            ),
            Step("subjects", "trials", parse(f"select trial_no as subject_no from {_TRIAL}")),
            *market.counting.steps,
        ]
        self._sql = statement(steps, exp.select(*self._names).from_("results"), "duckdb")

    def judged(self, trials: Sequence[Trial], day: date | None = None) -> list[Judged]:
        """Judge the buyer once for each trial, as of the day asked about or a later one.

        On a later day by what had happened up to the day asked about: time passes, nothing else.
        """
        if not trials:
            return []
        market = self._market
        as_of = day or market.question.as_of
        for kind in market.kinds:
            _make_rows(market, kind, as_of, trials)
        numbers = pa.table({"trial_no": pa.array(range(len(trials)), pa.int64())})
        market.database.register(_TRIAL, numbers)
        found = market.database.rows(self._sql, named_values(self._sql, market.values(as_of)))
        market.database.unregister(_TRIAL)
        rows = sorted(found, key=lambda row: row[0])
        return [dict(zip(self._names, row, strict=True)) for row in rows]


def _rows(kind: RowKind) -> str:
    return f"{_ROWS}_{kind.name}_rows"


def _make_rows(market: SubjectMarket, kind: RowKind, as_of: date, trials: Sequence[Trial]) -> None:
    """Make the rows of a kind as each trial leaves them."""
    database, was, made = market.database, f"{_ROWS}_was", _rows(kind)
    database.execute(f"drop table if exists {was}")
    database.execute(f"drop table if exists {made}")
    if as_of == market.question.as_of:
        database.execute(f"create table {was} as from {kept_rows(kind)}")
    else:
        market.rows_into(was, kind, as_of, happened_by=market.question.as_of)
    database.execute(f"create table {made} as select * from {was} where false")
    for number, trial in enumerate(trials):
        if trial.has_rows:
            _insert_edited(market, kind, number, trial)
        _insert_added(market, kind, number, trial)


def _insert_edited(market: SubjectMarket, kind: RowKind, number: int, trial: Trial) -> None:
    own, key = kind.subjects[_SUBJECT], kind.key[0]
    values: dict[str, Any] = {"number": number, "gone": [*trial.dropped.get(kind.name, ())]}
    columns = {column.name: f"was.{column.name}" for column in kind.columns}
    said = {name: each for name, each in trial.sets.get(kind.name, {}).items() if kind.has(name)}
    if said:
        values |= {f"set_{name}": each for name, each in said.items()}
        for name in said:
            columns[name] = (
                f"case when was.{key} in (select unnest($of::bigint[])) then $set_{name} "
                f"else was.{name} end"
            )
    columns[own] = "$number::bigint"
    selected = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
    source = f"{_ROWS}_was"
    if trial.mends and kind.is_of_orders:
        source = f"({_cleaned(kind, trial, source)})"
        values["as_of"] = market.question.as_of
    if said or source != f"{_ROWS}_was":
        values["of"] = [*trial.of]
    market.database.execute(
        f"""
        insert into {_rows(kind)} by name select {selected} from {source} as was
        where was.{key} not in (select unnest($gone::bigint[]))
        """,
        values,
    )


def _cleaned(kind: RowKind, trial: Trial, source: str) -> str:
    """Return SQL for rows of which those of the orders named are mended. Binds `$of`, `$as_of`."""
    edits = edits_for(trial.mends)
    flags = ", ".join(f"{str(edit in edits).lower()} as {edit.name}" for edit in CLEAN_EDITS)
    columns = cleaned_columns(kind, "kept", "applies")
    mended = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
    is_named = "kept.order_id in (select unnest($of::bigint[]))"
    return f"""
    select {", ".join(kind.names)} from {source} as kept where not {is_named}
    union all by name
    select {mended} from {source} as kept cross join (select {flags}) as applies where {is_named}
    """


def _insert_added(market: SubjectMarket, kind: RowKind, number: int, trial: Trial) -> None:
    """Insert further rows; whoever else takes part in one is somebody new each time."""
    rows = trial.added.get(kind.name)
    if not rows:
        return
    written = [{name: each for name, each in row.items() if kind.has(name)} for row in rows]
    table = example_rows(kind, _SUBJECT, written)
    own = kind.subjects[_SUBJECT]
    for place, column in enumerate(kind.columns):
        if column.name == own:
            values = pa.array([number] * len(rows), pa.int64())
        elif column.type is Type.IDENTITY:
            values = pa.array([-each for each in range(1, len(rows) + 1)], pa.int64())
        else:
            continue
        table = table.set_column(place, column.name, values)
    market.database.register("buyer_trial_added", table)
    market.database.execute(f"insert into {_rows(kind)} by name from buyer_trial_added")
    market.database.unregister("buyer_trial_added")
