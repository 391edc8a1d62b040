"""The digest of the rows behind a result: the same for the same rows, another for others."""

from typing import Any

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.questions import Question
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from goodstanding.standing.outcome import outcomes
from tests.explanation.small_market import AS_OF, KNOWN_AT, loaded
from tests.oracle_facts import Row
from tests.small_facts import order, review
from tests.small_rulebook import SMALL, changed

RULES = read_rulebook(SMALL, "small.toml")
ENDED = '[measure.ended]\nof = "orders"\nwhen = "within(closed_on)"\n'
PLACED = '[measure.placed]\nof = "orders"\nwhen = "within(placed_on)"\n'
SHOWN = '[indicator.placed_orders]\ncount = "placed"\nbetter = "neither"\n\n[indicator.bad_rate]'


def with_two_measures(first: str, second: str) -> Rulebook:
    """Return the small rulebook with two measures that narrow no other, in an order."""
    text = changed((ENDED, f"{first}\n{second}"), ("[indicator.bad_rate]", SHOWN))
    return read_rulebook(text, "small.toml")


def digest(*orders: Row, rulebook: Rulebook = RULES, feedback: tuple[Row, ...] = ()) -> Any:
    database, settings = loaded({"orders": list(orders), "feedback": list(feedback)})
    question = Question(rulebook=rulebook, as_of=AS_OF, known_at=KNOWN_AT)
    (judged,) = outcomes(database, settings, question)
    (row,) = judged.to_pylist()
    return row["rows_digest"]


def ended(order_id: str, **said: Any) -> Row:
    return order(order_id, closed_at="2018-07-10", **said)


def test_the_same_rows_give_the_same_digest_in_any_order():
    assert digest(ended("O1"), ended("O2")) == digest(ended("O2"), ended("O1"))


def test_other_rows_or_another_measure_met_give_another_digest():
    both = digest(ended("O1"), ended("O2"))
    assert digest(ended("O1")) != both
    low = review("2018-07-20", stars=1)
    assert digest(ended("O1"), ended("O2"), feedback=(low,)) != both


def test_a_row_that_does_not_count_changes_nothing():
    earlier = order("O2", closed_at="2018-01-10")
    assert digest(ended("O1"), earlier) == digest(ended("O1"))


def test_the_order_in_which_measures_are_written_changes_nothing():
    one, other = with_two_measures(ENDED, PLACED), with_two_measures(PLACED, ENDED)
    assert list(one.measures) != list(other.measures)
    assert one.digest == other.digest
    found = []
    for rulebook in (one, other):  # told apart by its digest, one would serve for the other
        questions._compiled.cache_clear()
        assessing._written.cache_clear()
        found.append(digest(ended("O1"), rulebook=rulebook))
    assert found[0] == found[1]
