from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding import days
from goodstanding.errors import ArgumentInvalid

ZONES = ["UTC", "America/Sao_Paulo", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"]
SOME_DAY = st.dates(date(1990, 1, 2), date(2099, 12, 30))


def test_the_window_shown_in_october_covers_july_3_to_september_30():
    # The one worked example of the window that a source gives (SL-05).
    window = days.Length(90).ending_on(date(2015, 9, 30))
    assert (window.first, window.last, window.days) == (date(2015, 7, 3), date(2015, 9, 30), 90)


@pytest.mark.parametrize(
    ("end", "first"),
    [
        (date(2024, 2, 29), date(2023, 12, 2)),
        (date(2024, 4, 30), date(2024, 2, 1)),
        (date(2023, 2, 28), date(2022, 12, 1)),
    ],
)
def test_ninety_days_cross_leap_years_and_the_turn_of_the_year(end: date, first: date):
    assert days.Length(90).ending_on(end).first == first


@given(SOME_DAY, st.integers(1, 400))
def test_a_window_holds_as_many_days_as_it_is_long_and_ends_on_the_as_of_day(day: date, n: int):
    window = days.Length(n).ending_on(day)
    assert window.days == n
    assert window.last == day


@pytest.mark.parametrize(
    ("end", "months", "first"),
    [
        (date(2015, 7, 31), 6, date(2015, 2, 1)),
        (date(2015, 7, 15), 6, date(2015, 1, 16)),
        (date(2015, 8, 31), 6, date(2015, 3, 1)),
        (date(2016, 8, 30), 6, date(2016, 3, 1)),
        (date(2015, 3, 31), 1, date(2015, 3, 1)),
        (date(2015, 3, 30), 1, date(2015, 3, 1)),
        (date(2015, 12, 31), 12, date(2015, 1, 1)),
    ],
)
def test_months_are_those_after_the_same_day_of_a_month_so_many_before(
    end: date, months: int, first: date
):
    assert days.Length(months, "months").ending_on(end).first == first


def test_a_window_of_the_calendar_begins_on_the_first_of_the_month():
    month = days.Length(1, "calendar")
    assert month.ending_on(date(2016, 2, 29)) == days.Window(date(2016, 2, 1), date(2016, 2, 29))
    assert month.ending_on(date(2016, 3, 1)) == days.Window(date(2016, 3, 1), date(2016, 3, 1))


@given(SOME_DAY.filter(lambda day: day.year < 2090), st.integers(1, 24))
def test_a_window_of_months_never_begins_earlier_on_a_later_day(day: date, months: int):
    length = days.Length(months, "months")
    today, tomorrow = length.ending_on(day), length.ending_on(day + timedelta(days=1))
    assert today.first <= tomorrow.first
    assert months * 28 <= today.days <= months * 31


@given(SOME_DAY)
def test_a_month_ends_the_day_before_the_next_begins(day: date):
    end = days.month_end(day)
    assert end >= day
    assert (end + timedelta(days=1)).day == 1
    assert end.month == day.month


@given(SOME_DAY, st.sampled_from(ZONES))
def test_every_instant_of_a_day_falls_on_it_and_no_other(day: date, zone: str):
    first, end = days.start_of_day(day, zone), days.end_of_day(day, zone)
    assert days.local_day(first, zone) == day
    assert days.local_day(end - timedelta(microseconds=1), zone) == day
    assert days.local_day(first - timedelta(microseconds=1), zone) == day - timedelta(days=1)
    assert days.local_day(end, zone) == day + timedelta(days=1)


def test_a_day_that_starts_with_a_skipped_hour_starts_after_it():
    # Sao Paulo skipped 2017-10-15 00:00 to 01:00.
    assert days.start_of_day(date(2017, 10, 15), "America/Sao_Paulo") == datetime(2017, 10, 15, 3)


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)),
    st.sampled_from(ZONES),
)
def test_the_table_of_offsets_says_what_the_zone_says(instant: datetime, zone: str):
    offset = [o for o in days.offsets(zone) if o.since is None or o.since <= instant][-1]
    said = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
    assert said is not None
    assert offset.seconds == said.total_seconds()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2018-08-01T12:00:00Z", datetime(2018, 8, 1, 12)),
        ("2018-08-01T12:00:00-03:00", datetime(2018, 8, 1, 15)),
        ("2018-08-01 12:00", datetime(2018, 8, 1, 15)),
        ("2018-08-01", datetime(2018, 8, 1, 3)),
    ],
)
def test_an_instant_without_an_offset_is_in_the_markets_zone(text: str, instant: datetime):
    assert days.parse_instant(text, "America/Sao_Paulo") == instant
    assert days.parse_instant(days.iso(instant), "America/Sao_Paulo") == instant


@pytest.mark.parametrize("text", ["2018-02-30", "31.07.2018", "", "yesterday", "2018-7-31"])
def test_what_is_no_day_is_refused_and_the_right_form_shown(text: str):
    with pytest.raises(ArgumentInvalid, match="is not a day") as caught:
        days.parse_day(text, what="as-of day")
    assert "2018-07-31" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("31/07/2018", "day '31/07/2018' is not a day.\nWrite it as 2018-07-31."),
        (
            "2018-02-30",
            (
                "day '2018-02-30' is not a day: the calendar or the clock has none such.\n"
                "Write it as 2018-07-31."
            ),
        ),
    ],
)
def test_what_is_no_day_is_told_in_our_words(text: str, said: str):
    with pytest.raises(ArgumentInvalid) as caught:
        days.parse_day(text)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("soon", "instant 'soon' is not an instant."),
        (
            "2018-07-31T25",
            "instant '2018-07-31T25' is not an instant: the calendar or the clock has none such.",
        ),
    ],
)
def test_what_is_no_instant_is_told_in_our_words(text: str, said: str):
    with pytest.raises(ArgumentInvalid) as caught:
        days.parse_instant(text, "UTC")
    assert str(caught.value).splitlines()[0] == said


@pytest.mark.parametrize("text", ["1989-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_out_of_range_is_refused_with_the_range(text: str):
    with pytest.raises(ArgumentInvalid, match="out of range") as caught:
        days.parse_day(text)
    assert "1990-01-01 to 2099-12-31" in str(caught.value)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "Europe", "Europe/"])
def test_an_unknown_time_zone_is_refused(name: str):
    with pytest.raises(ArgumentInvalid, match="is not known"):
        days.time_zone(name)


def test_months_later_stays_within_the_month():
    assert days.months_later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert days.months_later(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert days.months_later(date(2024, 3, 15), -3) == date(2023, 12, 15)
