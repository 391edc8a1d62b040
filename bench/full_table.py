"""The table of `make bench-full`, made of what it recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.recording import Costs, circumstances

OURS = "Goodstanding"
FLOOR = "floor"
_HEADING = (
    "| work | by | CPU s | wall s | peak GB | ours is |",
    "|---|---|---:|---:|---:|---:|",
)


def table(recorded: Mapping[str, Any]) -> list[str]:
    """Return the lines of the page for all that is recorded."""
    told = [f"On {recorded['machine']}.", ""]
    for orders in sorted((each for each in recorded if each.isdigit()), key=int):
        size = recorded[orders]
        done: Mapping[str, Costs] = size["lines"]
        heading = f"{int(orders):,} orders, {size['measured']}, {circumstances(done)}:"
        told += [heading, "", *_HEADING]
        for name, costs in (*done.items(), *_from_files(done)):
            told += _lines(name, costs)
        told.append("")
    return told


def _lines(name: str, costs: Costs) -> list[str]:
    """Return a line for each by whom the work was done, ours with its name first."""
    ours = costs.get(OURS)
    lines = []
    for by, cost in costs.items():
        if cost is None:
            cells = ["did not end", "", "", ""]
        else:
            ratio = ours["cpu"] / max(cost["cpu"], 1e-4) if ours and by != OURS else None
            cells = [
                f"{cost['cpu']:.3f}",
                f"{cost['wall']:.3f}",
                f"{cost['peak_gb']:.2f}",
                "" if ratio is None else f"{ratio:.3g} times",
            ]
        lines.append("| " + " | ".join([name if by == OURS else "", by, *cells]) + " |")
    return lines


def _from_files(done: Mapping[str, Costs]) -> list[tuple[str, Costs]]:
    """Add up what it takes from the files to the grades once: we load, others make their rows."""
    sellers = done.get("all sellers", {})
    sums: dict[str, Mapping[str, float]] = {}
    for by, grading in sellers.items():
        making = done.get("load" if by == OURS else "rows", {}).get(by)
        if by != FLOOR and making and grading:
            sums[by] = {
                "cpu": making["cpu"] + grading["cpu"],
                "wall": making["wall"] + grading["wall"],
                "peak_gb": max(making["peak_gb"], grading["peak_gb"]),
            }
    return [("files to sellers, once", sums)] if OURS in sums and len(sums) > 1 else []
