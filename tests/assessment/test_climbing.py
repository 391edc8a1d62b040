"""Ladders: which entries reach which sanction, and which of them runs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.examples import judged
from goodstanding.assessment.sanction_words import sanction_told
from goodstanding.database.duckdb import DuckDB
from goodstanding.rulebook.model import Example
from goodstanding.rulebook.reading import read_rulebook

HEAD = """\
id = "small"
version = 2026-01-01
title = "Small"
subject = "seller"
confidence = "own design"
calendar = { assessed = "daily" }
"""
RULES = (
    HEAD
    + """\
window.month = { days = 30 }
rows.entries = { from = "violation" }

[measure.taken]
of = "entries"
when = "within(occurred_on)"
sum = "points_milli"

[ladder.penalties]
climbs = "taken"
rungs = [
  { at = 2, does = "warning", days = 5, automatic = true },
  { at = 4, does = "freeze", days = 7 },
  { at = 8, does = "freeze", days = 14 },
  { at = 16, does = "closing" },
]
"""
)
Entries = list[tuple[str, int]]


def changed(*changes: tuple[str, str]) -> str:
    text = RULES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def result(entries: Entries, as_of: str, rules: str = RULES, **said: Any) -> dict[str, Any]:
    rows = tuple(
        {"occurred_on": date.fromisoformat(f"2026-{day}"), "points_milli": points} | said
        for day, points in entries
    )
    example = Example(
        name="small",
        as_of=date.fromisoformat(f"2026-{as_of}"),
        rows={"entries": rows},
        peers={},
        expect={},
        line=1,
    )
    database = DuckDB.open(None)
    try:
        return judged(compile_rulebook(read_rulebook(rules, "small.toml")), example, database)
    finally:
        database.close()


def in_force(entries: Entries, as_of: str, rules: str = RULES, **said: Any) -> str:
    return sanction_told(result(entries, as_of, rules, **said), "penalties")


@pytest.mark.parametrize(
    ("entries", "as_of", "told"),
    [
        ([], "03-01", "nothing"),
        ([("03-01", 1)], "03-01", "nothing"),
        ([("03-01", 2)], "03-01", "warning at 2, 2026-03-01 to 2026-03-05"),
        ([("03-01", 2)], "03-05", "warning at 2, 2026-03-01 to 2026-03-05"),
        ([("03-01", 2)], "03-06", "nothing"),
        ([("03-01", 3), ("03-02", 1)], "03-02", "freeze at 4, 2026-03-02 to 2026-03-08"),
        ([("03-01", 4), ("03-02", 3)], "03-08", "nothing"),
        ([("03-01", 100)], "12-31", "closing at 16, from 2026-03-01"),
    ],
)
def test_a_rung_is_reached_from_below_and_lasts_its_days(entries, as_of, told):
    assert in_force(entries, as_of) == told


def test_of_several_rungs_reached_by_one_entry_only_the_heaviest_counts():
    assert in_force([("03-01", 4)], "03-01") == "freeze at 4, 2026-03-01 to 2026-03-07"
    # The warning, which would have run on, was never given.
    longer = changed(("days = 5", "days = 9"))
    assert in_force([("03-01", 4)], "03-08", longer) == "nothing"


def test_of_one_day_the_smallest_entry_comes_first():
    both = [("03-01", 4), ("03-01", 2)]
    longer = changed(("days = 5", "days = 9"))
    told = "warning at 2, 2026-03-01 to 2026-03-09"
    assert in_force(both, "03-08", longer) == told
    assert in_force(both[::-1], "03-08", longer) == told


def test_what_has_left_the_window_no_longer_counts_so_that_a_rung_is_reached_again():
    assert in_force([("03-01", 3), ("03-30", 1)], "03-30") == (
        "freeze at 4, 2026-03-30 to 2026-04-05"
    )
    assert in_force([("03-01", 3), ("03-31", 1)], "03-31") == "nothing"
    again = [("03-01", 3), ("04-05", 3)]
    assert in_force(again, "04-05") == "warning at 2, 2026-04-05 to 2026-04-09"


def test_a_sanction_outlives_the_entries_that_led_to_it():
    entries = [("03-01", 7), ("03-30", 1)]
    assert result(entries, "04-05")["taken"] == 1
    assert in_force(entries, "04-05") == "freeze at 8, 2026-03-30 to 2026-04-12"


def test_a_heavier_one_takes_the_place_of_the_one_that_runs():
    entries = [("03-01", 4), ("03-03", 4)]
    assert in_force(entries, "03-02") == "freeze at 4, 2026-03-01 to 2026-03-07"
    assert in_force(entries, "03-03") == "freeze at 8, 2026-03-03 to 2026-03-16"
    assert in_force(entries, "03-17") == "nothing"


# 8 points are reached on 03-28; on 03-31 three of seven are left and four are reached again.
LIGHTER_LATER = [("03-01", 7), ("03-28", 1), ("03-31", 3)]


def test_a_lighter_one_of_its_kind_is_not_executed_while_it_runs():
    assert in_force(LIGHTER_LATER, "04-10") == "freeze at 8, 2026-03-28 to 2026-04-10"
    assert in_force(LIGHTER_LATER, "04-11") == "nothing"


def test_one_that_was_passed_over_passes_over_no_other():
    three = changed(("{ at = 4,", '{ at = 3, does = "freeze", days = 6 },\n  { at = 4,'))
    rules = three.replace("days = 14", "days = 10").replace("days = 7", "days = 9")
    rules = rules.replace("{ days = 30 }", "{ days = 5 }")
    # The freeze of 04-04 would last to 04-12, but another one runs then, to 04-06.
    entries = [("03-28", 8), ("04-04", 4), ("04-09", 3)]
    assert in_force(entries, "04-06", rules) == "freeze at 8, 2026-03-28 to 2026-04-06"
    assert in_force(entries, "04-07", rules) == "nothing"
    assert in_force(entries, "04-09", rules) == "freeze at 3, 2026-04-09 to 2026-04-14"


def test_kinds_do_not_touch_each_other():
    rules = changed(('does = "freeze", days = 7', 'does = "restriction", days = 30'))
    entries = [("03-01", 4), ("03-02", 4)]
    assert in_force(entries, "03-15", rules) == "freeze at 8, 2026-03-02 to 2026-03-15"
    assert in_force(entries, "03-16", rules) == "restriction at 4, 2026-03-01 to 2026-03-30"


def test_one_that_only_a_person_ends_is_not_executed_twice():
    entries = [("03-01", 16), ("04-01", 16)]
    assert in_force(entries, "04-01") == "closing at 16, from 2026-03-01"


EVERY = changed((RULES[RULES.index("rungs") :], 'every = { of = 12, does = "freeze", days = 7 }\n'))


@pytest.mark.parametrize(
    ("entries", "as_of", "told"),
    [
        ([("03-01", 11)], "03-01", "nothing"),
        ([("03-01", 12)], "03-07", "freeze at 12, 2026-03-01 to 2026-03-07"),
        ([("03-01", 12), ("03-10", 11)], "03-10", "nothing"),
        ([("03-01", 12), ("03-10", 12)], "03-10", "freeze at 24, 2026-03-10 to 2026-03-16"),
        ([("03-01", 35)], "03-01", "freeze at 24, 2026-03-01 to 2026-03-07"),
        ([("03-01", 12), ("03-05", 12)], "03-11", "freeze at 24, 2026-03-05 to 2026-03-11"),
        ([("03-01", 12), ("03-01", 13)], "03-01", "freeze at 24, 2026-03-01 to 2026-03-07"),
        (
            [("03-01", 12), ("03-05", -1), ("03-20", 1)],
            "03-20",
            "freeze at 12, 2026-03-20 to 2026-03-26",
        ),
    ],
)
def test_every_multiple_is_reached_by_itself(entries, as_of, told):
    assert in_force(entries, as_of, EVERY) == told


def test_entries_can_be_counted_instead_of_added_up():
    rules = changed(('sum = "points_milli"\n', ""), ("at = 4,", "at = 3,"))
    entries = [("03-01", 0), ("03-02", 0), ("03-03", 0)]
    assert in_force(entries, "03-02", rules) == "warning at 2, 2026-03-02 to 2026-03-06"
    assert in_force(entries, "03-03", rules) == "freeze at 3, 2026-03-03 to 2026-03-09"


def test_a_total_of_all_days_never_falls():
    rules = changed(("{ days = 30 }", "{ all = true }"))
    entries = [("01-01", 3), ("12-01", 1)]
    assert in_force(entries, "12-01", rules) == "freeze at 4, 2026-12-01 to 2026-12-07"


def test_a_rung_may_be_told_in_larger_units():
    rules = changed(('climbs = "taken"', 'climbs = "taken"\nunit = 1000'), ("at = 2,", "at = 1.5,"))
    told = result([("03-01", 1499), ("03-02", 1)], "03-02", rules)
    assert sanction_told(told, "penalties") == "warning at 1.5, 2026-03-02 to 2026-03-06"
    assert told["ladder_penalties_at"] == 1.5


def test_what_lies_after_the_day_asked_about_reaches_nothing():
    assert in_force([("03-01", 1), ("03-03", 3)], "03-02") == "nothing"


def test_conditions_of_the_measure_and_of_those_it_narrows_hold_for_each_entry():
    narrowed = changed(
        ('of = "entries"', 'of = "trade"'),
        (
            "[measure.taken]",
            '[measure.trade]\nof = "entries"\nwhen = "ledger = \'trade\'"\n\n[measure.taken]',
        ),
    ).replace(
        "window.month = { days = 30 }", "window.month = { days = 30 }\nwindow.ever = { all = true }"
    )
    rules = narrowed.replace(
        "when = \"ledger = 'trade'\"", 'when = "ledger = \'trade\'"\nwindow = "ever"'
    )
    rules = rules.replace(
        'when = "within(occurred_on)"', 'when = "within(occurred_on)"\nwindow = "month"'
    )
    told = "freeze at 4, 2026-03-01 to 2026-03-07"
    assert in_force([("03-01", 4)], "03-01", rules, ledger="trade") == told
    assert in_force([("03-01", 4)], "03-01", rules, ledger="ipr") == "nothing"


def test_what_is_excluded_or_repeats_another_entry_does_not_climb():
    excluded = RULES + (
        '\n[[exclude]]\nid = "small"\nwhen = "points_milli < 3"\nbecause = "Too small."\n'
    )
    entries = [("03-01", 2), ("03-02", 2)]
    assert in_force(entries, "03-02") == "freeze at 4, 2026-03-02 to 2026-03-08"
    assert in_force(entries, "03-02", excluded) == "nothing"
    repeats = '{ per = ["ledger"], by = "occurred_on", keep = "first" }'
    once = changed(('from = "violation" }', f'from = "violation", collapse = {repeats} }}'))
    assert (
        in_force(entries, "03-02", once, ledger="ipr") == "warning at 2, 2026-03-01 to 2026-03-05"
    )


def test_what_is_our_own_is_repeated_beside_a_sanction_that_it_decides():
    assert result([("03-01", 4)], "03-01")["unconfirmed"] == ["penalties: freeze at 4"]
    assert result([("03-01", 1)], "03-01")["unconfirmed"] == []


def test_a_warning_takes_effect_by_itself_and_a_freeze_is_proposed():
    assert result([("03-01", 2)], "03-01")["ladder_penalties_is_proposed"] is False
    assert result([("03-01", 4)], "03-01")["ladder_penalties_is_proposed"] is True
    assert result([("03-01", 1)], "03-01")["ladder_penalties_is_proposed"] is None


@pytest.mark.parametrize("subject", ["buyer", "listing"])
def test_buyers_and_listings_climb_as_sellers_do(subject):
    rules = changed(('subject = "seller"', f'subject = "{subject}"'))
    entries = [("03-01", 3), ("03-02", 1)]
    assert in_force(entries, "03-02", rules) == "freeze at 4, 2026-03-02 to 2026-03-08"
