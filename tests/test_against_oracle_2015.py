"""The SQL and the oracle agree on what was decided: the level of 2015, with exclusions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.excluding import BY
from goodstanding.assessment.flags import judged_rows, kind_flag, met
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.facts.store import Settings, market_clock
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests import oracle_level_2015 as level_2015
from tests.decided_markets import decided_markets
from tests.markets import Market, batches
from tests.memory_market import empty_market, load_facts
from tests.oracle_facts import Facts, happened_up_to
from tests.oracle_level_2015 import Level

NAME = "aliexpress-service-level"
VERSION = date(2015, 1, 5)
RATES = ("bad_experience_rate", "liability_rate", "positive_rate")
ENTRIES = """\
[[exclude]]
id = "incident"
when = "in_incident"
class = "incident"
because = "An incident concerned it."
source = "EX-01"

[[exclude]]
id = "rating_in_doubt"
reason = "rating in doubt"
from = ["bad.low_review"]
because = "The rating is in doubt."
source = "EX-01"

[measure.assessed]"""
SMALLER = (
    ("ended_paid < 30", "ended_paid < 1"),
    ("ended_paid >= 90", "ended_paid >= 3"),
    ("bad_buyers <= 2", "bad_buyers <= 0"),
    ("[measure.assessed]", ENTRIES),
)


def small_edition() -> Rulebook:
    """Return the level of 2015 for few orders, with incidents and one more partial exclusion."""
    text = bundled.text(NAME, VERSION).split("# Worked examples")[0]
    for old, new in SMALLER:
        assert old in text
        text = text.replace(old, new, 1)
    return read_rulebook(text, "small.toml")


EDITIONS = {
    "bundled": (bundled.load(NAME, version=VERSION), Level()),
    "small": (
        small_edition(),
        Level(
            ended_for_a_grade=1,
            ended_for_excellent=3,
            buyers_for_a_rate=1,
            incidents_excuse=True,
            reviews_let_off="rating in doubt",
        ),
    ),
}
COMPILED = {
    name: compile_rulebook(rulebook, for_explaining=True)
    for name, (rulebook, _) in EDITIONS.items()
}
few = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
pytestmark = pytest.mark.recount
editions = pytest.mark.parametrize("edition", EDITIONS)


def loaded(loads: list[Facts], zone: str) -> tuple[DuckDB, Settings]:
    market = Settings(time_zone=zone, currency="EUR")
    database = empty_market(market)
    for facts in loads:
        load_facts(database, market, facts)
    return database, market


def question(market: Market, edition: str) -> Question:
    return Question(
        rulebook=EDITIONS[edition][0],
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )


def verdicts(database: DuckDB, made: Settings, market: Market, edition: str) -> dict[str, Any]:
    entries = [each.id for each in EDITIONS[edition][0].exclusions if not each.leaves]
    return {
        row["subject_id"]: (
            {
                name: (
                    row[f"{name}_numerator"],
                    row[f"{name}_denominator"],
                    row[f"{name}_value"] is not None,
                )
                for name in RATES
            },
            row["grade"],
            row["not_graded_because"],
            {each: row[f"rows_excluded__{each}"] for each in entries},
        )
        for row in assessing.assess(database, made, question(market, edition)).to_pylist()
    }


def expected_verdicts(market: Market, edition: str) -> dict[str, Any]:
    rulebook, level = EDITIONS[edition]
    entries = [each.id for each in rulebook.exclusions if not each.leaves]
    return {
        seller: (
            each.rates,
            each.grade,
            None if each.grade else "too_few_orders",
            {entry: each.excluded.get(entry, 0) for entry in entries},
        )
        for seller, each in level_2015.standings(market.facts, level, **market.asked).items()
    }


def order_by_order(rows: list[dict[str, Any]], rulebook: Rulebook) -> dict[str, Any]:
    """Return what each order counts for, or the entry that excludes it."""
    found = {}
    for row in rows:
        if row[BY] is not None:
            found[row["source_id"]] = rulebook.exclusions[row[BY] - 1].id
        elif row[met("assessed")]:
            found[row["source_id"]] = {
                measure: {n for n in rulebook.measures[measure].kinds if row[kind_flag(measure, n)]}
                for measure in ("assessed", "bad")
            }
    return found


def expected_order_by_order(market: Market, level: Level) -> dict[str, Any]:
    found = level_2015.judged_orders(market.facts, level, **market.asked)
    return {
        order: each.excluded or {"assessed": each.events, "bad": each.kinds}
        for order, (_, each) in found.items()
        if each.excluded or each.events
    }


def judged_orders() -> exp.Query:
    step = judged_rows("orders")
    same = exp.column("order_no", table="order_ids").eq(exp.column("order_id", table=step))
    return (
        exp.select(f"{step}.*", exp.alias_(exp.column("order_id", table="order_ids"), "source_id"))
        .from_(step)
        .join("order_ids", on=same)
    )


def check(market: Market, edition: str) -> None:
    """Compare sellers and orders, of rows derived anew and of those that are kept."""
    rulebook, level = EDITIONS[edition]
    compiled = COMPILED[edition]
    database, made = loaded([market.facts], market.zone)
    assert verdicts(database, made, market, edition) == expected_verdicts(market, edition)
    values = questions.bound_values(compiled, made, question(market, edition), None)
    clock = market_clock(database, made)
    for steps in (
        [*questions.source_steps(compiled, clock, one_subject=False), *compiled.steps],
        questions.judging_steps(database, made, compiled, values),
    ):
        rows = database.run(steps, judged_orders(), values).to_pylist()
        assert order_by_order(rows, rulebook) == expected_order_by_order(market, level)


@editions
@few
@given(market=decided_markets())
def test_every_order_is_judged_or_excluded_as_the_oracle_does(market: Market, edition: str):
    check(market, edition)


@pytest.mark.slow
@editions
@settings(few, max_examples=60)
@given(market=decided_markets())
def test_every_order_of_many_markets_is_judged_or_excluded_as_the_oracle_does(
    market: Market, edition: str
):
    check(market, edition)


@settings(few, max_examples=3)  # each loads several times
@given(st.data(), decided_markets())
def test_the_order_in_which_decisions_arrive_changes_nothing(data: st.DataObject, market: Market):
    database, made = loaded(data.draw(batches(market.facts)), market.zone)
    assert verdicts(database, made, market, "small") == expected_verdicts(market, "small")


@few
@given(decided_markets())
def test_decisions_hold_for_a_day_before_them(market: Market):
    up_to_the_day = happened_up_to(market.facts, market.as_of, market.zone)
    database, made = loaded([up_to_the_day], market.zone)
    assert verdicts(database, made, market, "small") == expected_verdicts(market, "small")
