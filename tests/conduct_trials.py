"""Rows and the same rows improved, judged side by side in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from goodstanding.assessment.compiling import Compiled, compile_rulebook
from goodstanding.assessment.examples import judged, judged_together
from goodstanding.database.duckdb import DuckDB
from goodstanding.rulebook.model import Example, Rulebook
from tests.drawn_rows import Row, Setting, as_example
from tests.improvements import IMPROVEMENTS, Improvement, improved
from tests.improvements_of_buyers import OF_BUYERS
from tests.worse_results import Record, Worse, worse


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One row improved among others, and what came out before and after."""

    rulebook: Rulebook
    setting: Setting
    rows: Sequence[Row]
    place: int
    improvement: Improvement
    before: Record
    after: Record

    @property
    def row(self) -> Row:
        """The row as it was."""
        return self.rows[self.place]

    @property
    def worse(self) -> list[Worse]:
        return list(worse(self.rulebook, self.before, self.after))

    def before_on(self, setting: Setting) -> Record:
        """Return what comes out of the rows as they were on another day."""
        example = as_example(self.rulebook, setting, self.rows)
        with _database() as database:
            return judged(compiled(self.rulebook), example, database)


def tried(rulebook: Rulebook, setting: Setting, worlds: Sequence[Sequence[Row]]) -> list[Trial]:
    """Judge subjects of one day, and each with every improvement of each of its rows."""
    rules = compiled(rulebook)
    kind = next(iter(rulebook.rows.values())).kind
    ways = OF_BUYERS if rulebook.subject == "buyer" else IMPROVEMENTS[kind]
    read = {column for columns in rules.columns.values() for column in columns}
    examples: list[Example] = []
    asked: list[tuple[int, int, int, Sequence[Row], Improvement]] = []
    for rows in worlds:
        as_it_was = len(examples)
        examples.append(as_example(rulebook, setting, rows))
        for place, improvement, better in improved(rows, ways, read):
            asked.append((as_it_was, len(examples), place, rows, improvement))
            examples.append(as_example(rulebook, setting, better))
    with _database() as database:
        records = judged_together(rules, examples, database)
    return [
        Trial(
            rulebook=rulebook,
            setting=setting,
            rows=rows,
            place=place,
            improvement=improvement,
            before=records[as_it_was],
            after=records[bettered],
        )
        for as_it_was, bettered, place, rows, improvement in asked
    ]


@contextmanager
def _database() -> Iterator[DuckDB]:
    database = DuckDB.open(None)
    try:
        yield database
    finally:
        database.close()


_COMPILED: dict[tuple[str, str], Compiled] = {}


def compiled(rulebook: Rulebook) -> Compiled:
    """Return a rulebook's steps; they are written once."""
    named = (rulebook.id, rulebook.digest)
    if named not in _COMPILED:
        _COMPILED[named] = compile_rulebook(rulebook)
    return _COMPILED[named]
