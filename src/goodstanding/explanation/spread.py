"""Where the subjects lie: what a limit would have to be for a given share of them to meet it."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from goodstanding.explanation.against import grading_indicators
from goodstanding.explanation.figures import limits_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goodstanding.database.database import Database
    from goodstanding.rulebook.model import Better, Indicator, Rulebook

PERCENTS = (10, 25, 50, 75, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadPoint:
    """So many per cent of the subjects assessed have this value or a lower one.

    It is the value of one of them. `denominator` is None for a count.
    """

    percent: int
    numerator: int
    denominator: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How an indicator spreads over the subjects for whom it was assessed.

    `is_share`: it is read in per cent. `limits` are the numbers that the
    rulebook's own limits hold it against.
    """

    indicator: str
    better: Better
    is_share: bool
    assessed_n: int
    limits: tuple[Fraction, ...]
    points: tuple[SpreadPoint, ...]


def spreads(database: Database, relation: str, rulebook: Rulebook) -> tuple[Spread, ...]:
    """Return how each indicator that a limit names spreads over a relation of results."""
    return tuple(
        Spread(
            indicator=indicator.name,
            better=indicator.better,
            is_share=indicator.is_share,
            assessed_n=database.rows(f"select count({indicator.name}_value) from {relation}")[0][0],
            limits=tuple(sorted(limits_of(rulebook, indicator.name))),
            points=tuple(_points(database, relation, indicator)),
        )
        for indicator in grading_indicators(rulebook)
    )


def _points(database: Database, relation: str, indicator: Indicator) -> Iterator[SpreadPoint]:
    name = indicator.name
    top, bottom = f"{name}_numerator", f"{name}_denominator"
    # Two unlike fractions with denominators below 2^31 differ by more than 2^-62, so that
    # their whole parts in units of that size differ too: the order is exact.
    exact = f"{top}::hugeint * 4611686018427387904 // coalesce({bottom}, 1)"
    ranked = f"""
    select {top}, {bottom}, row_number() over (order by {exact}, {bottom}) as place
    from {relation}
    where {name}_value is not null
    """
    # Of n values the one at place ceil(n * percent / 100), counted from 1.
    found = f"""
    with ranked as ({ranked})
    select percent, {top}, {bottom}
    from unnest($percents) as percents(percent)
    join ranked
      on place = greatest((percent * (select count(*) from ranked) + 99) // 100, 1)
    order by percent
    """
    for percent, numerator, denominator in database.rows(found, {"percents": list(PERCENTS)}):
        yield SpreadPoint(percent=percent, numerator=numerator, denominator=denominator)
