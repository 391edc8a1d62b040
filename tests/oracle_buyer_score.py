"""The buyer score, recounted slowly from the words in which it was asked for.

90 * (0.20 F + 0.25 D + 0.25 R + 0.30 X) + 10 V. F, D, R and X begin at two thirds, as firmly as six
orders, and move with evidence; V is the logarithm of the orders that count. What the words leave
open is recounted from the remarks of the rulebook.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from goodstanding.facts.catalogue import BY_NAME
from tests import oracle
from tests.oracle import NOTHING_WAS_YET, Order, by_day
from tests.oracle_category import way_to
from tests.oracle_facts import (
    ONE_DAY,
    Facts,
    Row,
    day_of,
    first_instant,
    is_later,
    known,
    recorded,
    taken_back,
)
from tests.oracle_feedback import rounded, ten_days

YEAR = 365
FIRM = 6  # orders that the start weighs as much as
START = Fraction(2, 3)
ACTIVE = 180  # days for which a finding keeps the score at most at 40
TIME_TO_PAY = timedelta(hours=20 * 24)
BANDS = ((85, "excellent"), (70, "trusted"), (40, "standard"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """How many buyers of a category, and how many orders that count, are enough."""

    buyers: int = 20
    orders: int = 3


@dataclass(slots=True, kw_only=True)
class Conduct:
    """What one buyer did in 365 days; `category` is where most was bought, and the one above it."""

    completed: int = 0
    counted: int = 0
    feedback: Fraction = Fraction(0)
    answered: int = 0
    lost: int = 0
    free: int = 0
    unpaid: int = 0
    findings: list[tuple[int, int]] = field(default_factory=list)  # gravity, days ago
    has_objected: bool = False
    category: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A buyer's score with its parts, all None where the buyer objected, and the band."""

    parts: tuple[Fraction, ...] | None
    score: Fraction | None
    between: tuple[Fraction, Fraction] | None
    band: str


def scores(facts: Facts, edition: Edition, **asked: Any) -> dict[str, Score]:
    """Score every buyer there is as of a day, by what was known at an instant."""
    found = conducts(facts, **asked)
    return {
        buyer: score(conduct, share_of(conduct, found.values(), edition), edition)
        for buyer, conduct in found.items()
    }


def score(conduct: Conduct, share: Fraction, edition: Edition) -> Score:
    """Score what a buyer did, given what share of orders the category sends back."""
    if conduct.has_objected:
        return Score(parts=None, score=None, between=None, band="objected")
    beyond = max(Fraction(0), conduct.free - conduct.completed * share)
    gravity = sum((halved(gravity, ago) for gravity, ago in conduct.findings), Fraction(0))
    parts = (
        evidence(conduct.feedback, 0, worth=90 * Fraction(20, 100)),
        evidence(
            conduct.completed - conduct.lost + conduct.answered,
            conduct.lost,
            worth=90 * Fraction(25, 100),
        ),
        evidence(conduct.completed - beyond, beyond, worth=90 * Fraction(25, 100)),
        evidence(conduct.completed, gravity, worth=90 * Fraction(27, 100)),
        evidence(conduct.completed, conduct.unpaid, worth=90 * Fraction(3, 100)),
        volume(conduct.counted),
    )
    total = sum(parts, Fraction(0))
    is_held_down = any(ago < ACTIVE for _, ago in conduct.findings)
    most = Fraction(40 if is_held_down else 100)
    told = min(total, most)
    width = rounded(Fraction(240, conduct.completed + FIRM))
    return Score(
        parts=parts,
        score=told,
        between=(max(Fraction(0), told - width), min(most, told + width)),
        band=band(told, conduct, edition),
    )


def band(told: Fraction, conduct: Conduct, edition: Edition) -> str:
    if conduct.counted < edition.orders:
        return "new"
    return next((name for least, name in BANDS if told >= least), "limited")


def evidence(good: Fraction | int, bad: Fraction | int, *, worth: Fraction) -> Fraction:
    """Return (k * start + good) / (k + good + bad) of what a part is worth."""
    return rounded(worth * (FIRM * START + good) / (FIRM + good + bad))


def volume(counted: int) -> Fraction:
    """Return a tenth of 100 points for fifty orders or more, by the logarithm."""
    with localcontext(prec=40):
        points = 10 * Decimal(1 + min(counted, 50)).log10() / Decimal(51).log10()
        return Fraction(points.quantize(Decimal("0.000001"), ROUND_HALF_UP))


def halved(gravity: int, ago: int) -> Fraction:
    """Return what a finding still weighs: half of it every 180 days."""
    with localcontext(prec=40):
        left = Decimal(2) ** (Decimal(-ago) / 180)
        return gravity * Fraction(left.quantize(Decimal("0.000001"), ROUND_HALF_UP))


def share_of(conduct: Conduct, among: Iterable[Conduct], edition: Edition) -> Fraction:
    """Return what share of completed orders the buyers of the same category sent back."""
    assessed = [each for each in among if each.completed]
    own = conduct.category
    nearest = [each for each in assessed if own and each.category and each.category[0] == own[0]]
    above = [each for each in assessed if own and each.category and each.category[1] == own[1]]
    for group in (nearest, above):
        if len(group) >= edition.buyers:
            return _share(group)
    return _share(assessed) if assessed else Fraction(0)


def _share(group: Sequence[Conduct]) -> Fraction:
    free, completed = (sum(getattr(each, n) for each in group) for n in ("free", "completed"))
    return rounded(Fraction(free, completed))


class _Days:
    """What lies within the 365 days that end on the day asked about, in the market's zone."""

    def __init__(self, as_of: date, zone: str) -> None:
        self.as_of, self.zone = as_of, zone

    def of(self, instant: datetime | None) -> date | None:
        return day_of(instant, self.zone) if instant else None

    def within(self, *instants: datetime | None) -> bool:
        first = self.as_of - (YEAR - 1) * ONE_DAY
        return any(first <= day <= self.as_of for day in map(self.of, instants) if day)

    def between(self, first: datetime | None, last: datetime | None) -> int | None:
        begun, ended = self.of(first), self.of(last)
        return None if begun is None or ended is None else (ended - begun).days


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bought:
    """An order, and what became of it: its latest refund and dispute, the first feedback."""

    order: Order
    refund: Row
    dispute: Row
    feedback_at: datetime | None
    is_special: bool

    @property
    def seller_gave_up(self) -> datetime | None:
        is_theirs = self.order.cancelled_by in {"seller", "platform"}
        return self.order.cancelled_at if is_theirs else None

    @property
    def endings(self) -> tuple[datetime | None, ...]:
        """When it ended, in each way but by the buyer's calling it off."""
        dispute_ended = self.dispute.get("closed_at")
        return (
            self.order.closed_at,
            self.refund.get("refunded_at"),
            self.seller_gave_up,
            dispute_ended,
        )

    @property
    def ended_at(self) -> datetime | None:
        """From when on the period for feedback runs."""
        order, refund = self.order, self.refund.get("refunded_at")
        return order.closed_at or refund or order.cancelled_at or self.dispute.get("closed_at")

    @property
    def left_unpaid_at(self) -> datetime | None:
        """When the time to pay ran out; None where something was done by then."""
        placed, order = self.order.said.get("placed_at"), self.order
        if placed is None:
            return None
        due: datetime = placed + TIME_TO_PAY
        done = (order.paid_at, order.shipped_at, order.delivered_at, order.cancelled_at)
        return None if any(instant and instant <= due for instant in done) else due


def conducts(facts: Facts, **asked: Any) -> dict[str, Conduct]:
    """Recount what every buyer there is as of a day did, by their ids."""
    as_of, zone = asked["as_of"], asked["zone"]
    days = _Days(as_of, zone)
    cut = {"as_of": as_of, "zone": zone, "corrected_at": asked["corrected_at"]}
    as_known = known(facts, asked["known_at"], **cut)
    bought = _bought(facts, as_known, **asked)
    found: dict[str, Conduct] = defaultdict(Conduct)
    for buyer in _accounts(facts, **asked):
        found[buyer] = Conduct()
    groups: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for each in bought:
        by = each.order.said.get("buyer_id")
        if by is not None:
            _add(found[by], each, days, groups[by])
    for buyer, counted in groups.items():
        found[buyer].counted = len(counted)
    _add_findings(found, as_known, days)
    _add_answers(found, as_known, days)
    for row in as_known.get("buyers", []):
        if row["buyer_id"] in found and row.get("objected_at"):
            found[row["buyer_id"]].has_objected = True
    for buyer, category in _categories(bought, as_known, days).items():
        found[buyer].category = category
    return dict(found)


def _add(conduct: Conduct, each: _Bought, days: _Days, groups: set[tuple[Any, ...]]) -> None:
    order = each.order
    due = each.left_unpaid_at
    over = first_instant(days.as_of + ONE_DAY, days.zone)
    conduct.unpaid += bool(due and due < over and days.within(due))
    if order.paid_at is None:
        return
    amount = order.said.get("amount_minor")
    is_ended = any(each.endings)
    if is_ended and amount is not None and amount >= 500 and not each.is_special:
        paid_on = day_of(order.paid_at, days.zone)
        if days.within(order.paid_at):
            groups.add((order.seller_id, ten_days(paid_on)))
    if not days.within(*each.endings):
        return
    conduct.completed += 1
    after = days.between(each.ended_at, each.feedback_at)
    if after is not None and after <= 30 and days.within(each.feedback_at):
        conduct.feedback += promptness(max(after, 0))
    dispute, refund = each.dispute, each.refund
    is_lost = dispute.get("close_reason") == "ruled" and dispute.get("liable") == "buyer"
    conduct.lost += is_lost and days.within(dispute.get("closed_at"))
    is_free = refund.get("reason") == "changed_mind" and refund.get("is_statutory") is False
    conduct.free += is_free and days.within(refund.get("refunded_at"))


def promptness(after: int) -> Fraction:
    """Return 1 at once and a half after 30 days, in whole hundredths."""
    hundredths = 100 - Fraction(5 * after, 3)
    return Fraction(int(hundredths + Fraction(1, 2)), 100)


def _bought(facts: Facts, as_known: Facts, **asked: Any) -> list[_Bought]:
    orders = oracle.order_history(facts, **asked)
    whenever = known(facts, asked["known_at"], corrected_at=asked["corrected_at"])["feedback"]
    special = {
        row["listing_id"]
        for row in as_known.get("listings", [])
        if row.get("kind") not in {None, "ordinary"}
    }
    odd = {
        row["order_id"]
        for row in as_known.get("order_lines", [])
        if row.get("listing_id") in special
    }
    return [
        _Bought(
            order=order,
            refund=_latest(as_known, "refunds", order, "refunded_at", "refund_id"),
            dispute=_latest(as_known, "disputes", order, "closed_at", "dispute_id"),
            feedback_at=first_feedback(as_known["feedback"], order.said, whenever),
            is_special=order.order_id in odd,
        )
        for order in orders.values()
    ]


def _latest(as_known: Facts, name: str, order: Order, at: str, key: str) -> Row:
    own = [row for row in as_known.get(name, []) if row.get("order_id") == order.order_id]
    return max(own, key=lambda row: (row.get(at) or NOTHING_WAS_YET, row[key]), default={})


def first_feedback(feedback: Iterable[Row], order: Row, whenever: Iterable[Row]) -> datetime | None:
    """Return when the buyer first gave feedback that stands, whatever it says."""
    taken_away = {
        (row["feedback_id"], row.get("order_id")): row["given_at"]
        for row in by_day(list(whenever))
        if row.get("removed_at")
    }
    named = {order["order_id"], order.get("parent_order_id")} - {None}
    given = [
        row["given_at"]
        for row in feedback
        if row.get("order_id") in named
        and row.get("given_by", "buyer") == "buyer"
        and row["given_at"] > taken_away.get((row["feedback_id"], row["order_id"]), NOTHING_WAS_YET)
    ]
    return min(given, default=None)


def _add_findings(found: dict[str, Conduct], as_known: Facts, days: _Days) -> None:
    for row in as_known.get("findings", []):
        decided = row.get("decided_at")
        if decided is None or row.get("overturned_at") or row.get("buyer_id") is None:
            continue
        conduct = found[row["buyer_id"]]
        if days.within(decided):
            gravity = min(10, max(1, row.get("gravity") or 1))
            ago = (days.as_of - day_of(decided, days.zone)).days
            conduct.findings.append((gravity, ago))


def _add_answers(found: dict[str, Conduct], as_known: Facts, days: _Days) -> None:
    answered: dict[str, set[str]] = defaultdict(set)
    for row in as_known.get("messages", []):
        if row.get("buyer_id") is None or row.get("first_at") is None:
            continue
        conduct = found[row["buyer_id"]]
        after = days.between(row["first_at"], row.get("first_answer_at"))
        is_asked = row.get("opened_by") == "seller" and not row.get("is_spam")
        in_time = after is not None and after <= 2 and days.within(row["first_answer_at"])
        if is_asked and in_time and row.get("order_id"):
            answered[row["buyer_id"]].add(row["order_id"])
        conduct.answered = len(answered[row["buyer_id"]])


def _accounts(facts: Facts, **asked: Any) -> set[str]:
    """Return the buyers that a `buyers` row lists as of a day, as `oracle.stores` has sellers."""
    table = BY_NAME["buyers"]
    opening = table.column("opened_at")
    return {
        row["buyer_id"]
        for row in facts.get("buyers", [])
        if not is_later(row, opening, asked["as_of"], asked["zone"])
        and taken_back(facts, table, row, "*", asked["corrected_at"])
        < recorded(row, opening)
        <= asked["known_at"]
    }


def _categories(
    bought: Sequence[_Bought], as_known: Facts, days: _Days
) -> Mapping[str, tuple[str, str]]:
    """Return the second-level category in which each buyer bought most lines, and its first."""
    tree = as_known.get("categories", [])
    orders = {each.order.order_id: each.order for each in bought}
    lines: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for line in as_known.get("order_lines", []):
        order = orders.get(line["order_id"])
        if order is None or line.get("category_id") is None or not days.within(order.paid_at):
            continue
        buyer = order.said.get("buyer_id")
        if buyer is not None:
            first, *further = way_to(line["category_id"], tree)
            lines[buyer][further[0] if further else first, first] += 1
    return {
        buyer: min(counted, key=lambda each: (-counted[each], each[0]))
        for buyer, counted in lines.items()
    }
