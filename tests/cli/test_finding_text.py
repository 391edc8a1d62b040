"""A finding as it is printed: what is next is what can still be done on the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from goodstanding.cli.finding_text import columns, told
from goodstanding.decisions.findings import Finding
from tests.decisions.test_statement import WHOLE

LATER: dict[str, Any] = {"appealed_at": None, "appeal_decided_at": None, "overturned_at": None}
CONFIRMED = replace(WHOLE, status="confirmed", dismissed_at=None, **LATER)
WARNED = replace(CONFIRMED, status="warned", decided_at=None, answered_at=None, appeal_until=None)
HEARD = replace(WARNED, answered_at=datetime(2026, 1, 11))
UPHELD = replace(WHOLE, status="upheld", dismissed_at=None, overturned_at=None)
DAY = timedelta(days=1)
ANSWER_UNTIL, APPEAL_UNTIL = date(2026, 1, 17), date(2026, 7, 18)


@pytest.mark.parametrize(
    ("finding", "today", "following"),
    [
        (WARNED, ANSWER_UNTIL, "confirm or dismiss, after 2026-01-17"),
        (WARNED, ANSWER_UNTIL + DAY, "confirm or dismiss"),
        (HEARD, ANSWER_UNTIL - DAY, "confirm or dismiss"),
        (CONFIRMED, APPEAL_UNTIL, "an appeal, if any, by 2026-07-18"),
        (CONFIRMED, APPEAL_UNTIL + DAY, ""),
        (UPHELD, ANSWER_UNTIL, ""),
    ],
)
def test_what_is_next_names_no_day_that_is_past(finding: Finding, today: date, following: str):
    (found,) = (each.texts for each in columns([finding], today=today) if each.title == "next")
    assert found == [following]
    shown = told(finding, "UTC", today=today, width=100).splitlines()
    assert [line for line in shown if "Next: " in line] == (
        [f"  Next: {following}."] if following else []
    )
