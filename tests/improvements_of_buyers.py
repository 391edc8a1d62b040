"""Better conduct of a buyer, one row at a time, as `improvements` has it of sellers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.drawn_rows import Row
from tests.improvements import Improvement, dispute_settled, kept, undisputed, withdrawn


def dispute_won(row: Row) -> Row:
    return row | {"dispute_liable": "seller"} if row.get("dispute_liable") == "buyer" else row


def returned_by_right(row: Row) -> Row:
    if row.get("refunded_on") is None:
        return row
    return row | {"is_free_refund": False, "is_statutory_refund": True}


def right_unknown(row: Row) -> Row:
    return row | {"is_free_refund": False} if row.get("refunded_on") else row


def was_let_down(row: Row) -> Row:
    return row | {"refund_reason": "not_as_described"} if row.get("refunded_on") else row


def feedback_at_once(row: Row) -> Row:
    return row | {"feedback_given_on": row["closed_on"]} if row.get("closed_on") else row


def paid_in_time(row: Row) -> Row:
    if row.get("unpaid_on") is None:
        return row
    return row | {"unpaid_on": None, "paid_on": row["placed_on"], "is_paid": True}


def not_called_off(row: Row) -> Row:
    if row.get("cancelled_by") not in {"buyer", "unknown"}:
        return row
    days = [row.get(f"{name}_on") for name in ("cancelled", "refunded", "dispute_closed")]
    ended = max(day for day in days if day is not None)
    return row | {"cancelled_on": None, "cancelled_by": None, "closed_on": ended}


def overturned(row: Row) -> Row:
    return _with(row, "finding", lambda findings: findings[1:])


def less_grave(row: Row) -> Row:
    def lighter(finding: Row) -> Row:
        gravity = finding["gravity"]
        return finding if gravity is None else finding | {"gravity": max(1, gravity - 1)}

    return _with(row, "finding", lambda findings: [lighter(each) for each in findings])


def answered_at_once(row: Row) -> Row:
    return _with(
        row,
        "message",
        lambda threads: [each | {"answered_on": each["opened_on"]} for each in threads],
    )


def _with(row: Row, kind: str, made_of: Callable[[list[Row]], list[Row]]) -> Row:
    beside: dict[str, Any] = row.get("beside", {})
    return row | {"beside": beside | {kind: made_of(beside[kind])}} if kind in beside else row


def _improvement(made_of: Callable[[Row], Row | None], *mends: str) -> Improvement:
    return Improvement(name=made_of.__name__, mends=frozenset(mends), made_of=made_of)


OF_BUYERS = (
    _improvement(undisputed, "dispute_liable", "dispute_close_reason"),
    _improvement(withdrawn, "dispute_close_reason"),
    _improvement(dispute_settled, "dispute_close_reason", "dispute_liable"),
    _improvement(dispute_won, "dispute_liable"),
    _improvement(kept, "refunded_on", "refund_reason"),
    _improvement(returned_by_right, "is_free_refund"),
    _improvement(right_unknown, "is_free_refund"),
    _improvement(was_let_down, "refund_reason"),
    _improvement(feedback_at_once, "feedback_given_on"),
    _improvement(paid_in_time, "unpaid_on"),
    _improvement(not_called_off, "cancelled_by"),
    _improvement(overturned, "decided_on"),
    _improvement(less_grave, "gravity"),
    _improvement(answered_at_once, "answered_on"),
)
