"""Random markets full of what buyers do, on the borders of the buyer score, as strategies."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from goodstanding.facts.catalogue import BY_NAME
from tests.markets import (
    BUYERS,
    ODD_DAYS,
    SELLERS,
    Borders,
    Market,
    perhaps,
    questions,
    received,
    seldom,
    versions,
)
from tests.oracle_facts import ONE_DAY, ONE_MICROSECOND, Facts, Row, first_instant, settled

# Days ago: the ends of the year, of what keeps a score down, of the times to pay and to review.
AGO = (1, 0, 2, 3, 9, 10, 11, 20, 21, 29, 30, 31, 45, 178, 179, 180, 181, 363, 364, 365, 366, -1)
LISTINGS = ("L1", "L2", "L3")
CATEGORIES: list[Row] = [
    {"category_id": name, "parent_id": above, "name": name, "recorded_at": None}
    for name, above in (("C1", None), ("C2", "C1"), ("C3", "C2"), ("C4", None), ("C5", "C4"))
]


def borders(zone: str, as_of: date) -> Borders:
    """List the instants from which facts are drawn: noon, and where a day begins and ends."""
    days = [as_of - ago * ONE_DAY for ago in AGO]
    shifts = (timedelta(hours=12), 0 * ONE_DAY, -ONE_MICROSECOND)
    instants = dict.fromkeys(first_instant(day, zone) + shift for shift in shifts for day in days)
    return Borders(zone=zone, instants=tuple(instants))


@st.composite
def refunds(draw: st.DrawFn, at: Borders, orders: list[str], name: str) -> Row:
    reasons = ("changed_mind", "changed_mind", "not_received", "not_as_described", "unknown", None)
    return {
        "refund_id": name,
        "order_id": draw(st.sampled_from((*orders, "O99"))),
        "refunded_at": draw(perhaps(at.any())),
        "reason": draw(st.sampled_from(reasons)),
        "is_statutory": draw(st.sampled_from((False, False, True, None))),
    }


@st.composite
def findings(draw: st.DrawFn, at: Borders, name: str) -> Row:
    proposed = draw(perhaps(at.any()))
    return {
        "finding_id": name,
        "buyer_id": draw(st.sampled_from((*BUYERS[:3], "B9"))),
        "kind": draw(st.sampled_from((None, "false_claim"))),
        "gravity": draw(st.sampled_from((None, 0, 1, 6, 10, 12))),
        "proposed_at": proposed,
        "decided_at": draw(perhaps(at.any())),
        "overturned_at": draw(seldom(at.any())),
    }


@st.composite
def messages(draw: st.DrawFn, at: Borders, orders: list[str], name: str) -> Row:
    first = draw(perhaps(at.any()))
    return {
        "thread_id": name,
        "seller_id": draw(st.sampled_from(SELLERS)),
        "buyer_id": draw(st.sampled_from((*BUYERS[:3], "B8"))),
        "order_id": draw(st.sampled_from((*orders, None))),
        "opened_by": draw(st.sampled_from(("seller", "seller", "buyer", None))),
        "first_at": first,
        "first_answer_at": draw(perhaps(at.around(first))),
        "is_spam": draw(st.sampled_from((None, False, True))),
    }


@st.composite
def accounts(draw: st.DrawFn, at: Borders, buyer: str) -> Row:
    return {
        "buyer_id": buyer,
        "opened_at": draw(perhaps(at.any())),
        "objected_at": draw(seldom(at.any())),
    }


@st.composite
def bought(draw: st.DrawFn, orders: list[str]) -> Facts:
    """Draw what orders are made of, and where that stands in the tree of goods."""
    category = st.sampled_from(("C2", "C3", "C5", "C1", None, "C6", "C2"))
    lines = [
        {
            "order_id": order,
            "line_no": number,
            "listing_id": draw(st.sampled_from((*LISTINGS, None))),
            "category_id": draw(category),
            "recorded_at": None,
        }
        for order in orders
        for number in range(1, draw(st.sampled_from((1, 1, 2, 3))) + 1)
    ]
    kinds = st.sampled_from(("ordinary", "ordinary", None, "gift"))
    listings = [{"listing_id": name, "kind": draw(kinds), "recorded_at": None} for name in LISTINGS]
    tree = draw(st.sampled_from((CATEGORIES, CATEGORIES, [])))
    return {"order_lines": lines, "listings": listings, "categories": list(tree)}


@st.composite
def buyer_markets(draw: st.DrawFn) -> Market:
    """Draw a market whose rows never contradict each other, and a question about its buyers."""
    zone = draw(st.sampled_from(sorted(ODD_DAYS)))
    as_of = draw(st.sampled_from(ODD_DAYS[zone])) + draw(st.sampled_from((0, 1, -1))) * ONE_DAY
    at = borders(zone, as_of)
    facts = dict(draw(received(at)))
    orders = sorted({row["order_id"] for row in facts["orders"]})
    for row in facts["orders"]:
        row["amount_minor"] = draw(st.sampled_from((4990, 500, 499, None)))
        row["buyer_id"] = draw(st.sampled_from((*BUYERS[:3], *BUYERS[:2], None)))
    for row in facts["disputes"]:
        row["close_reason"] = draw(st.sampled_from(("ruled", "ruled", "settled", None)))
        row["liable"] = draw(st.sampled_from(("buyer", "buyer", "seller", None)))
    facts |= draw(bought(orders))
    drawn = {
        "refunds": [refunds(at, orders, f"R{n}") for n in range(draw(st.integers(0, 5)))],
        "findings": [findings(at, f"N{n}") for n in range(draw(st.integers(0, 4)))],
        "messages": [messages(at, orders, f"T{n}") for n in range(draw(st.integers(0, 5)))],
        "buyers": [accounts(at, name) for name in draw(st.sets(st.sampled_from(BUYERS)))],
    }
    for name, strategies in drawn.items():
        facts[name] = []
        for one in strategies:
            facts[name] += draw(versions(at, BY_NAME[name], draw(one), one))
    known_at = draw(questions(at, as_of))
    corrected_at = draw(st.one_of(st.just(known_at), questions(at, as_of)))
    return Market(
        zone=zone,
        as_of=as_of,
        known_at=known_at,
        corrected_at=max(known_at, corrected_at),
        facts=settled(facts)[0],
    )
