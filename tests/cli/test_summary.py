"""The lines below the table of an assessment."""

import pytest

from goodstanding.assessment import assessing
from goodstanding.assessment.assessing import Question
from goodstanding.cli import summary
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import AS_OF, KNOWN_AT, loaded
from tests.small_rulebook import changed


@pytest.mark.parametrize("kind", ["order", "line"])
def test_what_is_counted_is_called_what_the_rows_are(kind):
    rulebook = read_rulebook(changed(('from = "order"', f'from = "{kind}"')), "small.toml")
    database, settings = loaded({})
    question = Question(rulebook=rulebook, as_of=AS_OF, known_at=KNOWN_AT)
    results = assessing.assess(database, settings, question)
    said = dict(summary.entries(results, rulebook, None, "UTC"))
    assert said[f"{kind}s"] == "0 counted, 0 excluded"
