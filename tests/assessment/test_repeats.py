"""Repeats, sums and means, on rows written down here: what counts, and to what it adds up."""

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.examples import judged
from goodstanding.database.duckdb import DuckDB
from goodstanding.days import Length
from goodstanding.rulebook.model import Example
from goodstanding.rulebook.reading import read_rulebook

RULEBOOK = """
id = "ratings"
version = 2015-01-05
title = "Ratings"
subject = "seller"
confidence = "own design"
calendar = { assessed = "daily" }
window = { season = { months = 6 }, ever = { all = true } }
exclude = [{ id = "no_review", reason = "extortion", because = "It was extorted." }]

[rows.ratings]
from = "order"
where = "known(feedback_on)"

[rows.ratings.collapse]
per = ["buyer_id", "ten_days(feedback_on)"]
by = "feedback_on"
keep = "KEEP"
at_most = FEW

[measure]
rated = { of = "ratings", when = "within(feedback_on)", window = "season" }
given = { of = "rated", sum = "stars" }
ever = { of = "ratings", window = "ever" }
praise = { of = "ever", sum = "if(stars >= 4, 1, if(stars = 3, 0, -1))" }

[indicator]
ratings_n = { count = "rated", better = "neither" }
rating = { mean = "given", better = "higher" }
net_praise = { count = "praise", better = "higher" }
"""
AS_OF = date(2015, 7, 31)


def told(*rows: dict[str, Any], keep: str = "last", few: int = 1, as_of: date = AS_OF) -> Any:
    return judging(RULEBOOK.replace("KEEP", keep).replace("FEW", str(few)), rows, as_of)


def told_apart(*rows: dict[str, Any], apart: int = 14, as_of: date = AS_OF) -> Any:
    """Judge rows of which one of a buyer and polarity counts in so many days."""
    alike = 'per = ["buyer_id", "if(stars >= 4, 1, -1)"]'
    text = RULEBOOK.replace('per = ["buyer_id", "ten_days(feedback_on)"]', alike)
    text = text.replace("KEEP", "first").replace("at_most = FEW", f"apart_days = {apart}")
    return judging(text, rows, as_of)


def judging(text: str, rows: tuple[dict[str, Any], ...], as_of: date) -> Any:
    rulebook = read_rulebook(text, "ratings.toml")
    example = Example(name="it", as_of=as_of, rows={"ratings": rows}, peers={}, expect={}, line=0)
    found = judged(compile_rulebook(rulebook), example, DuckDB.open(None))
    pair = (found["rating_numerator"], found["rating_denominator"])
    mean = None if found["rating_value"] is None else Fraction(*pair)
    return found["rated"], mean, found["net_praise_numerator"], found["rows_repeated"]


def review(day: date, stars: float, buyer: str = "b", **said: object) -> dict[str, Any]:
    return {"feedback_on": day, "stars": stars, "buyer_id": buyer, **said}


@pytest.mark.parametrize(
    ("first", "second", "counted"),
    [
        (date(2015, 7, 1), date(2015, 7, 10), 1),
        (date(2015, 7, 10), date(2015, 7, 11), 2),
        (date(2015, 7, 11), date(2015, 7, 20), 1),
        (date(2015, 7, 20), date(2015, 7, 21), 2),
        (date(2015, 7, 21), date(2015, 7, 31), 1),
        (date(2015, 6, 30), date(2015, 7, 1), 2),
        (date(2014, 7, 21), date(2015, 7, 21), 1),  # the first lies outside the window
    ],
)
def test_one_rating_counts_of_a_buyer_in_ten_days_of_a_month(first, second, counted):
    assert told(review(first, 5), review(second, 5))[0] == counted


def test_the_last_of_them_counts_or_the_first():
    rows = [review(date(2015, 7, 2), 1), review(date(2015, 7, 5), 5)]
    assert told(*rows) == (1, 5, 1, 1)
    assert told(*reversed(rows)) == (1, 5, 1, 1)
    assert told(*rows, keep="first") == (1, 1, -1, 1)


def test_the_last_few_count_where_a_rulebook_says_so():
    rows = [review(date(2015, 7, day), stars) for day, stars in ((1, 5), (2, 4), (3, 1), (4, 2))]
    assert told(*rows, few=3) == (3, Fraction(7, 3), -1, 1)


def test_of_one_day_the_lowest_counts_whatever_arrived_first():
    rows = [review(date(2015, 7, 2), stars) for stars in (4, 2, 5)]
    assert told(*rows) == told(*reversed(rows)) == (1, 2, -1, 2)


def test_other_buyers_repeat_nothing():
    day = date(2015, 7, 2)
    assert told(review(day, 5, "b1"), review(day, 3, "b2")) == (2, 4, 1, 0)


def test_what_is_excluded_repeats_nothing_and_is_repeated_by_nothing():
    day = date(2015, 7, 2)
    rows = [review(day, 1, exclusion="extortion"), review(day, 5)]
    assert told(*rows) == told(*reversed(rows)) == (1, 5, 1, 0)


def test_which_one_counts_does_not_depend_on_the_window():
    # The six months begin on 16 January; the last of those ten days lies before that.
    rows = [review(date(2015, 1, 11), 1), review(date(2015, 1, 16), 5)]
    assert told(*rows, keep="first", as_of=date(2015, 7, 15)) == (0, None, -1, 1)
    assert told(*rows, keep="last", as_of=date(2015, 7, 15)) == (1, 5, 1, 1)


def told_in_a_season(*rows: dict[str, Any], as_of: date, per: str = "ten_days") -> Any:
    """Judge rows by measures of one window alone; older ones matter only for repeats."""
    text = RULEBOOK.replace("KEEP", "first").replace("FEW", "1").replace("ten_days", per)
    text = text.replace(", ever = { all = true }", "")
    for name in ("ever", "praise", "net_praise"):
        text = re.sub(rf"(?m)^{name} = {{.*\n", "", text)
    rulebook = read_rulebook(text, "ratings.toml")
    example = Example(name="it", as_of=as_of, rows={"ratings": rows}, peers={}, expect={}, line=0)
    compiled = compile_rulebook(rulebook)
    assert compiled.is_bounded
    return judged(compiled, example, DuckDB.open(None))["rated"]


@pytest.mark.parametrize(
    ("per", "apart", "as_of"),
    [
        ("ten_days", 10, date(2015, 1, 30)),  # from 31 July; the first of the ten days is the 21st
        ("ten_days", 5, date(2015, 7, 15)),
        ("month", 30, date(2015, 1, 30)),
        ("month", 15, date(2015, 7, 15)),
    ],
)
def test_what_a_row_repeats_is_looked_at_however_far_it_lies_outside_the_window(per, apart, as_of):
    first = Length(6, "months").ending_on(as_of).first
    rows = [review(first - timedelta(apart), 1), review(first, 5)]
    assert told_in_a_season(*rows, as_of=as_of, per=per) == 0
    further = [review(first - timedelta(apart + 1), 1), review(first, 5)]
    assert told_in_a_season(*further, as_of=as_of, per=per) == 1


def test_what_is_given_after_the_day_repeats_nothing_yet():
    rows = [review(date(2015, 7, 2), 1), review(date(2015, 7, 5), 5)]
    assert told(*rows, as_of=date(2015, 7, 4)) == (1, 1, -1, 0)


def test_a_mean_divides_by_the_rows_of_which_the_stars_are_known():
    rows = [
        review(date(2015, 7, 1), 5, "b1"),
        review(date(2015, 7, 2), 4.5, "b2"),
        {"feedback_on": date(2015, 7, 3), "buyer_id": "b3"},
    ]
    assert told(*rows) == (3, Fraction(19, 4), 2, 0)


def test_a_mean_of_nothing_is_not_assessed_and_a_sum_of_nothing_is_0():
    assert told() == (0, None, 0, 0)


@pytest.mark.parametrize(
    ("days", "counted"),
    [
        ([1, 14], 1),
        ([1, 15], 2),
        ([14, 1], 1),
        ([1, 1], 1),
        ([1, 10, 15], 2),  # the 10th does not count, and keeps nothing else from counting
        ([1, 8, 15, 22, 29], 3),
        ([1, 10, 20], 2),
        ([1, 2, 3, 4, 5, 6, 7], 1),
    ],
)
def test_days_lie_between_those_that_count(days, counted):
    rows = [review(date(2015, 7, day), 5) for day in days]
    assert told_apart(*rows) == (counted, 5, counted, len(days) - counted)


def test_days_lie_between_them_across_months_too():
    assert told_apart(review(date(2015, 6, 30), 5), review(date(2015, 7, 13), 5))[0] == 1
    assert told_apart(review(date(2015, 6, 30), 5), review(date(2015, 7, 14), 5))[0] == 2


def test_with_one_day_apart_only_those_of_one_day_repeat_each_other():
    days = [date(2015, 7, day) for day in (1, 1, 2, 2, 3)]
    assert told_apart(*[review(day, 5) for day in days], apart=1)[0] == 3


def test_those_that_are_not_alike_keep_no_days_from_each_other():
    day = date(2015, 7, 2)
    rows = [review(day, 5), review(day, 1), review(day, 5, "b2"), review(date(2015, 7, 3), 1)]
    assert told_apart(*rows) == (3, Fraction(11, 3), 1, 1)


def test_what_is_excluded_keeps_no_days_from_anything():
    rows = [review(date(2015, 7, 1), 5, exclusion="extortion"), review(date(2015, 7, 5), 5)]
    assert told_apart(*rows) == told_apart(*reversed(rows)) == (1, 5, 1, 0)


def test_the_first_of_one_day_is_the_lowest_whatever_arrived_first():
    rows = [review(date(2015, 7, 2), stars) for stars in (5, 4, 4.5)]
    assert told_apart(*rows) == told_apart(*reversed(rows)) == (1, 4, 1, 2)


def test_where_the_first_lies_does_not_depend_on_the_window():
    # The six months begin on 16 January: the 10th counts, and the 20th is too near to it.
    rows = [review(date(2015, 1, 10), 5), review(date(2015, 1, 20), 5)]
    assert told_apart(*rows, as_of=date(2015, 7, 15)) == (0, None, 1, 1)


def test_what_has_no_such_day_repeats_nothing_and_is_repeated_by_nothing():
    text = RULEBOOK.replace('"ten_days(feedback_on)"', '"seller_id"')
    text = text.replace('by = "feedback_on"', 'by = "closed_on"')
    rows = tuple(
        review(date(2015, 7, 2), 5, closed_on=day) for day in (None, date(2015, 7, 1), None)
    )
    text = text.replace("KEEP", "first").replace("FEW", "1")
    assert judging(text, rows, AS_OF)[0] == 3
