"""The table of `make bench-full ARGS="--in …"`, made of what it recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.recording import Costs, circumstances


def table(recorded: Mapping[str, Any]) -> list[str]:
    """Return the lines of the page for all that is recorded: a column for each place."""
    told = [f"On {recorded['machine']}.", ""]
    for orders in sorted((each for each in recorded if each.isdigit()), key=int):
        size = recorded[orders]
        done: Mapping[str, Costs] = size["lines"]
        fullest_first = sorted(done.values(), key=len, reverse=True)
        places = list(dict.fromkeys(place for costs in fullest_first for place in costs))
        heading = (
            f"{int(orders):,} orders, {size['measured']}, {circumstances(done)}; "
            "CPU seconds / seconds on the clock:"
        )
        told += [
            heading,
            "",
            f"| work | {' | '.join(places)} |",
            f"|---|{'---:|' * len(places)}",
            *(_line(name, costs, places) for name, costs in done.items()),
            "",
        ]
    return told


def _line(name: str, costs: Costs, places: list[str]) -> str:
    return f"| {' | '.join([name, *(_cell(costs, place) for place in places)])} |"


def _cell(costs: Costs, place: str) -> str:
    if place not in costs:
        return ""
    cost = costs[place]
    return "did not end" if cost is None else f"{_told(cost['cpu'])} / {_told(cost['wall'])}"


def _told(seconds: float) -> str:
    """Return seconds with as many digits as say something."""
    digits = 0 if seconds >= 10 else 1 if seconds >= 1 else 2
    return f"{seconds:.{digits}f}"
