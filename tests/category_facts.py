"""Facts of a small market with categories: C3 lies below C2, C2 and C4 below C1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.oracle_facts import Facts, Row

TREE = {"C1": None, "C2": "C1", "C3": "C2", "C4": "C1"}


def sold(
    seller: str,
    categories: Sequence[str | None],
    n: int,
    *,
    stars: int = 5,
    disputed: int = 0,
    ended: datetime = datetime(2020, 8, 1, 12),
) -> Facts:
    """Return orders that ended on a day, each with a line in every category named.

    They are rated on that day; of the first so many a dispute over description was opened.
    """
    at = {"recorded_at": ended + timedelta(hours=1)}
    facts: Facts = {"orders": [], "order_lines": [], "feedback": [], "disputes": []}
    for number in range(n):
        order = f"{seller}-{'-'.join(map(str, categories))}-{number}"
        placed = ended - timedelta(days=20)
        said: dict[str, Any] = {"order_id": order, **at}
        facts["orders"].append(
            said
            | {"seller_id": seller, "buyer_id": f"B-{order}"}
            | {"placed_at": placed, "paid_at": placed, "closed_at": ended}
        )
        facts["order_lines"] += [
            said | {"line_no": place, "category_id": category, "quantity": 1}
            for place, category in enumerate(categories, start=1)
        ]
        review: Row = {"feedback_id": f"F-{order}", "given_at": ended, "given_by": "buyer"}
        facts["feedback"].append(said | review | {"stars": 4, "description_stars": stars})
        if number < disputed:
            opened = {"dispute_id": f"D-{order}", "opened_at": ended}
            facts["disputes"].append(said | opened | {"reason": "not_as_described"})
    return facts


def together(*some: Facts) -> Facts:
    """Return the facts of all, with the tree of categories."""
    tree: list[Row] = [
        {"category_id": name, "parent_id": above, "recorded_at": datetime(2020, 1, 1)}
        for name, above in TREE.items()
    ]
    found: Facts = {"categories": tree}
    for facts in some:
        for name, rows in facts.items():
            found[name] = [*found.get(name, []), *rows]
    return found
