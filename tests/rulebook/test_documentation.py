"""`docs/rulebooks.md` tells every key, condition and column, and what it shows works."""

import re
from pathlib import Path
from typing import get_args

import pytest

from goodstanding.assessment.examples import try_examples
from goodstanding.expressions.inference import infer
from goodstanding.expressions.reading import read
from goodstanding.expressions.types import (
    NUMBERS,
    ROW_FUNCTIONS,
    SUBJECT_FUNCTIONS,
    VALUE_FUNCTIONS,
    Kind,
)
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.effect_kinds import EFFECT_KINDS
from goodstanding.rulebook.model import Confidence
from goodstanding.rulebook.reading import read_rulebook
from goodstanding.rulebook.schema import schema
from goodstanding.rulebook.scopes import row_scope, subject_scope, value_scope

PAGE = (Path(__file__).parents[2] / "docs" / "rulebooks.md").read_text(encoding="utf-8")
EXAMPLE = "\n".join(re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))

(SCORED,) = re.findall(r"```toml scored\n(.*?)```", PAGE, re.DOTALL)
(SANCTIONS,) = re.findall(r"```toml sanctions\n(.*?)```", PAGE, re.DOTALL)
(RANK,) = re.findall(r"```toml rank\n(.*?)```", PAGE, re.DOTALL)
(LADDER,) = re.findall(r"```toml ladder\n(.*?)```", PAGE, re.DOTALL)
(EVIDENCE,) = re.findall(r"```toml evidence\n(.*?)```", PAGE, re.DOTALL)
(STANDING,) = re.findall(r"```toml standing\n(.*?)```", PAGE, re.DOTALL)


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def examples_in(table: str) -> list[str]:
    """Return the code in the last column of a table."""
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    return [found for row in rows for found in re.findall(r"\| `([^`]+)` \|$", row)]


ON_ROWS, ON_SUBJECTS = section("Conditions").split("Conditions on subjects", 1)


def test_the_blocks_of_the_page_are_one_rulebook_whose_examples_come_out():
    rulebook = read_rulebook(EXAMPLE, "docs/rulebooks.md")
    tried = try_examples(rulebook)
    assert len(tried) == 3
    assert not [problem for each in tried for problem in each.problems]


def test_the_block_of_a_ladder_is_a_rulebook_of_its_own():
    rulebook = read_rulebook(LADDER, "docs/rulebooks.md")
    assert rulebook.grade_names == ("well praised", "praised", "unknown")
    assert [limit.that.text for grade in rulebook.grades for limit in grade.limits] == [
        "net_praise >= 10",
        "net_praise >= 3",
    ]


def test_the_block_of_a_score_is_a_rulebook_whose_example_comes_out():
    tried = try_examples(read_rulebook(SCORED, "docs/rulebooks.md"))
    assert len(tried) == 2
    assert not [problem for each in tried for problem in each.problems]


def test_the_block_of_rank_is_an_effect_of_a_rulebook_that_scores_listings():
    listings = SCORED.replace('subject    = "seller"', 'subject = "listing"')
    of_lines = listings.replace('orders = { from = "order" }', 'orders = { from = "line" }')
    within = RANK.replace("centre = 90", "centre = 30")  # the example's score ends at 40
    (effect,) = read_rulebook(f"{of_lines}\n{within}", "docs/rulebooks.md").effects
    assert (effect.does, float(effect.amount or 0)) == ("rank", 0.05)


def test_every_kind_of_effect_is_explained_but_the_one_that_is_always_refused():
    told = set(re.findall(r"(?m)^\| `([a-z]+)` \|", section("Effects")))
    assert told - {"does"} == set(EFFECT_KINDS) - {"block"}


def test_the_block_of_days_that_another_rulebook_scores_is_part_of_one():
    head = """
        id = "mean-score"
        version = 2026-01-01
        title = "Mean score"
        subject = "seller"
        confidence = "own design"
        calendar = { assessed = "month-end" }
    """
    rulebook = read_rulebook(f"{head}\n{STANDING}", "docs/rulebooks.md")
    assert rulebook.reads == "aliexpress-daily-service-score"


def test_the_block_of_sanctions_is_a_rulebook_whose_example_comes_out():
    (tried,) = try_examples(read_rulebook(SANCTIONS, "docs/rulebooks.md"))
    assert not tried.problems


def test_the_block_of_evidence_is_a_rulebook_whose_examples_come_out():
    tried = try_examples(read_rulebook(EVIDENCE, "docs/rulebooks.md"))
    assert len(tried) == 3
    assert not [problem for each in tried for problem in each.problems]


@pytest.mark.parametrize("text", examples_in(section("Points and scores")))
def test_a_formula_that_is_shown_can_be_written(text):
    found, faults = infer(read(text), value_scope(read_rulebook(SCORED, "docs/rulebooks.md")))
    assert (found.kind in NUMBERS | {Kind.FLAG}, faults) == (True, [])


def test_every_function_of_formulas_is_shown():
    for function in {*VALUE_FUNCTIONS} - {*SUBJECT_FUNCTIONS}:
        shown = examples_in(section("Points and scores"))
        assert any(f"{function}(" in text for text in shown), function


def test_every_key_is_shown():
    whole = schema()
    tables = [whole, *whole["$defs"].values()]
    keys = {key for table in tables for key in table["properties"]}
    shown = f"{EXAMPLE}\n{LADDER}\n{SCORED}\n{STANDING}\n{SANCTIONS}\n{EVIDENCE}\n{RANK}"
    missing = [key for key in sorted(keys) if not re.search(rf"(?m)\b{key}\b", shown)]
    assert not missing


def test_every_confidence_is_explained():
    for confidence in get_args(Confidence):
        assert f"| `{confidence}` |" in PAGE


@pytest.mark.parametrize("text", examples_in(ON_ROWS))
def test_a_condition_on_rows_that_is_shown_can_be_written(text):
    found, faults = infer(read(text), row_scope(ROW_KINDS["line"]))
    assert (found.kind, faults) == (Kind.FLAG, [])


@pytest.mark.parametrize("text", examples_in(ON_SUBJECTS))
def test_a_condition_on_subjects_that_is_shown_can_be_written(text):
    rulebook = read_rulebook(EXAMPLE, "docs/rulebooks.md")
    scope = subject_scope(rulebook)
    found, faults = infer(read(text), scope)
    assert (found.kind, faults) == (Kind.FLAG, [])


def test_every_function_is_shown():
    for function in ROW_FUNCTIONS:
        assert any(f"{function}(" in text for text in examples_in(ON_ROWS)), function
    for function in SUBJECT_FUNCTIONS:
        assert any(f"{function}(" in text for text in examples_in(section("Conditions"))), function


def test_every_column_is_listed_as_the_catalogue_has_it():
    listed = section("Columns")
    for kind in ROW_KINDS.values():
        assert f"`{kind.name}`: {kind.meaning}." in listed
        for column in kind.columns:
            codes = f": {', '.join(f'`{code}`' for code in column.codes)}" if column.codes else ""
            since = f"`{column.since}`" if column.since else ""
            row = f"| `{column.name}` | {column.type}{codes} | {column.meaning} | {since} |"
            assert row in listed.splitlines()
