"""Many scenarios in one pass are judged as each is alone."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.explanation import scenarios as scenarios_module
from goodstanding.explanation.clean_rows import CLEAN, FURTHER_ORDERS
from goodstanding.explanation.scenarios import Faulty, Scenario, judge, result_names, set_stage
from goodstanding.explanation.waiting import judged_on
from goodstanding.expressions.types import ROW_FUNCTIONS
from tests.explanation.small_market import AS_OF, ONE_DAY
from tests.explanation.written_rows import (
    RULEBOOKS,
    at_fault,
    better_conduct,
    judged,
    market_of,
    moved,
    rows_of_one,
    table,
)

few = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
any_rulebook = st.sampled_from(list(RULEBOOKS.values()))


def shown(rulebook, result):
    names = set(result_names(market_of(rulebook, table([])).counting)) - {"subject_no"}
    return {name: result[name] for name in sorted(names)}


@few
@given(any_rulebook, rows_of_one(), st.sampled_from([1, 30, 59, 60, 90]))
def test_rows_moved_back_are_judged_as_the_rows_on_a_later_day(rulebook, written, days):
    rows = table(written)
    stage = set_stage(market_of(rulebook, rows), [])
    later, nothing = judge(stage, [Scenario(days_later=days), Scenario()])
    as_it_is = judged_on(stage, AS_OF + days * ONE_DAY)
    assert shown(rulebook, later) == shown(rulebook, as_it_is)
    assert shown(rulebook, later) == shown(rulebook, judged(rulebook, moved(rows, days)))
    assert shown(rulebook, nothing) == shown(rulebook, judged(rulebook, rows))


def test_no_function_of_rows_asks_for_more_than_days_apart():
    # A function such as month(day) would make moving rows and moving the day unlike.
    assert set(ROW_FUNCTIONS) == {"within", "known", "missing", "age", "days_between", "if", "abs"}


@few
@given(any_rulebook, rows_of_one())
def test_so_many_cleaned_orders_are_the_first_of_those_listed(rulebook, written):
    rows = table(written)
    faults = at_fault(rulebook, rows)
    faulty = [Faulty(order_no=n, at_fault=f) for n, f in enumerate(faults) if f]
    stage = set_stage(market_of(rulebook, rows), faulty)
    results = judge(stage, [Scenario(cleaned_n=n) for n in range(len(faulty) + 1)])
    for n, result in enumerate(results):
        cleaned = {order.order_no for order in faulty[:n]}
        mended = [f if place in cleaned else frozenset() for place, f in enumerate(faults)]
        alone = judged(rulebook, better_conduct(rows, mended))
        assert shown(rulebook, result) == shown(rulebook, alone)


def test_further_orders_come_on_top_or_stand_alone():
    rulebook = next(iter(RULEBOOKS.values()))
    rows = table([{"closed_on": AS_OF}] * 3)
    stage = set_stage(market_of(rulebook, rows), [])
    bad = "with a review of 1 star"
    asked = [
        Scenario(),
        Scenario(added_n=2, added=CLEAN),
        Scenario(added_n=4, added=bad),
        Scenario(added_n=1, added=bad, has_rows=False),
    ]
    counts = [(result["assessed"], result["bad"]) for result in judge(stage, asked)]
    assert counts == [(3, 0), (5, 0), (7, 4), (1, 1)]


def test_a_pass_that_would_grow_too_large_is_parted(monkeypatch):
    rulebook = next(iter(RULEBOOKS.values()))
    stage = set_stage(market_of(rulebook, table([{"closed_on": AS_OF}] * 3)), [])
    asked = [Scenario(added_n=n, added=CLEAN) for n in range(6)]
    whole = judge(stage, asked)
    monkeypatch.setattr(scenarios_module, "MOST_ROWS", 7)
    parted = judge(stage, asked)
    assert [result["assessed"] for result in parted] == [3, 4, 5, 6, 7, 8]
    assert [shown(rulebook, r) for r in parted] == [shown(rulebook, r) for r in whole]


def test_each_kind_of_further_order_is_another_buyers():
    rulebook = RULEBOOKS[next(d for d, r in RULEBOOKS.items() if r.id == "all-faults")]
    stage = set_stage(market_of(rulebook, table([])), [])
    for what in FURTHER_ORDERS:
        (result,) = judge(stage, [Scenario(added_n=3, added=what)])
        assert result["unhappy"] == result["bad"]
