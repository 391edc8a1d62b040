"""`make bench-full ARGS="--in postgres,spark"`: the same work in a file, and elsewhere.

The sample is loaded into a DuckDB file, into PostgreSQL and into Parquet for Spark, which runs on
this machine, and each piece of work is done in all of them. What they find is held to be the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench import elsewhere_table, elsewhere_work, page, processes, recording, work
from bench.elsewhere_work import Piece
from bench.measuring import Asked, measured_as
from bench.places import PLACES, Kept, in_file, market_in

RECORD = recording.Record(
    file=Path(__file__).parent / "recorded_elsewhere.json",
    page=Path(__file__).parents[1] / "docs" / "scale.md",
    marks=("<!-- elsewhere -->", "<!-- end of elsewhere -->"),
    table=elsewhere_table.table,
)
SIZES = [200_000, 1_000_000]


def bench(
    files: Path,
    orders: int,
    places: Collection[str],
    only: Collection[str] | None,
    *,
    resume: bool,
) -> None:
    """Measure one size in a file and in the places named, and record each line as it is done.

    Loading is always measured: the server and its markets go when the run ends.
    """
    if not processes.is_told():
        raise SystemExit("What a server and Spark take is read in /proc, which is not here.")
    load, *others = elsewhere_work.pieces(files)
    there = RECORD.lines(orders)
    with ExitStack() as stack:
        kept = [in_file(files)]
        kept += [each for name in places for each in stack.enter_context(PLACES[name](files))]

        def measure(piece: Piece) -> bool:
            found = _costs(piece, [each for each in kept if _is_for(piece, each)])
            order = [each.name for each in (load, *others)]
            RECORD.add(orders, piece.name, found, order=order, machine=_machine(kept))
            return all(found.values())

        if not measure(load):
            raise SystemExit("Not every place could be loaded, so that nothing else is measured.")
        work.write_day(market_in(files), elsewhere_work.day_of(files))
        for piece in others:
            by = {each.name for each in kept if _is_for(piece, each)}
            is_there = resume and by <= set(there.get(piece.name, {}))
            if not is_there and (only is None or piece.name in only):
                measure(piece)


def _is_for(piece: Piece, kept: Kept) -> bool:
    return piece.is_of_all or not kept.judges_only


def _costs(piece: Piece, places: Sequence[Kept]) -> dict[str, dict[str, float] | None]:
    """Return what a piece of work took in each place, having found the same in all of them."""
    costs: dict[str, dict[str, float] | None] = {}
    expected = None
    for kept in places:
        asked = Asked(runs=piece.runs, servers=kept.servers, finds=True)
        place = kept.copied() if piece.changes else kept.place
        measure = partial(measured_as, asked, piece.do, place)
        costs[kept.name], found = recording.costing(piece.name, kept.name, measure)
        if costs[kept.name] is None:
            continue
        expected = found if kept is places[0] else expected
        if found != expected:
            raise SystemExit(f"{piece.name}: what was found {kept.name} is not what a file gives.")
    return costs


def _machine(places: Collection[Kept]) -> str:
    return ", ".join([page.machine(), *(each.by for each in places if each.by), page.memory()])
