"""What a buyer might do about the orders, worked out from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.explanation.buyer_answer import Advice
from goodstanding.explanation.layout import counted

if TYPE_CHECKING:
    from goodstanding.explanation.buyer_answer import Clock, ClockKind, OpenFinding, OpenOrder
    from goodstanding.explanation.buyer_facts import BuyerOrder, Question


def advice(
    orders: Sequence[BuyerOrder],
    told: Sequence[OpenOrder],
    questions: Sequence[Question],
    findings: Sequence[OpenFinding],
    *,
    as_of: date,
    zone: str,
) -> tuple[Advice, ...]:
    """Return what a buyer might do, what has a last day first; `told` are those of `orders`."""
    end = days.end_of_day(as_of, zone)
    clocks = {each.order_id: {clock.kind: clock for clock in each.clocks} for each in told}
    found = [
        *_findings(findings),
        *_disputes(orders, zone),
        *_questions(questions, zone),
        *(one for each in orders for one in _of_order(each, clocks.get(each.order_id, {}), end)),
    ]
    return tuple(sorted(found, key=lambda each: (each.last_on or date.min, each.kind)))


def _findings(findings: Sequence[OpenFinding]) -> Iterator[Advice]:
    for each in findings:
        about = "" if each.found is None else f" ({each.found})"
        for clock in each.clocks:
            is_answer = clock.kind == "answer"
            do = "Answer to the warning" if is_answer else "Appeal, if it is not so:"
            yield Advice(
                kind="answer the finding" if is_answer else "appeal the finding",
                finding_id=each.finding_id,
                order_id=None,
                last_on=clock.last_on,
                days_left=clock.days_left,
                text=f"{do} {each.finding_id}{about}: {_left(clock)}.",
            )


def _disputes(orders: Sequence[BuyerOrder], zone: str) -> Iterator[Advice]:
    for order in orders:
        dispute = order.dispute
        if dispute is None or dispute.waits_since is None:
            continue
        since = days.local_day(dispute.waits_since, zone)
        yield Advice(
            kind="answer the dispute",
            order_id=order.order_id,
            last_on=None,
            days_left=None,
            text=f"Dispute {dispute.dispute_id} of order {order.order_id} waits for you: the "
            f"seller answered on {since}.",
        )


def _questions(questions: Sequence[Question], zone: str) -> Iterator[Advice]:
    for each in questions:
        about = "" if each.order_id is None else f" about order {each.order_id}"
        asked_on = days.local_day(each.asked_at, zone)
        yield Advice(
            kind="answer the seller",
            order_id=each.order_id,
            last_on=None,
            days_left=None,
            text=f"A seller asked you something{about} on {asked_on}, and has no answer yet.",
        )


def _of_order(
    order: BuyerOrder, clocks: Mapping[ClockKind, Clock], end: datetime
) -> Iterator[Advice]:
    """Yield what can be done about an order, by the clocks that run for it."""
    pay, dispute, feedback = clocks.get("pay"), clocks.get("dispute"), clocks.get("feedback")
    if pay is not None and pay.last_on is not None:
        yield Advice(
            kind="pay",
            order_id=order.order_id,
            last_on=pay.last_on,
            days_left=pay.days_left,
            text=f"Pay for order {order.order_id}, or cancel it: {_left(pay)}.",
        )
    is_overdue = order.delivered_at is None and order.deliver_by is not None
    if dispute is not None and is_overdue and order.deliver_by and order.deliver_by < end:
        yield _ask_first(order, dispute)
    if feedback is not None and feedback.last_on is not None:
        yield Advice(
            kind="give feedback",
            order_id=order.order_id,
            last_on=feedback.last_on,
            days_left=feedback.days_left,
            text=f"Give feedback on order {order.order_id}, whatever it says: {_left(feedback)}.",
        )


def _ask_first(order: BuyerOrder, dispute: Clock) -> Advice:
    left = "a dispute can be opened while the order is not closed"
    if dispute.opens_on is not None:
        left = f"a dispute can be opened from {dispute.opens_on} on"
    elif dispute.last_on is not None:
        left = f"a dispute can be opened: {_left(dispute)}"
    return Advice(
        kind="ask the seller first",
        order_id=order.order_id,
        last_on=dispute.last_on,
        days_left=dispute.days_left,
        text=f"Order {order.order_id} has not arrived by the promised day: ask the seller first; "
        f"{left}.",
    )


def _left(clock: Clock) -> str:
    return f"{counted(clock.days_left or 0, 'day')} left, the last is {clock.last_on}"
