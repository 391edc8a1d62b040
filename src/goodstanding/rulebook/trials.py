"""Choose the counts worth trying on a rulebook: those just at, below and above its limits."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from goodstanding.expressions.nodes import Between, Compare, In, Node, Number, names_in, parts
from goodstanding.rulebook.conditions import judging_conditions
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.narrowing import within
from goodstanding.rulebook.outcomes import Counts

_ALWAYS = (0, 1, 2)
_DENOMINATORS = (10, 100)  # some rows, where a rulebook says nothing of how many
_MOST = 100_000  # larger numbers are not tried: nothing new happens there


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A measure to give a count: values that are always tried, and those that follow.

    The count is at most that of `within`; with `is_spread` (different values of its rows) it
    is 0 exactly where that is. `limits` are the shares of `of` at which a limit lies.
    """

    name: str
    values: tuple[int, ...]
    within: str | None
    is_spread: bool
    limits: tuple[tuple[str, Fraction], ...]

    def choices(self, counts: Counts) -> list[int]:
        """Return the counts to try, given those of the measures before, in rising order."""
        found = set(self.values)
        for of, share in self.limits:
            for bottom in (counts[of], counts[of] + 1):
                at = int(share * bottom)
                found |= {at - 1, at, at + 1}
        most = counts[self.within] if self.within is not None else _MOST
        if self.within is not None:
            found |= {most, most - 1}
        least = 1 if self.is_spread and most else 0
        return sorted(value for value in found if least <= value <= most)


def slots(rulebook: Rulebook) -> list[Slot]:
    """Return the measures on which a grade turns, each after those that it depends on."""
    conditions = _conditions(rulebook)
    relevant = _relevant(rulebook, conditions)
    values = {name: set(_ALWAYS) for name in relevant}
    limits: dict[str, set[tuple[str, Fraction]]] = {name: set() for name in relevant}
    for ratio in (i.ratio for i in rulebook.indicators.values() if i.ratio is not None):
        if ratio[0] in relevant and ratio[1] in relevant:
            values[ratio[1]] |= set(_DENOMINATORS)
    for comparison in (c for node in conditions for c in _comparisons(node)):
        numbers = _numbers(comparison)
        for name in names_in(comparison):
            indicator = rulebook.indicators.get(name)
            if indicator is not None and indicator.ratio is not None:
                top, bottom = indicator.ratio
                limits[top] |= {(bottom, number) for number in numbers if 0 <= number <= 1}
            else:
                counted = name if indicator is None else str(indicator.count)
                near = {int(n) + step for n in numbers if n <= _MOST for step in (-1, 0, 1)}
                values[counted] |= {value for value in near if value >= 0}
    order = _in_order(relevant, limits, rulebook)
    return [
        Slot(
            name=name,
            values=tuple(sorted(values[name])),
            within=within(name, relevant, rulebook),
            is_spread=_is_spread(name, rulebook),
            limits=tuple(sorted(limit for limit in limits[name] if limit[0] in order[:place])),
        )
        for place, name in enumerate(order)
    ]


def trials(slots: list[Slot], most: int) -> Iterator[dict[str, int]]:
    """Yield counts to try: all combinations, or so many drawn from them, always the same."""
    every = _every(slots, {}, 0)
    first = [counts for counts, _ in zip(every, range(most + 1), strict=False)]
    if len(first) <= most:
        yield from first
        return
    draw = random.Random(0)  # noqa: S311 -- drawn to be the same each time, not to be secret
    for _ in range(most):
        counts: dict[str, int] = {}
        for slot in slots:
            counts[slot.name] = draw.choice(slot.choices(counts))
        yield counts


def _every(slots: list[Slot], counts: dict[str, int], place: int) -> Iterator[dict[str, int]]:
    if place == len(slots):
        yield counts
        return
    slot = slots[place]
    for value in slot.choices(counts):
        yield from _every(slots, {**counts, slot.name: value}, place + 1)


def _conditions(rulebook: Rulebook) -> list[Node]:
    guards = [i.not_assessed_if for i in rulebook.indicators.values()]
    judging = [condition.node for _, condition, _ in judging_conditions(rulebook)]
    return judging + [guard.node for guard in guards if guard is not None]


def _relevant(rulebook: Rulebook, conditions: list[Node]) -> list[str]:
    named: set[str] = set()
    for name in {name for node in conditions for name in names_in(node)}:
        indicator = rulebook.indicators.get(name)
        if indicator is None:
            named.add(name)
        else:
            named |= set(indicator.measures)
    for indicator in rulebook.indicators.values():
        if indicator.not_assessed_if is not None and indicator.ratio is not None:
            named |= set(indicator.ratio)
    return [name for name in rulebook.measures if name in named]


def _is_spread(name: str, rulebook: Rulebook) -> bool:
    measure = rulebook.measures[name]
    return measure.distinct is not None and measure.when is None and not measure.kinds


def _in_order(
    relevant: list[str],
    limits: Mapping[str, set[tuple[str, Fraction]]],
    rulebook: Rulebook,
) -> list[str]:
    """Put denominators before numerators, and measures before those that narrow them."""
    order: list[str] = []

    def put(name: str, waiting: frozenset[str]) -> None:
        if name in order or name in waiting:
            return
        holder = within(name, relevant, rulebook)
        for before in [holder, *sorted(bottom for bottom, _ in limits[name])]:
            if before is not None:
                put(before, waiting | {name})
        order.append(name)

    for name in relevant:
        put(name, frozenset())
    return order


def _comparisons(node: Node) -> Iterator[Node]:
    if isinstance(node, Compare | Between | In):
        yield node
    for part in parts(node):
        yield from _comparisons(part)


def _numbers(node: Node) -> list[Fraction]:
    if isinstance(node, Number):
        return [node.value]
    return [number for part in parts(node) for number in _numbers(part)]
