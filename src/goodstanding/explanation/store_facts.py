"""A store's facts as of a day: what is open, and by when, and disputes over what it sold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from goodstanding import days
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import Step, parse, statement
from goodstanding.explanation.next_answer import DeadlineKind
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import cut_apart, known_steps
from goodstanding.rows.derive import dispute_steps, looked_at_steps

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

_READ = (
    *("seller_id", "placed_at", "paid_at", "ship_by", "shipped_at", "deliver_by", "delivered_at"),
    *("closed_at", "cancelled_at"),
)
_OPEN = """
select
  'shipment' as kind, order_no, '' as dispute_id, ship_by as due_at, '' as liable,
  false as is_escalated
from known_orders
where
  seller_no = $register_no and coalesce(placed_at, paid_at, closed_at) is not null
  and ship_by is not null and shipped_at is null
  and delivered_at is null and cancelled_at is null
  and (closed_at is null or ship_by >= $happened_until)
union all
select 'delivery', order_no, '', deliver_by, '', false
from known_orders
where
  seller_no = $register_no and deliver_by >= $happened_until and shipped_at is not null
  and delivered_at is null and cancelled_at is null and closed_at is null
union all
select
  'dispute', disputes.order_no, disputes.dispute_id, disputes.answer_by,
  coalesce(disputes.liable, ''), disputes.escalated_at is not null
from disputes_clocked as disputes
join known_orders as orders on orders.order_no = disputes.order_no
where
  orders.seller_no = $register_no and disputes.answer_by is not null
  and disputes.closed_at is null
  and (disputes.answered_at is null or disputes.answered_at < disputes.acted_at)
"""
# Of several disputes of an order the latest tells.
_CASES = """
select distinct disputes.order_no, order_ids.order_id, disputes.opened_at, listing_ids.listing_id
from order_disputes as disputes
join known_orders as orders on orders.order_no = disputes.order_no
join order_ids on order_ids.order_no = disputes.order_no
join known_order_lines as lines on lines.order_no = disputes.order_no
join listing_ids on listing_ids.listing_no = lines.listing_no
where
  orders.seller_no = $register_no and disputes.opened_at >= $since
  and (disputes.reason = 'not_as_described' or disputes.first_reason = 'not_as_described')
  and coalesce(disputes.close_reason, '') <> 'withdrawn'
"""
_NOT_ENDED = """
select order_no, deliver_by from known_orders
where
  seller_no = $register_no and closed_at is null and cancelled_at is null
  and coalesce(placed_at, paid_at, shipped_at, delivered_at) is not null
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """An instant by which something is to be done about an order of a store.

    `on` is its day in the market's zone. `is_past`: it lies before the end of the as-of day. Of a
    dispute, `liable` is whom a decision already names, if any, and `is_escalated` says that
    arbitration was raised.
    """

    kind: DeadlineKind
    order_no: int
    order_id: str
    dispute_id: str
    at: datetime
    on: date
    is_past: bool
    liable: str
    is_escalated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An order with a dispute over goods not as described, opened on a day."""

    order_no: int
    order_id: str
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """The facts of one store, as of a day, with what was known at an instant (naive UTC).

    `number` is the market's of the store.
    """

    database: Database
    settings: Settings
    as_of: date
    known_at: datetime
    number: int

    def deadlines(self) -> list[Deadline]:
        """Return what is open as of the day asked about, by deadline.

        Orders neither shipped nor cancelled, shipped and not arrived, and disputes without an
        answer; one in arbitration only until its deadline, as nothing can be done after.
        """
        end = days.end_of_day(self.as_of, self.settings.time_zone)
        query = parse(
            "select each.*, order_ids.order_id from each "
            "join order_ids on order_ids.order_no = each.order_no"
        )
        named = Step("each", "what is open, and by when", parse(_OPEN))
        found = [
            Deadline(
                kind=kind,
                order_no=order_no,
                order_id=order_id,
                dispute_id=dispute_id,
                at=at,
                on=days.local_day(at, self.settings.time_zone),
                is_past=at < end,
                liable=liable,
                is_escalated=is_escalated,
            )
            for kind, order_no, dispute_id, at, liable, is_escalated, order_id in self._rows(
                query, named
            )
            if at >= end or not is_escalated
        ]
        return sorted(found, key=lambda each: (each.at, each.kind, each.order_id, each.dispute_id))

    def not_ended(self) -> dict[int, date | None]:
        """Return the orders that have not ended, with the day promised for their delivery."""
        zone = self.settings.time_zone
        rows = self._rows(parse(_NOT_ENDED))
        return {number: None if by is None else days.local_day(by, zone) for number, by in rows}

    def unanswered(self, day: date, orders: Collection[int]) -> dict[tuple[int, str], date]:
        """Return the disputes of some orders left unanswered by a day, with the day of that.

        By what had happened by the as-of day, and nothing after.
        """
        query = parse("select order_no, dispute_id, unanswered_at from disputes_judged")
        return {
            (order_no, dispute_id): days.local_day(at, self.settings.time_zone)
            for order_no, dispute_id, at in self._rows(query, as_of=day)
            if at is not None and order_no in orders
        }

    def cases_by_listing(self, since: date) -> Mapping[str, list[Case]]:
        """Return the disputes over goods not as described that were opened since a day.

        By listing, the one with the most of them first; of each the latest first. Those that the
        buyer withdrew are not among them.
        """
        zone = self.settings.time_zone
        first = days.start_of_day(since, zone)
        found: dict[str, list[Case]] = {}
        for order_no, order_id, opened_at, listing_id in self._rows(parse(_CASES), since=first):
            case = Case(
                order_no=order_no, order_id=order_id, opened_on=days.local_day(opened_at, zone)
            )
            found.setdefault(listing_id, []).append(case)
        for each in found.values():
            each.sort(key=lambda case: (-case.opened_on.toordinal(), case.order_id))
        return {name: found[name] for name in sorted(found, key=lambda n: (-len(found[n]), n))}

    def _rows(
        self,
        query: exp.Query,
        *further: Step,
        as_of: date | None = None,
        since: datetime | None = None,
    ) -> list[tuple[Any, ...]]:
        zone = self.settings.time_zone
        among = exp.column("order_no").isin(query=exp.select("order_no").from_("orders_looked_at"))
        steps = [
            *looked_at_steps("seller"),
            *known_steps(BY_NAME["orders"], _READ, only=among),
            *known_steps(BY_NAME["order_lines"], ["listing_id"], only=among.copy()),
            *dispute_steps(only=among.copy()),
        ]
        sql = statement([*cut_apart(steps), *further], query, "duckdb")
        values = {
            "register_no": self.number,
            "known_at": self.known_at,
            "corrected_at": self.known_at,
            "happened_until": days.end_of_day(self.as_of, zone),
            "as_of_end": days.end_of_day(as_of or self.as_of, zone),
            "since": since,
        }
        return self.database.rows(sql, named_values(sql, values))
