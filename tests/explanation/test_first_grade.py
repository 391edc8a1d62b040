"""A store that is not graded yet: what it takes, the first day on which it can be, and so far."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from goodstanding.explanation import telling_next
from goodstanding.explanation.next_answer import NextSteps, NotYetGraded
from goodstanding.rulebook import bundled
from tests.explanation.applied_next import assessed_on, loaded, peers_of, plus, told_of
from tests.explanation.small_market import AS_OF, ONE_DAY, orders, together, with_stars
from tests.oracle_facts import Facts

ARTICLE = bundled.load("service-level")
LEVEL_2015 = bundled.load("aliexpress-service-level", version=date(2015, 1, 5))
LEVEL_2018 = bundled.load("aliexpress-service-level", version=date(2018, 7, 25))
DAILY = bundled.load("aliexpress-daily-service-score", as_of=AS_OF)
END = datetime.combine(AS_OF + ONE_DAY, datetime.min.time())
FIRST = date(2018, 8, 9)  # by then the thirtieth order has ended, as promised


def on_their_way(count: int) -> Facts:
    """Write orders that have not ended, promised one a day from the day after the next on."""
    at = END - timedelta(days=4)
    return {
        "orders": [
            {
                "order_id": f"W{n}",
                "seller_id": "S1",
                "buyer_id": f"W{n}",
                "placed_at": at,
                "paid_at": at,
                "shipped_at": at + timedelta(days=1),
                "deliver_by": END + timedelta(days=n, hours=10),
            }
            for n in range(1, count + 1)
        ]
    }


ENDED = with_stars(orders(22), ["O1", "O2"], 1)
FEW = together(ENDED, on_their_way(12))


def ended_as_promised(facts: Facts) -> Facts:
    closed = [
        {"order_id": order["order_id"], "closed_at": order["deliver_by"]}
        for order in facts["orders"]
        if "deliver_by" in order
    ]
    return plus(facts, {"orders": closed})


@pytest.fixture(scope="module")
def told() -> NextSteps:
    return told_of(FEW, [LEVEL_2015], AS_OF)


def not_yet(told: NextSteps) -> NotYetGraded:
    (found,) = told.not_yet
    return found


def test_a_store_with_too_few_orders_is_told_how_many_it_needs(told: NextSteps):
    found = not_yet(told)
    assert found.because == "Fewer than 30 paid orders ended in the window."
    (need,) = found.needs
    assert (need.name, need.so_far, need.needed) == ("ended_paid", 22, 30)
    assert "bad experience rate (bad of assessed)" in found.counted
    assert (found.assessed_on, found.counts_from) == (date(2018, 8, 31), date(2018, 6, 3))


def test_the_first_day_is_the_first_on_which_orders_ended_as_promised_make_a_grade(told: NextSteps):
    found = not_yet(told)
    assert (found.first_on, found.first_assessed_on) == (FIRST, date(2018, 8, 31))
    assert found.open_n == 12
    applied = ended_as_promised(FEW)
    assert assessed_on(applied, LEVEL_2015, FIRST)["grade__place"] is not None
    assert assessed_on(applied, LEVEL_2015, FIRST - ONE_DAY)["grade__place"] is None


def test_what_stands_so_far_has_its_interval(told: NextSteps):
    bad, liable, positive = not_yet(told).so_far
    assert bad.text == "bad experience rate 2 / 34, between 1.63 % and 19.09 % (95 %)"
    assert (bad.numerator, bad.denominator) == (2, 34)
    assert liable.text.startswith("liability rate 0 / 34, between 0.00 % and")
    assert positive.text.startswith("positive rate 20 / 22, between 72.19 % and 97.47 %")


def test_too_few_open_orders_make_no_first_day():
    found = not_yet(told_of(together(ENDED, on_their_way(7)), [LEVEL_2015], AS_OF))
    assert (found.first_on, found.first_assessed_on) == (None, None)
    assert [need.so_far for need in found.needs] == [22]


def test_one_whose_promised_day_has_passed_is_taken_to_end_on_the_next_day():
    late = on_their_way(8)
    for order in late["orders"]:
        order["deliver_by"] = END - timedelta(days=1)
    found = not_yet(told_of(together(ENDED, late), [LEVEL_2015], AS_OF))
    assert found.first_on == AS_OF + ONE_DAY


def test_a_store_without_orders_is_told_by_which_rules_they_will_count():
    facts = together(orders(3, seller="S2"), {"sellers": [{"seller_id": "NEW"}]})
    told = told_of(facts, [LEVEL_2018, DAILY, LEVEL_2015], AS_OF, store="NEW")
    assert [each.rulebook for each in told.not_yet] == [LEVEL_2018.id, DAILY.id, LEVEL_2015.id]
    assert {each.because for each in told.not_yet} == {
        "No order of the store is known by 2018-07-31; this is by which orders will count."
    }
    assert [need.so_far for each in told.not_yet for need in each.needs] == [0]
    assert (told.to_do, told.listings, told.ways_up) == ((), (), ())
    text = telling_next.text(told)
    assert "When there are 30 ended paid: 0 so far." in text
    assert "Nothing is open" in text


def test_a_level_by_scores_can_be_graded_once_a_day_is_scored():
    facts = together(orders(3, seller="S2"), on_their_way(1))
    database, made = loaded(facts, "UTC")
    told = told_of(facts, [LEVEL_2018, DAILY], AS_OF)
    peers = peers_of(database, made, DAILY, AS_OF)
    level, score = told.not_yet
    assert score.first_on is not None
    assert score.first_on == level.first_on == date(2018, 8, 2)
    assert level.first_assessed_on == date(2018, 8, 31)
    applied = ended_as_promised(facts)
    for day, is_scored in ((score.first_on, True), (score.first_on - ONE_DAY, False)):
        judged = assessed_on(applied, DAILY, day, peers=peers)
        assert (judged["score__numerator"] is not None) is is_scored


def test_a_store_that_is_graded_is_told_nothing_of_it():
    assert not told_of(orders(30), [LEVEL_2015], AS_OF).not_yet


def test_the_text_says_it_in_a_few_lines(told: NextSteps):
    text = telling_next.text(told)
    assert "  - When there are 30 ended paid: 22 so far." in text
    assert "  - First on 2018-08-09, if its 12 open orders end as promised; assessed on" in text
    assert "  - So far: bad experience rate 2 / 34, between 1.63 % and 19.09 % (95 %)." in text
