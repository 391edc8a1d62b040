"""What a rulebook asks of every result, whoever it is about: found once, as it takes a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from goodstanding.assessment.unconfirmed import unconfirmed_entries
from goodstanding.rulebook.conditions import converts_money
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.scored import peer_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class OfEveryResult:
    """What a rulebook asks of every result.

    `benchmarks` are the functions of peers by indicator, `converting` the rows of which amounts
    are converted, `unconfirmed` what every result turns on and nobody could confirm.
    """

    benchmarks: Mapping[str, Sequence[str]]
    converting: Sequence[str]
    unconfirmed: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Very:
    """A rulebook as a key of memories: the very one, as its equals may be worded otherwise."""

    rulebook: Rulebook

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Very) and self.rulebook is other.rulebook

    def __hash__(self) -> int:
        return id(self.rulebook)


def of_every_result(rulebook: Rulebook, first: date | None, last: date) -> OfEveryResult:
    """Return what a rulebook asks of the results of the days from `first` (None: all) to `last`."""
    return _found(_Very(rulebook), first, last)


@lru_cache(maxsize=64)
def _found(very: _Very, first: date | None, last: date) -> OfEveryResult:
    return OfEveryResult(
        benchmarks=peer_numbers(very.rulebook),
        converting=converting(very.rulebook),
        unconfirmed=unconfirmed_entries(very.rulebook, first, last),
    )


def converting(rulebook: Rulebook) -> list[str]:
    """Return the rows of which an amount is compared with money of a currency."""
    return [rows.name for rows in rulebook.rows.values() if converts_money(rulebook, rows)]
