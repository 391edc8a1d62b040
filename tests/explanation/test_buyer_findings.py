"""What a buyer's own view tells of findings: until when they can be answered, and appealed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from goodstanding.explanation import telling_buyer
from goodstanding.explanation.buyer_answer import BuyerView
from tests.decisions.finding_market import Opened, opened, write_market


@pytest.fixture
def steps(tmp_path: Path):
    with opened(write_market(tmp_path / "m.duckdb")) as found:
        found.propose()
        yield found


def view(steps: Opened, **asked: Any) -> BuyerView:
    """Return the view of B7 on the day that it is, before any rulebook was in force."""
    day = steps.clock.now.date()
    return steps.market.buyer_view("B7", **({"as_of": day, "rulebook": "buyer-score"} | asked))


def told(found: BuyerView) -> list[tuple[str, str, str | None, int | None]]:
    return [
        (
            each.finding_id,
            each.status,
            clock.kind if clock else None,
            clock.days_left if clock else None,
        )
        for each in found.findings
        for clock in (each.clocks or (None,))
    ]


def test_a_proposal_that_nobody_told_the_buyer_of_is_not_told(steps: Opened):
    assert view(steps).findings == ()


def test_a_warning_tells_the_days_left_to_answer_until_it_is_answered(steps: Opened):
    steps.warn()
    assert told(view(steps)) == [("finding-1", "warned", "answer", 7)]
    (advice,) = [each for each in view(steps).advice if each.finding_id == "finding-1"]
    assert (advice.kind, advice.days_left, advice.last_on) == (
        *("answer the finding", 7),
        view(steps).findings[0].clocks[0].last_on,
    )
    assert "Answer to the warning finding-1 (claims about orders" in advice.text
    assert "7 days left, the last is" in advice.text
    steps.clock.days_later(6)
    assert told(view(steps)) == [("finding-1", "warned", "answer", 1)]
    steps.clock.days_later(1)
    assert told(view(steps)) == [("finding-1", "warned", None, None)]


def test_an_answer_ends_the_clock_and_not_the_finding(steps: Opened):
    steps.warn()
    steps.market.answer_finding("finding-1", "My neighbour signed.")
    assert told(view(steps)) == [("finding-1", "warned", None, None)]
    assert not any(each.finding_id for each in view(steps).advice)


def test_a_decision_tells_the_days_left_to_appeal_until_it_is_appealed_or_too_late(steps: Opened):
    steps.warn()
    steps.clock.days_later(8)
    steps.confirm()
    found = view(steps)
    ((_, status, kind, left),) = told(found)
    assert (status, kind) == ("confirmed", "appeal")
    assert left == (found.findings[0].clocks[0].last_on - found.as_of).days
    (advice,) = [each for each in found.advice if each.finding_id]
    assert advice.kind == "appeal the finding"
    text = telling_buyer.text(found)
    assert "What was found of your conduct" in text
    assert f"({left} days left)" in text
    assert "A finding can be appealed within 6 months of the decision" in text
    steps.appeal()
    assert told(view(steps)) == [("finding-1", "appealed", None, None)]
    steps.uphold()
    assert view(steps).findings == ()


def test_what_was_dismissed_is_over(steps: Opened):
    steps.warn()
    steps.dismiss()
    assert view(steps).findings == ()


def test_a_past_day_is_told_as_it_was(steps: Opened):
    steps.warn()
    warned = steps.clock.now.date()
    steps.clock.days_later(8)
    steps.confirm()
    assert told(view(steps, as_of=warned)) == [("finding-1", "warned", "answer", 7)]
    assert view(steps, as_of=date(2025, 12, 31)).findings == ()


def test_another_buyer_is_told_nothing_of_it(steps: Opened):
    steps.warn()
    day = steps.clock.now.date()
    assert steps.market.buyer_view("B8", as_of=day).findings == ()
