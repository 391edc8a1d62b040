from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from sqlglot import exp

from goodstanding import days
from goodstanding.database import clock
from goodstanding.database.duckdb import DuckDB

ZONES = ["UTC", "America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca"]
AROUND = [timedelta(seconds=s) for s in (-12_600, -3_600, -1, 0, 1, 1_800, 3_599, 3_600, 10_800)]


def around_the_changes(zone: str) -> list[datetime]:
    changes = [o.since for o in days.offsets(zone) if o.since is not None]
    return [change + shift for change in changes for shift in AROUND] or [datetime(2018, 7, 1)]


@pytest.mark.parametrize("zone", ZONES)
def test_sql_puts_every_instant_around_a_change_of_clocks_on_the_same_day(zone: str):
    instants = around_the_changes(zone)
    database = DuckDB.open(None)
    database.register("given", pa.table({"instant": instants}))
    day = clock.MarketClock(zone).local_day(exp.column("instant")).sql("duckdb")
    rows = database.rows(f"select instant, {day} from given")
    assert [on for _, on in rows] == [days.local_day(at, zone) for at, _ in rows]


@pytest.mark.parametrize("zone", ZONES)
def test_between_two_instants_only_the_changes_there_are_asked_for(zone: str):
    instants = [at for at in around_the_changes(zone) if at.year in {2017, 2018}]
    instants.append(datetime(2018, 7, 1, 12))
    database = DuckDB.open(None)
    database.register("given", pa.table({"instant": instants}))
    short = clock.MarketClock(zone, min(instants), max(instants))
    day = short.local_day(exp.column("instant")).sql("duckdb")
    assert len(day) < 2_000
    rows = database.rows(f"select instant, {day} from given")
    assert [on for _, on in rows] == [days.local_day(at, zone) for at, _ in rows]
