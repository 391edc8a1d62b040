"""A lookup as SQL: an array of whole numbers, and the place of one in it.

No database works out what stands in it (`rulebook.lookups`), so that all say the same.
"""

from __future__ import annotations

from sqlglot import exp

from goodstanding.assessment.millionths import whole
from goodstanding.rulebook.model import Lookup

_BIG = exp.DataType.Type.BIGINT


def looked_up(lookup: Lookup, x: exp.Expr) -> exp.Expr:
    """Return the value at `x`, a whole number; beyond an end that of the end, null for null."""
    listed = exp.Array(expressions=[whole(value) for value in lookup.values])
    place = exp.Case(
        ifs=[
            exp.If(this=exp.paren(x.copy()) <= whole(lookup.first), true=whole(1)),
            exp.If(this=exp.paren(x.copy()) >= whole(lookup.last), true=whole(len(lookup.values))),
        ],
        default=exp.paren(x.copy()) - whole(lookup.first - 1),
    )
    at = exp.cast(place, exp.DataType.Type.INT)
    return exp.cast(exp.Bracket(this=exp.paren(listed), expressions=[at], offset=1), _BIG)
