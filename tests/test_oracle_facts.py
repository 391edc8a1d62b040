"""What is known of facts, by cases worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.oracle_facts import Facts, day_of, known, last_instant, settled
from tests.small_facts import at, dispute, order, retraction, review

LATER = at("2019-12-31")


def test_a_day_without_a_midnight_begins_at_one() -> None:
    before, first = at("2018-11-04T02:59:59.999999"), at("2018-11-04T03:00")
    assert day_of(before, "America/Sao_Paulo") == date(2018, 11, 3)
    assert day_of(first, "America/Sao_Paulo") == date(2018, 11, 4)


@pytest.mark.parametrize(
    ("deadline", "zone", "lasts_to"),
    [
        ("2018-08-10T00:00", "UTC", "2018-08-10T23:59:59.999999"),
        ("2018-08-10T03:00", "America/Sao_Paulo", "2018-08-11T02:59:59.999999"),
        ("2018-08-10T00:00", "America/Sao_Paulo", "2018-08-10T00:00"),
        ("2018-03-24T23:00", "Europe/Berlin", "2018-03-25T21:59:59.999999"),  # 23 hours
        ("2018-11-03T03:00", "America/Sao_Paulo", "2018-11-04T02:59:59.999999"),
        ("2018-11-04T03:00", "America/Sao_Paulo", "2018-11-05T01:59:59.999999"),  # no midnight
    ],
)
def test_a_deadline_that_starts_a_day_lasts_to_that_days_end(
    deadline: str, zone: str, lasts_to: str
) -> None:
    assert last_instant(at(deadline), zone) == at(lasts_to)


def test_the_newest_value_counts_column_by_column_and_silence_says_nothing() -> None:
    facts: Facts = {
        "orders": [
            order(seller_id="S2", amount_minor=500, recorded_at="2018-05-02"),
            order(seller_id="S1", amount_minor=None, recorded_at="2018-05-03"),
        ]
    }

    def then(known_at: str) -> list[tuple[str, int]]:
        rows = known(facts, at(known_at))["orders"]
        return [(row["seller_id"], row["amount_minor"]) for row in rows]

    for _ in ("as they came", "the other way round"):
        assert then("2018-05-01T23:59:59.999999") == []
        assert then("2018-05-02") == [("S2", 500)]
        assert then("2018-05-03") == [("S1", 500)]
        facts["orders"].reverse()


def test_history_is_known_value_by_value_from_the_instant_that_each_names() -> None:
    facts = {"orders": [order(shipped_at="2018-02-01", carrier="fast", amount_minor=1)]}
    assert known(facts, at("2018-01-04"))["orders"] == []
    (row,) = known(facts, at("2018-01-31"))["orders"]
    assert set(row) == {"order_id", "seller_id", "placed_at", "amount_minor"}
    (row,) = known(facts, at("2018-02-01"))["orders"]
    assert row["carrier"] == "fast"


def test_what_was_recorded_up_to_a_retraction_is_taken_back() -> None:
    facts: Facts = {
        "disputes": [
            dispute(opened_at="2018-08-01", escalated_at="2018-08-02", recorded_at="2018-08-03"),
            dispute(opened_at="2018-08-05", recorded_at="2018-08-06"),
        ],
        "retractions": [
            retraction("disputes", "D1", "escalated_at", "2018-08-03"),
            retraction("disputes", "D1", "*", "2018-08-04"),
        ],
    }
    assert known(facts, at("2018-08-03"))["disputes"] == [dispute(opened_at="2018-08-01")]
    assert known(facts, at("2018-08-05"))["disputes"] == []
    assert known(facts, at("2018-08-06"))["disputes"] == [dispute(opened_at="2018-08-05")]


def test_a_retraction_names_a_key_of_two_columns_with_its_instant() -> None:
    facts: Facts = {
        "feedback": [review("2018-08-01T10:00", stars=1), review("2018-08-02T10:00", stars=2)],
        "retractions": [retraction("feedback", "F1|2018-08-02T10:00:00Z", "*", "2018-08-03")],
    }
    assert [row["stars"] for row in known(facts, LATER)["feedback"]] == [1]


def test_of_two_rows_that_contradict_each_other_the_second_is_refused_whole() -> None:
    first = order(amount_minor=1, recorded_at="2018-05-02")
    agrees = order(shipped_at="2018-05-01", recorded_at="2018-05-02")
    differs = order(amount_minor=2, paid_at="2018-05-01", recorded_at="2018-05-02")
    newer = order(amount_minor=2, recorded_at="2018-05-03")
    kept, refused = settled({"orders": [first, agrees, differs, newer]})
    assert kept == {"orders": [first, agrees, newer]}
    assert refused == {"orders": [differs]}
