"""What a store is told to do next: each effect is what the day comes to once it is applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from goodstanding.assessment import scored_days
from goodstanding.errors import SubjectUnknown
from goodstanding.explanation import next_steps as module
from goodstanding.explanation import telling_next
from goodstanding.explanation.next_answer import NextSteps, ToDo
from goodstanding.rows.subjects import number_of
from goodstanding.rulebook import bundled
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.applied_next import (
    asked,
    assessed_on,
    check_applied,
    loaded,
    made_of,
    peers_of,
    plus,
    told_of,
)
from tests.explanation.small_market import AS_OF, ONE_DAY, orders, question, together
from tests.markets import Market, markets
from tests.oracle_facts import Facts, Row, happened_up_to

ARTICLE = bundled.load("service-level")
LEVEL_2015 = bundled.load("aliexpress-service-level", version=date(2015, 1, 5))
LEVEL_2018 = bundled.load("aliexpress-service-level", version=date(2018, 7, 25))
DAILY = bundled.load("aliexpress-daily-service-score", as_of=AS_OF)
END = datetime.combine(AS_OF + ONE_DAY, datetime.min.time())
few = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
some = settings(few, max_examples=6)
many = settings(few, max_examples=20)


def placed(order_id: str, **said: Any) -> Row:
    """Write an order paid for a week before the as-of day, neither shipped nor ended."""
    at = END - timedelta(days=7)
    return {
        "order_id": order_id,
        "seller_id": "S1",
        "buyer_id": f"B-{order_id}",
        "placed_at": at,
        "paid_at": at,
    } | said


def sent(order_id: str, **said: Any) -> Row:
    return placed(order_id, shipped_at=END - timedelta(days=6), **said)


def disputed(dispute_id: str, order_id: str, opened_at: datetime, **said: Any) -> Row:
    return {
        "dispute_id": dispute_id,
        "order_id": order_id,
        "opened_at": opened_at,
        "reason": "not_as_described",
        "first_reason": "not_as_described",
    } | said


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


# Thirty orders that went well, and whatever was open at the end of the as-of day.
OPEN: Facts = together(
    orders(40),
    {
        "orders": [
            placed("DUE", ship_by=END + hours(30)),
            placed("LATE", ship_by=END - hours(30)),
            placed("FAR", ship_by=END + timedelta(days=20.5)),
            {**placed("UNPAID", ship_by=END + hours(50)), "paid_at": None},
            sent("DISPUTED", ship_by=END - timedelta(days=6)),
            sent("LAPSING", ship_by=END - timedelta(days=6)),
            sent("ANSWERED", ship_by=END - timedelta(days=6)),
            placed("GONE", ship_by=END + hours(9), cancelled_at=END - hours(1)),
        ],
        "disputes": [
            disputed("D1", "DISPUTED", END - timedelta(days=3)),
            disputed("D2", "LAPSING", END - timedelta(days=6)),
            disputed("D3", "ANSWERED", END - timedelta(days=1), answered_at=END - hours(2)),
        ],
        "order_lines": [
            {"order_id": each, "line_no": 1, "listing_id": "L1", "category_id": "C1"}
            for each in ("DISPUTED", "LAPSING", "O1", "DUE")
        ],
    },
)


@pytest.fixture(scope="module")
def told() -> NextSteps:
    return told_of(OPEN, [ARTICLE, LEVEL_2015], AS_OF)


def item(told: NextSteps, order_id: str) -> ToDo:
    (found,) = [each for each in told.to_do if each.order_id == order_id]
    return found


def test_what_is_open_is_told_by_deadline_and_nothing_else(told: NextSteps):
    assert [(each.kind, each.order_id, each.is_past) for each in told.to_do] == [
        ("shipment", "LATE", True),
        ("dispute", "LAPSING", True),
        ("shipment", "DUE", False),
        ("dispute", "DISPUTED", False),
        ("shipment", "UNPAID", False),
    ]


def test_a_deadline_is_an_instant_and_what_is_left_counts_from_the_end_of_the_day(told: NextSteps):
    assert (item(told, "DUE").by, item(told, "DUE").left_seconds) == (END + hours(30), 30 * 3600)
    assert item(told, "DISPUTED").by == END + timedelta(days=2)
    assert item(told, "LATE").left_seconds == 0


def test_what_lies_far_ahead_is_counted_and_not_lost(told: NextSteps):
    assert (told.rest.by_kind, told.rest.first_by) == ({"shipment": 1}, END + timedelta(days=20.5))


@pytest.mark.parametrize("rulebook", [ARTICLE, LEVEL_2015], ids=["article", "2015"])
@pytest.mark.parametrize("order_id", ["LATE", "LAPSING", "DUE", "DISPUTED", "UNPAID"])
def test_each_item_applied_is_what_was_foretold(told: NextSteps, rulebook, order_id: str):
    check_applied(OPEN, item(told, order_id), rulebook, AS_OF)


def test_what_changes_nothing_by_one_rulebook_can_by_the_other(told: NextSteps):
    assert {each.order_id: [effect.rulebook for effect in each.effects] for each in told.to_do} == {
        "LATE": ["service-level"],  # shipped late is late, not unsold; the other never forgives
        "LAPSING": ["aliexpress-service-level"],  # the article counts it already
        "DUE": ["service-level", "aliexpress-service-level"],
        "DISPUTED": ["service-level", "aliexpress-service-level"],
        "UNPAID": [],
    }


def test_an_order_left_alone_costs_the_grade_that_is_told(told: NextSteps):
    (effect, _) = item(told, "DUE").effects
    assert (effect.as_of, effect.grade_left, effect.grade_done) == (
        date(2018, 8, 2),
        "pass",
        "good",
    )
    (bad,) = effect.figures
    assert (bad.left.numerator, bad.done.numerator) == (3, 2)
    assert effect.grades_lost == 1


def test_of_two_disputes_of_one_order_an_answer_to_one_leaves_the_other():
    facts = plus(OPEN, {"disputes": [disputed("D4", "DISPUTED", END - timedelta(days=3.5))]})
    told = told_of(facts, [ARTICLE], AS_OF)
    both = [each for each in told.to_do if each.order_id == "DISPUTED"]
    assert [each.dispute_id for each in both] == ["D4", "D1"]
    for each in both:
        check_applied(facts, each, ARTICLE, AS_OF)


def test_a_dispute_in_arbitration_is_not_closed_for_want_of_an_answer():
    facts = plus(
        OPEN,
        {"disputes": [disputed("D1", "DISPUTED", END - hours(9), escalated_at=END - hours(5))]},
    )
    each = item(told_of(facts, [ARTICLE], AS_OF), "DISPUTED")
    assert not each.is_closing
    check_applied(facts, each, ARTICLE, AS_OF)


def test_what_happened_after_the_day_asked_about_is_not_looked_at():
    later = {
        "orders": [
            {"order_id": "DUE", "shipped_at": END + hours(2)},
            placed("NEW", placed_at=END + hours(1)),
        ]
    }
    told = told_of(plus(OPEN, later), [ARTICLE], AS_OF)
    check_applied(OPEN, item(told, "DUE"), ARTICLE, AS_OF)
    assert "NEW" not in {each.order_id for each in told.to_do}


def test_an_order_of_which_nothing_has_happened_yet_is_not_open():
    coming = {"order_id": "X", "seller_id": "S1", "ship_by": END + hours(9)}
    coming["paid_at"] = END + hours(1)
    told = told_of(plus(orders(3), {"orders": [coming]}), [LEVEL_2015], AS_OF)
    assert (told.to_do, told.rest.by_kind) == ((), {})
    assert [each.open_n for each in told.not_yet] == [0]


DELIVERED = """
id = "delivered"
version = 2015-01-05
title = "Orders that come late"
subject = "seller"
confidence = "own design"
calendar = { assessed = "daily" }
window.month.days = 30
rows.orders = { from = "order" }
measure.promised = { of = "orders", when = "within(deliver_by_on)" }
measure.late = { of = "promised", when = "CONDITION" }
indicator.late_rate = { ratio = ["late", "promised"], better = "lower" }
"""


@pytest.mark.parametrize(
    "condition", ["is_delivered_late", "missing(delivered_on)"], ids=["late", "missing"]
)
def test_promised_deliveries_are_told_where_a_rulebook_counts_them(condition: str):
    rulebook = read_rulebook(DELIVERED.replace("CONDITION", condition), "delivered.toml")
    facts = plus(OPEN, {"orders": [sent("COMING", deliver_by=END + hours(40))]})
    told = told_of(facts, [rulebook], AS_OF)
    coming = item(told, "COMING")
    assert coming.kind == "delivery"
    assert [each.order_id for each in told.to_do if each.effects] == ["COMING"]
    if condition == "is_delivered_late":
        check_applied(facts, coming, rulebook, AS_OF)
    none_counts = told_of(facts, [ARTICLE], AS_OF)
    assert "COMING" not in {each.order_id for each in none_counts.to_do}


def test_scores_are_foretold_with_the_peers_standing_still():
    database, made = loaded(OPEN, "UTC")
    told = asked(database, made, [DAILY], AS_OF)
    peers = peers_of(database, made, DAILY, AS_OF)
    assert not item(told, "DISPUTED").effects  # that it was opened counts already
    check_applied(OPEN, item(told, "DUE"), DAILY, AS_OF, peers=peers)


@pytest.mark.slow
def test_a_level_by_daily_scores_has_the_days_between_and_the_day_itself():
    database, made = loaded(OPEN, "UTC")
    as_of = AS_OF - 3 * ONE_DAY  # so that the day to come lies in the same month
    told = asked(database, made, [LEVEL_2018, DAILY], as_of)
    peers = peers_of(database, made, DAILY, as_of)
    level, daily = next(each for each in told.to_do if each.order_id == "LATE").effects
    assert (level.rulebook, daily.rulebook) == (LEVEL_2018.id, DAILY.id)
    assert level.as_of == daily.as_of == date(2018, 7, 30)
    (mean,) = level.figures
    known = happened_up_to(OPEN, as_of, "UTC")
    between = assessed_on(known, DAILY, date(2018, 7, 29), peers=peers)["score__numerator"]
    month = scored_days.of_everybody(database, made, question(rulebook=LEVEL_2018, as_of=as_of))
    number = number_of(database, "seller", "S1")
    before = [each["score"] for each in month.to_pylist() if each["subject_id"] == number]
    assert len(before) == 3
    for told_of_mean, score in ((mean.left, daily.score_left), (mean.done, daily.score_done)):
        assert score is not None
        assert told_of_mean.numerator == sum(before) + between + round(score * 1_000_000)
        assert told_of_mean.denominator == 5_000_000


@pytest.mark.slow
def test_the_listings_are_judged_as_if_their_orders_had_ended_without_a_dispute():
    database, made = loaded(OPEN, "UTC")
    peers = peers_of(database, made, DAILY, AS_OF)
    (listing,) = asked(database, made, [DAILY], AS_OF).listings
    assert (listing.listing_id, listing.cases_n) == ("L1", 2)
    assert listing.order_ids == ("DISPUTED", "LAPSING")
    (effect,) = listing.effects
    ended = [
        {"order_id": "DISPUTED", "closed_at": END - timedelta(days=3)},
        {"order_id": "LAPSING", "closed_at": END - timedelta(days=6)},
    ]
    without = plus(
        {**OPEN, "disputes": [d for d in OPEN["disputes"] if d["dispute_id"] == "D3"]},
        {"orders": ended},
    )
    for side, facts in (("left", OPEN), ("done", without)):
        judged = made_of(DAILY, assessed_on(facts, DAILY, AS_OF, peers=peers))
        assert judged["score"] == round(getattr(effect, f"score_{side}") * 1_000_000)


def test_the_recourse_is_that_of_the_explanation(told: NextSteps):
    by_id = {each.rulebook: each for each in told.ways_up}
    assert by_id["service-level"].recourse.up_to is not None


def test_the_output_is_bounded_and_says_how_many_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST", 2)
    many_due = [placed(f"X{n}", ship_by=END + hours(10 + n)) for n in range(5)]
    told = told_of(plus(orders(3), {"orders": many_due}), [ARTICLE], AS_OF)
    assert [each.order_id for each in told.to_do] == ["X0", "X1"]
    assert (told.rest.by_kind, told.rest.first_by) == ({"shipment": 3}, END + hours(12))


def test_of_one_deadline_what_costs_most_comes_first():
    both = {
        "orders": [
            {**placed("A-UNPAID", ship_by=END + hours(5)), "paid_at": None},
            placed("B-PAID", ship_by=END + hours(5)),
        ]
    }
    told = told_of(plus(orders(10), both), [ARTICLE], AS_OF)
    assert [each.order_id for each in told.to_do] == ["B-PAID", "A-UNPAID"]


@pytest.mark.parametrize("width", [60, 100])
def test_the_text_fits_its_width_and_tells_what_has_no_effect_shortly(told: NextSteps, width: int):
    lines = telling_next.text(told, width).splitlines()
    assert all(len(line) <= width for line in lines)
    assert "Changes nothing yet, by the rulebooks asked" in lines
    assert "  - 1 order to ship: UNPAID." in lines
    assert "Further: 1 order to ship; the next by 2018-08-21T12:00:00Z." in " ".join(lines)


def test_text_and_record_say_that_peers_stand_still(told: NextSteps):
    said = "Effects are worked out with the peers standing still"
    assert said in " ".join(telling_next.text(told).split())
    assert told.as_dict()["peers"].startswith(said)
    idle = replace(told, to_do=(), listings=())
    assert said not in " ".join(telling_next.text(idle).split())


def test_the_text_says_of_each_deadline_how_much_is_left_and_what_is_to_be_done(told: NextSteps):
    text = " ".join(telling_next.text(told).split())
    assert "- Since 2018-07-30T18:00:00Z: ship order LATE, late as it is" in text
    assert "- By 2018-08-02T06:00:00Z (1 day 6 hours left): ship order DUE" in text
    assert "(2 days left): answer dispute D1 of order DISPUTED, or it ends unanswered" in text
    assert (
        "service-level, 2018-08-02: left alone pass, 3 bad / 46 assessed = 6.52 %; done good"
        in text
    )


def test_the_text_says_where_there_is_no_grade_or_no_score_on_one_side(told: NextSteps):
    due = item(told, "DUE")
    graded = replace(due.effects[0], grade_left=None, figures=())
    scored = replace(graded, grade_done=None, score_done=82.0)
    only = replace(told, to_do=(replace(due, effects=(graded, scored)),))
    text = " ".join(telling_next.text(only).split())
    assert "service-level, 2018-08-02: left alone not graded; done good." in text
    assert "service-level, 2018-08-02: left alone no score; done 82.00." in text


def test_a_store_that_nobody_knows_is_an_error_with_those_that_look_alike():
    with pytest.raises(SubjectUnknown, match="seller 'S11' is not known"):
        told_of(OPEN, [ARTICLE], AS_OF, store="S11")


def check_market(market: Market) -> None:
    facts = happened_up_to(market.facts, market.as_of, market.zone)
    database, made = loaded(facts, market.zone)
    for (store,) in database.rows("select seller_id from seller_ids order by seller_id"):
        told = asked(database, made, [ARTICLE, LEVEL_2015], market.as_of, store)
        for each in told.to_do:
            for rulebook in (ARTICLE, LEVEL_2015):
                check_applied(facts, each, rulebook, market.as_of, store=store, zone=market.zone)


@pytest.mark.slow
@few
@given(markets())
def test_in_random_markets_each_item_applied_is_what_was_foretold(market: Market):
    check_market(market)


@pytest.mark.slow
@many
@given(markets())
def test_in_many_random_markets_each_item_applied_is_what_was_foretold(market: Market):
    check_market(market)


@pytest.mark.slow
@some
@given(markets())
def test_in_random_markets_the_scores_foretold_are_those_of_each_item_applied(market: Market):
    facts = happened_up_to(market.facts, market.as_of, market.zone)
    database, made = loaded(facts, market.zone)
    for (store,) in database.rows("select seller_id from seller_ids order by seller_id"):
        told = asked(database, made, [DAILY], market.as_of, store)
        if told.to_do:
            peers = peers_of(database, made, DAILY, market.as_of, store)
            for each in told.to_do:
                check_applied(
                    facts, each, DAILY, market.as_of, store=store, zone=market.zone, peers=peers
                )
