"""The lines below the table of an assessment."""

import pytest

from goodstanding.assessment import assessing
from goodstanding.assessment.assessing import Question
from goodstanding.cli import summary
from goodstanding.rulebook import bundled
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import AS_OF, KNOWN_AT, loaded, orders, together
from tests.small_rulebook import changed


@pytest.mark.parametrize("kind", ["order", "line"])
def test_what_is_counted_is_called_what_the_rows_are(kind):
    rulebook = read_rulebook(changed(('from = "order"', f'from = "{kind}"')), "small.toml")
    database, settings = loaded({})
    question = Question(rulebook=rulebook, as_of=AS_OF, known_at=KNOWN_AT)
    results = assessing.assess(database, settings, question)
    said = dict(summary.entries(results, rulebook, None, "UTC"))
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
    assert dict(summary.entries(results, rulebook, None, "UTC"))["graded"] == graded
