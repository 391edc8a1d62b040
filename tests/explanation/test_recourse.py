"""Recourse, up and down: each answer is applied to the facts, and one change fewer as well."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.assessment.assessing import assess
from goodstanding.explanation.clean_rows import CLEAN
from goodstanding.explanation.explaining import explain
from goodstanding.explanation.limits import limits_told
from goodstanding.explanation.reasons import counted_rows
from goodstanding.explanation.recourse import orders_to_clean, recourse
from goodstanding.explanation.scenarios import Faulty, Scenario, judge, set_stage
from goodstanding.explanation.waiting import judged_on
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.all_faults import ALL_FAULTS
from tests.explanation.small_market import (
    AS_OF,
    assessed,
    explained,
    loaded,
    orders,
    question,
    together,
    with_stars,
)
from tests.explanation.written_rows import RULEBOOKS, Written, judged, market_of, rows_of_one, table
from tests.oracle_facts import Facts
from tests.small_facts import order
from tests.small_rulebook import changed

few = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(few, max_examples=100)
BAD = [f"O{number}" for number in range(100, 110)]


def recourse_of(facts: Facts, **asked: Any) -> Any:
    return explained(facts, **asked).recourse


@pytest.fixture(scope="module")
def ten_of_100() -> Facts:
    """Ten of a hundred orders are bad: pass, 10 %; good is below 6 %."""
    return together(orders(90), orders(10, stars=2, reviewed_on=date(2018, 7, 1), first=100))


@pytest.fixture(scope="module")
def found(ten_of_100):
    return recourse_of(ten_of_100)


def test_the_fewest_orders_that_would_have_to_be_clean(found, ten_of_100):
    cleaning = found.cleaning
    assert (found.up_to, cleaning.n, cleaning.of_n) == ("good", 5, 10)
    assert set(cleaning.order_ids) < set(BAD)
    grades = [assessed(with_stars(ten_of_100, cleaning.order_ids[:n], 5))["grade"] for n in (4, 5)]
    assert grades == ["pass", "good"]


def test_the_fewest_further_orders_that_go_well(found, ten_of_100):
    assert found.adding.n == 67  # 10 of 167 are 5.99 %
    grades = [assessed(together(ten_of_100, orders(n, first=1000)))["grade"] for n in (66, 67)]
    assert grades == ["pass", "good"]


def test_the_fewest_further_orders_that_go_wrong(found, ten_of_100):
    assert (found.down_to, found.going_wrong.n) == ("fail", 3)  # 13 of 103 are 12.6 %
    assert found.going_wrong.what == "with a review of 1 star"
    grades = [
        assessed(together(ten_of_100, orders(n, stars=1, first=1000)))["grade"] for n in (2, 3)
    ]
    assert grades == ["pass", "fail"]


def test_the_first_day_on_which_time_alone_does_it(found, ten_of_100):
    # Reviewed on 1 July, the bad experiences leave on 29 September.
    waiting = found.waiting
    assert (waiting.on, waiting.assessed_on) == (date(2018, 9, 29), date(2018, 9, 30))
    market = loaded(ten_of_100)
    grades = [
        assess(*market, question(as_of=day)).to_pylist()[0]["grade"]
        for day in (waiting.on - timedelta(1), waiting.on, waiting.assessed_on)
    ]
    assert grades == ["pass", "excellent", "excellent"]


def test_at_the_top_there_is_only_a_way_down_and_at_the_foot_only_one_up():
    best = recourse_of(orders(30))
    assert (best.up_to, best.cleaning, best.adding, best.waiting) == (None, None, None, None)
    assert (best.down_to, best.going_wrong.n) == ("good", 2)  # 1 of 31 is 3.2 %, 2 of 32 6.2 %
    worst = recourse_of(orders(5, stars=1))
    assert (worst.down_to, worst.going_wrong) == (None, None)
    assert worst.up_to == "pass"
    assert worst.cleaning.n == 5
    assert worst.waiting.on is None
    assert worst.adding.n == 37  # 5 of 42 are 11.9 %


def test_without_a_grade_it_says_what_would_give_one():
    none = recourse_of({"orders": [order(placed_at="2018-07-01")]})
    assert (none.up_to, none.adding.n) == ("excellent", 1)
    assert (none.cleaning, none.waiting, none.down_to) == (None, None, None)


def test_where_volume_is_missing_it_says_that_cleaning_does_not_help():
    volume = read_rulebook(
        changed(
            ('all = ["bad_rate < 6 %"]', 'all = ["ended >= 20", "bad_rate < 6 %"]'),
            ('subject = "seller"', 'subject = "seller"\nadding_may_lower = "One makes a grade."'),
        ),
        "volume.toml",
    )
    facts = together(orders(9), orders(1, stars=1, first=100))
    found = recourse_of(facts, rulebook=volume)
    assert (found.cleaning.n, found.cleaning.of_n) == (None, 1)
    assert found.cleaning.why_not == "still missed: ended at least 20"
    assert found.adding.n == 10
    only_volume = recourse_of(orders(10), rulebook=volume)
    assert (only_volume.cleaning.of_n, only_volume.cleaning.n) == (0, None)
    assert only_volume.adding.n == 10


def test_an_answer_beyond_what_was_tried_is_said_to_be_so():
    strict = read_rulebook(changed(("bad_rate < 6 %", "bad_rate < 0.01 %")), "strict.toml")
    adding = recourse_of(orders(3, stars=1), rulebook=strict).adding
    assert (adding.n, adding.tried_n) == (None, 100)
    assert adding.why_not == "still missed: bad rate below 0.01 %"


def test_a_rulebook_that_says_that_adding_may_lower_is_repeated():
    found = recourse_of(orders(6, stars=3), rulebook=ALL_FAULTS)
    assert found.warning == ALL_FAULTS.adding_may_lower


def test_orders_that_make_more_worse_come_first_then_those_that_weigh_longest():
    facts = together(
        orders(4, stars=1, reviewed_on=date(2018, 6, 1)),
        orders(4, stars=1, reviewed_on=date(2018, 7, 1), first=10),
        orders(2, stars=1, reviewed_on=date(2018, 5, 20), first=20),
    )
    for late in facts["orders"][-2:]:
        late["ship_by"] = late["shipped_at"] - timedelta(1)
    database, made = loaded(facts)
    told: Any = explain(database, made, question(rulebook=ALL_FAULTS))
    assert [limit.outcome for limit in told.limits[:2]] == ["missed", "missed"]
    order_ids = told.recourse.cleaning.order_ids
    assert order_ids[:4] == ("O10", "O11", "O12", "O13")


def check_recourse(rulebook: Rulebook, written: list[Written]) -> None:
    rows = table(written)
    market = market_of(rulebook, rows)
    result = judged(rulebook, rows)
    place = result["grade__place"]
    counted = counted_rows(market)
    told: Any = recourse(market, result, counted)
    names = rulebook.grade_names
    stage = set_stage(
        market_of(rulebook, rows),
        [
            Faulty(order_no=each.order_no, at_fault=each.at_fault)
            for each in orders_to_clean(rulebook, result, counted)
        ],
    )

    def places(*scenarios: Scenario) -> list[int | None]:
        return [each["grade__place"] for each in judge(stage, scenarios)]

    if place is None:
        assert told.up_to is None or told.adding.n is not None
        return
    worse = len(names)
    reached = names.index(told.up_to) if told.up_to is not None else -1
    assert reached == place - 1
    if told.cleaning is not None and told.cleaning.n is not None:
        n = told.cleaning.n
        before, after = places(Scenario(cleaned_n=n - 1), Scenario(cleaned_n=n))
        assert after is not None
        assert after <= reached < (worse if before is None else before)
    if told.adding is not None and told.adding.n is not None:
        n = told.adding.n
        before, after = places(
            Scenario(added_n=n - 1, added=CLEAN), Scenario(added_n=n, added=CLEAN)
        )
        assert after is not None
        assert after <= reached < (worse if before is None else before)
    if told.waiting is not None and told.waiting.on is not None:
        on = judged_on(stage, told.waiting.on)["grade__place"]
        assert on is not None
        assert on <= reached
        assert AS_OF < told.waiting.on <= told.waiting.tried_until
    if told.going_wrong is not None and told.going_wrong.n is not None:
        n, what = told.going_wrong.n, told.going_wrong.what
        before, after = places(Scenario(added_n=n - 1, added=what), Scenario(added_n=n, added=what))
        assert after is not None
        assert after > place
        assert before is None or before <= place
    assert limits_told(rulebook, result)


@few
@given(st.sampled_from(list(RULEBOOKS.values())), rows_of_one())
def test_every_answer_holds_and_one_change_fewer_does_not(rulebook, written):
    check_recourse(rulebook, written)


@pytest.mark.slow
@many
@given(st.sampled_from(list(RULEBOOKS.values())), rows_of_one())
def test_every_answer_holds_whatever_went_wrong(rulebook, written):
    check_recourse(rulebook, written)
