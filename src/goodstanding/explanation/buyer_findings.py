"""What was found of a buyer's conduct and is not over, with the days to answer and to appeal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from goodstanding.decisions.findings import ANSWER_DAYS, APPEAL_MONTHS, KINDS, Finding
from goodstanding.explanation.buyer_answer import Clock, OpenFinding

_ANSWER = (
    f"A finding is confirmed once the buyer answered, or {ANSWER_DAYS} days after the warning: "
    "until it is, the buyer can answer."
)
_APPEAL = (
    f"A finding can be appealed within {APPEAL_MONTHS} months of the decision, free of charge; "
    "somebody who neither proposed nor decided it decides."
)


def open_findings(findings: Iterable[Finding], as_of: date) -> list[OpenFinding]:
    """Return the findings that are not over for the buyer at the end of a day, as they come."""
    found = []
    for each in findings:
        clocks = tuple(_clocks(each, as_of))
        if clocks or each.status in {"warned", "appealed"}:
            found.append(
                OpenFinding(
                    finding_id=each.finding_id,
                    found=None if each.kind is None else KINDS.get(each.kind, each.kind),
                    status=each.status,
                    clocks=clocks,
                )
            )
    return found


def _clocks(finding: Finding, as_of: date) -> Iterator[Clock]:
    last = finding.answer_until
    if finding.status == "warned" and finding.answered_at is None and _runs(last, as_of):
        yield Clock(
            kind="answer",
            opens_on=None,
            by=None,
            last_on=last,
            days_left=_left(last, as_of),
            rule=_ANSWER,
            source=("J12",),
            confidence="own design",
        )
    last = finding.appeal_until
    if finding.status == "confirmed" and _runs(last, as_of):
        yield Clock(
            kind="appeal",
            opens_on=None,
            by=None,
            last_on=last,
            days_left=_left(last, as_of),
            rule=_APPEAL,
            source=("J11",),
            confidence="copy",
        )


def _runs(last: date | None, as_of: date) -> bool:
    return last is not None and last > as_of


def _left(last: date | None, as_of: date) -> int | None:
    return None if last is None else (last - as_of).days
