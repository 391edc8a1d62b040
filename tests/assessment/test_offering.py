"""Whose score a listing leans on: that of who offers it, as the facts say or its sales show."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from goodstanding.assessment import offering
from goodstanding.assessment.questions import Question
from goodstanding.facts.store import Settings
from goodstanding.rulebook import bundled
from tests.memory_market import NOW, empty_market, load_facts
from tests.oracle_facts import Facts, Row
from tests.small_facts import at, order, retraction

SETTINGS = Settings(time_zone="UTC", currency="EUR")
LISTING_SCORE = bundled.load("listing-service-score")
SOLD = [order("O1"), order("O2", seller_id="S2"), order("O3", seller_id="S2")]


def lines(*orders: str, listing: str = "L1") -> list[Row]:
    return [{"order_id": each, "line_no": 1, "listing_id": listing} for each in orders]


def offered(**said: Any) -> Row:
    return {"listing_id": "L1", **said}


def told(facts: Facts, as_of: date = date(2018, 3, 31)) -> dict[str, str]:
    """Return the seller by whom each listing is scored."""
    database = empty_market(SETTINGS)
    load_facts(database, SETTINGS, facts)
    sellers = dict(database.rows("select seller_no, seller_id from seller_ids"))
    listings = dict(database.rows("select listing_no, listing_id from listing_ids"))
    scored = pa.table(
        {
            "standing_id": pa.array([20180331] * len(sellers), pa.int64()),
            "subject_id": pa.array(list(sellers), pa.int64()),
            "scored_on": pa.array([date(2018, 3, 31)] * len(sellers)),
            "score": pa.array([number * 1_000_000 for number in sellers], pa.int64()),
        }
    )
    asked = Question(rulebook=LISTING_SCORE, as_of=as_of, known_at=NOW)
    rows = offering.of_listings(database, SETTINGS, asked, scored).to_pylist()
    assert len({row["subject_id"] for row in rows}) == len(rows)
    return {listings[row["subject_id"]]: sellers[row["score"] // 1_000_000] for row in rows}


OFFERED: dict[str, tuple[Facts, dict[str, str]]] = {
    "the seller whom the source names": (
        {"listings": [offered(seller_id="S1")], "orders": SOLD, "order_lines": lines("O2", "O3")},
        {"L1": "S1"},
    ),
    "who sold most of it, where the source names none": (
        {"listings": [offered()], "orders": SOLD, "order_lines": lines("O1", "O2", "O3")},
        {"L1": "S2"},
    ),
    "who sold most of it, of a listing that the source does not list": (
        {"orders": SOLD, "order_lines": lines("O1", "O2", "O3")},
        {"L1": "S2"},
    ),
    "of those who sold as much, the one whose id comes first": (
        {"orders": [order("O2", seller_id="S2"), order("O1")], "order_lines": lines("O1", "O2")},
        {"L1": "S1"},
    ),
    "who offers it later does not offer it yet": (
        {
            "listings": [offered(seller_id="S1", opened_at=at("2018-04-01"))],
            "orders": SOLD,
            "order_lines": lines("O2"),
        },
        {"L1": "S2"},
    ),
    "a name that was taken back is none": (
        {
            "listings": [offered(seller_id="S1")],
            "retractions": [retraction("listings", "L1", "seller_id", "2018-02-01")],
            "orders": SOLD,
            "order_lines": lines("O2"),
        },
        {"L1": "S2"},
    ),
    "nobody, where it was neither named nor sold": ({"listings": [offered()], "orders": SOLD}, {}),
}


@pytest.mark.parametrize("case", OFFERED)
def test_a_listing_is_scored_by(case: str):
    facts, expected = OFFERED[case]
    assert told(facts) == expected


def test_what_was_sold_later_says_nothing_yet():
    later = order("O4", seller_id="S3", placed_at="2018-04-02")
    facts: Facts = {
        "orders": [*SOLD, later],
        "order_lines": lines("O1") + lines("O4", listing="L2"),
    }
    assert told(facts) == {"L1": "S1"}
    assert told(facts, as_of=date(2018, 4, 2)) == {"L1": "S1", "L2": "S3"}
