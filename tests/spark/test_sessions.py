"""Spark's sessions: whose settings hold, in which time zone, and what a lost one says."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

import goodstanding
from tests.asked_of_twins import NOW, Twins

pytestmark = pytest.mark.slow

DAY = "2025-06-30"


def judged(twins: Twins) -> bool:
    with goodstanding.open(twins.there, read_only=True, clock=lambda: NOW) as market:
        return bool(market.assess("service-level", as_of=DAY).num_rows)


def test_an_instant_is_bound_as_it_is_whatever_the_time_zone_of_the_process(twins, monkeypatch):
    from pyspark.sql import SparkSession  # noqa: PLC0415 -- where it is installed

    from goodstanding.database import spark_session, spark_steps, stepwise  # noqa: PLC0415 -- likewise
    from goodstanding.database.address import Warehouse  # noqa: PLC0415 -- likewise

    folder = Path(twins.there.removeprefix("spark:"))
    session = spark_session.begun(Warehouse(folder), folder)
    asked = stepwise.parted("select $at = timestamp '2024-01-01 21:30:00.5' as is_same")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        SparkSession.builder.getOrCreate().createDataFrame([], "a int")  # another one is active
        at = datetime(2024, 1, 1, 21, 30, 0, 500_000)
        with spark_steps.worked_out(session, asked, {"at": at}, session.table) as frame:
            assert frame.toArrow().to_pylist() == [{"is_same": True}]
    time.tzset()


def test_a_session_that_is_there_stays_active_and_keeps_its_settings(twins):
    from pyspark.sql import SparkSession  # noqa: PLC0415 -- where it is installed

    assert judged(twins)
    theirs = SparkSession.builder.getOrCreate().newSession()
    theirs.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    theirs.conf.set("spark.sql.files.ignoreCorruptFiles", "true")
    theirs.createDataFrame([], "a int")  # which makes it the active one
    assert judged(twins)
    active = SparkSession.getActiveSession()
    assert active is theirs
    assert active.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
    assert not active.catalog.listTables()


LOSING = """
import glob, os, signal, sys
import goodstanding
from goodstanding.errors import MarketUnreachable

with goodstanding.open(sys.argv[1], read_only=True) as market:
    market.assess("service-level", as_of="2025-06-30")
    for place in glob.glob("/proc/[0-9]*/stat"):
        try:
            said = open(place).read()
        except OSError:
            continue
        if "(java)" in said and said.rsplit(")", 1)[1].split()[1] == str(os.getpid()):
            os.kill(int(said.split()[0]), signal.SIGKILL)
    try:
        market.assess("service-level", as_of="2025-06-30")
    except MarketUnreachable as error:
        print("told:", error.message)
    told = market.explain("service-level", as_of="2025-06-30", subject="S000001")
    print("explained:", type(told).__name__)
"""


def test_spark_that_is_lost_is_told_and_what_needs_none_goes_on(twins):
    done = subprocess.run(
        [sys.executable, "-c", LOSING, twins.there],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lost = f"told: market '{twins.there}' could not be judged: the connection to Spark was lost"
    assert lost in done.stdout, done.stderr
    assert "explained: Explanation" in done.stdout
    assert "Traceback" not in done.stderr
