"""Small random markets, full of what is easily got wrong, as Hypothesis strategies.

Instants lie on borders: midnights of the market's zone, the days its clocks change, the
first and last day of the window, the last instant of a deadline and the one after it.
Facts come in versions: late, corrected, taken back, silent about some columns, sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.tables import Table
from tests.oracle import DAYS_TO_REVIEW, TIME_TO_ANSWER, WINDOW_DAYS
from tests.oracle_facts import (
    ONE_DAY,
    ONE_MICROSECOND,
    Facts,
    Row,
    first_instant,
    key_text,
    last_instant,
    settled,
)

# Zones, each with days on which something is odd: its clocks change, or the month is short.
# In Sao Paulo they changed at midnight: 2018-11-04 began at one, 2018-02-17 had 25 hours.
ODD_DAYS = {
    "UTC": (date(2016, 2, 29), date(2018, 12, 31)),
    "Europe/Berlin": (date(2018, 3, 25), date(2018, 10, 28)),
    "America/Sao_Paulo": (date(2018, 2, 17), date(2018, 11, 4)),
    "Asia/Kolkata": (date(2018, 2, 28), date(2018, 9, 30)),
}
SELLERS = ("S1", "S2", "S3", "S4")
BUYERS = ("B1", "B2", "B3", "B4", "B5")
ORDERS = tuple(f"O{number}" for number in range(1, 13))
PARENTS = ("P1", "P2", "O1")  # one is an order's own number: they share a register
STARS = (5, 1, 3, Fraction(301, 100), 4, 2, Fraction(299, 100), Fraction(7, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Facts in the order in which they arrive, and the question to ask of them."""

    zone: str
    as_of: date
    known_at: datetime
    corrected_at: datetime
    facts: Facts

    @property
    def asked(self) -> dict[str, Any]:
        """The question, as the oracle takes it."""
        return {
            "as_of": self.as_of,
            "known_at": self.known_at,
            "corrected_at": self.corrected_at,
            "zone": self.zone,
        }

    def with_facts(self, facts: Facts) -> Market:
        """Return the same question of other facts."""
        return replace(self, facts=facts)


def perhaps(values: st.SearchStrategy[datetime]) -> st.SearchStrategy[datetime | None]:
    return st.one_of(values, st.none())


def mostly(values: st.SearchStrategy[datetime]) -> st.SearchStrategy[datetime | None]:
    return st.one_of(values, values, values, st.none())


def seldom(values: st.SearchStrategy[datetime]) -> st.SearchStrategy[datetime | None]:
    return st.one_of(st.none(), st.none(), st.none(), values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Borders:
    """The instants from which a market's facts are drawn."""

    zone: str
    instants: tuple[datetime, ...]

    def any(self) -> st.SearchStrategy[datetime]:
        return st.sampled_from(self.instants)

    def around(self, *instants: datetime | None) -> st.SearchStrategy[datetime]:
        """Draw one of the instants, the microsecond beside it, or anything at all."""
        known = [instant for instant in instants if instant is not None]
        if not known:
            return self.any()
        beside = [at + shift for at in known for shift in BESIDE]
        return st.one_of(st.sampled_from(beside), self.any())


BESIDE = (0 * ONE_MICROSECOND, ONE_MICROSECOND, -ONE_MICROSECOND)


def borders(zone: str, as_of: date, odd: date) -> Borders:
    """List the borders of the days that matter to an assessment."""
    first = WINDOW_DAYS - 1
    answer = TIME_TO_ANSWER.days
    back = [
        *(2, 0, 1, first, first + 1),  # within, and at both ends of the window
        *(answer, first + answer, first + answer + 1),
        *(DAYS_TO_REVIEW, DAYS_TO_REVIEW - 1),
        *(first + DAYS_TO_REVIEW, first + DAYS_TO_REVIEW + 1),
        *(-1, 45, 150),
    ]
    days = [as_of - number * ONE_DAY for number in back] + [odd, odd + ONE_DAY, odd - ONE_DAY]
    instants: dict[datetime, None] = {}  # in this order, each once: the first is the simplest
    for shift in (timedelta(hours=12), 0 * ONE_DAY, -ONE_MICROSECOND, timedelta(hours=24.5)):
        for day in days:
            instants[first_instant(day, zone) + shift] = None
    return Borders(zone=zone, instants=tuple(instants))


@st.composite
def orders(draw: st.DrawFn, at: Borders, order_id: str) -> Row:
    """Draw an order at any point of its life, whether or not its instants make sense."""
    ship_by = draw(perhaps(at.any()))
    last = last_instant(ship_by, at.zone) if ship_by else None
    cancelled_at = draw(seldom(at.around(last)))
    return {
        "order_id": order_id,
        "parent_order_id": draw(st.sampled_from((None, *PARENTS))),
        "buyer_id": draw(st.sampled_from(BUYERS)),
        "seller_id": draw(st.sampled_from(SELLERS)),
        "placed_at": draw(mostly(at.any())),
        "paid_at": draw(mostly(at.any())),
        "ship_by": ship_by,
        "shipped_at": draw(perhaps(at.around(last))),
        "delivered_at": draw(perhaps(at.any())),
        "closed_at": draw(perhaps(at.any())),
        "cancelled_at": cancelled_at,
        "cancelled_by": draw(
            st.sampled_from((None, "seller", "buyer", "platform", "unknown"))
            if cancelled_at
            else st.sampled_from((None, None, None, "seller", "buyer"))
        ),
        "amount_minor": draw(st.sampled_from((None, 0, 4990))),
    }


@st.composite
def reviews(draw: st.DrawFn, at: Borders, named: Sequence[str]) -> Row:
    """Draw a rating of an order, of what was bought together, or of an order nobody knows."""
    stars = st.one_of(st.none(), st.sampled_from(STARS))
    return {
        "feedback_id": draw(st.sampled_from(("F1", "F2", "F3", "F4", "F5"))),
        "given_at": draw(at.any()),
        "order_id": draw(st.sampled_from((*named, *named, "O99"))),
        "given_by": draw(st.sampled_from(("buyer", None, "buyer", "seller"))),
        "stars": draw(stars),
        "description_stars": draw(stars),
        "communication_stars": draw(stars),
        "logistics_stars": draw(stars),
        "comment": draw(st.sampled_from((None, 'late, "very" late; still'))),
        "removed_at": draw(seldom(at.any())),
    }


@st.composite
def disputes(draw: st.DrawFn, at: Borders, named: Sequence[str], dispute_id: str) -> Row:
    """Draw a dispute, with answers and closings at the borders of the time to answer."""
    opened = draw(mostly(at.any()))
    acted = draw(perhaps(at.around(opened)))
    started = max((instant for instant in (opened, acted) if instant), default=None)
    due = started + TIME_TO_ANSWER if started else None
    return {
        "dispute_id": dispute_id,
        "order_id": draw(st.sampled_from((*named, *named, "O99"))),
        "reason": draw(st.sampled_from((None, "not_received", "not_as_described"))),
        "opened_at": opened,
        "buyer_acted_at": acted,
        "answered_at": draw(perhaps(at.around(started, due))),
        "escalated_at": draw(seldom(at.any())),
        "closed_at": draw(perhaps(at.around(due))),
        "close_reason": draw(st.sampled_from((None, "settled", "unanswered", "ruled"))),
        "liable": draw(st.sampled_from((None, "seller", "nobody"))),
    }


@st.composite
def stores(draw: st.DrawFn, at: Borders, seller_id: str) -> Row:
    return {
        "seller_id": seller_id,
        "country": draw(st.sampled_from((None, "BR"))),
        "opened_at": draw(perhaps(at.any())),
        "closed_at": draw(seldom(at.any())),
    }


@st.composite
def lines(draw: st.DrawFn, order_id: str, line_no: int) -> Row:
    return {
        "order_id": order_id,
        "line_no": line_no,
        "listing_id": draw(st.sampled_from(("L1", "L2", None))),
        "category_id": draw(st.sampled_from((None, "C1"))),
        "quantity": draw(st.sampled_from((1, 2))),
    }


@st.composite
def versions(
    draw: st.DrawFn, at: Borders, table: Table, fact: Row, other: st.SearchStrategy[Row]
) -> list[Row]:
    """Draw the rows in which a fact is received.

    The first tells the fact whole; each further one says some columns anew, the same or
    otherwise, and is silent about the rest. Each was recorded when it occurred or at an
    instant of its own.
    """
    when = perhaps(at.any())
    rows = [fact | {"recorded_at": draw(when)}]
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        source = draw(st.one_of(other, st.just(fact)))
        said = draw(st.sets(st.sampled_from([column.name for column in table.values]), max_size=5))
        row = {name: fact[name] for name in table.key}
        row |= {name: source.get(name) for name in sorted(said)}
        rows.append(row | {"recorded_at": draw(when)})
    return rows


@st.composite
def retractions(draw: st.DrawFn, at: Borders, facts: Facts) -> Row:
    """Draw a fact, or one value of it, that is taken back."""
    tables = [name for name in ("orders", "feedback", "disputes") if facts.get(name)]
    table = BY_NAME[draw(st.sampled_from(tables))]
    row = draw(st.sampled_from(facts[table.name]))
    said = [column.name for column in table.values if row.get(column.name) is not None]
    return {
        "table_name": table.name,
        "key": key_text(table, row),
        "column_name": draw(st.sampled_from(("*", *said))),
        "retracted_at": draw(at.around(row["recorded_at"])),
    }


@st.composite
def received(draw: st.DrawFn, at: Borders) -> Facts:
    """Draw the rows that a market receives, contradictions and all."""
    facts: Facts = {"orders": [], "order_lines": [], "feedback": [], "disputes": [], "sellers": []}

    def receive(name: str, one: st.SearchStrategy[Row]) -> None:
        facts[name] += draw(versions(at, BY_NAME[name], draw(one), one))

    placed = ORDERS[: draw(st.integers(1, len(ORDERS)))]
    for order_id in placed:
        receive("orders", orders(at, order_id))
    for number in range(draw(st.integers(0, 3))):
        receive("order_lines", lines(draw(st.sampled_from(placed)), number + 1))
    for _ in range(draw(st.integers(0, 6))):
        # A further version says other things of the same rating: the key stays.
        receive("feedback", reviews(at, (*placed, *PARENTS)))
    for number in range(draw(st.integers(0, 5))):
        receive("disputes", disputes(at, placed, f"D{number + 1}"))
    for seller_id in draw(st.sets(st.sampled_from(SELLERS), max_size=3).map(sorted)):
        receive("sellers", stores(at, seller_id))
    facts["retractions"] = draw(st.lists(retractions(at, facts), max_size=2, unique_by=key_of_row))
    return facts


def key_of_row(retraction: Row) -> tuple[Any, ...]:
    return tuple(retraction.values())


@st.composite
def quarrelling_markets(draw: st.DrawFn) -> Market:
    """Draw a market in which some rows contradict others recorded at the same instant.

    `tests.oracle_facts.settled` says which of them a market keeps.
    """
    zone = draw(st.sampled_from(sorted(ODD_DAYS)))
    odd = draw(st.sampled_from(ODD_DAYS[zone]))
    as_of = odd + draw(st.sampled_from((0, 1, -1, 30, WINDOW_DAYS - 1, WINDOW_DAYS))) * ONE_DAY
    at = borders(zone, as_of, odd)
    facts = draw(received(at))
    for name in draw(st.lists(st.sampled_from(("orders", "disputes")), max_size=3)):
        if not facts[name]:
            continue
        row = draw(st.sampled_from(facts[name]))
        column = "seller_id" if name == "orders" else "order_id"
        facts[name].append(row | {column: draw(st.sampled_from(QUARRELS[name]))})
    known_at = draw(questions(at, as_of))
    corrected_at = draw(st.one_of(st.just(known_at), questions(at, as_of)))
    return Market(
        zone=zone,
        as_of=as_of,
        known_at=known_at,
        corrected_at=max(known_at, corrected_at),
        facts=facts,
    )


QUARRELS = {"orders": SELLERS, "disputes": ORDERS[:3]}


def markets() -> st.SearchStrategy[Market]:
    """Draw a market whose rows never contradict each other.

    Then neither the order in which they arrive nor how they are split can matter.
    """

    def settle(market: Market) -> Market:
        kept, _ = settled(market.facts)
        return market.with_facts(kept)

    return quarrelling_markets().map(settle)


def questions(at: Borders, as_of: date) -> st.SearchStrategy[datetime]:
    """Draw the instant at which to ask: long after, at the due publication, or any border."""
    noon = datetime.combine(as_of + ONE_DAY, time(12))
    return st.one_of(st.just(noon + 400 * ONE_DAY), st.just(noon), at.any(), at.around(noon))


@st.composite
def batches(draw: st.DrawFn, facts: Facts) -> list[Facts]:
    """Draw another way for the same rows to arrive: shuffled, in several loads, some twice."""
    rows = [(name, row) for name, each in facts.items() for row in each]
    again = draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else []
    arriving = draw(st.permutations(rows + again))
    cuts = sorted(draw(st.lists(st.integers(0, len(arriving)), max_size=3)))
    loads: list[Facts] = []
    for start, end in zip([0, *cuts], [*cuts, len(arriving)], strict=True):
        load: Facts = {}
        for name, row in arriving[start:end]:
            load.setdefault(name, []).append(row)
        if load:
            loads.append(load)
    return loads
