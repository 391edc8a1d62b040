"""Find what is good and what is bad conduct, by what a rulebook makes of it.

A rulebook says of its indicators whether lower or higher is better. What the numerator of such
an indicator counts is bad or good conduct, and so is whatever narrows what is bad.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import Enum

from goodstanding.expressions.comparing import constant
from goodstanding.expressions.nodes import (
    And,
    Arithmetic,
    Call,
    Compare,
    Name,
    Negative,
    Node,
    Not,
    Or,
    parts,
)
from goodstanding.rulebook.model import Indicator, Limit, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path


class Conduct(Enum):
    """What one more row in a measure says of a subject."""

    BAD = -1
    UNCLEAR = 0  # volume, or good in one place and bad in another
    GOOD = 1


# Whether something grows (1) or shrinks (-1) with a measure; both, where it depends.
Slopes = frozenset[int]
_NONE: Slopes = frozenset()
_EITHER: Slopes = frozenset({1, -1})


def conduct_of(rulebook: Rulebook) -> dict[str, Conduct]:
    """Return what each measure counts: good conduct, bad conduct, or neither for sure.

    Indicators say so first; a measure that no indicator with a direction names is judged by
    the limits that name it.
    """
    said = _by_indicators(rulebook)
    limits = [limit.that.node for grade in rulebook.grades for limit in grade.limits]
    found = {}
    for name in rulebook.measures:
        signs = said.get(name)
        if signs is None:
            slopes = frozenset().union(*(slopes_of(n, name, rulebook.indicators) for n in limits))
            signs = {-1} if slopes == {-1} else set()
        found[name] = Conduct(next(iter(signs))) if len(signs) == 1 else Conduct.UNCLEAR
    for name, measure in rulebook.measures.items():
        parent = measure.parent
        while parent is not None and name not in said:
            if found[parent] is Conduct.BAD:
                found[name] = Conduct.BAD
            parent = rulebook.measures[parent].parent
    return found


def _by_indicators(rulebook: Rulebook) -> dict[str, set[int]]:
    said: dict[str, set[int]] = {}
    for indicator in rulebook.indicators.values():
        if indicator.formula is not None:
            continue
        name = indicator.measures[0]
        if indicator.better != "neither":
            said.setdefault(name, set()).add(-1 if indicator.better == "lower" else 1)
    return said


def check_conduct(rulebook: Rulebook, notes: Notes) -> None:
    """Note guards, reasons and limits that would reward bad conduct, or punish good conduct."""
    said = _by_indicators(rulebook)
    bad = [name for name, signs in said.items() if signs == {-1}]
    bad += [
        name
        for name, conduct in conduct_of(rulebook).items()
        if conduct is Conduct.BAD and name not in said and _narrows(name, bad, rulebook)
    ]
    good = [name for name, signs in said.items() if signs == {1}]
    for path, node, text, spares in _sparing(rulebook):
        for name in bad:
            is_wrong = slopes_of(node, name, rulebook.indicators) == ({1} if spares else {-1})
            if is_wrong and notes.is_whole(*path):
                does = "spares whoever has more of" if spares else "fails whoever has fewer of"
                what = f"{text} {does} '{name}', which counts what is bad."
                notes.add(path, what, "Turn it round, or name a measure of volume.")
    for place, grade in enumerate(rulebook.grades):
        for at, limit in enumerate(grade.limits):
            path = ("grade", place, "all", at)
            is_told = _is_told_elsewhere(limit.that.node, rulebook.indicators)
            if not is_told and notes.is_whole(*path):
                _check_limit(path, limit, bad, good, rulebook, notes)


def _check_limit(
    path: Path,
    limit: Limit,
    bad: Collection[str],
    good: Collection[str],
    rulebook: Rulebook,
    notes: Notes,
) -> None:
    """Note a limit that asks for more of what is bad, or for less of what is good."""
    for names, slope, asks, which in ((bad, 1, "more", "bad"), (good, -1, "less", "good")):
        for name in names:
            if slopes_of(limit.that.node, name, rulebook.indicators) == {slope}:
                what = f"{limit.that.text} asks for {asks} of '{name}', which counts what is "
                notes.add(path, f"{what}{which}.", "Turn the comparison round.")


def _narrows(name: str, among: Collection[str], rulebook: Rulebook) -> bool:
    parent = rulebook.measures[name].parent
    return parent is not None and (parent in among or _narrows(parent, among, rulebook))


def _sparing(rulebook: Rulebook) -> Iterator[tuple[Path, Node, str, bool]]:
    """Yield the conditions that hold limits off, and whether that spares or fails a subject."""
    for indicator in rulebook.indicators.values():
        guard = indicator.not_assessed_if
        if guard is not None and indicator.if_not_assessed is not None:
            path: Path = ("indicator", indicator.name, "not_assessed_if")
            yield path, guard.node, guard.text, indicator.if_not_assessed != "fails"
    for place, entry in enumerate(rulebook.not_graded):
        yield ("not_graded", place, "if"), entry.condition.node, entry.condition.text, True
    for place, grade in enumerate(rulebook.grades):
        for at, limit in enumerate(grade.limits):
            if limit.unless is not None:
                path = ("grade", place, "all", at, "unless")
                yield path, limit.unless.node, limit.unless.text, True
    for at, cap in enumerate(() if rulebook.score is None else rulebook.score.caps):
        yield ("score", "cap", at, "if"), cap.condition.node, cap.condition.text, False


def _is_told_elsewhere(node: Node, indicators: Mapping[str, Indicator]) -> bool:
    """Say whether a limit bounds an indicator as it stands, which `grading` looks at."""
    return isinstance(node, Compare) and any(
        isinstance(one, Name) and one.name in indicators and constant(other) is not None
        for one, other in ((node.left, node.right), (node.right, node.left))
    )


def slopes_of(node: Node, measure: str, indicators: Mapping[str, Indicator]) -> Slopes:
    """Say whether an expression grows, or a condition comes to hold, as a measure grows.

    Empty: it does not depend on it. Both: it does in one direction here, in the other there,
    or that cannot be told.
    """
    below = [slopes_of(part, measure, indicators) for part in parts(node)]
    every = _NONE.union(*below)
    match node:
        case Name(name):
            found = _slope_of_name(name, measure, indicators)
        case Not() | Negative():
            found = _turned(every)
        case And() | Or() | Arithmetic(operator="+"):
            found = every
        case Compare(operator=">" | ">=") | Arithmetic(operator="-"):
            found = below[0] | _turned(below[1])
        case Compare(operator="<" | "<="):
            found = _turned(below[0]) | below[1]
        case Arithmetic(operator="*", left=left, right=right):
            found = _of_product(every, left, right)
        case Call(function="known" | "missing"):
            found = _NONE
        case _:
            found = _EITHER if every else _NONE
    return found


def _of_product(slopes: Slopes, left: Node, right: Node) -> Slopes:
    """Turn the slopes of factors into the product's: counts and ratios are never below 0."""
    factors = [constant(factor) for factor in (left, right)]
    if any(factor is not None and factor < 0 for factor in factors):
        return _turned(slopes)
    is_plain = all(
        factor is not None or isinstance(node, Name)
        for factor, node in zip(factors, (left, right), strict=True)
    )
    return slopes if is_plain or not slopes else _EITHER


def _slope_of_name(name: str, measure: str, indicators: Mapping[str, Indicator]) -> Slopes:
    indicator = indicators.get(name)
    if indicator is None:
        return frozenset({1}) if name == measure else _NONE
    if indicator.ratio is None:
        return frozenset({1}) if measure in indicator.measures else _NONE
    top, bottom = indicator.ratio
    return frozenset(({1} if top == measure else set()) | ({-1} if bottom == measure else set()))


def _turned(slopes: Slopes) -> Slopes:
    return frozenset(-slope for slope in slopes)
