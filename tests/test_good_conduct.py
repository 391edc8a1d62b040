"""A bad order taken out lowers no grade, and nor does a good one more, in random markets.

But for what the checker says of a rulebook: where a grade turns on volume, it may.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.facts.store import Settings
from goodstanding.rulebook import bundled
from goodstanding.rulebook.cliffs import find_cliffs
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests import oracle
from tests import oracle_level_2015 as level_2015
from tests.decided_markets import decided_markets
from tests.markets import SELLERS, Market
from tests.oracle_facts import ONE_DAY, Facts, Row, first_instant
from tests.test_against_oracle_2015 import EDITIONS as LEVELS_2015
from tests.test_against_oracle_2015 import few, loaded, small_edition

TAKES_OUT = """\
[[exclude]]
id = "taken_out"
reason = "taken out"
because = "It does not count."
source = "EX-02"

[measure.assessed]"""


def taking_out(rulebook: Rulebook) -> Rulebook:
    """Return a rulebook in which any order can be taken out of every measure."""
    text = rulebook.text.split("# Worked examples")[0]
    return read_rulebook(text.replace("[measure.assessed]", TAKES_OUT, 1), "taking-out.toml")


# The 30 and 90 ended orders of the second are 1 and 3 here, so that small markets reach them.
EDITIONS = {
    "service-level": taking_out(bundled.load("service-level")),
    "aliexpress-service-level": taking_out(small_edition()),
}
SMALL_LEVEL = LEVELS_2015["small"][1]
NO_GRADE = 1
MAY_ADDING_LOWER = {name: find_cliffs(rules)[1] is not None for name, rules in EDITIONS.items()}


def another(facts: Facts, name: str) -> Facts:
    """Return the same facts under ids of their own, so that a market can hold them beside."""

    def renamed(row: Row) -> Row:
        return {
            column: f"{name}:{said}"
            if said is not None and (column == "key" or column.endswith("_id"))
            else said
            for column, said in row.items()
        }

    return {table: [renamed(row) for row in rows] for table, rows in facts.items()}


def decision(order: str, at: datetime) -> Row:
    return {
        "exclusion_id": f"taken out: {order}",
        "table_name": "orders",
        "key": order,
        "reason": "taken out",
        "decided_by": "someone",
        "decided_at": at,
        "recorded_at": at,
    }


def good_order(market: Market, seller: str) -> tuple[Row, Row]:
    """Return an order that went well within the window, of a buyer of its own, and its review."""

    def days_before(number: int) -> datetime:
        return first_instant(market.as_of - number * ONE_DAY, market.zone) + timedelta(hours=9)

    order: Row = {"order_id": f"good {seller}", "seller_id": seller, "buyer_id": f"of {seller}"}
    times = {"placed_at": 20, "paid_at": 20, "shipped_at": 18, "ship_by": 15, "closed_at": 8}
    order |= {name: days_before(number) for name, number in times.items()}
    review = {
        "feedback_id": f"good {seller}",
        "order_id": order["order_id"],
        "given_at": days_before(7),
        **dict.fromkeys(("stars", "description_stars"), 5),
        **dict.fromkeys(("communication_stars", "logistics_stars"), 5),
    }
    heard = {"recorded_at": market.known_at}
    return order | heard, review | heard


def with_more(market: Market) -> Facts:
    more = [good_order(market, seller) for seller in SELLERS]
    return market.facts | {
        "orders": [*market.facts["orders"], *(order for order, _ in more)],
        "feedback": [*market.facts["feedback"], *(review for _, review in more)],
    }


def without(market: Market, order: str) -> Facts:
    taken = decision(order, market.corrected_at)
    return market.facts | {"exclusions": [*market.facts["exclusions"], taken]}


def side_by_side(market: Market) -> Facts:
    """Return the facts as they are, with a good order more of everybody, and without each order."""
    orders = sorted({row["order_id"] for row in market.facts["orders"]})
    all_of_them = [
        market.facts,
        another(with_more(market), "more"),
        *(another(without(market, order), order) for order in orders),
    ]
    tables = {name for facts in all_of_them for name in facts}
    return {name: [row for facts in all_of_them for row in facts.get(name, [])] for name in tables}


def ranks(database: DuckDB, made: Settings, question: Question) -> dict[str, int]:
    """Return how good each seller's grade is: the last 0, no grade 1, those above it more."""
    names = question.rulebook.grade_names
    order = [names[-1], None, *reversed(names[:-1])]
    found = assessing.assess(database, made, question).to_pylist()
    return {row["subject_id"]: order.index(row["grade"]) for row in found}


def bad_orders(market: Market, edition: str) -> dict[str, bool]:
    """Return the orders that count as bad, by the oracle, and whether each made volume."""
    if edition == "service-level":  # no grade of its turns on volume
        found = oracle.service_level(market.facts, **market.asked).values()
        return {name: False for each in found for name, it in each.orders.items() if it.is_bad}
    judged = level_2015.judged_orders(market.facts, SMALL_LEVEL, **market.asked)
    return {
        name: "ended_paid" in order.measures
        for name, (_, order) in judged.items()
        if order.kinds and order.excluded is None
    }


@st.composite
def bad_markets(draw: st.DrawFn) -> Market:
    """Draw a market with low ratings of some orders more, asked when all of it is known."""
    market = draw(decided_markets())
    orders = sorted({row["order_id"] for row in market.facts["orders"]})
    low = [
        {
            "feedback_id": f"low {order}",
            "order_id": order,
            "given_at": first_instant(market.as_of - 30 * ONE_DAY, market.zone),
            "stars": 1,
        }
        for order in orders
        if draw(st.booleans())
    ]
    late = datetime.combine(market.as_of + 400 * ONE_DAY, time(12))
    facts = market.facts | {"feedback": [*market.facts["feedback"], *low]}
    return replace(market, facts=facts, known_at=late, corrected_at=late)


def check(market: Market) -> None:
    database, made = loaded([side_by_side(market)], market.zone)
    for edition, rulebook in EDITIONS.items():
        found = ranks(
            database,
            made,
            Question(rulebook=rulebook, as_of=market.as_of, known_at=market.known_at),
        )
        for order, made_volume in bad_orders(market, edition).items():
            for seller in SELLERS:
                fell = found.get(f"{order}:{seller}", NO_GRADE) < found.get(seller, NO_GRADE)
                assert made_volume or not fell, (edition, order, seller)
        for seller in SELLERS:
            if found[f"more:{seller}"] < found.get(seller, NO_GRADE):
                assert MAY_ADDING_LOWER[edition], (edition, seller)
                assert found.get(seller, NO_GRADE) == NO_GRADE  # and it has one now


@settings(few, max_examples=2)
@given(bad_markets())
def test_a_bad_order_less_or_a_good_one_more_lowers_no_grade(market: Market):
    check(market)


@pytest.mark.slow
@settings(few, max_examples=20)
@given(bad_markets())
def test_in_many_markets_a_bad_order_less_or_a_good_one_more_lowers_no_grade(market: Market):
    check(market)
