"""A seller within each category: assessed, explained, published, restated and told through time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

import goodstanding
from goodstanding.cli import summary
from goodstanding.cli.tally import tallied
from goodstanding.errors import ArgumentInvalid, SubjectUnknown
from goodstanding.explanation.explaining import contract_record
from goodstanding.explanation.telling import text
from goodstanding.rulebook import bundled
from tests.category_facts import sold, together
from tests.market_files import as_frames
from tests.standing.test_publishing import Clock

NAME = "aliexpress-category"
OCTOBER = date(2020, 10, 2)
# Graded by as few as three orders, without a look at others.
GRADED = """
id         = "graded"
version    = 2020-01-01
title      = "Graded within categories"
subject    = "{subject}"
confidence = "own design"
calendar   = {{ assessed = "daily" }}
window     = {{ quarter = {{ days = 90 }} }}
rows       = {{ lines = {{ from = "line" }} }}

[measure]
ended = {{ of = "lines", distinct = "order_id", when = "within(closed_on)" }}
bad   = {{ of = "ended", distinct = "order_id", any.disputed = "within(dispute_opened_on)" }}

[indicator]
bad_rate = {{ ratio = ["bad", "ended"], better = "lower", if_not_assessed = "not graded" }}

[[grade]]
name = "good"
all  = ["bad_rate < 30 %"]

[[grade]]
name = "fail"
"""


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock("2020-10-03T13:00")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[goodstanding.Market]:
    path = tmp_path_factory.mktemp("categories") / "m.duckdb"
    goodstanding.new(path, time_zone="Asia/Shanghai", currency="EUR").close()
    facts = together(
        sold("S1", ["C3", "C2"], 10, stars=4, disputed=1),
        sold("S1", ["C4"], 3, disputed=1),
        sold("S/1", ["C2"], 11),
        sold("S2", [None], 2),
        sold("S2", ["C2"], 12, stars=3, ended=datetime(2021, 1, 1, 12)),
    )
    with goodstanding.open(path, clock=clock) as opened:
        opened.load(as_frames(facts))
        yield opened


@pytest.fixture(scope="module")
def published(market: goodstanding.Market, clock: Clock) -> list[date]:
    """Publish the day of October and what is due by May; return the days that were due."""
    market.publish(NAME, as_of=OCTOBER)
    clock.set("2021-05-01T13:00")
    return [each.as_of for each in market.publish_due()]


def test_each_seller_has_a_result_for_each_category_sold_in(market):
    rows = market.assess(NAME, as_of=OCTOBER).to_pylist()
    told = {row["subject_id"]: (row["within_id"], row["orders_assessed_numerator"]) for row in rows}
    assert told == {"S1/C2": ("C2", 10), "S1/C4": ("C4", 3), "S~11/C2": ("C2", 11)}
    assert {row["subject_kind"] for row in rows} == {"seller_category_l2"}
    assert {row["within_kind"] for row in rows} == {"category_l2_id"}
    (first, few, best) = rows
    assert (first["description_value"], first["description_ratings_numerator"]) == (4.0, 10)
    assert first["not_as_described_rate_numerator"] == 1
    assert first["description_against_value"] == -1.0
    assert best["not_as_described_against_value"] == 1.0
    assert few["description_value"] is few["not_as_described_rate_value"] is None


def test_lines_that_say_no_category_are_counted_in_the_summary(market):
    results = market.assess(NAME, as_of=OCTOBER)
    said = dict(summary.entries(tallied(results, bundled.load(NAME)), None, "Asia/Shanghai"))
    assert said["subjects"] == "3 (sellers in categories)"
    # Two orders that ended, and the two ratings of them.
    assert said["no category"] == "4 lines, which count for nobody"
    assert said["lines"].endswith("10 repeated")


def test_an_explanation_names_the_seller_the_category_and_the_lines(market, published):
    told = market.explain(NAME, as_of=OCTOBER, subject="S1/C2")
    (row,) = market.assess(NAME, as_of=OCTOBER, subject="S1/C2").to_pylist()
    assert told.result == contract_record(row, bundled.load(NAME))
    lines = text(told).splitlines()
    assert lines[0] == "Seller in a category S1/C2"
    against = [each for each in told.rows if each.counts_against]
    assert {(each.order_id, each.line_no) for each in against} == {
        ("S1-C3-C2-0", 1),
        ("S1-C3-C2-0", 2),
    }
    assert told.not_counted.by_reason == {"repeat": 10}
    assert told.published is not None
    assert told.published.is_same
    assert told.coming.assessed_on == date(2021, 1, 2)


@pytest.mark.parametrize(
    ("subject", "message", "hint"),
    [
        ("S1", "'S1' is no seller in a category: it names no category.", "'S1/CATEGORY'"),
        ("S11/C2", "seller 'S11' is not known to this market.", "Did you mean 'S1'?"),
        ("S1/C22", "category 'C22' is not known to this market.", "Did you mean 'C2'?"),
        ("S2/C4", "seller in a category 'S2/C4' was not there by 2020-10-02", "a later day"),
    ],
)
def test_who_is_not_known_is_refused_with_what_is_missing(market, subject, message, hint):
    with pytest.raises(SubjectUnknown) as caught:
        market.assess(NAME, as_of=OCTOBER, subject=subject)
    assert message in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("subject", "own", "grades"),
    [
        ("seller_category", "S1/C4", {"S1/C2": "good", "S1/C3": "good", "S1/C4": "fail"}),
        ("seller_category_l2", "S1/C4", {"S1/C2": "good", "S1/C4": "fail"}),
        ("seller_category_l1", "S1/C1", {"S1/C1": "good"}),
    ],
)
def test_grades_of_each_level_are_assessed_alone_as_among_all(
    market, tmp_path, subject, own, grades
):
    path = tmp_path / "graded.toml"
    path.write_text(GRADED.format(subject=subject), encoding="utf-8")
    everybody = market.assess(path, as_of=OCTOBER).to_pylist()
    assert {r["subject_id"]: r["grade"] for r in everybody if r["subject_id"][:3] == "S1/"} == (
        grades
    )
    alone = market.assess(path, as_of=OCTOBER, subject=own).to_pylist()
    unplaced = {"rows_unplaced": alone[0]["rows_unplaced"]}  # of whom is looked at
    assert alone == [row | unplaced for row in everybody if row["subject_id"] == own]


def test_a_grade_says_which_order_would_change_it(market, tmp_path):
    path = tmp_path / "graded.toml"
    path.write_text(GRADED.format(subject="seller_category"), encoding="utf-8")
    told = market.explain(path, as_of=OCTOBER, subject="S1/C4")
    assert told.result["grade"] == "fail"
    cleaning, going_wrong = told.recourse.cleaning, told.recourse.going_wrong
    assert cleaning is not None
    assert (cleaning.n, cleaning.order_ids) == (1, ("S1-C4-0",))
    assert going_wrong is None
    assert [(point.as_of, point.grade) for point in told.trend] == [
        (date(2020, 7, 31), None),  # ordered, and nothing ended
        (date(2020, 8, 31), "fail"),
        (date(2020, 9, 30), "fail"),
    ]


def test_it_is_published_on_the_second_of_each_quarter(market, published):
    assert published == [date(2021, 1, 2), date(2021, 4, 2)]
    assert market.replay(market.publications()[0]) == []


def test_history_tells_a_seller_within_a_category_day_by_day(market, published):
    # In January and in April it has sold nothing, and stands beside others.
    first, later, last = market.history(NAME, subject="S1/C2")
    assert [each.from_on for each in (first, later, last)] == [OCTOBER, *published]
    assert first.indicators["not_as_described_rate"] == (1, 10, True)
    assert later.indicators["not_as_described_rate"] == (0, 0, False)
    entered, *_ = market.history(NAME, subject="S2/C2")
    assert entered.from_on == date(2021, 1, 2)


def test_a_correction_restates_who_it_concerns(market, clock, published):
    clock.set("2021-05-02T13:00")
    market.exclude(order="S1-C3-C2-0", reason="malicious buyer", decided_by="Ana")
    differing = {(each.as_of, each.subject_id) for each in market.differences()}
    # With nine orders left it is assessed no longer, and the other stands alone.
    assert differing == {(OCTOBER, "S1/C2"), (OCTOBER, "S~11/C2"), (OCTOBER, "S1/C4")}
    assert [each.as_of for each in market.restate()] == [OCTOBER]
    first, restated, *_ = market.history(NAME, subject="S1/C2")
    assert (first.status, restated.status) == ("superseded", "published")
    assert restated.indicators["not_as_described_rate"] == (0, 9, False)


def test_rulebooks_about_others_are_not_compared(market):
    with pytest.raises(ArgumentInvalid) as caught:
        market.compare(NAME, "service-level", as_of=OCTOBER)
    assert "is about sellers in categories and 'service-level' about sellers" in str(caught.value)
