"""What adds up is explained: sums, means, repeats, grades by one number, and no grades at all."""

from datetime import date, timedelta

import pytest

from goodstanding.explanation.telling import text
from goodstanding.rulebook import bundled
from goodstanding.rulebook.reading import read_rulebook
from goodstanding.rulebook.scored import without_peers
from tests.explanation.small_market import AS_OF, assessed, explained, orders, together

RATINGS = """
id = "ratings"
version = 2015-01-05
title = "Ratings"
subject = "seller"
confidence = "own design"
calendar = { assessed = "daily" }
window.season = { months = 6 }
rows.ratings = { from = "order", where = "known(feedback_on)", collapse = COLLAPSE }

[measure]
rated = { of = "ratings", when = "within(feedback_on)" }
given = { of = "rated", sum = "stars" }
praise = { of = "rated", sum = "if(stars >= 4, 1, if(stars = 3, 0, -1))" }

[indicator]
rating = { mean = "given", better = "higher" }
net_praise = { count = "praise", better = "higher" }
"""
STEPS = """
[grades]
by = "net_praise"
steps = [["unknown", "-"], ["praised", 3], ["well praised", 10]]
"""
PER_DAY = '{ per = ["seller_id", "feedback_on"], by = "feedback_on", keep = "last" }'
APART = '{ per = ["order_id"], by = "feedback_on", keep = "last" }'


def rules(grades: str = "", collapse: str = APART):
    return read_rulebook(RATINGS.replace("COLLAPSE", collapse) + grades, "ratings.toml")


def test_numbers_without_grades_are_told_as_their_arithmetic():
    found = explained(together(orders(3), orders(1, stars=2, first=11)), rulebook=rules())
    assert found.sentence == "rating: 17 / 4 = 4.25; 2 praise."
    assert found.result["grade"] is None
    assert found.result["not_graded_because"] is None
    assert found.result["indicators"]["rating"] == {
        "numerator": 1700,
        "denominator": 400,
        "value": 4.25,
    }
    assert found.recourse.adding is None


def test_numbers_without_grades_have_no_word_about_grades():
    said = text(explained(orders(3), rulebook=rules()))
    assert "grade" not in said
    assert said.startswith("Seller S1\n")


def test_what_pulls_a_mean_or_a_sum_down_counts_against_it():
    facts = together(
        orders(3), orders(1, stars=4, first=11), orders(1, stars=3, first=12), orders(1, first=13)
    )
    found = explained(facts, rulebook=rules())
    against = {row.order_id: row.counts_against for row in found.rows if row.counts_against}
    # 27 stars of 6 are 4.5 each; a neutral review takes nothing from the sum.
    assert against == {"O11": ("rating",), "O12": ("rating",)}
    reasons = {row.order_id: row.reasons for row in found.rows if row.reasons}
    assert reasons["O12"] == ("Rating: stars 3.",)


def test_a_row_leaves_months_when_its_day_does():
    found = explained(orders(1, reviewed_on=date(2018, 2, 1)), rulebook=rules())
    assert [row.leaves_on for row in found.rows] == [AS_OF + timedelta(1)]


def test_repeats_are_told_apart_from_what_lies_outside():
    facts = together(orders(2), orders(1, first=11, reviewed_on=date(2017, 7, 1)))
    found = explained(facts, rulebook=rules(collapse=PER_DAY))
    assert found.not_counted.by_reason == {"outside_window": 1, "repeat": 1}
    assert "  - 1: another one, of which these are repeats, counts" in text(found)


@pytest.mark.parametrize(("n", "grade"), [(2, "unknown"), (3, "praised"), (10, "well praised")])
def test_grades_by_one_number_begin_where_their_step_says(n, grade):
    found = explained(orders(n), rulebook=rules(STEPS))
    assert found.result["grade"] == grade


def test_recourse_says_how_much_more_praise_the_next_step_takes():
    found = explained(together(orders(2), orders(2, stars=1, first=11)), rulebook=rules(STEPS))
    assert found.result["grade"] == "unknown"
    assert found.recourse.adding is not None
    assert found.recourse.adding.n == 3
    assert found.recourse.cleaning is not None
    # Two bad reviews that had been good are two more good ones, and two fewer bad: 4.
    assert (found.recourse.cleaning.n, found.recourse.cleaning.of_n) == (2, 2)
    assert found.recourse.waiting is None


def test_the_trend_of_months_is_what_an_assessment_of_each_day_gives():
    facts = together(orders(4), orders(3, first=11, reviewed_on=date(2018, 4, 30)))
    found = explained(facts, rulebook=rules(STEPS))
    assert found.trend
    for point in found.trend:
        then = explained(facts, rulebook=rules(STEPS), as_of=point.as_of)
        assert (point.grade, point.indicators) == (then.result["grade"], then.indicators)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("aliexpress-detailed-ratings", "By Taobao's formula (DT-06), since the marketplace's own"),
        ("taobao-dsr", "Taobao's own formula: above the mean of the industry"),
    ],
)
def test_whose_formula_compares_with_the_category_is_said_once(name, said):
    facts = orders(4)
    for review in facts["feedback"]:
        review.update(dict.fromkeys(("description_stars", "communication_stars"), 5))
    found = explained(facts, rulebook=bundled.load(name))
    told = " ".join(text(found).split())
    assert told.count(said) == 1
    assert told.index("Compared with") < told.index(said)
    assert {note[: len(said)] for each in found.benchmarks.values() for note in each.notes} == {
        said
    }


def test_months_of_who_is_compared_with_peers_are_told_without_them():
    facts = together(orders(4), orders(3, first=11, stars=3, reviewed_on=date(2018, 4, 30)))
    for review in facts["feedback"]:
        review |= {"description_stars": review["stars"]}
    detailed = bundled.load("aliexpress-detailed-ratings")
    found = explained(facts, rulebook=detailed)
    by_day = {
        point.as_of: {each.name: each.text for each in point.indicators} for point in found.trend
    }
    assert by_day[date(2018, 6, 30)]["description"] == "description: 9 / 3 = 3.00"
    assert by_day[date(2018, 6, 30)]["description_rated_3"] == "3 description of 3"
    assert not [name for told in by_day.values() for name in told if name.endswith("_against")]
    then = assessed(facts, rulebook=detailed, as_of=date(2018, 6, 30))
    assert (then["description_numerator"], then["description_value"]) == (900, 3)
    said = " ".join(text(found).split())
    assert "2018-07-31 description: 29 / 7 = 4.14; communication: 0 / 0" in said


def test_nothing_is_told_without_peers_where_a_score_is_made_of_what_they_come_to():
    assert without_peers(bundled.load("aliexpress-daily-service-score")) is None
    alone = bundled.load("service-level")
    assert without_peers(alone) is alone
