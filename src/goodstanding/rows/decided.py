"""What people decided about orders, and what listings are, set beside rows as late as can be.

A decision (an exclusion, an incident, an account that was closed) changes no order, nor does
the kind of a listing. So none of it is part of the derivation of rows, kept or not, and it is
read only where a rulebook names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from goodstanding.database.clock import MarketClock
from goodstanding.database.steps import Step
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.rows.catalogue import DETAILS, ROW_KINDS, Type
from goodstanding.rows.written import with_own_functions, written

EXCLUSIONS = "exclusions_in_force"
IS_SPECIAL = "is_special_listing"
_ALONE = "order_rows_alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Decisions of one kind: the facts they are read from, and the rows they concern.

    `step` has a row for each `key` that a decision concerns, with its day in `day`. `reads`
    are the columns of rows that it takes to find out, `columns` those that it provides. `only`
    is met by some received row of every fact that matters; `before` are steps that `step` reads.
    """

    step: str
    table: str
    facts: str
    columns: tuple[str, ...]
    its_key: str
    key: str
    day: str
    reads: tuple[str, ...]
    only: str | None = None
    before: tuple[str, ...] = ()


_SOURCES = (
    _Source(
        step="closed_buyers",
        table="buyers",
        facts="closed_at closed_reason",
        columns=("is_buyer_closed", "buyer_closed_on"),
        its_key="buyer_no",
        key="buyer_id",
        day="closed_on",
        reads=("buyer_id",),
        only="not closed_at is null",  # most accounts stay open
    ),
    _Source(
        step="orders_in_incidents",
        table="incidents",
        facts="carrier region method first_on last_on",
        columns=("in_incident", "incident_on"),
        its_key="order_id",
        key="order_id",
        day="first_on",
        reads=(
            *("ship_by_on", "shipped_on", "delivered_on", "closed_on", "cancelled_on"),
            *("shipping_method", "carrier", "ship_to"),
        ),
    ),
    _Source(
        step="special_orders",  # reads `known_order_lines`, which whoever makes rows provides
        table="listings",
        facts="kind",
        columns=(IS_SPECIAL,),
        its_key="order_no",
        key="order_id",
        day="order_no",
        reads=(),
        only="kind <> 'ordinary'",  # most listings are
        before=("special_listings",),
    ),
)


def columns_read(columns: Iterable[str]) -> set[str]:
    """Return the columns of rows that it takes to provide those named, decided ones among them."""
    wanted = set(columns)
    needed = [name for source in _read_for(wanted) for name in source.reads]
    return {name for name in wanted if name not in _DECIDED} | set(needed)


def with_decisions(
    steps: Sequence[Step], columns: Iterable[str], *, clock: MarketClock
) -> list[Step]:
    """Return the steps of rows with the columns among those named that people decided.

    `order_rows`, which has the `columns_read`, is taken apart in two steps, so that what is made
    of orders has the decided columns as well. Bound values beyond those of the rows: `$as_of`.
    """
    wanted = set(columns)
    sources = _read_for(wanted)
    if not sources:
        return list(steps)
    place = next(place for place, step in enumerate(steps) if step.name == "order_rows")
    own = [c.name for c in ROW_KINDS["order"].columns if c.name in wanted and not c.is_decided]
    own += [name for name in DETAILS if name in wanted]
    query = exp.select(*(exp.column(name, table=_ALONE) for name in own)).from_(_ALONE)
    beside = []
    for source in sources:
        same = exp.column(source.its_key, table=source.step).eq(
            exp.column(source.key, table=_ALONE)
        )
        query = query.select(*(_column(source, name) for name in source.columns if name in wanted))
        query = query.join(source.step, on=same, join_type="left")
        beside += _steps_of(source, clock)
    return [
        *steps[:place],
        replace(steps[place], name=_ALONE),
        *beside,
        Step("order_rows", "the same, with what was decided about them", query),
        *steps[place + 1 :],
    ]


def exclusion_steps(clock: MarketClock) -> list[Step]:
    """Return the steps that end in `exclusions_in_force`.

    It has a row for each decision not lifted: `table_name` (orders or buyers), `fact_no` (the
    market's number of the order or the buyer), `reason`, `decided_on`.
    """
    read = ["table_name", "key", "reason", "decided_at", "lifted_at"]
    return [*known.known_steps(BY_NAME["exclusions"], read), _step(EXCLUSIONS, clock)]


def _read_for(wanted: set[str]) -> list[_Source]:
    return [source for source in _SOURCES if wanted.intersection(source.columns)]


def _column(source: _Source, name: str) -> exp.Expr:
    day: exp.Expr = exp.column(source.day, table=source.step)
    if ROW_KINDS["order"].column(name).type is Type.FLAG:
        day = exp.Not(this=day.is_(exp.null()))
    return exp.alias_(day, name)


def _steps_of(source: _Source, clock: MarketClock) -> list[Step]:
    only = None if source.only is None else exp.condition(source.only, dialect="duckdb")
    read = known.known_steps(BY_NAME[source.table], source.facts.split(), only=only)
    return [*read, *(_step(name, clock) for name in (*source.before, source.step))]


def _step(name: str, clock: MarketClock) -> Step:
    purpose, query = written(name)
    return Step(name, purpose, with_own_functions(query.copy(), clock))


_DECIDED = frozenset(column.name for column in ROW_KINDS["order"].columns if column.is_decided)
