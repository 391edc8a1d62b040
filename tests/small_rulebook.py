"""A rulebook as small as one can be, for tests to change."""

SMALL = """\
id = "small"
version = 2026-01-01
title = "Small"
subject = "seller"
source = "the terms"
confidence = "official"
calendar = { assessed = "daily" }
window.quarter = { days = 90 }
rows.orders = { from = "order" }

[measure.ended]
of = "orders"
when = "within(closed_on)"

[measure.bad]
of = "ended"
any.low_review = "stars <= 3 and within(feedback_on)"

[indicator.bad_rate]
ratio = ["bad", "ended"]
better = "lower"
if_not_assessed = "not graded"

[[grade]]
name = "good"
all = ["bad_rate < 6 %"]

[[grade]]
name = "fail"
"""


def changed(*changes: tuple[str, str]) -> str:
    """Return the small rulebook with pieces of its text replaced; each must be there."""
    text = SMALL
    for old, new in changes:
        if old not in text:
            raise ValueError(f"not in the small rulebook: {old}")
        text = text.replace(old, new)
    return text
