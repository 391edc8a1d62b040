"""What `make bench-full` measures, in the order in which it is done; see `work.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import goodstanding
from bench import buyer_work, by_hand, rank_work, work
from bench.by_hand_pandas import Pandas
from bench.by_hand_polars import Polars
from bench.by_hand_sql import Sql
from bench.work import AS_OF, Place, Timed
from goodstanding.facts import store

ONE_SELLER = "S000100"
BY_HAND_UP_TO = 10_000_000  # orders; beyond it only ours and the floor
MANY = 10_000_000  # orders, from which on less is done several times
Call = tuple[Callable[..., Timed], tuple[Any, ...]]
_TOOLS: Mapping[str, Callable[[], by_hand.ByHand]] = {
    "DuckDB SQL": Sql,
    "Polars": Polars,
    "pandas": Pandas,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One piece of work: how we do it, the floor, and how others do it by hand.

    `changes` says that it changes the market, so that each run is on a fresh copy.
    """

    name: str
    ours: Call
    floor: Call
    by_hand: Mapping[str, Call] = field(default_factory=dict)
    runs: int = 3
    changes: bool = False

    def calls(self) -> dict[str, Call]:
        """Return who does it, by name, in the order of the table."""
        return {"Goodstanding": self.ours, "floor": self.floor, **self.by_hand}


def being_loaded(market: Path) -> Path:
    """Return where a market is until it is whole."""
    return market.with_name(f"being_loaded_{market.name}")


def lines(files: Path, market: Path, orders: int) -> list[Line]:
    """Return the work on a sample's files and the market made of them; the first line makes it.

    What takes seconds anyway is done once where there are many orders.
    """
    here = (market,)
    several = 3 if orders < MANY else 1

    def others(piece: Callable[..., Timed], *more: Any) -> dict[str, Call]:
        tools = _TOOLS if orders <= BY_HAND_UP_TO else {}
        return {name: (piece, (tool, files, *more)) for name, tool in tools.items()}

    loaded = (files, being_loaded(market), by_hand.TIME_ZONE)
    return [
        Line(name="load", ours=(work.load, loaded), floor=(work.load_floor, (files,)), runs=1),
        Line(
            name="rows",
            ours=(work.rows, here),
            floor=(work.rows_floor, here),
            by_hand=others(by_hand.rows_by),
            runs=several,
        ),
        Line(
            name="all sellers",
            ours=(work.assess, here),
            floor=(work.assess_floor, here),
            by_hand=others(by_hand.levels_by),
            runs=5,
        ),
        Line(
            name="one seller",
            ours=(one_seller, here),
            floor=(one_seller_floor, here),
            by_hand=others(by_hand.levels_by, ONE_SELLER),
            runs=9,
        ),
        Line(
            name="all listings",
            ours=(listings, here),
            floor=(rank_work.modifiers_floor, here),
            runs=several,
        ),
        Line(
            name="all buyers",
            ours=(buyer_work.buyers, here),
            floor=(buyer_work.buyers_floor, here),
            by_hand={"DuckDB SQL": (buyer_work.buyers_by_hand, here)},
            runs=several,
        ),
        Line(
            name="one buyer",
            ours=(buyer_work.one_buyer, here),
            floor=(buyer_work.one_buyer_floor, here),
            runs=25,
        ),
        Line(
            name="24 month-ends",
            ours=(work.month_ends, here),
            floor=(work.month_ends_floor, here),
            runs=1,
        ),
        Line(
            name="a month of daily scores",
            ours=(work.thirty_days, here),
            floor=(work.thirty_days_floor, here),
            runs=1,
        ),
        Line(
            name="one day of new facts",
            ours=(work.one_day, here),
            floor=(work.one_day_floor, here),
            runs=several,
            changes=True,
        ),
    ]


def listings(market: Place) -> Timed:
    """Score every listing for the last day, with the scores of the stores that it leans on."""
    opened = goodstanding.open(market)
    return lambda: opened.assess("listing-service-score", as_of=AS_OF)


def one_seller(market: Place) -> Timed:
    """Assess one seller for the last day."""
    opened = goodstanding.open(market)
    return lambda: opened.assess("service-level", as_of=AS_OF, subject=ONE_SELLER)


def one_seller_floor(market: Path) -> Timed:
    """Find the seller's kept rows of the window, and count them."""
    database, _ = store.open_market(market)
    (number,) = database.rows(
        "select seller_no from seller_ids where seller_id = $id", {"id": ONE_SELLER}
    )
    sql = """
        select count(*), count(shipped_on), count(stars), count(dispute_acted_on)
        from kept_orders
        where seller_id = $no and last_on >= $first and first_on <= $last
    """
    values = {"no": number[0], "first": AS_OF - timedelta(days=89), "last": AS_OF}
    return lambda: database.rows(sql, values)
