"""What `make bench-full ARGS="--in …"` counts, holds to be the same, and writes down."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

elsewhere = pytest.importorskip("bench.elsewhere", reason="the sources are not here")
from bench import elsewhere_table, processes  # noqa: E402 -- only where the sources are
from bench.elsewhere_work import Piece  # noqa: E402 -- likewise
from bench.measuring import Asked, measured_as  # noqa: E402 -- likewise
from bench.places import IN_FILE, Kept  # noqa: E402 -- likewise

BUSY = "import time\nwhile time.process_time() < {}: pass\n"
WORKING = BUSY.format(0.3) + "print('done', flush=True)\ninput()\n"


def busy(seconds: float) -> None:
    """Have a process that this one begins take so much CPU."""
    subprocess.run([sys.executable, "-c", BUSY.format(seconds)], check=True)


def has_others_work(seconds: float) -> Callable[[], str]:
    def run() -> str:
        busy(seconds)
        return "found"

    return run


def dies(place: str) -> Callable[[], None]:
    return lambda: os._exit(9)


def finds(place: str) -> Callable[[], str]:
    return lambda: place


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODSTANDING_MEMORY", "4GB")


def cost(cpu: float, wall: float) -> dict[str, Any]:
    return {"cpu": cpu, "wall": wall, "peak_gb": 1.0, "busy": 2.0, "memory": "4GB"}


def test_what_a_process_takes_that_was_begun_counts_while_it_runs_and_when_it_has_ended():
    before = processes.taken_by_others()
    with subprocess.Popen(
        [sys.executable, "-c", WORKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "done\n"
        running = processes.taken_by_others() - before
        process.communicate("\n")
    assert 0.28 <= running <= processes.taken_by_others() - before


def test_a_server_counts_with_what_it_began_and_others_do_not():
    shell = ["sh", "-c", f'{sys.executable} -c "$0"; echo', WORKING]
    with subprocess.Popen(shell, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as there:
        assert there.stdout
        assert there.stdout.readline() == "done\n"
        asking = f"from bench import processes; print(processes.taken_by_others([{there.pid}]))"
        for named, least, most in ((asking, 0.28, 9), (asking.replace(str(there.pid), ""), 0, 0.1)):
            told = subprocess.run(
                [sys.executable, "-c", named], check=True, capture_output=True, text=True
            )
            assert least <= float(told.stdout) <= most
        there.communicate("\n")


def test_work_of_others_is_measured_and_what_is_found_is_told_where_it_is_asked_for():
    told = measured_as(Asked(runs=1, finds=True), has_others_work, 0.2)
    assert told.found == "found"
    assert told.cpu >= 0.18
    assert measured_as(Asked(runs=1), finds, "here").found is None


@pytest.mark.slow
def test_what_is_found_elsewhere_has_to_be_what_a_file_gives():
    def kept(name: str, place: str) -> Kept:
        return Kept(name=name, place=place, copied=lambda: place)

    piece = Piece(name="all sellers", do=finds)
    same = elsewhere._costs(piece, [kept(IN_FILE, "a"), kept("by Spark", "a")])
    assert list(same) == [IN_FILE, "by Spark"]
    with pytest.raises(SystemExit, match="all sellers: what was found by Spark is not what a file"):
        elsewhere._costs(piece, [kept(IN_FILE, "a"), kept("by Spark", "b")])


def test_what_does_not_end_is_told_and_compared_with_nothing():
    there = Kept(name="by Spark", place="a", copied=lambda: "a")
    assert elsewhere._costs(Piece(name="all buyers", do=dies), [there]) == {"by Spark": None}


def test_the_table_has_a_column_for_each_place_and_a_line_for_each_piece():
    recorded: dict[str, Any] = {
        "machine": "two cores",
        "1000": {
            "measured": "2026-11-26",
            "lines": {
                "load": {"in a file": cost(25.32, 45.3), "by Spark": cost(176.4, 301)},
                "all buyers": {"in a file": cost(3, 4), "more": cost(2, 3), "by Spark": None},
                "one seller": {"in a file": cost(0.304, 1.22)},
            },
        },
    }
    heading = (
        "1,000 orders, 2026-11-26, at most 4GB for DuckDB, load average 2.0 to 2.0; "
        "CPU seconds / seconds on the clock:"
    )
    assert elsewhere_table.table(recorded) == [
        "On two cores.",
        "",
        heading,
        "",
        "| work | in a file | more | by Spark |",
        "|---|---:|---:|---:|",
        "| load | 25 / 45 |  | 176 / 301 |",
        "| all buyers | 3.0 / 4.0 | 2.0 / 3.0 | did not end |",
        "| one seller | 0.30 / 1.2 |  |  |",
        "",
    ]


def test_what_is_measured_in_one_place_later_stands_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    page = tmp_path / "scale.md"
    page.write_text(f"before\n{elsewhere.RECORD.marks[0]}{elsewhere.RECORD.marks[1]}\nafter\n")
    record = replace(elsewhere.RECORD, file=tmp_path / "recorded.json", page=page)
    for place in ("in a file", "by Spark"):
        record.add(7, "load", {place: cost(1, 2)}, order=["load"], machine="two cores")
    assert record.lines(7) == {"load": {"in a file": cost(1, 2), "by Spark": cost(1, 2)}}
    assert "| load | 1.0 / 2.0 | 1.0 / 2.0 |" in page.read_text()
