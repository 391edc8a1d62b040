"""When time alone ends a condition, evaluated by DuckDB on rows written down here."""

from datetime import date, timedelta

import pytest

from goodstanding.assessment import lasting
from goodstanding.expressions.reading import read
from tests.assessment.test_row_sql import AS_OF, evaluated

NEVER = date(9999, 12, 31)
ROW = {"shipped_on": AS_OF, "closed_on": AS_OF - timedelta(10), "stars": 2}


def leaves(text: str, row: dict[str, object]) -> object:
    return evaluated(lambda scope: lasting.leaves_on(read(text), scope), row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within(shipped_on)", AS_OF + timedelta(90)),
        ("within(closed_on + 5)", AS_OF + timedelta(85)),
        ("within(shipped_on) and within(closed_on)", AS_OF + timedelta(80)),
        ("within(shipped_on) or within(closed_on)", AS_OF + timedelta(90)),
        ("(within(shipped_on) and stars = 5) or within(closed_on)", AS_OF + timedelta(80)),
        ("stars <= 3 and within(shipped_on)", AS_OF + timedelta(90)),
        ("stars <= 3", NEVER),
        ("stars <= 3 or within(shipped_on)", NEVER),
        ("age(closed_on) < 30", AS_OF + timedelta(20)),
        ("age(closed_on) <= 30", AS_OF + timedelta(21)),
        ("age(closed_on) = 10", AS_OF + timedelta(1)),
        ("30 > age(closed_on)", AS_OF + timedelta(20)),
        ("age(closed_on) between 5 and 30", AS_OF + timedelta(21)),
        ("age(closed_on) > 5", NEVER),
        ("age(closed_on) < 30 and within(shipped_on)", AS_OF + timedelta(20)),
    ],
)
def test_a_condition_leaves_on_the_first_day_on_which_it_no_longer_holds(text, expected):
    assert leaves(text, ROW) == expected
