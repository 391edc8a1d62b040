"""Which sanctions begin, change or end from one rulebook or day to another."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from goodstanding.assessment.questions import Question
from goodstanding.errors import ArgumentInvalid
from goodstanding.explanation import telling_comparison
from goodstanding.explanation.comparing import Comparison, compare
from goodstanding.explanation.layout import cells
from goodstanding.rulebook import bundled
from goodstanding.rulebook.copying import copied
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import loaded
from tests.oracle_facts import Facts
from tests.rows.test_violations import LATER, violation

VIOLATIONS = bundled.load("aliexpress-violations")
AS_OF = date(2018, 7, 31)


def changed(*pieces: tuple[str, str]) -> Rulebook:
    text = copied(VIOLATIONS, "mine")
    for old, new in pieces:
        assert old in text
        text = text.replace(old, new)
    return read_rulebook(text, "mine.toml")


def asked(rulebook: Rulebook = VIOLATIONS, as_of: date = AS_OF) -> Question:
    return Question(rulebook=rulebook, as_of=as_of, known_at=LATER)


def entries(*several: tuple[str, str, str, str]) -> Facts:
    """Write violations: seller, ledger, points, day."""
    rows = [
        violation(place, subject_id=seller, ledger=ledger, points=points, occurred_at=day)
        for place, (seller, ledger, points, day) in enumerate(several)
    ]
    return {"violations": rows}


# The freezes: over in July, begun in July, replaced by a heavier one; and one closed for good.
FACTS = entries(
    ("over", "ipr", "12.5", "2018-07-20"),
    ("new", "ipr", "12", "2018-07-30"),
    ("heavier", "ipr", "12", "2018-07-21"),
    ("heavier", "ipr", "12", "2018-07-31"),
    ("closed", "ipr", "48", "2018-07-01"),
    ("closed", "quality", "11.5", "2018-07-28"),
    ("closed", "quality", "1", "2018-07-30"),
    ("none", "trade", "6", "2018-07-30"),
)


@pytest.fixture(scope="module")
def two_days() -> Comparison:
    return compare(*loaded(FACTS), asked(as_of=date(2018, 7, 25)), asked())


def moved(comparison: Comparison, ladder: str) -> dict[str, Any]:
    return {
        row["subject_id"]: row[f"ladder_{ladder}_moved"] for row in comparison.table.to_pylist()
    }


def test_from_one_day_to_another_sanctions_begin_change_and_end(two_days):
    assert moved(two_days, "ipr") == {
        "closed": "unchanged",
        "heavier": "changed",
        "new": "began",
        "none": None,
        "over": "ended",
    }
    assert two_days.sanctions == {
        "ipr": {"began": 1, "changed": 1, "ended": 1, "unchanged": 1},
        "trade": {"began": 0, "changed": 0, "ended": 0, "unchanged": 0},
        "quality": {"began": 1, "changed": 0, "ended": 0, "unchanged": 0},
        "serious_ipr": {"began": 0, "changed": 0, "ended": 0, "unchanged": 0},
    }


def test_whoever_has_a_sanction_that_moves_is_a_mover_with_the_totals_of_each_ledger(two_days):
    movers = {row["subject_id"]: row for row in two_days.movers.to_pylist()}
    assert sorted(movers) == ["closed", "heavier", "new", "over"]
    totals = [
        (movers["closed"][f"first_ladder_{name}_total"], movers["closed"][f"second_{column}"])
        for name in VIOLATIONS.ladders
        for column in [f"ladder_{name}_total"]
    ]
    assert totals == [(48, 48), (0, 0), (0, 12.5), (0, 0)]
    assert movers["heavier"]["first_ladder_ipr_at"] == 12
    assert movers["heavier"]["second_ladder_ipr_last_on"] == date(2018, 8, 13)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_text_names_them_as_results_do(two_days, width):
    text = telling_comparison.text(two_days, width)
    assert max(cells(line) for line in text.splitlines()) <= width
    said = " ".join(text.split())
    assert "would move" not in said  # by grades that there are not
    assert "Sanctions, from the first to the second - ipr: 1 began, 1 changed, 1 ended, 1" in said
    assert "new ipr: nothing -> freeze at 12, 2018-07-30 to 2018-08-05; " in said
    assert (
        "heavier ipr: freeze at 12, 2018-07-21 to 2018-07-27 -> freeze at 24, 2018-07-31 to "
        "2018-08-13; 12 -> 24" in said
    )
    assert "over ipr: freeze at 12, 2018-07-20 to 2018-07-26 -> nothing; 12.5" in said


def test_a_comparison_of_sanctions_is_json(two_days):
    shown = json.loads(json.dumps(two_days.as_dict()))
    assert shown["sanctions"]["ipr"]["began"] == 1
    assert {row["subject_id"]: row["ladder_quality_moved"] for row in shown["movers"]} == {
        "closed": "began",
        "heavier": None,
        "new": None,
        "over": None,
    }


@pytest.mark.parametrize(
    ("old", "new", "ladder", "subject", "move"),
    [
        ("{ of = 12, ", "{ of = 13, ", "quality", "closed", "ended"),
        ("{ at = 12, ", "{ at = 13, ", "ipr", "new", "changed"),  # restricted at 6
        ('"freeze", days = 7 },', '"freeze", days = 9 },', "ipr", "new", "changed"),
        ("{ at = 48, ", "{ at = 49, ", "ipr", "new", "unchanged"),
    ],
)
def test_another_rulebook_gives_other_sanctions_for_the_same_entries(
    old, new, ladder, subject, move
):
    found = compare(*loaded(FACTS), asked(), asked(changed((old, new))))
    assert moved(found, ladder)[subject] == move


def test_a_ladder_of_one_side_alone_has_nothing_in_force_on_the_other():
    text = copied(VIOLATIONS, "mine")
    renamed = read_rulebook(text.replace("[ladder.ipr]", "[ladder.rights]"), "mine.toml")
    found = compare(*loaded(FACTS), asked(), asked(renamed))
    assert list(found.sanctions) == ["ipr", "trade", "quality", "serious_ipr", "rights"]
    assert (moved(found, "ipr")["new"], moved(found, "rights")["new"]) == ("ended", "began")
    assert "second_ladder_ipr_total" not in found.table.column_names
    said = " ".join(telling_comparison.text(found, 100).split())
    assert "new ipr: freeze at 12, 2018-07-30 to 2018-08-05 -> nothing; 12 new rights:" in said


def test_grades_that_only_one_of_two_ladders_gives_are_told_as_new():
    text = copied(VIOLATIONS, "mine").replace(
        'ipr_points       = { is = "ipr_taken / 1000", better = "neither" }',
        'ipr_points       = { is = "ipr_taken / 1000", better = "lower" }',
    )
    text += """
[[grade]]
name = "fine"
all = [{ that = "ipr_points < 12", confidence = "own design" }]

[[grade]]
name = "bad"
"""
    found = compare(*loaded(FACTS), asked(), asked(read_rulebook(text, "mine.toml")))
    assert (found.moves["newly_graded"], found.by_position) == (5, False)
    said = telling_comparison.text(found, 100)
    assert "Who would move: 5" in said
    assert "different names" not in said


def test_a_long_list_of_sanctions_that_move_is_cut_in_the_text():
    facts = entries(*((f"S{n:02}", "ipr", "6", "2018-07-31") for n in range(30)))
    found = compare(*loaded(facts), asked(as_of=date(2018, 7, 30)), asked())
    text = telling_comparison.text(found, 100)
    assert text.count("restriction at 6") == 20
    assert text.endswith("… and 10 more (--format jsonl lists all)")


def test_where_nothing_moves_nobody_is_listed():
    found = compare(*loaded(FACTS), asked(), asked())
    assert found.movers.num_rows == 0
    assert "Before and after" not in telling_comparison.text(found, 80)


def test_without_grades_on_one_side_and_ladders_on_the_other_there_is_nothing_to_compare():
    level = bundled.load("service-level")
    for first, second in ((VIOLATIONS, level), (level, VIOLATIONS)):
        with pytest.raises(
            ArgumentInvalid, match="'aliexpress-violations' has no grades"
        ) as caught:
            compare(*loaded(FACTS), asked(first), asked(second))
        assert "or two with ladders of sanctions" in (caught.value.hint or "")
