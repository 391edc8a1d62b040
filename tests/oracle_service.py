"""Service, order by order, recounted slowly from the words of docs/service.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests import oracle
from tests.oracle import Order
from tests.oracle_daily_score import how_ended, latest_opened, why_opened
from tests.oracle_decisions import Decisions, decisions
from tests.oracle_facts import ONE_DAY, Facts, Row, day_of, first_instant, known, last_instant

TWENTY_DAYS, FIVE_DAYS, THIRTY_DAYS = 20, 5, 30
ONE_TURN = timedelta(hours=24)  # to answer a question


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looking:
    """An order, or nothing of one, seen from the end of a day."""

    decided: Decisions

    def on(self, instant: datetime | None) -> date | None:
        """Return the day of an instant that is over by the as-of day; else None."""
        day = day_of(instant, self.decided.zone) if instant else None
        return day if day is not None and day <= self.decided.as_of else None

    def within(self, day: date | None, days: int = 90) -> bool:
        first = self.decided.as_of - (days - 1) * ONE_DAY
        return day is not None and first <= day <= self.decided.as_of

    def age(self, day: date) -> int:
        return (self.decided.as_of - day).days


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sold(_Looking):
    """One order that is not excluded; each method names the counts to which it belongs."""

    order: Order

    @property
    def disputed_on(self) -> date | None:
        return self.on(latest_opened(self.order))

    @property
    def is_withdrawn(self) -> bool:
        return how_ended(self.order) == "withdrawn"

    @property
    def is_said_not_to_come(self) -> bool:
        return why_opened(self.order) == "not_received" and not self.is_withdrawn

    def payment(self) -> Iterable[str]:
        placed = self.on(self.order.said.get("placed_at"))
        if placed is None or not self.within(placed):
            return
        paid = self.on(self.order.paid_at)
        if paid is None and not self.order.cancelled_at and self.age(placed) <= TWENTY_DAYS:
            yield "payments_not_due"
            return
        yield "paid_rate of"
        if paid is not None and (paid - placed).days <= TWENTY_DAYS:
            yield "paid_rate"

    def shipping(self) -> Iterable[str]:
        order = self.order
        if not order.paid_at:
            return
        due_on = self.on(order.ship_by)
        gone = (order.shipped_at, order.delivered_at, order.cancelled_at)
        is_missed = due_on is not None and not any(
            each and order.ship_by and each <= order.ship_by for each in gone
        )
        if due_on is None and self.within(self.on(order.paid_at)) and not any(gone):
            yield "shipping_not_due"
        is_due = self.within(due_on) and bool(
            not order.cancelled_at or order.shipped_at or is_missed
        )
        called_off = order.cancelled_by == "seller" and not order.shipped_at
        is_due = is_due or (called_off and self.within(self.on(order.cancelled_at)))
        if not is_due or self.decided.name(order, "order protection"):
            return
        yield "shipped_in_time_rate of"
        if not order.is_shipped_late and not is_missed and (order.shipped_at or order.delivered_at):
            yield "shipped_in_time_rate"

    def delivery(self) -> Iterable[str]:
        order = self.order
        if not order.paid_at:
            return
        promise = order.said.get("deliver_by")
        promised = last_instant(promise, self.decided.zone) if promise else None
        promised_on = self.on(promised)
        ended = order.closed_at or order.cancelled_at
        if promised_on is None:
            if self.within(self.on(order.paid_at)) and not order.delivered_at and not ended:
                yield "delivery_not_due"
            return
        if not self.within(promised_on):
            return
        is_untold = not order.delivered_at and order.closed_at and not self.is_said_not_to_come
        if is_untold:
            yield "delivery_not_told"
        is_excused = self.decided.excuse(order)
        if (order.delivered_at or not ended or self.is_said_not_to_come) and not is_excused:
            yield "delivered_in_time_rate of"
            if order.delivered_at and promised and order.delivered_at <= promised:
                yield "delivered_in_time_rate"
        yield from ("complained_rate of", "not_received_rate of")
        if self.disputed_on is not None and not self.is_withdrawn:
            yield "complained_rate"
            if why_opened(order) == "not_received" and not is_excused:
                yield "not_received_rate"

    def review(self) -> Iterable[str]:
        review, closed = self.order.review, self.on(self.order.closed_at)
        if review is None:
            if closed is not None and self.age(closed) < THIRTY_DAYS:
                yield "reviews_not_due"
            if closed is not None and self.within(closed + THIRTY_DAYS * ONE_DAY):
                yield "reviews_never_given"
            return
        stars = review.get("stars")
        is_bought = self.decided.bought_the_review(self.order)
        if stars is None or is_bought or not self.within(self.on(review["given_at"])):
            return
        yield "reviewed_well_rate of"
        if stars >= 4:
            yield "reviewed_well_rate"

    def dispute(self) -> Iterable[str]:
        starts = [
            due - oracle.TIME_TO_ANSWER
            for each in self.order.disputes
            if (due := oracle.answer_was_due(each))
        ]
        acted = self.on(max(starts, default=None))
        missed = [
            day
            for each in self.order.disputes
            if oracle.is_unanswered(each) and (day := self._is_over(each)) is not None
        ]
        unanswered = max(missed, default=None)
        closed = self.on(
            max((e["closed_at"] for e in self.order.disputes if e.get("closed_at")), default=None)
        )
        if acted is None:
            return
        if self.within(acted + (FIVE_DAYS + 1) * ONE_DAY) or self.within(unanswered):
            yield "disputes_answered_rate of"
            if unanswered is None or unanswered < acted:
                yield "disputes_answered_rate"
        is_open = closed is None or closed < acted
        if self.age(acted) <= FIVE_DAYS and unanswered is None and is_open:
            yield "disputes_not_due"

    def _is_over(self, dispute: Row) -> date | None:
        """Return the day on which the time to answer was over, if that is by the as-of day."""
        return self.on(oracle.answer_was_due(dispute))

    def rates(self) -> Iterable[str]:
        received = self.within(self.on(self.order.closed_at), 30)
        is_disputed = self.within(self.disputed_on, 30)
        if received or is_disputed:
            yield "dispute_rate of"
            if is_disputed and not self.is_withdrawn:
                yield "dispute_rate"
        raised = [each.get("escalated_at") for each in self.order.disputes]
        ended = [each.get("closed_at") for each in self.order.disputes]
        is_raised = self.within(self.on(max(filter(None, raised), default=None)), 30)
        is_ended = self.within(self.on(max(filter(None, ended), default=None)), 30)
        if received or is_ended or is_raised:
            yield "arbitration_rate of"
            if is_raised:
                yield "arbitration_rate"

    def counts(self) -> Iterable[str]:
        yield from self.payment()
        yield from self.shipping()
        yield from self.delivery()
        yield from self.review()
        yield from self.dispute()
        yield from self.rates()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked(_Looking):
    """One thread that is a question."""

    thread: Row
    end: datetime

    def counts(self) -> Iterable[str]:
        first, answer = self.thread["first_at"], self.thread.get("first_answer_at")
        if not self.within(self.on(first)):
            return
        names = ["questions", *(["order_questions"] if self.thread.get("order_id") else [])]
        in_time = answer is not None and answer <= first + ONE_TURN
        is_over = first + ONE_TURN < self.end
        for name in names:
            rate = "questions_answered_rate" if name == "questions" else "order_questions_rate"
            if answer is None and not is_over:
                yield f"{name}_not_due"
                continue
            yield f"{rate} of"
            if in_time:
                yield rate


def service(facts: Facts, **asked: Any) -> dict[str, dict[str, int]]:
    """Return, for each seller with anything, how often each number counts; `of`: below the line."""
    clocks = {key: asked[key] for key in ("as_of", "corrected_at", "zone")}
    decided = decisions(facts, **clocks)
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for order in oracle.order_history(facts, **asked).values():
        closed = "the buyer's account was closed for abuse"
        counts = found[order.seller_id]
        if decided.closed_the_buyer(order) or decided.name(order, closed):
            continue
        if not decided.name(order, "malicious buyer"):
            for name in _Sold(decided=decided, order=order).counts():
                counts[name] += 1
    for thread in known(facts, asked["known_at"], **clocks)["messages"]:
        if thread.get("seller_id") is None or thread.get("first_at") is None:
            continue
        counts = found[thread["seller_id"]]
        is_question = not thread.get("is_spam") and thread.get("opened_by", "buyer") == "buyer"
        if is_question and not _is_excluded(thread, decided):
            end = first_instant(asked["as_of"] + ONE_DAY, asked["zone"])
            for name in _Asked(decided=decided, thread=thread, end=end).counts():
                counts[name] += 1
    return {seller: dict(counts) for seller, counts in found.items()}


def _is_excluded(thread: Row, decided: Decisions) -> bool:
    """Say whether a decision names the thread's order, or its buyer, as malicious."""
    named = {("orders", thread.get("order_id")), ("buyers", thread.get("buyer_id"))}
    return any(
        each.get("reason") == "malicious buyer"
        and each.get("lifted_at") is None
        and each.get("key") is not None
        and (each.get("table_name"), each.get("key")) in named
        for each in decided.exclusions
    )
