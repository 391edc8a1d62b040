"""What is worth a look in a market's facts: rows that wait for their order, times that clash."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import TYPE_CHECKING

from goodstanding.database.steps import parse
from goodstanding.days import LAST_DAY, ONE_DAY
from goodstanding.facts.known import known_steps
from goodstanding.facts.summary import Oddity, Waiting
from goodstanding.facts.tables import BY_NAME, TABLES, Column, Table

if TYPE_CHECKING:
    from goodstanding.database.duckdb import DuckDB

FOREVER = datetime.combine(LAST_DAY + 2 * ONE_DAY, time())
ORDERS = BY_NAME["orders"]

# Of each pair the second cannot come before the first.
IN_ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "orders": (
        ("placed_at", "paid_at"),
        ("placed_at", "ship_by"),
        ("placed_at", "shipped_at"),
        ("placed_at", "deliver_by"),
        ("placed_at", "cancelled_at"),
        ("paid_at", "shipped_at"),
        ("shipped_at", "delivered_at"),
        ("shipped_at", "cancelled_at"),
        ("delivered_at", "closed_at"),
    ),
    "feedback": (("given_at", "removed_at"),),
    "disputes": (
        ("opened_at", "buyer_acted_at"),
        ("opened_at", "answered_at"),
        ("opened_at", "escalated_at"),
        ("opened_at", "closed_at"),
        ("escalated_at", "closed_at"),
    ),
    "messages": (("first_at", "first_answer_at"),),
    "violations": (("occurred_at", "revoked_at"),),
    "findings": (
        ("proposed_at", "warned_at"),
        ("warned_at", "decided_at"),
        ("proposed_at", "decided_at"),
        ("decided_at", "appealed_at"),
        ("appealed_at", "appeal_decided_at"),
        ("decided_at", "overturned_at"),
    ),
    "incidents": (("first_on", "last_on"),),
    "sellers": (("opened_at", "closed_at"),),
    "buyers": (("opened_at", "closed_at"),),
}


def waiting(database: DuckDB) -> tuple[Waiting, ...]:
    """Count the rows of each table that name an order known neither as order nor as parent."""
    counts = []
    database.execute(
        """
        create temp table unknown_orders as
        select order_no
        from order_ids
        anti join (select distinct order_no from orders) as known using (order_no)
        anti join (select distinct parent_order_no from orders) as parents
          on parents.parent_order_no = order_ids.order_no
        """
    )
    for table in TABLES:
        if table is ORDERS or not _names_an_order(table.columns):
            continue
        rows = int(
            database.rows(
                f"select count(*) from {table.name} semi join unknown_orders using (order_no)"
            )[0][0]
        )
        if rows:
            counts.append(Waiting(table=table.name, rows=rows))
    database.execute("drop table unknown_orders")
    return tuple(counts)


def oddities(database: DuckDB, tables: Iterable[Table]) -> tuple[Oddity, ...]:
    """Count the facts of each table in which two instants contradict each other."""
    found = []
    for table in tables:
        pairs = IN_ORDER.get(table.name, ())
        if not pairs:
            continue
        counts = ", ".join(
            f"count(*) filter (where {later} < {earlier}) as pair_{number}"
            for number, (earlier, later) in enumerate(pairs)
        )
        counted = database.run(
            known_steps(table, {name for pair in pairs for name in pair}),
            parse(f"select {counts} from known_{table.name}"),
            {"known_at": FOREVER, "corrected_at": FOREVER, "as_of_end": FOREVER},
        ).to_pylist()[0]
        found += [
            Oddity(table=table.name, earlier=earlier, later=later, facts=facts)
            for (earlier, later), facts in zip(pairs, counted.values(), strict=True)
            if facts
        ]
    return tuple(found)


def _names_an_order(columns: Iterable[Column]) -> bool:
    return any(column.name == "order_id" for column in columns)
