"""Amounts in the currencies that a rulebook's limits are in, set beside rows as late as can be.

An exchange rate changes no order, so that no kept row depends on one. An amount is converted
with the newest rate of a day not after the one on which its order was placed, as known at
known-at, and rounded down to a whole minor unit. Rates are looked for by currency and day, of
which there are few, and not by order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlglot import exp

from goodstanding.database.steps import Step, bound
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.tables import Table
from goodstanding.rows.catalogue import CURRENCY, ROW_KINDS, RowColumn, RowKind
from goodstanding.rows.written import written

_DAY = "placed_on"  # an order's rate is that of this day
_ENDS = ("from_currency", "to_currency")
_LARGEST = 2**63 - 1
_STEPS = ("rates_both_ways", "rate_spans", "rates_asked", "rates_found")
_ORDER = ROW_KINDS["order"]
RATES: Table = BY_NAME["rates"]


def columns_for_converting(kind: RowKind, columns: Iterable[str]) -> set[str]:
    """Return the columns named, with those of a kind's rows that it takes to convert amounts."""
    wanted = set(columns)
    for column in kind.with_converted(wanted).converted:
        wanted |= {str(column.amount), CURRENCY, _DAY}
    return wanted


def with_converted(steps: Sequence[Step], kind: RowKind, columns: Iterable[str]) -> list[Step]:
    """Return the steps of rows of a kind with the converted amounts among the columns named.

    The rows have the `columns_for_converting`. Bound values beyond theirs: `$market_currency`.
    """
    converted = kind.with_converted(columns).converted
    if not converted:
        return list(steps)
    of_order = [column for column in converted if _ORDER.has(str(column.amount))]
    of_kind = [column for column in converted if column not in of_order]
    found = _converting(steps, "order_rows", of_order, [*_rates_known(converted), *_rate_steps()])
    return _converting(found, f"{kind.name}_rows", of_kind, []) if of_kind else found


def needed_rates(currencies: Iterable[str]) -> exp.Expr:
    """Return the condition on received rates under which they can be used for some currencies."""
    names = [exp.Literal.string(name) for name in sorted(set(currencies))]
    ends = [exp.In(this=exp.column(end), expressions=[n.copy() for n in names]) for end in _ENDS]
    return exp.paren(exp.or_(*ends))


def _rates_known(converted: Sequence[RowColumn]) -> list[Step]:
    only = needed_rates(str(column.currency) for column in converted)
    return known.known_steps(RATES, ["ppm"], only=only)


def _rate_steps() -> list[Step]:
    return [Step(name, *written(name)) for name in _STEPS]


def _converting(
    steps: Sequence[Step], name: str, columns: Sequence[RowColumn], before: Sequence[Step]
) -> list[Step]:
    """Take the step `name` apart in two, the second of which adds converted columns."""
    place = next(place for place, step in enumerate(steps) if step.name == name)
    alone = f"{name}_unconverted"
    query = exp.select(f"{alone}.*").from_(alone)
    for currency in dict.fromkeys(str(column.currency) for column in columns):
        rates = _rates_into(currency)
        same = exp.and_(
            exp.column("wanted", table=rates).eq(exp.Literal.string(currency)),
            exp.column("paid_in", table=rates).eq(_paid_in(alone)),
            exp.column("placed_on", table=rates).eq(exp.column(_DAY, table=alone)),
        )
        query = query.join(exp.to_table("rates_found").as_(rates), on=same, join_type="left")
    query = query.select(*(exp.alias_(_converted(c, alone), c.name) for c in columns))
    return [
        *steps[:place],
        replace(steps[place], name=alone),
        *before,
        Step(name, "the same, with amounts in the currencies of limits", query),
        *steps[place + 1 :],
    ]


def _rates_into(currency: str) -> str:
    return f"rates_into_{currency.lower()}"


def _paid_in(rows: str) -> exp.Expr:
    return exp.func("coalesce", exp.column(CURRENCY, table=rows), bound("market_currency"))


def _converted(column: RowColumn, rows: str) -> exp.Expr:
    """Return an amount in another currency; null without a rate, or where no number holds it.

    The whole multiples of what it is divided by are converted apart from the rest, so that no
    product leaves 64 bits.
    """
    currency = str(column.currency)
    amount = exp.column(str(column.amount), table=rows)
    times, per = (exp.column(name, table=_rates_into(currency)) for name in ("times", "per"))
    wholes = exp.paren(exp.IntDiv(this=amount, expression=per))
    # No remainder is asked for: PostgreSQL's driver takes its sign for that of a bound value.
    left = exp.paren(amount.copy() - wholes.copy() * per.copy())
    rest = exp.paren(left * times.copy())
    most = exp.paren(exp.IntDiv(this=exp.Literal.number(_LARGEST), expression=times.copy()))
    up = exp.paren(exp.Neg(this=rest.copy()) + per.copy() - 1)
    below = wholes.copy() * times - exp.paren(exp.IntDiv(this=up, expression=per.copy()))
    above = wholes.copy() * times.copy() + exp.paren(exp.IntDiv(this=rest, expression=per.copy()))
    fits = exp.and_(amount.copy() >= 0, wholes.copy() < most)
    fits_below = exp.and_(amount.copy() < 0, wholes.copy() > exp.Neg(this=most.copy()))
    big = exp.DataType.Type.BIGINT
    return exp.Case(
        ifs=[
            exp.If(this=_paid_in(rows).eq(exp.Literal.string(currency)), true=amount.copy()),
            exp.If(this=fits, true=exp.cast(above, big)),
            exp.If(this=fits_below, true=exp.cast(below, big)),
        ]
    )
