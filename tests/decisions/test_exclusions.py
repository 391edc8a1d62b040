"""Deciding what does not count, and lifting it: what becomes known, and what then counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from goodstanding import market as markets
from goodstanding.decisions.exclusions import Incident
from goodstanding.errors import ArgumentInvalid, DecisionUnknown, SubjectUnknown
from goodstanding.market import Market
from tests.small_facts import at, order
from tests.small_rulebook import SMALL

RULES = (
    SMALL
    + """
[[exclude]]
id = "fraud"
reason = "fraud"
because = "The order was a fraud."

[[exclude]]
id = "strike"
when = "in_incident"
because = "A strike."
class = "incident"
"""
)
RATED = {"feedback_id": "F1", "given_at": at("2018-07-30"), "order_id": "O1", "stars": 1}


@pytest.fixture
def market(tmp_path: Path):
    """Ten orders of S1, bought by B0 to B9, shipped on the 25th; of O1 a rating of one star."""
    markets.new(tmp_path / "m.duckdb", time_zone="UTC", currency="EUR").close()
    (tmp_path / "mine.toml").write_text(RULES, encoding="utf-8")
    now = [datetime(2018, 8, 2)]

    def clock() -> datetime:
        now[0] += timedelta(minutes=1)
        return now[0]

    orders = [
        order(
            f"O{n}",
            buyer_id=f"B{n}",
            placed_at="2018-07-20",
            paid_at="2018-07-20",
            shipped_at="2018-07-25",
            closed_at="2018-07-31",
            carrier="Posta" if n < 4 else "Sped",
            ship_to="BR" if n == 3 else "PT",
        )
        for n in range(10)
    ]
    with markets.open_market(tmp_path / "m.duckdb", clock=clock) as opened:
        opened.load(
            {"orders": pa.Table.from_pylist(orders), "feedback": pa.Table.from_pylist([RATED])},
            recorded="occurred",
        )
        yield opened


@pytest.fixture
def rate(market: Market, tmp_path: Path) -> Callable[..., tuple[int, int]]:
    def asked(known_at: datetime | None = None) -> tuple[int, int]:
        (found,) = market.assess(
            tmp_path / "mine.toml", as_of="2018-07-31", known_at=known_at
        ).to_pylist()
        return found["bad_rate_numerator"], found["bad_rate_denominator"]

    return asked


def said(market: Market) -> list[tuple[str, bool]]:
    return [(each.id, each.lifted_at is not None) for each in market.decisions()]


def test_an_excluded_order_counts_again_once_that_is_lifted(market, rate):
    assert rate() == (1, 10)
    decided = market.exclude(order="O1", reason="fraud", decided_by="Ana")
    assert (decided.decision_id, decided.is_new) == ("order:O1:fraud", True)
    assert rate() == (0, 9)
    assert market.lift("order:O1:fraud", lifted_by="Bea").is_new
    assert rate() == (1, 10)
    (known,) = market.decisions()
    assert (known.decided_by, known.lifted_by) == ("Ana", "Bea")


def test_all_orders_of_an_excluded_buyer_are_out(market, rate):
    market.exclude(buyer="B5", reason="fraud", decided_by="Ana")
    assert rate() == (1, 9)


def test_deciding_or_lifting_twice_changes_nothing(market):
    market.exclude(order="O1", reason="fraud", decided_by="Ana")
    assert not market.exclude(order="O1", reason="fraud", decided_by="Bea").is_new
    market.lift("order:O1:fraud", lifted_by="Bea")
    assert not market.lift("order:O1:fraud", lifted_by="Ana").is_new
    assert said(market) == [("order:O1:fraud", True)]


def test_what_was_lifted_is_decided_again_as_a_decision_of_its_own(market, rate):
    market.exclude(order="O1", reason="fraud", decided_by="Ana")
    market.lift("order:O1:fraud", lifted_by="Bea")
    assert market.exclude(order="O1", reason="fraud", decided_by="Ana").is_new
    assert said(market) == [("order:O1:fraud", True), ("order:O1:fraud#2", False)]
    assert rate() == (0, 9)


def test_a_decision_counts_from_when_it_is_known_and_then_for_every_day(market, rate):
    before = market.known_until
    market.exclude(order="O1", reason="fraud", decided_by="Ana", decided_at="2018-07-01")
    assert rate(before) == (1, 10)
    assert rate() == (0, 9)
    (known,) = market.decisions()
    assert known.decided_at == datetime(2018, 7, 1)


def test_a_rating_is_taken_away_put_back_and_taken_away_again(market, rate):
    assert market.exclude(rating="F1", reason="abusive", decided_by="Ana").is_new
    assert not market.exclude(rating="F1", reason="abusive", decided_by="Ana").is_new
    assert rate() == (0, 10)
    (known,) = market.decisions()
    assert (known.id, known.reason, known.decided_by) == ("rating:F1", "abusive", "Ana")
    market.lift("rating:F1", lifted_by="Bea")
    assert (rate(), said(market)) == ((1, 10), [("rating:F1", True)])
    assert not market.lift("rating:F1", lifted_by="Bea").is_new
    assert market.exclude(rating="F1", reason="insulting", decided_by="Cem").is_new
    assert rate() == (0, 10)
    told = [(each.reason, each.decided_by, each.lifted_by) for each in market.decisions()]
    assert told == [("abusive", "Ana", "Bea"), ("insulting", "Cem", None)]
    assert market.lift("rating:F1", lifted_by="Dora").is_new
    told = [(each.reason, each.decided_by, each.lifted_by) for each in market.decisions()]
    assert told == [("abusive", "Ana", "Bea"), ("insulting", "Cem", "Dora")]


def test_of_a_rating_that_was_changed_the_latest_version_is_taken_away_and_all_before_it(
    market, rate
):
    market.load(
        {"feedback": pa.Table.from_pylist([RATED | {"given_at": at("2018-07-31"), "stars": 2}])},
        recorded="occurred",
    )
    market.exclude(rating="F1", reason="abusive", decided_by="Ana")
    assert rate() == (0, 10)
    market.lift("rating:F1", lifted_by="Bea")
    assert (rate(), said(market)) == ((1, 10), [("rating:F1", True)])


@pytest.mark.parametrize(
    ("concerned", "counted"),
    [
        ({}, 0),
        ({"carrier": "Posta"}, 6),
        ({"carrier": "Posta", "region": "BR"}, 9),
        ({"carrier": "Posta", "region": "PT", "method": "air"}, 10),
    ],
)
def test_an_incident_takes_out_what_was_on_its_way_with_whom_and_where_it_says(
    market, rate, concerned, counted
):
    strike = Incident(name="strike", first_on=date(2018, 7, 28), **concerned)
    market.declare_incident(strike, reason="strike", decided_by="Ana")
    assert rate()[1] == counted
    (declared,) = market.decisions()
    market.lift("incident:strike", lifted_by="Bea")
    (lifted,) = market.decisions()
    assert (rate()[1], lifted.lifted_by) == (10, "Bea")
    assert lifted.lifted_at is not None
    assert replace(lifted, lifted_at=None, lifted_by=None) == declared


@pytest.mark.parametrize(
    ("first_on", "last_on", "counted"),
    [
        (date(2018, 7, 1), date(2018, 7, 24), 10),
        (date(2018, 7, 1), date(2018, 7, 25), 0),
        (date(2018, 7, 31), None, 0),
        (date(2018, 8, 1), None, 10),
    ],
)
def test_the_days_of_an_incident_are_both_included(market, rate, first_on, last_on, counted):
    strike = Incident(name="strike", first_on=first_on, last_on=last_on)
    market.declare_incident(strike, reason="strike", decided_by="Ana")
    assert rate()[1] == counted


def test_an_incident_is_declared_otherwise_only_once_it_was_lifted(market, rate):
    strike = Incident(name="strike", first_on=date(2018, 7, 1), carrier="Posta")
    wider = Incident(name="strike", first_on=date(2018, 7, 1))
    assert market.declare_incident(strike, reason="strike", decided_by="Ana").is_new
    assert not market.declare_incident(strike, reason="strike", decided_by="Ana").is_new
    with pytest.raises(ArgumentInvalid, match=r"declared already, and otherwise\.\nLift "):
        market.declare_incident(wider, reason="strike", decided_by="Ana")
    assert rate()[1] == 6
    market.lift("incident:strike", lifted_by="Ana")
    assert market.declare_incident(wider, reason="strike", decided_by="Ana").is_new
    assert said(market) == [("incident:strike", True), ("incident:strike", False)]
    assert [each.key for each in market.decisions()] == ["carrier Posta", "every order"]
    assert rate()[1] == 0


def test_what_a_source_takes_back_of_a_decision_is_lifted_by_whom_it_says(market, rate):
    strike = {"incident_id": "I1", "carrier": "Posta", "recorded_at": at("2018-07-30")}
    days = {"first_on": date(2018, 7, 1), "reason": "strike"}
    market.load({"incidents": pa.Table.from_pylist([strike | days])})
    taken = {"table_name": "incidents", "column_name": "*", "retracted_at": at("2018-08-01")}
    both = [taken | {"key": key, "retracted_by": "the post"} for key in ("I1", "I2")]
    market.load({"retractions": pa.Table.from_pylist(both)})
    (known,) = market.decisions()  # of the other nobody ever told
    assert (known.id, known.key, known.first_on) == (
        "incident:I1",
        "carrier Posta",
        date(2018, 7, 1),
    )
    assert (known.decided_by, known.lifted_by) == (None, "the post")
    assert known.lifted_at == datetime(2018, 8, 1)
    assert rate()[1] == 10


def test_an_incident_that_ends_before_it_begins_takes_out_nothing(market, rate):
    reversed_days = {"first_on": date(2018, 7, 30), "last_on": date(2018, 7, 26)}
    market.load({"incidents": pa.Table.from_pylist([{"incident_id": "I1"} | reversed_days])})
    assert rate()[1] == 10


def test_two_decisions_never_share_an_id(market):
    other = order("O1:a", buyer_id="B1", placed_at="2018-07-20")
    market.load({"orders": pa.Table.from_pylist([other])}, recorded="occurred")
    market.exclude(order="O1", reason="a:b", decided_by="Ana")
    market.exclude(order="O1:a", reason="b", decided_by="Ana")
    assert said(market) == [("order:O1:a:b", False), ("order:O1:a:b#2", False)]


def test_what_was_decided_again_is_lifted_by_the_id_that_is_in_force(market):
    market.exclude(order="O1", reason="fraud", decided_by="Ana")
    market.lift("order:O1:fraud", lifted_by="Bea")
    market.exclude(order="O1", reason="fraud", decided_by="Ana")
    with pytest.raises(ArgumentInvalid, match="In force is 'order:O1:fraud#2': lift that"):
        market.lift("order:O1:fraud", lifted_by="Bea")


def test_of_a_buyer_the_decision_in_force_is_not_named(market):
    said = {"table_name": "buyers", "key": "B1", "reason": "fraud", "decided_by": "a source"}
    lifted = {"decided_at": datetime(2018, 8, 1), "lifted_at": datetime(2018, 8, 1, 1)}
    row = {"exclusion_id": "X1", **said, **lifted}
    market.load({"exclusions": pa.Table.from_pylist([row])})
    market.exclude(buyer="B1", reason="fraud", decided_by="Ana")
    with pytest.raises(ArgumentInvalid, match="'X1' is lifted already, but the same") as told:
        market.lift("X1", lifted_by="Bea")
    assert "B1" not in str(told.value)
    assert "exclusions list --by NAME --reason TEXT prints" in str(told.value)
    with pytest.raises(DecisionUnknown) as unknown:
        market.lift("buyer:B2:fraud", lifted_by="Bea")
    assert "B1" not in str(unknown.value)
    assert "exclusions list prints them" in str(unknown.value)


def test_a_reason_is_told_by_its_words_however_they_are_written(market, rate):
    market.exclude(order="O1", reason=" FRAUD ", decided_by="Ana")
    assert rate() == (0, 9)
    assert not market.exclude(order="O1", reason="Fraud", decided_by="Ana").is_new


def test_what_the_market_does_not_know_cannot_be_decided_about(market):
    for named in ({"order": "O77"}, {"buyer": "B77"}, {"rating": "F77"}):
        with pytest.raises(SubjectUnknown, match=r"77' is not known to this market"):
            market.exclude(**named, reason="fraud", decided_by="Ana")
    with pytest.raises(DecisionUnknown, match="no decision 'order:O1:fraud' is known"):
        market.lift("order:O1:fraud", lifted_by="Ana")


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"reason": "fraud"}, "say one of an order, a buyer and a rating"),
        ({"order": "O1", "buyer": "B1", "reason": "fraud"}, "say one of an order"),
        ({"order": "O1", "reason": " "}, "the reason is missing"),
        ({"order": "O1", "reason": "fraud", "decided_by": ""}, "who decided is missing"),
        ({"order": "O1", "reason": "f" * 201}, "the reason has 201 characters"),
        (
            {"order": "O1", "reason": "fraud", "decided_at": "2018-08-03"},
            "decided-at 2018-08-03T00:00:00Z lies ahead",
        ),
    ],
)
def test_a_decision_names_one_thing_a_reason_and_who(market, asked, complaint):
    with pytest.raises(ArgumentInvalid, match=complaint):
        market.exclude(**{"decided_by": "Ana", **asked})


def test_an_exclusion_of_anything_but_an_order_or_a_buyer_goes_to_quarantine(market):
    loaded = market.load(
        {
            "exclusions": pa.Table.from_pylist(
                [{"exclusion_id": "X1", "table_name": "feedback", "key": "F1", "reason": "fraud"}]
            )
        }
    )
    (summary,) = loaded.tables
    assert summary.quarantined == 1


def test_what_is_decided_now_is_decided_now_in_every_time_zone(tmp_path):
    place = tmp_path / "far.duckdb"
    markets.new(place, time_zone="America/Sao_Paulo", currency="BRL").close()
    with markets.open_market(place, clock=lambda: datetime(2018, 8, 2, 1)) as far:
        far.load({"orders": pa.Table.from_pylist([order("O1", placed_at="2018-07-20")])})
        far.exclude(order="O1", reason="fraud", decided_by="Ana")
        far.lift("order:O1:fraud", lifted_by="Bea")
        (known,) = far.decisions()
    assert (known.decided_at, known.lifted_at) == (datetime(2018, 8, 2, 1),) * 2
