"""The procedure of a finding: proposed, warned, answered, decided, appealed, decided on appeal.

Each step ends as facts to load. Nothing is edited, no step is skipped, and none is taken twice:
the same step said again changes nothing, said otherwise it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from goodstanding.decisions.exclusions import Change, check_known, facts_of
from goodstanding.decisions.finding_turns import (
    Act,
    Step,
    check_apart,
    check_bounded,
    check_heard,
    check_other,
    check_turn,
)
from goodstanding.decisions.findings import (
    SEPARATOR,
    Finding,
    FindingStatus,
    Intent,
    listed,
    named,
)
from goodstanding.decisions.reasons import folded_name
from goodstanding.errors import ArgumentInvalid

if TYPE_CHECKING:
    from goodstanding.database.database import Database

Verdict = Literal["confirm", "dismiss"]
AppealVerdict = Literal["uphold", "overturn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed to be found about a buyer, and the orders that it rests on.

    `gravity` is 1 to 10, `kind` one of `decisions.findings.KINDS`. How many orders these are, and
    of how many of the buyer, is counted by the market. `rule` and `summary` (what happened) are
    for the buyer to read.
    """

    buyer: str
    kind: str
    orders: tuple[str, ...]
    gravity: int
    intent: Intent
    rule: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """What became of a step: where the finding stands, and whether the market did not know it so.

    `until_on` is the last day on which the buyer may answer or appeal, where that is next.
    """

    finding_id: str
    status: FindingStatus
    is_new: bool
    until_on: date | None


def proposing(
    database: Database, proposal: Proposal, act: Act, *, look: Callable[[], object]
) -> Change:
    """Propose a finding; once for the same orders, while it is open or stands.

    `look` is called before anything is told of a finding about the buyer that there is already.
    Raises `SubjectUnknown`, or `ArgumentInvalid` for an order that the buyer did not place or
    that another finding of the kind rests on.
    """
    check_known(database, "buyer", proposal.buyer)
    orders = tuple(sorted(set(proposal.orders)))
    for order in orders:
        _check_order(database, proposal.buyer, order)
    every = listed(database, act.zone)
    for each in every:
        if (each.buyer_id, each.kind) != (proposal.buyer, proposal.kind):
            continue
        if each.status in {"dismissed", "overturned"}:
            continue
        if set(orders).isdisjoint(each.rests_on):
            continue
        look()
        if tuple(sorted(each.rests_on)) == orders:
            return Change(decision_id=each.finding_id, facts={})
        check_apart(each, orders)
    finding_id = _free_id({each.finding_id for each in every})
    row = {
        "finding_id": finding_id,
        "buyer_id": proposal.buyer,
        "kind": proposal.kind,
        "gravity": proposal.gravity,
        "intent": proposal.intent,
        "cases_n": len(orders),
        "of_orders_n": _orders_n(database, proposal.buyer),
        "rests_on": SEPARATOR.join(orders),
        "rule": proposal.rule,
        "summary": proposal.summary,
        "proposed_at": act.at,
        "proposed_by": act.by,
    }
    return _change(finding_id, row)


def warning(database: Database, finding_id: str, act: Act) -> Change:
    """Warn the buyer, who may then answer."""
    finding = named(database, act.zone, finding_id)
    return _taken(finding, "warn", "warned_at", {"warned_by": act.by}, act)


def answering(database: Database, finding_id: str, text: str, act: Act) -> Change:
    """Write down what the buyer says to the warning; what is said later is added."""
    finding = named(database, act.zone, finding_id)
    before = finding.answer or ""
    if finding.answered_at is not None and text in before.split("\n"):
        return Change(decision_id=finding_id, facts={})
    check_turn(finding, "answer", act.zone)
    said = {"answer": f"{before}\n{text}".strip("\n"), "answered_at": act.at}
    return _change(finding_id, {"finding_id": finding_id, **said})


def deciding(
    database: Database,
    finding_id: str,
    act: Act,
    *,
    reasons: str,
    consequence: tuple[str, date] | None,
) -> Change:
    """Confirm or dismiss a finding, with reasons; what follows, and its last day, if confirmed.

    It is confirmed once the buyer answered, or the days to answer are over.
    """
    finding = named(database, act.zone, finding_id)
    if consequence is None:
        said: dict[str, Any] = {"dismissed_by": act.by, "dismissed_because": reasons}
        return _taken(finding, "dismiss", "dismissed_at", said, act)
    follows, until_on = consequence
    said = {
        "decided_by": act.by,
        "reasons": reasons,
        "consequence": follows,
        "until_on": until_on,
    }
    change = _taken(finding, "confirm", "decided_at", said, act)
    if change.facts:
        check_heard(finding, act)
        check_bounded(until_on, act)
    return change


def appealing(database: Database, finding_id: str, text: str, act: Act) -> Change:
    """Write down that the buyer appeals, and what the buyer says; within six months."""
    finding = named(database, act.zone, finding_id)
    change = _taken(finding, "appeal", "appealed_at", {"appeal": text}, act)
    last = finding.appeal_until
    if change.facts and last is not None and act.day > last:
        raise ArgumentInvalid(
            f"finding '{finding_id}' can no longer be appealed: the last day was {last}.",
            hint="A marketplace may look at it again all the same: overturning what was decided "
            "can be loaded as facts (goodstanding tables findings, overturned_at).",
        )
    return change


def deciding_appeal(
    database: Database, finding_id: str, verdict: AppealVerdict, act: Act, *, reasons: str
) -> Change:
    """Uphold or overturn what was decided; by whoever neither proposed nor decided it."""
    finding = named(database, act.zone, finding_id)
    said = {"appeal_decided_by": act.by, "appeal_reasons": reasons}
    is_same = (finding.status == "overturned") is (verdict == "overturn")
    if is_same and _is_said(finding, "appeal_decided_at", said):
        return Change(decision_id=finding_id, facts={})
    check_turn(finding, verdict, act.zone)
    check_other(finding, act.by)
    row = {"finding_id": finding_id, **said, "appeal_decided_at": act.at}
    if verdict == "overturn":
        row["overturned_at"] = act.at
    return _change(finding_id, row)


def _taken(finding: Finding, step: Step, instant: str, said: dict[str, Any], act: Act) -> Change:
    """Return a step as facts: none where it was taken just so. Raises `ArgumentInvalid`."""
    if _is_said(finding, instant, said):
        return Change(decision_id=finding.finding_id, facts={})
    check_turn(finding, step, act.zone)
    row = {"finding_id": finding.finding_id, **said, instant: act.at}
    return _change(finding.finding_id, row)


def _is_said(finding: Finding, instant: str, said: dict[str, Any]) -> bool:
    if getattr(finding, instant) is None:
        return False
    return all(_is_same(name, getattr(finding, name), value) for name, value in said.items())


def _is_same(name: str, known: Any, value: Any) -> bool:
    if name.endswith("_by") and known is not None:
        return folded_name(known) == folded_name(value)
    return bool(known == value)


def _change(finding_id: str, row: dict[str, Any]) -> Change:
    return Change(decision_id=finding_id, facts=facts_of("findings", [row]))


def _orders_n(database: Database, buyer: str) -> int:
    (found,) = database.rows(
        "select count(distinct order_no) from orders join buyer_ids using (buyer_no) "
        "where buyer_id = $buyer",
        {"buyer": buyer},
    )[0]
    return int(found)


def _free_id(taken: set[str]) -> str:
    return next(f"finding-{n}" for n in count(len(taken) + 1) if f"finding-{n}" not in taken)


def _check_order(database: Database, buyer: str, order: str) -> None:
    if SEPARATOR in order:
        raise ArgumentInvalid(
            f"order '{order}' has a {SEPARATOR} in its id, which parts the orders of a finding.",
            hint="Leave it out, and tell of it in the summary.",
        )
    check_known(database, "order", order)
    rows = database.rows(
        """
        select 1 from orders
        join order_ids using (order_no)
        join buyer_ids using (buyer_no)
        where order_id = $order and buyer_id = $buyer
        limit 1
        """,
        {"order": order, "buyer": buyer},
    )
    if not rows:
        raise ArgumentInvalid(
            f"order '{order}' was not placed by buyer '{buyer}', as far as the market knows.",
            hint="A finding rests on the buyer's own orders. Is one of the two ids another?",
        )
