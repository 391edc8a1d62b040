"""Limits on what rows alike add up to, on rows written down here: the sum, and what each adds."""

from datetime import date
from typing import Any

import pytest

from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.examples import example_rows, judged
from goodstanding.assessment.flags import given, quantity
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import Step, parse
from goodstanding.rulebook.model import Example
from goodstanding.rulebook.reading import read_rulebook

RULEBOOK = read_rulebook(
    """
id = "credit"
version = 2015-01-05
title = "Credit"
subject = "seller"
confidence = "own design"
calendar = { assessed = "daily" }
window = { season = { months = 6 }, ever = { all = true } }
exclude = [{ id = "no_review", reason = "extortion", because = "It was extorted." }]
rows.ratings = { from = "order", where = "known(stars)" }

[measure.praise]
of = "ratings"
window = "ever"
sum = "if(stars >= 4, 1, if(stars = 3, 0, -1))"
limited = { per = ["buyer_id", "month(closed_on)"], by = "closed_on", range = [-2, 3] }

[measure]
bad = { of = "praise", when = "stars < 3" }
of_late = { of = "ratings", when = "within(feedback_on)", window = "season" }

[measure.pieces]
of = "of_late"
sum = "if(stars >= 4, 2, 0)"
limited = { per = ["buyer_id"], by = "feedback_on", range = [0, 3] }

[indicator]
credit_n = { count = "praise", better = "higher" }
bad_n = { count = "bad", better = "lower" }
pieces_n = { count = "pieces", better = "higher" }
""",
    "credit.toml",
)
COMPILED = compile_rulebook(RULEBOOK)
AS_OF = date(2015, 7, 31)


def told(*rows: dict[str, Any]) -> dict[str, Any]:
    example = Example(name="it", as_of=AS_OF, rows={"ratings": rows}, peers={}, expect={}, line=0)
    return judged(COMPILED, example, DuckDB.open(None))


def review(day: int, stars: float, buyer: str = "b", month: int = 7, **said: Any) -> dict[str, Any]:
    closed_on = date(2015, month, day)
    review = {"closed_on": closed_on, "feedback_on": closed_on, "stars": stars, "buyer_id": buyer}
    return review | said


@pytest.mark.parametrize(
    ("stars", "sum_"),
    [
        ([5, 5], 2),
        ([5, 5, 5], 3),
        ([5, 5, 5, 5], 3),
        ([1, 1], -2),
        ([1, 1, 1], -2),
        ([5, 5, 5, 5, 1], 3),  # the net sum is limited: four less one
        ([5, 5, 5, 5, 1, 1], 2),
        ([1, 1, 1, 5], -2),
        ([1, 1, 1, 5, 5], -1),
        ([3, 3, 3, 3], 0),
    ],
)
def test_the_net_sum_lies_within_the_limit_in_whatever_order(stars, sum_):
    days = range(1, len(stars) + 1)
    rows = [review(day, n) for day, n in zip(days, stars, strict=True)]
    turned = [review(day, n) for day, n in zip(days, reversed(stars), strict=True)]
    assert told(*rows)["praise"] == told(*turned)["praise"] == sum_


def test_each_buyer_and_each_month_has_a_limit_of_its_own():
    four = [review(day, 5) for day in (1, 2, 30, 31)]
    assert told(*four, *[review(day, 5, "b2") for day in (1, 2, 3, 4)])["praise"] == 6
    assert told(*four, *[review(day, 5, month=6) for day in (27, 28, 29, 30)])["praise"] == 6


def test_rows_without_the_day_are_not_limited():
    rows = [review(day, 5, closed_on=None) for day in (1, 2, 3, 4, 5)]
    assert told(*rows)["praise"] == 5


def test_what_is_excluded_takes_no_place_within_a_limit():
    rows = [review(day, 1, exclusion="extortion") for day in (1, 2)]
    assert told(*rows, *[review(day, 5) for day in (3, 4, 5)])["praise"] == 3


def test_a_limit_is_on_what_is_added_up_and_on_nothing_that_narrows_it():
    found = told(*[review(day, 1) for day in (1, 2, 3, 4)])
    assert (found["praise"], found["bad"]) == (-2, 4)


def test_rows_outside_the_window_take_no_place_within_a_limit():
    rows = [review(day, 5, month=1) for day in (1, 2)]
    assert told(*rows, review(1, 5))["pieces"] == 2
    assert told(*rows, review(1, 5), review(2, 5))["pieces"] == 3


def test_each_row_adds_what_it_moves_the_sum_within_the_limit():
    stars = (5, 5, 5, 5, 1, 1, 1, 5)
    rows = [review(day, n) for day, n in enumerate(stars, start=1)]
    kind = COMPILED.kind("order")
    database = DuckDB.open(None)
    database.register("written", example_rows(kind, "seller", rows))
    named = [
        Step("order_rows", "as written here", parse("from written")),
        Step("exclusions_in_force", "none", parse(NOBODY)),
        *COMPILED.steps,
    ]
    moved = (
        f"select {given('praise')}, {quantity('praise')} from measured_ratings order by closed_on"
    )
    found = database.run(named, parse(moved), COMPILED.bound_values(AS_OF)).to_pylist()
    assert [tuple(row.values()) for row in found] == [
        *((1, 1), (1, 1), (1, 1)),
        *((1, 0), (-1, 0)),  # the sum goes from 3 to 4 and back
        *((-1, -1), (-1, -1), (1, 1)),
    ]


NOBODY = (
    "select '' as table_name, 0 as fact_no, '' as reason, current_date as decided_on where false"
)
