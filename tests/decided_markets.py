"""Random markets about which people decided something, as Hypothesis strategies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from goodstanding.facts.catalogue import BY_NAME
from tests.markets import (
    BUYERS,
    ODD_DAYS,
    Borders,
    Market,
    borders,
    key_of_row,
    markets,
    perhaps,
    seldom,
    versions,
)
from tests.oracle_facts import ONE_DAY, Facts, Row, key_text, settled

REASONS = (
    "order protection",
    "rating in doubt",
    "malicious buyer",
    "order protection",
    "the buyer's account was closed for abuse",
    "rating in doubt",
    "incentivised review",
    "something no rulebook names",
)
CARRIERS = (None, "Correios", "DHL")
REGIONS = (None, "BR", "ES")
METHODS = (None, "standard")


@st.composite
def exclusions(draw: st.DrawFn, at: Borders, orders: Sequence[str], name: str) -> Row:
    """Draw a decision about an order or a buyer, perhaps lifted, perhaps about nobody known."""
    table = draw(st.sampled_from(("orders", "buyers", "orders")))
    keys = (*orders[:2], *orders, "O99") if table == "orders" else (*BUYERS[:2], "B99")
    return {
        "exclusion_id": name,
        "table_name": table,
        "key": draw(st.sampled_from(keys)),
        "reason": draw(st.sampled_from(REASONS)),
        "decided_by": "someone",
        "decided_at": draw(perhaps(at.any())),
        "lifted_at": draw(seldom(at.any())),
    }


@st.composite
def incidents(draw: st.DrawFn, at: Borders, as_of: date, name: str) -> Row:
    """Draw an incident of a few days around those that matter."""
    first = as_of - draw(st.sampled_from((2, 0, 1, 45, 89, 90, -1))) * ONE_DAY
    return {
        "incident_id": name,
        "carrier": draw(st.sampled_from(CARRIERS)),
        "region": draw(st.sampled_from(REGIONS)),
        "method": draw(st.sampled_from(METHODS)),
        "first_on": first,
        "last_on": first + draw(st.sampled_from((0, 1, 30))) * ONE_DAY,
        "decided_at": draw(perhaps(at.any())),
    }


@st.composite
def accounts(draw: st.DrawFn, at: Borders, buyer: str) -> Row:
    return {
        "buyer_id": buyer,
        "closed_at": draw(perhaps(at.any())),
        "closed_reason": draw(st.sampled_from((None, "abuse", "own wish"))),
    }


@st.composite
def decided(draw: st.DrawFn, market: Market) -> Market:
    """Add to a market what was decided about it; decisions come in versions as facts do."""
    at = borders(market.zone, market.as_of, draw(st.sampled_from(ODD_DAYS[market.zone])))
    facts: Facts = {name: list(rows) for name, rows in market.facts.items()}
    for row in facts["orders"]:
        row |= {
            "carrier": draw(st.sampled_from(CARRIERS)),
            "ship_to": draw(st.sampled_from(REGIONS)),
            "shipping_method": draw(st.sampled_from(METHODS)),
        }
    for row in facts["disputes"]:
        row["first_reason"] = draw(st.sampled_from((None, "not_received", "other")))
    orders = sorted({row["order_id"] for row in facts["orders"]})
    drawn = {
        "exclusions": [exclusions(at, orders, f"X{n}") for n in range(draw(st.integers(0, 6)))],
        "incidents": [incidents(at, market.as_of, f"I{n}") for n in range(draw(st.integers(0, 2)))],
        "buyers": [accounts(at, buyer) for buyer in draw(st.sets(st.sampled_from(BUYERS[2:])))],
    }
    for name, strategies in drawn.items():
        table = BY_NAME[name]
        facts[name] = []
        for one in strategies:
            facts[name] += draw(versions(at, table, draw(one), one))
        if facts[name] and draw(st.integers(0, 3)) == 0:
            row = draw(st.sampled_from(facts[name]))
            back: Row = {
                "table_name": name,
                "key": key_text(table, row),
                "column_name": "*",
                "retracted_at": draw(at.around(row["recorded_at"])),
            }
            if key_of_row(back) not in {key_of_row(each) for each in facts["retractions"]}:
                facts["retractions"].append(back)
    kept, _ = settled(facts)
    return replace(market, facts=kept)


def decided_markets() -> st.SearchStrategy[Market]:
    """Draw a market with decisions, whose rows never contradict each other."""
    return markets().flatmap(decided)
