"""What every result of a rulebook turns on and nobody could confirm, as results repeat it.

Limits, reasons and sanctions are repeated beside the results that they decide
(`assessment/results.py`); these are repeated beside all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from itertools import pairwise

from goodstanding.expressions.nodes import names_in
from goodstanding.expressions.writing import write_number
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import (
    Exclusion,
    Expression,
    Indicator,
    Measure,
    Origin,
    Points,
    RowSet,
    Rulebook,
    WindowRule,
)

_Entry = tuple[str, str, Origin]  # its name, what it says, and where that comes from


def unconfirmed_entries(rulebook: Rulebook, first: date | None, last: date) -> list[str]:
    """Return the entries that are unconfirmed, each `name: what it says`, in the rulebook's order.

    Those of a rulebook that it reads follow under that one's name: of every version that is in
    force on one of the days from `first` (None: from the beginning) to `last`, without the
    indicators of which no score is made. What is own design is not among them.
    """
    found = _doubted(_entries(rulebook))
    if rulebook.reads is not None:
        for read in _in_force(rulebook.reads, first, last):
            told = _doubted(_entries(read, aside=_aside(read)))
            found += [f"{read.id}: {each}" for each in told]
    return list(dict.fromkeys(found))


def _aside(rulebook: Rulebook) -> set[str]:
    """Return the indicators that the score of a rulebook is not made of."""
    behind: set[str] = set()

    def add(expression: Expression | None) -> None:
        for name in names_in(expression.node) if expression is not None else ():
            if name not in behind:
                behind.add(name)
                indicator = rulebook.indicators.get(name)
                add(None if indicator is None else indicator.formula)

    for points in rulebook.points.values():
        for expression in (points.value, *(point.x for point in points.curve)):
            add(expression)
    return rulebook.indicators.keys() - behind


def _doubted(entries: Iterator[_Entry]) -> list[str]:
    return [
        f"{name}: {' '.join(text.split())}"
        for name, text, origin in entries
        if origin.confidence == "unconfirmed"
    ]


def _in_force(name: str, first: date | None, last: date) -> Iterator[Rulebook]:
    """Yield the versions of a bundled rulebook that are in force on one of some days."""
    begun = [version for version in bundled.versions(name) if version <= last]
    for version, following in pairwise([*begun, None]):
        rulebook = bundled.load(name, version=version)
        is_over = following is not None and first is not None and following <= first
        until = rulebook.in_force_until
        if not is_over and (until is None or first is None or until >= first):
            yield rulebook


def _entries(rulebook: Rulebook, aside: Collection[str] = ()) -> Iterator[_Entry]:
    """Yield whatever every result turns on, in the rulebook's order, without some indicators."""
    for window in rulebook.windows.values():
        yield window.name, _window(window, rulebook), window.origin
    for rows in rulebook.rows.values():
        yield from _rows(rows)
    for exclusion in rulebook.exclusions:
        yield exclusion.id, _exclusion(exclusion), exclusion.origin
    for measure in rulebook.measures.values():
        yield from _measure(measure)
    for indicator in rulebook.indicators.values():
        if indicator.name not in aside:
            yield indicator.name, _indicator(indicator), indicator.origin
    if (peers := rulebook.peers) is not None:
        yield "peers", f"{', '.join(peers.groups)}, from {peers.at_least} up", peers.origin
    for points in rulebook.points.values():
        yield points.name, _points(points), points.origin
    if (score := rulebook.score) is not None:
        yield "score", score.formula.text if score.formula else "points", score.origin


def _window(window: WindowRule, rulebook: Rulebook) -> str:
    if not window.choices:
        return "all days" if window.length is None else str(window.length)
    told = []
    for choice in window.choices:
        days = _window(rulebook.windows[choice.window], rulebook)
        asked = choice.condition
        told.append(f"else {days}" if asked is None else f"{days} where {asked.text}")
    return ", ".join(told)


def _rows(rows: RowSet) -> Iterator[_Entry]:
    yield rows.name, rows.where.text if rows.where else f"every {rows.kind}", rows.origin
    if rows.collapse is not None:
        yield rows.name, f"the {rows.collapse.keep} of repeats", rows.collapse.origin


def _exclusion(exclusion: Exclusion) -> str:
    asked = [f"'{exclusion.reason}'"] if exclusion.reason is not None else []
    return " or ".join([*asked, *([exclusion.when.text] if exclusion.when else [])])


def _measure(measure: Measure) -> Iterator[_Entry]:
    name, when = measure.name, measure.when
    text = when.text if when is not None else " or ".join(e.text for e in measure.kinds.values())
    if measure.sum is not None:
        text = f"sum of {measure.sum.text}"
    yield name, text or f"every one of {measure.parent or measure.rows}", measure.origin
    for kind, origin in measure.kind_origins.items():
        yield f"{name}.{kind}", measure.kinds[kind].text, origin
    if (limited := measure.limited) is not None:
        yield name, f"between {limited.least} and {limited.most}", limited.origin


def _indicator(indicator: Indicator) -> str:
    if indicator.formula is not None:
        return indicator.formula.text
    return " / ".join(indicator.measures) if indicator.ratio else indicator.measures[0]


def _points(points: Points) -> str:
    curve = [f"{write_number(point.points)} at {point.x.text}" for point in points.curve]
    return ", ".join([points.value.text, *curve])
