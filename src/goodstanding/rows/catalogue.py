"""The columns of rows: what a rulebook may name.

Each column names the day on which it became true (`since`); before that day it is hidden,
so that no rulebook can look into the future. A column without one is true from the start.
What people decided, and what a listing is, holds for every day, once it is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from goodstanding.facts.catalogue import LEDGERS
from goodstanding.rows.subjects import SUBJECT_KINDS

_CONVERTED = "__"  # before the currency in the name of a converted column; no author writes it


def converted_column(amount: str, currency: str) -> str:
    """Name the column that holds an amount in the currency asked for; null without a rate."""
    return f"{amount}{_CONVERTED}{currency.lower()}"


# How many times a value is kept that an expression writes with decimals.
_SCALES = {"stars": 100, "points": 1_000_000}


class Type(StrEnum):
    """What a row's column holds."""

    FLAG = "flag"  # never missing
    WHOLE = "whole number"
    STARS = "stars"  # hundredths; written as 3 or 4.5 in an expression
    POINTS = "points"  # millionths; written as 90 or 59.5
    MONEY = "money"  # minor units
    DAY = "day"
    CODE = "code"  # a small number that stands for a text of a declared list
    IDENTITY = "identity"  # may only be compared, counted and grouped

    @property
    def scale(self) -> int:
        """How many times a value is kept of what an expression writes: 100 times for stars."""
        return _SCALES.get(self, 1)


@dataclass(frozen=True, slots=True)
class RowColumn:
    """One column of a row kind.

    `codes` lists what a code stands for, numbered from 1. `is_decided`: it says what people
    decided, or what a listing is, not what happened to the order. It is no part of the order's
    own row, and holds for every day, once it is known; `since` then only dates it. `currency`
    is that into which the column `amount` was converted, in whole minor units; of others None.
    """

    name: str
    type: Type
    meaning: str
    since: str | None = None
    codes: tuple[str, ...] = ()
    is_decided: bool = False
    currency: str | None = None
    amount: str | None = None

    def code_number(self, text: str) -> int:
        """Return the number that stands for a text; ValueError when it is not in the list."""
        return self.codes.index(text) + 1


@dataclass(frozen=True, slots=True)
class RowKind:
    """A kind of row: `subjects` maps a subject kind to the column that names it."""

    name: str
    meaning: str
    key: tuple[str, ...]
    subjects: dict[str, str]
    columns: tuple[RowColumn, ...]
    _by_name: dict[str, RowColumn] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {c.name: c for c in self.columns})

    def column(self, name: str) -> RowColumn:
        """Return the column of that name, which may be a converted one; KeyError when none is."""
        amount, _, currency = name.partition(_CONVERTED)
        if not currency or name in self._by_name:
            return self._by_name[name]
        return replace(self._by_name[amount], name=name, currency=currency.upper(), amount=amount)

    def with_converted(self, names: Iterable[str]) -> RowKind:
        """Return the kind with those of the names after its own that are its amounts, converted."""
        more = sorted(
            name
            for name in set(names)
            if _CONVERTED in name and self.has(name.partition(_CONVERTED)[0]) and not self.has(name)
        )
        return replace(self, columns=(*self.columns, *map(self.column, more))) if more else self

    @property
    def converted(self) -> tuple[RowColumn, ...]:
        """The columns that hold an amount in a currency named by a rulebook."""
        return tuple(column for column in self.columns if column.currency is not None)

    def has(self, name: str) -> bool:
        """Say whether the kind has a column of that name."""
        return name in self._by_name

    @property
    def whole_subjects(self) -> tuple[str, ...]:
        """The columns that name subjects which are no part of others."""
        names = self.subjects.items()
        return tuple(column for name, column in names if SUBJECT_KINDS[name].within is None)

    @property
    def register(self) -> str:
        """The register that numbers what a row is about: order, violation, thread or standing."""
        return self.key[0].removesuffix("_id")

    @property
    def digested(self) -> tuple[str, ...]:
        """The columns of the key that stand for a row in a digest of the rows behind a result.

        Of a day that was scored only what it was scored: a score that stays is no other row.
        """
        return tuple(name for name in self.key if name != "standing_id")

    @property
    def is_of_orders(self) -> bool:
        """Whether its rows are made of orders, and can be mended, added to and excluded."""
        return self.register == "order"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(self._by_name)


def _identity(name: str, meaning: str) -> RowColumn:
    return RowColumn(name, Type.IDENTITY, meaning)


def _day(name: str, meaning: str) -> RowColumn:
    return RowColumn(name, Type.DAY, meaning, since=name)


def _flag(name: str, meaning: str, since: str) -> RowColumn:
    return RowColumn(name, Type.FLAG, meaning, since=since)


def _code(name: str, codes: str, meaning: str, since: str) -> RowColumn:
    return RowColumn(name, Type.CODE, meaning, since=since, codes=tuple(codes.split()))


def _stars(name: str, meaning: str) -> RowColumn:
    return RowColumn(name, Type.STARS, meaning, since="feedback_on")


def _decided(name: str, type_: Type, meaning: str, since: str | None = None) -> RowColumn:
    return RowColumn(name, type_, meaning, since=since, is_decided=True)


# Texts of an order that no rulebook names: a declared incident is told by the first three, and
# amounts are in the last, or in the market's currency where it is missing.
CURRENCY = "currency"
DETAILS = ("shipping_method", "carrier", "ship_to", CURRENCY)

_ORDER = (
    _identity("order_id", "the order"),
    _identity("parent_order_id", "what was bought together"),
    _identity("seller_id", "who sold"),
    _identity("buyer_id", "who bought"),
    _day("placed_on", "the order was placed"),
    RowColumn("amount_minor", Type.MONEY, "what the buyer paid", since="placed_on"),
    _code("fulfilled_by", "seller platform", "who stores and ships", "placed_on"),
    _day(
        "unpaid_on",
        "twenty times 24 hours had passed, and by then it was not paid, sent or cancelled",
    ),
    _day("paid_on", "the payment succeeded"),
    _flag("is_paid", "the payment succeeded", "paid_on"),
    _day("ship_by_on", "the ship-by instant passes"),
    _day("shipped_on", "the order was shipped"),
    _flag("is_shipped_late", "it was shipped after the ship-by instant", "shipped_on"),
    _day(
        "unshipped_on",
        "the ship-by instant passed, and by then it was not shipped, delivered or cancelled",
    ),
    _code("extra", "none note sample gift", "what was put in besides", "shipped_on"),
    _day("deliver_by_on", "the promised delivery ends"),
    _day("delivered_on", "the order was delivered"),
    _flag("is_delivered_late", "it was delivered after the promised instant", "delivered_on"),
    _day("closed_on", "receipt was confirmed, or the time for it ran out"),
    _day("cancelled_on", "the order was cancelled"),
    _code("cancelled_by", "buyer seller platform unknown", "who cancelled", "cancelled_on"),
    _day("feedback_given_on", "the buyer first gave feedback, with or without stars"),
    _day("feedback_on", "the buyer's latest review was given"),
    _stars("stars", "the review's overall stars"),
    _stars("description_stars", "its stars for item as described"),
    _stars("communication_stars", "its stars for communication"),
    _stars("logistics_stars", "its stars for shipping"),
    _day("buyer_rated_on", "the seller's latest rating of the buyer was given"),
    RowColumn(
        "buyer_stars",
        Type.STARS,
        "the stars of the seller's rating of the buyer",
        since="buyer_rated_on",
    ),
    _day("dispute_opened_on", "a dispute was opened (the latest)"),
    _code(
        "dispute_reason",
        "not_received not_as_described other",
        "reason of the latest dispute",
        "dispute_opened_on",
    ),
    _code(
        "dispute_first_reason",
        "not_received not_as_described other",
        "reason with which the latest dispute was opened",
        "dispute_opened_on",
    ),
    _flag(
        "is_return_disputed",
        "the latest dispute is one in which the buyer chose to return the goods",
        "dispute_opened_on",
    ),
    _day("dispute_acted_on", "the buyer last opened or changed a dispute"),
    _day("dispute_unanswered_on", "five times 24 hours had passed without an answer"),
    _day("dispute_escalated_on", "arbitration was raised"),
    _day("arbitration_ended_on", "a dispute ended in which arbitration had been raised"),
    _day("dispute_closed_on", "a dispute ended (the latest)"),
    _day("dispute_lapsed_on", "a dispute ended because it was left unanswered"),
    _day("dispute_lost_on", "arbitration ended with the seller found liable"),
    _code(
        "dispute_close_reason",
        "settled unanswered withdrawn ruled",
        "how the latest ended",
        "dispute_closed_on",
    ),
    _code(
        "dispute_liable",
        "seller buyer carrier platform nobody",
        "whom the decision found liable",
        "dispute_closed_on",
    ),
    _day("refunded_on", "money was given back (the latest)"),
    _code(
        "refund_reason",
        "changed_mind not_received not_as_described seller unknown",
        "why",
        "refunded_on",
    ),
    _flag("is_statutory_refund", "the law gave the buyer the right to it", "refunded_on"),
    _flag("is_free_refund", "it is known that the law gave no right to it", "refunded_on"),
    _day("charged_back_on", "the bank took a payment back (the latest)"),
    _decided(
        "is_buyer_closed",
        Type.FLAG,
        "the marketplace closed the buyer's account",
        "buyer_closed_on",
    ),
    _decided("buyer_closed_on", Type.DAY, "the day on which it did", "buyer_closed_on"),
    _decided(
        "in_incident",
        Type.FLAG,
        "a declared incident concerned it: due to be shipped, or on its way",
        "incident_on",
    ),
    _decided("incident_on", Type.DAY, "the first day of the first such incident", "incident_on"),
    _decided(
        "is_special_listing",
        Type.FLAG,
        "the line, or any line of the order, is of a freight, gift, deposit or presale listing",
    ),
)

_LINE = (
    RowColumn("line_no", Type.WHOLE, "number of the line within its order"),
    _identity("listing_id", "what was bought"),
    _identity("category_id", "the category it was bought in"),
    _identity("category_l1_id", "the uppermost category above that, or itself"),
    _identity("category_l2_id", "the second category from above, or itself"),
    RowColumn("quantity", Type.WHOLE, "pieces", since="placed_on"),
    RowColumn("line_amount_minor", Type.MONEY, "what was paid for the line", since="placed_on"),
    _identity("seller_category_id", "who sold, within the category it was bought in"),
    _identity("seller_category_l1_id", "who sold, within the uppermost category"),
    _identity("seller_category_l2_id", "who sold, within the second category from above"),
)

_VIOLATION = (
    _identity("violation_id", "the violation"),
    _identity("seller_id", "the seller who is charged, where it is one"),
    _identity("listing_id", "the listing that is charged, where it is one"),
    _identity("buyer_id", "the buyer who is charged, where it is one"),
    _day("occurred_on", "the violation was recorded"),
    _code("ledger", " ".join(LEDGERS), "the counter it is entered in", "occurred_on"),
    RowColumn("points_milli", Type.WHOLE, "thousandths of a point taken", since="occurred_on"),
)

_MESSAGE = (
    _identity("thread_id", "the thread"),
    _identity("seller_id", "the seller"),
    _identity("buyer_id", "the buyer"),
    _identity("order_id", "the order it is about, where it names one"),
    _identity("listing_id", "what was bought, where its order has but one listing"),
    _day("opened_on", "the first message was written"),
    _code("opened_by", "buyer seller", "who wrote it", "opened_on"),
    _flag("is_spam", "it is no real question", "opened_on"),
    _day("answered_on", "the other side first answered"),
    RowColumn("answer_seconds", Type.WHOLE, "whole seconds until then", since="answered_on"),
    _day("unanswered_on", "24 hours had passed without an answer"),
)

_STANDING = (
    RowColumn("standing_id", Type.IDENTITY, "the day's standing, by its day as YYYYMMDD"),
    _identity("subject_id", "who was scored"),
    _day("scored_on", "the day that was scored"),
    RowColumn("score", Type.POINTS, "its score", since="scored_on"),
)

_FINDING = (
    _identity("finding_id", "the finding"),
    _identity("buyer_id", "the buyer about whom it is"),
    _day("decided_on", "it was decided"),
    RowColumn("gravity", Type.WHOLE, "how grave it is, from 1", since="decided_on"),
)

_ACCOUNT = (
    _identity("buyer_id", "the buyer"),
    _day("opened_on", "the account was opened"),
    _day("objected_on", "the buyer objected to being scored"),
)

ROW_KINDS: dict[str, RowKind] = {
    "order": RowKind(
        "order",
        "one order of one buyer from one seller",
        ("order_id",),
        {"seller": "seller_id", "buyer": "buyer_id"},
        _ORDER,
    ),
    "line": RowKind(
        "line",
        "one listing within an order, with all that is known of the order",
        ("order_id", "line_no"),
        {name: f"{name}_id" for name in SUBJECT_KINDS},
        (*_ORDER, *_LINE),
    ),
    "violation": RowKind(
        "violation",
        "one violation that was recorded and not taken back",
        ("violation_id",),
        {"seller": "seller_id", "buyer": "buyer_id", "listing": "listing_id"},
        _VIOLATION,
    ),
    "message": RowKind(
        "message",
        "one thread of messages between a buyer and a seller",
        ("thread_id",),
        {"seller": "seller_id", "buyer": "buyer_id", "listing": "listing_id"},
        _MESSAGE,
    ),
    "standing": RowKind(
        "standing",
        "one day of the subject, as another rulebook scores it",
        ("standing_id", "score"),
        {"seller": "subject_id", "buyer": "subject_id", "listing": "subject_id"},
        _STANDING,
    ),
    "finding": RowKind(
        "finding",
        "one finding about a buyer that was decided and not overturned",
        ("finding_id",),
        {"buyer": "buyer_id"},
        _FINDING,
    ),
    "account": RowKind(
        "account", "one buyer's account", ("buyer_id",), {"buyer": "buyer_id"}, _ACCOUNT
    ),
}
