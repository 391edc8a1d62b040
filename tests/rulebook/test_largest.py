"""How large a calculated number can become is known before anybody is judged."""

import duckdb
import pytest
from sqlglot import exp, parse_one

from goodstanding.assessment.judging import judging_steps
from goodstanding.database.steps import Step, statement
from goodstanding.errors import RulebookInvalid
from goodstanding.expressions.sizes import MOST_COUNTED, MOST_SUMMED
from goodstanding.rulebook.largest import MOST_CALCULATED, largest_numbers
from goodstanding.rulebook.reading import read_rulebook

RULEBOOK = """
id = "numbers"
version = 2026-01-01
title = "Numbers"
subject = "seller"
confidence = "own design"
calendar = {{ assessed = "daily" }}
window.ever = {{ all = true }}
rows = {{ orders = {{ from = "order" }}, entries = {{ from = "violation" }} }}
[measure]
ended = {{ of = "orders" }}
rated = {{ of = "ended", when = "known(stars)" }}
taken = {{ of = "entries", sum = "points_milli" }}
[indicator]
rate = {{ ratio = ["rated", "ended"], better = "higher" }}
it = {{ is = "{formula}", better = "higher" }}
also = {{ is = "taken + ended + rate", better = "higher" }}
"""


@pytest.mark.parametrize(
    ("formula", "largest"),
    [
        ("ended", 50_000_000),
        ("taken / 1000", 10**9),
        ("ended / rated", 50_000_000),
        ("ended * rate", 50_000_000),
        ("rate / ended", 1),
        ("ended / clamp(rate, 0.01, 1)", 5_000_000_000),
        ("clamp(taken, 0, 100) * ended", 5_000_000_000),
        ("if(ended > 5, -3, rate)", 3),
        ("floor(taken / 1000000) + 1", 1_000_002),
    ],
)
def test_what_is_calculated_has_a_largest_value(formula, largest):
    rulebook = read_rulebook(RULEBOOK.format(formula=formula), "numbers.toml")
    assert largest_numbers(rulebook)["it"] == largest * 1_000_000


@pytest.mark.parametrize(
    "formula",
    [
        "taken * taken",
        "ended * ended",
        "ended / rate",
        "if(ended * ended > 5, 1, 2)",
        "3 + taken * ended / 1000000",
    ],
)
def test_what_could_become_too_large_is_refused(formula):
    with pytest.raises(RulebookInvalid, match="the most that is calculated with"):
        read_rulebook(RULEBOOK.format(formula=formula), "numbers.toml")


@pytest.mark.parametrize(
    "formula",
    [
        "clamp(taken, 0, 2000000) * clamp(ended, 0, 2000000)",
        "taken / ended",
        "taken / clamp(rate, 0.3, 1)",
        "rate * -taken",
        "taken * 3.999999",
    ],
)
def test_the_largest_facts_are_calculated_with(formula):
    rulebook = read_rulebook(RULEBOOK.format(formula=formula), "numbers.toml")
    for rated in (1, MOST_COUNTED):
        row = (
            f"select 1 as subject_no, {MOST_COUNTED}::bigint as ended, {rated}::bigint as rated, "
            f"{MOST_SUMMED}::bigint as taken"
        )
        measured = Step("measured", "counts", parse_one(row, into=exp.Select))
        steps = [measured, *judging_steps(rulebook)[1:]]
        query = exp.select("it__numerator").from_("results")
        found = duckdb.execute(statement(steps, query, "duckdb")).fetchall()[0][0]
        assert abs(found) <= MOST_CALCULATED * 1_000_000
