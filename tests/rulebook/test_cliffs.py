"""Better conduct lowers no grade, or the rulebook says why it must: found on small counts."""

import pytest

from goodstanding.errors import RulebookInvalid
from goodstanding.rulebook import bundled
from goodstanding.rulebook.cliffs import find_cliffs
from goodstanding.rulebook.outcomes import is_told_by_counts
from goodstanding.rulebook.reading import read_rulebook
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
