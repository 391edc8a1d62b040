"""The service level in Polars, lazily and streaming; see `by_hand.py`."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bench.by_hand import TO_ANSWER, TO_END_OF_DAY, Bounds

_STARS = ("stars", "description_stars", "communication_stars", "logistics_stars")
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
    "opened_at": "opened_at",
    "buyer_acted_at": "buyer_acted_at",
    "answered_at": "answered_at",
    "escalated_at": "escalated_at",
    "closed_at": "closed_at",
    "close_reason": "closed_at",
}
_HAPPENED = ("placed_at", "paid_at", "shipped_at", "delivered_at", "closed_at", "cancelled_at")

Rows = tuple[pl.DataFrame, pl.DataFrame]


class Polars:
    """One lazy query for the orders and one for the stores; then one over both."""

    def rows(self, folder: Path, asked: Bounds) -> Rows:
        """Return a frame of orders and one of who has a store."""
        orders = _known_orders(folder, asked)
        lives = (
            orders.join(_review(folder, asked, orders), on="order_id", how="left")
            .join(_dispute(folder, asked), on="order_id", how="left")
            .filter(pl.col("seller_id").is_not_null(), pl.col("placed_at").is_not_null())
            .select(
                "seller_id",
                pl.col("paid_at").is_not_null().alias("is_paid"),
                *("ship_by", "shipped_at", "delivered_at", "closed_at", "cancelled_at"),
                pl.when(pl.col("cancelled_at").is_not_null()).then("cancelled_by"),
                pl.col("given_at").alias("reviewed_at"),
                *_STARS,
                *("acted_at", "unanswered_at", "escalated_at", "arbitration_ended_at"),
            )
            .collect(engine="streaming")
        )
        opened = pl.scan_parquet(folder / "sellers.parquet").filter(
            (pl.col("opened_at") < asked.until).fill_null(value=True)
        )
        sold = lives.lazy().select("seller_id")
        stores = pl.concat([opened.select("seller_id"), sold]).unique()
        return lives, stores.collect(engine="streaming")

    def levels(self, rows: Rows, asked: Bounds, seller: str | None = None) -> pl.DataFrame:
        """Count the frame of orders by seller."""
        lives, stores = (frame.lazy() for frame in rows)
        if seller is not None:
            lives, stores = (
                frame.filter(pl.col("seller_id") == seller) for frame in (lives, stores)
            )
        counted = (
            lives.select(
                "seller_id",
                _is_assessed(asked).fill_null(value=False).alias("is_assessed"),
                _is_bad(asked).fill_null(value=False).alias("is_bad"),
                _is_late(asked).fill_null(value=False).alias("is_late"),
            )
            .group_by("seller_id")
            .agg(
                pl.col("is_assessed").sum().alias("assessed"),
                (pl.col("is_assessed") & pl.col("is_bad")).sum().alias("bad"),
                pl.col("is_late").sum().alias("late_shipments"),
            )
        )
        bad, assessed = pl.col("bad").cast(pl.Int64), pl.col("assessed").cast(pl.Int64)
        grade = (
            pl.when(assessed == 0)
            .then(None)
            .when(bad * 1000 < assessed * 35)
            .then(pl.lit("excellent"))
            .when(bad * 100 < assessed * 6)
            .then(pl.lit("good"))
            .when(bad * 100 < assessed * 12)
            .then(pl.lit("pass"))
            .otherwise(pl.lit("fail"))
        )
        return (
            stores.join(counted, on="seller_id", how="left")
            .with_columns(pl.col("assessed", "bad", "late_shipments").fill_null(0))
            .with_columns(grade.alias("grade"))
            .sort("seller_id")
            .collect(engine="streaming")
        )


def _known_orders(folder: Path, asked: Bounds) -> pl.LazyFrame:
    """Return orders as last told; the few that were told more than once are merged apart."""
    ship_by = pl.col("ship_by")
    at_midnight = ship_by.dt.truncate("1d") == ship_by
    orders = pl.scan_parquet(folder / "orders.parquet").select(
        "order_id",
        *("parent_order_id", "seller_id", "cancelled_by", "recorded_at"),
        pl.when(at_midnight).then(ship_by + TO_END_OF_DAY).otherwise(ship_by),
        *(_up_to(asked, name) for name in _HAPPENED),
    )
    taken_back = (
        pl.scan_parquet(folder / "retractions.parquet")
        .filter(pl.col("table_name") == "orders")
        .group_by(pl.col("key").alias("order_id"))
        .agg(pl.col("retracted_at").max())
    )
    told_again = pl.concat(
        [
            orders.filter(pl.col("recorded_at").is_not_null()).select("order_id"),
            taken_back.select("order_id"),
        ]
    ).unique()
    delivered = pl.coalesce("recorded_at", "delivered_at") > pl.col("retracted_at")
    merged = (
        orders.join(told_again, on="order_id", how="semi")
        .join(taken_back, on="order_id", how="left")
        .with_columns(pl.when(delivered.fill_null(value=True)).then("delivered_at"))
        .group_by("order_id")
        .agg(_last_said(name, since) for name, since in _OF_ORDERS.items())
    )
    once = orders.join(told_again, on="order_id", how="anti")
    return pl.concat([once.select("order_id", *_OF_ORDERS), merged])


def _review(folder: Path, asked: Bounds, orders: pl.LazyFrame) -> pl.LazyFrame:
    """Return the latest review of each order; what was bought together may be reviewed as one."""
    feedback = pl.scan_parquet(folder / "feedback.parquet")
    removed = (
        feedback.filter(pl.col("removed_at").is_not_null())
        .group_by("feedback_id")
        .agg(pl.col("given_at").max().alias("removed_to"))
    )
    standing = (
        feedback.join(removed, on="feedback_id", how="left")
        .filter(
            pl.col("given_at") < asked.until,
            pl.col("given_by") == "buyer",
            (pl.col("given_at") > pl.col("removed_to")).fill_null(value=True),
            pl.any_horizontal(pl.col(*_STARS).is_not_null()),
        )
        .select("order_id", "feedback_id", "given_at", *_STARS)
    )
    parts = (
        orders.filter(pl.col("parent_order_id").is_not_null())
        .select("parent_order_id", pl.col("order_id").alias("part_id"))
        .join(standing, left_on="parent_order_id", right_on="order_id")
        .select(pl.col("part_id").alias("order_id"), "feedback_id", "given_at", *_STARS)
    )
    several = pl.concat([standing, parts])
    return (
        several.sort("given_at", "feedback_id")
        .unique("order_id", keep="last", maintain_order=True)
        .drop("feedback_id")
    )


def _dispute(folder: Path, asked: Bounds) -> pl.LazyFrame:
    """Return the latest of each event of an order's disputes."""
    back = pl.scan_parquet(folder / "retractions.parquet").filter(
        pl.col("table_name") == "disputes"
    )
    instants = [name for name, since in _OF_DISPUTES.items() if name == since]
    acted, due = pl.col("acted_at"), pl.col("answer_by")
    unanswered = (
        (due < asked.until)
        & ~pl.col("answered_at").is_between(acted, due).fill_null(value=False)
        & (
            pl.col("closed_at").is_null()
            | (pl.col("closed_at") >= due)
            | (pl.col("close_reason") == "unanswered").fill_null(value=False)
        )
    )
    return (
        pl.scan_parquet(folder / "disputes.parquet")
        .join(back, left_on="dispute_id", right_on="key", how="anti")
        .with_columns(_up_to(asked, name) for name in instants)
        .with_columns(pl.when(pl.col("closed_at").is_not_null()).then("close_reason"))
        .group_by("dispute_id")
        .agg(
            pl.col("order_id").drop_nulls().first(),
            *(_last_said(name, since) for name, since in _OF_DISPUTES.items()),
        )
        .with_columns(pl.max_horizontal("opened_at", "buyer_acted_at").alias("acted_at"))
        .with_columns((acted + TO_ANSWER).alias("answer_by"))
        .group_by("order_id")
        .agg(
            acted.max(),
            due.filter(unanswered).max().alias("unanswered_at"),
            pl.col("escalated_at").max(),
            pl.col("closed_at")
            .filter(pl.col("escalated_at").is_not_null())
            .max()
            .alias("arbitration_ended_at"),
        )
    )


def _up_to(asked: Bounds, name: str) -> pl.Expr:
    return pl.when(pl.col(name) < asked.until).then(name).alias(name)


def _last_said(name: str, since: str) -> pl.Expr:
    """Return the value that was said last, by the row's instant or by that of the value."""
    said_at = pl.coalesce("recorded_at", since)
    return pl.col(name).sort_by(said_at).drop_nulls().last()


def _is_assessed(asked: Bounds) -> pl.Expr:
    since = {name: pl.col(name) >= asked.first for name in _INSTANTS}
    could_be_reviewed = pl.col("reviewed_at").is_null() & pl.col("closed_at").is_between(
        asked.closed_first, asked.closed_until, closed="left"
    )
    return pl.any_horizontal(
        _is_due(asked),
        (pl.col("cancelled_by") == "seller") & since["cancelled_at"],
        *(since[name] for name in _INSTANTS if name not in {"cancelled_at", "unanswered_at"}),
        could_be_reviewed,
    )


def _is_bad(asked: Bounds) -> pl.Expr:
    low = (pl.col("reviewed_at") >= asked.first) & pl.any_horizontal(pl.col(*_STARS) <= 3)
    by_seller = (pl.col("cancelled_by") == "seller") & (pl.col("cancelled_at") >= asked.first)
    too_late = (pl.col("cancelled_by") == "platform") & (pl.col("cancelled_at") > pl.col("ship_by"))
    never_shipped = (
        pl.col("shipped_at").is_null()
        & pl.col("delivered_at").is_null()
        & (pl.col("cancelled_at").is_null() | too_late)
        & _is_due(asked)
    )
    return pl.any_horizontal(
        low,
        pl.col("is_paid") & (by_seller | never_shipped),
        pl.col("escalated_at") >= asked.first,
        pl.col("unanswered_at") >= asked.first,
    )


def _is_late(asked: Bounds) -> pl.Expr:
    return (pl.col("shipped_at") > pl.col("ship_by")) & (pl.col("shipped_at") >= asked.first)


def _is_due(asked: Bounds) -> pl.Expr:
    return pl.col("ship_by").is_between(asked.first, asked.until, closed="left")


_INSTANTS = (
    "cancelled_at",
    "shipped_at",
    "closed_at",
    "acted_at",
    "unanswered_at",
    "escalated_at",
    "arbitration_ended_at",
    "reviewed_at",
)
