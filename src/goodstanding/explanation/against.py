"""What makes a row count against a subject: the measures behind the numbers that grade it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from goodstanding.assessment.flags import kind_flag, met, quantity, rows_known
from goodstanding.expressions.nodes import names_in
from goodstanding.rulebook.model import Expression, Indicator, Limit, Measure, Rulebook

# A row as it was judged: its columns and flags by name.
Judged = Mapping[str, Any]


def grading_indicators(rulebook: Rulebook) -> list[Indicator]:
    """Return the indicators that a limit names, in the rulebook's order.

    Of a rulebook without grades, those of which lower or higher is better.
    """
    if not rulebook.grades:
        return [
            each
            for each in rulebook.indicators.values()
            if each.better != "neither" and each.formula is None
        ]
    return limited_by(rulebook, (limit for grade in rulebook.grades for limit in grade.limits))


def limited_by(rulebook: Rulebook, limits: Iterable[Limit]) -> list[Indicator]:
    """Return the indicators that one of the limits names, in the rulebook's order."""
    named = {
        behind
        for limit in limits
        for name in names_in(limit.that.node)
        for behind in _behind(name, rulebook)
    }
    return [
        each for each in rulebook.indicators.values() if each.name in named and not each.formula
    ]


def _behind(name: str, rulebook: Rulebook) -> Iterator[str]:
    """Yield a number and, of one that is calculated, those that it is made of."""
    yield name
    number = rulebook.numbers.get(name)
    if name == "points":
        below = list(rulebook.points)
    elif number is not None and number.formula is not None:
        below = names_in(number.formula.node)
    else:
        below = []
    for each in below:
        yield from _behind(each, rulebook)


def worsened_through(indicator: Indicator, rows: str, rulebook: Rulebook) -> Measure | None:
    """Return the measure that says that a row of a set makes an indicator worse; None if none does.

    Where lower is better, a row does that meets it. Where higher is better, a row does that
    is divided by and does not meet it. Of what adds up, a row does that moves the sum, or the
    mean, the wrong way.
    """
    counted = indicator.measures[0]
    if rulebook.measures[counted].rows != rows:
        return None
    if rulebook.measures[counted].sum is not None:
        return None if indicator.better == "neither" else rulebook.measures[counted]
    is_share = indicator.ratio is not None and rulebook.measures[indicator.ratio[1]].rows == rows
    if indicator.better == "lower" or (indicator.better == "higher" and is_share):
        return rulebook.measures[counted]
    return None


def counts_against(indicator: Indicator, rows: str, row: Judged, rulebook: Rulebook) -> bool:
    """Say whether a row of a set makes an indicator worse."""
    measure = worsened_through(indicator, rows, rulebook)
    if measure is None:
        return False
    meets: bool = row[met(measure.name)]
    if measure.sum is not None:
        return meets and _pulls_down(indicator, measure, row)
    if indicator.better == "lower" or indicator.ratio is None:
        return meets
    return bool(row[met(indicator.ratio[1])]) and not meets


def total_of(measure: str) -> str:
    """Name the column that holds, beside each row told, what the rows add up to."""
    return f"{measure}__total"


def _pulls_down(indicator: Indicator, measure: Measure, row: Judged) -> bool:
    """Say whether a row moves a sum, or a mean, to the worse side."""
    own = row[quantity(measure.name)]
    if own is None:
        return False
    beyond = own
    if indicator.mean is not None:
        beyond = own * row[rows_known(measure.name)] - row[total_of(measure.name)]
    return bool(beyond < 0) if indicator.better == "higher" else bool(beyond > 0)


def holding_until(indicator: Indicator, measure: Measure, rulebook: Rulebook) -> Measure:
    """Return the measure that a row stops meeting when it no longer makes the indicator worse."""
    if indicator.better == "lower" or indicator.ratio is None:
        return measure
    return rulebook.measures[indicator.ratio[1]]


def columns_at_fault(
    indicator: Indicator, rows: str, row: Judged, rulebook: Rulebook
) -> frozenset[str]:
    """Return the columns named by the conditions for which a row counts against the subject.

    Conditions that it shares with what it is divided by are not at fault: an order is
    assessed whether it went well or not.
    """
    measure = worsened_through(indicator, rows, rulebook)
    if measure is None:
        return frozenset()
    if measure.sum is not None:
        return frozenset(names_in(measure.sum.node))
    bottom = indicator.ratio[1] if indicator.ratio is not None else None
    fault = indicator.better == "lower"
    found: set[str] = set()
    for own in _narrowing(measure, bottom, rulebook):
        for flag, condition in _conditions(own):
            if own.when is condition or bool(row[flag]) == fault:
                found.update(names_in(condition.node))
    return frozenset(found)


def _narrowing(measure: Measure, bottom: str | None, rulebook: Rulebook) -> Iterator[Measure]:
    """Yield a measure and those it narrows, up to the one that it is divided by."""
    while measure.name != bottom:
        yield measure
        if measure.parent is None:
            return
        measure = rulebook.measures[measure.parent]


def _conditions(measure: Measure) -> Iterator[tuple[str, Expression]]:
    if measure.when is not None:
        yield kind_flag(measure.name, "when"), measure.when
    for kind, condition in measure.kinds.items():
        yield kind_flag(measure.name, kind), condition
