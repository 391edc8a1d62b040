"""A market of a few listings: well rated, badly rated, never sold, and of whom nothing is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import goodstanding
from tests.market_files import as_frames
from tests.oracle_facts import Facts

AS_OF = "2018-08-20"
AT = datetime(2018, 8, 1, 12)


def sold(n: int, listing: str, seller: str, stars: int | None = None, **said: Any) -> Facts:
    """Write an order of one listing, rated with so many stars or not at all."""
    order = {
        "order_id": f"O{n}",
        "seller_id": seller,
        "buyer_id": f"B{n}",
        "placed_at": AT,
        "paid_at": AT,
        "closed_at": AT,
    }
    rating = {
        "feedback_id": f"F{n}",
        "order_id": f"O{n}",
        "given_at": AT,
        "given_by": "buyer",
        "stars": stars,
        "description_stars": stars,
        "communication_stars": stars,
        "logistics_stars": stars,
    }
    line = {"order_id": f"O{n}", "line_no": 1, "listing_id": listing}
    return {
        "orders": [order | said],
        "order_lines": [line],
        "feedback": [] if stars is None else [rating],
    }


def facts() -> Facts:
    """Write what S1 and S2 sold.

    Their own scores: GOOD has 100 of two, FAIR 75, BAD 0. NEVER, of S1, was never sold; UNRATED,
    of S2, was, and is named by nothing but its order; ALONE is of S9, who sold nothing.
    """
    made: Facts = {
        "listings": [
            {"listing_id": "NEVER", "seller_id": "S1", "opened_at": AT},
            {"listing_id": "ALONE", "seller_id": "S9", "opened_at": AT},
            {"listing_id": "LATER", "seller_id": "S1", "opened_at": AT + timedelta(days=60)},
        ]
    }
    for each in (
        sold(1, "GOOD", "S1", 5),
        sold(2, "GOOD", "S1", 5),
        sold(3, "FAIR", "S1", 4),
        sold(4, "BAD", "S2", 1),
        sold(5, "UNRATED", "S2"),
    ):
        for name, rows in each.items():
            made.setdefault(name, []).extend(rows)
    return made


@contextmanager
def market_of(facts: Facts, folder: Path) -> Iterator[goodstanding.Market]:
    """Make a market of facts in a folder, each known when it occurred."""
    goodstanding.new(folder / "m.duckdb", time_zone="UTC", currency="EUR").close()
    with goodstanding.open(folder / "m.duckdb") as opened:
        if facts:
            opened.load(as_frames(facts), recorded="occurred")
        yield opened
