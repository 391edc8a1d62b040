"""Rows of findings, accounts and messages: at both clocks, for whom they name, told by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.explanation import telling
from goodstanding.explanation.explaining import explain
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import loaded
from tests.oracle_facts import Facts, Row
from tests.small_facts import said_of

RULES = read_rulebook(
    """\
id = "conduct"
version = 2015-01-05
title = "Conduct"
subject = "buyer"
confidence = "own design"
calendar = { assessed = "daily" }
window = { year = { days = 365 }, ever = { all = true } }

[rows]
orders   = { from = "order" }
findings = { from = "finding" }
accounts = { from = "account" }
asked    = { from = "message", where = "opened_by = 'seller' and not is_spam" }

[measure]
found     = { of = "findings", window = "year", when = "within(decided_on)" }
gravest   = { of = "found", sum = "gravity" }
objecting = { of = "accounts", window = "ever", when = "within(objected_on)" }
answered  = { of = "asked", window = "year", when = "within(answered_on)" }
paid      = { of = "orders", window = "ever", when = "within(paid_on)" }

[indicator]
findings_n  = { count = "found", better = "lower" }
gravity_all = { count = "gravest", better = "lower" }
objections  = { count = "objecting", better = "neither" }
answers     = { count = "answered", better = "higher" }
orders_paid = { count = "paid", better = "higher" }

[[grade]]
name = "in order"
all  = ["findings_n < 1"]

[[grade]]
name = "not in order"
""",
    "conduct.toml",
)
LATER = datetime(2030, 1, 1)
AS_OF = date(2018, 7, 31)
NAMES = ("findings_n", "gravity_all", "objections", "answers")


def finding(number: int = 1, **said: Any) -> Row:
    given = {"finding_id": f"N{number}", "buyer_id": "B1", "gravity": 3}
    return said_of(given | {"proposed_at": "2018-05-01", "decided_at": "2018-06-01"} | said)


def thread(**said: Any) -> Row:
    given = {"thread_id": "T1", "buyer_id": "B1", "seller_id": "S1", "opened_by": "seller"}
    return said_of(given | {"first_at": "2018-06-01"} | said)


def result(
    facts: Facts, as_of: date = AS_OF, known_at: datetime = LATER, buyer: str = "B1"
) -> tuple[int, ...] | None:
    """Return the counts of one buyer, alone and among all; None where nobody knows them."""
    database, settings = loaded(facts)
    asked = Question(rulebook=RULES, as_of=as_of, known_at=known_at)
    found = assessing.assess(database, settings, asked).to_pylist()
    own = [row for row in found if row["subject_id"] == buyer]
    if not own:
        return None
    alone = Question(rulebook=RULES, as_of=as_of, known_at=known_at, subject_id=buyer)
    assert assessing.assess(database, settings, alone).to_pylist() == own
    return tuple(own[0][f"{name}_numerator"] for name in NAMES)


def test_a_finding_that_was_decided_counts_from_its_day_for_a_year():
    facts: Facts = {"findings": [finding()]}
    days = [date(2018, 5, 31), date(2018, 6, 1), date(2019, 5, 31), date(2019, 6, 1)]
    counted = [result(facts, day) for day in days]
    assert counted == [None, (1, 3, 0, 0), (1, 3, 0, 0), (0, 0, 0, 0)]


def test_a_suspicion_counts_for_nothing_however_grave():
    facts: Facts = {
        "findings": [finding(decided_at=None, warned_at="2018-05-02", gravity=10)],
        "buyers": [said_of({"buyer_id": "B1", "opened_at": "2017-01-01"})],
    }
    assert result(facts) == (0, 0, 0, 0)


def test_what_was_overturned_counts_on_no_day_once_that_is_known():
    overturned = {"finding_id": "N1", "recorded_at": "2018-07-01", "overturned_at": "2018-06-20"}
    facts: Facts = {"findings": [finding(), finding(2), said_of(overturned)]}
    day = date(2018, 6, 2)
    assert result(facts, day, datetime(2018, 6, 30)) == (2, 6, 0, 0)
    assert result(facts, day) == (1, 3, 0, 0)


def test_an_appeal_changes_nothing_before_it_is_decided():
    facts: Facts = {"findings": [finding(appealed_at="2018-06-10")]}
    assert result(facts) == (1, 3, 0, 0)


@pytest.mark.parametrize(
    ("objected_at", "n"), [("2018-07-31T12:00", 1), ("2018-08-01", 0), (None, 0)]
)
def test_an_objection_counts_from_its_day_on(objected_at, n):
    account = said_of({"buyer_id": "B1", "opened_at": "2017-01-01", "objected_at": objected_at})
    assert result({"buyers": [account]}) == (0, 0, n, 0)


def test_an_account_that_nobody_knows_of_yet_brings_nobody_about():
    account = said_of({"buyer_id": "B1", "recorded_at": "2018-09-01"})
    assert result({"buyers": [account]}, known_at=datetime(2018, 8, 1)) is None
    assert result({"buyers": [account]}) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("said", "n"),
    [
        ({"first_answer_at": "2018-06-02"}, 1),
        ({"first_answer_at": "2018-06-02", "is_spam": True}, 0),
        ({"first_answer_at": "2018-06-02", "opened_by": "buyer"}, 0),
        ({}, 0),
        ({"first_answer_at": "2018-08-01"}, 0),
    ],
)
def test_a_question_counts_as_answered_once_it_was(said, n):
    assert result({"messages": [thread(**said)]}) == (0, 0, 0, n)


def test_an_explanation_names_the_findings_that_count_against_a_buyer():
    facts: Facts = {
        "findings": [finding(), finding(2, decided_at="2018-07-01")],
    }
    database, settings = loaded(facts)
    asked = Question(rulebook=RULES, as_of=AS_OF, known_at=LATER, subject_id="B1")
    told = explain(database, settings, asked)
    assert told.result["grade"] == "not in order"
    assert [row.finding_id for row in told.rows] == ["N2", "N1"]
    assert told.rows[0].counts_against == ("findings_n",)
    text = telling.text(told, 80)
    assert "Findings that count against it: 2 of 2" in text
    assert "N1" in text


def test_a_window_of_all_days_looks_at_what_ended_long_ago():
    order = {"order_id": "O1", "buyer_id": "B1", "seller_id": "S1", "paid_at": "2016-01-02"}
    facts: Facts = {"orders": [said_of(order | {"placed_at": "2016-01-01"})]}
    database, settings = loaded(facts)
    asked = Question(rulebook=RULES, as_of=AS_OF, known_at=LATER)
    (row,) = assessing.assess(database, settings, asked).to_pylist()
    assert row["orders_paid_numerator"] == 1


ANSWERS = read_rulebook(
    """\
id = "answers"
version = 2015-01-05
title = "Answers"
subject = "seller"
confidence = "own design"
calendar = { assessed = "daily" }
window = { year = { days = 365 } }

[rows]
threads = { from = "message" }

[measure]
asked    = { of = "threads", window = "year", when = "within(opened_on)" }
answered = { of = "asked", when = "known(answered_on)" }

[indicator]
answered_rate = { ratio = ["answered", "asked"], better = "higher" }
""",
    "answers.toml",
)


def test_where_nothing_but_messages_is_counted_they_are_listed():
    answered = thread(thread_id="T2", first_answer_at="2018-06-02")
    database, settings = loaded({"messages": [thread(), answered]})
    asked = Question(rulebook=ANSWERS, as_of=AS_OF, known_at=LATER, subject_id="S1")
    (row,) = assessing.assess(database, settings, asked).to_pylist()
    assert (row["answered_rate_numerator"], row["answered_rate_denominator"]) == (1, 2)
    told = explain(database, settings, asked)
    assert [each.thread_id for each in told.rows] == ["T1", "T2"]
    assert "Threads that count against it: 1 of 2" in telling.text(told, 80)


ACCOUNTS = read_rulebook(
    """\
id = "accounts"
version = 2015-01-05
title = "Accounts"
subject = "buyer"
confidence = "own design"
calendar = { assessed = "daily" }
window.month = { days = 30 }
rows.accounts = { from = "account" }
measure.opened = { of = "accounts", when = "within(opened_on)" }
indicator.opened_now = { count = "opened", better = "neither" }
""",
    "accounts.toml",
)


def test_an_account_that_is_all_there_is_has_no_id_and_is_called_what_it_is():
    database, market = loaded({"buyers": [{"buyer_id": "B1", "opened_at": datetime(2017, 1, 1)}]})
    asked = Question(rulebook=ACCOUNTS, as_of=AS_OF, known_at=LATER, subject_id="B1")
    text = telling.text(explain(database, market, asked), 80)
    assert "Accounts that did not count: 1" in text
    assert "The latest" not in text


def test_an_account_that_counts_is_told_with_the_day_on_which_it_no_longer_does():
    database, market = loaded({"buyers": [{"buyer_id": "B1", "opened_at": datetime(2018, 7, 15)}]})
    asked = Question(rulebook=ACCOUNTS, as_of=AS_OF, known_at=LATER, subject_id="B1")
    (row,) = explain(database, market, asked).rows
    assert row.leaves_on == date(2018, 8, 14)
    for as_of, n in ((date(2018, 8, 13), 1), (date(2018, 8, 14), 0)):
        (judged,) = assessing.assess(database, market, replace(asked, as_of=as_of)).to_pylist()
        assert judged["opened_now_numerator"] == n
