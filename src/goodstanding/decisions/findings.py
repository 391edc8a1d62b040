"""What was found about buyers' conduct: each finding as it is known now, and where it stands.

Findings are read from the facts, where a source may have put them as well. Only one that was
confirmed, and not overturned since, may ever count against a buyer.
"""
# ruff: noqa: S608 -- names are our own

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from goodstanding import days
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import parse, statement
from goodstanding.errors import DecisionUnknown, near
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME

if TYPE_CHECKING:
    from goodstanding.database.database import Database

FindingStatus = Literal[
    "proposed", "warned", "dismissed", "confirmed", "appealed", "upheld", "overturned"
]
Intent = Literal["unknown", "careless", "deliberate"]

# What is found, in the words of the statement of reasons. Examples: aliexpress.md BU-07 to BU-12.
KINDS: dict[str, str] = {
    "false_claims": "claims about orders that were not true",
    "return_abuse": "returns of something else than was bought, or of less, or of goods used up",
    "chargeback_abuse": "payments taken back by the bank for orders that were received or refunded",
    "extortion": "threats of bad feedback or of a dispute, to be given something",
    "feedback_abuse": "feedback that was bought, or given to harm",
    "sham_orders": "orders that were not meant to be kept",
    "non_payment": "orders that were placed again and again and not paid",
}
GRAVEST = 10
ANSWER_DAYS = 7  # own design: the "reasonable period" between warning and decision (J12)
APPEAL_MONTHS = 6  # J11: Digital Services Act, Article 20, at least six months
LONGEST_DAYS = 365  # own design: what follows is bounded (J12), by the window of a buyer's score
_FOREVER = datetime.combine(days.LAST_DAY + 2 * days.ONE_DAY, datetime.min.time())
_TABLE = BY_NAME["findings"]
_SAID = tuple(column.name for column in _TABLE.values if column.name != "buyer_id")
SEPARATOR = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding and all that became of it. Instants are naive UTC; None: nobody said.

    `cases_n` orders of the buyer's `of_orders_n` are those it rests on; `gravity` is 1 to 10.
    `until_on` is the last day of what follows. `answer_until` and `appeal_until` are the last
    days for the buyer to answer and to appeal, None before the warning and the decision.
    """

    finding_id: str
    buyer_id: str | None
    status: FindingStatus
    kind: str | None
    gravity: int | None
    intent: str | None
    cases_n: int | None
    of_orders_n: int | None
    rests_on: tuple[str, ...]
    rule: str | None
    summary: str | None
    proposed_at: datetime | None
    proposed_by: str | None
    warned_at: datetime | None
    warned_by: str | None
    answer_until: date | None
    answered_at: datetime | None
    answer: str | None
    dismissed_at: datetime | None
    dismissed_by: str | None
    dismissed_because: str | None
    decided_at: datetime | None
    decided_by: str | None
    reasons: str | None
    consequence: str | None
    until_on: date | None
    appeal_until: date | None
    appealed_at: datetime | None
    appeal: str | None
    appeal_decided_at: datetime | None
    appeal_decided_by: str | None
    appeal_reasons: str | None
    overturned_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something: decide it, or the appeal."""
        return self.status in {"proposed", "warned", "appealed"}

    @property
    def may_count(self) -> bool:
        """Whether it may count against the buyer: confirmed, and not overturned."""
        return self.status in {"confirmed", "appealed", "upheld"}


def listed(database: Database, zone: str, *, buyer_id: str | None = None) -> list[Finding]:
    """Return every finding, or those about one buyer, by when it was proposed and its id.

    Days are those of the market's time `zone`.
    """
    found = [_found(row, zone) for row in _rows(database)]
    if buyer_id is not None:
        found = [each for each in found if each.buyer_id == buyer_id]
    return sorted(found, key=lambda each: (each.proposed_at or days.BEGINNING, each.finding_id))


def named(database: Database, zone: str, finding_id: str) -> Finding:
    """Return one finding. Raises `DecisionUnknown`, with ids that look alike."""
    rows = _rows(database)
    found = next((row for row in rows if row["finding_id"] == finding_id), None)
    if found is not None:
        return _found(found, zone)
    raise DecisionUnknown(
        f"no finding '{finding_id}' is known to this market.",
        hint=near(finding_id, [row["finding_id"] for row in rows])
        or "goodstanding findings propose makes one.",
    )


def told_of(
    database: Database, zone: str, buyer_id: str, *, known_at: datetime, end: datetime
) -> list[Finding]:
    """Return the findings of which a buyer was told, as they stood at the instant `end`.

    What was learned after `known_at` is left out (both naive UTC). The earliest warning is first.
    """
    found = [
        _found({name: _by(value, end) for name, value in row.items()}, zone)
        for row in _rows(database, known_at)
        if row["buyer_id"] == buyer_id
    ]
    told = [each for each in found if each.warned_at is not None or each.decided_at is not None]
    return sorted(told, key=lambda each: (each.warned_at or days.BEGINNING, each.finding_id))


def _by(value: Any, end: datetime) -> Any:
    """Return what was said; of an instant that lies ahead nothing was."""
    return None if isinstance(value, datetime) and value >= end else value


def _rows(database: Database, known_at: datetime = _FOREVER) -> list[dict[str, Any]]:
    sql = _sql()
    now = {"known_at": known_at, "corrected_at": known_at, "as_of_end": _FOREVER}
    rows: list[dict[str, Any]] = database.arrow(sql, named_values(sql, now)).to_pylist()
    return rows


@cache
def _sql() -> str:
    """Return the query for all that is known of findings; to write it takes longer than to run."""
    steps = known.known_steps(_TABLE, [*_SAID, "buyer_id"], is_cut=False)
    final = parse(
        f"select said.*, finding_id, buyer_id from {steps[-1].name} as said "
        "join finding_ids on finding_ids.finding_no = said.finding_no "
        "left join buyer_ids on buyer_ids.buyer_no = said.buyer_no"
    )
    return statement(steps, final, "duckdb")


def _found(row: dict[str, Any], zone: str) -> Finding:
    said = {name: row[name] for name in _SAID}
    rests_on = said.pop("rests_on")
    warned_at, decided_at = said["warned_at"], said["decided_at"]
    return Finding(
        **said,
        finding_id=row["finding_id"],
        buyer_id=row["buyer_id"],
        status=_status(said),
        rests_on=tuple(rests_on.split(SEPARATOR)) if rests_on else (),
        answer_until=None if warned_at is None else _answer_until(warned_at, zone),
        appeal_until=None if decided_at is None else _appeal_until(decided_at, zone),
    )


def _status(said: dict[str, Any]) -> FindingStatus:
    reached: tuple[tuple[str, FindingStatus], ...] = (
        ("overturned_at", "overturned"),
        ("dismissed_at", "dismissed"),
        ("appeal_decided_at", "upheld"),
        ("appealed_at", "appealed"),
        ("decided_at", "confirmed"),
        ("warned_at", "warned"),
    )
    return next((status for name, status in reached if said[name] is not None), "proposed")


def _answer_until(warned_at: datetime, zone: str) -> date:
    return days.local_day(warned_at, zone) + timedelta(days=ANSWER_DAYS)


def _appeal_until(decided_at: datetime, zone: str) -> date:
    return days.months_later(days.local_day(decided_at, zone), APPEAL_MONTHS)
