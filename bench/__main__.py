"""`make bench`: what each piece of work costs beside its floor; writes the table of README.md.

make bench                              # 1 and 10 million orders
make bench ARGS="--orders 200000"       # quickly
make bench ARGS="--only 'all buyers'"   # some of it
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from bench import buyer_work, page, rank_work, separation, work
from bench.measuring import Cost, measured, measured_anew

HERE = Path(__file__).parent
RECORDED = HERE / "recorded.json"
FIGURES = ("<!-- figures -->", "<!-- end of figures -->")
SEPARATION = ("<!-- separation -->", "<!-- end of separation -->")

Piece = tuple[str, Callable[..., Any], tuple[Any, ...], Callable[..., Any], tuple[Any, ...], int]

# What changes the market is measured each time on a fresh copy of it.
_CHANGING = (work.publish, work.one_day)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--orders", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--folder", type=Path, help="where to work; needs about 5 GB per 10 M")
    parser.add_argument("--keep", action="store_true", help="record the figures in bench/")
    parser.add_argument("--only", nargs="+", metavar="WORK", help="measure these, by their names")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        told = {"separation": separation.separation(Path(folder))}
        separation.print_figures(told["separation"])
        figures = {str(n): bench(Path(folder), n, arguments.only) for n in arguments.orders}
    if arguments.keep:
        record(figures | told)


def bench(
    folder: Path, orders: int, only: Collection[str] | None = None
) -> dict[str, dict[str, float]]:
    """Measure every piece of work at one size, or only some, and print each as it is done."""
    files, market = folder / "sample", folder / "market.duckdb"
    pieces = _pieces(files, market, orders)
    wanted = pieces if only is None else [each for each in pieces if each[0] in only]
    if only is not None:
        work.sample(files, orders)()
        work.load(files, market)()
    figures = _measured(wanted, orders)
    shutil.rmtree(files)
    market.unlink()
    work.changing(market).unlink(missing_ok=True)
    return figures


def _pieces(files: Path, market: Path, orders: int) -> list[Piece]:
    return [
        ("sample", work.sample, (files, orders), work.sample_floor, (files,), 1),
        ("load", work.load, (files, market), work.load_floor, (files,), 1),
        ("facts to rows", work.rows, (market,), work.rows_floor, (market,), 3),
        ("assess all sellers", work.assess, (market,), work.assess_floor, (market,), 5),
        ("daily score of all sellers", work.daily, (market,), work.daily_floor, (market,), 3),
        (
            "daily scores of 30 days",
            work.thirty_days,
            (market,),
            work.thirty_days_floor,
            (market,),
            1,
        ),
        ("detailed ratings", work.ratings, (market,), work.ratings_floor, (market,), 3),
        ("feedback", work.feedback, (market,), work.ratings_floor, (market,), 3),
        (
            "modifiers of all listings",
            rank_work.modifiers,
            (market,),
            rank_work.modifiers_floor,
            (market,),
            3,
        ),
        ("rank 10,000 results", rank_work.rank, (market,), rank_work.rank_floor, (market,), 3),
        ("all buyers", buyer_work.buyers, (market,), buyer_work.buyers_floor, (market,), 3),
        ("one buyer", buyer_work.one_buyer, (market,), buyer_work.one_buyer_floor, (market,), 25),
        ("24 month ends", work.month_ends, (market,), work.month_ends_floor, (market,), 1),
        ("explain one seller", work.explain_one, (market,), work.explain_one_floor, (market,), 3),
        ("publish all sellers", work.publish, (market,), work.publish_floor, (market,), 3),
        ("one day of facts", work.one_day, (market,), work.one_day_floor, (market,), 3),
    ]


def _measured(pieces: list[Piece], orders: int) -> dict[str, dict[str, float]]:
    last = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    print(f"\n{orders:,} orders")
    print(
        f"{'work':<30}{'CPU s':>9}{'wall s':>9}{'floor s':>9}{'ratio':>8}{'last':>8}{'peak GB':>9}"
    )
    figures = {}
    for name, ours, mine, floor, floors, runs in pieces:
        measure = measured_anew if ours in _CHANGING else measured
        cost = measure(ours, *mine, runs=runs)
        least = measured(floor, *floors, runs=runs)
        figures[name] = as_figures(cost, least)
        before = last.get(str(orders), {}).get(name, {}).get("ratio")
        print(
            f"{name:<30}{cost.cpu:>9.2f}{cost.wall:>9.2f}{least.cpu:>9.2f}"
            f"{figures[name]['ratio']:>8.1f}{before or '-':>8}{cost.peak / 1e9:>9.2f}",
            flush=True,
        )
    return figures


def as_figures(cost: Cost, least: Cost) -> dict[str, float]:
    """Return one line of figures; the ratio is of CPU seconds."""
    return {
        "cpu": round(cost.cpu, 3),
        "wall": round(cost.wall, 3),
        "floor": round(least.cpu, 3),
        "ratio": round(cost.cpu / max(least.cpu, 1e-4), 1),
        "peak_gb": round(cost.peak / 1e9, 2),
    }


def record(figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """Write the figures to recorded.json and all that is recorded into the tables of README.md.

    What was not measured this time stays as it was.
    """
    kept = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    for size, pieces in figures.items():
        kept[size] = kept.get(size, {}) | dict(pieces)
    RECORDED.write_text(json.dumps(kept, indent=2) + "\n")
    lines = [f"Measured last {page.today()} on {page.machine()}.", ""]
    for size in sorted((size for size in kept if size.isdigit()), key=int):
        lines += [
            f"{int(size):,} orders:",
            "",
            "| work | CPU s | wall s | floor, CPU s | ratio | peak GB |",
            "|---|---:|---:|---:|---:|---:|",
            *(
                "| " + " | ".join([name, *map(str, line.values())]) + " |"
                for name, line in kept[size].items()
            ),
            "",
        ]
    page.write_between(page.README, FIGURES, lines)
    page.write_between(page.README, SEPARATION, [*separation.as_table(kept["separation"]), ""])


if __name__ == "__main__":
    main()
