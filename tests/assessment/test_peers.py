"""Benchmarks on a market written down here, and on random ones beside a plain recount."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import explained, loaded, question

AS_OF = date(2018, 7, 31)
RULEBOOK = """
id = "compared"
version = 2015-01-05
title = "Compared"
subject = "seller"
confidence = "own design"
calendar = { assessed = "daily" }
window.quarter = { days = 90 }
rows = { orders = { from = "order" }, lines = { from = "line" } }

[measure]
rated = { of = "orders", when = "within(feedback_on)" }
described = { of = "rated", sum = "description_stars" }
poor = { of = "rated", when = "description_stars <= 3" }
sold = { of = "lines", when = "within(paid_on)" }

[indicator]
description = { mean = "described", better = "higher" }
poor_rate = { ratio = ["poor", "rated"], better = "lower" }
above = { is = "description - peer_mean(description)", better = "higher" }
width = { is = "peer_most(description) - peer_least(description)", better = "neither" }

[peers]
of = "sold"
most = "line_amount_minor"
groups = ["category_l2_id", "category_l1_id"]
at_least = 3

[points]
kind = { is = "poor_rate", curve = [[0, 10], ["peer_rate(poor_rate)", 6], [1, 0]] }
said = { is = "description", curve = [[1, 0], ["peer_rate(description)", 20], [5, 30]] }

[score]
range = [0, 40]
"""
RULES = read_rulebook(RULEBOOK, "compared.toml")
NOON = datetime(2018, 7, 10, 12)
TREE = {"L": None, "M": "L", "N": "L", "deep": "M", "P": None, "Q": "P"}
SECOND = {"L": "L", "M": "M", "N": "N", "deep": "M", "P": "P", "Q": "Q"}
FIRST = {"L": "L", "M": "L", "N": "L", "deep": "L", "P": "P", "Q": "P"}

# A store's sales: category, amount in minor units, stars for the description.
Sales = list[tuple[str, int, int | None]]


def facts_of(stores: dict[str, Sales]) -> dict[str, list[dict[str, Any]]]:
    facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    facts["categories"] = [{"category_id": c, "parent_id": up} for c, up in TREE.items()]
    for seller, sales in stores.items():
        for place, (category, amount, stars) in enumerate(sales):
            order = f"{seller}-{place}"
            facts["orders"].append(
                {
                    "order_id": order,
                    "seller_id": seller,
                    "buyer_id": f"buyer of {order}",
                    "placed_at": NOON - timedelta(days=2),
                    "paid_at": NOON - timedelta(days=1),
                    "amount_minor": amount,
                    "currency": "EUR",
                }
            )
            facts["order_lines"].append(
                {
                    "order_id": order,
                    "line_no": 1,
                    "listing_id": f"listing {order}",
                    "category_id": category,
                    "quantity": 1,
                    "amount_minor": amount,
                }
            )
            if stars is not None:
                facts["feedback"].append(
                    {
                        "feedback_id": f"review of {order}",
                        "order_id": order,
                        "given_by": "buyer",
                        "given_at": NOON,
                        "stars": stars,
                        "description_stars": stars,
                    }
                )
    return dict(facts)


def assessed(stores: dict[str, Sales]) -> dict[str, dict[str, Any]]:
    database, settings = loaded(facts_of(stores))
    asked = question(None, rulebook=RULES, as_of=AS_OF)
    found = assessing.assess(database, settings, asked).to_pylist()
    return {record["subject_id"]: record for record in found}


THREE_IN_M: dict[str, Sales] = {
    "A": [("M", 100, 5)],
    "B": [("deep", 100, 4), ("M", 50, 4)],
    "C": [("M", 100, 3), ("M", 10, 2)],
}


def test_the_nearest_group_with_enough_members_is_the_one():
    found = assessed({**THREE_IN_M, "D": [("N", 100, 1)], "E": [("Q", 100, 5)]})
    own = found["A"]
    assert (own["description_peers_within"], own["description_peers_id"]) == ("category_l2_id", "M")
    assert own["description_peers_n"] == 3
    # 18 stars of 5 ratings; the mean of the stores is that of 5, 4 and 2.5.
    assert own["description_peer_rate"] == 3.6
    assert own["description_peer_mean"] == 3.833333
    assert own["above_value"] == 1.166667
    # One store in N: the category above has four.
    assert found["D"]["description_peers_within"] == "category_l1_id"
    assert (found["D"]["description_peers_id"], found["D"]["description_peers_n"]) == ("L", 4)
    # One store in P: everybody.
    assert (found["E"]["description_peers_within"], found["E"]["description_peers_n"]) == (
        "everyone",
        5,
    )
    assert found["E"]["description_peers_id"] is None


def test_a_store_belongs_where_most_of_what_it_sold_lies():
    mixed: Sales = [("N", 60, 5), ("M", 50, 5), ("deep", 20, 5)]
    assert assessed({**THREE_IN_M, "D": mixed})["D"]["description_peers_id"] == "M"
    even: Sales = [("N", 50, 5), ("M", 50, 5)]
    assert assessed({**THREE_IN_M, "D": even})["D"]["description_peers_id"] == "M"


def test_only_those_who_were_assessed_are_members():
    silent: dict[str, Sales] = {"C": [("M", 100, None)]}
    found = assessed({**THREE_IN_M, **silent, "D": [("N", 100, 1)]})
    assert (found["A"]["description_peers_within"], found["A"]["description_peers_n"]) == (
        "category_l1_id",
        3,
    )


def test_a_store_alone_is_its_own_average():
    found = assessed({"A": [("M", 100, 4)]})["A"]
    assert (found["description_peer_rate"], found["above_value"]) == (4.0, 0.0)
    assert found["points_said"] == 20.0


def test_a_store_without_sales_is_compared_with_everybody():
    facts = facts_of(THREE_IN_M)
    facts["sellers"] = [{"seller_id": "Z", "opened_at": NOON}]
    database, settings = loaded(facts)
    found = assessing.assess(
        database, settings, question("Z", rulebook=RULES, as_of=AS_OF)
    ).to_pylist()
    assert [(r["description_peers_within"], r["score"]) for r in found] == [("everyone", None)]


def rounded(value: Fraction) -> Fraction:
    scaled = abs(value) * 1_000_000
    nearest = Fraction(int(scaled + Fraction(1, 2)), 1_000_000)
    return nearest if value >= 0 else -nearest


def recounted(stores: dict[str, Sales]) -> dict[str, tuple[str, int, Fraction, Fraction]]:
    """Return who each is compared with, how many, and the two averages, from the words."""
    stars = {s: [n for _, _, n in sales if n is not None] for s, sales in stores.items()}
    group: dict[str, tuple[str, str]] = {}
    for seller, sales in stores.items():
        sold: dict[str, int] = defaultdict(int)
        for category, amount, _ in sales:
            sold[SECOND[category]] += amount
        if sold:
            most = min(sold, key=lambda name: (-sold[name], name))
            group[seller] = (most, FIRST[most])
    found = {}
    for seller in stores:
        candidates = []
        for place, within in enumerate(("category_l2_id", "category_l1_id")):
            if seller in group:
                own = group[seller][place]
                members = [s for s in group if group[s][place] == own and stars[s]]
                candidates.append((within, members))
        within, members = next(
            ((w, m) for w, m in candidates if len(m) >= 3),
            ("everyone", [s for s in stores if stars[s]]),
        )
        given = [n for s in members for n in stars[s]]
        if given:
            means = [rounded(Fraction(sum(stars[s]), len(stars[s]))) for s in members]
            found[seller] = (
                within,
                len(members),
                rounded(Fraction(sum(given), len(given))),
                rounded(sum(means, Fraction(0)) / len(means)),
            )
    return found


SALES = st.lists(
    st.tuples(
        st.sampled_from(sorted(TREE)),
        st.integers(1, 4).map(lambda n: n * 100),
        st.one_of(st.none(), st.integers(1, 5)),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=6)  # each loads a market
@given(st.dictionaries(st.sampled_from("ABCDEFGH"), SALES, min_size=1, max_size=8))
def test_benchmarks_are_what_a_recount_gives(stores: dict[str, Sales]):
    found = assessed(stores)
    for seller, (within, size, rate, mean) in recounted(stores).items():
        record = found[seller]
        assert (record["description_peers_within"], record["description_peers_n"]) == (within, size)
        assert Fraction(str(record["description_peer_rate"])) == rate
        assert Fraction(str(record["description_peer_mean"])) == mean


def test_the_largest_amounts_of_many_stores_are_added_up():
    paid = 'paid = { of = "orders", sum = "amount_minor", when = "within(paid_on)" }'
    told = """[indicator]
amount = { mean = "paid", better = "neither" }
mean = { is = "peer_mean(amount)", better = "neither" }
rate = { is = "peer_rate(amount)", better = "neither" }
"""
    written = RULEBOOK.replace("[indicator]\n", f"{paid}\n{told}")
    largest = 10**11  # a hundred such means in millionths are beyond 64 bits
    stores: dict[str, Sales] = {f"S{n}": [("M", largest, 5)] for n in range(100)}
    database, settings = loaded(facts_of(stores))
    asked = question(None, rulebook=read_rulebook(written, "compared.toml"), as_of=AS_OF)
    found = assessing.assess(database, settings, asked).to_pylist()
    assert {(each["mean_value"], each["rate_value"]) for each in found} == {(largest, largest)}


def test_what_is_lost_is_shared_among_the_orders_behind_it_to_the_last_digit():
    stores: dict[str, Sales] = {
        **THREE_IN_M,
        "D": [("M", 100, 1), ("M", 100, 4), ("M", 100, 5), ("N", 1, 3)],
    }
    told = explained(facts_of(stores), "D", rulebook=RULES, as_of=AS_OF)
    assert told.result["benchmarks"]["description"]["peers_id"] == "M"
    for part in told.points:
        shares = [row.costs[part.name] for row in told.rows if part.name in row.costs]
        assert shares
        assert round(sum(shares), 6) == round(part.lost, 6)
        assert part.points is not None
        assert part.most == round(part.points + part.lost, 6)
    for part in told.points:
        of_listings = [each.costs.get(part.name, 0) for each in told.listings]
        assert round(sum(of_listings), 6) == round(part.lost, 6)
    assert told.listings[0].listing_id == "listing D-0"
    costs = {row.order_id: row.costs.get("said", 0) for row in told.rows}
    # By the stars they miss: four, one, none and two of seven.
    assert costs["D-2"] == 0
    assert costs["D-0"] == pytest.approx(4 * costs["D-1"], abs=2e-6)
    assert costs["D-3"] == pytest.approx(2 * costs["D-1"], abs=2e-6)


def test_peers_stand_still_while_one_is_explained():
    stores: dict[str, Sales] = {**THREE_IN_M, "D": [("M", 100, 1)]}
    told = explained(facts_of(stores), "D", rulebook=RULES, as_of=AS_OF)
    record = assessed(stores)["D"]
    assert told.result["score"] == record["score"]
    assert told.result["points"] == {"kind": record["points_kind"], "said": record["points_said"]}
    assert told.trend == ()
