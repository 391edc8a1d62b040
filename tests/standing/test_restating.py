"""Corrections restate exactly what they concern; late facts do not; all of it can be replayed."""

from dataclasses import replace
from datetime import date, datetime
from threading import Event

import pytest

import goodstanding
from goodstanding.errors import RulebookUnknown
from goodstanding.facts import loading
from goodstanding.standing import books, restating
from goodstanding.standing.books import Publication
from tests.at_once import hold_back, meet, together
from tests.standing.test_publishing import (
    AUGUST,
    JULY,
    SEPTEMBER,
    clock,
    grades,
    load,
    market,
    order,
    review,
)

__all__ = ["clock", "market"]  # fixtures


def removed(order_id: str, day: str, at: datetime) -> dict[str, object]:
    return {
        "feedback_id": f"F{order_id}",
        "given_at": datetime.fromisoformat(day),
        "removed_at": at,
    }


def published_until_september(market, clock):
    orders = [order("O1", "2018-07-10"), order("O2", "2018-07-11", seller_id="S2")]
    load(market, orders=orders, feedback=[review("O1", "2018-07-20", 1)])
    market.publish("service-level", as_of=JULY)
    clock.set("2018-10-02T09:00")
    list(market.publish_due())


def test_a_correction_restates_the_days_it_concerns_and_both_editions_stay(market, clock):
    published_until_september(market, clock)
    assert grades(market) == [(JULY, "fail", "published")]
    load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 10, 1, 14))])
    restated = list(market.restate())
    assert [(each.as_of, each.changed_n) for each in restated] == [
        (JULY, 1),
        (AUGUST, 1),
        (SEPTEMBER, 1),
    ]
    assert grades(market) == [
        (JULY, "fail", "superseded"),
        (JULY, "excellent", "published"),
        (AUGUST, "excellent", "published"),
        (SEPTEMBER, "excellent", "published"),
    ]
    assert [edition.status for edition in market.history("service-level", subject="S2")] == [
        "published"
    ]
    assert list(market.restate()) == []


def test_two_that_restate_at_once_restate_each_day_once(market, clock, monkeypatch):
    published_until_september(market, clock)
    load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 10, 1, 14))])
    meet(monkeypatch, restating, "judged")
    found: list[Publication] = []

    def restate(market: goodstanding.Market) -> None:
        found.extend(market.restate())

    assert not together(market, clock, restate, restate)
    assert sorted(each.as_of for each in found) == [JULY, AUGUST, SEPTEMBER]
    assert [each for each in market.publications() if each.restates is not None] == sorted(
        found, key=lambda each: each.number
    )


def test_a_correction_that_arrives_while_it_is_restated_stands_in_the_end(
    market, clock, monkeypatch
):
    published_until_september(market, clock)
    load(market, orders=[order("O3", "2018-09-30")])  # news, but of no correction
    done = Event()
    waits = hold_back(monkeypatch, restating, "judged", done)

    def corrected(market: goodstanding.Market) -> None:
        assert waits.wait(timeout=30)
        load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 10, 1, 14))])
        list(market.restate())
        done.set()

    assert not together(market, clock, lambda market: list(market.restate()), corrected)
    editions = [each for each in market.publications() if each.as_of == JULY]
    corrected_at = [each.corrected_at for each in editions]
    assert corrected_at == sorted(corrected_at)
    assert list(market.restate()) == list(market.differences()) == []
    assert [market.replay(each) for each in editions] == [[], []]


def test_a_load_under_way_while_a_day_is_published_is_not_forgotten(market, clock, monkeypatch):
    load(market, orders=[order("O1", "2018-07-10")], feedback=[review("O1", "2018-07-20", 1)])
    market.publish("service-level", as_of=JULY)
    clock.set("2018-09-02T09:00")
    # Heard before the day was due, and loaded after: what is published may lack it.
    heard = removed("O1", "2018-07-20", datetime(2018, 9, 1, 9))
    done = Event()
    waits = hold_back(monkeypatch, loading, "waiting", done)

    def publish(market: goodstanding.Market) -> None:
        assert waits.wait(timeout=30)
        assert [each.as_of for each in market.publish_due()] == [AUGUST]
        done.set()

    assert not together(market, clock, lambda market: load(market, feedback=[heard]), publish)
    list(market.restate())
    assert list(market.differences()) == []
    assert grades(market)[-1] == (AUGUST, "excellent", "published")


def test_the_last_that_was_published_is_what_was_restated_once_that_could_be_known(market, clock):
    load(market, orders=[order("O1", "2018-07-10")], feedback=[review("O1", "2018-07-20", 1)])
    market.publish("service-level", as_of=JULY)
    clock.set("2018-08-20T09:00")
    load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 8, 15))])
    list(market.restate())
    (told,) = market.store_card("S1", as_of=AUGUST, viewer="public").published
    assert (told.of, told.published_on) == (JULY, date(2018, 8, 1))
    assert (told.restated_on, told.grade) == (date(2018, 8, 20), "excellent")
    before = market.store_card("S1", as_of=AUGUST, known_at="2018-08-19", viewer="public")
    assert [(each.restated_on, each.grade) for each in before.published] == [(None, "fail")]


def test_a_restated_day_changes_nothing_of_the_days_after_it(market, clock):
    published_until_september(market, clock)
    load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 10, 1, 14))])
    list(market.restate())
    clock.set("2018-11-02T09:00")
    (october,) = market.publish_due()
    # The first edition of October is set beside that of September, which said 'fail'.
    assert (october.as_of, october.changed_n) == (date(2018, 10, 31), 2)
    assert all(market.replay(each) == [] for each in market.publications())


def test_late_facts_change_nothing_that_was_published_and_are_listed(market, clock):
    published_until_september(market, clock)
    late = review("O2", "2018-07-25", 1, recorded_at=datetime(2018, 10, 1, 13))
    load(market, feedback=[late])
    assert list(market.restate()) == []
    found = [
        (each.as_of, each.subject_id, each.cause, each.published_grade, each.grade)
        for each in market.differences()
    ]
    assert found == [
        (day, "S2", "late fact", "excellent", "fail") for day in (JULY, AUGUST, SEPTEMBER)
    ]


def test_a_late_fact_is_listed_beside_a_correction_of_the_same_seller(market, clock):
    published_until_september(market, clock)
    load(market, orders=[order("O3", "2018-07-12", recorded_at=datetime(2018, 10, 1, 13))])
    load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 10, 1, 14))])
    july = [each for each in market.differences() if each.as_of == JULY]
    assert [(each.subject_id, each.cause, each.published_grade) for each in july] == [
        ("S1", "correction", "fail"),
        ("S1", "late fact", "fail"),
    ]


def test_what_differs_is_named_or_that_it_is_the_orders_behind_it(market, clock):
    published_until_september(market, clock)
    load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 10, 1, 14))])
    found = {each.as_of: each.changed for each in market.differences()}
    assert found[JULY] == ("grade", "deciding_limit", "bad_experience_rate")
    # An order that was closed as well changes what it counts as, and no number.
    late = order("O2", "2018-07-11", seller_id="S2") | {
        "closed_at": datetime(2018, 7, 20),
        "recorded_at": datetime(2018, 10, 1, 15),
    }
    load(market, orders=[late])
    of_s2 = [each for each in market.differences() if each.subject_id == "S2"]
    assert [(each.as_of, each.cause, each.changed) for each in of_s2] == [
        (day, "late fact", ()) for day in (JULY, AUGUST, SEPTEMBER)
    ]


def test_an_order_more_is_named_by_the_numbers_that_it_changes(market, clock):
    published_until_september(market, clock)
    load(
        market,
        orders=[order("O3", "2018-07-12", seller_id="S2", recorded_at=datetime(2018, 10, 1, 13))],
    )
    changed = {each.changed for each in market.differences() if each.subject_id == "S2"}
    assert changed == {("rows_counted", "bad_experience_rate")}


def test_a_correction_of_what_was_not_known_then_restates_nothing(market, clock):
    published_until_september(market, clock)
    late = review("O2", "2018-07-25", 1, recorded_at=datetime(2018, 10, 1, 13))
    load(market, feedback=[late])
    load(market, feedback=[removed("O2", "2018-07-25", datetime(2018, 10, 1, 14))])
    assert list(market.restate()) == []


def test_a_correction_that_is_taken_back_restores_what_stood(market, clock):
    published_until_september(market, clock)
    load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 10, 1, 14))])
    list(market.restate())
    back = {
        "table_name": "feedback",
        "key": "FO1|2018-07-20T00:00:00Z",
        "column_name": "removed_at",
        "retracted_at": datetime(2018, 10, 3, 8),
    }
    clock.set("2018-10-03T09:00")
    load(market, retractions=[back])
    assert len(list(market.restate())) == 3
    assert [each for each in grades(market) if each[2] == "published"] == [
        (JULY, "fail", "published"),
        (AUGUST, "fail", "published"),
        (SEPTEMBER, "fail", "published"),
    ]
    assert all(market.replay(each) == [] for each in market.publications())


def test_what_was_published_before_a_late_run_is_restated_too(market, clock):
    load(
        market,
        orders=[order("O1", "2018-07-10")],
        feedback=[review("O1", "2018-07-20", 1)],
    )
    load(market, feedback=[removed("O1", "2018-07-20", datetime(2018, 9, 1))])
    clock.set("2018-09-02T09:00")
    market.publish("service-level", as_of=JULY)  # by what was known on 1 August
    assert grades(market) == [(JULY, "fail", "published")]
    assert [each.as_of for each in market.restate()] == [JULY]


def test_a_day_that_is_restated_alone_breaks_what_held_for_several(market, clock):
    load(market, orders=[order("O1", "2018-06-10")])
    market.publish("service-level", as_of=date(2018, 6, 30))
    clock.set("2018-10-02T09:00")
    list(market.publish_due(until=AUGUST))
    assert [
        (each.from_on, each.until_on) for each in market.history("service-level", subject="S1")
    ] == [(date(2018, 6, 30), AUGUST)]
    ((number, _, result, digest),) = market._database.rows("select * from standings")
    july = next(each for each in market.publications() if each.as_of == JULY)
    otherwise = result.replace('"excellent"', '"fail"')
    with market._database.transaction():  # as if a correction concerned July alone
        books.add(
            market._database,
            replace(july, number=9, restates=july.number),
            f"select {number} as subject_no, '{otherwise}' as result, '{digest}' as rows_digest",
            {},
        )
    told = [
        (each.from_on, each.until_on, each.grade, each.status)
        for each in market.history("service-level", subject="S1")
    ]
    assert told == [
        (date(2018, 6, 30), date(2018, 6, 30), "excellent", "published"),
        (JULY, JULY, "excellent", "superseded"),
        (JULY, JULY, "fail", "published"),
        (AUGUST, AUGUST, "excellent", "published"),
    ]


def test_what_never_published_cannot_be_restated(market, clock):
    published_until_september(market, clock)
    for asked in (market.restate, market.differences):
        with pytest.raises(RulebookUnknown, match="'servicelevel' has published nothing") as told:
            list(asked("servicelevel"))
        assert "Did you mean 'service-level'?" in str(told.value)
