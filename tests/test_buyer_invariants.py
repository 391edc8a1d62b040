"""What no buyer's score may ever turn on, and what always turns it one way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.examples import judged_together
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import statement
from goodstanding.facts.store import market_clock
from goodstanding.rulebook import bundled
from tests.buyer_markets import buyer_markets
from tests.conduct_trials import compiled
from tests.drawn_buyers import Row, bought
from tests.drawn_rows import Setting, as_example, border_days, settings_of
from tests.markets import Market
from tests.test_against_oracle_2015 import loaded

RULEBOOK = bundled.load("buyer-score")
SETTINGS = settings_of(RULEBOOK)
few = settings(deadline=None, max_examples=4, suppress_health_check=list(HealthCheck))
Record = dict[str, Any]
Rows = list[Row]
_NOTHING: dict[str, list[Row]] = {"finding": [], "message": []}


@st.composite
def buyers(draw: st.DrawFn) -> tuple[Setting, list[Rows]]:
    """Draw some buyers with what they did around a day, and what their category sends back."""
    setting = draw(st.sampled_from(SETTINGS))
    every = st.sampled_from(border_days(RULEBOOK, setting.as_of))
    days = sorted(draw(st.sets(every, min_size=3, max_size=6)))
    return setting, draw(st.lists(bought(days), min_size=5, max_size=5))


def judged(setting: Setting, worlds: Sequence[Rows]) -> list[Record]:
    """Judge each buyer by their rows, all in one statement."""
    database = DuckDB.open(None)
    try:
        examples = [as_example(RULEBOOK, setting, rows) for rows in worlds]
        return judged_together(compiled(RULEBOOK), examples, database)
    finally:
        database.close()


def check(
    drawn: tuple[Setting, list[Rows]],
    change: Callable[[Row], Row | None],
    holds: Callable[[float, float], bool],
) -> int:
    """Change one row after the other, hold each score to the one before; return how many did."""
    setting, worlds = drawn
    pairs = [
        (world, [*rows[:place], changed, *rows[place + 1 :]])
        for world, rows in enumerate(worlds)
        for place, row in enumerate(rows)
        if (changed := change(row)) is not None
    ]
    records = judged(setting, [*worlds, *(rows for _, rows in pairs)])
    before, after = records[: len(worlds)], records[len(worlds) :]
    for (world, rows), now in zip(pairs, after, strict=True):
        assert holds(now["score"], before[world]["score"]), (worlds[world], rows)
    return len(pairs)


def not_lower(now: float, was: float) -> bool:
    return now >= was


def same(now: float, was: float) -> bool:
    return now == was


def latest_day(row: Row) -> date:
    days: list[date] = [
        value for name, value in row.items() if name.endswith("_on") and value is not None
    ]
    return max(days)


def ended(row: Row) -> bool:
    return bool(row.get("closed_on"))


def dispute_won(row: Row) -> Row | None:
    if not ended(row) or row.get("dispute_closed_on"):
        return None
    on = latest_day(row)
    told = {"dispute_opened_on": on, "dispute_closed_on": on, "dispute_close_reason": "ruled"}
    return row | told | {"dispute_liable": "seller"}


def dispute_settled(row: Row) -> Row | None:
    won = dispute_won(row)
    return None if won is None else won | {"dispute_close_reason": "settled"}


def dispute_withdrawn(row: Row) -> Row | None:
    won = dispute_won(row)
    told = {"dispute_close_reason": "withdrawn", "dispute_liable": None}
    return None if won is None else won | told


def sent_back_by_right(row: Row) -> Row | None:
    if not ended(row) or row.get("refunded_on"):
        return None
    told = {"refund_reason": "changed_mind", "is_statutory_refund": True}
    return row | told | {"refunded_on": latest_day(row)}


def sent_back_nobody_knows_why(row: Row) -> Row | None:
    returned = sent_back_by_right(row)
    told = {"refund_reason": "unknown", "is_statutory_refund": False, "is_free_refund": True}
    return None if returned is None else returned | told


def never_arrived(row: Row) -> Row | None:
    if not ended(row):
        return None
    told = {"refunded_on": row["closed_on"], "refund_reason": "not_received"}
    return row | {"closed_on": None, "is_free_refund": False} | told


def called_off_by_the_seller(row: Row) -> Row | None:
    if not ended(row) or row.get("refunded_on"):
        return None
    return row | {"closed_on": None, "cancelled_on": row["closed_on"], "cancelled_by": "seller"}


def served_badly(row: Row) -> Row | None:
    late = {"is_shipped_late": True, "is_delivered_late": True, "buyer_stars": 1}
    return row | late | {"shipped_on": row["placed_on"], "delivered_on": latest_day(row)}


NEVER_LOWERS = (
    dispute_won,
    dispute_settled,
    dispute_withdrawn,
    sent_back_by_right,
    sent_back_nobody_knows_why,
    never_arrived,
    called_off_by_the_seller,
    served_badly,
)


@pytest.mark.parametrize("change", NEVER_LOWERS)
@few
@given(drawn=buyers())
def test_what_a_seller_does_and_what_is_a_buyers_right_never_lowers(drawn: Any, change: Any):
    check(drawn, change, not_lower)


@pytest.mark.parametrize("change", NEVER_LOWERS)
def test_there_are_rows_to_which_it_happens(change: Callable[[Row], Row | None]):
    row = {"placed_on": date(2026, 1, 1), "closed_on": date(2026, 1, 9)}
    changed = change(row)
    assert changed is not None
    assert changed != row


@few
@given(drawn=buyers(), stars=st.sampled_from([1, 2, 3, 4, 5]))
def test_the_sign_of_feedback_changes_nothing(drawn: Any, stars: int):
    names = ("stars", "description_stars", "communication_stars", "logistics_stars")
    check(drawn, lambda row: row | dict.fromkeys(names, stars) | {"feedback_on": None}, same)


def completed_order(as_of: date) -> Row:
    """Return an order that went well, at the end of the days looked at."""
    return {
        "placed_on": as_of - timedelta(9),
        "paid_on": as_of - timedelta(9),
        "is_paid": True,
        "closed_on": as_of - timedelta(1),
        "amount_minor": 2500,
    }


@few
@given(drawn=buyers(), prompt=st.booleans())
def test_an_order_that_goes_well_only_raises(drawn: tuple[Setting, list[Rows]], prompt: bool):
    setting, worlds = drawn
    further = completed_order(setting.as_of)
    further |= {"feedback_given_on": setting.as_of} if prompt else {}
    records = judged(setting, [*worlds, *([*rows, further] for rows in worlds)])
    for was, now in zip(records[: len(worlds)], records[len(worlds) :], strict=True):
        assert now["score"] >= was["score"]
        parts = [name for name in was if name.startswith("points_")]
        assert all(now[name] >= was[name] for name in parts)
        # More is known, so that less is uncertain, but where a finding holds the score down.
        assert now["score_upper"] - now["score_lower"] <= was["score_upper"] - was["score_lower"]


@few
@given(drawn=buyers())
def test_feedback_that_is_given_only_raises(drawn: Any):
    def told(row: Row) -> Row | None:
        is_silent = ended(row) and not row.get("feedback_given_on")
        return row | {"feedback_given_on": latest_day(row)} if is_silent else None

    check(drawn, told, not_lower)


@few
@given(drawn=buyers(), days=st.sampled_from([1, 7, 30, 180, 365]))
def test_bad_conduct_weighs_less_the_longer_it_is_ago(drawn: Any, days: int):
    def older(row: Row) -> Row | None:
        found = row.get("beside", _NOTHING)["finding"]
        if not found:
            return None
        moved = [each | {"decided_on": each["decided_on"] - timedelta(days)} for each in found]
        return row | {"beside": row["beside"] | {"finding": moved}}

    check(drawn, older, not_lower)


@few
@given(drawn=buyers())
def test_after_a_year_bad_conduct_is_as_if_it_had_never_been(drawn: tuple[Setting, list[Rows]]):
    setting, worlds = drawn
    long_ago = setting.as_of - timedelta(365)
    bad: Row = {
        "placed_on": long_ago - timedelta(30),
        "paid_on": long_ago - timedelta(30),
        "is_paid": True,
        "closed_on": long_ago,
        "refunded_on": long_ago,
        "refund_reason": "changed_mind",
        "is_free_refund": True,
        "dispute_closed_on": long_ago,
        "dispute_close_reason": "ruled",
        "dispute_liable": "buyer",
        "unpaid_on": long_ago,
        "beside": {"finding": [{"decided_on": long_ago, "gravity": 10}]},
    }
    records = judged(setting, [*worlds, *([*rows, bad] for rows in worlds)])
    told = [record["score"] for record in records]
    assert told[: len(worlds)] == told[len(worlds) :]


@few
@given(drawn=buyers(), data=st.data())
def test_equal_facts_make_an_equal_score_in_any_order(
    drawn: tuple[Setting, list[Rows]], data: st.DataObject
):
    setting, worlds = drawn
    shuffled = [data.draw(st.permutations(rows)) for rows in worlds]
    records = judged(setting, [*worlds, *shuffled])
    told = [(record["score"], record["grade"]) for record in records]
    assert told[: len(worlds)] == told[len(worlds) :]


@few
@given(drawn=buyers())
def test_what_other_buyers_do_moves_nobody_while_the_benchmark_stands_still(
    drawn: tuple[Setting, list[Rows]],
):
    setting, worlds = drawn
    (alone,) = judged(setting, worlds[:1])
    assert judged(setting, worlds)[0]["score"] == alone["score"]


# Whatever the score reads of an order and of what stands beside it. All else is not used.
READ = {
    "order": {
        *("order_id", "seller_id", "buyer_id", "placed_on", "amount_minor", "unpaid_on"),
        *("paid_on", "is_paid", "closed_on", "cancelled_on", "cancelled_by"),
        *("feedback_given_on", "dispute_closed_on", "dispute_close_reason", "dispute_liable"),
        *("refunded_on", "refund_reason", "is_free_refund", "is_special_listing"),
    },
    "line": {
        *("order_id", "line_no", "buyer_id", "paid_on"),
        *("category_id", "category_l1_id", "category_l2_id"),
    },
    "finding": {"finding_id", "buyer_id", "decided_on", "gravity"},
    "account": {"buyer_id", "objected_on"},
    "message": {
        *("thread_id", "buyer_id", "order_id"),
        *("opened_by", "opened_on", "is_spam", "answered_on"),
    },
}


def test_the_score_reads_what_is_listed_here_and_nothing_else():
    found = {kind: set(names) for kind, names in compile_rulebook(RULEBOOK).columns.items()}
    assert {kind: found[kind] - READ[kind] for kind in found} == {kind: set() for kind in READ}
    assert RULEBOOK.reads is None


@pytest.mark.parametrize("is_one", [False, True])
def test_its_query_names_no_stars_and_nothing_of_a_seller_but_who_it_was(is_one):
    database, made = loaded([{}], "UTC")
    rules = compile_rulebook(RULEBOOK)
    clock = market_clock(database, made)
    final = assessing.named_results(rules)
    further = {"is_one": is_one, "has_stale": True}
    for steps in (
        questions.steps_over_kept_rows(rules, clock, **further),
        [*questions.source_steps(rules, clock, one_subject=is_one), *rules.steps],
    ):
        sql = statement(steps, final, "duckdb").lower()
        for word in ("stars", "comment", "rated_on", "violation", "proposed_on", "country"):
            assert word not in sql, word


@settings(few, max_examples=2)
@given(market=buyer_markets(), stars=st.sampled_from([1, 5]))
def test_facts_about_sellers_and_what_reviews_say_move_no_score(market: Market, stars: int):
    asked = Question(
        rulebook=RULEBOOK,
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )
    said = [row | {"stars": stars, "comment": "Well."} for row in market.facts["feedback"]]
    late = {"shipped_at": market.known_at, "deliver_by": None, "extra": None}
    violations = [
        {
            "violation_id": f"V{number}",
            "subject_kind": "seller",
            "subject_id": f"S{number}",
            "ledger": "trade",
            "points": 48,
            "occurred_at": market.known_at,
        }
        for number in range(1, 5)
    ]
    placed = [row | (late if row.get("paid_at") else {}) for row in market.facts["orders"]]
    facts = market.facts | {"feedback": said, "violations": violations, "orders": placed}
    results = []
    for each in (market, replace(market, facts=facts)):
        database, made = loaded([each.facts], each.zone)
        found = assessing.assess(database, made, asked).to_pylist()
        results.append([(row["subject_id"], row["score"], row["grade"]) for row in found])
    assert results[0] == results[1]
