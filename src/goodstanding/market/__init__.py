"""The whole flow on one page, and the Python interface.

    import goodstanding

    market = goodstanding.open("market.duckdb")
    market.load("exports/")                                       # 1 facts
    market.exclude(order="O1", reason="order protection", decided_by="Ana")   # 1 decisions
    market.assess("service-level", as_of="2018-07-31")            # 2 rows, 3 rulebook, 4 assessment
    market.explain("service-level", as_of="2018-07-31", subject="S1")   # 6 explanation
    market.store_card("S1", as_of="2018-07-31", viewer="public")
    market.next_steps("S1", as_of="2018-07-31")
    market.service("S1", as_of="2018-07-31")
    market.buyer_view("B1", as_of="2018-07-31")
    market.compare("service-level", "mine.toml", as_of="2018-07-31")
    market.publish("service-level", as_of="2018-07-31")           # 5 standing, 7 effects
    market.effects(as_of="2018-08-01")
    market.notices(after=120)
    market.rank("results.csv", as_of="2018-07-31")
    market.queue("S1", as_of="2018-07-31")

Days are `datetime.date` or text (2018-07-31); instants are `datetime` or ISO 8601 text, in
the market's time zone where they carry no offset. Every error is one of `goodstanding.errors`:
what is handed in is checked here, once (`arguments`), and a market that was closed says so.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from goodstanding import arguments
from goodstanding.database import holders, parquet_tables
from goodstanding.database.address import Address, Place, Warehouse
from goodstanding.decisions import access_table
from goodstanding.effects import books as effect_books
from goodstanding.facts import store
from goodstanding.market.standings import MarketStandings
from goodstanding.rows import keeping
from goodstanding.standing import books

if TYPE_CHECKING:
    from collections.abc import Callable


class Market(MarketStandings):
    """One marketplace's facts, and what follows from them, from each step to the next.

    `facts`, `decisions`, `results`, `effects`, `reaching` and `standings` hold its calls.
    Every one may raise `ArgumentInvalid`, or `MarketClosed` once it is closed.
    """


def new(path: str | Place, *, time_zone: str, currency: str) -> Market:
    """Make a market and open it.

    `time_zone` is an IANA name, `currency` an ISO 4217 code; neither can be changed later.
    It is a DuckDB file at that path, in PostgreSQL: postgresql://user@host/database, or a folder of
    Parquet tables that Spark judges: spark:FOLDER.
    Raises `MarketExists`, `MarketMissing` (a folder, or in none), `MarketUnreachable` or
    `ArgumentInvalid`.
    """
    place = arguments.place(path, "path")
    settings = store.Settings(
        time_zone=arguments.text(time_zone, "time zone"),
        currency=arguments.text(currency, "currency"),
    )
    beside = [keeping.kept_table(), *books.TABLES, *effect_books.TABLES]
    if isinstance(place, Address):
        beside += [access_table.TABLE, *store.indexes(), *keeping.indexes(), *books.INDEXES]
    elif isinstance(place, Warehouse):
        beside += parquet_tables.kept_as_parquet({**store.by_month(), **keeping.by_month()})
    store.create(place, settings, beside=beside)
    return open_market(place)


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def open_market(
    path: str | Place = "market.duckdb",
    *,
    read_only: bool = False,
    clock: Callable[[], datetime] = _utc_now,
    wait: float = 0,
) -> Market:
    """Open a market; use it in a `with` block, or close it.

    It is named by the path of its file, or its address: postgresql://user@host/database, or
    spark:FOLDER. What is opened is for one thread; several open a file once each, and write to
    it in turns.
    With `read_only` several processes can have it open, and nothing can be loaded or published;
    a market that may not be written is opened so in any case. `clock` tells what time it is
    (naive UTC), for loads and for what is due. One that another process holds is waited for, up to
    `wait` seconds. Raises `MarketMissing`, `MarketHeld`, `MarketUnreachable`, `MarketUnreadable`
    or `ArgumentInvalid`.
    """
    place = arguments.place(path, "path")
    arguments.called(clock, "clock")
    seconds = arguments.seconds(wait, "wait")
    database, settings = holders.waited_for(
        lambda: store.open_market(place, read_only=read_only), seconds
    )
    return Market(place, database, settings, clock)
