"""What a clean order looks like, and one that went wrong: the what-ifs, as data.

Cleaning mends what was at fault and nothing else: an order with a bad review gets a good one,
one that was never shipped is shipped in time. It never takes an order away: what ends early
by going wrong ends, clean, on the day on which it went wrong, so that it counts as long.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from goodstanding.assessment.examples import example_rows
from goodstanding.rows.catalogue import ROW_KINDS, RowKind, Type

_ORDER = ROW_KINDS["order"]


def _code(column: str, text: str) -> int:
    return _ORDER.column(column).code_number(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanEdit:
    """One way in which an order can be mended.

    It applies where one of the columns `mends` is at fault. `sets` gives columns their clean
    values, as SQL over the row as it was; `until` is the day on which it went wrong.
    """

    name: str
    mends: frozenset[str]
    sets: Mapping[str, str]
    until: str = "null::date"


_STARS = ("stars", "description_stars", "communication_stars", "logistics_stars")
_BY_BUYER = f"coalesce(cancelled_by = {_code('cancelled_by', 'buyer')}, false)"
_DISPUTE = [column.name for column in _ORDER.columns if column.name.startswith("dispute_")]
_SETTLED = _code("dispute_close_reason", "settled")
_NOBODY = _code("dispute_liable", "nobody")

# In this order: where two set one column, the first that applies does.
CLEAN_EDITS: tuple[CleanEdit, ...] = (
    CleanEdit(
        name="reviewed_well",
        mends=frozenset(_STARS),
        sets={column: f"case when {column} is not null then 500 end" for column in _STARS},
    ),
    CleanEdit(
        name="shipped_in_time",
        mends=frozenset(
            [
                "ship_by_on",
                "shipped_on",
                "is_shipped_late",
                "unshipped_on",
                "cancelled_on",
                "cancelled_by",
            ]
        ),
        sets={
            "shipped_on": "least(shipped_on, ship_by_on, cancelled_on, $as_of)",
            "is_shipped_late": "false",
            "unshipped_on": "null",
            "cancelled_on": f"case when {_BY_BUYER} then cancelled_on end",
            "cancelled_by": f"case when {_BY_BUYER} then cancelled_by end",
        },
        until=f"""greatest(
            unshipped_on,
            case when is_shipped_late then shipped_on end,
            case when not {_BY_BUYER} then cancelled_on end
        )""",
    ),
    CleanEdit(
        name="delivered_in_time",
        mends=frozenset({"deliver_by_on", "delivered_on", "is_delivered_late"}),
        sets={"delivered_on": "least(delivered_on, deliver_by_on)", "is_delivered_late": "false"},
        until="delivered_on",
    ),
    CleanEdit(
        name="undisputed",
        mends=frozenset({"dispute_opened_on", "dispute_reason", "dispute_acted_on"}),
        sets=dict.fromkeys([*_DISPUTE, "arbitration_ended_on"], "null"),
        until="greatest(dispute_opened_on, dispute_acted_on, dispute_escalated_on)",
    ),
    CleanEdit(
        name="dispute_settled",
        mends=frozenset(
            {
                "dispute_unanswered_on",
                "dispute_escalated_on",
                "arbitration_ended_on",
                "dispute_lapsed_on",
                "dispute_lost_on",
                "dispute_close_reason",
                "dispute_liable",
            }
        ),
        sets={
            "dispute_unanswered_on": "null",
            "dispute_escalated_on": "null",
            "arbitration_ended_on": "null",
            "dispute_lapsed_on": "null",
            "dispute_lost_on": "null",
            "dispute_close_reason": f"case when dispute_closed_on is not null then {_SETTLED} end",
            "dispute_liable": f"case when dispute_liable is not null then {_NOBODY} end",
        },
        until="greatest(dispute_unanswered_on, dispute_escalated_on, dispute_closed_on)",
    ),
    CleanEdit(
        name="kept",
        mends=frozenset({"refunded_on", "refund_reason", "is_statutory_refund", "is_free_refund"}),
        sets={
            "refunded_on": "null",
            "refund_reason": "null",
            "is_statutory_refund": "false",
            "is_free_refund": "false",
        },
        until="refunded_on",
    ),
    CleanEdit(
        name="paid_in_time",
        mends=frozenset({"unpaid_on"}),
        sets={
            "unpaid_on": "null",
            "paid_on": "case when unpaid_on is null then paid_on else placed_on end",
            "is_paid": "is_paid or unpaid_on is not null",
        },
        until="unpaid_on",
    ),
    CleanEdit(
        name="paid_for_good",
        mends=frozenset({"charged_back_on"}),
        sets={"charged_back_on": "null"},
        until="charged_back_on",
    ),
)

AS_OF = "as of"  # stands for the as-of day
_HAPPENED = "placed_on paid_on ship_by_on shipped_on deliver_by_on delivered_on closed_on"
_CLEAN: dict[str, Any] = {
    **dict.fromkeys([*_HAPPENED.split(), "feedback_on", "feedback_given_on"], AS_OF),
    **dict.fromkeys(_STARS, 5),
    "is_paid": True,
    "fulfilled_by": "seller",
    "quantity": 1,
    "amount_minor": 10_000,  # no small order, whatever the currency
}
_UNSHIPPED = dict.fromkeys(
    ["shipped_on", "delivered_on", "closed_on", "feedback_on", "feedback_given_on", *_STARS]
)
_DISPUTED = dict.fromkeys(["dispute_opened_on", "dispute_acted_on"], AS_OF) | {
    "dispute_reason": "not_as_described"
}

CLEAN = "clean"
# Further orders to try, all on the as-of day: a clean one, then the ways to go wrong.
FURTHER_ORDERS: Mapping[str, Mapping[str, Any]] = {
    CLEAN: _CLEAN,
    "with a review of 1 star": _CLEAN | dict.fromkeys(_STARS, 1),
    "cancelled by the seller": _CLEAN
    | _UNSHIPPED
    | {"cancelled_on": AS_OF, "cancelled_by": "seller"},
    "never shipped": _CLEAN | _UNSHIPPED | {"unshipped_on": AS_OF},
    "shipped late": _CLEAN | {"is_shipped_late": True},
    "delivered late": _CLEAN | {"is_delivered_late": True},
    "with a dispute left unanswered": _CLEAN | _DISPUTED | {"dispute_unanswered_on": AS_OF},
    "with a dispute lost in arbitration": _CLEAN
    | _DISPUTED
    | {
        "dispute_escalated_on": AS_OF,
        "arbitration_ended_on": AS_OF,
        "dispute_closed_on": AS_OF,
        "dispute_close_reason": "ruled",
        "dispute_liable": "seller",
    },
    "refunded": _CLEAN | {"refunded_on": AS_OF, "refund_reason": "not_as_described"},
    "charged back": _CLEAN | {"charged_back_on": AS_OF},
}


def edits_for(at_fault: Collection[str]) -> list[CleanEdit]:
    """Return the edits that mend an order of which these columns are at fault."""
    return [edit for edit in CLEAN_EDITS if not edit.mends.isdisjoint(at_fault)]


def cleaned_columns(kind: RowKind, row: str, applies: str) -> dict[str, str]:
    """Return the columns of a cleaned row, as SQL.

    `row` names the relation of the row as it was, `applies` the one that has a flag named
    after each edit. Binds `$as_of`.
    """
    columns = {}
    for column in kind.columns:
        branches = [
            f"when {applies}.{edit.name} then {edit.sets[column.name]}"
            for edit in CLEAN_EDITS
            if column.name in edit.sets
        ]
        was = f"{row}.{column.name}"
        columns[column.name] = f"case {' '.join(branches)} else {was} end" if branches else was
    wrong = [f"case when {applies}.{edit.name} then {edit.until} end" for edit in CLEAN_EDITS]
    columns["closed_on"] = f"greatest({row}.closed_on, {', '.join(wrong)})"
    return columns


def further_orders(kind: RowKind, subject: str, as_of: date) -> pa.Table:
    """Return one row of a kind for each further order to try, in their order, as `variant`."""
    written = [
        {
            name: as_of if value == AS_OF else value
            for name, value in order.items()
            if value is not None and kind.has(name)
        }
        for order in FURTHER_ORDERS.values()
    ]
    if not kind.is_of_orders:  # a further order brings nothing else with it
        written = []
    rows = example_rows(kind, subject, written)
    return rows.append_column("variant", pa.array(range(len(written)), pa.int32()))


def day_columns(kind: RowKind) -> list[str]:
    """Return the names of a kind's columns that hold days."""
    return [column.name for column in kind.columns if column.type is Type.DAY]
