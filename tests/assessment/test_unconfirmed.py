"""What nobody could confirm is repeated beside every result that turns on it."""

from __future__ import annotations

from datetime import date

import pytest

from goodstanding.assessment.unconfirmed import unconfirmed_entries
from goodstanding.explanation import telling
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import assessed, explained, orders
from tests.small_rulebook import SMALL, changed

DAILY = "aliexpress-daily-service-score"
PERIOD = "period: 30 days where assessed_in_month >= 60, else 90 days"
DAYS = "period_days: if(assessed_in_month >= 60, 30, 90)"
DOUBT = 'confidence = "unconfirmed"'


def entries(text: str, first: date | None = None, last: date = date(2026, 3, 31)) -> list[str]:
    return unconfirmed_entries(read_rulebook(text, "small.toml"), first, last)


@pytest.mark.parametrize("version", bundled.versions(DAILY), ids=str)
def test_the_switch_of_the_daily_score_at_sixty_orders_is_repeated(version):
    rulebook = bundled.load(DAILY, version=version)
    assert unconfirmed_entries(rulebook, None, version) == [PERIOD, DAYS]


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (date(2015, 1, 5), []),
        (date(2015, 10, 8), [f"{DAILY}: {PERIOD}"]),
        (date(2018, 7, 25), [f"{DAILY}: {PERIOD}"]),
    ],
    ids=str,
)
def test_a_level_repeats_what_the_scores_it_reads_turn_on(version, told):
    rulebook = bundled.load("aliexpress-service-level", version=version)
    assert unconfirmed_entries(rulebook, date(2018, 7, 1), date(2018, 7, 31)) == told


def test_of_days_before_any_version_scored_them_there_is_nothing_to_repeat():
    rulebook = bundled.load("aliexpress-service-level", version=date(2018, 7, 25))
    assert unconfirmed_entries(rulebook, date(2015, 9, 1), date(2015, 9, 30)) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{ days = 90 }", f"{{ days = 90, {DOUBT} }}", "quarter: 90 days"),
        ('{ from = "order" }', f'{{ from = "order", {DOUBT} }}', "orders: every order"),
        (
            'when = "within(closed_on)"',
            f'when = "within(closed_on)"\n{DOUBT}',
            "ended: within(closed_on)",
        ),
        (
            'any.low_review = "stars <= 3 and within(feedback_on)"',
            f'{DOUBT}\nany.low_review = "stars <= 3 and within(feedback_on)"',
            "bad: stars <= 3 and within(feedback_on)",
        ),
        ('better = "lower"', f'better = "lower"\n{DOUBT}', "bad_rate: bad / ended"),
    ],
    ids=["a window", "rows", "a measure", "kinds of a measure", "an indicator"],
)
def test_each_entry_is_told_by_its_name_and_what_it_says(old, new, told):
    assert entries(changed((old, new))) == [told]


def test_what_is_our_own_is_not_among_it():
    assert entries(changed(("{ days = 90 }", '{ days = 90, confidence = "own design" }'))) == []
    assert entries(SMALL) == []


@pytest.fixture(scope="module")
def doubted() -> Rulebook:
    text = changed(("{ days = 90 }", f"{{ days = 90, {DOUBT} }}"))
    return read_rulebook(text.replace("version = 2026", "version = 2015"), "small.toml")


def test_results_repeat_it_whatever_the_grade(doubted):
    assert assessed(orders(3), rulebook=doubted)["unconfirmed"] == ["quarter: 90 days"]


def test_an_explanation_says_it(doubted):
    explanation = explained(orders(3), rulebook=doubted)
    assert explanation.unconfirmed == ("quarter: 90 days",)
    assert (
        "Unconfirmed: no source confirms these, and the result turns on them\n"
        "  - quarter: 90 days\n"
    ) in telling.text(explanation)
