"""Rows as worked examples write them, drawn around the borders of a rulebook's windows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from goodstanding.days import ONE_DAY
from goodstanding.rows.beside_orders import BESIDE
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.model import Example, Rulebook
from tests.drawn_buyers import bought

Row = dict[str, Any]
STARS = ("stars", "description_stars", "communication_stars", "logistics_stars")
LONGEST_FILLER = 100  # orders; larger volumes than that are left to the examples
_NEAR = (0, 1, 3, 4, 9, 13, 14, 15, 27)  # days ago: repeats, and what belongs to one order


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The day that is asked about, and what the subject's peers come to on it."""

    as_of: date
    peers: Mapping[str, Mapping[str, Fraction]]


def settings_of(rulebook: Rulebook) -> list[Setting]:
    """Return the days of a rulebook's own examples, with all that they say of peers on each.

    Where one says all of it alone, which may be something else, its day is told once more.
    """
    peers: dict[date, dict[str, Mapping[str, Fraction]]] = {}
    for each in rulebook.examples:
        for name, values in each.peers.items():
            peers.setdefault(each.as_of, {}).setdefault(name, values)
    days = sorted(peers) or sorted({each.as_of for each in rulebook.examples})[:3]
    found = [Setting(as_of=day, peers=peers.get(day, {})) for day in days]
    whole = [
        Setting(as_of=each.as_of, peers=each.peers)
        for each in rulebook.examples
        if each.peers and each.peers.keys() == peers[each.as_of].keys()
    ]
    return [*found, *(each for at, each in enumerate(whole) if each not in [*found, *whole[:at]])]


def as_example(rulebook: Rulebook, setting: Setting, rows: Sequence[Row]) -> Example:
    """Return rows as an example: an order is written once for each kind of its rows."""
    sets = {rows.kind: rows.name for rows in reversed(list(rulebook.rows.values()))}
    written = {name: tuple(_of_kind(kind, rows)) for kind, name in sets.items()}
    name = f"drawn for {rulebook.id}"
    return Example(
        name=name, as_of=setting.as_of, rows=written, peers=setting.peers, expect={}, line=0
    )


def _of_kind(kind: str, rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows of a kind: the drawn ones, or what stands beside drawn orders."""
    if kind in BESIDE:
        return [each for row in rows for each in row.get("beside", {}).get(kind, ())]
    return _lines(rows) if kind == "line" else rows


def _lines(orders: Sequence[Row]) -> list[Row]:
    """Return the lines of orders: of two listings, where an order is written with two lines."""
    return [
        {"listing_id": name, "line_no": number, "line_amount_minor": 1000, "quantity": 1} | order
        for order in orders
        for number, name in enumerate(("a listing", "another")[: order.get("lines", 1)], start=1)
    ]


def border_days(rulebook: Rulebook, as_of: date) -> list[date]:
    """Return the days at which something can turn: the first of each window, and those beside."""
    lengths = [window.length for window in rulebook.windows.values() if window.length is not None]
    firsts = [length.ending_on(as_of).first for length in lengths]
    beside = [first + timedelta(days=n) for first in firsts for n in (-1, 0, 1)]
    days = {*beside, *(as_of - timedelta(days=ago) for ago in _NEAR)}
    return sorted(day for day in days if day <= as_of)


@st.composite
def drawn_rows(draw: st.DrawFn, rulebook: Rulebook, setting: Setting) -> list[Row]:
    """Draw some rows of one subject, all of the kind that the rulebook reads, on a few days."""
    every = st.sampled_from(border_days(rulebook, setting.as_of))
    days = sorted(draw(st.sets(every, min_size=3, max_size=6)))
    kind = ROW_KINDS[next(iter(rulebook.rows.values())).kind]
    if rulebook.subject == "buyer":
        return draw(bought(days))
    if kind.is_of_orders:
        return draw(markets(rulebook, days, setting.as_of))
    of_kind = {"violation": violations(rulebook, days), "standing": standings(days)}
    return draw(st.lists(of_kind[kind.name], min_size=1, max_size=6))


@st.composite
def violations(draw: st.DrawFn, rulebook: Rulebook, days: list[date]) -> Row:
    """Draw an entry whose points are, or nearly are, those between two nodes."""
    ledger = draw(st.sampled_from(list(rulebook.ladders)))
    nodes = [int(rung.at) for rung in rulebook.ladders[ledger].rungs]
    between = sorted({high - low for low in (0, *nodes) for high in nodes if high > low})
    points = draw(st.sampled_from(between)) * 1000
    return {
        "occurred_on": draw(st.sampled_from(days)),
        "ledger": ledger,
        "points_milli": points - draw(st.sampled_from([0, 0, 1])),
    }


@st.composite
def standings(draw: st.DrawFn, days: list[date]) -> Row:
    """Draw a day's score, mostly near to where a grade begins."""
    score = st.integers(-30, 100) | st.sampled_from([60, 80, 90])
    return {"scored_on": draw(st.sampled_from(days)), "score": draw(score)}


@st.composite
def markets(draw: st.DrawFn, rulebook: Rulebook, days: list[date], as_of: date) -> list[Row]:
    """Draw a few orders that went one way or another, among clean ones that make volume."""
    orders = draw(st.lists(drawn_orders(days), min_size=1, max_size=5))
    for number, order in enumerate(orders):
        order["order_id"] = f"order {number}"
    volumes = [int(each) for each in re.findall(r"(?:<|>=) ([0-9]+)\b(?! %)", rulebook.text)]
    near = sorted({0, *(volume for volume in volumes if 5 < volume <= LONGEST_FILLER)})
    filler = draw(st.sampled_from(near)) - draw(st.integers(0, len(orders)))
    return [*orders, clean_order(as_of) | {"times": filler}] if filler > 0 else orders


def clean_order(as_of: date) -> Row:
    """Return an order of a buyer of its own that went well, all of it within the last days."""
    days = dict.fromkeys(("placed_on", "paid_on", "ship_by_on"), as_of - 9 * ONE_DAY)
    return {
        **days,
        "is_paid": True,
        "shipped_on": days["ship_by_on"],
        "closed_on": as_of - 3 * ONE_DAY,
        "feedback_on": as_of - ONE_DAY,
        **dict.fromkeys(STARS, 5),
        "amount_minor": 1000,
    }


@st.composite
def drawn_orders(draw: st.DrawFn, days: list[date]) -> Row:
    """Draw an order with what may befall it: shipping, its end, a dispute, a review."""
    placed, ship_by, *later = sorted(draw(st.lists(st.sampled_from(days), min_size=4, max_size=4)))
    order: Row = {
        "placed_on": placed,
        "paid_on": placed,
        "is_paid": draw(st.sampled_from([True, True, True, False])),
        "ship_by_on": ship_by,
        "buyer_id": draw(st.sampled_from(["one buyer", "another", None])),
        "amount_minor": draw(st.sampled_from([1000, 500, 499])),
        "lines": draw(st.sampled_from([1, 2])),
        "is_buyer_closed": False,
    }
    if not order["is_paid"]:
        order["unpaid_on"] = later[0]
    order |= draw(shippings(placed, ship_by, later))
    after = [day for day in days if day >= placed]
    if draw(st.booleans()):
        order |= draw(disputes(after))
    if draw(st.sampled_from([True, True, False])):
        order |= draw(reviews(after))
    if draw(st.integers(0, 4)) == 0:
        paid_back = draw(st.sampled_from(after))
        order |= {"refunded_on": paid_back, "refund_reason": "seller", "charged_back_on": paid_back}
    return order


@st.composite
def shippings(draw: st.DrawFn, placed: date, ship_by: date, later: list[date]) -> Row:
    """Draw how an order was shipped, or why it was not, and its end."""
    fate = draw(st.sampled_from(["shipped", "late", "never", "cancelled", "cancelled late"]))
    if fate == "shipped":
        arrived = {"deliver_by_on": ship_by, "is_delivered_late": later[0] > ship_by}
        return {"shipped_on": ship_by, "delivered_on": later[0], "closed_on": later[1]} | arrived
    if fate == "late":
        end = {"closed_on": later[1]} if draw(st.booleans()) else {}
        return {"unshipped_on": ship_by, "shipped_on": later[0], "is_shipped_late": True} | end
    if fate == "never":
        return {"unshipped_on": ship_by}
    who = draw(st.sampled_from(["seller", "buyer", "platform", "unknown"]))
    if fate == "cancelled":
        return {"cancelled_on": placed, "cancelled_by": who}
    return {"unshipped_on": ship_by, "cancelled_on": later[0], "cancelled_by": who}


@st.composite
def disputes(draw: st.DrawFn, days: list[date]) -> Row:
    """Draw a dispute and how it went on, to its end if it has one."""
    opened, acted, raised, ended = sorted(
        draw(st.lists(st.sampled_from(days), min_size=4, max_size=4))
    )
    reasons = st.sampled_from(["not_received", "not_as_described", "other"])
    row: Row = {
        "dispute_opened_on": opened,
        "dispute_acted_on": acted,
        "dispute_reason": draw(reasons),
        "dispute_first_reason": draw(reasons),
        "is_return_disputed": draw(st.booleans()),
    }
    how = draw(st.sampled_from(["open", "withdrawn", "settled", "unanswered", "ruled", "raised"]))
    if how in {"ruled", "raised"}:
        row |= {"dispute_escalated_on": raised}
    if how == "unanswered":
        row |= {"dispute_unanswered_on": ended, "dispute_lapsed_on": ended}
    if how not in {"open", "raised"}:
        row |= {"dispute_closed_on": ended, "dispute_close_reason": how}
    if how == "ruled":
        liable = draw(st.sampled_from(["seller", "seller", "buyer", "nobody"]))
        row |= {"arbitration_ended_on": ended, "dispute_liable": liable}
        row |= {"dispute_lost_on": ended} if liable == "seller" else {}
    return row


@st.composite
def reviews(draw: st.DrawFn, days: list[date]) -> Row:
    """Draw a review; each of its stars may be left out."""
    stars = st.sampled_from([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, None])
    return {"feedback_on": draw(st.sampled_from(days)), **{name: draw(stars) for name in STARS}}
