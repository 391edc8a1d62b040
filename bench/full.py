"""`make bench-full`: each piece of work beside its floor and beside SQL, Polars and pandas.

make bench-full                                        # 1 and 10 million orders
make bench-full ARGS="--orders 1000000 --memory 8GB"   # one size, with so much memory
make bench-full ARGS="--only 'all sellers'"            # some of it
make bench-full ARGS="--folder /data --resume"         # what an interrupted run left out
make bench-full ARGS="--in postgres,spark"             # the same in a file, and elsewhere

Each piece runs in a process of its own. What was measured is written down at once, into
recorded_full.json and the table of README.md; with --in into recorded_elsewhere.json and
docs/scale.md.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib.metadata import version
from pathlib import Path

from bench import elsewhere, full_table, page, recording, work
from bench.full_work import Call, Line, being_loaded, lines
from bench.measuring import measured, measured_anew
from bench.places import PLACES

RECORD = recording.Record(
    file=Path(__file__).parent / "recorded_full.json",
    page=page.README,
    marks=("<!-- full -->", "<!-- end of full -->"),
    table=full_table.table,
)
SIZES = [1_000_000, 10_000_000]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench-full",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--orders", type=_sizes, metavar="N,N,…")
    parser.add_argument("--memory", default="16GB", help="for DuckDB (default %(default)s)")
    parser.add_argument("--folder", type=Path, help="where samples and markets are made and stay")
    parser.add_argument("--only", nargs="+", metavar="WORK", help="measure these, by their names")
    parser.add_argument(
        "--in",
        dest="places",
        type=_places,
        metavar="PLACE,…",
        help=f"measure markets elsewhere than in a file: {', '.join(PLACES)}",
    )
    parser.add_argument("--resume", action="store_true", help="leave out what is recorded")
    arguments = parser.parse_args()
    os.environ["GOODSTANDING_MEMORY"] = arguments.memory
    only, resume, places = arguments.only, arguments.resume, arguments.places
    try:
        for orders in arguments.orders or (elsewhere.SIZES if places else SIZES):
            with _folder(arguments.folder) as named:
                folder = Path(named)
                os.environ["GOODSTANDING_SPILL"] = str(folder / "spill")
                recording.tell(f"{orders:,} orders")
                files = _sampled(folder, orders)
                if places:
                    elsewhere.bench(files, orders, places, only, resume=resume)
                else:
                    bench(files, orders, only, resume=resume)
    except KeyboardInterrupt:
        raise SystemExit("Interrupted. What was measured is recorded; --resume goes on.") from None


def _sampled(folder: Path, orders: int) -> Path:
    """Return the files of a sample, which have their name when they are whole."""
    files = folder / f"sample_{orders}"
    if not files.exists():
        recording.tell("  making the sample")
        made = folder / "sample_being_made"
        measured(work.sample, made, orders, runs=1)
        made.rename(files)
    return files


def bench(files: Path, orders: int, only: Collection[str] | None, *, resume: bool) -> None:
    """Measure one size, and record each line as it is done.

    A market has its name when it is whole, so that no half of one is measured.
    """
    market = files.with_name(f"market_{orders}.duckdb")
    there = RECORD.lines(orders)
    load, *others = lines(files, market, orders)
    wanted = [
        line
        for line in (load, *others)
        if (only is None or line.name in only) and not (resume and line.name in there)
    ]
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
    do, arguments = call
    measure = measured_anew if line.changes and by == full_table.OURS else measured
    return recording.costing(line.name, by, partial(measure, do, *arguments, runs=line.runs))[0]


def record(orders: int, name: str, costs: recording.Costs) -> None:
    """Write down one line, and all that is recorded into the table of README.md."""
    order = [line.name for line in lines(Path(), Path("market"), orders)]
    tools = ", ".join(f"{name} {version(name)}" for name in ("polars", "pandas"))
    machine = f"{page.machine()}, {tools}, {page.memory()}"
    RECORD.add(orders, name, costs, order=order, machine=machine)


def _folder(named: Path | None) -> AbstractContextManager[str]:
    """Return a folder that stays where it is named, and else goes when it is left."""
    if named is None:
        return tempfile.TemporaryDirectory()
    named.mkdir(parents=True, exist_ok=True)
    return nullcontext(str(named))


def _sizes(text: str) -> list[int]:
    return [int(each.replace("_", "")) for each in text.split(",")]


def _places(text: str) -> list[str]:
    named = text.split(",")
    if unknown := set(named) - set(PLACES):
        raise argparse.ArgumentTypeError(f"there is no place {', '.join(sorted(unknown))}")
    return named


if __name__ == "__main__":
    main()
