"""Numbers for reading: a rounded percentage never lies on the other side of a limit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from goodstanding.assessment.millionths import MILLION
from goodstanding.expressions.nodes import Between, Compare, Name, Node, Number, names_in, parts

if TYPE_CHECKING:
    from goodstanding.rulebook.model import Rulebook

_DIGITS = 2  # decimals of a percentage, unless more are needed to tell it from a limit

_MULTIPLES = 100  # of a rung that is reached again and again, told apart from what lies beside it


def whole(number: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{number:,}"


def figure(
    top: int, bottom: int | None, limits: Collection[Fraction] = (), *, is_share: bool
) -> str:
    """Return an indicator's value: a count, a share in per cent, or a mean with its decimals."""
    if bottom is None:
        return whole(top)
    if is_share:
        return percentage(Fraction(top, bottom), limits)
    if bottom == MILLION:
        return calculated(top, limits)
    return decimals(Fraction(top, bottom), limits)


def decimals(number: Fraction, limits: Collection[Fraction] = ()) -> str:
    """Return a number rounded half away from zero to two places, or more as in `percentage`."""
    return _told_apart(number, limits)


def calculated(millionths: int, limits: Collection[Fraction] = ()) -> str:
    """Return what is calculated as in `decimals`, but in full where it is whole thousandths.

    Points of violations are: a total of 5.999 is not 6.
    """
    exact = Fraction(millionths, MILLION)
    is_told_in_full = (exact * 1000).denominator == 1
    return _told_apart(exact, [*limits, exact] if is_told_in_full else limits)


def percentage(share: Fraction, limits: Collection[Fraction] = ()) -> str:
    """Return a share in per cent, rounded half away from zero to two places.

    Further places are added until it stands to every limit as the exact share does: less,
    equal or more. Shares and limits are fractions of 1.
    """
    return f"{_told_apart(share * 100, [limit * 100 for limit in limits])} %"


def _told_apart(exact: Fraction, limits: Collection[Fraction]) -> str:
    for digits in count(_DIGITS):
        shown = _rounded(exact, digits)
        if all(_order(shown, limit) == _order(exact, limit) for limit in limits):
            break
    scaled = shown * 10**digits
    text = f"{abs(int(scaled)):0{digits + 1}d}"
    sign = "-" if scaled < 0 else ""
    return f"{sign}{int(text[:-digits]):,}.{text[-digits:]}"


def limits_of(rulebook: Rulebook, indicator: str) -> frozenset[Fraction]:
    """Return the numbers that a rulebook holds an indicator against: limits, and rungs."""
    return frozenset(
        number
        for grade in rulebook.grades
        for limit in grade.limits
        for number in _held_against(limit.that.node, indicator)
    ) | frozenset(_rungs(rulebook, indicator))


def _rungs(rulebook: Rulebook, indicator: str) -> Iterator[Fraction]:
    """Yield where the rungs are of the ladders whose total an indicator is calculated from."""
    made = rulebook.indicators.get(indicator)
    named = [] if made is None or made.formula is None else names_in(made.formula.node)
    for ladder in rulebook.ladders.values():
        if ladder.climbs in named:
            times = _MULTIPLES if ladder.is_repeated else 1
            yield from (rung.at * n for rung in ladder.rungs for n in range(1, times + 1))


def _held_against(node: Node, indicator: str) -> Iterable[Fraction]:
    match node:
        case Compare(left=Name(name), right=Number(value=value)) if name == indicator:
            yield value
        case Compare(left=Number(value=value), right=Name(name)) if name == indicator:
            yield value
        case Between(operand=Name(name), low=low, high=high) if name == indicator:
            yield from (end.value for end in (low, high) if isinstance(end, Number))
        case _:
            for part in parts(node):
                yield from _held_against(part, indicator)


def _rounded(number: Fraction, digits: int) -> Fraction:
    scaled = abs(number) * 10**digits
    nearest = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(nearest if number >= 0 else -nearest, 10**digits)


def _order(one: Fraction, other: Fraction) -> int:
    return (one > other) - (one < other)
