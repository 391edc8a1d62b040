"""Evidence, tables, caps and intervals, beside fractions in plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import exp as to_the
from math import floor, log

import duckdb
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from goodstanding.database.steps import statement
from goodstanding.rulebook.reading import read_rulebook
from tests.assessment.test_calculating import MILLION, RULEBOOK, judged, judged_steps
from tests.postgres_server import find_binaries, running_server

Counts = Mapping[str, int]
NOTHING = {"ended": 0, "bad": 0}
SHARES = st.fractions(min_value=0, max_value=1, max_denominator=50)


def indicator(formula: str) -> str:
    return f'indicator.it = {{ is = "{formula}", better = "higher" }}'


def nearest(value: Fraction) -> int:
    """Return a whole number, half away from zero; the value is not below 0."""
    return floor(value + Fraction(1, 2))


@given(
    counts=st.fixed_dictionaries({"ended": st.integers(0, 3000), "bad": st.integers(0, 3000)}),
    start=SHARES,
    k=st.integers(1, 40),
    worth=st.sampled_from([None, "18", "22.5", "0.000001", "100"]),
)
def test_evidence_is_what_fractions_give_rounded_once(
    counts: Counts, start: Fraction, k: int, worth: str | None
):
    fifth = "" if worth is None else f", {worth}"
    written = f"{start.numerator} / {start.denominator}"
    found = judged(indicator(f"evidence(ended, bad / 1000, {written}, {k}{fifth})"), counts, "it")
    good, bad = Fraction(counts["ended"]), Fraction(counts["bad"], 1000)
    share = (k * start + good) / (k + good + bad)
    assert found == nearest(share * Fraction(worth or 1) * MILLION)


@pytest.mark.parametrize(
    ("formula", "counts", "millionths"),
    [
        ("evidence(ended, bad, 2 / 3, 6)", NOTHING, 666_667),
        ("evidence(ended, bad, 2 / 3, 6, 18)", NOTHING, 12_000_000),
        ("evidence(ended, bad, 0.5, 2)", {"ended": 1, "bad": 0}, 666_667),
        ("evidence(ended, bad, 0.5, 2)", {"ended": 0, "bad": 1}, 333_333),
        ("evidence(0 - ended, bad, 0.5, 2)", {"ended": 5, "bad": 0}, 500_000),
        ("evidence(ended, 0 - bad, 0.5, 2)", {"ended": 0, "bad": 5}, 500_000),
        ("evidence(bad_rate, bad, 0.5, 2)", NOTHING, None),
        ("evidence(ended, bad, 1, 1)", {"ended": 50_000_000, "bad": 50_000_000}, 500_000),
        ("evidence(ended, bad, 1 / 999983, 1000000, 1000000)", {"ended": 3, "bad": 4}, 3_999_989),
    ],
)
def test_evidence_at_its_ends(formula: str, counts: Counts, millionths: int | None):
    assert judged(indicator(formula), counts, "it") == millionths


@settings(max_examples=40)
@given(st.integers(0, 500), st.integers(0, 500))
def test_more_good_never_lowers_evidence_and_more_bad_never_raises_it(good: int, bad: int):
    formula = indicator("evidence(ended, bad, 2 / 3, 6, 27)")

    def found(ended: int, against: int) -> int:
        told = judged(formula, {"ended": ended, "bad": against}, "it")
        assert told is not None
        return told

    assert found(good, bad + 1) <= found(good, bad) <= found(good + 1, bad)


TABLES = """
[lookup.fading]
for = [0, 364]
is = "1000000 * power(0.5, x / 180)"
[lookup.volume]
for = [-3, 50]
is = "1000000 * ln(4 + x) / ln(54) - exp(x / 10)"
"""


def test_a_table_holds_the_nearest_whole_numbers():
    rulebook = read_rulebook(
        RULEBOOK.format(rest=indicator("fading(ended) + volume(bad)") + TABLES), "numbers.toml"
    )
    fading, volume = rulebook.lookups["fading"], rulebook.lookups["volume"]
    assert (len(fading.values), fading.values[0]) == (365, 1_000_000)
    assert (fading.values[180], fading.values[360], fading.most) == (500_000, 250_000, 1_000_000)
    for x, value in enumerate(fading.values):
        assert abs(value - 1_000_000 * 0.5 ** (x / 180)) < 0.5 + 1e-6
    for x, value in enumerate(volume.values, start=-3):
        expected = 1_000_000 * log(4 + x) / log(54) - to_the(x / 10)
        assert abs(value - expected) < 0.5 + 1e-6


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("x / 2", (-1, -1, 0, 1, 1)),  # half away from zero
        ("2 - x", (4, 3, 2, 1, 0)),
        ("power(x, 2) - -1", (5, 2, 1, 2, 5)),
    ],
)
def test_what_lies_halfway_is_rounded_away_from_zero(formula: str, values: tuple[int, ...]):
    table = f'lookup.told = {{ for = [-2, 2], is = "{formula}" }}\n'
    rulebook = read_rulebook(
        RULEBOOK.format(rest=f"{indicator('told(ended)')}\n{table}"),
        "numbers.toml",
    )
    assert rulebook.lookups["told"].values == values


@pytest.mark.parametrize(
    ("ended", "expected"),
    [(0, 1_000_000), (1, 996_157), (180, 500_000), (364, 246_179), (365, 246_179), (9999, 246_179)],
)
def test_beyond_its_ends_a_table_says_what_it_says_there(ended: int, expected: int):
    rest = indicator("fading(ended)") + TABLES.split("[lookup.volume]", maxsplit=1)[0]
    assert judged(rest, {"ended": ended, "bad": 0}, "it") == expected * MILLION


SCORED = (
    TABLES
    + """
[points.conduct]
is = "evidence(ended, bad, 2 / 3, 6, 90)"
[points.volume_given]
is = "volume(ended) / 100000"
[score]
range = [0, 100]
not_assessed_if = "ended > 900"
interval = { half_width = "fading(ended) / 25000 - bad" }
[[score.cap]]
if = "bad >= 3"
at_most = 40
because = "Three."
[[score.cap]]
if = "bad_rate > 0.5"
at_most = 20
because = "More than half."
"""
)


def score(counts: Counts) -> dict[str, int | bool | None]:
    names = ["score__numerator", "score__uncapped", "score__lower", "score__upper"]
    query = exp.select(*names, "cap__0", "cap__1", "conduct__numerator").from_("results")
    sql = statement(judged_steps(RULEBOOK.format(rest=SCORED), counts), query, "duckdb")
    relation = duckdb.execute(sql)
    found = relation.fetchone()
    assert found is not None
    return dict(zip([each[0] for each in relation.description], found, strict=True))


def test_without_a_cap_that_holds_the_score_is_the_sum_of_its_points():
    found = score({"ended": 10, "bad": 2})
    assert (found["cap__0"], found["cap__1"]) == (False, False)
    assert found["score__numerator"] == found["score__uncapped"] == 76_615_840
    assert found["conduct__numerator"] == 70_000_000
    assert found["score__lower"] == 76_615_840 - 38_488_960 + 2_000_000
    assert found["score__upper"] == 100 * MILLION


def test_a_cap_keeps_the_score_and_its_upper_end_below_it_and_the_lowest_counts():
    one, both = score({"ended": 10, "bad": 3}), score({"ended": 4, "bad": 3})
    assert (one["cap__0"], one["cap__1"]) == (True, False)
    assert one["score__numerator"] == one["score__upper"] == 40 * MILLION
    assert isinstance(one["score__uncapped"], int)
    assert one["score__uncapped"] > 70 * MILLION
    assert (both["cap__0"], both["cap__1"]) == (True, True)
    assert both["score__numerator"] == both["score__upper"] == 20 * MILLION
    assert both["score__lower"] == 0


def test_a_cap_of_which_nobody_knows_whether_it_holds_does_not():
    found = score(NOTHING)
    assert found["cap__1"] is False
    assert found["score__numerator"] == 63_475_300


def test_whoever_is_left_out_has_neither_score_nor_points_nor_interval():
    found = score({"ended": 901, "bad": 0})
    told = [found[f"{name}"] for name in ("score__numerator", "score__lower", "score__upper")]
    assert told == [None, None, None]
    assert found["conduct__numerator"] is None


def test_an_interval_that_would_be_upside_down_is_none_at_all():
    found = score({"ended": 400, "bad": 300})
    assert found["score__lower"] == found["score__numerator"] == found["score__upper"]


def test_postgresql_says_the_same_of_tables_evidence_caps_and_intervals():
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: initdb and pg_ctl were not found")
    with running_server(binaries) as address, psycopg.connect(address) as connection:
        for counts in (NOTHING, {"ended": 10, "bad": 3}, {"ended": 4, "bad": 3}):
            expected = score(counts)
            steps = judged_steps(RULEBOOK.format(rest=SCORED), counts)
            query = exp.select(*expected).from_("results")
            found = connection.execute(statement(steps, query, "postgres")).fetchone()
            assert found == tuple(expected.values())
