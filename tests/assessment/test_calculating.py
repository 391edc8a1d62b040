"""What is calculated from a subject's numbers, beside fractions in plain Python.

The rule: whole millionths; a quotient, a product of two numbers with decimals and a point on a
curve are rounded once, half away from zero; sums and differences are exact; what something
missing is calculated with is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor

import duckdb
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one

from goodstanding.assessment.judging import judging_steps
from goodstanding.database.steps import Step, statement
from goodstanding.errors import RulebookInvalid
from goodstanding.expressions.nodes import (
    Arithmetic,
    Call,
    Compare,
    Name,
    Negative,
    Node,
    Number,
    parts,
)
from goodstanding.expressions.writing import write
from goodstanding.rulebook.reading import read_rulebook
from tests.postgres_server import find_binaries, running_server

RULEBOOK = """
id = "numbers"
version = 2026-01-01
title = "Numbers"
subject = "seller"
confidence = "own design"
calendar = {{ assessed = "daily" }}
window.ever = {{ all = true }}
rows.orders = {{ from = "order" }}
measure = {{ ended = {{ of = "orders" }}, bad = {{ of = "ended", when = "stars <= 3" }} }}
indicator.bad_rate = {{ ratio = ["bad", "ended"], better = "lower" }}
{rest}
"""
Counts = Mapping[str, int]
MILLION = 1_000_000


def judged(rest: str, counts: Counts, wanted: str) -> int | None:
    """Judge counts by the steps of an assessment, and return a number in millionths."""
    steps = judged_steps(RULEBOOK.format(rest=rest), counts)
    query = exp.select(f"{wanted}__numerator").from_("results")
    found: int | None = duckdb.execute(statement(steps, query, "duckdb")).fetchall()[0][0]
    return found


def judged_steps(text: str, counts: Counts) -> list[Step]:
    """Return the steps of a rulebook from given counts on."""
    rulebook = read_rulebook(text, "numbers.toml")
    row = ", ".join(f"{count}::bigint as {name}" for name, count in counts.items())
    measured = parse_one(f"select 1 as subject_no, {row}", into=exp.Select)
    return [Step("measured", "counts", measured), *judging_steps(rulebook)[1:]]


def rounded(value: Fraction) -> int:
    """Return so many millionths, half away from zero."""
    scaled = abs(value) * MILLION
    nearest = floor(scaled + Fraction(1, 2))
    return nearest if value >= 0 else -nearest


def recounted(node: Node, counts: Counts) -> int | None:
    """Return a formula's value in millionths, None where something in it is missing."""
    match node:
        case Number(value=value):
            return int(value * MILLION)
        case Name(name="bad_rate"):
            return rounded(Fraction(counts["bad"], counts["ended"])) if counts["ended"] else None
        case Name(name=name):
            return counts[name] * MILLION
        case Call(function="if", arguments=(condition, first, second)):
            sides = [recounted(side, counts) for side in parts(condition)]
            known = [side for side in sides if side is not None]
            if len(known) < len(sides):
                return None
            return recounted(first if known[0] < known[1] else second, counts)
        case _:
            values = [recounted(part, counts) for part in parts(node)]
            known = [value for value in values if value is not None]
            return together(node, known) if len(known) == len(values) else None


def together(node: Node, values: list[int]) -> int | None:
    """Put the values below a node together."""
    if isinstance(node, Arithmetic):
        return calculated(node.operator, *values)
    name = node.function if isinstance(node, Call) else "minus"
    return {
        "minus": lambda: -values[0],
        "abs": lambda: abs(values[0]),
        "floor": lambda: floor(Fraction(values[0], MILLION)) * MILLION,
        "clamp": lambda: min(max(values[0], values[1]), values[2]),
    }[name]()


def calculated(operator: str, one: int, two: int) -> int | None:
    match operator:
        case "+":
            return one + two
        case "-":
            return one - two
        case "*":
            return rounded(Fraction(one * two, MILLION * MILLION))
        case _:
            return rounded(Fraction(one, two)) if two else None


LEAVES = st.one_of(
    st.sampled_from([Name("bad_rate"), Name("ended"), Name("bad")]),
    st.integers(0, 3_000_000).map(lambda n: Number(Fraction(n, MILLION))),
)
ENDS = st.tuples(st.integers(0, 2_000), st.integers(0, 2_000)).map(
    lambda ends: tuple(Number(Fraction(end, 1000)) for end in sorted(ends))
)


def made_of(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(Negative, inner.filter(lambda node: not isinstance(node, Negative))),
        st.builds(lambda x: Call("abs", (x,)), inner),
        st.builds(lambda x: Call("floor", (x,)), inner),
        st.builds(lambda x, ends: Call("clamp", (x, *ends)), inner, ENDS),
        st.builds(
            lambda a, b, c, d: Call("if", (Compare("<", a, b), c, d)), inner, inner, inner, inner
        ),
    )


FORMULAS = st.recursive(LEAVES, made_of, max_leaves=5)
COUNTS = st.integers(0, 40).flatmap(
    lambda ended: st.fixed_dictionaries({"ended": st.just(ended), "bad": st.integers(0, ended)})
)


@given(FORMULAS, COUNTS)
def test_a_formula_is_what_fractions_give(node: Node, counts: Counts):
    expected = recounted(node, counts)
    if expected is not None and abs(expected) > 10**12:
        return  # beyond what anybody scores, and what is promised
    rest = f'indicator.it = {{ is = "{write(node)}", better = "higher" }}'
    if is_refused(rest):
        return
    assert judged(rest, counts, "it") == expected


def is_refused(rest: str) -> bool:
    """Say whether a rulebook is refused, which may only be for what is compared or too large."""
    try:
        read_rulebook(RULEBOOK.format(rest=rest), "numbers.toml")
    except RulebookInvalid as refused:
        allowed = (" compares ", " divides by 0", " the most that is calculated with")
        return all(any(part in each.what for part in allowed) for each in refused.problems)
    return False


@pytest.mark.parametrize(
    ("formula", "counts", "millionths"),
    [
        ("bad / 3", {"ended": 3, "bad": 1}, 333_333),
        ("bad / 3", {"ended": 3, "bad": 2}, 666_667),
        ("-bad / 3", {"ended": 3, "bad": 2}, -666_667),
        ("bad / 1000", {"ended": 0, "bad": 4_000_000_000_000}, 4_000_000_000_000_000),
        ("bad * 1000", {"ended": 0, "bad": 4_000_000_000}, 4_000_000_000_000_000_000),
        ("0.001 * bad", {"ended": 0, "bad": 4_000_000_000_000}, 4_000_000_000_000_000),
        ("bad * -0.5", {"ended": 3, "bad": 1}, -500_000),
        ("0 * bad", {"ended": 3, "bad": 1}, 0),
        ("bad / 0.03", {"ended": 3, "bad": 2}, 66_666_667),
        ("bad / -3", {"ended": 3, "bad": 2}, -666_667),
        ("bad / ended", {"ended": 49_999_999, "bad": 50_000_000}, 1_000_000),
        ("bad_rate * ended", {"ended": 50_000_000, "bad": 25_000_000}, 25_000_000_000_000),
        ("0.080001 * bad", {"ended": 0, "bad": 10**12}, 80_001_000_000_000_000),
        (
            "clamp(bad, 0, 2000000) * -clamp(ended, 0, 2000000)",
            {"ended": 50_000_000, "bad": 3_000_000},
            -4_000_000_000_000_000_000,
        ),
        ("0.000001 / 2", {"ended": 3, "bad": 2}, 1),
        ("-0.000001 / 2", {"ended": 3, "bad": 2}, -1),
        ("0.001 * 0.0005", {"ended": 3, "bad": 2}, 1),
        ("bad_rate * bad_rate", {"ended": 3, "bad": 1}, 111_111),
        ("bad_rate", {"ended": 0, "bad": 0}, None),
        ("ended / bad", {"ended": 3, "bad": 0}, None),
        ("floor(-0.5)", {"ended": 3, "bad": 0}, -1_000_000),
        ("if(bad_rate < 0.5, 1, 2)", {"ended": 0, "bad": 0}, None),
        ("if(missing(bad_rate), 1, 2)", {"ended": 0, "bad": 0}, 1_000_000),
    ],
)
def test_rounding_and_what_is_missing(formula, counts, millionths):
    rest = f'indicator.it = {{ is = "{formula}", better = "higher" }}'
    assert judged(rest, counts, "it") == millionths


def test_postgresql_calculates_alike_beyond_64_bits():
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: initdb and pg_ctl were not found")
    formulas = ["bad / ended", "-bad / ended", "bad_rate * bad", "clamp(bad, 2, 3) * -1.000001"]
    numbers = [
        f'indicator.n{at} = {{ is = "{each}", better = "higher" }}'
        for at, each in enumerate(formulas)
    ]
    text = RULEBOOK.format(rest="\n".join(numbers))
    counts = {"ended": 49_999_998, "bad": 33_333_332}
    query = exp.select(*(f"n{at}__numerator" for at in range(len(formulas)))).from_("results")
    steps = judged_steps(text, counts)
    expected = duckdb.execute(statement(steps, query, "duckdb")).fetchone()
    assert expected is not None
    with running_server(binaries) as address, psycopg.connect(address) as connection:
        assert connection.execute(statement(steps, query, "postgres")).fetchone() == expected


def scored(counts: Counts, curve: str, missing: str = "") -> int | None:
    rest = f"""
[points.conduct]
is = "bad_rate"
curve = {curve}
{missing}
[score]
range = [-10, 30]
"""
    return judged(rest, counts, "conduct")


FALLING = "[[0, 10], [0.2, 8], [0.6, 0]]"


@pytest.mark.parametrize(
    ("bad", "points"), [(0, 10), (10, 9), (20, 8), (40, 4), (60, 0), (61, 0), (100, 0)]
)
def test_between_two_points_of_a_curve_the_points_are_in_proportion(bad, points):
    assert scored({"ended": 100, "bad": bad}, FALLING) == points * MILLION


@pytest.mark.parametrize(("bad", "points"), [(0, -5), (30, -5), (40, 5), (50, 15), (99, 15)])
def test_a_curve_may_rise_and_begin_below_0(bad, points):
    assert scored({"ended": 100, "bad": bad}, "[[0.3, -5], [0.5, 15]]") == points * MILLION


def test_at_a_step_the_better_points_hold():
    falling, rising = "[[0.2, 10], [0.2, 4]]", "[[0.2, 4], [0.2, 10]]"
    assert [scored({"ended": 10, "bad": n}, falling) for n in (1, 2, 3)] == [
        10 * MILLION,
        10 * MILLION,
        4 * MILLION,
    ]
    assert [scored({"ended": 10, "bad": n}, rising) for n in (1, 2, 3)] == [
        4 * MILLION,
        10 * MILLION,
        10 * MILLION,
    ]


def test_a_value_that_lies_below_the_one_before_it_is_raised_to_that():
    # The second value is 0.1 here, below the first: at 0.3 the points step from 10 to 8.
    curve = '[[0.3, 10], ["bad_rate / 2", 8], [1, 0]]'
    assert scored({"ended": 10, "bad": 2}, curve) == 10 * MILLION
    assert scored({"ended": 10, "bad": 3}, curve) == 10 * MILLION


def test_what_is_not_assessed_has_the_points_that_the_rulebook_says_or_none():
    nothing = {"ended": 0, "bad": 0}
    assert scored(nothing, FALLING, "if_not_assessed = 7.5") == 7_500_000
    assert scored(nothing, FALLING) is None


POINTS = """
[points.conduct]
is = "bad_rate"
curve = [[0, 10], ["bad_rate / 2 + 0.1", 8], [1, 0]]
if_not_assessed = 7.5
[points.steady]
is = "if(ended > 1000, bad_rate, 0.5)"
curve = [[0, 0], [1, 10]]
if_not_assessed = 1
[score]
range = [-10, 30]
"""


def test_there_is_no_score_where_nothing_that_points_are_given_for_is_known():
    of_one = POINTS.replace("[points.steady]", "?").split("?")[0] + "[score]\nrange = [-10, 30]"
    assert judged(of_one, {"ended": 0, "bad": 0}, "score") is None
    assert judged(of_one, {"ended": 10, "bad": 0}, "score") == 10 * MILLION
    assert judged(POINTS, {"ended": 0, "bad": 0}, "score") == 12_500_000


def test_a_score_that_names_only_some_of_the_points_is_made_after_all_are():
    early = POINTS.replace("[score]", '[score]\nis = "20"')
    assert judged(early, {"ended": 10, "bad": 0}, "score") == 20 * MILLION
    alone = POINTS.replace("[score]", '[score]\nis = "steady"')
    assert judged(alone, {"ended": 10, "bad": 0}, "score") == 5 * MILLION


@settings(max_examples=30)
@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_points_never_rise_with_what_is_bad(pair: tuple[int, int]):
    ended, bad = pair
    fewer = max(bad - 1, 0)
    more_points = scored({"ended": ended, "bad": fewer}, FALLING)
    points = scored({"ended": ended, "bad": bad}, FALLING)
    assert more_points is not None
    assert points is not None
    assert more_points >= points
    exact = Fraction(bad, ended)
    expected = 10 - 10 * exact if exact <= Fraction(1, 5) else max(12 - 20 * exact, Fraction(0))
    assert abs(Fraction(points, MILLION) - expected) < Fraction(1, 40_000)
