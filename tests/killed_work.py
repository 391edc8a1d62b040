"""What commands do that are killed at work: a load, a day of facts after it, and own rules."""

from __future__ import annotations

from pathlib import Path

from goodstanding.database.duckdb import DuckDB
from tests.commands import done

LOAD = ("load", "--from", "facts", "--recorded", "occurred")
# What each grade does, so that a publication starts and ends much, and tells of it.
_EFFECTS = """
[[effect]]
if = "grade = 'excellent'"
does = "showcase"
amount = 3
days = 7

[[effect]]
if = "grade in ('excellent', 'good')"
does = "campaign"

[[effect]]
if = "grade = 'fail'"
does = "restriction"
"""


def write_own_rules(folder: Path) -> None:
    """Write `own.toml`: the service level, with what its grades do."""
    done(folder, "rulebooks", "copy", "service-level", "own.toml")
    with (folder / "own.toml").open("a", encoding="utf-8") as own:
        own.write(_EFFECTS)


def write_day(market: Path, folder: Path) -> None:
    """Write a day for a loaded market: new orders, late facts of old ones, some taken back."""
    facts = {
        "orders": """
            select 'N' || order_id as order_id, 'B' || buyer_no as buyer_id, seller_id,
              placed_at, paid_at, null as delivered_at
            from known where order_no % 20 = 0
            union all
            select order_id, null, null, null, null, placed_at + interval 12 days
            from known where order_no % 20 = 1
        """,
        "feedback": """
            select 'N' || order_id as feedback_id, order_id,
              placed_at + interval 20 days as given_at, 2 as stars
            from known where order_no % 20 = 2
        """,
        "retractions": """
            select 'orders' as table_name, order_id as key, 'shipped_at' as column_name,
              timestamp '2025-01-01' as retracted_at
            from known where order_no % 40 = 3
        """,
    }
    folder.mkdir()
    database = DuckDB.open(market)
    database.execute(
        "create temp table known as from orders join order_ids using (order_no) "
        "join seller_ids using (seller_no)"
    )
    for name, rows in facts.items():
        database.execute(
            f"copy (select *, timestamp '2025-01-02' as recorded_at from ({rows})) "
            f"to '{folder / name}.csv'"
        )
    database.close()
