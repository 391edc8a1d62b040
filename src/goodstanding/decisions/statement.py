"""The statement of reasons: what the buyer is told at each step of a finding, whole or not at all.

It says the facts, the rule, what was weighed, why, what follows and for how long, how to contest
it, and that no machine decided; and names nobody who decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from goodstanding import days
from goodstanding.decisions.findings import GRAVEST, KINDS, Finding
from goodstanding.errors import ArgumentInvalid

Stage = Literal["warned", "dismissed", "confirmed", "upheld", "overturned"]

_FACTORS = ("kind", "rests_on", "rule", "summary", "cases_n", "of_orders_n", "gravity", "intent")
_NEEDED: dict[Stage, tuple[str, ...]] = {
    "warned": _FACTORS,
    "dismissed": ("kind", "dismissed_because"),
    "confirmed": (*_FACTORS, "reasons", "consequence", "until_on"),
    "upheld": (*_FACTORS, "reasons", "consequence", "until_on", "appeal_reasons"),
    "overturned": ("kind", "appeal_reasons"),
}
_BEYOND = "You can turn to a court, and where the law gives you one to an out-of-court body."


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a buyer is told of a finding at a stage, on a day of the market's time zone.

    `reasons` are those of the decision, or of taking the warning back; `appeal_reasons` those of
    the decision on the appeal.
    `cases_n` of `of_orders_n` orders is count and share; `gravity` is 1 to 10. `follows` is None
    where nothing does, `until_on` its last day; `contest_until` the last day to answer a warning
    or to appeal.
    """

    finding_id: str
    stage: Stage
    on: date
    kind: str
    summary: str | None
    rests_on: tuple[str, ...]
    rule: str | None
    cases_n: int | None
    of_orders_n: int | None
    gravity: int | None
    intent: str | None
    answer: str | None
    reasons: str | None
    appeal: str | None
    appeal_reasons: str | None
    follows: str | None
    from_on: date | None
    until_on: date | None
    contest: str
    contest_until: date | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as one JSON object; days as text. docs/findings.md describes it."""
        return {
            "finding": self.finding_id,
            "stage": self.stage,
            "on": self.on.isoformat(),
            "found": {"kind": self.kind, "means": _means(self.kind)},
            "facts": {"summary": self.summary, "orders": list(self.rests_on)},
            "rule": self.rule,
            "factors": {
                "count": self.cases_n,
                "share": {"numerator": self.cases_n, "denominator": self.of_orders_n},
                "gravity": self.gravity,
                "intent": self.intent,
            },
            "answer": self.answer,
            "reasons": self.reasons,
            "appeal": self.appeal,
            "appeal_reasons": self.appeal_reasons,
            "follows": {
                "what": self.follows,
                "from_on": _written(self.from_on),
                "until_on": _written(self.until_on),
            },
            "contest": {"how": self.contest, "until_on": _written(self.contest_until)},
            "automation": "none",
        }

    def text(self) -> str:
        """Return it in sentences, a paragraph a line."""
        return "\n".join(_lines(self))


def stage_of(finding: Finding) -> Stage | None:
    """Return the last step of which the buyer is told; None before the warning."""
    if finding.status == "proposed":
        return None
    if finding.status == "appealed":
        return "confirmed"
    return finding.status


def missing(finding: Finding, stage: Stage) -> tuple[str, ...]:
    """Return the columns of facts without which no statement of a stage can be made."""
    return tuple(name for name in _NEEDED[stage] if getattr(finding, name) in (None, (), ""))


def statement_of(finding: Finding, stage: Stage, zone: str) -> Statement:
    """Return the statement of reasons of a stage. Raises `ArgumentInvalid` for one not whole."""
    lacking = missing(finding, stage)
    if lacking:
        raise ArgumentInvalid(
            f"finding '{finding.finding_id}' has no whole statement of reasons: nobody said its "
            f"{', '.join(lacking)}.",
            hint="The buyer is told everything or nothing is decided: load what is missing as "
            "facts (goodstanding tables findings), or propose it anew.",
        )
    decided_on = None if finding.decided_at is None else days.local_day(finding.decided_at, zone)
    has_effect = stage in {"confirmed", "upheld"}
    is_appealed = stage in {"upheld", "overturned"}
    is_warning = stage == "warned"
    return Statement(
        finding_id=finding.finding_id,
        stage=stage,
        on=_day(finding, stage, zone),
        kind=finding.kind or "",
        summary=finding.summary,
        rests_on=finding.rests_on,
        rule=finding.rule,
        cases_n=finding.cases_n,
        of_orders_n=finding.of_orders_n,
        gravity=finding.gravity,
        intent=finding.intent,
        answer=None if is_warning else finding.answer,
        reasons=_reasons(finding, stage),
        appeal=finding.appeal if is_appealed else None,
        appeal_reasons=finding.appeal_reasons if is_appealed else None,
        follows=finding.consequence if has_effect else None,
        from_on=decided_on if has_effect else None,
        until_on=finding.until_on if has_effect else None,
        contest=_contest(finding, stage),
        contest_until=_contest_until(finding, stage),
    )


def _day(finding: Finding, stage: Stage, zone: str) -> date:
    at = {
        "warned": finding.warned_at,
        "dismissed": finding.dismissed_at,
        "confirmed": finding.decided_at,
        "upheld": finding.appeal_decided_at,
        "overturned": finding.overturned_at,
    }[stage]
    if at is None:
        raise ValueError(f"finding {finding.finding_id} was not {stage}")
    return days.local_day(at, zone)


def _reasons(finding: Finding, stage: Stage) -> str | None:
    if stage == "warned":
        return None
    return finding.dismissed_because if stage == "dismissed" else finding.reasons


def _contest_until(finding: Finding, stage: Stage) -> date | None:
    return {"warned": finding.answer_until, "confirmed": finding.appeal_until}.get(stage)


def _contest(finding: Finding, stage: Stage) -> str:
    named = f"name {finding.finding_id}"
    if stage == "warned":
        return (
            f"Until {finding.answer_until} you can say what you think of it: write to the "
            f"marketplace and {named}. It is read before anything is decided."
        )
    if stage == "confirmed":
        return (
            f"Until {finding.appeal_until} you can appeal, free of charge: write to the "
            f"marketplace and {named}. Another person than decided it decides the appeal. {_BEYOND}"
        )
    return _BEYOND if stage == "upheld" else "There is nothing to contest."


def _lines(said: Statement) -> Iterator[str]:
    yield _heading(said)
    if said.summary is not None:
        yield f"What happened: {said.summary}"
    if said.rests_on:
        yield f"The orders: {', '.join(said.rests_on)}."
    if said.rule is not None:
        yield f"The rule: {said.rule}"
    weighed = _weighed(said)
    if weighed and said.stage != "overturned":
        yield f"What was weighed: {weighed}."
    if said.answer is not None:
        yield f"What you said: {' '.join(said.answer.split())}"
    if said.reasons is not None:
        yield f"Why{' it was decided' if said.appeal_reasons else ''}: {said.reasons}"
    if said.appeal is not None:
        yield f"Your appeal: {' '.join(said.appeal.split())}"
    if said.appeal_reasons is not None:
        yield f"Why on appeal: {said.appeal_reasons}"
    yield f"What follows: {_follows(said)}"
    yield f"To contest it: {said.contest}"
    yield "Automation: none. Every step of this was taken by a person."


def _heading(said: Statement) -> str:
    what = _means(said.kind)
    return {
        "warned": f"A warning, of {said.on}. It was proposed to find this of your conduct: {what}. "
        "Nothing is decided.",
        "dismissed": f"Of {said.on}: the warning about your conduct ({what}) is taken back. "
        "Nothing was found.",
        "confirmed": f"A decision, of {said.on}. This was found of your conduct: {what}.",
        "upheld": f"The decision on your appeal, of {said.on}: what was decided stays. Found was "
        f"this: {what}.",
        "overturned": f"The decision on your appeal, of {said.on}: what was decided is overturned. "
        f"It was this: {what}.",
    }[said.stage]


def _weighed(said: Statement) -> str:
    parts = []
    if said.cases_n is not None and said.of_orders_n:
        share = f"{100 * said.cases_n / said.of_orders_n:.1f} %"
        parts.append(f"{said.cases_n} of your {said.of_orders_n} orders, which is {share}")
    if said.gravity is not None:
        parts.append(f"gravity {said.gravity} of {GRAVEST}")
    if said.intent is not None:
        parts.append(f"intent {said.intent}")
    return "; ".join(parts)


def _follows(said: Statement) -> str:
    if said.stage == "warned":
        return "nothing, until it is decided."
    if said.stage == "dismissed":
        return "nothing. It counts nowhere, and never did."
    if said.stage == "overturned":
        return "nothing. It counts for no day; what was worked out with it is worked out again."
    return (
        f"{(said.follows or '').rstrip('.')}, from {said.from_on} to {said.until_on}. A score that "
        "counts findings counts it for as long as its rules say; no score refuses you a purchase."
    )


def _means(kind: str) -> str:
    return KINDS.get(kind, kind.replace("_", " "))


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
