"""The SQL that a rulebook becomes, kept where a reviewer sees it change.

After a change that is meant: GOODSTANDING_WRITE_GOLDEN=1 make test ARGS=-k\\ golden
"""

import os
from datetime import datetime
from pathlib import Path

import pytest
from sqlglot import exp

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.database.clock import MarketClock
from goodstanding.database.steps import DIALECTS, Dialect, Step, names, render, statement
from goodstanding.rows.kept import kept_row_steps
from goodstanding.rulebook import bundled

GOLDEN = Path(__file__).parent / "golden"
CLOCK = MarketClock("Europe/Berlin", datetime(2018, 1, 1), datetime(2018, 12, 31))
CREDIT = compile_rulebook(bundled.load("taobao-credit"))
LINKS = compile_rulebook(bundled.load("service-links"), for_explaining=True)
BY_CATEGORY = compile_rulebook(bundled.load("aliexpress-category"))
BUYERS = compile_rulebook(bundled.load("buyer-score"))
RULEBOOKS = ("service-level", "aliexpress-violations")


def steps_of(rulebook: str) -> tuple[list[Step], exp.Query]:
    compiled = compile_rulebook(bundled.load(rulebook))
    steps = [*questions.source_steps(compiled, CLOCK, one_subject=False), *compiled.steps]
    return steps, assessing.named_results(compiled)


@pytest.mark.parametrize("rulebook", RULEBOOKS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_a_rulebook_is_the_golden_one(dialect: Dialect, rulebook: str):
    written = statement(*steps_of(rulebook), dialect) + "\n"
    compare(written, f"{rulebook}.{dialect}.sql")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_repeats_and_limits_is_the_golden_one(dialect: Dialect):
    written = statement(CREDIT.steps, "counted_ratings", dialect) + "\n"
    compare(written, f"taobao-credit.{dialect}.sql")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_the_score_of_buyers_is_the_golden_one(dialect: Dialect):
    written = "\n\n".join(
        f"-- {step.name}: {step.purpose}\n{render(step, dialect)}" for step in BUYERS.steps
    )
    compare(f"{written}\n", f"buyer-score.{dialect}.sql")


def compare(written: str, name: str) -> None:
    """Compare SQL with a golden file, or write that where it is asked for."""
    path = GOLDEN / name
    if os.environ.get("GOODSTANDING_WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == written


@pytest.mark.parametrize("rulebook", [*RULEBOOKS, "buyer-score"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_named_step_is_written_for_every_database(dialect: Dialect, rulebook: str):
    steps, _ = steps_of(rulebook)
    assert len(set(names(steps))) == len(steps)
    for step in steps:
        assert render(step, dialect).lstrip("(").upper().startswith("SELECT"), step.name
        assert step.purpose


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_sellers_within_categories_is_the_golden_one(dialect: Dialect):
    steps = [
        *questions.source_steps(BY_CATEGORY, CLOCK, one_subject=True),
        *kept_row_steps(
            *questions.rows_read(BY_CATEGORY),
            subject=BY_CATEGORY.rulebook.subject,
            clock=CLOCK,
            is_one=False,
            has_stale=False,
        ),
    ]
    named = Step("named", "the results by their subjects", assessing.named_results(BY_CATEGORY))
    shown = [step for step in steps if step.name in {"orders_looked_at", "line_rows", "subjects"}]
    written = "\n".join(
        f"-- {step.name}: {step.purpose}\n{render(step, dialect)}\n" for step in [*shown, named]
    )
    compare(written, f"seller-category.{dialect}.sql")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_threads_is_the_golden_one(dialect: Dialect):
    steps = [*questions.source_steps(LINKS, CLOCK, one_subject=True), *LINKS.steps]
    wanted = {"known_messages", "thread_listings", "message_rows", "subjects", "counted_threads"}
    written = "\n".join(
        f"-- {step.name}: {step.purpose}\n{render(step, dialect)}\n"
        for step in steps
        if step.name in wanted
    )
    compare(written, f"messages.{dialect}.sql")
