"""What is written into pages: tables between two marks, and on which machine they were made."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

README = Path(__file__).parent / "README.md"


def write_between(page: Path, marks: tuple[str, str], lines: Sequence[str]) -> None:
    """Put lines in the place of what stands between two marks of a page."""
    before, start, rest = page.read_text().partition(marks[0])
    behind = rest.partition(marks[1])[2]
    page.write_text(before + start + "\n".join(["", *lines]) + marks[1] + behind)


def machine() -> str:
    """Return the machine and what runs on it, in words."""
    python = ".".join(map(str, sys.version_info[:3]))
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), "
        f"Python {python}, DuckDB {duckdb.__version__}"
    )


def memory() -> str:
    """Return how much memory the machine has, in words."""
    found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{found:.0f} GB of memory"


def today() -> date:
    """Return the day, in UTC."""
    return datetime.now(UTC).date()
