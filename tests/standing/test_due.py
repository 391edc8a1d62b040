"""Which days are days of assessment, and how a calendar is told."""

from datetime import date
from itertools import islice

import pytest

from goodstanding.days import ONE_DAY
from goodstanding.rulebook.english import assessed_told
from goodstanding.rulebook.model import Calendar
from goodstanding.rulebook.reading import read_rulebook
from goodstanding.standing.due import is_assessed, next_assessed
from tests.small_rulebook import changed

QUARTERLY = 'assessed = "day-of-month", day = 2, months = [10, 1, 7, 4, 4]'


def calendar(written: str) -> Calendar:
    return read_rulebook(changed(('assessed = "daily"', written)), "small.toml").calendar


def days_from(written: str, first: date, count: int) -> list[str]:
    """Return so many days of assessment from a day on."""

    def days():
        day = next_assessed(calendar(written), first)
        while True:
            yield str(day)
            day = next_assessed(calendar(written), day + ONE_DAY)

    return list(islice(days(), count))


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ('assessed = "daily"', ["2019-12-02", "2019-12-03", "2019-12-04"]),
        ('assessed = "month-end"', ["2019-12-31", "2020-01-31", "2020-02-29"]),
        ('assessed = "day-of-month", day = 2', ["2019-12-02", "2020-01-02", "2020-02-02"]),
        ('assessed = "day-of-month", day = 1', ["2020-01-01", "2020-02-01", "2020-03-01"]),
        ('assessed = "day-of-month", day = 28', ["2019-12-28", "2020-01-28", "2020-02-28"]),
        (QUARTERLY, ["2020-01-02", "2020-04-02", "2020-07-02"]),
        (
            'assessed = "day-of-month", day = 2, months = [12]',
            ["2019-12-02", "2020-12-02", "2021-12-02"],
        ),
    ],
)
def test_the_days_of_assessment_follow_from_the_calendar(written: str, days: list[str]):
    assert days_from(written, date(2019, 12, 2), 3) == days


def test_only_the_day_of_those_months_is_one_of_assessment():
    quarterly = calendar(QUARTERLY)
    assert is_assessed(quarterly, date(2020, 4, 2))
    assert not any(is_assessed(quarterly, date(2020, month, 2)) for month in (2, 3, 5, 12))
    assert not any(is_assessed(quarterly, date(2020, 4, day)) for day in (1, 3, 30))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('assessed = "month-end"', "on the last day of each month"),
        ('assessed = "day-of-month", day = 2', "on the 2nd of each month"),
        (QUARTERLY, "on the 2nd of January, April, July and October"),
        ('assessed = "day-of-month", day = 21, months = [3]', "on the 21st of March"),
    ],
)
def test_a_calendar_is_told_in_words(written: str, told: str):
    assert assessed_told(calendar(written)) == told
