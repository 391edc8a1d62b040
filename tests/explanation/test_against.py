"""Which rows make a result worse, through which indicator, and by which columns."""

from __future__ import annotations

from goodstanding.explanation.against import (
    columns_at_fault,
    counts_against,
    grading_indicators,
    worsened_through,
)
from tests.explanation.all_faults import ALL_FAULTS
from tests.explanation.small_market import AS_OF, SERVICE_LEVEL, explained, orders, together
from tests.explanation.written_rows import flagged, table

ENDED = {"closed_on": AS_OF}


def against(**said) -> dict[str, frozenset[str]]:
    (row,) = flagged(ALL_FAULTS, table([ENDED | said]))
    return {
        indicator.name: columns_at_fault(indicator, "orders", row, ALL_FAULTS)
        for indicator in grading_indicators(ALL_FAULTS)
        if counts_against(indicator, "orders", row, ALL_FAULTS)
    }


def test_only_indicators_that_a_limit_names_can_be_made_worse():
    assert [i.name for i in grading_indicators(SERVICE_LEVEL)] == ["bad_experience_rate"]
    assert [i.name for i in grading_indicators(ALL_FAULTS)] == [
        "bad_rate",
        "late_rate",
        "costs",
        "praise",
    ]


def test_a_clean_row_counts_against_nothing():
    assert against(stars=5, feedback_on=AS_OF) == {}


def test_where_higher_is_better_a_row_that_falls_short_is_at_fault():
    assert against(stars=3, feedback_on=AS_OF) == {
        "bad_rate": {"stars", "logistics_stars", "feedback_on"},
        "praise": {"stars"},
    }


def test_only_the_kinds_that_hold_are_at_fault():
    found = against(is_shipped_late=True, shipped_on=AS_OF, charged_back_on=AS_OF)
    assert found == {
        "late_rate": {"is_shipped_late", "shipped_on"},
        "costs": {"charged_back_on"},
    }


def test_conditions_shared_with_what_it_is_divided_by_are_not_at_fault():
    found = against(unshipped_on=AS_OF, ship_by_on=AS_OF)
    assert found == {"bad_rate": {"shipped_on", "unshipped_on"}}


def test_rows_of_another_set_make_an_indicator_no_worse():
    for indicator in grading_indicators(ALL_FAULTS):
        assert worsened_through(indicator, "orders", ALL_FAULTS) is not None
        assert worsened_through(indicator, "other_rows", ALL_FAULTS) is None


def test_a_row_that_falls_short_says_so_in_a_sentence():
    facts = together(orders(8), orders(1, stars=3, first=100))
    told = explained(facts, rulebook=ALL_FAULTS)
    row = told.rows[0]
    assert row.order_id == "O100"
    assert row.reasons == (
        "Low review: stars 3, feedback on 2018-07-31.",
        "Not praised: stars 3.",
    )
    assert row.counts_against == ("bad_rate", "praise")
