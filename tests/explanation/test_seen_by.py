"""`explain --for store`: an exclusion's class and day, and nothing of too few peers."""

from __future__ import annotations

import json
from datetime import date

import pytest

from goodstanding import arguments
from goodstanding.errors import ArgumentInvalid
from goodstanding.explanation import telling
from goodstanding.explanation.answer import Explanation
from goodstanding.explanation.explaining import explain
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from goodstanding.viewers import Viewer
from tests.explanation.small_market import AS_OF, loaded, orders, question, together
from tests.explanation.test_exclusions import exclusion
from tests.oracle_facts import Facts
from tests.small_rulebook import SMALL

CAREFUL = bundled.load("aliexpress-service-level", version=date(2015, 1, 5))
RATINGS = bundled.load("aliexpress-detailed-ratings", as_of=AS_OF)
TEN = together(
    orders(10),
    exclusion("O1", "malicious buyer"),
    exclusion("O2", "the buyer's account was closed for abuse"),
)


def explained_to(viewer: Viewer, facts: Facts, rulebook: Rulebook = CAREFUL) -> Explanation:
    database, settings = loaded(facts)
    return explain(database, settings, question(rulebook=rulebook), viewer)


@pytest.fixture(scope="module")
def operators() -> Explanation:
    return explained_to("operator", TEN)


@pytest.fixture(scope="module")
def stores() -> Explanation:
    return explained_to("store", TEN)


def test_a_store_sees_of_an_exclusion_its_class_and_its_day(stores: Explanation):
    found = [each for each in stores.not_counted.listed if each.reason == "excluded"]
    assert [(e.order_id, e.excluded_as, e.excluded_on, e.because) for e in found] == [
        ("O1", "decision", date(2018, 7, 20), None),
        ("O2", "decision", date(2018, 7, 20), None),
    ]
    assert "O1: decision of 2018-07-20.\n" in telling.text(stores) + "\n"


def test_no_field_tells_a_store_what_was_found_about_a_buyer(
    operators: Explanation, stores: Explanation
):
    everything = json.dumps(operators.as_dict()) + telling.text(operators, rows=None)
    told = json.dumps(stores.as_dict()) + telling.text(stores, rows=None)
    assert "report against the buyer" in everything
    assert "closed the buyer's account" in everything
    for said in ("against the buyer", "the buyer's account", "malicious", "abuse", "Ana"):
        assert said not in told, said


def test_all_else_is_told_to_a_store_as_to_the_operator(
    operators: Explanation, stores: Explanation
):
    was, now = operators.as_dict(), stores.as_dict()
    for each in (was, now):
        for row in each["not_counted"]["listed"]:
            row.pop("because")
    assert now == was


def rated(stores_n: int) -> Facts:
    """Write stores with one rating each, all in one category."""
    made = together(
        *(orders(1, first=n, seller=f"S{n}", stars=3 + n % 3) for n in range(1, stores_n + 1))
    )
    made["order_lines"] = [
        {"order_id": row["order_id"], "line_no": 1, "listing_id": "L1", "category_id": "C1"}
        for row in made["orders"]
    ]
    for row in made["feedback"]:
        row |= {f"{name}_stars": row["stars"] for name in ("description", "communication")}
        row["logistics_stars"] = row["stars"]
    return made


@pytest.mark.parametrize(("stores_n", "is_seen"), [(9, False), (10, True)])
def test_what_fewer_than_ten_peers_come_to_a_store_is_not_told(stores_n: int, is_seen: bool):
    facts = rated(stores_n)
    all_of_it = explained_to("operator", facts, RATINGS)
    told = explained_to("store", facts, RATINGS)
    assert "description" in all_of_it.benchmarks
    assert ("description" in told.benchmarks) is is_seen
    of_peers = {each.name for each in all_of_it.indicators if each.name.endswith("_against")}
    assert of_peers
    shown = {each.name for each in told.indicators}
    assert (of_peers <= shown) is is_seen
    assert is_seen or not of_peers & (shown | set(told.result["indicators"]))
    assert is_seen or "against" not in told.sentence
    assert is_seen or not told.result["benchmarks"]
    assert told.sentence.endswith(".")


PASSES = 'if_not_assessed = "passes"'
GRADED = """
[[grade]]
name = "ahead"
all = ["description_against >= 0"]

[[grade]]
name = "behind"
"""


def test_nor_by_the_limit_that_decided():
    text = RATINGS.text.partition("[example_row]")[0] + GRADED
    text = text.replace(
        "[indicator.description_against]", "[indicator.description_against]\n" + PASSES
    )
    told = explained_to("store", rated(9), read_rulebook(text, "graded.toml"))
    (limit,) = told.limits
    assert (limit.arithmetic, limit.sentence) == ((), "limit description_against >= 0")
    assert "against" not in told.sentence.replace(limit.sentence, "")


@pytest.mark.parametrize("viewer", ["public", "buyer"])
def test_nobody_else_is_explained_a_result(viewer: str):
    with pytest.raises(ArgumentInvalid, match="viewer"):
        arguments.explained_to(viewer, CAREFUL)


def test_no_store_is_explained_a_buyers_result():
    of_buyers = read_rulebook(SMALL.replace('"seller"', '"buyer"'), "buyers.toml")
    with pytest.raises(ArgumentInvalid, match="is about buyers: no store is told of them"):
        arguments.explained_to("store", of_buyers)
    assert arguments.explained_to("operator", of_buyers) == "operator"
