"""Where figures of `make bench-full` are written down: line by line, and as a table of a page."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import page
from bench.measuring import Cost

Recorded = dict[str, Any]
# What one piece of work took by whom; None where it did not come to an end.
Costs = Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A file of figures, and the page that has their table between two marks."""

    file: Path
    page: Path
    marks: tuple[str, str]
    table: Callable[[Mapping[str, Any]], list[str]]

    def so_far(self) -> Recorded:
        """Return what was measured so far, by the number of orders."""
        found: Recorded = json.loads(self.file.read_text()) if self.file.exists() else {}
        return found

    def lines(self, orders: int) -> dict[str, Any]:
        """Return the lines that were measured of so many orders."""
        found: dict[str, Any] = self.so_far().get(str(orders), {}).get("lines", {})
        return found

    def add(
        self,
        orders: int,
        name: str,
        costs: Costs,
        *,
        order: Sequence[str],
        machine: str,
    ) -> None:
        """Write down a line, or a part of it, and all that is recorded into the page.

        `order` names the lines in the order of the table.
        """
        kept = self.so_far()
        size = kept.setdefault(str(orders), {"lines": {}})
        size["measured"] = str(page.today())
        lines = size["lines"]
        lines[name] = lines.get(name, {}) | dict(costs)
        size["lines"] = {each: lines[each] for each in order if each in lines}
        kept["machine"] = machine
        self.file.write_text(json.dumps(kept, indent=2) + "\n")
        page.write_between(self.page, self.marks, self.table(kept))


def costing(name: str, by: str, measure: Callable[[], Cost]) -> tuple[dict[str, Any] | None, Any]:
    """Measure, print what it took, and return that and what was found.

    None where it did not come to an end, as for want of memory.
    """
    before = os.getloadavg()[0]
    try:
        cost = measure()
    except EOFError:
        tell(f"  {name:<32}{by:<28} did not come to an end")
        return None, None
    tell(f"  {name:<32}{by:<28}{cost.cpu:>10.3f} s CPU{cost.wall:>10.3f} s")
    figures: dict[str, Any] = {
        "cpu": round(cost.cpu, 4),
        "wall": round(cost.wall, 4),
        "peak_gb": round(cost.peak / 1e9, 2),
        "busy": round(max(before, os.getloadavg()[0]), 1),
        "memory": os.environ["GOODSTANDING_MEMORY"],
    }
    return figures, cost.found


def circumstances(lines: Mapping[str, Costs]) -> str:
    """Return with how much memory for DuckDB lines were measured, and beside what, in words."""
    found = [cost for costs in lines.values() for cost in costs.values() if cost]
    memory = " or ".join(dict.fromkeys(cost["memory"] for cost in found))
    busy = [cost["busy"] for cost in found]
    return f"at most {memory} for DuckDB, load average {min(busy)} to {max(busy)}"


def tell(text: str) -> None:
    """Print at once how far it is, beside what is printed."""
    print(text, file=sys.stderr, flush=True)
