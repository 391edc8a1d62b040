"""The table that `make bench-full` writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

full = pytest.importorskip("bench.full", reason="the sources are not here")
from bench import elsewhere, full_table, page  # noqa: E402 -- only where the sources are


def cost(
    cpu: float, wall: float = 1.0, peak: float = 0.5, busy: float = 2.0, memory: str = "8GB"
) -> dict[str, Any]:
    return {"cpu": cpu, "wall": wall, "peak_gb": peak, "busy": busy, "memory": memory}


RECORDED: dict[str, Any] = {
    "machine": "two cores",
    "10000000": {
        "measured": "2026-11-27",
        "lines": {
            "load": {"Goodstanding": cost(9, busy=3.5), "floor": cost(3, busy=1.5)},
            "all buyers": {"Goodstanding": cost(9, memory="4GB"), "floor": None},
        },
    },
    "1000000": {
        "measured": "2026-11-26",
        "lines": {
            "load": {"Goodstanding": cost(20, peak=2.0), "floor": cost(8)},
            "rows": {
                "Goodstanding": cost(3),
                "floor": cost(0.5),
                "Polars": cost(2),
                "pandas": None,
            },
            "all sellers": {
                "Goodstanding": cost(0.5),
                "floor": cost(0.02),
                "Polars": cost(0.25),
                "pandas": None,
            },
        },
    },
}


def test_every_line_says_how_many_times_of_it_ours_is_and_what_did_not_end() -> None:
    lines = full_table.table(RECORDED)
    assert lines[0] == "On two cores."
    assert "| rows | Goodstanding | 3.000 | 1.000 | 0.50 |  |" in lines
    assert "|  | floor | 0.500 | 1.000 | 0.50 | 6 times |" in lines
    assert "|  | Polars | 2.000 | 1.000 | 0.50 | 1.5 times |" in lines
    assert "|  | pandas | did not end |  |  |  |" in lines


def test_sizes_are_in_order_each_with_memory_and_how_busy_the_machine_was() -> None:
    headings = [line for line in full_table.table(RECORDED) if "orders, " in line]
    assert headings == [
        "1,000,000 orders, 2026-11-26, at most 8GB for DuckDB, load average 2.0 to 2.0:",
        "10,000,000 orders, 2026-11-27, at most 8GB or 4GB for DuckDB, load average 1.5 to 3.5:",
    ]


def test_from_the_files_on_we_load_where_others_make_their_rows() -> None:
    lines = full_table.table(RECORDED)
    first = lines.index("| files to sellers, once | Goodstanding | 20.500 | 2.000 | 2.00 |  |")
    assert lines[first + 1] == "|  | Polars | 2.250 | 2.000 | 0.50 | 9.11 times |"
    assert lines[first + 2] == "", "pandas, which did not come to an end, is left out"


def test_what_was_measured_is_written_down_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = tmp_path / "README.md"
    marks = full.RECORD.marks
    readme.write_text(f"before\n{marks[0]}\nold\n{marks[1]}\nafter\n")
    record = replace(full.RECORD, file=tmp_path / "recorded.json", page=readme)
    monkeypatch.setattr(full, "RECORD", record)
    monkeypatch.setenv("GOODSTANDING_MEMORY", "8GB")
    full.record(1000, "rows", {"Goodstanding": cost(3), "floor": cost(1)})
    full.record(1000, "load", {"Goodstanding": cost(4), "floor": cost(2)})
    assert list(record.lines(1000)) == ["load", "rows"]
    text = readme.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert text.index("| load | Goodstanding | 4.000") < text.index("| rows | Goodstanding | 3.000")


@pytest.mark.parametrize("record", [full.RECORD, elsewhere.RECORD], ids=["full", "elsewhere"])
def test_pages_show_what_is_recorded(record: Any, tmp_path: Path) -> None:
    copy = tmp_path / "page.md"
    copy.write_text(record.page.read_text())
    page.write_between(copy, record.marks, record.table(record.so_far()))
    assert copy.read_text() == record.page.read_text()
