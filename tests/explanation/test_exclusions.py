"""Exclusions on facts: what does not count, from when it is known, and how it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from goodstanding.assessment import assessing
from goodstanding.explanation import telling
from goodstanding.explanation.explaining import explain
from goodstanding.rulebook import bundled
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import (
    explained,
    loaded,
    orders,
    question,
    together,
    with_stars,
)
from tests.oracle_facts import Facts
from tests.small_facts import at, order, said_of
from tests.small_rulebook import SMALL

CAREFUL = bundled.load("aliexpress-service-level", version=date(2015, 1, 5))
MALICIOUS = "malicious buyer"
EXCLUDING = (
    SMALL
    + """
[[exclude]]
id = "fraud"
reason = "fraud"
because = "The order was a fraud."

[[exclude]]
id = "let_off"
reason = "order protection"
because = "The order was granted protection."
class = "order protection"
from = ["bad.low_review"]
"""
)
RULES = read_rulebook(EXCLUDING, "excluding.toml")
TEN = with_stars(orders(10), ["O1", "O2"], 1)


def exclusion(key: str, reason: str, table_name: str = "orders", **said: Any) -> Facts:
    row = {
        "exclusion_id": f"X{key}",
        "table_name": table_name,
        "key": key,
        "reason": reason,
        "decided_by": "Ana",
        "decided_at": "2018-07-20",
    }
    return {"exclusions": [said_of(row | said)]}


def rate(facts: Facts, **asked: Any) -> tuple[int, int]:
    database, settings = loaded(facts)
    asking = replace(question(rulebook=RULES), **asked)
    (found,) = assessing.assess(database, settings, asking).to_pylist()
    return found["bad_rate_numerator"], found["bad_rate_denominator"]


def test_an_excluded_order_counts_neither_above_nor_below_the_line():
    assert rate(TEN) == (2, 10)
    assert rate(together(TEN, exclusion("O1", "fraud"))) == (1, 9)
    assert rate(together(TEN, exclusion("O5", "fraud"))) == (2, 9)


BAD_BUYERS = '[measure.bad_buyers]\nof = "bad"\ndistinct = "buyer_id"\n\n'
GUARD = 'better = "lower"\nnot_assessed_if = "bad_buyers <= 2"'
GUARDED = (
    SMALL.replace('if_not_assessed = "not graded"', 'if_not_assessed = "passes"')
    .replace('better = "lower"', GUARD)
    .replace("[indicator.", BAD_BUYERS + "[indicator.", 1)
)


@pytest.mark.parametrize(
    ("buyers", "is_assessed"),
    [
        ((None, None, None), True),
        (("B1", "B1", "B1"), False),
        (("B1", "B1", None), False),
        (("B1", "B2", None), True),
    ],
)
def test_of_buyers_whom_nobody_knows_each_may_be_another(buyers, is_assessed):
    facts = with_stars(orders(10), ["O1", "O2", "O3"], 1)
    known = dict(zip(("O1", "O2", "O3"), buyers, strict=True))
    rows = [row | {"buyer_id": known.get(row["order_id"], "B9")} for row in facts["orders"]]
    database, settings = loaded(facts | {"orders": rows})
    asking = replace(question(), rulebook=read_rulebook(GUARDED, "guarded.toml"))
    (found,) = assessing.assess(database, settings, asking).to_pylist()
    assert (found["bad_rate_value"] is not None) is is_assessed


def test_a_reason_that_the_rulebook_does_not_name_excludes_nothing():
    assert rate(together(TEN, exclusion("O1", "a mood"))) == (2, 10)


def test_an_exclusion_of_a_buyer_concerns_all_their_orders():
    by_one = TEN | {
        "orders": [
            row | {"buyer_id": "B1"} if row["order_id"] in {"O2", "O3"} else row
            for row in TEN["orders"]
        ]
    }
    assert rate(together(by_one, exclusion("B1", "fraud", "buyers"))) == (0, 7)


def test_a_partial_exclusion_takes_an_order_out_of_one_kind_only():
    assert rate(together(TEN, exclusion("O1", "order protection"))) == (1, 10)


def test_an_exclusion_that_was_lifted_excludes_nothing_any_more():
    lifted = exclusion("O1", "fraud", lifted_at="2018-07-25", lifted_by="Ben")
    assert rate(together(TEN, lifted)) == (2, 10)
    early = [row | {"closed_at": at("2018-07-02")} for row in TEN["orders"]]
    facts = together(TEN | {"orders": early, "feedback": []}, lifted)
    assert rate(facts, known_at=at("2018-07-24")) == (0, 9)


def test_a_correction_counts_for_every_day_once_it_is_known_and_not_before():
    facts = together(TEN, exclusion("O1", "fraud", decided_at="2019-01-10"))
    assert rate(facts, known_at=at("2019-01-09")) == (2, 10)
    assert rate(facts, known_at=at("2019-01-09"), corrected_at=at("2019-01-10")) == (1, 9)
    assert rate(facts, known_at=at("2019-01-10")) == (1, 9)


def test_excluded_orders_stay_visible_with_class_and_day_and_never_by_whom():
    facts = together(TEN, exclusion("O1", "fraud"), exclusion("O2", "order protection"))
    told = explained(facts, rulebook=RULES)
    assert len(told.rows) == 9
    assert told.not_counted.by_reason == {"excluded": 1}
    (aside,) = told.not_counted.listed
    assert (aside.order_id, aside.reason, aside.excluded_as, aside.excluded_on) == (
        "O1",
        "excluded",
        "decision",
        date(2018, 7, 20),
    )
    assert aside.because == "The order was a fraud."
    spared = {row.order_id: row.spared for row in told.rows if row.spared}
    assert spared == {"O2": ("Not counted as low review: order protection of 2018-07-20.",)}
    page = " ".join(telling.text(told).split())
    assert "O1: decision of 2018-07-20. The order was a fraud." in page
    assert "order protection of 2018-07-20" in page
    assert "Ana" not in page + str(told.as_dict())


def test_an_order_that_would_not_have_counted_is_not_told_as_excluded():
    long_ago = said_of({"order_id": "O99", "seller_id": "S1", "placed_at": "2017-01-01"})
    facts = together(TEN, {"orders": [long_ago]}, exclusion("O99", "fraud"))
    told = explained(facts, rulebook=RULES)
    assert told.not_counted.by_reason == {"outside_window": 1}


def closed(reason: str | None) -> Facts:
    row = {"buyer_id": "B1", "closed_at": "2018-09-01", "closed_reason": reason}
    return {"buyers": [said_of(row)]}


@pytest.mark.parametrize(
    ("reason", "left"), [("abuse", 29), (None, 29), ("own wish", 30), ("Own Wish", 30)]
)
def test_the_orders_of_an_account_that_the_marketplace_closed_do_not_count(reason, left):
    told = explained(together(orders(30), closed(reason)), rulebook=CAREFUL)
    assert told.result["indicators"]["bad_experience_rate"]["denominator"] == left
    assert [row.excluded_on for row in told.not_counted.listed] == [date(2018, 9, 1)] * (30 - left)


def test_an_account_is_open_until_its_closing_is_known():
    database, settings = loaded(together(orders(30), closed("abuse")))
    asked = replace(question(rulebook=CAREFUL), known_at=datetime(2018, 8, 31))
    told = explain(database, settings, asked)
    assert told.result["indicators"]["bad_experience_rate"]["denominator"] == 30


INCIDENT = read_rulebook(
    SMALL + '\n[[exclude]]\nid = "strike"\nwhen = "in_incident"\nbecause = "A strike."\n'
    'class = "incident"\n',
    "incident.toml",
)


@pytest.mark.parametrize(
    ("incident", "is_concerned"),
    [
        ({}, True),
        ({"carrier": "Northern Post", "region": "BR", "method": "air"}, True),
        ({"carrier": "Southern Post"}, False),
        ({"region": "CL"}, False),
        ({"method": "sea"}, False),
        ({"first_on": "2018-06-11"}, True),  # it was delivered on that day
        ({"first_on": "2018-06-12"}, False),
        ({"first_on": "2018-06-02", "last_on": "2018-06-03"}, True),  # shipped on the last
        ({"first_on": "2018-06-02", "last_on": "2018-06-02"}, False),  # due the day before
        ({"first_on": "2018-05-01", "last_on": "2018-06-01"}, True),
        ({"first_on": "2018-05-28", "last_on": "2018-05-31"}, False),
        ({"first_on": "2018-06-20", "last_on": None}, False),
        ({"first_on": "2018-06-05", "last_on": None}, True),
    ],
)
def test_an_incident_concerns_what_it_names_on_the_days_of_its_journey(incident, is_concerned):
    sent = order(
        "O1",
        placed_at="2018-05-20",
        ship_by="2018-06-01T10:00:00",
        shipped_at="2018-06-03",
        delivered_at="2018-06-11",
        closed_at="2018-06-15",
        carrier="Northern Post",
        ship_to="BR",
        shipping_method="air",
    )
    declared = {"incident_id": "I1", "first_on": "2018-06-02", "last_on": "2018-06-30"} | incident
    days = {
        name: value and date.fromisoformat(value)
        for name, value in declared.items()
        if name.endswith("_on")
    }
    told = explained({"orders": [sent], "incidents": [declared | days]}, rulebook=INCIDENT)
    assert told.not_counted.by_reason == ({"excluded": 1} if is_concerned else {})


def test_an_incident_on_the_ship_by_day_concerns_an_order_never_shipped():
    unshipped = order("O1", ship_by="2018-06-01T10:00:00", closed_at="2018-06-15")
    for first, excluded in ((date(2018, 6, 1), 1), (date(2018, 6, 2), 0)):
        declared = {"incident_id": "I1", "first_on": first, "last_on": date(2018, 6, 5)}
        told = explained({"orders": [unshipped], "incidents": [declared]}, rulebook=INCIDENT)
        assert told.not_counted.by_reason.get("excluded", 0) == excluded


def test_a_rating_that_was_taken_away_leaves_a_trace_without_a_name():
    facts = orders(2)
    facts["feedback"][0] |= {
        "removed_at": datetime(2018, 8, 3, 12),
        "removed_by": "Ana",
        "removed_reason": "abusive language",
    }
    told = explained(facts)
    (traced,) = [row for row in told.rows if row.spared]
    assert traced.spared == ("A rating of it does not count: feedback removed of 2018-08-03.",)
    assert "Ana" not in telling.text(told)
    assert "abusive" not in telling.text(told)


FEEDBACK = bundled.load("aliexpress-feedback")


def of_listings(**kinds: str) -> Facts:
    """Say of which kind of listing each order is."""
    return {
        "order_lines": [
            {"order_id": name, "line_no": 1, "listing_id": f"L{name}", "quantity": 1}
            for name in kinds
        ],
        "listings": [{"listing_id": f"L{name}", "kind": kind} for name, kind in kinds.items()],
    }


def test_orders_of_special_listings_are_left_out_alike_where_they_are_counted_and_explained():
    facts = together(orders(6), of_listings(O1="gift", O2="ordinary", O3="freight"))
    database, settings = loaded(facts)
    asking = question(rulebook=FEEDBACK)
    (found,) = assessing.assess(database, settings, asking).to_pylist()
    told = explain(database, settings, asking)
    assert (found["feedback_score_numerator"], found["grade"]) == (4, "medal 1")
    assert told.not_counted.by_reason == {"excluded": 2}
    assert told.result["grade"] == "medal 1"


@pytest.mark.parametrize("name", [FEEDBACK.id, "aliexpress-detailed-ratings", "store-rating"])
def test_what_a_rule_leaves_out_by_itself_is_called_no_decision(name):
    facts = together(orders(4), of_listings(O1="gift", O2="ordinary"), exclusion("O3", MALICIOUS))
    facts["orders"][1] |= {"amount_minor": 499, "currency": "USD"}
    for review in facts["feedback"]:
        review["description_stars"] = 5
    told = explained(facts, rulebook=bundled.load(name))
    assert {row.order_id: row.excluded_as for row in told.not_counted.listed} == {
        "O1": "rule",
        "O2": "rule",
        "O3": "decision",
    }
    assert "O2: rule. The buyer paid less than 5 USD." in telling.text(told)


def test_a_dispute_that_a_rule_looks_at_is_called_no_decision():
    facts = orders(2)
    facts["disputes"] = [
        {
            "dispute_id": "D1",
            "order_id": "O1",
            "reason": "not_received",
            "opened_at": at("2018-07-20"),
        }
    ]
    (aside,) = explained(facts, rulebook=FEEDBACK).not_counted.listed
    assert (aside.order_id, aside.excluded_as) == ("O1", "rule")


def test_an_exclusion_from_measures_of_two_sets_of_rows_is_told_in_each():
    facts = orders(2)
    facts["orders"][0] |= {"ship_to": "BR", "shipped_at": datetime(2018, 7, 20)}
    facts["feedback"][0] |= {"logistics_stars": 1, "description_stars": 5}
    facts["incidents"] = [{"incident_id": "strike", "region": "BR", "first_on": date(2018, 7, 20)}]
    daily = bundled.load("aliexpress-daily-service-score")
    told = explained(facts, rulebook=daily)
    spared = {(row.rows, row.order_id): row.spared for row in told.rows if row.spared}
    assert spared == {
        ("ratings", "O1"): ("Not counted as logistics given: incident of 2018-07-20.",)
    }


# What each rulebook makes of one review of five stars and one of two, by name of the number.
REVIEWED = {
    "aliexpress-feedback": ("positive_rate_display", (1, 2), (0, 1)),
    "aliexpress-detailed-ratings": ("description", (700, 200), (200, 100)),
    "store-rating": ("description", (700, 200), (200, 100)),
    "aliexpress-daily-service-score": ("description", (700, 200), (200, 100)),
    "service-links": ("reviewed_well_rate", (1, 2), (0, 1)),
}


@pytest.mark.parametrize("name", REVIEWED)
def test_a_review_that_was_bought_is_left_out_and_the_seller_is_told_the_class(name):
    number, before, after = REVIEWED[name]
    facts = with_stars(orders(2), ["O2"], 2)
    detailed = ("description_stars", "communication_stars", "logistics_stars")
    rated = [row | dict.fromkeys(detailed, row["stars"]) for row in facts["feedback"]]
    facts = facts | {"feedback": rated}

    def told(given: Facts) -> Any:
        database, settings = loaded(given)
        asked = question(rulebook=bundled.load(name, as_of=date(2018, 7, 31)))
        return explain(database, settings, asked)

    def figures(found: Any) -> tuple[int, int]:
        said = found.result["indicators"][number]
        return said["numerator"], said["denominator"]

    assert figures(told(facts)) == before
    bought = told(together(facts, exclusion("O1", "incentivised review")))
    assert figures(bought) == after
    classes = {row.excluded_as for row in bought.not_counted.listed if row.excluded_as}
    spared = [said for row in bought.rows for said in row.spared]
    assert classes == {"feedback removed"} or any("feedback removed" in said for said in spared)
    assert "Ana" not in telling.text(bought, 100)


def test_of_the_level_a_review_that_was_bought_is_in_no_rate():
    asked = question(rulebook=CAREFUL)
    facts = with_stars(orders(40), ["O2"], 1)
    for key, well, bad in (("O1", (38, 39), 1), ("O2", (39, 39), 0)):
        database, settings = loaded(together(facts, exclusion(key, "incentivised review")))
        (found,) = assessing.assess(database, settings, asked).to_pylist()
        rated = tuple(found[f"positive_rate_{part}"] for part in ("numerator", "denominator"))
        assert (rated, found["bad_experience_rate_numerator"]) == (well, bad)
