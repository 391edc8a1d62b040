"""What a buyer's own view tells of findings: until when they can be answered, and appealed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from goodstanding import days
from goodstanding.decisions.findings import told_of
from goodstanding.explanation import telling_buyer
from goodstanding.explanation.buyer_advice import advice
from goodstanding.explanation.buyer_answer import Advice, OpenFinding
from goodstanding.explanation.buyer_findings import open_findings
from tests.decisions.finding_market import Opened, opened, write_market


@pytest.fixture
def steps(tmp_path: Path):
    with opened(write_market(tmp_path / "m.duckdb")) as found:
        found.propose()
        yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What B7, or another buyer, is told of findings on a day."""

    as_of: date
    findings: list[OpenFinding]
    advice: tuple[Advice, ...]


def view(steps: Opened, as_of: date | None = None, buyer: str = "B7") -> Seen:
    """Return what is told of findings on the day that it is, or another; without the score."""
    day = as_of or steps.clock.now.date()
    asked = {"known_at": steps.clock.now, "end": days.end_of_day(day, "UTC")}
    found = open_findings(told_of(steps.market._database, "UTC", buyer, **asked), day)
    return Seen(as_of=day, findings=found, advice=advice([], [], [], found, as_of=day, zone="UTC"))


def told(found: Seen) -> list[tuple[str, str, str | None, int | None]]:
    return [
        (each.finding_id, each.status, clock.kind, clock.days_left)
        for each in found.findings
        for clock in each.clocks
    ] + [(each.finding_id, each.status, None, None) for each in found.findings if not each.clocks]


def test_a_proposal_that_nobody_told_the_buyer_of_is_not_told(steps: Opened):
    assert view(steps).findings == []


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
    last_on = found.findings[0].clocks[0].last_on
    assert last_on is not None
    assert left == (last_on - found.as_of).days
    (advice,) = [each for each in found.advice if each.finding_id]
    assert advice.kind == "appeal the finding"
    steps.appeal()
    assert told(view(steps)) == [("finding-1", "appealed", None, None)]
    steps.uphold()
    assert view(steps).findings == []


def test_what_was_dismissed_is_over(steps: Opened):
    steps.warn()
    steps.dismiss()
    assert view(steps).findings == []


def test_a_past_day_is_told_as_it_was(steps: Opened):
    steps.warn()
    warned = steps.clock.now.date()
    steps.clock.days_later(8)
    steps.confirm()
    assert told(view(steps, as_of=warned)) == [("finding-1", "warned", "answer", 7)]
    assert view(steps, as_of=date(2025, 12, 31)).findings == []


def test_another_buyer_is_told_nothing_of_it(steps: Opened):
    steps.warn()
    assert view(steps, buyer="B8").findings == []


def test_it_stands_in_the_view_with_its_rule(steps: Opened):
    steps.warn()
    steps.clock.days_later(8)
    steps.confirm()
    found = steps.market.buyer_view("B7", as_of="2014-12-31")  # no rules: nothing is scored
    assert found.findings == ()
    found = replace(found, findings=tuple(view(steps).findings), advice=view(steps).advice)
    text = " ".join(telling_buyer.text(found).split())
    left = found.advice[0].days_left
    assert "What was found of your conduct - finding-1, confirmed: claims about orders" in text
    assert f"to appeal: until {found.advice[0].last_on} ({left} days left)" in text
    assert "A finding can be appealed within 6 months of the decision" in text
    assert "Appeal, if it is not so: finding-1 (claims about orders" in text
    assert found.as_dict()["findings"][0]["clocks"][0]["source"] == ["J11"]
