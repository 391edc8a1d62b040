"""What people decided about orders, recounted from the rule's words: the oracle's second half.

Every column of a decision is a correction: it counts once it is known, and then for every day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tests.oracle import Order
from tests.oracle_facts import ONE_DAY, Facts, Row, day_of, known

OWN_WISH = "own wish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The decisions known at an instant, asked about orders as of a day."""

    exclusions: list[Row]
    closed_buyers: set[str]
    incidents: list[Row]
    as_of: date
    zone: str

    def name(self, order: Order, reason: str) -> bool:
        """Say whether a decision not lifted names the order, or its buyer, for a reason."""
        named = {("orders", order.order_id), ("buyers", order.said.get("buyer_id"))}
        return any(
            each.get("reason") == reason
            and each.get("lifted_at") is None
            and (each.get("table_name"), each.get("key")) in named
            for each in self.exclusions
            if each.get("key") is not None
        )

    def bought_the_review(self, order: Order) -> bool:
        """Say whether the review of the order was found to be given on a condition."""
        return self.name(order, "incentivised review")

    def closed_the_buyer(self, order: Order) -> bool:
        """Say whether the marketplace closed the account of the order's buyer."""
        return order.said.get("buyer_id") in self.closed_buyers

    def excuse(self, order: Order) -> bool:
        """Say whether a declared incident concerned the order."""
        return any(self._concerns(each, order) for each in self.incidents)

    def _concerns(self, incident: Row, order: Order) -> bool:
        first, last = incident.get("first_on"), incident.get("last_on")
        pairs = (("carrier", "carrier"), ("region", "ship_to"), ("method", "shipping_method"))
        if any(incident.get(a) is not None and incident[a] != order.said.get(b) for a, b in pairs):
            return False
        if first is None:
            return False
        last = last or self.as_of  # one whose end nobody told goes on
        due = self._day(order.ship_by)
        if due is not None and first <= due <= last:
            return True
        shipped = self._day(order.shipped_at)
        if shipped is None:
            return False
        ended = order.delivered_at or order.closed_at or order.cancelled_at
        until = self._day(ended) or self.as_of
        days = (shipped + n * ONE_DAY for n in range((until - shipped).days + 1))
        return any(first <= day <= last for day in days)

    def _day(self, instant: datetime | None) -> date | None:
        return day_of(instant, self.zone) if instant else None


def decisions(facts: Facts, *, as_of: date, corrected_at: datetime, zone: str) -> Decisions:
    """Return what was decided as far as it was known at `corrected_at`, for every day."""
    as_known = known(facts, corrected_at, corrected_at=corrected_at)
    return Decisions(
        exclusions=as_known["exclusions"],
        closed_buyers={
            row["buyer_id"]
            for row in as_known["buyers"]
            if row.get("closed_at") and row.get("closed_reason") != OWN_WISH
        },
        incidents=as_known["incidents"],
        as_of=as_of,
        zone=zone,
    )
