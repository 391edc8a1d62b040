"""What concerns one subject is looked up in the files, without Spark and without PySpark.

Whoever is compared with others is judged with them, by Spark.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ORDERS = """\
order_id,seller_id,buyer_id,placed_at,paid_at,ship_by,shipped_at
O1,S1,B1,2018-06-01T10:00:00Z,2018-06-01T10:05:00Z,2018-06-08,2018-06-03T12:00:00Z
"""
LOOKING_UP = """
from goodstanding import cli
from goodstanding.database.spark import Spark

Spark.is_cluster = False  # which derives the rows of a load here, as those of a few orders are
AT = ("--market", "spark:m")
ON = (*AT, "--as-of", "2018-07-31")
BY = ("--by", "Ana", "--reason", "audit")
for command in (
    ("new", "spark:m", "--time-zone", "UTC", "--currency", "USD"),
    ("load", "--from", "orders.csv", *AT),
    ("explain", "--rulebook", "service-level", "--subject", "S1", *ON),
    ("explain", "--rulebook", "store-rating", "--subject", "S1", *ON),
    ("service", "S1", *ON),
    ("queue", "--seller", "S1", *ON),
    ("exclusions", "list", *BY, *AT),
):
    assert cli.main(list(command)) == 0, command
"""
TELLING = """
import sys
found = {name.partition(".")[0] for name in sys.modules} & {"pyspark", "py4j"}
print("imported:", *sorted(found) or ["nothing"])
"""


def imported(doing: str, folder: Path) -> str:
    """Return what of Spark a process has imported that does something, the last that it says."""
    done = subprocess.run(
        [sys.executable, "-c", doing + TELLING],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_what_opens_a_market_in_parquet_imports_nothing_of_spark(tmp_path: Path):
    assert imported("import goodstanding.database.spark", tmp_path) == "imported: nothing"
    judging = "import goodstanding.database.spark_cluster"
    assert imported(judging, tmp_path) == "imported: py4j pyspark"


@pytest.mark.slow
def test_what_concerns_one_subject_imports_nothing_of_spark(tmp_path: Path):
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    assert imported(LOOKING_UP, tmp_path) == "imported: nothing"
