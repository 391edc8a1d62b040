"""What a rulebook says that it does not use is in none of the SQL that is run for it."""

from __future__ import annotations

import pytest
from sqlglot import exp

from goodstanding.assessment import questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.database.clock import MarketClock
from goodstanding.database.steps import needed_steps, parse
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.plain import plain

SAYING = [each for each in map(bundled.load, bundled.names()) if each.not_used]


def facts_read(rulebook: Rulebook) -> set[str]:
    """Return the columns of facts that the compiled SQL names, each with its table."""
    compiled = compile_rulebook(rulebook)
    source = questions.source_steps(compiled, MarketClock("UTC"), one_subject=False)
    found: set[str] = set()
    for step in needed_steps([*source, *compiled.steps], parse("select * from results")):
        for table in set(step.reads) & set(BY_NAME):
            named = {column.name for column in step.query.find_all(exp.Column)}
            columns = {c.stored_name: c.name for c in BY_NAME[table].columns}
            found |= {f"{table}.{columns[name]}" for name in named & set(columns)}
    return found


def test_the_score_of_buyers_says_what_it_does_not_use():
    assert "buyer-score" in {each.id for each in SAYING}


@pytest.mark.parametrize("rulebook", SAYING, ids=lambda each: each.id)
def test_what_is_not_used_is_read_nowhere(rulebook: Rulebook):
    columns = {name for entry in rulebook.not_used for name in entry.columns}
    compiled = compile_rulebook(rulebook)
    rows = frozenset[str]().union(*compiled.columns.values())
    read = facts_read(rulebook)
    assert {"orders.paid_at", "feedback.given_at"} <= read  # it would be found
    assert not columns & rows
    assert not columns & read


def test_what_is_not_used_is_told_in_plain_words():
    page = plain(bundled.load("buyer-score"))
    assert "What is not used\n----------------\n- How many stars you give" in page
