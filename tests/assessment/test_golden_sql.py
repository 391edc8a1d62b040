"""The SQL that a rulebook becomes, kept where a reviewer sees it change.

Of two rulebooks all of it is kept for each database, of every other rulebook and version a digest.
After a change that is meant: GOODSTANDING_WRITE_GOLDEN=1 make test ARGS=-k\\ golden
"""

import os
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlglot import exp

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.database.clock import MarketClock
from goodstanding.database.steps import DIALECTS, Dialect, Step, names, render, statement
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook

GOLDEN = Path(__file__).parent / "golden"
CLOCK = MarketClock("Europe/Berlin", datetime(2018, 1, 1), datetime(2018, 12, 31))
RULEBOOKS = ("service-level", "aliexpress-violations")
Asked = tuple[list[Step], exp.Query]


def steps_of(rulebook: Rulebook) -> Asked:
    """Return the steps that judge everybody from the facts alone, and what is selected of them."""
    compiled = compile_rulebook(rulebook)
    steps = [*questions.source_steps(compiled, CLOCK, one_subject=False), *compiled.steps]
    return steps, assessing.named_results(compiled)


def steps_of_one(rulebook: Rulebook) -> Asked:
    """Return those that judge one subject to be explained, from kept rows and stale ones."""
    compiled = compile_rulebook(rulebook, for_explaining=True)
    steps = questions.steps_over_kept_rows(compiled, CLOCK, is_one=True, has_stale=True)
    return steps, assessing.named_results(compiled)


@pytest.mark.parametrize("rulebook", RULEBOOKS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_a_rulebook_is_the_golden_one(dialect: Dialect, rulebook: str):
    written = statement(*steps_of(bundled.load(rulebook)), dialect) + "\n"
    compare(written, f"{rulebook}.{dialect}.sql")


@pytest.fixture(scope="module")
def others() -> dict[str, tuple[Asked, Asked]]:
    """Every other rulebook in each of its versions: what judges everybody by it, and one."""
    return {
        f"{name} {version}": (steps_of(rulebook), steps_of_one(rulebook))
        for name in bundled.names()
        if name not in RULEBOOKS
        for version in bundled.versions(name)
        for rulebook in [bundled.load(name, version=version)]
    }


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_every_other_rulebook_has_the_golden_digest(
    others: dict[str, tuple[Asked, Asked]], dialect: Dialect
):
    lines = [
        f"{name}: everybody {digest(everybody, dialect)}, one {digest(one, dialect)}\n"
        for name, (everybody, one) in others.items()
    ]
    compare("".join(lines), f"others.{dialect}.txt")


def digest(asked: Asked, dialect: Dialect) -> str:
    return sha256(statement(*asked, dialect).encode()).hexdigest()[:16]


def compare(written: str, name: str) -> None:
    """Compare with a golden file, or write that where it is asked for."""
    path = GOLDEN / name
    if os.environ.get("GOODSTANDING_WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == written


def test_nothing_else_lies_among_the_golden_files():
    kept = {f"{rulebook}.{dialect}.sql" for rulebook in RULEBOOKS for dialect in DIALECTS}
    kept |= {f"others.{dialect}.txt" for dialect in DIALECTS}
    assert {path.name for path in GOLDEN.iterdir()} == kept


@pytest.mark.parametrize("rulebook", [*RULEBOOKS, "buyer-score"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_named_step_is_written_for_every_database(dialect: Dialect, rulebook: str):
    steps, _ = steps_of(bundled.load(rulebook))
    assert len(set(names(steps))) == len(steps)
    for step in steps:
        assert render(step, dialect).lstrip("(").upper().startswith("SELECT"), step.name
        assert step.purpose
