"""Rows of messages: threads at both clocks, by the second, for sellers, buyers and listings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing
from goodstanding.assessment.examples import judged_together
from goodstanding.assessment.questions import Question, compiled_once
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import DIALECTS, Dialect, render
from goodstanding.explanation import telling
from goodstanding.explanation.explaining import explain
from goodstanding.facts.store import market_clock
from goodstanding.rows.messages import message_row_steps
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Example, Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import loaded
from tests.oracle_facts import Facts, Row
from tests.small_facts import order, retraction, said_of

RULES = """\
id = "messages"
version = 2015-01-05
title = "Messages"
subject = "seller"
confidence = "own design"
calendar = { assessed = "daily" }
window.quarter = { days = 90 }
rows.threads = { from = "message", where = "not is_spam and opened_by = 'buyer'" }
measure.asked = { of = "threads", when = "within(opened_on)" }
measure.answered = { of = "asked", when = "known(answered_on) and missing(unanswered_on)" }
measure.unanswered = { of = "asked", when = "known(unanswered_on)" }
measure.seconds = { of = "asked", sum = "answer_seconds" }
indicator.answered_n = { count = "answered", better = "neither" }
indicator.unanswered_n = { count = "unanswered", better = "neither" }
indicator.asked_n = { count = "asked", better = "neither" }
indicator.seconds_n = { count = "seconds", better = "neither" }

[[exclude]]
id = "malicious_buyer"
reason = "malicious buyer"
because = "The marketplace decided a report against the buyer."
"""
LATER = datetime(2030, 1, 1)
AS_OF = date(2018, 3, 31)
STORE = said_of({"seller_id": "S1", "opened_at": "2017-01-01"})


def thread(number: int = 1, **said: Any) -> Row:
    given = {
        "thread_id": f"T{number}",
        "seller_id": "S1",
        "buyer_id": "B1",
        "opened_by": "buyer",
        "first_at": "2018-03-01T12:00",
    }
    return said_of(given | said)


def rules(subject: str = "seller") -> Rulebook:
    return read_rulebook(RULES.replace('"seller"', f'"{subject}"'), "messages.toml")


def counted(
    facts: Facts,
    as_of: date = AS_OF,
    known_at: datetime = LATER,
    subject: str = "S1",
    kind: str = "seller",
) -> tuple[int, int, int, int]:
    """Return how many were asked, answered within a day and not, and the seconds in all."""
    database, market = loaded(facts)
    asked = Question(rulebook=rules(kind), as_of=as_of, known_at=known_at, subject_id=None)
    everybody = assessing.assess(database, market, asked).to_pylist()
    (found,) = [row for row in everybody if row["subject_id"] == subject]
    alone = Question(rulebook=rules(kind), as_of=as_of, known_at=known_at, subject_id=subject)
    assert assessing.assess(database, market, alone).to_pylist() == [found]
    told = explain(database, market, alone).result["indicators"]
    names = ("asked_n", "answered_n", "unanswered_n", "seconds_n")
    assert [told[name]["numerator"] for name in names] == [found[f"{n}_numerator"] for n in names]
    asked_n, answered_n, unanswered_n, seconds_n = (told[name]["numerator"] for name in names)
    return asked_n, answered_n, unanswered_n, seconds_n


@pytest.mark.parametrize(
    ("first_answer_at", "as_of", "expected"),
    [
        ("2018-03-01T12:00:07", "2018-03-31", (1, 1, 0, 7)),
        ("2018-03-02T12:00", "2018-03-31", (1, 1, 0, 86_400)),  # at the last instant
        ("2018-03-02T12:00:01", "2018-03-31", (1, 0, 1, 86_401)),
        ("2018-03-05T12:00", "2018-03-02", (1, 0, 1, 0)),  # its day is over, the answer lies ahead
        ("2018-03-02T11:00", "2018-03-01", (1, 0, 0, 0)),  # not yet due
        (None, "2018-03-31", (1, 0, 1, 0)),
        (None, "2018-03-01", (1, 0, 0, 0)),
        (None, "2018-02-28", (0, 0, 0, 0)),
        ("2018-03-01T11:00", "2018-03-31", (1, 1, 0, 0)),  # told to be earlier than the question
    ],
)
def test_an_answer_within_24_hours_is_in_time(first_answer_at, as_of, expected):
    said = {} if first_answer_at is None else {"first_answer_at": first_answer_at}
    facts: Facts = {"sellers": [STORE], "messages": [thread(**said)]}
    assert counted(facts, date.fromisoformat(as_of)) == expected


def test_spam_and_what_the_seller_opened_are_no_questions():
    facts = {"messages": [thread(1, is_spam=True), thread(2, opened_by="seller"), thread(3)]}
    assert counted(facts)[0] == 1


def test_what_was_heard_later_does_not_count_before_and_what_is_taken_back_never_does():
    late = thread(recorded_at=datetime(2018, 3, 10))
    facts: Facts = {
        "sellers": [STORE],
        "messages": [late],
    }
    assert counted(facts, known_at=datetime(2018, 3, 9))[0] == 0
    assert counted(facts)[0] == 1
    back = facts | {"retractions": [retraction("messages", "T1", "*", "2018-03-20")]}
    assert counted(back)[0] == 0


def test_a_decision_about_the_buyer_or_the_order_takes_the_thread_out():
    facts: Facts = {
        "orders": [order("O2")],
        "messages": [thread(1), thread(2, buyer_id="B2", order_id="O2"), thread(3, buyer_id="B3")],
        "exclusions": [
            said_of(
                {
                    "exclusion_id": f"E{key}",
                    "table_name": table,
                    "key": key,
                    "reason": "malicious buyer",
                    "decided_at": "2018-04-01",
                }
            )
            for table, key in (("buyers", "B1"), ("orders", "O2"))
        ],
    }
    assert counted(facts)[0] == 1


def test_a_thread_is_about_a_listing_where_its_order_has_but_one():
    facts: Facts = {
        "orders": [order("O1"), order("O2")],
        "order_lines": [
            {"order_id": o, "line_no": n, "listing_id": listing}
            for o, n, listing in (
                ("O1", 1, "L1"),
                ("O1", 2, "L1"),
                ("O2", 1, "L1"),
                ("O2", 2, "L2"),
            )
        ],
        "messages": [thread(1, order_id="O1"), thread(2, order_id="O2"), thread(3)],
    }
    assert counted(facts, subject="L1", kind="listing")[0] == 1
    assert counted(facts, subject="L2", kind="listing")[0] == 0
    assert counted(facts, subject="B1", kind="buyer")[0] == 3


def test_a_seller_whom_only_a_thread_names_is_there():
    assert counted({"messages": [thread(seller_id="S9")]}, subject="S9")[0] == 1


def test_an_explanation_names_the_threads():
    database, market = loaded({"messages": [thread(1), thread(2, is_spam=True)]})
    asked = Question(rulebook=rules(), as_of=AS_OF, known_at=LATER, subject_id="S1")
    told = explain(database, market, asked)
    assert [row.thread_id for row in told.rows] == ["T1"]
    assert [row.thread_id for row in told.not_counted.listed] == ["T2"]
    text = telling.text(told, 80)
    assert "Threads that counted: 1" in text
    assert "T1" in text


def test_beside_orders_the_threads_that_count_against_a_seller_are_named():
    rulebook = bundled.load("service-links")
    said = {"order_id": "O1", "seller_id": "S1", "placed_at": "2018-03-01", "paid_at": "2018-03-01"}
    threads = [thread(1, first_answer_at="2018-03-01T13:00"), thread(2)]
    database, market = loaded({"orders": [said_of(said)], "messages": threads})
    asked = Question(rulebook=rulebook, as_of=AS_OF, known_at=LATER, subject_id="S1")
    told = explain(database, market, asked)
    assert [row.thread_id for row in told.rows if row.counts_against] == ["T2"]
    assert "T2" in telling.text(told, 80)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_step_is_written_for_every_database(dialect: Dialect):
    database, market = loaded({"messages": [thread()]})
    clock = market_clock(database, market)
    for step in message_row_steps(["listing_id", "answer_seconds"], clock=clock, one_subject=None):
        assert render(step, dialect).lstrip("(").upper().startswith("SELECT"), step.name


FIRST = datetime(2018, 2, 27, 22, 59, 59)
spans = st.timedeltas(timedelta(0), timedelta(days=3)).map(
    lambda each: timedelta(seconds=each.days * 86_400 + each.seconds)
)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(spans, st.none() | spans, st.booleans(), st.sampled_from(["buyer", "seller"])),
        min_size=1,
        max_size=6,
    ),
    st.dates(date(2018, 2, 26), date(2018, 3, 5)),
)
def test_what_is_counted_is_what_a_plain_recount_finds(drawn, as_of):
    facts: Facts = {
        "sellers": [STORE],
        "messages": [
            {
                "thread_id": f"T{n}",
                "seller_id": "S1",
                "opened_by": by,
                "first_at": FIRST + asked,
                "is_spam": is_spam,
                **({} if answered is None else {"first_answer_at": FIRST + asked + answered}),
            }
            for n, (asked, answered, is_spam, by) in enumerate(drawn)
        ],
    }
    end = datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)
    counts = [0, 0, 0, 0]
    for asked, answered, is_spam, by in drawn:
        first = FIRST + asked
        if is_spam or by == "seller" or first >= end:
            continue
        is_answered = answered is not None and first + answered < end
        in_time = is_answered and answered <= timedelta(days=1)
        counts[0] += 1
        counts[1] += in_time
        counts[2] += not in_time and first + timedelta(days=1) < end
        counts[3] += int(answered.total_seconds()) if is_answered else 0
    assert counted(facts, as_of) == tuple(counts)


ANSWERED = {"answered_on": date(2018, 3, 2), "answer_seconds": 60}
THREADS: dict[str, dict[str, Any]] = {
    "in time": ANSWERED,
    "late": {"answered_on": date(2018, 3, 3), "unanswered_on": date(2018, 3, 2)},
    "never": {"unanswered_on": date(2018, 3, 2)},
    "not yet due": {},
    "spam": {"is_spam": True},
}


@pytest.mark.parametrize("was", THREADS)
@pytest.mark.parametrize("beside", THREADS)
def test_answering_in_time_lowers_no_number_that_is_better_high(was, beside):
    links = bundled.load("service-links")
    opened = {"opened_on": date(2018, 3, 1), "opened_by": "buyer", "order_id": "o"}
    spam = {"is_spam": True} if was == "spam" else {}
    worlds = [
        Example(
            name=was,
            as_of=AS_OF,
            rows={"orders": (), "threads": (opened | one, opened | THREADS[beside])},
            peers={},
            expect={},
            line=0,
        )
        for one in (THREADS[was], ANSWERED | spam)
    ]
    database = DuckDB.open(None)
    before, after = judged_together(compiled_once(links), worlds, database)
    database.close()
    for name, indicator in links.indicators.items():
        if indicator.better == "higher" and before[f"{name}_value"] is not None:
            assert after[f"{name}_value"] >= before[f"{name}_value"], name
