"""The queue: by deadline, ties by lots, and a count of lots; small markets by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import goodstanding
from goodstanding.effects import lots, queue
from goodstanding.effects.open_orders import OpenOrder
from goodstanding.effects.queue import GoodStanding
from goodstanding.errors import ArgumentInvalid, RulebookUnknown, SubjectUnknown
from tests.effects.buyers_market import (
    AS_OF,
    BEGAN,
    OPENED,
    SHIP_BY,
    TODAY,
    account,
    market_of,
    opened,
    rules,
    stood,
    waiting,
)
from tests.market_files import as_frames

TWENTY = {f"B{n:02}": "trusted" if n % 2 else "standard" for n in range(20)}


@pytest.fixture
def as_it_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Let every lot tell the class, or the other one."""

    def tell(is_true: bool) -> None:
        monkeypatch.setattr(lots, "is_first", lambda *_, is_good, **__: is_good is is_true)

    return tell


def served(market: goodstanding.Market, as_of: str = AS_OF) -> list[str]:
    found = market.queue("S1", as_of=as_of)
    assert [each.place for each in found.orders] == list(range(1, len(found.orders) + 1))
    return [each.order_id for each in found.orders]


def turned_on(market: goodstanding.Market, at: str = f"{TODAY}T12:00") -> bool:
    by_bands = Path(str(market.path)).parent / "buyers.toml"
    return market.switch_effect(
        "queue", is_on=True, decided_by="Ana", decided_at=at, rulebook=by_bands
    )


def test_orders_are_served_by_their_ship_by_day_whoever_bought_them(tmp_path, as_it_is):
    as_it_is(True)
    facts = waiting(
        TWENTY,
        orders=[
            opened("late", "B00", SHIP_BY - timedelta(days=20)),
            opened("sooner", "B00", SHIP_BY - timedelta(days=1)),
            opened("later", "B01", SHIP_BY + timedelta(days=1)),
            opened("nobody-said", "B01", None),
        ],
    )
    with market_of(facts, tmp_path) as market:
        found = served(market)
        orders = market.queue("S1", as_of=AS_OF).orders
    assert (found[:2], found[-2:]) == (["late", "sooner"], ["later", "nobody-said"])
    assert [each.is_past for each in orders[:3]] == [True, False, False]


def test_within_a_day_those_come_first_whose_lot_says_good_standing(tmp_path, as_it_is):
    with market_of(waiting(TWENTY), tmp_path) as market:
        as_it_is(True)
        found = served(market)
        good = {f"O-{buyer}" for buyer, band in TWENTY.items() if band == "trusted"}
        assert set(found[:10]) == good
        as_it_is(False)
        turned = served(market)
    assert turned == [*found[10:], *found[:10]]  # within both the order is the same


def test_within_those_an_order_stands_by_its_instant_and_never_by_who_is_how_good(
    tmp_path, as_it_is
):
    as_it_is(True)
    known = ["trusted", "excellent", "standard", "limited", "new"]
    bands = {f"B{n:02}": known[n % 5] for n in range(25)}
    soon = opened("soon", "B03", SHIP_BY - timedelta(hours=2))  # of one with a limited standing
    with market_of(waiting(bands, orders=[soon]), tmp_path) as market:
        found = served(market)
    assert {each[2:] for each in found[:10]} == {
        buyer for buyer, band in bands.items() if band in {"trusted", "excellent"}
    }
    assert found[10] == "soon"
    digests = [sha256(f"2026-03-10 {each}".encode()).digest() for each in found]
    assert digests[:10] == sorted(digests[:10])
    assert digests[11:] == sorted(digests[11:])


def test_fewer_than_twenty_buyers_are_served_by_deadline_alone(tmp_path, as_it_is):
    as_it_is(True)
    nineteen = dict(list(TWENTY.items())[:19])
    facts = waiting(nineteen, orders=[opened(f"more-{n}", "B00") for n in range(9)])
    with market_of(facts, tmp_path) as market:
        found = market.queue("S1", as_of=AS_OF)
    assert (found.buyers_n, found.breaks_ties, found.good_standing) == (19, False, None)
    assert len(found.orders) == 28


def test_the_queue_is_by_deadline_alone_while_it_is_off(tmp_path, as_it_is):
    as_it_is(True)
    with market_of(waiting(TWENTY), tmp_path) as market:
        on = market.queue("S1", as_of=AS_OF)
        market.switch_effect("queue", is_on=False, decided_by="Ana")
        off = market.queue("S1", as_of=AS_OF)
        turned_on(market)
        again = market.queue("S1", as_of=AS_OF)
    assert (on.is_on, on.breaks_ties, off.is_on, off.breaks_ties) == (True, True, False, False)
    assert off.good_standing is None
    assert off.orders != on.orders
    assert again == on


@pytest.mark.parametrize(
    "said",
    [
        {"shipped_at": OPENED},
        {"delivered_at": OPENED},
        {"closed_at": OPENED},
        {"cancelled_at": OPENED},
        {"paid_at": None, "ship_by": None},  # nothing says that it is to be sent
        {"placed_at": datetime(2026, 3, 6), "paid_at": datetime(2026, 3, 6)},  # after the day
        {"seller_id": "S9"},
    ],
)
def test_what_does_not_wait_to_be_sent_is_not_in_the_queue(tmp_path, said):
    facts = {"orders": [opened("here", "B1"), opened("gone", "B2") | said]}
    with market_of(facts, tmp_path) as market:
        assert served(market) == ["here"]


def settled(market: goodstanding.Market) -> list[int]:
    return [year for (year,) in market._database.rows("select year from class_years order by 1")]


def unsettle(market: goodstanding.Market) -> None:
    for table in ("class_years", "good_buyers"):
        market._database.execute(f"delete from {table}")


def test_a_class_is_that_in_which_the_year_began(tmp_path, as_it_is):
    as_it_is(True)
    risen = stood("B00", "excellent", at=datetime(2026, 1, 2))
    with market_of(waiting(TWENTY, orders=risen), tmp_path, now="2027-01-02") as market:
        look = {"by": "Ana", "reason": "a test"}
        bands = market.assess(tmp_path / "buyers.toml", as_of=AS_OF, **look).to_pylist()
        assert {each["subject_id"]: each["grade"] for each in bands}["B00"] == "excellent"
        assert settled(market) == [2027]
        assert not turned_on(market, "2026-03-06T12:00")
        assert settled(market) == [2026, 2027]
        this_year = served(market, as_of="2026-12-31")
        next_year = served(market, as_of="2027-01-01")
    assert this_year.index("O-B00") >= 10
    assert next_year[0] == "O-B00"


def test_classes_are_settled_once_and_nothing_that_is_loaded_later_changes_them(tmp_path, as_it_is):
    as_it_is(True)
    with market_of(waiting(TWENTY), tmp_path) as market:
        before = market.queue("S1", as_of=AS_OF)
        late = [*stood("B00", "excellent", seller="S8"), *stood("B02", "trusted", seller="S8")]
        market.load(as_frames({"orders": late}), recorded="occurred")
        assert not turned_on(market)
        assert market.queue("S1", as_of=AS_OF).orders == before.orders


def test_what_was_learned_after_noon_of_its_first_day_counts_for_the_next_year(tmp_path, as_it_is):
    as_it_is(True)
    facts = waiting(TWENTY | {"B00": "new", "B02": "new"})
    goodstanding.new(tmp_path / "market.duckdb", time_zone="UTC", currency="EUR").close()
    with goodstanding.open(tmp_path / "market.duckdb") as market:
        market.load(as_frames(facts), recorded="occurred")
        for buyer, heard in (("B00", "2026-01-01T12:00"), ("B02", "2026-01-01T12:01")):
            told = stood(buyer, "trusted", seller="S8")
            at = datetime.fromisoformat(heard)
            market.load(as_frames({"orders": [row | {"recorded_at": at} for row in told]}))
        rules(tmp_path)
        assert turned_on(market)
        found = served(market)
    assert found.index("O-B00") < 11 <= found.index("O-B02")


def test_before_noon_of_its_first_day_a_year_has_no_classes_yet(tmp_path, as_it_is):
    as_it_is(True)
    with market_of(waiting(TWENTY), tmp_path) as market:
        unsettle(market)
        turned_on(market, "2026-01-01T11:59")
        assert settled(market) == []
        assert not market.queue("S1", as_of="2026-01-01").breaks_ties
        turned_on(market, "2026-01-01T12:00")
        assert settled(market) == [2026]


def test_a_rulebook_that_is_gone_is_named_once_all_else_is_published(tmp_path, as_it_is):
    as_it_is(True)
    with market_of(waiting(TWENTY), tmp_path) as market:
        market.publish("service-level", as_of="2026-01-31")
        unsettle(market)
        (tmp_path / "buyers.toml").unlink()
        with pytest.raises(RulebookUnknown) as refused:
            list(market.publish_due())
        published = [str(each.as_of) for each in market.publications("service-level")]
        assert published == ["2026-01-31", "2026-02-28"]
        said = "the queue's classes of 2026 cannot be settled by "
        assert refused.value.message.startswith(f"{said}'{tmp_path / 'buyers.toml'}', with which")
        assert "effects on queue --rulebook NAME" in (refused.value.hint or "")
        assert not market.queue("S1", as_of=AS_OF).breaks_ties
        assert sorted(served(market)) == [f"O-{buyer}" for buyer in sorted(TWENTY)]
        rules(tmp_path)
        assert list(market.publish_due()) == []
        assert settled(market) == [2026]


def test_a_year_is_settled_with_what_is_published_when_it_is_due(tmp_path):
    with market_of(waiting(TWENTY), tmp_path) as market:
        unsettle(market)
        assert list(market.publish_due()) == []
        assert settled(market) == [2026]
        unsettle(market)
        market.switch_effect("queue", is_on=False, decided_by="Ana")
        assert list(market.publish_due()) == []
        assert settled(market) == []


def test_who_objected_is_served_as_standard_from_then_on_and_nothing_else_changes(
    tmp_path, as_it_is
):
    as_it_is(True)
    facts = waiting(TWENTY, buyers=[account("B01", objected_at=datetime(2026, 3, 4))])
    with market_of(facts, tmp_path) as market:
        before = served(market, as_of="2026-03-03")
        after = served(market, as_of="2026-03-04")
    assert before.index("O-B01") < 10
    assert after.index("O-B01") >= 9
    assert [each for each in before if each != "O-B01"] == [e for e in after if e != "O-B01"]


def test_an_objection_draws_a_lot_of_its_own_for_a_standard_standing(tmp_path, monkeypatch):
    asked: list[dict[str, Any]] = []

    def is_first(_secret: str, **said: Any) -> bool:
        asked.append(said)
        return False

    monkeypatch.setattr(lots, "is_first", is_first)
    facts = waiting(TWENTY, buyers=[account("B01", objected_at=BEGAN)])
    with market_of(facts, tmp_path) as market:
        served(market)
    drawn = sorted((each["drawn"], each["is_good"]) for each in asked)
    scored = [*[("scored", False)] * 10, *[("scored", True)] * 9]
    assert drawn == [("objected", False), *scored]


def many(good_lots: int, others: int, each: int = 1) -> GoodStanding:
    """Count the orders of so many buyers whose lot says good standing, and so many others."""
    orders = [
        OpenOrder(order_id=f"{n}-{k}", buyer_no=n, ship_by=None, ship_by_on=None, is_past=False)
        for n in range(good_lots + others)
        for k in range(each)
    ]
    return queue.told(orders, set(range(good_lots)))


@pytest.mark.parametrize(
    ("good_lots", "others", "said"),
    [
        (20, 0, 20),
        (12, 8, 15),  # 3 * 12 - 20 = 16
        (10, 10, 10),
        (7, 13, 0),  # 1
        (0, 20, 0),  # -20
        (13, 9, 15),  # 17
        (22, 1, 20),  # 43, and no more than there are
        (200, 100, 300),
        (150, 150, 150),
    ],
)
def test_the_count_is_what_the_lots_amount_to_rounded_to_five(good_lots, others, said):
    assert many(good_lots, others).orders_n == said


@pytest.mark.parametrize(("buyers", "each", "margin"), [(20, 1, 15), (100, 1, 30), (20, 5, 65)])
def test_the_margin_is_that_of_the_lots_and_wider_where_buyers_have_several_orders(
    buyers, each, margin
):
    assert many(buyers, 0, each).margin == margin


def test_the_default_day_is_the_last_of_which_anything_is_known(tmp_path):
    with market_of(waiting(TWENTY), tmp_path) as market:
        assert market.queue("S1").as_of == OPENED.date()


def test_what_cannot_be_asked_is_refused(tmp_path):
    with market_of(waiting(TWENTY), tmp_path) as market:
        with pytest.raises(SubjectUnknown, match="seller 'S7' is not known"):
            market.queue("S7", as_of=AS_OF)
        with pytest.raises(ArgumentInvalid, match="'public' may not see a store's queue"):
            market.queue("S1", as_of=AS_OF, viewer="public")
        market.switch_effect("queue", is_on=False, decided_by="Ana")
        asked: dict[str, Any] = {"is_on": True, "decided_by": "Ana"}
        with pytest.raises(ArgumentInvalid, match="judges sellers, and what is asked here is a"):
            market.switch_effect("queue", rulebook="service-level", **asked)
        changed = rules(tmp_path).read_text(encoding="utf-8").replace('"trusted"', '"fine"')
        (tmp_path / "fine.toml").write_text(changed, encoding="utf-8")
        with pytest.raises(ArgumentInvalid, match="has no band 'trusted'") as caught:
            market.switch_effect("queue", rulebook=tmp_path / "fine.toml", **asked)
        assert [each.is_on for each in market.effect_switches()] == [True, True, False]
        assert caught.match("good standing begins at 'trusted'")


def test_switching_on_and_off_is_kept_once_and_listed(tmp_path):
    with market_of(waiting({"B1": "new"}), tmp_path) as market:
        assert not market.switch_effect("queue", is_on=True, decided_by="Eve")
        assert market.switch_effect("queue", is_on=False, decided_by="Bea")
        assert not market.switch_effect("queue", is_on=False, decided_by="Eve")
        assert [(each.does, each.is_on, each.said_by) for each in market.effect_switches()] == [
            ("queue", True, "Ana"),
            ("offers", True, "Ana"),
            ("queue", False, "Bea"),
        ]
        wrong: Any = "rank"
        with pytest.raises(ArgumentInvalid, match="effect 'rank' is not known"):
            market.switch_effect(wrong, is_on=True, decided_by="Ana")
