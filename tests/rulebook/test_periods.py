"""Until when a buyer may do something is dated, cited data."""

from datetime import date, timedelta

import pytest

from goodstanding.facts.catalogue import BY_NAME
from goodstanding.rulebook import periods, sources

SETS = [periods.in_force(name, date(2026, 1, 1)) for name in periods.names()]
EACH = [period for each in SETS for period in each.by_name.values()]


def test_there_is_a_set_and_it_names_every_period():
    assert [each.id for each in SETS] == ["aliexpress"]
    assert [*SETS[0].by_name] == ["pay", "dispute", "withdraw", "feedback"]


@pytest.mark.parametrize("period", EACH, ids=lambda each: each.name)
def test_every_period_says_where_it_comes_from_and_how_sure_that_is(period):
    assert period.source
    assert set(period.source) <= set(sources.known())
    assert period.confidence != "own design" or period.note


@pytest.mark.parametrize("period", EACH, ids=lambda each: each.name)
def test_the_rule_names_every_number_that_it_has(period):
    numbers = (period.days, period.hours, period.opens_days, period.at_once_days)
    assert period.rule.endswith(".")
    assert all(f"{number} " in period.rule for number in numbers if number is not None)
    assert (period.days is None) is (period.hours is not None)


@pytest.mark.parametrize("period", EACH, ids=lambda each: each.name)
def test_a_period_runs_from_instants_of_an_order_or_its_refunds(period):
    named = {*period.after, *period.opens_after}
    there = {column.name for name in ("orders", "refunds") for column in BY_NAME[name].columns}
    assert named <= there


def test_the_hours_to_pay_are_the_twenty_days_of_its_source():
    pay = SETS[0].by_name["pay"]
    assert pay.hours is not None
    assert timedelta(hours=pay.hours) == timedelta(days=20)


def test_days_before_the_first_version_are_judged_by_the_first():
    assert periods.in_force("aliexpress", date(2010, 1, 1)).version == date(2015, 1, 5)
