"""Clock times and UTC in SQL, beside what `zoneinfo` says of them."""

from datetime import UTC, datetime, time, timedelta

import pyarrow as pa
import pytest

from goodstanding import days
from goodstanding.database.duckdb import DuckDB
from goodstanding.facts.clock_changes import in_utc, on_the_clock

ZONES = [
    "UTC",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Gaza",  # a week between two changes
    "Pacific/Apia",  # a day that was left out
]
AROUND = [timedelta(seconds=s) for s in (-12_600, -3_600, -1, 0, 1, 1_800, 3_599, 3_600, 10_800)]
ENDS = [
    datetime.combine(days.FIRST_DAY - days.ONE_DAY, time()),
    datetime.combine(days.LAST_DAY + 2 * days.ONE_DAY, time()),
]


def around_the_changes(zone: str) -> list[datetime]:
    changes = [o.since for o in days.offsets(zone) if o.since is not None]
    return [*ENDS, *(change + shift for change in changes for shift in AROUND)]


def given(instants: list[datetime] | list[None]) -> DuckDB:
    database = DuckDB.open(None)
    database.register("given", pa.table({"instant": pa.array(instants, pa.timestamp("us"))}))
    return database


@pytest.mark.parametrize("zone", ZONES)
def test_skipped_and_repeated_clock_times_are_read_as_zoneinfo_does(zone: str):
    rows = given(around_the_changes(zone)).rows(
        f"select instant, {in_utc('instant', zone)} from given"
    )
    tz = days.time_zone(zone)
    expected = [at.replace(tzinfo=tz).astimezone(UTC).replace(tzinfo=None) for at, _ in rows]
    assert [found for _, found in rows] == expected


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_shows_what_zoneinfo_says_around_each_change(zone: str):
    rows = given(around_the_changes(zone)).rows(
        f"select instant, {on_the_clock('instant', zone)} from given"
    )
    tz = days.time_zone(zone)
    expected = [at.replace(tzinfo=UTC).astimezone(tz).replace(tzinfo=None) for at, _ in rows]
    assert [found for _, found in rows] == expected


def test_what_is_missing_stays_missing():
    zone = "Europe/Berlin"
    sql = f"select {in_utc('instant', zone)}, {on_the_clock('instant', zone)} from given"
    assert given([None]).rows(sql) == [(None, None)]
