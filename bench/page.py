"""What is written into README.md: tables between two marks, and on which machine they were made."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

README = Path(__file__).parent / "README.md"


def write_between(marks: tuple[str, str], lines: Sequence[str]) -> None:
    """Put lines in the place of what stands between two marks."""
    before, start, rest = README.read_text().partition(marks[0])
    behind = rest.partition(marks[1])[2]
    README.write_text(before + start + "\n".join(["", *lines]) + marks[1] + behind)


def machine() -> str:
    """Return the machine and what runs on it, in words."""
    python = ".".join(map(str, sys.version_info[:3]))
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), "
        f"Python {python}, DuckDB {duckdb.__version__}"
    )


def today() -> date:
    """Return the day, in UTC."""
    return datetime.now(UTC).date()
