"""Rows of violations: counted by ledger, at both clocks, for whoever is charged."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.explanation import telling
from goodstanding.explanation.explaining import explain
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import loaded
from tests.memory_market import load_facts
from tests.oracle_facts import Facts, Row
from tests.small_facts import said_of

RULES = """\
id = "violations"
version = 2015-01-05
title = "Violations"
subject = "seller"
source = "the terms"
confidence = "official"
calendar = { assessed = "daily" }
window.year = { days = 365 }
rows.entries = { from = "violation" }
measure.entries_n = { of = "entries", when = "within(occurred_on)" }
measure.points_of_trade = { of = "entries_n", sum = "points_milli", when = "ledger = 'trade'" }
indicator.trade = { count = "points_of_trade", better = "lower" }
indicator.entries_so_far = { count = "entries_n", better = "lower" }

[[grade]]
name = "open"
all = ["trade < 48000"]

[[grade]]
name = "closed"
"""
LATER = datetime(2030, 1, 1)


def violation(number: int = 1, **said: Any) -> Row:
    given = {
        "violation_id": f"V{number}",
        "subject_kind": "seller",
        "subject_id": "S1",
        "ledger": "trade",
        "points": "2",
        "occurred_at": "2018-03-01",
    }
    told = given | said
    return said_of(told | {"points": Decimal(told["points"])})


def market_of(*violations: Row) -> Facts:
    return {
        "sellers": [said_of({"seller_id": s, "opened_at": "2017-01-01"}) for s in ("S1", "S2")],
        "violations": list(violations),
    }


def rules(subject: str = "seller") -> Rulebook:
    return read_rulebook(RULES.replace('"seller"', f'"{subject}"'), "violations.toml")


def result(
    facts: Facts,
    as_of: date = date(2018, 7, 31),
    known_at: datetime = LATER,
    subject: str = "S1",
    rulebook: Rulebook | None = None,
) -> dict[str, Any]:
    database, settings = loaded(facts)
    question = Question(
        rulebook=rulebook or rules(), as_of=as_of, known_at=known_at, subject_id=None
    )
    found = assessing.assess(database, settings, question).to_pylist()
    (one,) = [row for row in found if row["subject_id"] == subject]
    alone = Question(
        rulebook=rulebook or rules(), as_of=as_of, known_at=known_at, subject_id=subject
    )
    assert assessing.assess(database, settings, alone).to_pylist() == [one]
    return dict(one)


def test_half_points_are_kept_as_thousandths_and_each_ledger_counts_its_own():
    facts = market_of(
        violation(1, points="0.5"), violation(2, points="6.125"), violation(3, ledger="quality")
    )
    found = result(facts)
    assert (found["trade_numerator"], found["entries_so_far_numerator"]) == (6625, 3)


def test_whoever_has_no_violation_appears_with_none():
    assert result(market_of(violation()), subject="S2")["trade_numerator"] == 0
    assert result(market_of())["trade_numerator"] == 0


@pytest.mark.parametrize(
    ("as_of", "points"),
    [("2018-02-28", 0), ("2018-03-01", 2000), ("2019-02-28", 2000), ("2019-03-01", 0)],
)
def test_an_entry_lives_365_days(as_of, points):
    assert result(market_of(violation()), date.fromisoformat(as_of))["trade_numerator"] == points


def test_what_is_revoked_counts_on_no_day_once_that_is_known():
    facts = market_of(
        violation(recorded_at="2018-03-01"),
        violation(recorded_at="2018-06-01", revoked_at="2018-06-01"),
    )
    before, after = datetime(2018, 5, 31), datetime(2018, 6, 2)
    day = date(2018, 4, 30)
    assert result(facts, day, before)["trade_numerator"] == 2000
    assert result(facts, day, after)["trade_numerator"] == 0


def test_what_was_heard_later_does_not_count_before():
    facts = market_of(violation(recorded_at="2018-06-01"))
    day = date(2018, 4, 30)
    assert result(facts, day, datetime(2018, 5, 31))["trade_numerator"] == 0
    assert result(facts, day)["trade_numerator"] == 2000


@pytest.mark.parametrize("kind", ["buyer", "listing"])
def test_buyers_and_listings_are_charged_for_themselves(kind):
    facts: Facts = {
        f"{kind}s": [said_of({f"{kind}_id": "X1", "opened_at": "2017-01-01"})],
        "violations": [violation(subject_kind=kind, subject_id="X1")],
    }
    assert result(facts, subject="X1", rulebook=rules(kind))["trade_numerator"] == 2000


@pytest.mark.parametrize("kind", ["seller", "buyer", "listing"])
def test_whoever_is_charged_is_there_even_if_no_other_fact_names_them(kind):
    facts: Facts = {"violations": [violation(subject_kind=kind, subject_id="X9")]}
    assert result(facts, subject="X9", rulebook=rules(kind))["trade_numerator"] == 2000


def test_whom_a_violation_charges_may_be_said_in_another_row_of_it_and_another_load():
    named = said_of({"violation_id": "V1", "subject_id": "X9", "occurred_at": "2018-03-01"})
    kind = said_of({"violation_id": "V1", "subject_kind": "seller", "ledger": "trade"})
    points = {"points": Decimal(2), "recorded_at": datetime(2018, 3, 2)}
    database, settings = loaded({"violations": [named]})
    load_facts(database, settings, {"violations": [kind | points]})
    question = Question(rulebook=rules(), as_of=date(2018, 7, 31), known_at=LATER, subject_id="X9")
    (found,) = assessing.assess(database, settings, question).to_pylist()
    assert found["trade_numerator"] == 2000


def test_before_the_market_heard_of_a_violation_whoever_it_alone_names_is_not_there():
    database, settings = loaded({"violations": [violation(recorded_at="2018-06-01")]})
    early = Question(rulebook=rules(), as_of=date(2018, 4, 30), known_at=datetime(2018, 5, 1))
    assert assessing.assess(database, settings, early).num_rows == 0


def test_48_points_close_and_the_explanation_names_the_entries():
    facts = market_of(violation(1, points="48", ledger="trade"), violation(2, ledger="ipr"))
    database, settings = loaded(facts)
    asked = Question(rulebook=rules(), as_of=date(2018, 7, 31), known_at=LATER, subject_id="S1")
    told = explain(database, settings, asked)
    assert told.result["grade"] == "closed"
    assert [row.violation_id for row in told.rows] == ["V1", "V2"]
    assert [row.order_id for row in told.rows] == [None, None]
    assert told.rows[0].counts_against == ("trade",)
    text = telling.text(told, 80)
    assert "V1" in text
    assert "Violations" in text


def test_what_is_published_has_a_digest_that_tells_which_entries_counted():
    digests = [
        [value for name, value in sorted(judged.items()) if "digest" in name]
        for number in (1, 2)
        for judged in [_judged_with_digest(market_of(violation(1), violation(2)), number)]
    ]
    assert digests[0]
    assert digests[0] != digests[1]


def _judged_with_digest(facts: Facts, entries_n: int) -> dict[str, Any]:
    database, settings = loaded(facts | {"violations": facts["violations"][:entries_n]})
    question = Question(rulebook=rules(), as_of=date(2018, 7, 31), known_at=LATER, subject_id="S1")
    (judged,) = assessing.judge(database, settings, question, with_digest=True).to_pylist()
    return dict(judged)
