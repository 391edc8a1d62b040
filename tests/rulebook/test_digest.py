"""The digest covers what a rulebook means, and nothing else."""

from dataclasses import replace

import pytest

from goodstanding.rulebook import bundled
from goodstanding.rulebook.digest import digest_of
from goodstanding.rulebook.reading import read_rulebook
from tests.small_rulebook import SMALL, changed


def digest(text: str) -> str:
    return read_rulebook(text, "small.toml").digest


def test_it_is_written_with_the_name_of_its_algorithm():
    kind, _, number = digest(SMALL).partition(":")
    assert kind == "sha256"
    assert len(number) == 64


MEANT_ALIKE = {
    "a remark": ('id = "small"', '# a remark\nid = "small"'),
    "a title": ('title = "Small"', 'title = "Smaller"'),
    "a note": ("{ days = 90 }", '{ days = 90, note = "Three months, nearly." }'),
    "a note of a kind": (
        '"stars <= 3 and within(feedback_on)"',
        '{ when = "stars <= 3 and within(feedback_on)", note = "Low." }',
    ),
    "a sentence": (
        '[[grade]]\nname = "good"',
        '[because]\nlow_review = "Low."\n\n[[grade]]\nname = "good"',
    ),
    "spaces and brackets": (
        "stars <= 3 and within(feedback_on)",
        "(STARS<=3)and within( feedback_on )".lower(),
    ),
    "zeroes": ("bad_rate < 6 %", "bad_rate < 6.00 %"),
    "another form of table": (
        "window.quarter = { days = 90 }",
        "window = { quarter = { days = 90 } }",
    ),
    "the window by name": (
        'when = "within(closed_on)"',
        'when = "within(closed_on)"\nwindow = "quarter"',
    ),
    "a limit as a table": ('"bad_rate < 6 %"', '{ that = "bad_rate < 6 %" }'),
    "a source that is the default": ("{ days = 90 }", '{ days = 90, source = "the terms" }'),
    "the part of a store's card": (
        'subject = "seller"',
        'subject = "seller"\ncard = "level"',
    ),
    "the last day in force": (
        "version = 2026-01-01",
        "version = 2026-01-01\nin_force_until = 2026-12-31",
    ),
    "an example": (
        'name = "fail"\n',
        'name = "fail"\n\n[[example]]\nname = "none"\nas_of = 2026-03-31\nexpect = { ended = 0 }\n',
    ),
}
MEANT_OTHERWISE = {
    "the version": ("version = 2026-01-01", "version = 2026-01-02"),
    "the id": ('id = "small"', 'id = "smaller"'),
    "the days": ("days = 90", "days = 91"),
    "a limit": ("6 %", "6.0001 %"),
    "a strictness": ("bad_rate < 6 %", "bad_rate <= 6 %"),
    "a kind": ("stars <= 3", "stars <= 2"),
    "a kind's name": ("low_review", "poor_review"),
    "the rows": ('from = "order" }', 'from = "order", where = "is_paid" }'),
    "what not assessed means": ('"not graded"', '"passes"'),
    "a grade's name": ('name = "fail"', 'name = "poor"'),
    "how sure a number is": ('name = "good"', 'name = "good"\nconfidence = "unconfirmed"'),
    "where a number comes from": ("{ days = 90 }", '{ days = 90, source = "hearsay" }'),
    "which day of the month": (
        'assessed = "daily"',
        'assessed = "day-of-month", day = 2, months = [1, 7]',
    ),
    "what follows": ('name = "fail"\n', 'name = "fail"\n\n[[effect]]\ndoes = "campaign"\n'),
    "when": ('assessed = "daily"', 'assessed = "month-end"'),
}


@pytest.mark.parametrize("change", MEANT_ALIKE.values(), ids=list(MEANT_ALIKE))
def test_it_stays_when_the_meaning_does(change):
    assert digest(changed(change)) == digest(SMALL)


@pytest.mark.parametrize("change", MEANT_OTHERWISE.values(), ids=list(MEANT_OTHERWISE))
def test_it_changes_with_the_meaning(change):
    assert digest(changed(change)) != digest(SMALL)


def test_it_changes_where_a_good_row_may_lower_and_not_with_the_reason():
    rulebook = read_rulebook(SMALL, "small.toml")
    so, because = (digest_of(replace(rulebook, adding_may_lower=why)) for why in ("So.", "Why?"))
    assert so == because != rulebook.digest


def test_it_stays_where_a_rulebook_says_that_taking_out_a_bad_row_may_lower():
    """It only answers a warning: no result and no explanation is another by it."""
    rulebook = read_rulebook(SMALL, "small.toml")
    assert digest_of(replace(rulebook, removing_may_lower="So.")) == rulebook.digest


def test_the_order_of_measures_means_nothing_and_that_of_grades_does():
    first, second = SMALL.index("[measure.ended]"), SMALL.index("[measure.bad]")
    end = SMALL.index("[indicator")
    swapped = SMALL[:first] + SMALL[second:end] + SMALL[first:second] + SMALL[end:]
    assert digest(swapped) == digest(SMALL)
    three = changed(
        ('name = "fail"', 'name = "fair"\nall = ["ended >= 5"]\n\n[[grade]]\nname = "fail"')
    )
    turned = three.replace('["bad_rate < 6 %"]', "?").replace(
        '["ended >= 5"]', '["bad_rate < 6 %"]'
    )
    assert digest(turned.replace("?", '["ended >= 5"]')) != digest(three)


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("apart_days = 14", "apart_days = 15"),
        ("apart_days = 14", "at_most = 1"),
        ("range  = [-6, 6]", "range  = [-6, 7]"),
        ("range  = [-6, 6]", "range  = [-5, 6]"),
        ('per    = ["buyer_id", "month(placed_on)"]', 'per    = ["buyer_id"]'),
    ],
)
def test_it_changes_with_what_is_alike_and_what_is_limited(written, otherwise):
    credit = bundled.text("taobao-credit", bundled.load("taobao-credit").version)
    assert credit.count(written) == 1
    assert digest(credit.replace(written, otherwise)) != digest(credit)


def ladder(*changes: tuple[str, str]) -> str:
    text = (
        SMALL.replace("rows.orders", 'rows.entries = { from = "violation" }\nrows.orders')
        + """
[measure.taken]
of = "entries"
when = "within(occurred_on)"

[ladder.strikes]
climbs = "taken"
rungs = [{ at = 1, does = "warning", days = 1 }, { at = 3, does = "closing" }]
"""
    )
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "change",
    [
        ("at = 3", "at = 4"),
        ("days = 1 }", "days = 2 }"),
        ("days = 1 }", "days = 1, automatic = true }"),
        ('does = "closing"', 'does = "freeze"'),
        (
            'rungs = [{ at = 1, does = "warning", days = 1 }, { at = 3, does = "closing" }]',
            'every = { of = 1, does = "warning", days = 1 }',
        ),
    ],
)
def test_it_changes_with_a_ladder(change):
    assert digest(ladder(change)) != digest(ladder())


def test_it_changes_with_the_unit_of_what_a_ladder_climbs():
    added_up = ('of = "entries"', 'of = "entries"\nsum = "points_milli"')
    in_parts = ('climbs = "taken"', 'climbs = "taken"\nunit = 1000')
    assert digest(ladder(added_up, in_parts)) != digest(ladder(added_up))


def test_a_note_of_a_rung_means_nothing():
    noted = ('does = "closing"', 'does = "closing", note = "At last."')
    assert digest(ladder(noted)) == digest(ladder())


def evidence(*changes: tuple[str, str]) -> str:
    text = """
id = "evidence"
version = 2026-01-01
title = "Evidence"
subject = "buyer"
confidence = "own design"
calendar = { assessed = "daily" }
window.year = { days = 365 }
rows.orders = { from = "order" }
lookup.fading = { for = [0, 364], is = "1000 * power(0.5, x / 180)" }
measure.paid = { of = "orders", sum = "fading(age(paid_on))", when = "within(paid_on)" }
indicator.bought = { count = "paid", better = "higher" }

[points.conduct]
is = "evidence(paid, 0, 2 / 3, 6, 90)"

[score]
range = [0, 100]
not_assessed_if = "paid > 5000"
interval = { half_width = "120 / (paid + 6)" }
cap = [{ if = "paid < 2", at_most = 40, because = "So little." }]
"""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "change",
    [
        ("x / 180", "x / 181"),
        ("[0, 364]", "[0, 365]"),
        ("2 / 3, 6", "2 / 3, 7"),
        ("paid > 5000", "paid > 5001"),
        ("120 /", "121 /"),
        ("paid < 2", "paid < 3"),
        ("at_most = 40", "at_most = 41"),
    ],
)
def test_it_changes_with_a_table_and_with_what_keeps_a_score(change):
    assert digest(evidence(change)) != digest(evidence())


def test_two_ways_to_write_the_same_table_mean_the_same():
    assert digest(evidence(("x / 180", "(x + 0) / 180"))) == digest(evidence())
    assert digest(evidence(("So little.", "Too little."))) == digest(evidence())
