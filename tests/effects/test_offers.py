"""Offers: whom they reach, what is counted, what taking one tells, and what is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import goodstanding
from goodstanding import Offering
from goodstanding.database.duckdb import DuckDB
from goodstanding.effects import offer_books
from goodstanding.effects.terms import discount_of, discount_text
from goodstanding.errors import ArgumentInvalid, OfferRefused, OfferUnknown, SubjectUnknown
from tests.at_once import Act, meet, together
from tests.effects.buyers_market import (
    BEGAN,
    TODAY,
    account,
    market_of,
    rules,
    stood,
)
from tests.market_files import as_frames
from tests.oracle_facts import Row

# Of 30 buyers six are in each band, and all of them agreed to offers.
KNOWN = ["new", "limited", "standard", "trusted", "excellent"]
BANDS = {f"B{n:02}": KNOWN[n % 5] for n in range(30)}
OFFER = Offering(to="all", band="trusted", discount=10, first_on=TODAY, last_on="2026-03-20", cap=3)


def consenting(**more: dict[str, Any]) -> list[dict[str, Any]]:
    said = {"marketing_consent_at": BEGAN}
    return [account(buyer, **said | more.get(buyer, {})) for buyer in BANDS]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("offers")
    orders = [row for buyer, band in BANDS.items() for row in stood(buyer, band, seller="S1")]
    orders += stood("B99", "excellent")  # who agreed to nothing
    rules(folder)
    with market_of({"orders": orders, "buyers": consenting()}, folder):
        pass
    return folder


class Clock:
    """Tells noon of the day that a test sets."""

    def __init__(self) -> None:
        self.day = TODAY

    def __call__(self) -> datetime:
        return datetime.fromisoformat(f"{self.day}T12:00")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def market(made: Path, tmp_path: Path, clock: Clock) -> Iterator[goodstanding.Market]:
    for name in ("market.duckdb", "buyers.toml"):
        (tmp_path / name).write_bytes((made / name).read_bytes())
    with goodstanding.open(tmp_path / "market.duckdb", clock=clock) as opened:
        yield opened


def offered(market: goodstanding.Market, offering: Offering = OFFER, **said: Any) -> str:
    asked: dict[str, Any] = {
        "made_by": "Sam",
        "rulebook": Path(str(market.path)).parent / "buyers.toml",
    }
    return market.make_offer("S1", offering, **asked | said).offer.offer_id


def reached(market: goodstanding.Market) -> list[str]:
    """Return the bands of whom an offer is shown to, each once, and that it is to all of it."""
    shown = [BANDS[buyer] for buyer in BANDS if market.offers_to(buyer, viewer="buyer")]
    assert all(shown.count(band) == 6 for band in shown)
    return [band for band in KNOWN if band in shown]


@pytest.mark.parametrize(
    ("band", "bands"),
    [
        ("excellent", ["excellent"]),
        ("trusted", ["trusted", "excellent"]),
        ("standard", ["new", "standard", "trusted", "excellent"]),
        ("limited", KNOWN),
        (None, KNOWN),
    ],
)
def test_an_offer_reaches_its_band_and_better_ones_and_the_new_as_standard(market, band, bands):
    offered(market, replace(OFFER, band=band))
    assert reached(market) == bands


def test_an_offer_reaches_nobody_who_did_not_agree_to_offers(market):
    offered(market)
    assert market.offers_to("B99", viewer="buyer") == []
    with pytest.raises(OfferRefused, match="'S1:1' does not reach buyer 'B99'"):
        market.take_offer("S1:1", buyer="B99", agrees=True)


@pytest.mark.parametrize(
    "said",
    [
        {"marketing_consent_at": None},
        {"marketing_consent_at": datetime(2026, 3, 6)},  # on the very day: after the day before
        {"closed_at": BEGAN},
    ],
)
def test_no_consent_by_the_day_before_and_no_account_is_no_reach(tmp_path, said):
    orders = [row for buyer, band in BANDS.items() for row in stood(buyer, band, seller="S1")]
    facts = {"orders": orders, "buyers": consenting(B04=said)}
    rules(tmp_path)
    with market_of(facts, tmp_path) as market:
        offered(market)
        assert market.offers_to("B04", viewer="buyer") == []
        assert len(market.offers_to("B09", viewer="buyer")) == 1


def test_consent_that_is_taken_back_and_an_objection_end_what_reaches_a_buyer(market):
    offered(market)
    retracted = {
        "table_name": "buyers",
        "key": "B04",
        "column_name": "marketing_consent_at",
        "retracted_at": datetime(2026, 3, 6, 9),
    }
    market.load(as_frames({"retractions": [retracted]}))
    objects = account("B09", objected_at=datetime(2026, 3, 6, 9))
    market.load(as_frames({"buyers": [objects]}), recorded="occurred")
    assert (market.offers_to("B04", viewer="buyer"), market.offers_to("B09", viewer="buyer")) == (
        [],
        [],
    )
    assert len(market.offers_to("B14", viewer="buyer")) == 1


def test_who_objected_is_reached_as_standard_by_what_is_for_anybody_so_placed(market):
    objects = account("B04", objected_at=datetime(2026, 3, 5))
    market.load(as_frames({"buyers": [objects]}), recorded="occurred")
    assert offered(market, replace(OFFER, band="standard")) == "S1:1"
    assert len(market.offers_to("B04", viewer="buyer")) == 1


def test_past_buyers_are_those_with_a_second_completed_order_in_365_days(tmp_path):
    at = datetime(2026, 3, 1)
    long_ago = [at - timedelta(days=400), at]
    twice = [at - timedelta(days=300), at]
    orders: list[Row] = []
    known: list[tuple[str, str, list[datetime], Row]] = [
        ("once", "S1", [at], {}),
        ("long-ago", "S1", long_ago, {}),
        ("elsewhere", "S2", twice, {}),
        ("cancelled", "S1", twice, {"cancelled_at": at, "closed_at": None}),
        ("twice", "S1", twice, {}),
        ("delivered", "S1", twice, {"closed_at": None, "delivered_at": at}),
        *[(f"B{n:02}", "S1", twice, {}) for n in range(20)],
    ]
    for buyer, seller, days, said in known:
        for n, day in enumerate(days):
            row: Row = dict.fromkeys(("placed_at", "paid_at", "closed_at"), day)
            ids = {"order_id": f"{buyer}-{n}", "buyer_id": buyer, "seller_id": seller}
            orders.append(row | ids | said)
    buyers = [account(buyer, marketing_consent_at=BEGAN) for buyer, *_ in known]
    rules(tmp_path)
    with market_of({"orders": orders, "buyers": buyers}, tmp_path) as market:
        offered(market, replace(OFFER, to="past", band=None))
        shown = {
            buyer["buyer_id"]
            for buyer in buyers
            if market.offers_to(buyer["buyer_id"], viewer="buyer")
        }
        assert shown == {"twice", "delivered", *(f"B{n:02}" for n in range(20))}
        (offer,) = market.offers()
        assert offer.could_reach == 20  # of 22


def test_the_count_is_of_whatever_band_and_stays_as_it_was_when_the_offer_was_made(market):
    offered(market, replace(OFFER, band="excellent"))
    more = account("B99", marketing_consent_at=datetime(2026, 3, 6, 9))
    market.load(as_frames({"buyers": [more]}), recorded="occurred")
    assert [each.could_reach for each in market.offers()] == [30]


def test_fewer_than_twenty_are_refused_whatever_their_band(tmp_path):
    few = dict(list(BANDS.items())[:19])
    orders = [row for buyer, band in few.items() for row in stood(buyer, band, seller="S1")]
    buyers = [each for each in consenting() if each["buyer_id"] in few]
    rules(tmp_path)
    with market_of({"orders": orders, "buyers": buyers}, tmp_path) as market:
        for band in ("excellent", None):
            with pytest.raises(OfferRefused, match="fewer than 20 buyers who agreed") as caught:
                offered(market, replace(OFFER, band=band))
            assert caught.match("points at nobody")
        assert market.offers() == []


def test_a_refusal_or_a_count_does_not_turn_on_how_many_qualify(market):
    """Twenty known buyers and one other: a count of those who qualify would tell its band."""
    told = []
    for band in ("excellent", "trusted", "limited"):
        offer_id = offered(market, replace(OFFER, band=band), made_on=TODAY)
        (offer,) = [each for each in market.offers() if each.offer_id == offer_id]
        told.append((offer.could_reach, offer.taken_n, offer.status))
        market.end_offer(offer_id, ended_by="Sam")
        market._database.execute("delete from offer_ends")
        market._database.execute("delete from offers")
        market._database.execute("delete from offer_reaches")
    assert told == told[:1] * 3


def test_a_buyer_is_told_what_the_seller_learns_before_an_offer_is_taken(market):
    offered(market)
    (shown,) = market.offers_to("B04", viewer="buyer")
    assert shown.tells == (
        "Whoever takes it tells S1 so: one who qualified took it. It is for buyers in good enough "
        "standing (trusted or better), so that S1, who sees whose order it is, learns that you are."
    )
    with pytest.raises(OfferRefused, match="nothing is taken yet") as caught:
        market.take_offer("S1:1", buyer="B04")
    assert caught.match(r"learns that you are\.\nTo take it all the same, say --agree")
    assert [each.taken_n for each in market.offers()] == [0]


def test_an_offer_to_any_standing_says_that_it_tells_nothing_of_it(market):
    offered(market, replace(OFFER, band=None))
    (shown,) = market.offers_to("B00", viewer="buyer")
    assert shown.tells.endswith("for buyers of any standing, so that it says nothing of yours.")


def test_taking_an_offer_tells_the_seller_that_one_did_once_however_often_it_is_sent(market):
    offered(market)
    taken = market.take_offer("S1:1", buyer="B04", agrees=True)
    assert str(taken.taken_on) == TODAY
    assert market.take_offer("S1:1", buyer="B04", agrees=True) == taken
    assert market.take_offer("S1:1", buyer="B04") == taken
    assert [(each.taken_n, each.status) for each in market.offers(seller="S1")] == [(1, "live")]
    assert "B04" not in repr(market.offers())


def test_an_offer_is_used_up_at_its_cap(market):
    offered(market, replace(OFFER, cap=1))
    market.take_offer("S1:1", buyer="B04", agrees=True)
    assert market.offers()[0].status == "used up"
    assert market.offers_to("B09", viewer="buyer") == []
    assert len(market.offers_to("B04", viewer="buyer")) == 1
    with pytest.raises(OfferRefused, match="it was taken as often as its cap of 1 allows"):
        market.take_offer("S1:1", buyer="B09", agrees=True)


def test_two_who_take_an_offer_at_once_do_not_exceed_its_cap(market, clock, monkeypatch):
    offered(market, replace(OFFER, cap=1))
    meet(monkeypatch, offer_books, "take")

    def take(buyer: str) -> Act:
        return lambda market: market.take_offer("S1:1", buyer=buyer, agrees=True)

    refused = together(market, clock, take("B04"), take("B09"))
    assert [type(each) for each in refused] == [OfferRefused]
    assert [each.taken_n for each in market.offers()] == [1]


def test_two_offers_made_at_once_leave_room_for_one(market, clock, monkeypatch):
    meet(monkeypatch, offer_books, "make")
    other = replace(OFFER, discount=20)
    refused = together(market, clock, offered, lambda market: offered(market, other))
    assert [type(each) for each in refused] == [OfferRefused]
    assert len(market.offers()) == 1


def test_what_is_switched_on_twice_at_once_is_switched_once(market, clock, monkeypatch):
    market.switch_effect("offers", is_on=False, decided_by="Ana")
    before = market.effect_switches()
    meet(monkeypatch, DuckDB, "transaction")

    def switch_on(market: goodstanding.Market) -> None:
        market.switch_effect("offers", is_on=True, decided_by="Bea")

    assert not together(market, clock, switch_on, switch_on)
    assert len(market.effect_switches()) == len(before) + 1


def test_an_offer_can_be_taken_on_its_days_alone(market, clock):
    offered(market, replace(OFFER, first_on="2026-03-08", last_on="2026-03-09"))
    for day, said in [
        ("2026-03-07", "first day is 2026-03-08"),
        ("2026-03-10", "last day was"),
    ]:
        clock.day = day
        assert market.offers_to("B04", viewer="buyer") == []
        with pytest.raises(OfferRefused, match=said):
            market.take_offer("S1:1", buyer="B04", agrees=True)
    statuses = [market.offers(as_of=f"2026-03-{day:02}") for day in (5, 7, 8, 9, 10)]
    assert [[each.status for each in found] for found in statuses] == [
        *([], ["to come"], ["live"], ["live"], ["over"])
    ]


def test_the_same_offer_is_made_once_and_ended_once(market):
    by_bands = Path(str(market.path)).parent / "buyers.toml"
    first = market.make_offer("S1", OFFER, made_by="Sam", rulebook=by_bands)
    again = market.make_offer("S1", OFFER, made_by="Eve", rulebook=by_bands)
    assert (first.is_new, again.is_new, again.offer) == (True, False, first.offer)
    ended = market.end_offer("S1:1", ended_by="Sam")
    assert (ended.status, ended.ended_by, str(ended.ended_on)) == ("ended", "Sam", TODAY)
    assert market.end_offer("S1:1", ended_by="Eve") == ended
    with pytest.raises(OfferRefused, match=f"it was ended on {TODAY}"):
        market.take_offer("S1:1", buyer="B04", agrees=True)


def test_a_seller_has_one_count_a_day_and_two_live_offers(market, clock):
    offered(market)
    other = replace(OFFER, discount=20)
    with pytest.raises(OfferRefused, match="a seller has one count a day"):
        offered(market, other)
    clock.day = "2026-03-07"
    later = replace(other, first_on="2026-03-07")
    assert offered(market, later) == "S1:2"
    clock.day = "2026-03-08"
    third = replace(later, first_on="2026-03-08", discount=30)
    with pytest.raises(OfferRefused, match="live or to come: S1:1, S1:2") as caught:
        offered(market, third)
    assert caught.match("goodstanding offers end")
    market.end_offer("S1:1", ended_by="Sam")
    assert offered(market, third) == "S1:3"
    with pytest.raises(OfferRefused, match="an offer was made on 2026-03-08, after 2026-03-07"):
        offered(market, replace(third, discount=40), made_on="2026-03-07")


def test_two_bands_at_once_would_be_a_price_by_score_and_are_refused(market, clock):
    offered(market)
    clock.day = "2026-03-07"
    for band in ("excellent", None):
        other = replace(OFFER, band=band, discount=20, first_on="2026-03-07")
        with pytest.raises(OfferRefused, match="both together would be a price by score") as caught:
            offered(market, other)
        assert caught.match("Prices by score are refused in this release")
    apart = replace(OFFER, band="excellent", first_on="2026-03-21", last_on="2026-03-22")
    assert offered(market, apart) == "S1:2"


@pytest.mark.parametrize(
    "given", [{"trusted": 5, "excellent": 10}, "trusted=5,excellent=10", "trusted: 5", "5;10"]
)
def test_a_price_by_score_is_refused_with_the_reason(given):
    with pytest.raises(OfferRefused, match="prices by score are refused in this release") as caught:
        discount_of(given)
    assert caught.match(r"docs/offers\.md says what")


@pytest.mark.parametrize(
    ("given", "text"), [(10, "10 %"), ("12.5 %", "12.5 %"), (0.01, "0.01 %"), ("99.99%", "99.99 %")]
)
def test_a_discount_is_a_share_in_per_cent(given, text):
    assert discount_text(discount_of(given)) == text


@pytest.mark.parametrize("given", [0, 100, -5, "much", 1.234, None, True, "nan", "inf", ""])
def test_what_is_no_discount_is_refused(given):
    with pytest.raises(ArgumentInvalid, match="is no share above 0 and below 100 %"):
        discount_of(given)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"last_on": "2026-03-05"}, "the last day, 2026-03-05, lies before the first"),
        ({"first_on": "2026-03-05"}, "the first day, 2026-03-05, is over"),
        ({"cap": 0}, "cap 0 lets nobody take the offer"),
        ({"band": "golden"}, "band 'golden' is not known"),
        ({"to": "friends"}, "to 'friends' is not known"),
    ],
)
def test_terms_that_cannot_be_are_refused(market, changed, said):
    with pytest.raises(ArgumentInvalid, match=said):
        offered(market, replace(OFFER, **changed))
    assert market.offers() == []


def test_offers_are_off_until_an_operator_turns_them_on_and_can_be_turned_off_again(market):
    offered(market)
    market.take_offer("S1:1", buyer="B04", agrees=True)
    market.switch_effect("offers", is_on=False, decided_by="Ana")
    assert market.offers_to("B09", viewer="buyer") == []
    with pytest.raises(OfferRefused, match="none can be taken") as caught:
        market.take_offer("S1:1", buyer="B09", agrees=True)
    assert caught.match("goodstanding effects on offers --by NAME")
    with pytest.raises(OfferRefused, match="none can be made"):
        offered(market, replace(OFFER, discount=20))
    assert [each.taken_n for each in market.offers()] == [1]
    market.switch_effect("offers", is_on=True, decided_by="Ana")
    assert len(market.offers_to("B09", viewer="buyer")) == 1


def test_what_is_unknown_or_lies_ahead_is_said_so(market):
    wrong: Any = {"to": "all"}
    with pytest.raises(OfferUnknown, match="no offer 'S1:1' is known") as caught:
        market.end_offer("S1:1", ended_by="Sam")
    assert caught.match("goodstanding offers list prints them")
    offered(market)
    with pytest.raises(OfferUnknown, match="Did you mean 'S1:1'"):
        market.take_offer("S1:2", buyer="B04")
    with pytest.raises(SubjectUnknown, match="buyer 'B77' is not known"):
        market.take_offer("S1:1", buyer="B77")
    with pytest.raises(SubjectUnknown, match="seller 'S7' is not known"):
        market.offers(seller="S7")
    with pytest.raises(ArgumentInvalid, match="ended-on 2026-03-07 lies ahead") as early:
        market.end_offer("S1:1", ended_by="Sam", ended_on="2026-03-07")
    assert early.match(f"Today is {TODAY}")
    with pytest.raises(ArgumentInvalid, match="cannot be ended on 2026-03-05: it was made on"):
        market.end_offer("S1:1", ended_by="Sam", ended_on="2026-03-05")
    with pytest.raises(ArgumentInvalid, match=r"offering \{'to': 'all'\} is not one"):
        market.make_offer("S1", wrong, made_by="Sam")
    with pytest.raises(ArgumentInvalid, match="a store sees its own offers"):
        market.offers(viewer="store")
    with pytest.raises(ArgumentInvalid, match="'public' may not see a store's offers"):
        market.offers(seller="S1", viewer="public")
    with pytest.raises(ArgumentInvalid, match="'store' may not see a buyer's offers that") as mine:
        market.offers_to("B04", viewer="store")
    assert mine.match("It is for operator and buyer")
    as_operator = market.offers_to("B04", by="Ana", reason="a complaint")
    assert market.offers_to("B04", viewer="buyer") == as_operator
