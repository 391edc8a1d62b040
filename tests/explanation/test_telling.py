"""What a seller reads: it fits, says what matters, and lets nothing steer a terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from goodstanding.explanation import telling
from goodstanding.explanation.answer import Adding, Cleaning, Explanation, Waiting
from goodstanding.explanation.layout import cells
from tests.explanation.small_market import explained, orders, together
from tests.small_facts import order


@pytest.fixture(scope="module")
def ten_of_100() -> Explanation:
    return explained(
        together(
            orders(90),
            orders(10, stars=2, reviewed_on=date(2018, 7, 1), first=100),
            orders(2, reviewed_on=date(2018, 3, 1), first=200),
        )
    )


def said(explanation: Explanation, width: int = 80) -> str:
    return " ".join(telling.text(explanation, width).split())


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_asked(ten_of_100, width):
    assert max(cells(line) for line in telling.text(ten_of_100, width).splitlines()) <= width


def test_a_rulebook_that_was_not_in_force_on_the_day_is_said_to_be_so(ten_of_100):
    dates = replace(
        ten_of_100.dates,
        in_force_since=date(2026, 1, 1),
        in_force_until=date(2026, 12, 31),
        is_in_force=False,
    )
    assert (
        "known at 2030-01-01T00:00:00Z, not in force on the as-of day (in force from 2026-01-01 "
        "to 2026-12-31), not published."
    ) in said(replace(ten_of_100, dates=dates))


def test_the_text_says_everything_that_matters(ten_of_100):
    told = said(ten_of_100)
    for sentence in (
        "Seller S1: pass",
        "As of 2018-07-31, known at 2030-01-01T00:00:00Z, in force since 2015-01-05, ",
        "It looks back on 2018-05-03 to 2018-07-31, days in UTC.",
        "What keeps it from good: 10 bad / 100 assessed = 10.00 %, limit below 6 %.",
        "pass met 10 bad / 100 assessed = 10.00 %, limit below 12 %",
        "unconfirmed: no source confirms the number.",
        "Beside the grade, not counted in it: 0 shipped late.",
        "If 5 of the 10 orders that count against it had gone well: O100, O101, O102, O103, O104.",
        "With 67 more orders that go well, all else the same.",
        "on 2018-09-29; of the days of assessment, first on 2018-09-30.",
        "To fall to fail - With 3 more orders with a review of 1 star, or as bad.",
        "Orders that count against it: 10 of 100",
        "O100 2018-09-29 2018-09-29 A review of 2 stars on 2018-07-01.",
        "Other orders that counted: 90",
        "… and 85 more (--format json lists all)",
        "Orders that did not count: 2",
        "2018-03-31 excellent 0 bad / 2 assessed = 0.00 %",
        "2018-07-31 pass 10 bad / 100 assessed = 10.00 %",
        "Next day of assessment: 2018-07-31 (the day asked about), published before 2018-08-03;",
    ):
        assert sentence in told


def test_of_a_long_list_twenty_are_shown_unless_all_are_asked_for():
    many = explained(together(orders(40), orders(30, stars=1, first=100)))
    told = telling.text(many, 80)
    assert told.count("A review of 1 star on") == 20
    assert "… and 10 more (--format json lists all)" in told
    assert "Other orders that counted: 40" in told
    everything = telling.text(many, 80, rows=None)
    assert "more (" not in everything
    assert all(str(row.order_id) in everything for row in many.rows)


def test_without_a_grade_the_text_says_why_and_what_would_give_one():
    told = said(explained({"orders": [order(placed_at="2018-07-01")]}))
    assert "Seller S1: not graded" in told
    assert "Not graded: No order was assessed in the window." in told
    assert "To reach excellent, any one of these - With 1 more order that goes well" in told
    assert "Orders that did not count: 1" in told


def test_at_the_top_nothing_is_to_be_reached():
    told = said(explained(orders(3)))
    assert "To reach" not in told
    assert "The grade is excellent, the best of 4." in told
    assert "Orders that counted: 3" in told


def test_ids_cannot_steer_the_terminal():
    facts = orders(1, stars=1)
    for rows in facts.values():
        for row in rows:
            row["order_id"] = "O\x1b[2J\u202e1"
    told = telling.text(explained(facts), 80)
    assert "\x1b" not in told
    assert "O\\x1b[2J\\u202e1" in told


@pytest.mark.parametrize(
    ("cleaning", "text"),
    [
        (
            Cleaning(n=None, of_n=0, order_ids=(), why_not="no order counts against it"),
            "No order stands in the way: what is missing is something else.",
        ),
        (
            Cleaning(n=None, of_n=2, order_ids=("O1", "O2"), why_not="still missed: x"),
            "Not even if all 2 orders that count against it had gone well; still missed: x.",
        ),
        (
            Cleaning(n=1, of_n=1, order_ids=("O1",), why_not=None),
            "If the one order that counts against it had gone well: O1.",
        ),
        (
            Cleaning(n=None, of_n=1, order_ids=("O1",), why_not="still missed: x"),
            "Not even if the one order that counts against it had gone well; still missed: x.",
        ),
        (
            Cleaning(n=9, of_n=9, order_ids=tuple(f"O{n}" for n in range(9)), why_not=None),
            "If all 9 orders that count against it had gone well: O0, O1, O2, O3, O4, O5 and 3",
        ),
    ],
)
def test_cleaning_is_told_whether_or_not_it_helps(ten_of_100, cleaning, text):
    recourse = replace(ten_of_100.recourse, cleaning=cleaning)
    assert text in said(replace(ten_of_100, recourse=recourse))


@pytest.mark.parametrize(
    ("on", "assessed_on", "text"),
    [
        (None, None, "nothing going wrong: not by 2019-01-01."),
        (date(2018, 9, 1), None, "on 2018-09-01, but on no day of assessment by 2019-01-01."),
        (date(2018, 8, 31), date(2018, 8, 31), "on 2018-08-31, a day of assessment."),
    ],
)
def test_waiting_is_told_whether_or_not_it_helps(ten_of_100, on, assessed_on, text):
    waiting = Waiting(on=on, assessed_on=assessed_on, tried_until=date(2019, 1, 1))
    recourse = replace(ten_of_100.recourse, waiting=waiting)
    assert text in said(replace(ten_of_100, recourse=recourse))


def test_what_does_not_help_and_a_warning_are_told(ten_of_100):
    recourse = replace(
        ten_of_100.recourse,
        adding=Adding(n=None, tried_n=1000, what="clean", why_not="still missed: costs at most 1"),
        going_wrong=Adding(n=None, tried_n=1000, what="", why_not="nothing counts"),
        warning="Volume ends the guard.",
    )
    told = said(replace(ten_of_100, recourse=recourse))
    assert "Not even with 1,000 more orders that go well; still missed: costs at most 1." in told
    assert "Not even with 1,000 more orders gone wrong: nothing counts." in told
    assert "Mind: one more good order may lower it. Volume ends the guard." in told
