"""A digest of the rows that a result rests on, in whole-number arithmetic that every database has.

Of each row that counts, its number in the market and the measures and kinds that it meets are
mixed into a number modulo a prime; the digest is the sum over the rows, for two primes. So it
does not depend on their order, and costs no sorting. It shows whether a result rests on the
same rows as another one; it is no seal against somebody who wants to deceive.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from goodstanding.database.steps import Step

# The largest primes below 2^31: squares and products stay below 2^62, within 64 bits.
PRIMES = (2_147_483_647, 2_147_483_629)
_FACTOR = 1_000_003  # prime to both
_SHIFT = 40_503  # so that 0 does not stay 0 when squared
_BITS = 30  # flags in one number


def mixed_step(row_set: str, source: str, key: Sequence[str], flags: Sequence[str]) -> Step:
    """Return the step that adds to each row of `source` one number for each prime."""
    parts: list[exp.Expr] = [exp.column(name) for name in key]
    parts += [_packed(flags[at : at + _BITS]) for at in range(0, len(flags), _BITS)]
    query = exp.select(
        "*", *(exp.alias_(_mixed(parts, prime), _mix(i)) for i, prime in enumerate(PRIMES))
    ).from_(source)
    return Step(f"mixed_{row_set}", "each row and what it meets as numbers, for a digest", query)


def sums(row_set: str, counts: exp.Expr) -> list[exp.Expr]:
    """Return the aggregates of the digest over rows for which `counts` holds."""
    return [
        exp.alias_(
            exp.cast(
                exp.Sum(
                    this=exp.Case(
                        ifs=[exp.If(this=counts.copy(), true=_squared(_mix(i), prime))],
                        default=exp.Literal.number(0),
                    )
                ),
                exp.DataType.Type.BIGINT,
            ),
            digest_column(row_set, i),
        )
        for i, prime in enumerate(PRIMES)
    ]


def digest_column(row_set: str, part: int) -> str:
    """Name the column that holds a part of a set's digest."""
    return f"{row_set}__digest_{part}"


def _mix(part: int) -> str:
    return f"row__mix_{part}"


def _packed(flags: Sequence[str]) -> exp.Expr:
    """Return flags as the bits of one whole number."""
    bits: list[exp.Expr] = [
        exp.Case(
            ifs=[exp.If(this=exp.column(flag), true=exp.Literal.number(2**place))],
            default=exp.Literal.number(0),
        )
        for place, flag in enumerate(flags)
    ]
    total = bits[0]
    for bit in bits[1:]:
        total = exp.Add(this=total, expression=bit)
    return exp.cast(exp.paren(total), exp.DataType.Type.BIGINT)


def _mixed(parts: Sequence[exp.Expr], prime: int) -> exp.Expr:
    mixed: exp.Expr = _modulo(exp.cast(parts[0].copy(), exp.DataType.Type.BIGINT), prime)
    for part in parts[1:]:
        raised = exp.Mul(this=mixed, expression=exp.Literal.number(_FACTOR))
        mixed = _modulo(exp.Add(this=raised, expression=part.copy()), prime)
    return mixed


def _squared(name: str, prime: int) -> exp.Expr:
    square = exp.Mul(this=exp.column(name), expression=exp.column(name))
    return _modulo(exp.Add(this=square, expression=exp.Literal.number(_SHIFT)), prime)


def _modulo(value: exp.Expr, prime: int) -> exp.Expr:
    return exp.paren(exp.Mod(this=exp.paren(value), expression=exp.Literal.number(prime)))
