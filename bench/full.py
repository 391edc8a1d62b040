"""`make bench-full`: each piece of work beside its floor and beside SQL, Polars and pandas.

make bench-full                                        # 1 and 10 million orders
make bench-full ARGS="--orders 1000000 --memory 8GB"   # one size, with so much memory
make bench-full ARGS="--only 'all sellers'"            # some of it
make bench-full ARGS="--folder /data --resume"         # what an interrupted run left out

Each piece runs in a process of its own. What was measured is written down at once, into
recorded_full.json and the table of README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import full_table, page, work
from bench.full_work import Call, Line, being_loaded, lines
from bench.measuring import Cost, measured, measured_anew

RECORDED = Path(__file__).parent / "recorded_full.json"
MARKS = ("<!-- full -->", "<!-- end of full -->")

Recorded = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench-full",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--orders", type=_sizes, default=[1_000_000, 10_000_000], metavar="N,N,…")
    parser.add_argument("--memory", default="16GB", help="for DuckDB (default %(default)s)")
    parser.add_argument("--folder", type=Path, help="where samples and markets are made and stay")
    parser.add_argument("--only", nargs="+", metavar="WORK", help="measure these, by their names")
    parser.add_argument("--resume", action="store_true", help="leave out what is recorded")
    arguments = parser.parse_args()
    os.environ["GOODSTANDING_MEMORY"] = arguments.memory
    try:
        for orders in arguments.orders:
            with _folder(arguments.folder) as folder:
                bench(Path(folder), orders, arguments.only, resume=arguments.resume)
    except KeyboardInterrupt:
        raise SystemExit("Interrupted. What was measured is recorded; --resume goes on.") from None


def bench(folder: Path, orders: int, only: Collection[str] | None, *, resume: bool) -> None:
    """Measure one size, and record each line as it is done.

    A sample and a market have their names when they are whole, so that no half of one is measured.
    """
    files, market = folder / f"sample_{orders}", folder / f"market_{orders}.duckdb"
    os.environ["GOODSTANDING_SPILL"] = str(folder / "spill")
    there = recorded().get(str(orders), {}).get("lines", {})
    load, *others = lines(files, market, orders)
    wanted = [
        line
        for line in (load, *others)
        if (only is None or line.name in only) and not (resume and line.name in there)
    ]
    _tell(f"{orders:,} orders")
    if not files.exists():
        _tell("  making the sample")
        made = folder / "sample_being_made"
        measured(work.sample, made, orders, runs=1)
        made.rename(files)
    if load in wanted or not market.exists():
        costs = _costs(load)
        record(orders, load.name, costs)
        if costs[full_table.OURS] is None:
            return
        being_loaded(market).rename(market)
    for line in others:
        if line in wanted:
            record(orders, line.name, _costs(line))
    work.changing(market).unlink(missing_ok=True)


def _costs(line: Line) -> dict[str, dict[str, float] | None]:
    return {by: _cost(line, by, call) for by, call in line.calls().items()}


def _cost(line: Line, by: str, call: Call) -> dict[str, float] | None:
    """Return what it took; None where it did not come to an end, as for want of memory."""
    do, arguments = call
    measure = measured_anew if line.changes and by == full_table.OURS else measured
    before = os.getloadavg()[0]
    try:
        cost = measure(do, *arguments, runs=line.runs)
    except EOFError:
        _tell(f"  {line.name:<26}{by:<14} did not come to an end")
        return None
    _tell(f"  {line.name:<26}{by:<14}{cost.cpu:>10.3f} s CPU{cost.wall:>10.3f} s")
    return _figures(cost) | {"busy": round(max(before, os.getloadavg()[0]), 1)}


def _figures(cost: Cost) -> dict[str, float]:
    return {
        "cpu": round(cost.cpu, 4),
        "wall": round(cost.wall, 4),
        "peak_gb": round(cost.peak / 1e9, 2),
    }


def recorded() -> Recorded:
    """Return what was measured so far, by the number of orders."""
    found: Recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    return found


def record(orders: int, name: str, costs: Mapping[str, dict[str, float] | None]) -> None:
    """Write down one line, and all that is recorded into the table of README.md."""
    kept = recorded()
    size = kept.setdefault(str(orders), {"lines": {}})
    size["measured"] = str(page.today())
    size["memory"] = os.environ["GOODSTANDING_MEMORY"]
    size["lines"][name] = dict(costs)
    order = [line.name for line in lines(Path(), Path("market"), orders)]
    size["lines"] = {each: size["lines"][each] for each in order if each in size["lines"]}
    kept["machine"] = _machine()
    RECORDED.write_text(json.dumps(kept, indent=2) + "\n")
    page.write_between(MARKS, full_table.table(kept))


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    tools = ", ".join(f"{name} {version(name)}" for name in ("polars", "pandas"))
    return f"{page.machine()}, {tools}, {memory:.0f} GB of memory"


def _folder(named: Path | None) -> AbstractContextManager[str]:
    """Return a folder that stays where it is named, and else goes when it is left."""
    if named is None:
        return tempfile.TemporaryDirectory()
    named.mkdir(parents=True, exist_ok=True)
    return nullcontext(str(named))


def _sizes(text: str) -> list[int]:
    return [int(each.replace("_", "")) for each in text.split(",")]


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
