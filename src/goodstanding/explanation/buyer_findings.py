"""What was found of a buyer's conduct and is not over, with the days to answer and to appeal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from goodstanding.decisions.findings import ANSWER_DAYS, APPEAL_MONTHS, KINDS, Finding
from goodstanding.explanation.buyer_answer import Clock, ClockKind, OpenFinding

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
    if finding.status == "warned" and finding.answered_at is None:
        yield from _clock("answer", finding.answer_until, as_of, _ANSWER, "J12", "own design")
    if finding.status == "confirmed":
        yield from _clock("appeal", finding.appeal_until, as_of, _APPEAL, "J11", "copy")


def _clock(
    kind: ClockKind,
    last: date | None,
    as_of: date,
    rule: str,
    source: str,
    confidence: str,
) -> Iterator[Clock]:
    """Yield the clock of what can be done until a day, where that lies ahead."""
    if last is not None and last > as_of:
        yield Clock(
            kind=kind,
            opens_on=None,
            by=None,
            last_on=last,
            days_left=(last - as_of).days,
            rule=rule,
            source=(source,),
            confidence=confidence,
        )
