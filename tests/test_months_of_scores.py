"""The service level by daily scores: a month is the mean of its days, each scored on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings

import goodstanding
from goodstanding.assessment import assessing, scored_days
from goodstanding.assessment.questions import Question
from goodstanding.assessment.scored_days import days_to_score
from goodstanding.explanation import telling
from goodstanding.explanation.answer import Explanation, Forecast
from goodstanding.explanation.telling_forecast import forecast_text
from goodstanding.rulebook import bundled
from goodstanding.sample import generate
from tests.decided_markets import decided_markets
from tests.markets import Market
from tests.test_against_oracle_2015 import loaded
from tests.test_against_oracle_daily_score import few

NAME, DAILY = "aliexpress-service-level", "aliexpress-daily-service-score"
FIRST, AS_OF = date(2024, 3, 1), date(2024, 3, 5)  # of the month; few days to score


def days_to(last: date, first: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def grade_of(mean: Fraction) -> str:
    """Say the grade as the rule's words have it (MG-03, MG-04)."""
    if mean >= 90:
        return "excellent"
    if mean >= 80:
        return "good"
    return "pass" if mean >= 60 else "fail"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[goodstanding.Market]:
    folder: Path = tmp_path_factory.mktemp("months")
    generate(orders=1500, seed=5, out=folder / "files")
    made = goodstanding.new(folder / "m.duckdb", time_zone="Europe/Berlin", currency="EUR")
    with made as opened:
        opened.load(folder / "files", recorded="occurred")
        yield opened


def one_by_one(market: goodstanding.Market, first: date) -> dict[date, dict[str, Fraction]]:
    """Return each day's scores as an assessment of that day alone gives them."""
    return {
        day: {
            row["subject_id"]: Fraction(round(row["score"] * 1_000_000), 1_000_000)
            for row in market.assess(DAILY, as_of=day).to_pylist()
            if row["score"] is not None
        }
        for day in days_to(AS_OF, first)
    }


@pytest.fixture(scope="module")
def scores(market: goodstanding.Market) -> dict[date, dict[str, Fraction]]:
    return one_by_one(market, FIRST)


def means(scores: dict[date, dict[str, Fraction]]) -> dict[str, tuple[Fraction, int]]:
    """Return each seller's mean over the days on which it was scored, and how many they are."""
    found = {}
    for seller in {seller for of_day in scores.values() for seller in of_day}:
        own = [of_day[seller] for of_day in scores.values() if seller in of_day]
        found[seller] = (sum(own, Fraction(0)) / len(own), len(own))
    return found


def told(rows: list[dict[str, Any]]) -> dict[str, tuple[Fraction, int, str]]:
    return {
        row["subject_id"]: (
            Fraction(row["mean_score_numerator"], row["mean_score_denominator"]),
            row["scored_days_n_numerator"],
            row["grade"],
        )
        for row in rows
        if row["grade"] is not None
    }


def market_question(market: goodstanding.Market) -> Question:
    rules = bundled.load(NAME, version=date(2018, 7, 25))
    return Question(rulebook=rules, as_of=AS_OF, known_at=datetime(2030, 1, 1))


def check_means(
    market: goodstanding.Market, scores: dict[date, dict[str, Fraction]], version: date
) -> None:
    rows = market.assess(NAME, as_of=AS_OF, version=version).to_pylist()
    expected = {seller: (mean, n, grade_of(mean)) for seller, (mean, n) in means(scores).items()}
    assert len(expected) > 20
    assert told(rows) == expected
    assert len({grade for _, _, grade in expected.values()}) > 1


def test_a_level_is_the_mean_of_the_days_of_the_month_scored_one_by_one(market, scores):
    check_means(market, scores, date(2018, 7, 25))


@pytest.mark.slow
def test_the_level_of_2015_is_the_mean_of_thirty_days_scored_one_by_one(market):
    check_means(market, one_by_one(market, AS_OF - timedelta(29)), date(2015, 10, 8))


def test_days_before_any_version_scored_them_are_left_out(market):
    # The first version is of 8 October: of the thirty days to the 31st the later 24 are scored.
    early = date(2015, 10, 31)
    rules = bundled.load(NAME, as_of=early)
    found = [day for day, _ in days_to_score(rules, date(2015, 10, 2), early)]
    assert (found[0], len(found)) == (date(2015, 10, 8), 24)


def test_the_version_in_force_on_each_day_scores_it():
    rules = bundled.load(NAME, version=date(2018, 7, 25))
    found = {
        day: rulebook.version
        for day, rulebook in days_to_score(rules, date(2018, 7, 24), date(2018, 7, 25))
    }
    assert found == {
        date(2018, 7, 24): date(2015, 10, 8),
        date(2018, 7, 25): date(2018, 7, 25),
    }


@pytest.fixture(scope="module")
def someone(scores: dict[date, dict[str, Fraction]]) -> str:
    """Return a seller of the middle: some grade above, and one below."""
    found = sorted(means(scores).items())
    return next(seller for seller, (mean, n) in found if 62 < mean < 78 and n == len(scores))


@pytest.fixture(scope="module")
def explained(market: goodstanding.Market, someone: str) -> Explanation:
    return market.explain(NAME, as_of=AS_OF, subject=someone)


@pytest.fixture(scope="module")
def forecast(explained: Explanation) -> Forecast:
    assert explained.forecast is not None
    return explained.forecast


def test_a_forecast_has_the_days_so_far_and_the_rest_like_the_latest(forecast, scores, someone):
    so_far = [of_day[someone] for of_day in scores.values()]
    mean = (sum(so_far, Fraction(0)) + 26 * so_far[-1]) / 31
    (number,) = [part for part in forecast.indicators if part.name == "mean_score"]
    assert forecast.assessed_on == date(2024, 3, 31)
    assert (forecast.days_so_far, forecast.days_to_come) == (5, 26)
    assert Fraction(number.numerator, number.denominator or 1) == mean
    assert forecast.grade == grade_of(mean)
    assert forecast.latest == pytest.approx(float(so_far[-1]))


def test_what_the_days_to_come_need_is_enough_and_one_point_less_is_not(forecast, scores, someone):
    so_far = sum((of_day[someone] for of_day in scores.values()), Fraction(0))
    for grade, least in {"excellent": 90, "good": 80, "pass": 60}.items():
        needed = forecast.needed[grade]
        enough = next((n for n in range(101) if (so_far + 26 * n) / 31 >= least), None)
        assert needed == enough
    assert forecast.needed["good"] is not None


def test_a_grade_out_of_reach_is_told_with_the_most_that_a_day_can_have(forecast):
    needed = {"excellent": None, "good": 84}
    told = "\n".join(forecast_text(replace(forecast, needed=needed), {"mean_score"}, 100))
    assert forecast.most == 100
    assert "  - For excellent not even 100 points a day would do.\n" in told
    assert told.endswith("  - For good the days to come need 84 points each.")


def test_a_day_is_told_by_its_day_and_its_score(explained):
    assert {row.scored_on for row in explained.rows} == set(days_to(AS_OF, FIRST))
    assert explained.trend == ()
    assert explained.recourse.adding is None
    assert "To expect on 2024-03-31" in telling.text(explained)


@pytest.mark.slow
def test_what_was_published_of_a_month_is_replayed_to_the_same(market):
    published = market.publish(NAME, as_of=date(2024, 2, 29))
    assert published.version == date(2018, 7, 25)
    assert published.subjects_n > 20
    assert market.replay(published) == []


@pytest.mark.slow
@settings(few, max_examples=20)
@given(market=decided_markets())
def test_days_scored_together_are_what_each_is_alone_whatever_was_known_when(market: Market):
    database, made = loaded([market.facts], market.zone)
    level = Question(
        rulebook=bundled.load(NAME, version=date(2015, 10, 8)),
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )
    rules = bundled.load(DAILY, version=date(2018, 7, 25))
    asked = [market.as_of - timedelta(n) for n in range(29, -1, -1)]
    with patch.object(scored_days, "days_to_score", lambda *_: [(day, rules) for day in asked]):
        together = scored_days.of_everybody(database, made, level).to_pylist()
    for day in (asked[0], asked[-7], asked[-1]):
        alone = assessing.judge(database, made, replace(level, rulebook=rules, as_of=day))
        each_day = [row for row in together if row["scored_on"] == day]
        found = {row["subject_id"]: row["score"] for row in each_day}
        told = alone.select(["subject_no", "score__numerator"]).to_pylist()
        known = {row["subject_no"]: row["score__numerator"] for row in told}
        assert found == {no: score for no, score in known.items() if score is not None}
        assert {row["standing_id"] for row in each_day} <= {int(f"{day:%Y%m%d}")}


def test_days_scored_in_parts_are_the_same(market):
    level = market_question(market)
    whole = scored_days.of_everybody(market._database, market.settings, level)
    with patch.object(scored_days, "_ORDER_DAYS", 1):
        parts = scored_days.of_everybody(market._database, market.settings, level)
    by = [("scored_on", "ascending"), ("subject_id", "ascending")]
    assert parts.num_rows > 100
    assert parts.sort_by(by).equals(whole.sort_by(by))


def test_a_rulebook_that_reads_none_has_no_days_to_score():
    rules = replace(bundled.load("service-level"), rows={})
    with pytest.raises(ValueError, match="reads no other rulebook"):
        next(days_to_score(rules, AS_OF, AS_OF))
