"""Steps without what is looked for in tables that hold nothing.

What few facts need (merging what was received more than once) is half of many a statement, and
planning it takes as long where there is no such fact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlglot import exp

from goodstanding.database.query_parts import is_asked_of_all, lookups, own
from goodstanding.database.steps import Step


def without_empty(steps: Iterable[Step], empty: Collection[str]) -> list[Step]:
    """Return steps that yield the same as long as the tables named hold no row.

    A part of a union goes that would yield nothing, and a condition that is met by all. Of such a
    union each part yields the same types.
    """
    nothing = set(empty)
    found = []
    for step in steps:
        query = None if step.name in step.reads else _left_of(step.query.copy(), nothing)
        if query is None and step.name not in step.reads:
            nothing.add(step.name)
        found.append(step if query is None else replace(step, query=query))
    return found


def _left_of(query: exp.Query, nothing: set[str]) -> exp.Query | None:
    """Return what is left of a query that is ours to change; None: it yields nothing."""
    match query:
        case exp.Union():
            return _left_of_union(query, nothing)
        case exp.Select():
            return _left_of_select(query, nothing)
        case _:
            return query


def _left_of_union(query: exp.Union, nothing: set[str]) -> exp.Query | None:
    first, second = (_left_of(each, nothing) for each in (query.left, query.right))
    if first is None and second is None:
        return None
    if second is None and not query.args.get("distinct"):
        return first
    # The first part says what columns are called: it stays.
    query.set("this", first or query.left)
    query.set("expression", second or query.right)
    return query


def _left_of_select(query: exp.Select, nothing: set[str]) -> exp.Query | None:
    if any(_yields_nothing(each, nothing) for each in _required(query)):
        # Numbers that are worked out of nothing are a row of their own.
        is_summed_up = not query.args.get("group") and any(own(query, exp.AggFunc))
        return query if is_summed_up else None
    for lookup in lookups(query):
        if not _yields_nothing(lookup.args["query"], nothing):
            continue
        if isinstance(lookup.parent, exp.Not) and is_asked_of_all(lookup.parent):
            lookup.parent.replace(exp.true())
    return query


def _required(query: exp.Select) -> list[exp.Expr]:
    """Return every source without a row of which the query has none."""
    sources = [query.args["from_"].this] if query.args.get("from_") else []
    sources += [
        join.this
        for join in query.args.get("joins") or []
        if not join.side and join.kind.upper() in {"", "INNER", "SEMI"}
    ]
    return [*sources, *(each.args["query"] for each in lookups(query) if is_asked_of_all(each))]


def _yields_nothing(source: exp.Expr, nothing: set[str]) -> bool:
    match source:
        case exp.Table():
            return source.name in nothing
        case exp.Subquery():
            return _yields_nothing(source.this, nothing)
        case exp.Query():
            return _left_of(source.copy(), nothing) is None
        case _:
            return False
