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
        reads_any = step.name not in step.reads and not nothing.isdisjoint(step.reads)
        if reads_any and _is_nothing(step.query, nothing):
            nothing.add(step.name)
            found.append(step)
        else:
            nothing.discard(step.name)  # it stands in the place of a table of that name
            left = replace(step, query=_left_of(step.query.copy(), nothing)) if reads_any else step
            found.append(left)
    return found


def _left_of(query: exp.Query, nothing: set[str]) -> exp.Query:
    """Return what is left of a query that is ours to change, and yields something."""
    match query:
        case exp.Union() if not _is_cut(query):
            if not query.args.get("distinct") and _is_nothing(query.right, nothing):
                return _left_of(query.left, nothing)
            for name, side in (("this", query.left), ("expression", query.right)):
                if not _is_nothing(side, nothing):
                    query.set(name, _left_of(side, nothing))
        case exp.Select():
            for lookup in lookups(query):
                above = lookup.parent
                if not isinstance(above, exp.Not) or not is_asked_of_all(above):
                    continue
                if _is_nothing(lookup.args["query"], nothing):
                    above.replace(exp.true())
    return query


def _is_nothing(source: exp.Expr, nothing: set[str]) -> bool:
    """Say whether a table or a query has no row."""
    match source:
        case exp.Table():
            return source.name in nothing
        case exp.Subquery():
            return _is_nothing(source.this, nothing)
        case exp.Union() if not _is_cut(source):
            return all(_is_nothing(each, nothing) for each in (source.left, source.right))
        case exp.Select() if not _is_cut(source):
            if not any(_is_nothing(each, nothing) for each in _required(source)):
                return False
            # Numbers that are worked out of nothing are a row of their own.
            return _is_grouped(source) or not any(own(source, exp.AggFunc, exp.Anonymous))
        case _:
            return False


def _is_cut(query: exp.Query) -> bool:
    """Say whether a query is more than its parts: cut off, or with steps of its own."""
    return any(query.args.get(part) for part in ("limit", "offset", "order", "with_", "having"))


def _is_grouped(query: exp.Select) -> bool:
    """Say whether each row of a query is one of a group, of which nothing has none."""
    group = query.args.get("group")
    by = [] if group is None else group.expressions
    return bool(by) and not any(isinstance(each, exp.Rollup | exp.Cube | exp.Tuple) for each in by)


def _required(query: exp.Select) -> list[exp.Expr]:
    """Return every source without a row of which the query has none."""
    joins = query.args.get("joins") or []
    sources = [query.args["from_"].this] if query.args.get("from_") else []
    if any(join.side in {"RIGHT", "FULL"} for join in joins):
        sources = []  # what is joined has rows of its own
    else:
        sources += [
            join.this
            for join in joins
            if not join.side and join.kind.upper() in {"", "INNER", "SEMI"}
        ]
    return [*sources, *(each.args["query"] for each in lookups(query) if is_asked_of_all(each))]
