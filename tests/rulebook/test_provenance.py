"""Every number says where it comes from, wherever in a rulebook it stands."""

import pytest

from goodstanding.errors import RulebookInvalid
from goodstanding.rulebook.reading import read_rulebook
from tests.small_rulebook import changed

KIND = "stars <= 3 and within(feedback_on)"
LIMIT = '"bad_rate < 6 %"'


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("window.quarter", ("{ days = 90 }", "{ days = 90 }")),
        ("rows.orders.where", ('"order" }', '"order", where = "amount_minor > 500" }')),
        (
            "measure.ended.when",
            ('"within(closed_on)"', '"amount_minor > 500 and within(closed_on)"'),
        ),
        ("measure.bad.any.low_review", (KIND, KIND)),
        (
            "indicator.bad_rate.not_assessed_if",
            ('better = "lower"', 'better = "lower"\nnot_assessed_if = "bad <= 2"'),
        ),
        (
            'not_graded "few"',
            (
                "[indicator",
                '[[not_graded]]\nid = "few"\nif = "ended < 5"\nbecause = "So."\n\n[indicator',
            ),
        ),
        ('grade "good"', (LIMIT, LIMIT)),
        ('grade "good"', (LIMIT, LIMIT.replace('"bad', '{ that = "bad').replace('%"', '%" }'))),
        ("calendar", ('"daily" }', '"day-of-month", day = 2 }')),
        ("calendar", ('"daily" }', '"month-end", published_before_day = 3 }')),
    ],
)
def test_a_number_without_a_source_is_told_where_it_stands(where, change):
    with pytest.raises(RulebookInvalid) as caught:
        read_rulebook(changed(('source = "the terms"\n', ""), change), "small.toml")
    told = {p.where for p in caught.value.problems if p.what.startswith("Nothing says where")}
    assert where in told
