"""The queue and offers by the bundled buyer score, where no rulebook is named."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

import goodstanding
from goodstanding import Offering
from goodstanding.effects import lots
from tests.effects.buyers_market import AS_OF, BEGAN, TODAY, account, opened
from tests.market_files import as_frames
from tests.oracle_facts import Row

KNOWN = [f"GOOD{n}" for n in range(10)]
NEW = [f"NEW{n}" for n in range(11)]
OBJECTED = "GOOD9"
LOOK = {"by": "Ana", "reason": "a test"}


def completed(buyer_id: str, n: int) -> Row:
    """Write an order that the score counts, each of another seller."""
    at = BEGAN - timedelta(days=30)
    instants = dict.fromkeys(
        ("placed_at", "paid_at", "shipped_at", "delivered_at", "closed_at"), at
    )
    ids = {"order_id": f"{buyer_id}-{n}", "buyer_id": buyer_id, "seller_id": f"T{n}"}
    return ids | instants | {"amount_minor": 2500, "currency": "EUR"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundled") / "m.duckdb"
    buyers = [account(buyer, marketing_consent_at=BEGAN) for buyer in (*KNOWN, *NEW)]
    buyers = [
        each | ({"objected_at": datetime(2026, 3, 1)} if each["buyer_id"] == OBJECTED else {})
        for each in buyers
    ]
    orders = [completed(buyer, n) for buyer in KNOWN for n in range(3)]
    orders += [opened(f"O-{buyer}", buyer) for buyer in (*KNOWN, *NEW)]
    goodstanding.new(path, time_zone="UTC", currency="EUR").close()
    now = datetime.fromisoformat(f"{TODAY}T12:00")
    with goodstanding.open(path, clock=lambda: now) as market:
        market.load(as_frames({"orders": orders, "buyers": buyers}), recorded="occurred")
        market.switch_effect("queue", is_on=True, decided_by="Ana")
        market.switch_effect("offers", is_on=True, decided_by="Ana")
        offering = Offering(
            to="all", band="trusted", discount=10, first_on=TODAY, last_on=TODAY, cap=5
        )
        market.make_offer("T1", offering, made_by="Sam")
    return path


def test_trusted_buyers_come_first_and_who_objected_is_as_anybody_else(made, monkeypatch):
    monkeypatch.setattr(lots, "is_first", lambda *_, is_good, **__: is_good)
    with goodstanding.open(made, read_only=True) as market:
        found = [each.order_id for each in market.queue("S1", as_of=AS_OF).orders]
        scored = {
            each["subject_id"]: each
            for each in market.assess("buyer-score", as_of=AS_OF, **LOOK).to_pylist()
        }
    assert set(found[:9]) == {f"O-{buyer}" for buyer in KNOWN if buyer != OBJECTED}
    assert scored["GOOD1"]["grade"] == "trusted"
    assert (scored[OBJECTED]["score"], scored[OBJECTED]["grade"]) == (None, None)


def test_an_offer_for_the_trusted_reaches_neither_the_new_nor_who_objected(made):
    now = datetime.fromisoformat(f"{TODAY}T13:00")
    with goodstanding.open(made, read_only=True, clock=lambda: now) as market:
        reached = [buyer for buyer in (*KNOWN, *NEW) if market.offers_to(buyer, viewer="buyer")]
    assert reached == [buyer for buyer in KNOWN if buyer != OBJECTED]
