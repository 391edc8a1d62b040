"""Whose turn it is in the procedure of a finding, and why a step is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from goodstanding import days
from goodstanding.decisions.findings import LONGEST_DAYS, Finding, FindingStatus
from goodstanding.decisions.reasons import folded_name
from goodstanding.errors import ArgumentInvalid

Step = Literal["warn", "answer", "confirm", "dismiss", "appeal", "uphold", "overturn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who takes a step, and when: an instant (naive UTC), and its day in the market's zone."""

    by: str
    at: datetime
    zone: str

    @property
    def day(self) -> date:
        """The day of it."""
        return days.local_day(self.at, self.zone)


_FROM: dict[Step, frozenset[FindingStatus]] = {
    "warn": frozenset({"proposed"}),
    "answer": frozenset({"warned"}),
    "confirm": frozenset({"warned"}),
    "dismiss": frozenset({"proposed", "warned"}),
    "appeal": frozenset({"confirmed"}),
    "uphold": frozenset({"appealed"}),
    "overturn": frozenset({"appealed"}),
}
_DONE: dict[Step, str] = {
    "warn": "told to the buyer",
    "answer": "answered",
    "confirm": "confirmed",
    "dismiss": "dismissed",
    "appeal": "appealed",
    "uphold": "upheld",
    "overturn": "overturned",
}
_NEXT: dict[FindingStatus, str] = {
    "proposed": "Next the buyer is warned: goodstanding findings warn ID --by NAME",
    "warned": "Next it is looked at again: goodstanding findings confirm ID, or dismiss ID.",
    "dismissed": "That stays so; what happens later can be proposed anew.",
    "confirmed": "Only the buyer's appeal takes it further: goodstanding findings appeal ID",
    "appealed": "Next another person decides: goodstanding findings uphold ID, or overturn ID.",
    "upheld": "What was decided on appeal stays so.",
    "overturned": "What was decided on appeal stays so.",
}


def check_turn(finding: Finding, step: Step, zone: str) -> None:
    """Raise `ArgumentInvalid` where another step is next, or none."""
    if finding.status in _FROM[step]:
        return
    raise ArgumentInvalid(
        f"finding '{finding.finding_id}' cannot be {_DONE[step]}: {_stands(finding, zone)}.",
        hint=_NEXT[finding.status].replace("ID", finding.finding_id),
    )


def _stands(finding: Finding, zone: str) -> str:
    """Say where a finding stands: since when, and by whom."""
    by, at = {
        "proposed": (finding.proposed_by, finding.proposed_at),
        "warned": (finding.warned_by, finding.warned_at),
        "dismissed": (finding.dismissed_by, finding.dismissed_at),
        "confirmed": (finding.decided_by, finding.decided_at),
        "appealed": (None, finding.appealed_at),
        "upheld": (finding.appeal_decided_by, finding.appeal_decided_at),
        "overturned": (finding.appeal_decided_by, finding.overturned_at),
    }[finding.status]
    what = "the buyer was warned" if finding.status == "warned" else f"it was {finding.status}"
    said = [what]
    if by is not None:
        said.append(f"by {by}")
    if at is not None:
        said.append(f"on {days.local_day(at, zone)}")
    return " ".join(said)


def check_heard(finding: Finding, act: Act) -> None:
    """Raise `ArgumentInvalid` before the buyer answered or the days to answer are over."""
    last = finding.answer_until
    if finding.answered_at is not None or last is None or act.day > last:
        return
    raise ArgumentInvalid(
        f"finding '{finding.finding_id}' cannot be confirmed yet: the buyer has until {last} to "
        "answer, and has not.",
        hint="Confirm it after that day, or write down the answer when it comes: goodstanding "
        f"findings answer {finding.finding_id} --text TEXT",
    )


def check_bounded(until_on: date, act: Act) -> None:
    """Raise `ArgumentInvalid` where what follows has its last day before it begins, or too late."""
    last = act.day + timedelta(days=LONGEST_DAYS)
    if not act.day <= until_on <= last:
        raise ArgumentInvalid(
            f"what follows cannot last until {until_on}.",
            hint=f"It ends on a day from {act.day} to {last}: nothing follows for ever.",
        )


def check_other(finding: Finding, by: str) -> None:
    """Raise `ArgumentInvalid` where whoever proposed or decided would decide the appeal as well.

    A source that told nobody who proposed it is taken at its word; who decided it has to be known.
    """
    decided_by = finding.decided_by
    if decided_by is None:
        raise ArgumentInvalid(
            f"nobody told who decided finding '{finding.finding_id}', so that it cannot be seen "
            "whether another person decides the appeal.",
            hint="Load who it was as a fact: decided_by in the table findings.",
        )
    for did, who in (("decided", decided_by), ("proposed", finding.proposed_by)):
        if who is not None and folded_name(who) == folded_name(by):
            raise ArgumentInvalid(
                f"'{by}' {did} finding '{finding.finding_id}', and cannot decide the appeal.",
                hint="Somebody who did neither looks at it anew; names are compared without "
                "capitals and spaces.",
            )


def check_apart(finding: Finding, orders: tuple[str, ...]) -> None:
    """Raise `ArgumentInvalid` where a finding rests on one of the orders already."""
    both = [order for order in orders if order in finding.rests_on]
    if both:
        raise ArgumentInvalid(
            f"finding '{finding.finding_id}', of the same kind, rests on order '{both[0]}'.",
            hint="Nothing is found twice: name the other orders only.",
        )
