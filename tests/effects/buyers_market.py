"""A market in which a seller has open orders from buyers of known standing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import goodstanding
from tests.effects.buyer_rulebook import BUYERS, ORDERS_PAID
from tests.market_files import as_frames
from tests.oracle_facts import Facts, Row

BEGAN = datetime(2025, 12, 1, 12)  # when orders were paid that make the bands of 2026
OPENED = datetime(2026, 3, 1, 12)
SHIP_BY = datetime(2026, 3, 10, 12)
AS_OF = "2026-03-05"
TODAY = "2026-03-06"


def stood(buyer_id: str, band: str, *, seller: str = "S9", at: datetime = BEGAN) -> list[Row]:
    """Write the orders that bring a buyer to a band, each completed."""
    return [
        {
            "order_id": f"{buyer_id}-{seller}-{at:%m%d}-{n}",
            "seller_id": seller,
            "buyer_id": buyer_id,
            **dict.fromkeys(("placed_at", "paid_at", "shipped_at", "closed_at"), at),
        }
        for n in range(ORDERS_PAID[band])
    ]


def opened(order_id: str, buyer_id: str | None, ship_by: datetime | None = SHIP_BY) -> Row:
    """Write an order of S1 that waits to be sent."""
    return {
        "order_id": order_id,
        "seller_id": "S1",
        "buyer_id": buyer_id,
        "placed_at": OPENED,
        "paid_at": OPENED,
        "ship_by": ship_by,
    }


def account(buyer_id: str, **said: Any) -> Row:
    """Write what a buyer said to the marketplace."""
    return {"buyer_id": buyer_id, "opened_at": BEGAN - timedelta(days=300), **said}


def waiting(bands: Mapping[str, str], **more: Sequence[Row]) -> Facts:
    """Write an open order of each buyer, due on one day, after what made their bands."""
    orders = [row for buyer_id, band in bands.items() for row in stood(buyer_id, band)]
    orders += [opened(f"O-{buyer_id}", buyer_id) for buyer_id in bands]
    orders += more.pop("orders", ())
    return {"orders": orders, **{name: list(rows) for name, rows in more.items()}}


def rules(folder: Path) -> Path:
    """Write the rulebook of bands to a file."""
    path = folder / "buyers.toml"
    path.write_text(BUYERS, encoding="utf-8")
    return path


@contextmanager
def market_of(facts: Facts, folder: Path, now: str = TODAY) -> Iterator[goodstanding.Market]:
    """Make a market of facts, each known when it occurred; both effects are on."""
    goodstanding.new(folder / "market.duckdb", time_zone="UTC", currency="EUR").close()
    at = datetime.fromisoformat(f"{now}T12:00").replace(tzinfo=UTC).replace(tzinfo=None)
    with goodstanding.open(folder / "market.duckdb", clock=lambda: at) as market:
        market.load(as_frames(facts), recorded="occurred")
        bands = rules(folder)
        market.switch_effect("queue", is_on=True, decided_by="Ana", rulebook=bands)
        market.switch_effect("offers", is_on=True, decided_by="Ana")
        yield market
