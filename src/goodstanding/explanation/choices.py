"""What is left alone or done about some orders, and what a day then comes to.

The rows are those of that day by what had happened up to the day asked about: time passes, and
nothing else happens. An edit changes one order's row as the facts would that make it so.
"""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
from sqlglot import exp

from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import Step, parse, statement
from goodstanding.explanation.clean_rows import CLEAN_EDITS
from goodstanding.explanation.scenarios import MOST_ROWS, Judged, result_names
from goodstanding.rows.catalogue import ROW_KINDS, RowKind

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket

EditKind = Literal["shipped", "lapsed", "answered", "delivered", "undisputed", "ended"]
_ORDER = ROW_KINDS["order"]
(_UNDISPUTED,) = (edit for edit in CLEAN_EDITS if edit.name == "undisputed")
_UNANSWERED = _ORDER.column("dispute_close_reason").code_number("unanswered")
# What each edit sets, as SQL over the row `was` and the edit `edited`.
_SETS: Mapping[EditKind, Mapping[str, str]] = {
    "shipped": {
        "shipped_on": "edited.on_day",
        "is_shipped_late": "edited.is_late",
        "unshipped_on": "case when edited.is_late then was.unshipped_on end",
    },
    "lapsed": {
        "dispute_closed_on": "edited.on_day",
        "dispute_lapsed_on": "edited.on_day",
        "dispute_close_reason": str(_UNANSWERED),
        "dispute_liable": "edited.liable",
    },
    "answered": {"dispute_unanswered_on": "edited.on_day"},
    "delivered": {"delivered_on": "edited.on_day", "is_delivered_late": "edited.is_late"},
    "undisputed": {
        **_UNDISPUTED.sets,
        "closed_on": "greatest(was.closed_on, was.dispute_opened_on, was.dispute_acted_on, "
        "was.dispute_escalated_on)",
    },
    "ended": {"closed_on": "edited.on_day"},
}
_LOOKED_AT = frozenset(
    {"unshipped_on", "dispute_opened_on", "dispute_acted_on", "dispute_escalated_on", "closed_on"}
)
_ROWS, _SCENARIOS, _EDITS = "next__rows", "next__scenarios", "next__edits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What becomes of one order, on a day; of a lapsed dispute, whom a decision names."""

    order_no: int
    kind: EditKind
    on: date | None = None
    is_late: bool = False
    liable: str = ""


Edits = tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that is left alone or done, and the day as of which both are judged."""

    on: date
    left: Edits
    done: Edits


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """A store's rows as of whatever day, and the statement that judges them; written once."""

    market: SubjectMarket
    names: tuple[str, ...]
    sql: str

    @classmethod
    def of(cls, market: SubjectMarket) -> Judging:
        """Write the statement for a store."""
        names = result_names(market.counting)
        scenarios = f"select scenario_no as subject_no from {_SCENARIOS}"
        steps = [
            *(
                Step(f"{kind.name}_rows", "rows, edited", parse(_edited(market, kind)))
                for kind in market.kinds
            ),
            Step("subjects", "scenarios", parse(scenarios)),
            *market.counting.steps,
        ]
        sql = statement(steps, exp.select(*names).from_("results"), "duckdb")
        return cls(market=market, names=names, sql=sql)

    def on(self, day: date, scenarios: Sequence[Edits]) -> list[Judged]:
        """Judge the store as of a day, once for each set of edits; the same day's rows for all."""
        market = self.market
        rows_n = 0
        for kind in market.kinds:
            market.database.execute(f"drop table if exists {_rows(kind)}")
            market.rows_into(
                _rows(kind), kind, day, _columns(market, kind), happened_by=market.question.as_of
            )
            rows_n += market.database.rows(f"select count(*) from {_rows(kind)}")[0][0]
        values = market.values(day)
        found: list[Judged] = []
        for batch in _batches(scenarios, rows_n):
            _register(market, batch)
            rows = market.database.rows(self.sql, named_values(self.sql, values))
            found += [dict(zip(self.names, row, strict=True)) for row in sorted(rows)]
        return found


def _rows(kind: RowKind) -> str:
    return f"{_ROWS}_{kind.name}"


def _columns(market: SubjectMarket, kind: RowKind) -> list[str]:
    """Return the columns that are judged, and those that an edit looks at."""
    looked_at = _LOOKED_AT if kind.is_of_orders else frozenset[str]()
    wanted = market.counting.columns[kind.name] | looked_at
    return [name for name in market.compiled.kind(kind.name).names if name in wanted]


def _batches(scenarios: Sequence[Edits], rows_n: int) -> Iterator[Sequence[Edits]]:
    at_once = max(MOST_ROWS // max(rows_n, 1), 1)
    for start in range(0, len(scenarios), at_once):
        yield scenarios[start : start + at_once]


def _register(market: SubjectMarket, scenarios: Sequence[Edits]) -> None:
    each = [(number, edit) for number, edits in enumerate(scenarios) for edit in edits]
    liable = _ORDER.column("dispute_liable")
    tables: dict[str, pa.Table] = {
        _SCENARIOS: pa.table({"scenario_no": pa.array(range(len(scenarios)), pa.int64())}),
        _EDITS: pa.table(
            {
                "scenario_no": pa.array([number for number, _ in each], pa.int64()),
                "order_no": pa.array([edit.order_no for _, edit in each], pa.int64()),
                "kind": pa.array([edit.kind for _, edit in each], pa.string()),
                "on_day": pa.array([edit.on for _, edit in each], pa.date32()),
                "is_late": pa.array([edit.is_late for _, edit in each], pa.bool_()),
                "liable": pa.array(
                    [liable.code_number(e.liable) if e.liable else None for _, e in each],
                    pa.int32(),
                ),
            }
        ),
    }
    for name, table in tables.items():
        market.database.register("next__made", table)
        market.database.execute(f"create or replace temp table {name} as from next__made")
        market.database.unregister("next__made")


def _edited(market: SubjectMarket, kind: RowKind) -> str:
    columns = [_column(kind, name) for name in _columns(market, kind)]
    source = f"from {_SCENARIOS} as scenarios cross join {_rows(kind)} as was"
    if kind.is_of_orders:
        source += f"""
        left join {_EDITS} as edited
          on edited.scenario_no = scenarios.scenario_no and edited.order_no = was.order_id
        """
    return f"select {', '.join(columns)} {source}"


def _column(kind: RowKind, name: str) -> str:
    if name == kind.subjects["seller"]:
        return f"scenarios.scenario_no as {name}"
    branches = [
        f"when edited.kind = '{edit}' then {sets[name]}"
        for edit, sets in _SETS.items()
        if name in sets and kind.is_of_orders
    ]
    return f"case {' '.join(branches)} else was.{name} end as {name}" if branches else f"was.{name}"


def by_day(choices: Iterable[Choice]) -> dict[date, list[Choice]]:
    """Return choices by the day as of which they are judged, the earliest first."""
    found: dict[date, list[Choice]] = {}
    for choice in sorted(choices, key=lambda each: each.on):
        found.setdefault(choice.on, []).append(choice)
    return found
