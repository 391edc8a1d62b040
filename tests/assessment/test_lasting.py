"""When time alone ends a condition, evaluated by DuckDB on rows written down here."""

from datetime import date, timedelta

import pytest

from goodstanding.assessment import lasting
from goodstanding.days import Length, months_later
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


@pytest.mark.parametrize("months", [1, 6, 12])
@pytest.mark.parametrize("as_of", [date(2015, 8, 31), date(2016, 2, 29), date(2015, 7, 15)])
def test_a_day_leaves_months_on_the_first_day_whose_window_begins_after_it(months, as_of):
    length = Length(months, "months")
    days = length.ending_on(as_of).days
    for back in {*range(0, days, 17), *range(days - 4, days)}:
        day = as_of - timedelta(back)
        later = as_of
        while length.ending_on(later).first <= day:
            later += timedelta(1)
        found = evaluated(
            lambda scope: lasting.leaves_on(read("within(closed_on)"), scope),
            {"closed_on": day},
            length,
        )
        assert found == later, day


@pytest.mark.parametrize("day", [date(2015, 12, 1), date(2016, 2, 29), date(2015, 7, 31)])
def test_a_day_leaves_the_calendar_month_on_the_first_of_the_next(day):
    found = evaluated(
        lambda scope: lasting.leaves_on(read("within(closed_on)"), scope),
        {"closed_on": day},
        Length(1, "calendar"),
    )
    assert found == months_later(day.replace(day=1), 1)
