"""Steps for one day, written anew for many days at once.

Every step that depends on the day gets one more column, the place of the day (`day__no`), and
what is joined, grouped, numbered or looked up there is so within the day. A bound value that
differs from day to day becomes a column of the table of days. What does not depend on the day is
worked out once. So the steps keep one definition, and of many days each is what it is alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from goodstanding.database.query_parts import (
    insert_join,
    is_asked_of_all,
    keys,
    lookups,
    own,
    own_queries,
    scalars,
    selects,
)
from goodstanding.database.steps import Step, bound

DAY = "day__no"
# Provided by whoever runs the steps: a row for each day, with `DAY` and a `value_column` for each
# bound value that differs from day to day.
DAYS = "days__asked"
_FOUND = "day__found"


def value_column(name: str) -> str:
    """Name the column of the table of days that holds what is bound for a single day."""
    return f"day__{name}"


def least_of(name: str) -> str:
    """Name the value to bind that is the least of those of all days."""
    return f"{name}__least"


def most_of(name: str) -> str:
    """Name the value to bind that is the greatest of those of all days."""
    return f"{name}__most"


def by_day(steps: Sequence[Step], values: Collection[str]) -> list[Step]:
    """Return the steps for every day in the table `days__asked`.

    `values` names the bound values that differ from day to day. Of each the least and the
    greatest are to be bound as well (`least_of`, `most_of`): what no day can reach is left out
    before the days are told apart. What is counted over all rows, without a group, is nothing on
    a day without rows, where alone it is one row of nothing. Raises ValueError for what cannot be
    told apart by day.
    """
    known: set[str] = set()
    written = []
    for step in steps:
        query = step.query.copy()
        if _Writing(values, known).query(query):
            known.add(step.name)
            if step.name in step.reads:
                query = step.query.copy()  # it reads itself, as it is by day
                _Writing(values, known).query(query)
        written.append(replace(step, query=query))
    return written


@dataclass(frozen=True, slots=True)
class _Source:
    """What a query reads, by its name there; `join` None for the first."""

    name: str
    is_by_day: bool
    join: exp.Join | None

    @property
    def is_always_there(self) -> bool:
        """Whether each row of the query has a row of it."""
        return self.join is None or not (self.join.side or self.join.kind in {"SEMI", "ANTI"})

    @property
    def day(self) -> exp.Column:
        return exp.column(DAY, table=self.name)


class _Writing:
    """Writes queries anew, in place. `known` names the steps that are by day."""

    def __init__(self, values: Collection[str], known: Collection[str]) -> None:
        self.values = values
        self.known = known

    def query(self, query: exp.Expr) -> bool:
        """Write a query anew if it depends on the day, and say whether it does."""
        match query:
            case exp.Subquery():
                return self.query(query.this)
            case exp.SetOperation():
                return self.union(query)
            case exp.Select():
                return self.select(query)
            case _:
                raise ValueError(f"no query: {query.sql()[:60]}")

    def union(self, query: exp.SetOperation) -> bool:
        told = [self.query(query.left), self.query(query.right)]
        if not any(told):
            return False
        for side, is_by_day in zip((query.left, query.right), told, strict=True):
            for select in selects(side):
                if not is_by_day:
                    self.select(select, must=True)
                if any(each.is_star for each in select.expressions):
                    raise ValueError("in a union of all columns the day has no sure place")
        return True

    def select(self, query: exp.Select, *, must: bool = False) -> bool:
        sources = self.sources(query)
        looked_up = [each for each in lookups(query) if self.query(each.args["query"])]
        there = [each for each in own(query, exp.Exists) if self.exists(each)]
        bound_here = list(self.bound(query))
        is_by_day = looked_up or there or bound_here or any(each.is_by_day for each in sources)
        if not (must or is_by_day):
            return False
        if not _can_be_told_apart(query):
            raise ValueError(f"cannot be told apart by day: {query.sql()[:60]}")
        day = self.day(query, sources, looked_up, needs_values=bool(bound_here))
        for lookup in looked_up:
            if lookup.parent is not None:  # none of those that became a join
                _look_up_by_day(lookup, day)
        for exists in there:
            (inner,) = selects(exists.this)
            inner.where(inner.expressions[-1].this.copy().eq(day.copy()), copy=False)
        for place in bound_here:
            place.replace(exp.column(value_column(place.name), table=DAYS))
        _group_and_number_by_day(query, day)
        _give_day(query, sources, day)
        return True

    def exists(self, lookup: exp.Expr) -> bool:
        for select in selects(lookup.this):
            select.set("expressions", [exp.Literal.number(1)])  # whatever is asked for
        return self.query(lookup.this)

    def sources(self, query: exp.Select) -> list[_Source]:
        found = []
        for part in (query.args["from_"], *(query.args.get("joins") or ())):
            read = part.this
            nested = isinstance(read, exp.Subquery)
            is_by_day = self.query(read) if nested else read.name in self.known
            join = part if isinstance(part, exp.Join) else None
            found.append(_Source(read.alias_or_name, is_by_day, join))
        return found

    def bound(self, query: exp.Expr) -> Iterator[exp.Expr]:
        return (each for each in own(query, exp.Placeholder) if each.name in self.values)

    def day(
        self,
        query: exp.Select,
        sources: Sequence[_Source],
        looked_up: Sequence[exp.In],
        *,
        needs_values: bool,
    ) -> exp.Column:
        """Return the day of a row of the query, and hold every source to it."""
        giver = self.giver(sources)
        among = [] if giver is not None else [each for each in looked_up if is_asked_of_all(each)]
        if among:
            giver = _joined(query, among[0])
        if giver is None:
            self.leave_out_of_reach(query)
            insert_join(query, exp.Join(this=exp.to_table(DAYS), kind="CROSS"), None)
            day = exp.column(DAY, table=DAYS)
        else:
            day = giver.day
            if needs_values:
                same = exp.column(DAY, table=DAYS).eq(day.copy())
                insert_join(query, exp.Join(this=exp.to_table(DAYS), on=same), giver.join)
        for source in sources:
            if source.is_by_day and source is not giver and source.join is not None:
                _hold(source.join, source.day.eq(day.copy()))
        return day

    def giver(self, sources: Sequence[_Source]) -> _Source | None:
        """Return the source that says which day a row is of, before anything needs to know."""
        for source in sources:
            if source.join is not None and any(self.bound(source.join)):
                return None
            if source.is_by_day:
                return source if source.is_always_there else None
        return None

    def leave_out_of_reach(self, query: exp.Select) -> None:
        where = query.args.get("where")
        reached = None if where is None else self.reached(where.this)
        if reached is not None:
            query.where(reached, copy=False)

    def reached(self, condition: exp.Expr) -> exp.Expr | None:
        """Return what holds wherever a condition does on any day; None for nothing to speak of."""
        match condition:
            case exp.Paren():
                inner = self.reached(condition.this)
                return None if inner is None else exp.paren(inner)
            case exp.And():
                sides = [self.reached(side) for side in (condition.left, condition.right)]
                told = [side for side in sides if side is not None]
                return exp.and_(*told) if told else None
            case exp.Or():
                sides = [self.reached(side) for side in (condition.left, condition.right)]
                told = [side for side in sides if side is not None]
                return exp.or_(*told) if len(told) == len(sides) else None
        if any(self.bound(condition)):
            return self.widest(condition)
        return None if own_queries(condition) else condition.copy()

    def widest(self, condition: exp.Expr) -> exp.Expr | None:
        """Return a comparison with a bound value as the most generous day has it."""
        match condition:
            case exp.LTE(this=left, expression=right) | exp.LT(this=left, expression=right):
                named = most_of
            case exp.GTE(this=left, expression=right) | exp.GT(this=left, expression=right):
                named = least_of
            case _:
                return None
        place = right.this if isinstance(right, exp.Cast) else right
        if any(self.bound(left)) or not isinstance(place, exp.Placeholder):
            return None
        widest = condition.copy()
        (place,) = self.bound(widest)
        place.replace(bound(named(place.name)))
        return widest


def _can_be_told_apart(query: exp.Select) -> bool:
    is_cut_off = any(query.args.get(part) for part in ("limit", "order"))
    distinct = query.args.get("distinct")
    is_first_of_each = distinct is not None and distinct.args.get("on") is not None
    is_outer = any(join.side in {"RIGHT", "FULL"} for join in query.args.get("joins") or ())
    return not (is_cut_off or is_first_of_each or is_outer or scalars(query))


def _joined(query: exp.Select, lookup: exp.In) -> _Source:
    """Make a join of a lookup: each row is of every day on which what it is asked for is found."""
    asked = keys(lookup)
    found = lookup.args["query"]
    inner = found.this if isinstance(found, exp.Subquery) else found
    named = [each.alias_or_name for each in next(selects(inner)).expressions]
    listed = exp.select(
        *(
            exp.alias_(exp.column(name), f"{_FOUND}_{place}")
            for place, name in enumerate(named[: len(asked)])
        ),
        DAY,
    )
    listed = listed.distinct().from_(inner.copy().subquery("found"))
    same = [
        exp.column(f"{_FOUND}_{place}", table=_FOUND).eq(key.copy())
        for place, key in enumerate(asked)
    ]
    join = exp.Join(this=listed.subquery(_FOUND), on=exp.and_(*same))
    insert_join(query, join, None)
    lookup.replace(exp.true())
    return _Source(_FOUND, is_by_day=True, join=join)


def _look_up_by_day(lookup: exp.In, day: exp.Expr) -> None:
    lookup.set("this", exp.Tuple(expressions=[*(k.copy() for k in keys(lookup)), day.copy()]))


def _hold(join: exp.Join, condition: exp.Expr) -> None:
    if join.args.get("using"):
        raise ValueError("a join by columns of one name cannot be told apart by day")
    if join.kind == "CROSS":
        join.set("kind", None)
    on = join.args.get("on")
    join.set("on", condition if on is None else exp.and_(on, condition))


def _is_windowed(function: exp.Expr) -> bool:
    above = function.parent
    return isinstance(above.parent if isinstance(above, exp.Filter) else above, exp.Window)


def _group_and_number_by_day(query: exp.Select, day: exp.Expr) -> None:
    for window in own(query, exp.Window):
        window.append("partition_by", day.copy())
    group = query.args.get("group")
    counted = [each for each in own(query, exp.AggFunc) if not _is_windowed(each)]
    if group is not None:
        group.append("expressions", day.copy())
    elif counted:
        query.group_by(day.copy(), copy=False)


def _give_day(query: exp.Select, sources: Sequence[_Source], day: exp.Expr) -> None:
    """Let a query give the day, once and last, beside what it gives."""
    by_name = {source.name: source for source in sources}
    columns: list[exp.Expr] = []
    gives_day = False
    for each in query.expressions:
        column = each
        if isinstance(each, exp.Star):
            (only,) = sources
            column = exp.Column(this=exp.Star(), table=exp.to_identifier(only.name))
        if column.is_star:
            source = by_name[column.table]
            if source.is_by_day and (gives_day or not source.is_always_there):
                raise ValueError(f"the day is given twice, or not always: {query.sql()[:60]}")
            gives_day = gives_day or source.is_by_day
        columns.append(column)
    if not gives_day:
        columns.append(exp.alias_(day.copy(), DAY))
    query.set("expressions", columns)
