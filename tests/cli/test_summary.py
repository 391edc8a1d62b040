"""The lines below the table of an assessment."""

import pyarrow as pa
import pytest

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.cli import result_table, summary
from goodstanding.cli.tally import tallied
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import AS_OF, KNOWN_AT, loaded, orders, together
from tests.oracle_facts import Facts
from tests.rows.test_violations import violation
from tests.small_rulebook import changed


@pytest.mark.parametrize("kind", ["order", "line"])
def test_what_is_counted_is_called_what_the_rows_are(kind):
    rulebook = read_rulebook(changed(('from = "order"', f'from = "{kind}"')), "small.toml")
    database, settings = loaded({})
    question = Question(rulebook=rulebook, as_of=AS_OF, known_at=KNOWN_AT)
    results = assessing.assess(database, settings, question)
    said = dict(summary.entries(tallied(results, rulebook), None, "UTC"))
    assert said[f"{kind}s"] == "0 counted, 0 excluded"


@pytest.mark.parametrize(
    ("facts", "graded"),
    [
        ({}, "0: 0 none"),
        (together(orders(4), orders(1, first=5, seller="S2")), "2: 1 medal 1, 1 none"),
    ],
)
def test_of_a_long_ladder_only_the_grades_that_somebody_has_are_told(facts, graded):
    rulebook = bundled.load("aliexpress-feedback")
    database, settings = loaded(facts)
    question = Question(rulebook=rulebook, as_of=AS_OF, known_at=KNOWN_AT)
    results = assessing.assess(database, settings, question)
    assert dict(summary.entries(tallied(results, rulebook), None, "UTC"))["graded"] == graded


def violations(*entries: tuple[str, str, str]) -> Facts:
    return {
        "violations": [
            violation(n, subject_id=seller, ledger=ledger, points=points, occurred_at="2018-07-31")
            for n, (seller, ledger, points) in enumerate(entries)
        ]
    }


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (violations(), ["ipr: none", "trade: none", "quality: none", "serious ipr: none"]),
        (
            violations(("S1", "ipr", "2"), ("S2", "ipr", "12"), ("S3", "ipr", "24")),
            [
                *("ipr: 1 warning, 2 freeze", "trade: none", "quality: none", "serious ipr: none"),
                "2 proposed: wait for a person to decide",
            ],
        ),
        (
            violations(("S1", "trade", "48")),
            [
                *("ipr: none", "trade: 1 closing", "quality: none", "serious ipr: none"),
                "1 proposed: waits for a person to decide",
            ],
        ),
    ],
)
def test_sanctions_in_force_are_counted_by_kind_and_those_that_wait_for_a_person(facts, told):
    results, rulebook = assessed(facts)
    said = dict(summary.entries(tallied(results, rulebook), None, "UTC"))
    assert said["in force"].split("\n") == told


def assessed(facts: Facts) -> tuple[pa.Table, Rulebook]:
    rulebook = bundled.load("aliexpress-violations")
    database, settings = loaded(facts)
    question = Question(rulebook=rulebook, as_of=AS_OF, known_at=KNOWN_AT)
    return assessing.assess(database, settings, question), rulebook


def test_the_table_tells_sanctions_with_their_days_and_shorter_where_there_is_no_room():
    results, rulebook = assessed(violations(("S1", "ipr", "2"), ("S2", "ipr", "48")))
    wide = "\n".join(result_table.lines(results, rulebook, width=None))
    assert "warning at 2, 2018-07-31 to 2018-07-31" in wide
    assert "closing at 48, from 2018-07-31, proposed" in wide
    narrow = "\n".join(result_table.lines(results, rulebook, width=60))
    assert "closing, proposed" in narrow
    assert "at 48" not in narrow


def test_what_nobody_confirmed_is_told_last_also_where_it_is_no_limit():
    rulebook = bundled.load("aliexpress-daily-service-score")
    database, settings = loaded(orders(2))
    question = Question(rulebook=rulebook, as_of=AS_OF, known_at=KNOWN_AT)
    results = assessing.assess(database, settings, question)
    label, told = summary.entries(tallied(results, rulebook), None, "UTC")[-1]
    assert label == "unconfirmed"
    assert told.split("\n") == [
        "period: 30 days where assessed_in_month >= 60, else 90 days",
        "period_days: if(assessed_in_month >= 60, 30, 90)",
    ]
