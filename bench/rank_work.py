"""What is measured of `rank`, and the floor of each; see `work.py`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa

import goodstanding
from bench.work import AS_OF, Timed
from goodstanding.database.database import Database
from goodstanding.facts import store

_RESULTS = 10_000
_QUERIES = 100
_RATED = """
    select listing_no, sum(stars) as stars
    from order_lines as line
    join kept_orders on order_id = line.order_no
    where feedback_on between $first and $last
    group by listing_no
"""
_LAST_MONTHS = {"first": AS_OF - timedelta(days=89), "last": AS_OF}


def modifiers(market: Path) -> Timed:
    """Score every listing, and by their stores those without a score of their own."""
    opened = goodstanding.open(market)
    return lambda: opened.modifiers(as_of=AS_OF)


def modifiers_floor(market: Path) -> Timed:
    """Scan the lines of the kept rows of three months, and add up the stars per listing."""
    database, _ = store.open_market(market)
    return lambda: database.rows(_RATED, _LAST_MONTHS)


def rank(market: Path) -> Timed:
    """Rank 10,000 results of a hundred queries, all of which is scored anew."""
    opened = goodstanding.open(market)
    results = _results(opened._database)  # noqa: SLF001 -- what is ranked is prepared
    return lambda: opened.rank(results, as_of=AS_OF)


def rank_floor(market: Path) -> Timed:
    """Add up as above, join the results to it, and sort them."""
    database, _ = store.open_market(market)
    database.register("results", _results(database))
    sql = f"""
        select query_id, results.listing_id, relevance, stars
        from results
        join listing_ids using (listing_id)
        left join ({_RATED}) as rated using (listing_no)
        order by query_id, relevance * (1 + stars / 1e6) desc, listing_id
    """
    return lambda: database.rows(sql, _LAST_MONTHS)


def _results(database: Database) -> pa.Table:
    """Return search results: listings from all over the market, each with a relevance."""
    return database.arrow(
        f"""
        select
          'Q' || (row_number() over (order by hash(listing_no), listing_no) % {_QUERIES})
            as query_id,
          listing_id,
          (hash(listing_no + 1) % 10000) / 100 as relevance
        from listing_ids
        order by hash(listing_no), listing_no
        limit {_RESULTS}
        """
    )
