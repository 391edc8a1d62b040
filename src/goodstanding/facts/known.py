"""What is known of a fact at an instant, for a day: the rows received, merged column by column.

Two clocks cut. Known-at cuts what was heard: a value counts when it was recorded by then and
not taken back since. As-of cuts what happened: a value whose own instant lies after the end
of the as-of day is hidden, so that the version before it counts; corrections are not cut.
They are bound values, `$known_at` and `$as_of_end`. Corrections are heard up to an instant of
their own, `$corrected_at`: mostly the same, and a later one where a result is restated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from sqlglot import exp

from goodstanding.database.clock import instant_literal
from goodstanding.database.steps import Step, bound
from goodstanding.days import BEGINNING
from goodstanding.facts.store import retracted, revised
from goodstanding.facts.tables import Column, Kind, Table

# What the names of the steps below begin with.
_OWN = ("known_", "ever_", "several_", "newest_", "merged_")


def known_steps(
    table: Table,
    columns: Iterable[str],
    *,
    only: exp.Expr | None = None,
    is_cut: bool = True,
) -> list[Step]:
    """Return the steps that end in `known_<table>`: one row per fact, with the columns named.

    Without `is_cut` they end in `ever_<table>`, and what lies after the as-of day is known too:
    for corrections, which hold for every day.

    `columns` are canonical names; the key is always there. `only` narrows the facts looked
    at to those of which a received row meets it, as a condition on stored columns. Facts with
    a single row, which are most, pass straight through; the others are merged.
    """
    named = frozenset(columns)
    wanted = tuple(column for column in table.values if column.name in named)
    return list(_known_steps(table, wanted, only, is_cut))


# What a query is put together from is its own already: sqlglot need not copy it at each step.
@lru_cache(maxsize=64)
def _known_steps(
    table: Table,
    wanted: tuple[Column, ...],
    only: exp.Expr | None,
    is_cut: bool,  # noqa: FBT001 -- the arguments are the key of the memory
) -> tuple[Step, ...]:
    keys = [c.stored_name for c in table.keys]
    name = f"known_{table.name}" if is_cut else f"ever_{table.name}"
    mark = "" if is_cut else "ever_"
    once = _narrowed(_received(table, wanted, is_cut=is_cut), only).where(
        exp.Not(this=_is_among(exp.select(*keys).from_(revised(table)), keys)), copy=False
    )
    several = f"{mark}several_{table.name}"
    newest = f"{mark}newest_{table.name}"
    merged = f"{mark}merged_{table.name}"
    until = "for the day that ends at $as_of_end" if is_cut else "for every day"
    return (
        Step(
            several,
            f"rows of {table.name} that were received more than once, what was taken back blanked",
            _several(table, wanted, only, is_cut=is_cut),
        ),
        Step(
            newest,
            "when each of their values was last said",
            exp.select(
                *keys,
                *(
                    _max_case(exp.column(c.stored_name), exp.column(_said(c)), f"newest_{i}")
                    for i, c in enumerate(wanted)
                ),
            )
            .from_(several, copy=False)
            .group_by(*keys, copy=False),
        ),
        Step(
            merged,
            "the value last said, column by column",
            _merged(table, wanted, several, newest),
        ),
        Step(
            name,
            f"{table.name} as known at $known_at {until}",
            exp.union(
                once,
                exp.select(*keys, *(c.stored_name for c in wanted)).from_(merged),
                distinct=False,
                copy=False,
            ),
        ),
    )


def cut_apart(steps: Iterable[Step]) -> list[Step]:
    """Return steps in which facts are cut at `$happened_until`, and days still at `$as_of_end`.

    So rows can be derived as of a later day, by what had happened up to an earlier one.
    """
    return [
        replace(step, query=_cut_at_own_end(step.query)) if step.name.startswith(_OWN) else step
        for step in steps
    ]


def _cut_at_own_end(query: exp.Query) -> exp.Query:
    found = query.copy()
    for place in list(found.find_all(exp.Placeholder)):
        if place.this == "as_of_end":
            place.set("this", "happened_until")
    return found


def was_there(table: Table) -> exp.Expr:
    """Return the condition under which a received row of a table says that its fact is there.

    It was heard by `$known_at`, came true by `$as_of_end` (or nobody says when), and was not
    taken back whole.
    """
    opened = exp.column("opened_at", table=table.name)
    said = recorded_instant(opened)
    back = retracted(table)
    same = [
        exp.column(c.stored_name, table=back).eq(exp.column(c.stored_name, table=table.name))
        for c in table.keys
    ]
    at = exp.column("retracted_at", table=back)
    taken_back = (
        exp.select("1")
        .from_(back)
        .where(*same, exp.column("column_name", table=back).eq(exp.Literal.string("*")))
        .where(at <= bound("corrected_at"), at.copy() >= said.copy())
    )
    return exp.and_(
        said <= bound("known_at"),
        exp.or_(opened.copy().is_(exp.null()), opened.copy() < bound("as_of_end")),
        exp.Not(this=exp.Exists(this=taken_back)),
    )


def recorded_instant(since: exp.Expr | None) -> exp.Expr:
    """Return when a value was recorded: the row's own instant, else when the value came true."""
    said = exp.column("recorded_at")
    beginning = instant_literal(BEGINNING)
    if since is None:
        return exp.func("coalesce", said, beginning)
    return exp.func("coalesce", said, since, beginning)


def _since(table: Table, column: Column) -> exp.Expr | None:
    if column.since is None:
        return None
    return exp.column(table.column(column.since).stored_name)


def _counts(table: Table, column: Column, *, is_cut: bool) -> exp.Expr:
    """Return the condition under which a received value counts, by both clocks."""
    since = _since(table, column)
    until = "corrected_at" if column.is_correction else "known_at"
    heard = recorded_instant(since) <= bound(until)
    if since is None or column.is_correction or not is_cut:
        return heard
    happened = exp.or_(since.copy().is_(exp.null()), since < bound("as_of_end"), copy=False)
    return exp.and_(heard, happened, copy=False)


def _is_there(table: Table, wanted: tuple[Column, ...], *, is_cut: bool) -> list[exp.Expr]:
    """Return the conditions under which a received row says anything at all.

    A key may hold the fact's own instant (feedback's given_at): it is cut like any value. But a
    row that was heard as a correction is read, and each of its values is cut for itself.
    """
    conditions = []
    for column in table.keys:
        if column.since is not None:
            counts = _counts(table, column, is_cut=is_cut)
            if any(c.is_correction for c in wanted):
                heard = recorded_instant(_since(table, column)) <= bound("corrected_at")
                happened = exp.column(column.name) < bound("as_of_end") if is_cut else exp.true()
                counts = exp.or_(counts, exp.and_(heard, happened))
            conditions.append(counts)
    return conditions


def _received(table: Table, wanted: tuple[Column, ...], *, is_cut: bool) -> exp.Select:
    keys = [exp.column(c.stored_name) for c in table.keys]
    values = [
        exp.alias_(
            exp.Case(
                ifs=[exp.If(this=_counts(table, c, is_cut=is_cut), true=exp.column(c.stored_name))]
            ),
            c.stored_name,
            copy=False,
        )
        for c in wanted
    ]
    query = exp.select(*keys, *values).from_(table.name, copy=False)
    return query.where(*_is_there(table, wanted, is_cut=is_cut), copy=False)


def _several(
    table: Table, wanted: tuple[Column, ...], only: exp.Expr | None, *, is_cut: bool
) -> exp.Select:
    keys = [c.stored_name for c in table.keys]
    taken_back = (
        exp.select(
            *keys,
            *(
                _max_case(
                    exp.In(
                        this=exp.column("column_name"),
                        expressions=[exp.Literal.string("*"), exp.Literal.string(c.name)],
                    ),
                    exp.column("retracted_at"),
                    f"back_{i}",
                )
                for i, c in enumerate(wanted)
            ),
        )
        .from_(retracted(table), copy=False)
        .where(exp.column("retracted_at") <= bound("corrected_at"), copy=False)
        .group_by(*keys, copy=False)
    )
    said = {c.name: recorded_instant(_since(table, c)) for c in wanted}
    received = exp.select(
        *keys,
        *(c.stored_name for c in wanted),
        *(exp.alias_(said[c.name], _said(c), copy=False) for c in wanted),
        *(exp.alias_(_counts(table, c, is_cut=is_cut), _heard(c), copy=False) for c in wanted),
    ).from_(table.name, copy=False)
    listed = exp.select(*keys).from_(revised(table))
    if only is not None:
        # What is wanted stands first: few facts are found by index before others are looked at.
        listed = exp.select(*keys).from_(table.name).where(only.copy(), _is_among(listed, keys))
    received.where(_is_among(listed, keys), copy=False)
    received.where(*_is_there(table, wanted, is_cut=is_cut), copy=False)
    blanked = []
    for i, column in enumerate(wanted):
        taken = exp.column(f"back_{i}", table="taken_back")
        stays = exp.and_(
            exp.column(_heard(column), table="received"),
            exp.or_(
                taken.is_(exp.null()), exp.column(_said(column), table="received") > taken.copy()
            ),
        )
        value = exp.column(column.stored_name, table="received")
        blanked.append(
            exp.alias_(exp.Case(ifs=[exp.If(this=stays, true=value)]), column.stored_name)
        )
    return (
        exp.select(
            *(exp.column(k, table="received") for k in keys),
            *blanked,
            *(exp.column(_said(c), table="received") for c in wanted),
        )
        .from_(received.subquery("received", copy=False), copy=False)
        .join(
            taken_back.subquery("taken_back", copy=False),
            on=exp.and_(
                *(
                    exp.column(k, table="received").eq(exp.column(k, table="taken_back"))
                    for k in keys
                )
            ),
            join_type="left",
            copy=False,
        )
    )


def _merged(table: Table, wanted: tuple[Column, ...], several: str, newest: str) -> exp.Select:
    keys = [c.stored_name for c in table.keys]
    values = []
    for i, column in enumerate(wanted):
        value: exp.Expr = exp.column(column.stored_name, table=several)
        if column.kind is Kind.FLAG:  # no database but DuckDB has max() of a flag
            value = exp.cast(value, exp.DataType.Type.INT)
        is_newest = exp.column(_said(column), table=several).eq(
            exp.column(f"newest_{i}", table=newest)
        )
        found: exp.Expr = exp.Max(this=exp.Case(ifs=[exp.If(this=is_newest, true=value)]))
        if column.kind is Kind.FLAG:
            found = found.eq(exp.Literal.number(1))
        values.append(exp.alias_(found, column.stored_name, copy=False))
    on = exp.and_(*(exp.column(k, table=several).eq(exp.column(k, table=newest)) for k in keys))
    return (
        exp.select(*(exp.column(k, table=several) for k in keys), *values)
        .from_(several, copy=False)
        .join(newest, on=on, copy=False)
        .group_by(*(exp.column(k, table=several) for k in keys), copy=False)
    )


def _narrowed(query: exp.Select, only: exp.Expr | None) -> exp.Select:
    return query if only is None else query.where(only.copy(), copy=False)


def _is_among(listed: exp.Select, keys: list[str]) -> exp.Expr:
    key: exp.Expr = exp.column(keys[0])
    if len(keys) > 1:
        key = exp.Tuple(expressions=[exp.column(k) for k in keys])
    return exp.In(this=key, query=exp.Subquery(this=listed))


def _max_case(condition: exp.Expr, value: exp.Expr, name: str) -> exp.Expr:
    if isinstance(condition, exp.Column):  # the value is there at all
        condition = exp.Not(this=condition.is_(exp.null()))
    largest = exp.Max(this=exp.Case(ifs=[exp.If(this=condition, true=value)]))
    return exp.alias_(largest, name, copy=False)


def _said(column: Column) -> str:
    return f"{column.stored_name}_said_at"


def _heard(column: Column) -> str:
    return f"{column.stored_name}_counts"
