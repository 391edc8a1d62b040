"""Parts of a query as trees: what is its own, and what belongs to queries within it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp


def own(query: exp.Expr, *kinds: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Yield the parts of a query that belong to no query within it."""
    for part in query.walk(prune=lambda each: each is not query and _is_query(each)):
        if isinstance(part, kinds):
            yield part


def _is_query(part: exp.Expr) -> bool:
    return isinstance(part, exp.Select | exp.SetOperation | exp.Subquery)


def own_queries(part: exp.Expr) -> list[exp.Expr]:
    """Return the queries within a part, those within them left out."""
    return list(own(part, exp.Select, exp.SetOperation, exp.Subquery))


def selects(query: exp.Expr) -> Iterator[exp.Select]:
    """Yield the plain queries that a query is a union of, from left to right."""
    match query:
        case exp.Select():
            yield query
        case exp.Subquery():
            yield from selects(query.this)
        case exp.SetOperation():
            yield from selects(query.left)
            yield from selects(query.right)


def lookups(query: exp.Select) -> list[exp.In]:
    """Return the conditions that something is among what a query finds."""
    found = (each for each in own(query, exp.In) if isinstance(each, exp.In))
    return [each for each in found if each.args.get("query") is not None]


def scalars(query: exp.Select) -> list[exp.Expr]:
    """Return the queries that stand for a value."""
    return [
        each
        for each in own(query, exp.Subquery)
        if each is not query and not isinstance(each.parent, exp.From | exp.Join | exp.In)
    ]


def is_asked_of_all(condition: exp.Expr) -> bool:
    """Say whether a query holds only rows for which a condition, such as a lookup, does."""
    above = condition.parent
    while isinstance(above, exp.And | exp.Paren):
        above = above.parent
    return isinstance(above, exp.Where)


def keys(lookup: exp.In) -> list[exp.Expr]:
    """Return what a lookup asks for, column by column."""
    asked = lookup.this
    return list(asked.expressions) if isinstance(asked, exp.Tuple) else [asked]


def insert_join(query: exp.Select, join: exp.Join, after: exp.Join | None) -> None:
    """Add a join after another one of a query, or before all (None)."""
    joins = list(query.args.get("joins") or ())
    place = 0 if after is None else next(i for i, each in enumerate(joins) if each is after) + 1
    query.set("joins", [*joins[:place], join, *joins[place:]])
