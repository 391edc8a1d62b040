"""Better conduct lowers no grade, or the rulebook says why it must: found on small counts."""

from datetime import date

import pytest

from goodstanding.errors import RulebookInvalid
from goodstanding.rulebook import bundled
from goodstanding.rulebook.cliffs import find_cliffs, find_removal
from goodstanding.rulebook.outcomes import Judge, is_told_by_counts
from goodstanding.rulebook.reading import read_rulebook, warnings
from tests.explanation.all_faults import ALL_FAULTS
from tests.small_rulebook import changed

TOO_FEW = """\
[[not_graded]]
id = "too_few"
if = "ended < 10"
because = "Too few."

[indicator"""
SAYS_SO = ('subject = "seller"', 'subject = "seller"\nadding_may_lower = "It may."')


@pytest.mark.parametrize("name", bundled.names())
def test_in_no_bundled_rulebook_does_better_conduct_lower_a_grade(name):
    for version in bundled.versions(name):
        rulebook = bundled.load(name, version=version)
        # A score is held to this by the points of its curves, a mean by what it is the mean of.
        if not rulebook.grades or not is_told_by_counts(rulebook):
            continue
        mended, added = find_cliffs(rulebook, 20_000)
        assert mended is None
        assert (added is None) == (rulebook.adding_may_lower is None)
        assert (find_removal(rulebook) is None) == (rulebook.removing_may_lower is None)
        assert warnings(rulebook) == []


def test_a_rulebook_that_says_why_adding_may_lower_is_accepted():
    rulebook = read_rulebook(changed(("[indicator", TOO_FEW), SAYS_SO), "small.toml")
    mended, added = find_cliffs(rulebook)
    assert mended is None
    assert str(added) == ('not graded with ended 9, bad 1 becomes "fail" with ended 10, bad 1')


def test_no_waiver_lets_better_conduct_lower_a_grade():
    hidden = ("[indicator", TOO_FEW.replace("ended < 10", "ended < 10 or bad = 3"))
    with pytest.raises(RulebookInvalid) as caught:
        read_rulebook(changed(hidden, SAYS_SO), "small.toml")
    (problem,) = caught.value.problems
    assert problem.what == (
        "One bad order fewer can lower a grade: not graded with ended 10, bad 3 "
        'becomes "fail" with ended 10, bad 2.'
    )


def test_the_case_is_the_same_each_time_also_where_not_everything_is_tried():
    first = find_cliffs(ALL_FAULTS, 300)
    assert first == find_cliffs(ALL_FAULTS, 300)
    assert first[1] is not None


@pytest.mark.parametrize(
    "change",
    [
        ('"bad_rate < 6 %"]', '"bad * 20 < ended"]'),
        (
            'if_not_assessed = "not graded"',
            'not_assessed_if = "bad <= 2"\nif_not_assessed = "passes"',
        ),
        ("[indicator", TOO_FEW.replace("ended < 10", "ended = 0")),
    ],
)
def test_what_asks_for_more_good_rows_or_spares_a_few_bad_ones_is_no_cliff(change):
    assert find_cliffs(read_rulebook(changed(change), "small.toml")) == (None, None)


def test_fewer_rows_have_no_more_different_values_of_a_column():
    # Were more orders bad than ended, one more that ended would bring a grade.
    by_order = changed(
        ('of = "orders"', 'of = "orders"\ndistinct = "order_id"'),
        ('of = "ended"', 'of = "ended"\ndistinct = "order_id"'),
    )
    assert find_cliffs(read_rulebook(by_order, "small.toml")) == (None, None)


PASSES = ('if_not_assessed = "not graded"', 'if_not_assessed = "passes"')
MANY = ('all = ["bad_rate < 6 %"]', 'all = ["ended >= 90", "bad_rate < 6 %"]')
REMOVED_SAYS_SO = ('subject = "seller"', 'subject = "seller"\nremoving_may_lower = "It may."')


def test_a_bad_row_taken_out_that_was_needed_for_volume_is_warned_of_with_its_line_and_a_way_out():
    rulebook = read_rulebook(changed(MANY, PASSES), "small.toml")
    (warning,) = map(str, warnings(rulebook))
    assert warning == (
        'small.toml:26  grade "good": Taking out a bad order can lower a grade: "good" with ended '
        '90, bad 1 becomes "fail" with ended 89, bad 0.\n'
        '    Change what turns on volume, or say why it must be: removing_may_lower = "…".'
    )


def test_a_rulebook_that_says_why_taking_out_may_lower_is_not_warned_of():
    assert warnings(read_rulebook(changed(MANY, PASSES, REMOVED_SAYS_SO), "small.toml")) == []


def test_the_excellent_of_2015_fall_with_the_ninetieth_order_though_it_was_bad():
    """The case that the rulebook tells of: 90 ended orders, the bad one of them taken out."""
    rulebook = bundled.load("aliexpress-service-level", version=date(2015, 1, 5))
    judge = Judge(rulebook)
    counts = {"assessed": 90, "bad": 1, "bad_buyers": 1, "ended_paid": 90, "shipped": 90}
    counts |= {"seller_liable": 0, "positive_or_negative": 60, "positive": 60}
    fewer = counts | {"assessed": 89, "bad": 0, "bad_buyers": 0, "ended_paid": 89, "shipped": 89}
    assert [judge.outcome(each).place for each in (counts, fewer)] == [0, 1]


def test_a_rate_of_other_faults_among_fewer_rows_is_warned_of():
    late = (
        "[indicator.bad_rate]",
        """[measure.late]
of = "ended"
when = "within(unshipped_on)"

[indicator.late_rate]
ratio = ["late", "ended"]
better = "lower"
if_not_assessed = "not graded"

[indicator.bad_rate]""",
    )
    limits = ('all = ["bad_rate < 6 %"]', 'all = ["bad_rate < 50 %", "late_rate < 44 %"]')
    (warning,) = warnings(read_rulebook(changed(late, limits), "small.toml"))
    assert warning.where == 'grade "good"'


VOLUME = """[measure.paid]
of = "orders"
when = "{when}"

[indicator.paid_n]
count = "paid"
better = "neither"

[indicator.bad_rate]"""


@pytest.mark.parametrize(("when", "is_warned"), [("within(paid_on)", True), ("stars >= 4", False)])
def test_only_volume_that_a_bad_row_can_count_for_falls_with_it(when, is_warned):
    volume = ("[indicator.bad_rate]", VOLUME.format(when=f"{when} and within(feedback_on)"))
    limits = ('all = ["bad_rate < 6 %"]', 'all = ["paid >= 20", "bad_rate < 6 %"]')
    rulebook = read_rulebook(changed(volume, limits, PASSES), "small.toml")
    assert bool(warnings(rulebook)) == is_warned


@pytest.mark.parametrize(
    "change",
    [
        ('"bad_rate < 6 %"]', '"bad * 20 < ended"]'),
        ("[indicator", TOO_FEW.replace("ended < 10", "ended = 0")),
    ],
)
def test_where_taking_out_what_is_bad_only_helps_nothing_is_warned_of(change):
    assert warnings(read_rulebook(changed(change), "small.toml")) == []


def test_numbers_that_are_not_told_by_counts_are_not_tried():
    assert warnings(bundled.load("aliexpress-violations")) == []
