"""The statement of reasons: whole or refused, in words and as JSON, naming nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any, get_args

import pytest

from goodstanding.decisions.findings import KINDS, Finding
from goodstanding.decisions.statement import Stage, stage_of, statement_of
from goodstanding.errors import ArgumentInvalid

WHOLE = Finding(
    finding_id="finding-1",
    buyer_id="B7",
    status="overturned",
    kind="false_claims",
    gravity=6,
    intent="deliberate",
    cases_n=2,
    of_orders_n=14,
    rests_on=("O1", "O2"),
    rule="Terms 7.2",
    summary="Both parcels were signed for.",
    proposed_at=datetime(2026, 1, 9),
    proposed_by="Ana",
    warned_at=datetime(2026, 1, 10),
    warned_by="Ana",
    answer_until=date(2026, 1, 17),
    answered_at=datetime(2026, 1, 11),
    answer="They never\ncame.",
    dismissed_at=datetime(2026, 1, 12),
    dismissed_by="Bea",
    dismissed_because="The carrier lost them.",
    decided_at=datetime(2026, 1, 18),
    decided_by="Bea",
    reasons="The photographs show them.",
    consequence="refunds once goods are back",
    until_on=date(2026, 6, 30),
    appeal_until=date(2026, 7, 18),
    appealed_at=datetime(2026, 2, 1),
    appeal="I was abroad.",
    appeal_decided_at=datetime(2026, 2, 10),
    appeal_decided_by="Cem",
    appeal_reasons="You were abroad.",
    overturned_at=datetime(2026, 2, 10),
)


def text(stage: Stage, finding: Finding = WHOLE) -> list[str]:
    return statement_of(finding, stage, "UTC").text().splitlines()


def lines(written: str) -> list[str]:
    """Return the lines of a text; one that is indented goes on with the line before."""
    return re.sub(r"\n +", " ", written.strip()).split("\n")


WARNED = """
A warning, of 2026-01-10. It was proposed to find this of your conduct: claims about orders that
  were not true. Nothing is decided.
What happened: Both parcels were signed for.
The orders: O1, O2.
The rule: Terms 7.2
What was weighed: 2 of your 14 orders, which is 14.3 %; gravity 6 of 10; intent deliberate.
What follows: nothing, until it is decided.
To contest it: Until 2026-01-17 you can say what you think of it: write to the marketplace and name
  finding-1. It is read before anything is decided.
Automation: none. Every step of this was taken by a person.
"""
CONFIRMED = """
A decision, of 2026-01-18. This was found of your conduct: claims about orders that were not true.
What happened: Both parcels were signed for.
The orders: O1, O2.
The rule: Terms 7.2
What was weighed: 2 of your 14 orders, which is 14.3 %; gravity 6 of 10; intent deliberate.
What you said: They never came.
Why: The photographs show them.
What follows: refunds once goods are back, from 2026-01-18 to 2026-06-30. A score that counts
  findings counts it for as long as its rules say; no score refuses you a purchase.
To contest it: Until 2026-07-18 you can appeal, free of charge: write to the marketplace and name
  finding-1. Another person than decided it decides the appeal. You can turn to a court, and where
  the law gives you one to an out-of-court body.
Automation: none. Every step of this was taken by a person.
"""


def test_a_warning_says_what_is_proposed_and_until_when_to_answer():
    assert text("warned") == lines(WARNED)


def test_a_decision_says_facts_rule_factors_reasons_what_follows_how_long_and_how_to_contest():
    assert text("confirmed") == lines(CONFIRMED)


def test_one_that_is_overturned_follows_nothing_and_counts_for_no_day():
    said = text("overturned")
    assert said[0].startswith(
        "The decision on your appeal, of 2026-02-10: what was decided is over"
    )
    assert "Your appeal: I was abroad." in said
    assert "Why on appeal: You were abroad." in said
    assert (
        "What follows: nothing. It counts for no day; what was worked out with it is worked out "
        "again." in said
    )
    assert not [line for line in said if "2026-06-30" in line]


def test_one_that_is_upheld_gives_both_reasons_and_what_follows():
    said = text("upheld")
    assert "Why it was decided: The photographs show them." in said
    assert "Why on appeal: You were abroad." in said
    assert any("from 2026-01-18 to 2026-06-30" in line for line in said)
    assert "To contest it: You can turn to a court" in "\n".join(said)


def test_a_warning_that_is_taken_back_says_that_nothing_was_found():
    said = text("dismissed")
    assert said[0].endswith("is taken back. Nothing was found.")
    assert "Why: The carrier lost them." in said
    assert "What follows: nothing. It counts nowhere, and never did." in said


def test_as_json_it_has_the_same_parts():
    said = statement_of(WHOLE, "confirmed", "UTC").as_dict()
    assert said == {
        "finding": "finding-1",
        "stage": "confirmed",
        "on": "2026-01-18",
        "found": {"kind": "false_claims", "means": "claims about orders that were not true"},
        "facts": {"summary": "Both parcels were signed for.", "orders": ["O1", "O2"]},
        "rule": "Terms 7.2",
        "factors": {
            "count": 2,
            "share": {"numerator": 2, "denominator": 14},
            "gravity": 6,
            "intent": "deliberate",
        },
        "answer": "They never\ncame.",
        "reasons": "The photographs show them.",
        "appeal": None,
        "appeal_reasons": None,
        "follows": {
            "what": "refunds once goods are back",
            "from_on": "2026-01-18",
            "until_on": "2026-06-30",
        },
        "contest": {"how": said["contest"]["how"], "until_on": "2026-07-18"},
        "automation": "none",
    }


@pytest.mark.parametrize("stage", get_args(Stage))
def test_no_stage_names_who_decided_or_the_buyer(stage):
    said = statement_of(WHOLE, stage, "UTC")
    words = said.text() + repr(said.as_dict())
    assert not [name for name in ("Ana", "Bea", "Cem", "B7") if name in words]


FACTORS = ["kind", "rests_on", "rule", "summary", "cases_n", "of_orders_n", "gravity", "intent"]
NEEDED = {
    "warned": FACTORS,
    "dismissed": ["kind", "dismissed_because"],
    "confirmed": [*FACTORS, "reasons", "consequence", "until_on"],
    "upheld": [*FACTORS, "reasons", "consequence", "until_on", "appeal_reasons"],
    "overturned": ["kind", "appeal_reasons"],
}


@pytest.mark.parametrize(
    ("stage", "name"), [(stage, name) for stage, names in NEEDED.items() for name in names]
)
def test_one_that_lacks_a_part_is_refused_by_name(stage, name):
    said: dict[str, Any] = {name: () if name == "rests_on" else None}
    lacking = replace(WHOLE, **said)
    with pytest.raises(ArgumentInvalid, match=rf"no whole statement of reasons.* {name}\.") as told:
        statement_of(lacking, stage, "UTC")
    assert "goodstanding tables findings" in (told.value.hint or "")


def test_days_are_those_of_the_market():
    late = replace(WHOLE, decided_at=datetime(2026, 1, 18, 2))
    assert statement_of(late, "confirmed", "America/Sao_Paulo").on == date(2026, 1, 17)


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("proposed", None),
        ("warned", "warned"),
        ("dismissed", "dismissed"),
        ("confirmed", "confirmed"),
        ("appealed", "confirmed"),
        ("upheld", "upheld"),
        ("overturned", "overturned"),
    ],
)
def test_the_buyer_is_told_of_every_status_but_the_proposal_and_the_own_appeal(status, stage):
    assert stage_of(replace(WHOLE, status=status)) == stage


def test_a_kind_that_only_a_source_knows_is_told_in_its_words():
    said = text("confirmed", replace(WHOLE, kind="ring_praise"))
    assert "ring praise" in said[0]
    assert "ring_praise" not in KINDS
