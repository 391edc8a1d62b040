"""What the checker makes of counts is what the database makes of them."""

import random

import duckdb
import pytest
from sqlglot import exp, parse_one

from goodstanding.assessment.flags import rows_known
from goodstanding.assessment.judging import judging_steps
from goodstanding.database.steps import Step, statement
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.outcomes import Judge, Outcome
from goodstanding.rulebook.reading import read_rulebook
from goodstanding.rulebook.trials import slots, trials
from tests.explanation.all_faults import ALL_FAULTS
from tests.rulebook.test_reading import DOCUMENTS

RULEBOOKS = [ALL_FAULTS, *(read_rulebook(text, "x.toml") for text in DOCUMENTS)]


def by_the_database(rulebook: Rulebook, tried: list[dict[str, int]]) -> list[Outcome]:
    """Judge counts by the steps of an assessment, from the counts on."""
    # Counts alone are tried: nothing is known of what adds up.
    known = [rows_known(m.name) for m in rulebook.measures.values() if m.sum is not None]
    rows = " union all ".join(
        f"select {number} as subject_no, "
        + ", ".join(f"{c} as {n}" for n, c in {**counts, **dict.fromkeys(known, 0)}.items())
        for number, counts in enumerate(tried)
    )
    steps = [
        Step("measured", "counts", parse_one(rows, into=exp.Select)),
        *judging_steps(rulebook)[1:],
    ]
    query = exp.select("grade__place", "reason__not_graded").from_("results").order_by("subject_no")
    paths: dict[str, tuple[str | int, ...]] = {
        entry.id: ("not_graded", place, "if") for place, entry in enumerate(rulebook.not_graded)
    }
    paths |= {f"{name}_not_assessed": ("indicator", name) for name in rulebook.indicators}
    found = duckdb.execute(statement(steps, query, "duckdb")).fetchall()
    return [Outcome(place=place, reason=paths.get(reason)) for place, reason in found]


@pytest.mark.parametrize("rulebook", RULEBOOKS, ids=lambda rulebook: str(rulebook.id))
def test_counts_are_judged_as_the_database_judges_them(rulebook):
    draw = random.Random(1)  # noqa: S311 -- the same each time
    tried = [
        {name: counts.get(name, draw.randrange(4)) for name in rulebook.measures}
        for counts in trials(slots(rulebook), 200)
    ]
    judge = Judge(rulebook)
    assert [judge.outcome(counts) for counts in tried] == by_the_database(rulebook, tried)
