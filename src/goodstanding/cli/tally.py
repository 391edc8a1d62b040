"""What results amount to, added up part by part: what their summary is told from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from goodstanding.assessment.results import columns_beside
from goodstanding.assessment.sanction_words import sanction_column

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.rulebook.model import Rulebook

Counts = Counter[str | None]


class Tally:
    """How many subjects there are, of which grade, and what is counted of all of them.

    `numbers` has the sum of each column that is there for a summary; `first` is the first result,
    as each repeats the rules and the day.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.subjects_n = 0
        self.first: dict[str, Any] = {}
        self.numbers: dict[str, int] = {}
        self.grades: Counts = Counter()
        self.reasons: Counts = Counter()
        self.sanctions: dict[str, Counts] = {name: Counter() for name in rulebook.ladders}
        self.waiting_n = 0
        self.doubts: dict[str, None] = {}  # in the order in which they are met

    def add(self, results: pa.Table) -> None:
        """Add a part of the results of an assessment by the rulebook."""
        import pyarrow.compute as pc  # noqa: PLC0415 -- the command line starts without it

        self.subjects_n += results.num_rows
        self.first = self.first or next(iter(results.slice(0, 1).to_pylist()), {})
        for name in columns_beside(self.rulebook):
            self.numbers[name] = self.numbers.get(name, 0) + (pc.sum(results[name]).as_py() or 0)
        self.grades.update(_counts(results["grade"]))
        self.reasons.update(_counts(results["not_graded_because"]))
        for ladder, counts in self.sanctions.items():
            counts.update(_counts(results[sanction_column(ladder, "sanction")]))
            waiting = pc.sum(results[sanction_column(ladder, "is_proposed")])
            self.waiting_n += waiting.as_py() or 0
        doubts = pc.unique(pc.list_flatten(results["unconfirmed"]))
        self.doubts.update(dict.fromkeys(doubts.to_pylist()))

    def of(self, parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """Yield the parts of results, each once it is added."""
        for results in parts:
            self.add(results)
            yield results


def tallied(results: pa.Table, rulebook: Rulebook) -> Tally:
    """Return the tally of results that are there as a whole."""
    tally = Tally(rulebook)
    tally.add(results)
    return tally


def _counts(column: pa.ChunkedArray) -> dict[str | None, int]:
    """Return how often each value is there; None: it is missing."""
    import pyarrow.compute as pc  # noqa: PLC0415 -- likewise

    return {each["values"]: each["counts"] for each in pc.value_counts(column).to_pylist()}
