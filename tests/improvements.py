"""Better conduct, one row at a time: what a row would have been had a thing gone better.

The improvements of an order are those of `clean_rows`, and smaller ones. As there nothing is
taken away: what ended by going wrong ends, clean, on the last day on which it went wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tests.drawn_rows import STARS, Row

_HOW_IT_WENT_ON = (
    "dispute_unanswered_on",
    "dispute_escalated_on",
    "arbitration_ended_on",
    "dispute_lapsed_on",
    "dispute_lost_on",
)
_DISPUTE = (
    *_HOW_IT_WENT_ON,
    *(f"dispute_{n}" for n in ("opened_on", "acted_on", "closed_on", "close_reason", "liable")),
    *("dispute_reason", "dispute_first_reason", "is_return_disputed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """One way to do better: the row that it makes of one, None where the row is taken back.

    It is one only for rulebooks that read one of the columns `mends`.
    """

    name: str
    mends: frozenset[str]
    made_of: Callable[[Row], Row | None]


def _ending(row: Row, mended: Row, *, wrong: Collection[str]) -> Row:
    """Return the mended row, ended no earlier than on the last of the days that went wrong."""
    days: list[date] = [row[name] for name in (*wrong, "closed_on") if row.get(name) is not None]
    return mended | {"closed_on": max(days, default=None)}


def _cleared(row: Row, names: Collection[str]) -> Row:
    return _ending(
        row,
        {name: value for name, value in row.items() if name not in names},
        wrong=[name for name in names if name.endswith("_on")],
    )


def undisputed(row: Row) -> Row:
    return _cleared(row, _DISPUTE)


def withdrawn(row: Row) -> Row:
    if row.get("dispute_opened_on") is None:
        return row
    closed_on = row.get("dispute_closed_on", row["dispute_acted_on"])
    told = {"dispute_closed_on": closed_on, "dispute_close_reason": "withdrawn"}
    return _cleared(row, (*_HOW_IT_WENT_ON, "dispute_liable")) | told


def dispute_settled(row: Row) -> Row:
    told: Row = {}
    if row.get("dispute_close_reason") not in {None, "withdrawn"}:  # which is better still
        told["dispute_close_reason"] = "settled"
    if row.get("dispute_liable") is not None:
        told["dispute_liable"] = "nobody"
    return _cleared(row, _HOW_IT_WENT_ON) | told if row.get("dispute_opened_on") else row


def found_right(row: Row) -> Row:
    if row.get("dispute_liable") != "seller":
        return row
    return {k: v for k, v in row.items() if k != "dispute_lost_on"} | {"dispute_liable": "buyer"}


def shipped_in_time(row: Row) -> Row:
    is_by_buyer = row.get("cancelled_by") == "buyer"
    went_wrong = ["unshipped_on"] if row.get("unshipped_on") else []
    went_wrong += ["shipped_on"] if row.get("is_shipped_late") else []
    went_wrong += ["cancelled_on"] if row.get("cancelled_on") and not is_by_buyer else []
    if not went_wrong:
        return row
    days = [row[n] for n in ("shipped_on", "ship_by_on", "cancelled_on") if row.get(n)]
    mended = row | {"shipped_on": min(days), "is_shipped_late": False, "unshipped_on": None}
    if not is_by_buyer:
        mended |= {"cancelled_on": None, "cancelled_by": None}
    return _ending(row, mended, wrong=went_wrong)


def stars_raised(name: str, by: int) -> Callable[[Row], Row]:
    def raised(row: Row) -> Row:
        stars = row.get(name)
        return row if stars is None else row | {name: min(5, stars + by)}

    return raised


def reviewed_well(row: Row) -> Row:
    return row | {name: 5 for name in STARS if row.get(name) is not None}


def delivered_in_time(row: Row) -> Row:
    if not row.get("is_delivered_late"):
        return row
    mended = row | {"delivered_on": row["deliver_by_on"], "is_delivered_late": False}
    return _ending(row, mended, wrong=["delivered_on"])


def kept(row: Row) -> Row:
    return _cleared(row, ["refunded_on", "refund_reason", "is_statutory_refund", "is_free_refund"])


def paid_in_time(row: Row) -> Row:
    if row.get("unpaid_on") is None:
        return row
    mended = row | {"paid_on": row["placed_on"], "is_paid": True, "unpaid_on": None}
    return _ending(row, mended, wrong=["unpaid_on"])


def paid_for_good(row: Row) -> Row:
    return _cleared(row, ["charged_back_on"])


def revoked(_: Row) -> None:
    return None


def lightened(by: int) -> Callable[[Row], Row]:
    def lighter(row: Row) -> Row:
        return row | {"points_milli": max(0, row["points_milli"] - by)}

    return lighter


def scored_higher(by: int) -> Callable[[Row], Row]:
    return lambda row: row | {"score": row["score"] + by}


def _improvement(made_of: Callable[[Row], Row | None], *mends: str, name: str = "") -> Improvement:
    return Improvement(name=name or made_of.__name__, mends=frozenset(mends), made_of=made_of)


_OF_ORDERS = (
    *(
        _improvement(stars_raised(column, by), column, name=f"{column} raised by {by}")
        for column in STARS
        for by in (1, 4)
    ),
    _improvement(reviewed_well, *STARS),
    _improvement(
        shipped_in_time,
        "ship_by_on",
        "shipped_on",
        "is_shipped_late",
        "unshipped_on",
        "cancelled_on",
        "cancelled_by",
    ),
    _improvement(delivered_in_time, "deliver_by_on", "delivered_on", "is_delivered_late"),
    _improvement(undisputed, "dispute_opened_on", "dispute_reason", "dispute_acted_on"),
    _improvement(withdrawn, "dispute_close_reason", *_HOW_IT_WENT_ON),
    _improvement(dispute_settled, "dispute_close_reason", "dispute_liable", *_HOW_IT_WENT_ON),
    _improvement(found_right, "dispute_lost_on", "dispute_liable"),
    _improvement(kept, "refunded_on", "refund_reason", "is_statutory_refund", "is_free_refund"),
    _improvement(paid_in_time, "unpaid_on"),
    _improvement(paid_for_good, "charged_back_on"),
)
IMPROVEMENTS: Mapping[str, tuple[Improvement, ...]] = {
    "order": _OF_ORDERS,
    "line": _OF_ORDERS,
    "violation": (
        _improvement(revoked, "points_milli"),
        _improvement(lightened(1), "points_milli", name="lightened by a thousandth"),
        _improvement(lightened(4000), "points_milli", name="lightened by four"),
    ),
    "standing": (
        _improvement(scored_higher(1), "score", name="scored higher by 1"),
        _improvement(scored_higher(20), "score", name="scored higher by 20"),
    ),
}


def improved(
    rows: Sequence[Row], ways: Sequence[Improvement], read: Collection[str]
) -> Iterator[tuple[int, Improvement, list[Row]]]:
    """Yield the rows with one of them improved, in each way that changes what is read of it.

    With each come the place of that row and what was done.
    """
    read = {*read, "beside"}
    for place, row in enumerate(rows):
        for improvement in ways:
            if improvement.mends.isdisjoint(read):
                continue
            mended = improvement.made_of(row)
            others = [*rows[:place], *rows[place + 1 :]]
            if mended is None:
                yield place, improvement, others
            elif any(mended.get(name) != row.get(name) for name in read):
                yield place, improvement, [*rows[:place], mended, *rows[place + 1 :]]
