"""Whatever the checker accepts, the compiler compiles and the database runs."""

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.examples import judged, try_examples
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import statement
from goodstanding.expressions.inference import infer
from goodstanding.expressions.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    In,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Text,
)
from goodstanding.expressions.possible import can_hold
from goodstanding.expressions.reading import COMPARISONS
from goodstanding.expressions.sizes import size_faults
from goodstanding.expressions.types import Kind, Scope
from goodstanding.expressions.writing import write
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook import reading
from goodstanding.rulebook.domains import row_domain
from goodstanding.rulebook.plain import plain
from goodstanding.rulebook.reading import read_rulebook
from goodstanding.rulebook.scopes import row_scope, subject_scope
from tests.small_rulebook import SMALL, changed


@pytest.fixture(autouse=True, scope="module")
def without_the_checks_of_sense() -> Iterator[None]:
    """Take any condition that is understood: what is made up at random rewards anything."""
    with pytest.MonkeyPatch.context() as patched:
        for check in ("check_holding", "check_conduct", "check_reaching", "check_cliffs"):
            patched.setattr(reading, check, lambda *_: None)
        yield


Nodes = st.SearchStrategy[Node]
few = settings(max_examples=60, deadline=None)
ROWS = row_scope(ROW_KINDS["line"])
RULEBOOK = read_rulebook(SMALL, "small.toml")
SUBJECTS = subject_scope(RULEBOOK)
EXAMPLE = """
[[example]]
name = "two"
as_of = 2026-03-31
expect = { ended = 2 }

[[example.rows.orders]]
closed_on = 2026-03-10

[[example.rows.orders]]
closed_on = 2026-03-01
placed_on = 2026-02-03
quantity = 3
amount_minor = 44
feedback_on = 2026-03-11
stars = 3.5
cancelled_on = 2026-03-05
cancelled_by = "seller"
"""
LINES = ('from = "order"', 'from = "line"')


def named(scope: Scope, *kinds: Kind) -> Nodes:
    return st.sampled_from([Name(n) for n, given in scope.names.items() if given.kind in kinds])


numbers: Nodes = st.integers(0, 40).map(lambda n: Number(Fraction(n)))
fractions: Nodes = st.integers(0, 600).map(lambda n: Number(Fraction(n, 100)))


def conditions(below: Nodes, values: list[Nodes], asked: Nodes) -> Nodes:
    """Return conditions made of values of one kind each, joined and turned."""
    compared = [
        st.one_of(
            st.builds(Compare, st.sampled_from(COMPARISONS), value, value),
            st.builds(Between, value, value, value),
            st.builds(In, value, st.tuples(value, value)),
        )
        for value in values
    ]
    return st.one_of(
        *compared,
        st.builds(Call, st.sampled_from(["known", "missing"]), st.tuples(asked)),
        st.builds(And, st.tuples(below, below)),
        st.builds(Or, st.tuples(below, below)),
        st.builds(Not, below),
    )


def row_conditions() -> Nodes:
    flags = named(ROWS, Kind.FLAG)
    days = st.recursive(
        named(ROWS, Kind.DAY),
        lambda day: st.one_of(
            st.builds(Arithmetic, st.sampled_from("+-"), day, numbers),
            st.builds(Call, st.just("if"), st.tuples(flags, day, day)),
        ),
        max_leaves=3,
    )
    wholes = st.recursive(
        st.one_of(named(ROWS, Kind.WHOLE), numbers),
        lambda whole: st.one_of(
            st.builds(Arithmetic, st.sampled_from("+-*"), whole, whole),
            st.builds(Negative, whole),
            st.builds(Call, st.just("abs"), st.tuples(whole)),
            st.builds(Call, st.just("age"), st.tuples(days)),
            st.builds(Call, st.just("days_between"), st.tuples(days, days)),
            st.builds(Call, st.just("if"), st.tuples(flags, whole, whole)),
        ),
        max_leaves=4,
    )
    money = st.one_of(
        named(ROWS, Kind.MONEY),
        st.builds(Arithmetic, st.just("*"), named(ROWS, Kind.MONEY), wholes),
    )
    codes = st.one_of(
        named(ROWS, Kind.CODE), st.sampled_from([Text("seller"), Text("other"), Text("ruled")])
    )
    stars = st.one_of(named(ROWS, Kind.STARS), fractions)
    ids = named(ROWS, Kind.IDENTITY)
    within = st.builds(Call, st.just("within"), st.tuples(days))
    values: list[Nodes] = [days, wholes, money, codes, stars, ids]
    return st.recursive(
        st.one_of(flags, within),
        lambda below: conditions(below, values, st.one_of(values)),
        max_leaves=6,
    )


def subject_conditions() -> Nodes:
    wholes = st.one_of(named(SUBJECTS, Kind.WHOLE), numbers)
    quantities = st.recursive(
        st.one_of(named(SUBJECTS, Kind.WHOLE, Kind.RATIO), numbers, fractions),
        lambda below: st.one_of(
            st.builds(Arithmetic, st.sampled_from("+-*"), below, below),
            st.builds(Negative, below),
            st.builds(Call, st.just("abs"), st.tuples(below)),
        ),
        max_leaves=4,
    )
    first = st.builds(Compare, st.sampled_from(COMPARISONS), wholes, wholes)
    return st.recursive(
        first,
        lambda below: conditions(below, [quantities], named(SUBJECTS, Kind.RATIO)),
        max_leaves=5,
    )


def is_accepted(node: Node, scope: Scope) -> bool:
    found, faults = infer(node, scope)
    return not faults and found.kind is Kind.FLAG and not size_faults(node, scope)


def runs(node: Node, scope: Scope, document: Callable[[str], str]) -> bool:
    """Say whether a condition was accepted; where it was, it ran on DuckDB."""
    if not is_accepted(node, scope):
        return False
    rulebook = read_rulebook(document(write(node)), "small.toml")
    (tried,) = try_examples(rulebook)
    assert not tried.problems
    assert statement(compile_rulebook(rulebook).steps, "results", "postgres")
    assert plain(rulebook)
    return True


def on_rows(condition: str) -> str:
    kind = ("stars <= 3 and within(feedback_on)", f"within(feedback_on) and ({condition})")
    return changed(LINES, kind) + EXAMPLE


def on_subjects(condition: str) -> str:
    reason = f'[[not_graded]]\nid = "so"\nif = "{condition}"\nbecause = "So."\n'
    return changed(LINES, ("[indicator", f"{reason}\n[indicator")) + EXAMPLE


@given(row_conditions())
@few
def test_a_condition_on_rows_that_is_accepted_runs(node):
    runs(node, ROWS, on_rows)


@given(subject_conditions())
@few
def test_a_condition_on_subjects_that_is_accepted_runs(node):
    runs(node, SUBJECTS, on_subjects)


@pytest.mark.parametrize(
    ("node", "scope", "document"),
    [
        (Compare("<=", Name("stars"), Number(Fraction(7, 2))), ROWS, on_rows),
        (Compare("<", Name("bad_rate"), Number(Fraction(7, 200))), SUBJECTS, on_subjects),
    ],
)
def test_a_plain_condition_is_accepted(node, scope, document):
    assert runs(node, scope, document)


@given(row_conditions())
@few
def test_what_a_row_meets_is_possible(node):
    if not is_accepted(node, ROWS):
        return
    rulebook = read_rulebook(on_rows(write(node)), "small.toml")
    database = DuckDB.open(None)
    counts = judged(compile_rulebook(rulebook), rulebook.examples[0], database)
    database.close()
    if counts["bad"]:
        kind = rulebook.measures["bad"].kinds["low_review"].node
        assert can_hold([kind], row_domain(ROW_KINDS["line"], rulebook.windows["quarter"]))
