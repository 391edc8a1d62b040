"""The service level in pandas; see `by_hand.py`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from bench.by_hand import TO_ANSWER, TO_END_OF_DAY, Bounds

_STARS = ["stars", "description_stars", "communication_stars", "logistics_stars"]
# The instant that a value has, where the row that brings it has none of its own.
_OF_ORDERS = {
    "parent_order_id": "placed_at",
    "seller_id": "placed_at",
    "placed_at": "placed_at",
    "paid_at": "paid_at",
    "ship_by": "placed_at",
    "shipped_at": "shipped_at",
    "delivered_at": "delivered_at",
    "closed_at": "closed_at",
    "cancelled_at": "cancelled_at",
    "cancelled_by": "cancelled_at",
}
_OF_DISPUTES = {
    "order_id": "opened_at",
    "opened_at": "opened_at",
    "buyer_acted_at": "buyer_acted_at",
    "answered_at": "answered_at",
    "escalated_at": "escalated_at",
    "closed_at": "closed_at",
    "close_reason": "closed_at",
}
_HAPPENED = ("placed_at", "paid_at", "shipped_at", "delivered_at", "closed_at", "cancelled_at")

Frame = Any  # pandas ships no types
Rows = tuple[Frame, Frame]


class Pandas:
    """Data frames, one after another."""

    def rows(self, folder: Path, asked: Bounds) -> Rows:
        """Return a frame of orders and a series of who has a store."""
        orders = _known_orders(folder, asked)
        lives = orders.merge(_review(folder, asked, orders), on="order_id", how="left")
        lives = lives.merge(_dispute(folder, asked), on="order_id", how="left")
        lives = lives[lives.seller_id.notna() & lives.placed_at.notna()]
        lives = lives.assign(
            is_paid=lives.paid_at.notna(),
            cancelled_by=lives.cancelled_by.where(lives.cancelled_at.notna()),
        ).drop(columns=["order_id", "parent_order_id", "placed_at", "paid_at"])
        sellers = pd.read_parquet(folder / "sellers.parquet", columns=["seller_id", "opened_at"])
        opened = sellers[sellers.opened_at.isna() | (sellers.opened_at < asked.until)]
        stores = pd.concat([opened.seller_id, lives.seller_id]).drop_duplicates()
        return lives, stores

    def levels(self, rows: Rows, asked: Bounds, seller: str | None = None) -> Frame:
        """Count the frame of orders by seller."""
        lives, stores = rows
        if seller is not None:
            lives, stores = lives[lives.seller_id == seller], stores[stores == seller]
        is_assessed = _is_assessed(lives, asked)
        marks = pd.DataFrame(
            {
                "seller_id": lives.seller_id,
                "assessed": is_assessed,
                "bad": is_assessed & _is_bad(lives, asked),
                "late_shipments": (lives.shipped_at > lives.ship_by)
                & (lives.shipped_at >= asked.first),
            }
        )
        counted = marks.groupby("seller_id").sum()
        found = counted.reindex(stores.sort_values(), fill_value=0).astype("int64").reset_index()
        return found.assign(grade=_grade(found.bad, found.assessed))


def _known_orders(folder: Path, asked: Bounds) -> Frame:
    """Return orders as last told; the few that were told more than once are merged apart."""
    names = ["order_id", *_OF_ORDERS, "recorded_at"]
    orders = pd.read_parquet(folder / "orders.parquet", columns=names)
    for name in _HAPPENED:
        orders[name] = orders[name].where(orders[name] < asked.until)
    at_midnight = orders.ship_by == orders.ship_by.dt.normalize()
    orders["ship_by"] = orders.ship_by.mask(at_midnight, orders.ship_by + TO_END_OF_DAY)
    retractions = pd.read_parquet(folder / "retractions.parquet")
    of_orders = retractions[retractions.table_name == "orders"]
    taken_back = of_orders.groupby("key").retracted_at.max()
    told_again = orders.order_id[orders.recorded_at.notna()]
    several = orders.order_id.isin(told_again) | orders.order_id.isin(taken_back.index)
    again = orders[several]
    retracted_at = again.order_id.map(taken_back)
    heard = again.recorded_at.fillna(again.delivered_at)
    again = again.assign(delivered_at=again.delivered_at.where(~(heard <= retracted_at)))
    merged = _last_said(again, "order_id", _OF_ORDERS)
    once = orders[~several].drop(columns="recorded_at")
    return pd.concat([once, merged], ignore_index=True)


def _review(folder: Path, asked: Bounds, orders: Frame) -> Frame:
    """Return the latest review of each order; what was bought together may be reviewed as one."""
    names = ["feedback_id", "order_id", "given_at", "given_by", "removed_at", *_STARS]
    feedback = pd.read_parquet(folder / "feedback.parquet", columns=names)
    removed = feedback[feedback.removed_at.notna()].groupby("feedback_id").given_at.max()
    removed_to = feedback.feedback_id.map(removed)
    standing = feedback[
        (feedback.given_at < asked.until)
        & (feedback.given_by == "buyer")
        & ~(feedback.given_at <= removed_to)
        & feedback[_STARS].notna().any(axis="columns")
    ].drop(columns=["given_by", "removed_at"])
    parts = orders.loc[orders.parent_order_id.notna(), ["order_id", "parent_order_id"]]
    together = standing.rename(columns={"order_id": "parent_order_id"})
    of_parts = parts.merge(together, on="parent_order_id").drop(columns="parent_order_id")
    return (
        pd.concat([standing, of_parts], ignore_index=True)
        .sort_values(["given_at", "feedback_id"])
        .drop_duplicates("order_id", keep="last")
        .drop(columns="feedback_id")
        .rename(columns={"given_at": "reviewed_at"})
    )


def _dispute(folder: Path, asked: Bounds) -> Frame:
    """Return the latest of each event of an order's disputes."""
    names = ["dispute_id", *_OF_DISPUTES, "recorded_at"]
    said = pd.read_parquet(folder / "disputes.parquet", columns=names)
    retractions = pd.read_parquet(folder / "retractions.parquet")
    back = retractions.key[retractions.table_name == "disputes"]
    said = said[~said.dispute_id.isin(back)].copy()
    for name, since in _OF_DISPUTES.items():
        if name == since:
            said[name] = said[name].where(said[name] < asked.until)
    said["close_reason"] = said.close_reason.where(said.closed_at.notna())
    known = _last_said(said, "dispute_id", _OF_DISPUTES)
    acted_at = known[["opened_at", "buyer_acted_at"]].max(axis="columns")
    answer_by = acted_at + TO_ANSWER
    is_answered = (known.answered_at >= acted_at) & (known.answered_at <= answer_by)
    is_open = known.closed_at.isna() | (known.closed_at >= answer_by)
    is_unanswered = (
        (answer_by < asked.until) & ~is_answered & (is_open | (known.close_reason == "unanswered"))
    )
    events = pd.DataFrame(
        {
            "order_id": known.order_id,
            "acted_at": acted_at,
            "unanswered_at": answer_by.where(is_unanswered),
            "escalated_at": known.escalated_at,
            "arbitration_ended_at": known.closed_at.where(known.escalated_at.notna()),
        }
    )
    return events.groupby("order_id", as_index=False).max()


def _last_said(frame: Frame, key: str, columns: Mapping[str, str]) -> Frame:
    """Return of each key the values said last, by the row's instant or by that of the value."""
    found = {}
    for name, since in columns.items():
        said_at = frame.recorded_at.fillna(frame[since])
        found[name] = frame.loc[said_at.sort_values().index].groupby(key)[name].last()
    return pd.DataFrame(found).reset_index()


def _is_assessed(lives: Frame, asked: Bounds) -> Frame:
    could_be_reviewed = (
        lives.reviewed_at.isna()
        & (lives.closed_at >= asked.closed_first)
        & (lives.closed_at < asked.closed_until)
    )
    return (
        _is_due(lives, asked)
        | _is_cancelled_by_seller(lives, asked)
        | (lives.shipped_at >= asked.first)
        | (lives.closed_at >= asked.first)
        | (lives.acted_at >= asked.first)
        | (lives.escalated_at >= asked.first)
        | (lives.arbitration_ended_at >= asked.first)
        | (lives.reviewed_at >= asked.first)
        | could_be_reviewed
    )


def _is_bad(lives: Frame, asked: Bounds) -> Frame:
    is_low = (lives.reviewed_at >= asked.first) & (lives[_STARS] <= 3).any(axis="columns")
    too_late = (lives.cancelled_by == "platform") & (lives.cancelled_at > lives.ship_by)
    never_shipped = (
        lives.shipped_at.isna()
        & lives.delivered_at.isna()
        & (lives.cancelled_at.isna() | too_late)
        & _is_due(lives, asked)
    )
    return (
        is_low
        | (lives.is_paid & (_is_cancelled_by_seller(lives, asked) | never_shipped))
        | (lives.escalated_at >= asked.first)
        | (lives.unanswered_at >= asked.first)
    )


def _is_due(lives: Frame, asked: Bounds) -> Frame:
    return (lives.ship_by >= asked.first) & (lives.ship_by < asked.until)


def _is_cancelled_by_seller(lives: Frame, asked: Bounds) -> Frame:
    return (lives.cancelled_by == "seller") & (lives.cancelled_at >= asked.first)


def _grade(bad: Frame, assessed: Frame) -> Frame:
    grade = pd.Series("fail", index=bad.index)
    grade = grade.mask(bad * 100 < assessed * 12, "pass")
    grade = grade.mask(bad * 100 < assessed * 6, "good")
    grade = grade.mask(bad * 1000 < assessed * 35, "excellent")
    return grade.where(assessed > 0)
