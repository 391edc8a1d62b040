"""Making a synthetic market: which steps run, over which rows, into which files."""

from __future__ import annotations

import importlib.resources
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.errors import ArgumentInvalid
from goodstanding.facts.catalogue import TABLES
from goodstanding.sample.files import TRUTH, TableFile, check_folder, table_files
from goodstanding.sample.rates import Rates, read_rates

if TYPE_CHECKING:
    from goodstanding.database.database import Database

MOST_ORDERS = 100_000_000  # ids have eight digits, the last one nine
RANGE = 524_288  # rows made at a time, with half a gigabyte of memory; changes no byte

Progress = Callable[[int, int], None]  # orders made so far, orders in all

# What the rest is derived from: once, and again for every range of orders.
_ONCE = ("hours", "slots", "stores", "goods", "accounts", "rings", "slow_lanes", "slow_stores")
_FOR_A_RANGE = ("order_starts", "order_journeys", "order_goods", "order_claims", "order_lives")
_OF_ORDERS = (
    "orders",
    "order_lines",
    "feedback",
    "disputes",
    "refunds",
    "chargebacks",
    "messages",
    "violations",
    "exclusions",
    "retractions",
)
_OF_OTHERS = {
    "buyers": "accounts",
    "findings": "accounts",
    "sellers": "stores",
    "listings": "goods",
}
_WHOLE = ("incidents", "categories", "rates", TRUTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """What was made: rows by table, the first and the last day, and the seconds it took."""

    folder: Path
    orders: int
    seed: int
    rows: Mapping[str, int]
    first_day: date
    last_day: date
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    """How many there are of everything that has numbers from 1."""

    orders_n: int
    sellers_n: int
    buyers_n: int
    rings_n: int


def generate(
    *, orders: int, seed: int, out: Path, progress: Progress | None = None
) -> SampleSummary:
    """Make a synthetic market of so many orders, as one Parquet file a table in a folder.

    The same orders and seed give the same bytes. An earlier sample in the folder is replaced;
    what was planted is listed in `truth.parquet`. Load it with `--recorded occurred`, into a
    market in UTC. Raises `ArgumentInvalid` for a number of orders out of range, or a folder
    that holds something else.
    """
    database = DuckDB.open(None)
    try:
        return generate_with(database, orders=orders, seed=seed, out=out, progress=progress)
    finally:
        database.close()


def generate_with(
    database: Database, *, orders: int, seed: int, out: Path, progress: Progress | None = None
) -> SampleSummary:
    """Make the market with an empty database in memory, which is left to be closed."""
    began = time.monotonic()
    if not 1 <= orders <= MOST_ORDERS:
        raise ArgumentInvalid(
            f"a sample cannot have {orders} orders.", hint=f"From 1 to {MOST_ORDERS:,} it can."
        )
    check_folder(out)
    rates = read_rates()
    size = _size(orders, rates)
    values = _bound_values(rates, size)
    _prepare(database, rates, values, seed)
    with table_files(out, f"orders={orders} seed={seed}") as files, _writing() as write:
        for first, last in _ranges(orders):
            values |= {"first_row": first, "last_row": last}
            for step in _FOR_A_RANGE:
                _create(database, step, values)
            for name in _OF_ORDERS:
                write(files[name], _rows(database, name, values))
            if progress is not None:
                progress(last, orders)
        for name, step in _OF_OTHERS.items():
            for first, last in _ranges(_count(database, step)):
                values |= {"first_row": first, "last_row": last}
                write(files[name], _rows(database, name, values))
        for name in _WHOLE:
            write(files[name], _rows(database, name, values))
    return SampleSummary(
        folder=out,
        orders=orders,
        seed=seed,
        rows={name: files[name].rows_n for name in (*(table.name for table in TABLES), TRUTH)},
        first_day=rates.first_day,
        last_day=rates.last_day,
        seconds=time.monotonic() - began,
    )


def _size(orders: int, rates: Rates) -> _Size:
    values = rates.values
    sellers = len(values["head_kinds"]) + orders // values["size_orders_a_seller"]
    rings = 2 + sellers // values["size_sellers_a_ring"]
    # So many that the members of rings are few among them, however small the market is.
    buyers = 2 * rings * values["size_ring_members"] + orders // values["size_orders_a_buyer"]
    return _Size(orders_n=orders, sellers_n=sellers, buyers_n=buyers, rings_n=rings)


def _bound_values(rates: Rates, size: _Size) -> dict[str, Any]:
    start = datetime.combine(rates.first_day, time_of_day(), UTC)
    return rates.values | {
        "orders_n": size.orders_n,
        "sellers_n": size.sellers_n,
        "buyers_n": size.buyers_n,
        "rings_n": size.rings_n,
        "buyers_outside_rings": size.buyers_n - size.rings_n * rates.values["size_ring_members"],
        "doublings_n": size.sellers_n.bit_length() - 1,
        "start_s": int(start.timestamp()),
        "end_s": rates.days * 86_400,
    }


def _prepare(database: Database, rates: Rates, values: Mapping[str, Any], seed: int) -> None:
    """Make the functions and the small tables that every step reads."""
    for name, value in (
        ("seed", str(seed)),
        ("start_s", values["start_s"]),
        ("end_s", values["end_s"]),
    ):
        database.execute(f"set variable {name} = $value", {"value": value})
    for functions in ("draws", "writing"):
        database.execute(_sql(functions))
    for name, entries in rates.tables.items():
        database.register("entries", pa.Table.from_pylist(entries))
        database.execute(f"create table {name} as select * from entries")  # noqa: S608 -- a name of ours
        database.unregister("entries")
    for step in _ONCE:
        _create(database, step, values)


def _create(database: Database, step: str, values: Mapping[str, Any]) -> None:
    sql = _sql(step)
    database.execute(f"create or replace table {step} as\n{sql}", named_values(sql, values))


def _rows(database: Database, name: str, values: Mapping[str, Any]) -> pa.Table:
    sql = _sql(name)
    return database.arrow(sql, named_values(sql, values))


def _count(database: Database, step: str) -> int:
    ((rows_n,),) = database.rows(f"select count(*) from {step}")  # noqa: S608 -- a name of ours
    return int(rows_n)


@cache
def _sql(name: str) -> str:
    folder = importlib.resources.files(__package__) / "sql"
    return (folder / f"{name}.sql").read_text("utf-8")


def _ranges(rows_n: int) -> Iterator[tuple[int, int]]:
    """Cut the numbers from 1 into ranges, first and last included."""
    for first in range(1, rows_n + 1, RANGE):
        yield first, min(first + RANGE - 1, rows_n)


@contextmanager
def _writing() -> Iterator[Callable[[TableFile, pa.Table], None]]:
    """Write in the background, in the order in which rows are handed over.

    While one table is encoded the next one is computed; few wait, so that memory is bounded.
    """
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(max_workers=1) as pool:

        def write(file: TableFile, rows: pa.Table) -> None:
            waiting.append(pool.submit(file.add, rows))
            if len(waiting) > 3:
                waiting.popleft().result()

        yield write
        for future in waiting:
            future.result()
