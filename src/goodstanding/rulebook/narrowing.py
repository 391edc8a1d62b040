"""Which measure holds every row that another counts."""

from __future__ import annotations

from collections.abc import Collection

from goodstanding.rulebook.model import Rulebook


def within(name: str, among: Collection[str], rulebook: Rulebook) -> str | None:
    """Return the nearest of some measures that this one narrows and can never exceed.

    None where there is none: other windows may count other rows, different values of a column
    can be fewer than the rows that have them, or than those of another column, and a sum is no
    count.
    """
    measure = rulebook.measures[name]
    parent = measure.parent if measure.sum is None else None
    while parent is not None:
        wider = rulebook.measures[parent]
        counts = wider.distinct in {None, measure.distinct} and wider.sum is None
        is_wider = counts and wider.window.name == measure.window.name
        if parent in among and is_wider:
            return parent
        parent = wider.parent
    return None
