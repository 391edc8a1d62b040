"""What `make bench-full ARGS="--in …"` measures, wherever a market is; see `work.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import goodstanding
from bench import buyer_work, by_hand, full_work, work
from bench.work import Place, Timed
from goodstanding.arguments import values
from goodstanding.facts import store
from goodstanding.rows import keeping
from goodstanding.rows.kept import KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of work on a market.

    `changes` says that it changes the market, so that it is done in a copy; `is_of_all` that it
    judges everybody.
    """

    name: str
    do: Callable[..., Timed]
    runs: int = 1
    changes: bool = False
    is_of_all: bool = False


def pieces(files: Path) -> list[Piece]:
    """Return the work on the market of a sample's files; the first piece makes it."""
    return [
        Piece(name="load", do=partial(load, files)),
        Piece(name="all sellers", do=work.assess, is_of_all=True),
        Piece(name="all sellers, the next question", do=next_sellers, is_of_all=True),
        Piece(name="all listings", do=full_work.listings, is_of_all=True),
        Piece(name="all buyers", do=buyer_work.buyers, is_of_all=True),
        Piece(name="one seller", do=full_work.one_seller, runs=9),
        Piece(name="one buyer", do=buyer_work.one_buyer, runs=25),
        Piece(name="one day of new facts", do=partial(one_day, day_of(files)), changes=True),
        Piece(name="rows, all derived anew", do=rows_anew, changes=True),
    ]


def load(files: Path, place: Place) -> Timed:
    """Load the sample into a market that is made for it; returns what became of its rows."""
    made = goodstanding.new(place, time_zone=by_hand.TIME_ZONE, currency="EUR")
    return lambda: made.load(files, recorded="occurred").tables


def rows_anew(place: Place) -> Timed:
    """Derive the row of every order and keep it, as a migration does; returns how many."""
    database, settings = store.open_market(values.place(place, "a market"))

    def run() -> int:
        with database.transaction():
            database.execute(f"drop table {KEPT}")
            keeping.keep_anew(database, settings)
        return int(database.rows(f"select count(*) from {KEPT}")[0][0])

    return run


def day_of(files: Path) -> Path:
    """Return where the files of a day are that comes after a sample."""
    return files.with_name("day")


def one_day(day: Path, place: Place) -> Timed:
    """Load a day of new and late facts; see `work.one_day`."""
    opened = goodstanding.open(place)
    return lambda: opened.load(day).tables


def next_sellers(place: Place) -> Timed:
    """Judge the sellers where they were judged before: Spark has begun, and the SQL is written."""
    judged = work.assess(place)
    judged()
    return judged
