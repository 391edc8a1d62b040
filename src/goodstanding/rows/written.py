"""What is written in the `.sql` files beside this module: a step each, its purpose above it.

They are in the portable subset, with two functions of our own: `market_day(instant)` is the day
in the market's time zone, `code_number(code)` the number that stands for a code in the column
that it is selected as.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable
from functools import cache

from sqlglot import exp

from goodstanding.database.clock import MarketClock
from goodstanding.database.steps import parse
from goodstanding.rows.catalogue import RowKind


@cache
def written(name: str) -> tuple[str, exp.Query]:
    """Return a step's purpose and its query, which is to be copied before it is changed."""
    text = (importlib.resources.files(__package__) / "sql" / f"{name}.sql").read_text("utf-8")
    return text.split("\n", 1)[0].removeprefix("--").strip(), parse(text)


def with_own_functions(
    query: exp.Query, clock: MarketClock, kind: RowKind | None = None
) -> exp.Query:
    """Return the query with our own functions written out, in place; codes are those of a kind."""
    if kind is not None:
        for projection in query.selects:
            for call in _calls(projection, "code_number"):
                codes = kind.column(projection.alias).codes
                call.replace(_numbered(call.expressions[0], codes))
    for call in _calls(query, "market_day"):
        call.replace(clock.local_day(call.expressions[0]))
    return query


def _numbered(code: exp.Expr, codes: Iterable[str]) -> exp.Expr:
    """Return the number that stands for a code, missing for one that is not in the list."""
    ifs = [
        exp.If(this=exp.Literal.string(text), true=exp.Literal.number(number))
        for number, text in enumerate(codes, start=1)
    ]
    return exp.cast(exp.Case(this=code.copy(), ifs=ifs), exp.DataType.Type.SMALLINT)


def _calls(part: exp.Expr, function: str) -> list[exp.Anonymous]:
    return [call for call in part.find_all(exp.Anonymous) if call.name.lower() == function]
