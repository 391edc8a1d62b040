"""Promise 4: better conduct never lowers a result. And what clean and bad orders look like."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from goodstanding.explanation.clean_rows import (
    CLEAN,
    CLEAN_EDITS,
    FURTHER_ORDERS,
    edits_for,
    further_orders,
)
from goodstanding.rows.catalogue import ROW_KINDS
from tests.explanation.all_faults import ALL_FAULTS
from tests.explanation.small_market import AS_OF
from tests.explanation.written_rows import (
    ORDER,
    RULEBOOKS,
    at_fault,
    better_conduct,
    flagged,
    judged,
    rows_of_one,
    table,
)

few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(few, max_examples=500)


def check_better_conduct(data: st.DataObject) -> None:
    rulebook = data.draw(st.sampled_from(list(RULEBOOKS.values())))
    rows = table(data.draw(rows_of_one()))
    faults = at_fault(rulebook, rows)
    assume(any(faults))
    mend = data.draw(st.lists(st.booleans(), min_size=len(faults), max_size=len(faults)))
    mended = [f if m else frozenset[str]() for f, m in zip(faults, mend, strict=True)]
    before, after = judged(rulebook, rows), judged(rulebook, better_conduct(rows, mended))
    if before["grade__place"] is not None:
        assert after["grade__place"] is not None
        assert after["grade__place"] <= before["grade__place"]


@few
@given(st.data())
def test_better_conduct_never_lowers_a_grade(data: st.DataObject):
    check_better_conduct(data)


@pytest.mark.slow
@many
@given(st.data())
def test_better_conduct_never_lowers_a_grade_whatever_went_wrong(data: st.DataObject):
    check_better_conduct(data)


@few
@given(st.sampled_from(list(RULEBOOKS.values())), rows_of_one())
def test_a_mended_row_is_no_longer_at_fault_and_still_counts(rulebook, written):
    rows = table(written)
    faults = at_fault(rulebook, rows)
    mended = better_conduct(rows, faults)
    assert not any(at_fault(rulebook, mended))
    bottom = rulebook.indicators[next(iter(rulebook.indicators))].ratio[1]
    counted = [row[f"{bottom}__met"] for row in flagged(rulebook, rows)]
    still = [row[f"{bottom}__met"] for row in flagged(rulebook, mended)]
    assert all(after for before, after in zip(counted, still, strict=True) if before)


def test_what_was_not_at_fault_stays_as_it_was():
    rows = table([{"stars": 1, "feedback_on": AS_OF, "is_shipped_late": True, "shipped_on": AS_OF}])
    (mended,) = better_conduct(rows, [frozenset({"stars", "feedback_on"})]).to_pylist()
    assert mended["stars"] == 500
    assert mended["is_shipped_late"] is True
    assert mended["description_stars"] is None


def test_an_order_that_the_buyer_cancelled_stays_cancelled():
    rows = table(
        [
            {"cancelled_on": AS_OF, "cancelled_by": by, "ship_by_on": AS_OF}
            for by in ("buyer", "seller")
        ]
    )
    buyers, sellers = better_conduct(rows, [frozenset({"shipped_on"})] * 2).to_pylist()
    assert buyers["cancelled_on"] == AS_OF
    assert (sellers["cancelled_on"], sellers["cancelled_by"]) == (None, None)
    assert (sellers["shipped_on"], sellers["closed_on"]) == (AS_OF, AS_OF)


def test_every_column_that_edits_set_is_one_of_the_catalogue():
    for edit in CLEAN_EDITS:
        assert edit.mends
        assert all(ORDER.has(name) for name in {*edit.mends, *edit.sets})
    for order in FURTHER_ORDERS.values():
        assert all(ROW_KINDS["line"].has(name) for name in order)


def test_edits_that_can_apply_together_set_unlike_columns_but_for_disputes():
    for one, other in combinations(CLEAN_EDITS, 2):
        shared = set(one.sets) & set(other.sets)
        assert all(name.startswith(("dispute_", "arbitration_")) for name in shared)


def test_only_what_is_at_fault_is_mended():
    assert [edit.name for edit in edits_for({"stars", "feedback_on"})] == ["reviewed_well"]
    assert [edit.name for edit in edits_for({"is_paid", "unshipped_on"})] == ["shipped_in_time"]
    assert edits_for({"feedback_on", "closed_on"}) == []


def test_a_further_order_brings_no_violation_with_it():
    assert not further_orders(ROW_KINDS["violation"], "seller", AS_OF).num_rows


@pytest.mark.parametrize("kind", [ROW_KINDS["order"], ROW_KINDS["line"]], ids=["order", "line"])
def test_further_orders_are_typed_as_derived_rows_are(kind):
    rows = further_orders(kind, "seller", AS_OF)
    assert rows.column_names == [*kind.names, "variant"]
    clean = rows.to_pylist()[list(FURTHER_ORDERS).index(CLEAN)]
    assert clean["closed_on"] == AS_OF
    assert clean["stars"] == 500


def test_every_further_order_but_the_clean_one_counts_against_somebody():
    rows = further_orders(ORDER, "seller", AS_OF).drop_columns(["variant"])
    faults = dict(zip(FURTHER_ORDERS, at_fault(ALL_FAULTS, rows), strict=True))
    assert not faults.pop(CLEAN)
    assert all(faults.values())
