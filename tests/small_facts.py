"""Facts written short, for cases worked out by hand: O1 of seller S1, placed early in 2018."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.oracle_facts import Row


def at(text: str) -> datetime:
    """Read an instant in UTC; a day alone is its first instant."""
    return datetime.fromisoformat(text)


def order(order_id: str = "O1", **said: Any) -> Row:
    return said_of({"order_id": order_id, "seller_id": "S1", "placed_at": "2018-01-05"} | said)


def dispute(dispute_id: str = "D1", order_id: str = "O1", **said: Any) -> Row:
    return said_of({"dispute_id": dispute_id, "order_id": order_id} | said)


def review(given_at: str, **said: Any) -> Row:
    return said_of({"feedback_id": "F1", "given_at": given_at, "order_id": "O1"} | said)


def retraction(table_name: str, key: str, column_name: str, retracted_at: str) -> Row:
    return said_of(
        {
            "table_name": table_name,
            "key": key,
            "column_name": column_name,
            "retracted_at": retracted_at,
        }
    )


def said_of(row: Row) -> Row:
    """Return the row with its instants and deadlines read."""
    return {
        name: at(value) if isinstance(value, str) and name.endswith(("_at", "ship_by")) else value
        for name, value in row.items()
    }
