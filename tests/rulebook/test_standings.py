"""What a rulebook reads of another one, where it is in order and worth a word."""

import pytest

from goodstanding.rulebook import bundled
from goodstanding.rulebook.reading import read_rulebook, warnings

RULEBOOK = """
id = "by-days"
version = 2026-01-01
title = "By days"
subject = "seller"
source = "the terms"
confidence = "official"
calendar = { assessed = "month-end" }
window.long = WINDOW
rows.days = { from = "standing", rulebook = "aliexpress-daily-service-score" }
measure.scored = { of = "days", when = "within(scored_on)" }
measure.scores = { of = "scored", sum = "score" }
indicator.mean_score = { mean = "scores", better = "higher" }
"""


def warned(window: str) -> list[str]:
    rulebook = read_rulebook(RULEBOOK.replace("WINDOW", window), "by-days.toml")
    return list(map(str, warnings(rulebook)))


@pytest.mark.parametrize("window", ["{ days = 100 }", "{ months = 3 }", '{ calendar = "month" }'])
def test_a_season_of_days_that_are_scored_is_no_matter(window):
    assert warned(window) == []


@pytest.mark.parametrize(
    ("window", "length"), [("{ days = 400 }", "400 days"), ("{ months = 4 }", "4 months")]
)
def test_more_than_a_hundred_days_that_are_scored_are_warned_of_once(window, length):
    (warning,) = warned(window)
    what = f"Each assessment scores {length} anew, which takes long above 100 days."
    assert warning.splitlines() == [
        f"by-days.toml:9  window.long: {what}",
        "    Look back on fewer days, unless the rule asks for so many.",
    ]


def test_the_bundled_rulebooks_read_few_days():
    for version in bundled.versions("aliexpress-service-level"):
        rulebook = bundled.load("aliexpress-service-level", version=version)
        assert not any("anew" in str(each) for each in warnings(rulebook))
