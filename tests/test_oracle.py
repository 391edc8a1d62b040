"""The oracle itself, by cases worked out by hand.

Unless a case says otherwise the as-of day is 2018-09-30, so that the window is the 90 days
of the article's own example: 2018-07-03 to 2018-09-30, both included.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from tests.oracle import (
    LIMITS,
    NOTHING_ASSESSED,
    Counted,
    Result,
    grade,
    order_history,
    service_level,
)
from tests.oracle_facts import ONE_DAY, Facts
from tests.small_facts import at, dispute, order, review

AS_OF = date(2018, 9, 30)
LATER = at("2019-12-31")


def results(
    facts: Facts, as_of: date = AS_OF, known_at: datetime = LATER, zone: str = "UTC"
) -> dict[str, Result]:
    return service_level(facts, as_of=as_of, known_at=known_at, zone=zone)


def counted(
    facts: Facts, as_of: date = AS_OF, known_at: datetime = LATER, zone: str = "UTC"
) -> Counted | None:
    """Return what counts of order O1; None when it is not assessed."""
    found = [result.orders.get("O1") for result in results(facts, as_of, known_at, zone).values()]
    return next((each for each in found if each is not None), None)


def why(facts: Facts, as_of: date = AS_OF, **asked: Any) -> tuple[set[str], set[str]]:
    """Return the names of the events and of the kinds for which O1 counts."""
    found = counted(facts, as_of, **asked)
    return (set(found.events), set(found.kinds)) if found else (set(), set())


@pytest.mark.parametrize(
    ("shipped_at", "is_assessed"),
    [
        ("2018-07-02T23:59:59.999999", False),
        ("2018-07-03T00:00", True),
        ("2018-09-30T23:59:59.999999", True),
        ("2018-10-01T00:00", False),
    ],
)
def test_the_window_holds_ninety_days_with_both_ends(shipped_at: str, is_assessed: bool) -> None:
    events, _ = why({"orders": [order(shipped_at=shipped_at)]})
    assert events == ({"shipped"} if is_assessed else set())


def test_a_day_is_a_day_of_the_markets_zone() -> None:
    facts = {"orders": [order(shipped_at="2018-10-01T02:59:59.999999")]}
    assert why(facts, zone="America/Sao_Paulo")[0] == {"shipped"}
    assert why(facts, zone="UTC")[0] == set()


@pytest.mark.parametrize(
    ("facts", "event", "day"),
    [
        ({"orders": [order(ship_by=at("2018-08-01T10:00"))]}, "ship_deadline_passed", "2018-08-01"),
        (
            {"orders": [order(cancelled_at="2018-08-02", cancelled_by="seller")]},
            "cancelled_by_seller",
            "2018-08-02",
        ),
        ({"orders": [order(shipped_at="2018-08-03")]}, "shipped", "2018-08-03"),
        (
            {"orders": [order()], "disputes": [dispute(opened_at="2018-08-05")]},
            "disputed",
            "2018-08-05",
        ),
        (
            {
                "orders": [order()],
                "disputes": [dispute(opened_at="2018-06-05", buyer_acted_at="2018-08-06")],
            },
            "disputed",
            "2018-08-06",
        ),
        (
            {"orders": [order()], "disputes": [dispute(escalated_at="2018-08-07")]},
            "arbitrated",
            "2018-08-07",
        ),
        (
            {
                "orders": [order()],
                "disputes": [dispute(escalated_at="2018-06-07", closed_at="2018-08-08")],
            },
            "arbitrated",
            "2018-08-08",
        ),
        (
            {"orders": [order()], "feedback": [review("2018-08-09", stars=5)]},
            "reviewed",
            "2018-08-09",
        ),
        # Closed before the window: what lies in it is the end of the thirty days to review.
        ({"orders": [order(closed_at="2018-06-15")]}, "review_period_expired", "2018-07-15"),
    ],
)
def test_each_event_of_its_life_makes_an_order_assessed(facts: Facts, event: str, day: str) -> None:
    found = counted(facts)
    assert found is not None
    assert found.events == {event: date.fromisoformat(day)}
    assert found.leaves_on == date.fromisoformat(day) + 90 * ONE_DAY


def test_receipt_and_the_end_of_the_review_period_are_two_events() -> None:
    found = counted({"orders": [order(closed_at="2018-08-31")]})
    assert found is not None
    assert found.events == {
        "received": date(2018, 8, 31),
        "review_period_expired": date(2018, 9, 30),
    }
    assert why({"orders": [order(closed_at="2018-09-01")]})[0] == {"received"}


@pytest.mark.parametrize("removed", [False, True])
def test_a_review_period_expires_only_without_a_review(removed: bool) -> None:
    gone = {"removed_at": "2019-01-01"} if removed else {}
    facts = {
        "orders": [order(closed_at="2018-05-01")],
        "feedback": [review("2018-05-02", stars=1, **gone)],
    }
    assert why(facts, date(2018, 7, 31))[0] == ({"review_period_expired"} if removed else set())


@pytest.mark.parametrize("by", ["buyer", "platform", "unknown", None])
def test_a_cancellation_by_anyone_else_is_no_event(by: str | None) -> None:
    assert counted({"orders": [order(cancelled_at="2018-08-02", cancelled_by=by)]}) is None


def test_a_dispute_that_was_not_escalated_is_not_arbitrated() -> None:
    facts = {
        "orders": [order()],
        "disputes": [
            dispute("D1", closed_at="2018-08-08", close_reason="settled"),
            dispute("D2", escalated_at="2018-05-01", closed_at="2018-05-09"),
        ],
    }
    assert counted(facts) is None


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("stars", "low_review"),
        ("description_stars", "low_description"),
        ("communication_stars", "low_communication"),
        ("logistics_stars", "low_logistics"),
    ],
)
@pytest.mark.parametrize(("given", "is_low"), [(3, True), (1, True), (Fraction(301, 100), False)])
def test_three_stars_or_fewer_are_bad(
    column: str, kind: str, given: int | Fraction, is_low: bool
) -> None:
    facts = {"orders": [order()], "feedback": [review("2018-08-01", **{column: given})]}
    assert why(facts) == ({"reviewed"}, {kind} if is_low else set())


def test_the_latest_review_of_the_buyer_counts() -> None:
    bad = review("2018-08-01", stars=1, feedback_id="F7")
    by_seller = review("2018-08-20", stars=1, given_by="seller", feedback_id="F9")
    wordless = review("2018-08-21", comment="changed my mind", feedback_id="F8")
    good = review("2018-08-10", stars=5)
    facts = {"orders": [order()], "feedback": [bad, good, by_seller, wordless]}
    found = counted(facts)
    assert found == Counted(events={"reviewed": date(2018, 8, 10)}, kinds={})
    assert why(facts, date(2018, 8, 9)) == ({"reviewed"}, {"low_review"})


def test_of_two_reviews_given_at_once_the_greater_id_counts() -> None:
    low = review("2018-08-01", stars=1, feedback_id="F1")
    high = review("2018-08-01", stars=5, feedback_id="F2")
    for feedback in ([high, low], [low, high]):
        assert why({"orders": [order()], "feedback": feedback}) == ({"reviewed"}, set())


def test_a_removed_review_counts_on_no_day_once_that_is_known() -> None:
    bad = review("2018-08-01", stars=1, removed_at="2018-10-15")
    facts = {"orders": [order(shipped_at="2018-08-01")], "feedback": [bad]}
    assert why(facts, known_at=at("2018-10-14")) == ({"shipped", "reviewed"}, {"low_review"})
    assert why(facts, known_at=at("2018-10-15")) == ({"shipped"}, set())


def test_a_rating_that_was_changed_and_then_removed_counts_on_no_day() -> None:
    first = review("2018-08-01", stars=1)
    changed = review("2018-08-20", stars=5, removed_at="2018-08-25")
    another = review("2018-07-10", stars=2, feedback_id="F2")
    facts = {"orders": [order(shipped_at="2018-08-01")], "feedback": [first, changed, another]}
    assert why(facts, known_at=at("2018-08-24")) == ({"shipped", "reviewed"}, set())
    found = counted(facts)
    assert found is not None
    assert found.kinds == {"low_review": date(2018, 7, 10)}
    found = counted(facts, date(2018, 8, 10))
    assert found is not None
    assert found.kinds == {"low_review": date(2018, 7, 10)}


def test_a_review_of_what_was_bought_together_counts_for_each_order() -> None:
    facts = {
        "orders": [
            order("O1", parent_order_id="P1"),
            order("O2", parent_order_id="P1", seller_id="S2"),
            order("O3", seller_id="S3"),
        ],
        "feedback": [review("2018-08-01", stars=2) | {"order_id": "P1"}],
    }
    assert {seller: result.bad for seller, result in results(facts).items()} == {
        "S1": 1,
        "S2": 1,
        "S3": 0,
    }


SHIP_BY = at("2018-08-10T12:00")


@pytest.mark.parametrize(
    ("life", "unsold_on"),
    [
        ({}, "2018-08-10"),  # never shipped
        ({"shipped_at": "2018-08-10T12:00"}, None),  # at the last instant
        ({"shipped_at": "2018-08-10T12:00:00.000001"}, None),  # late is late, not unsold
        ({"shipped_at": "2018-10-01"}, "2018-08-10"),  # not shipped by the as-of day
        ({"cancelled_at": "2018-08-01", "cancelled_by": "seller"}, "2018-08-01"),
        ({"cancelled_at": "2018-08-20", "cancelled_by": "seller"}, "2018-08-20"),
        ({"cancelled_at": "2018-08-01", "cancelled_by": "buyer"}, None),
        ({"cancelled_at": "2018-08-20", "cancelled_by": "buyer"}, None),
        ({"cancelled_at": "2018-08-20", "cancelled_by": "unknown"}, None),
        ({"cancelled_at": "2018-08-20"}, None),  # by whom is unknown
        ({"cancelled_at": "2018-08-01", "cancelled_by": "platform"}, None),  # nothing left to ship
        ({"cancelled_at": "2018-08-10T12:00", "cancelled_by": "platform"}, None),
        (
            {"cancelled_at": "2018-08-10T12:00:00.000001", "cancelled_by": "platform"},
            "2018-08-10",
        ),
        ({"cancelled_by": "buyer"}, "2018-08-10"),  # not known to be cancelled at all
        ({"paid_at": "2018-10-01"}, None),  # not paid by the as-of day
    ],
)
def test_unsold_is_what_a_seller_took_money_for_and_did_not_deliver(
    life: dict[str, str], unsold_on: str | None
) -> None:
    said: dict[str, Any] = {"paid_at": "2018-08-01", "ship_by": SHIP_BY} | life
    found = counted({"orders": [order(**said)]})
    assert found is not None
    assert found.kinds == ({"unsold": date.fromisoformat(unsold_on)} if unsold_on else {})


def test_a_cancellation_by_the_seller_is_unsold_even_after_shipping() -> None:
    life = {"paid_at": "2018-08-01", "shipped_at": "2018-08-02", "cancelled_at": "2018-08-03"}
    assert why({"orders": [order(**life, cancelled_by="seller")]})[1] == {"unsold"}


def test_an_order_that_was_never_paid_is_not_unsold() -> None:
    assert why({"orders": [order(ship_by=SHIP_BY)]}) == ({"ship_deadline_passed"}, set())


def test_shipped_late_is_shown() -> None:
    facts = {"orders": [order(ship_by="2018-08-10", shipped_at="2018-08-10T23:59:59.999999")]}
    late = {"orders": [order(ship_by="2018-08-10", shipped_at="2018-08-11")]}
    asked: dict[str, Any] = {
        "as_of": AS_OF,
        "known_at": LATER,
        "corrected_at": LATER,
        "zone": "UTC",
    }
    assert not order_history(facts, **asked)["O1"].is_shipped_late
    assert order_history(late, **asked)["O1"].is_shipped_late


@pytest.mark.parametrize(
    ("course", "unanswered_on"),
    [
        ({}, "2018-08-06"),
        ({"answered_at": "2018-08-06T10:00"}, None),  # at the last instant
        ({"answered_at": "2018-08-06T10:00:00.000001"}, "2018-08-06"),
        ({"buyer_acted_at": "2018-08-04T11:00"}, "2018-08-09"),  # the clock starts anew
        ({"buyer_acted_at": "2018-08-04T11:00", "answered_at": "2018-08-04T11:00"}, None),
        # An answer to what the buyer has changed since is none.
        ({"buyer_acted_at": "2018-08-04T11:00", "answered_at": "2018-08-03"}, "2018-08-09"),
        ({"closed_at": "2018-08-06T09:59:59.999999"}, None),  # it ended before
        ({"closed_at": "2018-08-06T10:00"}, "2018-08-06"),
        ({"closed_at": "2018-09-01", "close_reason": "settled"}, "2018-08-06"),
        ({"closed_at": "2018-08-03", "close_reason": "unanswered"}, "2018-08-06"),
        # What was answered in time was answered, whatever the source says of its end.
        (
            {"answered_at": "2018-08-02", "closed_at": "2018-09-01", "close_reason": "unanswered"},
            None,
        ),
        # A reason is not known before the day on which it became true, or without that day.
        ({"answered_at": "2018-08-02", "close_reason": "unanswered"}, None),
        (
            {"answered_at": "2018-08-02", "closed_at": "2018-10-01", "close_reason": "unanswered"},
            None,
        ),
    ],
)
def test_a_dispute_is_unanswered_when_five_times_24_hours_pass_without_an_answer(
    course: dict[str, str], unanswered_on: str | None
) -> None:
    facts = {"orders": [order()], "disputes": [dispute(opened_at="2018-08-01T10:00", **course)]}
    found = counted(facts)
    assert found is not None
    assert found.kinds == (
        {"dispute_unanswered": date.fromisoformat(unanswered_on)} if unanswered_on else {}
    )


def test_an_unanswered_dispute_is_bad_from_the_day_on_which_the_five_days_end() -> None:
    facts = {"orders": [order()], "disputes": [dispute(opened_at="2018-08-01T10:00")]}
    assert why(facts, date(2018, 8, 5)) == ({"disputed"}, set())
    assert why(facts, date(2018, 8, 6)) == ({"disputed"}, {"dispute_unanswered"})


def test_five_days_are_120_hours_where_the_clocks_change() -> None:
    # Berlin, 25 March 2018: 01:30 in summer time is five days and an hour after 00:30.
    facts = {
        "orders": [order()],
        "disputes": [dispute(opened_at="2018-03-20T22:30", answered_at="2018-03-25T22:30")],
    }
    assert why(facts, date(2018, 3, 31), zone="Europe/Berlin") == ({"disputed"}, set())
    facts["disputes"][0]["answered_at"] = None
    found = counted(facts, date(2018, 3, 31), zone="Europe/Berlin")
    assert found is not None
    assert found.kinds == {"dispute_unanswered": date(2018, 3, 26)}


def test_arbitration_raised_counts_whoever_was_liable() -> None:
    raised = dispute(escalated_at="2018-08-07", closed_at="2018-08-20", liable="buyer")
    assert why({"orders": [order()], "disputes": [raised]}) == (
        {"arbitrated"},
        {"arbitration_raised"},
    )


def test_the_end_of_an_arbitration_is_an_event_but_no_bad_experience() -> None:
    ended = dispute(escalated_at="2018-06-07", closed_at="2018-08-20")
    assert why({"orders": [order()], "disputes": [ended]}) == ({"arbitrated"}, set())


def test_an_order_counts_once_with_all_its_reasons_and_leaves_with_the_last() -> None:
    facts = {
        "orders": [order(paid_at="2018-07-01", ship_by=at("2018-07-05T12:00"))],
        "feedback": [review("2018-07-10", stars=1, logistics_stars=2)],
        "disputes": [
            dispute("D1", opened_at="2018-07-12", answered_at="2018-07-13"),
            dispute("D2", escalated_at="2018-07-20"),
            dispute("D3", escalated_at="2018-07-18"),
        ],
    }
    result = results(facts)["S1"]
    assert (result.assessed, result.bad) == (1, 1)
    only = result.orders["O1"]
    assert only.kinds == {
        "unsold": date(2018, 7, 5),
        "low_review": date(2018, 7, 10),
        "low_logistics": date(2018, 7, 10),
        "arbitration_raised": date(2018, 7, 20),
    }
    assert only.bad_leaves_on == date(2018, 10, 18)
    assert only.leaves_on == date(2018, 10, 18)


def test_a_bad_experience_does_not_outlast_the_order() -> None:
    # Opened on the window's first day, unanswered five days later: the order leaves first.
    facts = {"orders": [order()], "disputes": [dispute(opened_at="2018-07-03T10:00")]}
    found = counted(facts)
    assert found is not None
    assert found.kinds == {"dispute_unanswered": date(2018, 7, 8)}
    assert found.bad_leaves_on == found.leaves_on == date(2018, 10, 1)
    assert counted(facts, date(2018, 10, 1)) is None


@pytest.mark.parametrize(
    ("bad", "assessed", "named"),
    [
        (0, 1, "excellent"),
        (34, 1000, "excellent"),
        (7, 200, "good"),  # exactly 3.5 %
        (7, 201, "excellent"),
        (59, 1000, "good"),
        (6, 100, "pass"),
        (119, 1000, "pass"),
        (12, 100, "fail"),
        (1, 1, "fail"),
        (0, 0, None),
    ],
)
def test_a_rate_at_a_limit_is_not_below_it(bad: int, assessed: int, named: str | None) -> None:
    assert grade(bad, assessed, LIMITS) == named


def test_a_seller_without_an_assessed_order_is_not_graded() -> None:
    facts = {"orders": [order(shipped_at="2018-01-06")]}
    assert results(facts)["S1"] == Result(
        assessed=0, bad=0, grade=None, not_graded_because=NOTHING_ASSESSED, orders={}
    )


def test_own_limits_are_asked_in_their_order() -> None:
    facts = {"orders": [order(shipped_at="2018-08-01")]}
    limits = [("spotless", Fraction(1, 100)), ("fine", Fraction(1))]
    judged = service_level(facts, as_of=AS_OF, known_at=LATER, zone="UTC", limits=limits)
    assert judged["S1"].grade == "spotless"


def test_sellers_appear_from_their_opening_or_their_first_order() -> None:
    facts: Facts = {
        "orders": [
            order("O1", seller_id="placed", placed_at="2018-09-30T23:59:59.999999"),
            order("O2", seller_id="placed later", placed_at="2018-10-01"),
            {"order_id": "O3", "seller_id": "paid", "paid_at": at("2018-09-30")},
            {"order_id": "O4", "seller_id": "nothing happened"},
        ],
        "sellers": [
            {"seller_id": "opened", "opened_at": at("2018-09-30T23:59:59.999999")},
            {"seller_id": "opened later", "opened_at": at("2018-10-01")},
            {"seller_id": "nobody said when", "country": "BR"},
            {"seller_id": "heard later", "recorded_at": at("2018-10-03")},
        ],
    }
    assert set(results(facts, known_at=at("2018-10-02"))) == {
        "placed",
        "paid",
        "opened",
        "nobody said when",
    }


def test_an_earlier_version_of_an_overwritten_instant_counts_for_an_earlier_day() -> None:
    facts: Facts = {
        "orders": [order()],
        "disputes": [
            dispute(opened_at="2018-08-01", buyer_acted_at="2018-08-03", recorded_at="2018-08-03"),
            dispute(buyer_acted_at="2018-08-20", recorded_at="2018-08-20"),
        ],
    }
    found = counted(facts, date(2018, 8, 19))
    assert found is not None
    assert found.events == {"disputed": date(2018, 8, 3)}
    assert found.kinds == {"dispute_unanswered": date(2018, 8, 8)}
    assert why(facts, date(2018, 8, 24)) == ({"disputed"}, set())


def test_a_value_whose_row_names_no_instant_corrects_every_day() -> None:
    facts: Facts = {
        "orders": [
            order(shipped_at="2018-08-01", recorded_at="2018-08-01"),
            {"order_id": "O1", "seller_id": "S2", "recorded_at": at("2018-12-01")},
        ]
    }
    assert set(results(facts, known_at=at("2018-11-30"))) == {"S1"}
    assert set(results(facts, known_at=at("2018-12-01"))) == {"S2"}
