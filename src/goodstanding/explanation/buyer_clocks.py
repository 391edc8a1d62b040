"""The clocks of a buyer's orders: until when what can be done, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.explanation.buyer_answer import Clock, OpenOrder

if TYPE_CHECKING:
    from goodstanding.explanation.buyer_answer import ClockKind
    from goodstanding.explanation.buyer_facts import BuyerOrder
    from goodstanding.rulebook.periods import Period, PeriodName, Periods

_SHIP = "The seller is to ship it by the instant named when it was placed."
_DELIVER = "It was promised to be delivered by this instant."


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """By which periods, in which zone, as of which day clocks are read."""

    periods: Periods
    zone: str
    as_of: date

    def open_orders(self, orders: Iterable[BuyerOrder]) -> list[OpenOrder]:
        """Return the orders that have not ended, or of which a clock still runs, as they come."""
        found = []
        for order in orders:
            clocks = tuple(self.of(order))
            if clocks or not _has_ended(order):
                found.append(
                    OpenOrder(
                        order_id=order.order_id,
                        seller_id=order.seller_id,
                        placed_at=order.placed_at,
                        state=state(order),
                        dispute_id=None if order.dispute is None else order.dispute.dispute_id,
                        clocks=clocks,
                    )
                )
        return found

    def of(self, order: BuyerOrder) -> Iterator[Clock]:
        """Yield the clocks that still run for an order, in the order of its life."""
        is_called_off = order.cancelled_at is not None
        if _waits_for_payment(order):
            yield from self._running("pay", order)
        if not is_called_off and order.shipped_at is None and order.delivered_at is None:
            yield from self._promised("ship", order, order.ship_by, _SHIP)
        if not is_called_off and order.shipped_at is not None and order.delivered_at is None:
            yield from self._promised("deliver", order, order.deliver_by, _DELIVER)
        if order.paid_at is None or is_called_off:
            return
        if order.dispute is None and order.refunded_at is None:
            yield from self._running("dispute", order)
        # Whoever is in dispute can withdraw all the same, and may lose that right by waiting; who
        # had a part of the money back can from the rest.
        if order.refunded_at is None or order.is_partly_refunded:
            yield from self._running("withdraw", order)
        if order.feedback_at is None:
            yield from self._running("feedback", order)

    def _promised(
        self, kind: ClockKind, order: BuyerOrder, by: datetime | None, rule: str
    ) -> Iterator[Clock]:
        if by is None or order.closed_at is not None:
            return
        yield self._clock(kind, by=by, last_on=days.local_day(by, self.zone), rule=rule)

    def _running(self, name: PeriodName, order: BuyerOrder) -> Iterator[Clock]:
        """Yield the clock of a period, unless it is over."""
        period = self.periods.by_name[name]
        start = _first(order, period.after)
        by, last_on = None, None
        if start is not None:
            by, last_on = self._end(period, start)
        end = days.end_of_day(self.as_of, self.zone)
        is_over = by < end if by is not None else last_on is not None and last_on <= self.as_of
        if not is_over:
            yield self._clock(
                name,
                by=by,
                last_on=last_on,
                rule=period.rule,
                period=period,
                opens_on=self._opens_on(period, order),
            )

    def _end(self, period: Period, start: datetime) -> tuple[datetime | None, date]:
        """Return the last instant of a period, None where it is a whole day, and its last day."""
        if period.hours is not None:
            by = start + timedelta(hours=period.hours)
            return by, days.local_day(by, self.zone)
        return None, days.local_day(start, self.zone) + timedelta(days=period.days or 0)

    def _opens_on(self, period: Period, order: BuyerOrder) -> date | None:
        start = _first(order, period.opens_after)
        if start is None or period.opens_days is None:
            return None
        promised = order.deliver_by
        if promised is not None and period.at_once_days is not None:
            at_once = promised - start < timedelta(days=period.at_once_days)
            if at_once:
                return None
        opens = days.local_day(start, self.zone) + timedelta(days=period.opens_days)
        return opens if opens > self.as_of else None

    def _clock(
        self,
        kind: ClockKind,
        *,
        by: datetime | None,
        last_on: date | None,
        rule: str,
        period: Period | None = None,
        opens_on: date | None = None,
    ) -> Clock:
        return Clock(
            kind=kind,
            opens_on=opens_on,
            by=by,
            last_on=last_on,
            days_left=None if last_on is None else (last_on - self.as_of).days,
            rule=rule,
            source=() if period is None else period.source,
            confidence=None if period is None else period.confidence,
        )


def state(order: BuyerOrder) -> str:
    """Say how far an order is."""
    if order.dispute is not None:
        return "in dispute"
    for instant, said in (
        (order.cancelled_at, "cancelled"),
        (order.closed_at, "closed"),
        (order.delivered_at, "delivered"),
        (order.shipped_at, "on its way"),
        (order.paid_at, "paid"),
    ):
        if instant is not None:
            return said
    return "not paid"


def _first(order: BuyerOrder, names: Iterable[str]) -> datetime | None:
    """Return the first of an order's instants, in the order named, that is known."""
    return next((at for name in names if (at := order.instant(name)) is not None), None)


def _waits_for_payment(order: BuyerOrder) -> bool:
    ends = (order.paid_at, order.shipped_at, order.delivered_at, order.closed_at)
    return all(at is None for at in (*ends, order.cancelled_at))


def _has_ended(order: BuyerOrder) -> bool:
    is_over = order.closed_at is not None or order.cancelled_at is not None
    return is_over and order.dispute is None
