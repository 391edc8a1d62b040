"""docs/rank.md tells the formula, the bound and the columns as they are."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
from sqlglot import exp

from goodstanding.database.duckdb import DuckDB
from goodstanding.effects.modifiers import modifier
from goodstanding.effects.rank import ADDED, Weight, ranked
from goodstanding.effects.search_results import SearchResults
from goodstanding.rulebook.model import Origin, Score
from tests.effects.small_market import AS_OF

PAGE = (Path(__file__).parents[2] / "docs" / "rank.md").read_text(encoding="utf-8")
_NUMBER = r" (-?[\d.]+) \|"
SCORES = re.findall(rf"(?m)^\|{_NUMBER * 3}$", PAGE)
PAIRS = re.findall(rf"(?m)^\|{_NUMBER * 6} ([AB]) \|$", PAGE)
PERCENT = Score(
    formula=None,
    least=Fraction(0),
    most=Fraction(100),
    decimals=2,
    not_assessed_if=None,
    caps=(),
    half_width=None,
    origin=Origin(confidence="own design"),
)


def of_score(score: str) -> int:
    """Return the modifier of a score, in millionths."""
    database = DuckDB.open(None)
    literal = exp.Literal.number(int(Fraction(score) * 1_000_000))
    sql = modifier(literal, PERCENT, Fraction(90), 50_000).sql("duckdb")
    ((found,),) = database.rows(f"select {sql}")
    database.close()
    return int(found)


def test_the_page_has_its_examples():
    assert (len(SCORES), len(PAIRS)) == (6, 7)


@pytest.mark.parametrize(("score", "m", "counts_as"), SCORES)
def test_a_score_has_the_modifier_that_the_page_says(score, m, counts_as):
    millionths = of_score(score)
    assert Decimal(millionths).scaleb(-6) == Decimal(m)
    assert 10 * (1 + Fraction(m)) == Fraction(counts_as)


@pytest.mark.parametrize(("one", "its", "other", "others", "as_one", "as_other", "first"), PAIRS)
def test_of_two_listings_the_one_comes_first_that_the_page_says(
    one, its, other, others, as_one, as_other, first
):
    results = SearchResults(
        rows=pa.table({"listing": ["A", "B"]}),
        listing_ids=["A", "B"],
        relevances=[Decimal(one), Decimal(other)],
        queries=[None, None],
    )
    weights = [
        Weight(of_score(score), int(score) * 1_000_000, None, "listing", "")
        for score in (its, others)
    ]
    found = ranked(results, weights).to_pylist()
    assert found[0]["listing"] == first
    counted = {each["listing"]: each["weighed_relevance"] for each in found}
    assert counted == {"A": float(as_one), "B": float(as_other)}


def described(section: str) -> list[str]:
    rows = re.findall(r"(?m)^\| (`\w+`[^|]*) \|", section)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_every_column_that_comes_out_is_described(market, rules):
    out = PAGE.partition("## What comes out\n")[2].partition("\n## ")[0]
    of_results, of_modifiers = out.split("`--modifiers` gives a row")
    assert described(of_results) == list(ADDED)
    table = market.modifiers(as_of=AS_OF, rulebook=rules)
    assert sorted(described(of_modifiers)) == sorted(table.column_names)
