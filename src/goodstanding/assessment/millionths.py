"""Whole-number arithmetic of millionths as SQL: rounding, curves, ends."""

from __future__ import annotations

from fractions import Fraction

from sqlglot import exp

MILLION = 1_000_000


def rounded(top: exp.Expr, bottom: exp.Expr) -> exp.Expr:
    """Return a quotient of whole numbers rounded half away from zero; `bottom` is above 0."""
    twice = exp.paren(exp.paren(bottom.copy()) * 2)

    def half_up(value: exp.Expr) -> exp.Expr:
        raised = exp.paren(exp.paren(value) * 2 + exp.paren(bottom.copy()))
        return exp.IntDiv(this=raised, expression=twice.copy())

    below = exp.Neg(this=exp.paren(half_up(exp.Neg(this=exp.paren(top.copy())))))
    return exp.Case(
        ifs=[
            exp.If(this=exp.paren(top.copy()) >= 0, true=half_up(top.copy())),
            exp.If(this=exp.paren(top.copy()) < 0, true=below),
        ]
    )


def wide(value: exp.Expr) -> exp.Expr:
    """Return a value in 128 bits: two values multiplied, before they are divided again."""
    return exp.cast(value, exp.DataType.Type.INT128)


def divided(top: exp.Expr, bottom: exp.Expr) -> exp.Expr:
    """Return a quotient of values in millionths, rounded; null where `bottom` is 0."""
    more = exp.paren(wide(top) * whole(MILLION))
    turned = (exp.Neg(this=more.copy()), exp.Neg(this=bottom.copy()))
    return exp.Case(
        ifs=[
            exp.If(this=bottom > 0, true=rounded(more, bottom)),
            exp.If(this=bottom.copy() < 0, true=rounded(*turned)),
        ]
    )


def curve(x: exp.Expr, xs: list[exp.Expr], worth: list[int]) -> exp.Expr:
    """Return the points of a value; at a step the better points hold."""
    is_falling = worth[0] > worth[-1]
    places = range(len(xs) - 1) if is_falling else range(len(xs) - 2, -1, -1)
    first, last = (0, len(xs) - 1) if is_falling else (len(xs) - 1, 0)
    beyond = exp.LTE if is_falling else exp.GTE
    ifs = [
        exp.If(this=beyond(this=x.copy(), expression=xs[first].copy()), true=whole(worth[first]))
    ]
    for at in places:
        end = xs[at + 1] if is_falling else xs[at]
        between = rounded(
            exp.paren(x.copy() - xs[at].copy()) * whole(worth[at + 1] - worth[at]),
            xs[at + 1].copy() - xs[at].copy(),
        )
        start = exp.Add(this=whole(worth[at]), expression=between)
        ifs.append(exp.If(this=beyond(this=x.copy(), expression=end.copy()), true=start))
    other = exp.GT if is_falling else exp.LT
    ifs.append(
        exp.If(this=other(this=x.copy(), expression=xs[last].copy()), true=whole(worth[last]))
    )
    return exp.Case(ifs=ifs)


def floor(value: exp.Expr) -> exp.Expr:
    """Return the whole number at or below a value, both in millionths."""
    below = exp.paren(exp.Neg(this=exp.paren(value.copy())) + (MILLION - 1))
    down = exp.Neg(this=exp.paren(exp.IntDiv(this=below, expression=whole(MILLION))))
    up = exp.IntDiv(this=value.copy(), expression=whole(MILLION))
    return exp.Case(
        ifs=[
            exp.If(this=value.copy() >= 0, true=exp.paren(up) * whole(MILLION)),
            exp.If(this=value.copy() < 0, true=exp.paren(down) * whole(MILLION)),
        ]
    )


def clamped(value: exp.Expr, least: exp.Expr, most: exp.Expr) -> exp.Expr:
    """Return a value, or the end that it lies beyond."""
    return exp.Case(
        ifs=[
            exp.If(this=value.copy() < least.copy(), true=least.copy()),
            exp.If(this=value.copy() > most.copy(), true=most.copy()),
        ],
        default=value.copy(),
    )


def at_least_0(value: exp.Expr) -> exp.Expr:
    """Return a value, or 0 where it is below that."""
    return exp.Case(ifs=[exp.If(this=value.copy() < 0, true=whole(0))], default=value.copy())


def in_millionths(value: Fraction) -> exp.Expr:
    """Return a number of at most six decimals as so many millionths."""
    return whole(int(value * MILLION))


def whole(number: int) -> exp.Expr:
    """Return a whole number as a literal."""
    literal = exp.Literal.number(abs(number))
    return exp.Neg(this=literal) if number < 0 else literal
