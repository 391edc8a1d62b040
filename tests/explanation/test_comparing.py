"""Two rulebooks over one small market, worked out by hand."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from math import ceil

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import ArgumentInvalid
from goodstanding.explanation import telling_comparison
from goodstanding.explanation.comparing import Comparison, Crossing, compare
from goodstanding.explanation.layout import cells
from goodstanding.explanation.spread import PERCENTS, spreads
from goodstanding.rulebook import bundled
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import loaded, orders, question, together
from tests.oracle_facts import Facts
from tests.small_facts import order
from tests.small_rulebook import SMALL, changed

LOOSE = read_rulebook(SMALL, "loose.toml")
STRICT = read_rulebook(
    changed(
        ("bad_rate < 6 %", "bad_rate < 4 %"),
        (
            'if_not_assessed = "not graded"',
            'if_not_assessed = "not graded"\nnot_assessed_if = "ended < 5"',
        ),
        ('subject = "seller"', 'subject = "seller"\nadding_may_lower = "Five make a grade."'),
    ),
    "strict.toml",
)
OTHER_NAMES = read_rulebook(
    changed(
        ('name = "good"', 'name = "gold"'),
        (
            '[[grade]]\nname = "fail"',
            '[[grade]]\nname = "silver"\nall = ["bad_rate < 50 %"]\n\n[[grade]]\nname = "tin"',
        ),
    ),
    "other.toml",
)


def sellers() -> Facts:
    """Write five sellers: 0 of 20 bad, 1 of 20, 10 of 20, 0 of 3, and one that ended none."""
    return together(
        orders(20, seller="clean"),
        orders(19, seller="one", first=100),
        orders(1, seller="one", stars=1, first=150),
        orders(10, seller="half", first=200),
        orders(10, seller="half", stars=1, first=250),
        orders(3, seller="few", first=300),
        {"orders": [order("O400", seller_id="idle", placed_at="2018-07-30")]},
    )


@pytest.fixture(scope="module")
def stricter() -> Comparison:
    market = loaded(sellers())
    return compare(*market, question(None, rulebook=LOOSE), question(None, rulebook=STRICT))


def test_everybody_is_counted_by_how_they_move(stricter):
    assert stricter.moves == {
        "down": 1,
        "no_longer_graded": 1,
        "up": 0,
        "newly_graded": 0,
        "unchanged": 2,
        "not_graded": 1,
    }
    assert stricter.subjects_n == 5
    moved = {
        row["subject_id"]: (row["moved"], row["places_up"]) for row in stricter.table.to_pylist()
    }
    assert moved == {
        "clean": ("unchanged", 0),
        "few": ("no_longer_graded", None),
        "half": ("unchanged", 0),
        "idle": ("not_graded", None),
        "one": ("down", -1),
    }
    assert list(moved) == sorted(moved)


def test_the_crossings_follow_the_ladders(stricter):
    assert stricter.crossings == (
        Crossing(first_grade="good", second_grade="good", subjects_n=1),
        Crossing(first_grade="good", second_grade="fail", subjects_n=1),
        Crossing(first_grade="good", second_grade=None, subjects_n=1),
        Crossing(first_grade="fail", second_grade="fail", subjects_n=1),
        Crossing(first_grade=None, second_grade=None, subjects_n=1),
    )


def test_movers_are_listed_with_both_grades_and_the_numbers(stricter):
    down, out = stricter.movers.to_pylist()
    assert (down["subject_id"], down["first_grade"], down["second_grade"]) == (
        "one",
        "good",
        "fail",
    )
    assert (down["first_bad_rate_numerator"], down["first_bad_rate_denominator"]) == (1, 20)
    assert down["second_deciding_limit"] == "bad_rate < 4 %"
    assert (out["subject_id"], out["second_not_graded_because"]) == ("few", "bad_rate_not_assessed")
    assert out["second_bad_rate_value"] is None
    assert "order__" not in stricter.movers.column_names


def test_the_other_way_round_the_moves_turn():
    market = loaded(sellers())
    found = compare(*market, question(None, rulebook=STRICT), question(None, rulebook=LOOSE))
    assert (found.moves["up"], found.moves["newly_graded"]) == (1, 1)
    assert [row["places_up"] for row in found.movers.to_pylist()] == [1, None]


def test_grades_of_other_names_are_compared_by_their_place():
    market = loaded(sellers())
    found = compare(*market, question(None, rulebook=LOOSE), question(None, rulebook=OTHER_NAMES))
    assert found.by_position
    # Half of 20: the second of two, and the third of three.
    moved = {row["subject_id"]: row["moved"] for row in found.table.to_pylist()}
    assert moved["half"] == "down"
    assert moved["clean"] == "unchanged"
    told = telling_comparison.text(found, 80)
    assert "The grades have different names" in told
    assert "good, fail; gold, silver, tin" in told


def test_two_days_can_be_compared():
    market = loaded(sellers())
    earlier = question(None, rulebook=LOOSE, as_of=date(2018, 7, 30))
    found = compare(*market, earlier, question(None, rulebook=LOOSE))
    assert found.first.as_of < found.second.as_of
    assert found.moves["down"] == 1  # their bad reviews came on the last day
    assert "First as of 2018-07-30" in telling_comparison.text(found, 80)


def test_rulebooks_about_different_subjects_cannot_be_compared():
    buyers = read_rulebook(changed(('subject = "seller"', 'subject = "buyer"')), "buyers.toml")
    market = loaded(sellers())
    with pytest.raises(ArgumentInvalid, match="'small' is about sellers and 'small' about buyers"):
        compare(*market, question(None, rulebook=LOOSE), question(None, rulebook=buyers))


def test_the_spread_says_where_limits_would_fall(stricter):
    (spread,) = stricter.first_spread
    assert (spread.indicator, spread.assessed_n) == ("bad_rate", 4)
    points = {
        point.percent: Fraction(point.numerator, point.denominator) for point in spread.points
    }
    assert points == {10: 0, 25: 0, 50: 0, 75: Fraction(1, 20), 90: Fraction(1, 2)}
    assert stricter.second_spread[0].assessed_n == 3  # too few orders are not assessed


pairs = st.tuples(st.integers(0, 10**9), st.integers(1, 10**9))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(pairs, st.tuples(st.integers(0, 3), st.integers(1, 4))), max_size=40))
def test_values_are_ranked_exactly(values):
    database = DuckDB.open(None)
    tops, bottoms = [top for top, _ in values], [bottom for _, bottom in values]
    database.register(
        "results",
        pa.table(
            {
                "bad_rate_numerator": pa.array(tops, pa.int64()),
                "bad_rate_denominator": pa.array(bottoms, pa.int64()),
                "bad_rate_value": pa.array([t / b for t, b in values], pa.float64()),
            }
        ),
    )
    (spread,) = spreads(database, "results", LOOSE)
    ranked = sorted(Fraction(top, bottom) for top, bottom in values)
    expected = [ranked[ceil(len(ranked) * p / 100) - 1] for p in PERCENTS] if ranked else []
    assert [Fraction(p.numerator, p.denominator) for p in spread.points] == expected


def test_a_comparison_is_json(stricter):
    shown = json.loads(json.dumps(stricter.as_dict()))
    assert shown["moves"]["down"] == 1
    assert [mover["subject_id"] for mover in shown["movers"]] == ["one", "few"]
    assert shown["first_spread"][0]["limits"] == ["0.06"]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_text_fits_and_says_who_moves(stricter, width):
    told = telling_comparison.text(stricter, width)
    assert max(cells(line) for line in told.splitlines()) <= width
    said = " ".join(told.split())
    assert "Of 5 sellers 2 would move: 0 up, 1 down" in said
    assert "one good -> fail" in said
    assert "few good -> not graded" in said


def test_a_long_list_of_movers_is_cut_in_the_text():
    facts = together(*(orders(1, stars=1, seller=f"S{n:02}", first=n) for n in range(1, 31)))
    lenient = read_rulebook(changed(("bad_rate < 6 %", "ended >= 1")), "lenient.toml")
    found = compare(
        *loaded(facts), question(None, rulebook=LOOSE), question(None, rulebook=lenient)
    )
    told = telling_comparison.text(found, 80)
    assert "… and 10 more (--format jsonl lists all)" in told
    assert found.movers.num_rows == 30


def test_a_rulebook_without_grades_moves_nobody_and_is_refused():
    database, settings = loaded(orders(3))
    rated = bundled.load("store-rating")
    for first, second in ((STRICT, rated), (rated, STRICT)):
        with pytest.raises(ArgumentInvalid, match="'store-rating' has no grades"):
            compare(
                database,
                settings,
                question(None, rulebook=first),
                question(None, rulebook=second),
            )
