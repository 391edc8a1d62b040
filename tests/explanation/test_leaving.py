"""The day on which a row leaves, checked by assessing on that day and on the day before."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.assessment.assessing import assess
from goodstanding.database.duckdb import DuckDB
from goodstanding.explanation.answer import NEVER
from goodstanding.explanation.explaining import explain
from goodstanding.explanation.reasons import counted_rows
from goodstanding.facts.store import Settings
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import AS_OF, explained, loaded, question
from tests.explanation.written_rows import (
    RULEBOOKS,
    Written,
    flagged,
    judged,
    market_of,
    moved,
    rows_of_one,
    table,
)
from tests.small_facts import at, order, review
from tests.small_rulebook import changed

few = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(few, max_examples=150)


def counts(market: tuple[DuckDB, Settings], day: date) -> tuple[int, int]:
    (record,) = assess(*market, question(as_of=day)).to_pylist()
    return record["bad_experience_rate_numerator"], record["bad_experience_rate_denominator"]


@pytest.mark.parametrize(
    ("happened", "stars", "clears_on", "leaves_on"),
    [
        ({"shipped_at": "2018-07-10"}, 2, "2018-10-18", "2018-10-18"),
        # The review is older than the shipping: the order stays when the bad experience leaves.
        ({"shipped_at": "2018-07-25"}, 2, "2018-10-18", "2018-10-23"),
        # The ship-by day lies ahead, and counts once it has passed.
        (
            {"shipped_at": "2018-07-10", "ship_by": at("2018-08-20T12:00")},
            2,
            "2018-10-18",
            "2018-11-18",
        ),
        ({"shipped_at": "2018-07-10"}, 5, None, "2018-10-18"),
    ],
)
def test_a_row_counts_until_the_day_before_it_leaves(happened, stars, clears_on, leaves_on):
    facts = {"orders": [order(**happened)], "feedback": [review("2018-07-20", stars=stars)]}
    market = loaded(facts)
    (row,) = explain(*market, question()).rows
    assert (row.clears_on and str(row.clears_on), str(row.leaves_on)) == (clears_on, leaves_on)
    leaving = row.leaves_on
    assert counts(market, leaving - timedelta(1))[1] == 1
    assert counts(market, leaving)[1] == 0
    if row.clears_on is not None:
        assert counts(market, row.clears_on - timedelta(1))[0] == 1
        assert counts(market, row.clears_on)[0] == 0


def test_an_order_without_a_review_counts_again_when_the_time_to_review_is_over():
    # Closed on the 10th: as received it would leave on 8 October; 30 days after its end the
    # time to review is over, which lies ahead and keeps it in for as long.
    facts = {"orders": [order(closed_at="2018-07-10")]}
    market = loaded(facts)
    (row,) = explain(*market, question()).rows
    assert row.leaves_on == date(2018, 11, 7)
    assert counts(market, date(2018, 11, 6))[1] == 1
    assert counts(market, date(2018, 11, 7))[1] == 0


def test_what_time_alone_does_not_end_never_leaves():
    for_ever = read_rulebook(
        changed(("window.quarter = { days = 90 }", "window.quarter = { all = true }")), "all.toml"
    )
    (row,) = explained({"orders": [order(closed_at="2018-07-10")]}, rulebook=for_ever).rows
    assert row.leaves_on == NEVER


def check_leaving(rulebook: Rulebook, written: list[Written]) -> None:
    rows = table(written)
    told = counted_rows(market_of(rulebook, rows))
    assert judged(rulebook, rows)["orders__counted"] == len(told)
    for counted in told:
        assert counted.told.leaves_on == max(met.leaves_on for met in counted.told.measures)
        for met in counted.told.measures:
            if met.leaves_on == NEVER:
                continue
            days = (met.leaves_on - AS_OF).days
            alone = rows.slice(counted.number, 1)
            up_to_then = pa.concat_tables([moved(alone, day) for day in range(days)])
            assert all(row[f"{met.measure}__met"] for row in flagged(rulebook, up_to_then))
            (then,) = flagged(rulebook, alone, met.leaves_on)
            assert not then[f"{met.measure}__met"]


@few
@given(st.sampled_from(list(RULEBOOKS.values())), rows_of_one())
def test_each_measure_is_met_until_the_day_before_a_row_leaves_it(rulebook, written):
    check_leaving(rulebook, written)


@pytest.mark.slow
@many
@given(st.sampled_from(list(RULEBOOKS.values())), rows_of_one())
def test_each_measure_is_met_until_then_whatever_happened(rulebook, written):
    check_leaving(rulebook, written)
