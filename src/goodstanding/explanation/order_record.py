"""The record of one order: every act with its instant, what was corrected, and a digest of it."""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from goodstanding import days
from goodstanding.errors import SubjectUnknown, near
from goodstanding.explanation.answer import plain
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.tables import Kind
from goodstanding.facts.told_values import SaidBefore, ToldFact, ToldValue, facts_naming

if TYPE_CHECKING:
    from goodstanding.explanation.buyer_facts import BuyerFacts
    from goodstanding.facts.tables import Column

_STARS = 100  # hundredths


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Something that is said of an act, as it stands and as it was said before."""

    name: str
    value: Any
    before: tuple[SaidBefore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that was done about an order: when, by whom, and when the market learned of it.

    `at` None: the record no longer says that it happened, and `before` what it said. `fact` is the
    table and the key of the fact that says so.
    """

    at: datetime | None
    what: str
    by: str | None
    fact: str
    said_at: datetime | None
    before: tuple[SaidBefore, ...]
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """The record of an order on a day, with what was known at an instant.

    `digest` is that of `record()`: of what the record says, and not of when it was asked.
    """

    order_id: str
    buyer_id: str
    seller_id: str | None
    as_of: date
    known_at: datetime
    time_zone: str
    acts: tuple[Act, ...]

    def record(self) -> dict[str, Any]:
        """Return what the digest is made of, as JSON knows it."""
        found: dict[str, Any] = plain(
            {
                "order_id": self.order_id,
                "buyer_id": self.buyer_id,
                "seller_id": self.seller_id,
                "acts": self.acts,
            }
        )
        return found

    @property
    def digest(self) -> str:
        """The SHA-256 of the record: JSON in UTF-8, keys sorted, no blanks between."""
        text = json.dumps(self.record(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it: days and instants are ISO 8601 text."""
        return {
            "digest": self.digest,
            "as_of": self.as_of.isoformat(),
            "known_at": days.iso(self.known_at),
            "time_zone": self.time_zone,
            "record": self.record(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of act: the table and the instant that say that it happened, and who does it.

    `by` is said, or stands in the column `by_column`; with `is_other` it was the other one of two.
    Where `is_latest`, the column holds the latest of several: an earlier one is an act of its own,
    and nothing that was corrected.
    """

    table: str
    column: str
    what: str
    by: str | None = None
    by_column: str | None = None
    is_other: bool = False
    is_latest: bool = False


_KINDS = (
    _Kind(table="orders", column="placed_at", what="placed", by="buyer"),
    _Kind(table="orders", column="paid_at", what="paid", by="buyer"),
    _Kind(table="orders", column="shipped_at", what="shipped", by="seller"),
    _Kind(table="orders", column="delivered_at", what="delivered", by="carrier"),
    _Kind(table="orders", column="closed_at", what="closed"),
    _Kind(table="orders", column="cancelled_at", what="cancelled", by_column="cancelled_by"),
    _Kind(table="messages", column="first_at", what="first message", by_column="opened_by"),
    _Kind(
        table="messages",
        column="first_answer_at",
        what="first answer",
        by_column="opened_by",
        is_other=True,
    ),
    _Kind(table="disputes", column="opened_at", what="dispute opened", by="buyer"),
    _Kind(
        table="disputes",
        column="buyer_acted_at",
        what="dispute changed",
        by="buyer",
        is_latest=True,
    ),
    _Kind(
        table="disputes",
        column="answered_at",
        what="dispute answered",
        by="seller",
        is_latest=True,
    ),
    _Kind(table="disputes", column="escalated_at", what="arbitration raised"),
    _Kind(table="disputes", column="closed_at", what="dispute closed"),
    _Kind(table="refunds", column="refunded_at", what="refunded"),
    _Kind(table="chargebacks", column="filed_at", what="charged back", by="buyer's bank"),
    _Kind(table="feedback", column="given_at", what="feedback given", by_column="given_by"),
    _Kind(table="feedback", column="removed_at", what="feedback removed", by="marketplace"),
)
_TABLES = tuple(dict.fromkeys(kind.table for kind in _KINDS))
_OTHER = {"buyer": "seller", "seller": "buyer"}
# By whom at the marketplace, and what it thinks of a message, is no part of what was done.
_LEFT_OUT = frozenset({"removed_by", "is_spam"})


def order_record(facts: BuyerFacts, buyer_id: str, order_id: str) -> OrderRecord:
    """Return the record of one of a buyer's orders; raise `SubjectUnknown` for any other."""
    own = {each.order_id: each for each in facts.orders()}
    if order_id not in own:
        raise SubjectUnknown(
            f"'{order_id}' is no order of buyer '{buyer_id}' on {facts.as_of}.",
            hint=near(order_id, list(own)) or "The buyer has placed no order by then.",
        )
    order = own[order_id]
    parents = facts.database.rows(
        "select distinct parent_order_no from orders "
        "where order_no = $number and parent_order_no is not null",
        {"number": order.order_no},
    )
    about = [order.order_no, *(number for (number,) in parents)]
    acts = [act for table in _TABLES for act in _acts(facts, table, order.order_no, about)]
    return OrderRecord(
        order_id=order_id,
        buyer_id=buyer_id,
        seller_id=order.seller_id,
        as_of=facts.as_of,
        known_at=facts.known_at,
        time_zone=facts.settings.time_zone,
        acts=tuple(sorted(acts, key=_place)),
    )


def _place(act: Act) -> tuple[object, ...]:
    at = act.at if act.at is not None else act.before[-1].value
    return (at, [kind.what for kind in _KINDS].index(act.what), act.fact)


def _acts(facts: BuyerFacts, table: str, order_no: int, about: Sequence[int]) -> Iterator[Act]:
    """Yield the acts that a table's facts about an order say.

    Feedback may be about what was bought together: `about` holds the numbers of both.
    """
    numbers = about if table == "feedback" else [order_no]
    reading = _Reading(facts=facts, table=table)
    for fact in facts_naming(facts.database, BY_NAME[table], "order_no", numbers):
        is_key = table == "orders"
        if is_key or reading.value(fact, "order_id").value in numbers:
            for kind in _KINDS:
                if kind.table == table:
                    yield from reading.act(fact, kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    facts: BuyerFacts
    table: str

    def value(self, fact: ToldFact, name: str) -> ToldValue:
        end = days.end_of_day(self.facts.as_of, self.facts.settings.time_zone)
        return fact.value(name, known_at=self.facts.known_at, happened_until=end)

    def act(self, fact: ToldFact, kind: _Kind) -> Iterator[Act]:
        """Yield the act of a kind that a fact says, with what is said of it; none for no act."""
        happened = self.value(fact, kind.column)
        if happened.value is None and not happened.before:
            return
        by = kind.by
        if kind.by_column is not None:
            said = self.value(fact, kind.by_column).value or "buyer"
            by = _OTHER.get(said, said) if kind.is_other else said
        told = Act(
            at=happened.value,
            what=kind.what,
            by=by,
            fact=self._named(fact),
            said_at=happened.said_at,
            before=happened.before,
            details=tuple(self._details(fact, kind)),
        )
        if not kind.is_latest or happened.value is None:
            yield told
            return
        earlier = [each for each in happened.before if each.value < happened.value]
        for each in earlier:
            yield replace(told, at=each.value, said_at=each.said_at, before=(), details=())
        yield replace(told, before=tuple(e for e in happened.before if e not in earlier))

    def _details(self, fact: ToldFact, kind: _Kind) -> Iterator[Detail]:
        for column in _described(kind, fact.table.columns):
            told = self.value(fact, column.name)
            if told.value is not None or told.before:
                yield Detail(
                    name=column.name,
                    value=_shown(column, told.value),
                    before=tuple(
                        replace(each, value=_shown(column, each.value)) for each in told.before
                    ),
                )

    def _named(self, fact: ToldFact) -> str:
        """Name a fact by its table and its id."""
        (first, *_) = fact.table.keys
        key = fact.key[0]
        if first.numbered is not None:
            ids = f"{first.numbered}_ids"
            ((key,),) = self.facts.database.rows(
                f"select {first.numbered}_id from {ids} where {first.numbered}_no = $number",
                {"number": key},
            )
        return f"{self.table} {key}"


def _described(kind: _Kind, columns: Iterable[Column]) -> Iterator[Column]:
    """Yield the columns that describe an act: they hold since its instant, and name nobody."""
    for column in columns:
        is_of_act = column.since == kind.column and column.name != kind.column
        if is_of_act and column.numbered is None and column.name not in _LEFT_OUT:
            yield column


def _shown(column: Column, value: Any) -> Any:
    if value is None or column.kind is not Kind.STARS:
        return value
    return value / _STARS


def details_told(act: Act) -> Mapping[str, Any]:
    """Return what is said of an act as it stands, by name."""
    return {each.name: each.value for each in act.details if each.value is not None}
