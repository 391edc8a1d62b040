"""A finding as a table, as records, and as a text: its way, and what the buyer is told."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from goodstanding import days
from goodstanding.cli.grid import Column, printable
from goodstanding.decisions.findings import KINDS, Finding
from goodstanding.decisions.statement import missing, stage_of, statement_of

_NEXT = {
    "proposed": "warn the buyer",
    "warned": "confirm or dismiss",
    "confirmed": "an appeal, if any, by",
    "appealed": "another person decides",
}
_WHOLE = ("gravity", "cases_n", "of_orders_n")


def columns(found: Sequence[Finding], *, today: date) -> list[Column]:
    """Return findings as the columns of a table; what is next is so on the day `today`."""
    texts: dict[str, list[str]] = {
        "id": [each.finding_id for each in found],
        "buyer": [each.buyer_id or "" for each in found],
        "status": [each.status for each in found],
        "kind": [each.kind or "" for each in found],
        "orders": [_share(each) for each in found],
        "gravity": ["" if each.gravity is None else str(each.gravity) for each in found],
        "intent": [each.intent or "" for each in found],
        "next": [_next(each, today) for each in found],
    }
    return [
        Column(
            title=title,
            texts=cells,
            stays=title in {"id", "status"},
            is_number=title in {"orders", "gravity"},
        )
        for title, cells in texts.items()
    ]


def records(found: Sequence[Finding]) -> pa.Table:
    """Return findings as records, a column for each field."""
    instant, day, texts = pa.timestamp("us"), pa.date32(), pa.list_(pa.string())
    kinds = {
        **dict.fromkeys(_WHOLE, pa.int64()),
        "rests_on": texts,
        "answer_until": day,
        "appeal_until": day,
        "until_on": day,
    }
    names = [field.name for field in fields(Finding)]
    return pa.table(
        {
            name: pa.array(
                [getattr(each, name) for each in found],
                kinds.get(name, instant if name.endswith("_at") else pa.string()),
            )
            for name in names
        }
    )


def as_dict(finding: Finding, zone: str) -> dict[str, Any]:
    """Return a finding as one JSON object, with its statement of reasons where it has a whole one.

    `missing` names the facts without which there is none.
    """
    stage = stage_of(finding)
    lacking = () if stage is None else missing(finding, stage)
    is_whole = stage is not None and not lacking
    said = statement_of(finding, stage, zone).as_dict() if stage and is_whole else None
    record = {field.name: _plain(getattr(finding, field.name)) for field in fields(Finding)}
    return {"finding": record, "statement": said, "missing": list(lacking)}


def told(finding: Finding, zone: str, *, today: date, width: int) -> str:
    """Return a finding as text: what it is, its way so far, and what the buyer is told.

    What is next is so on the day `today`.
    """
    kind = finding.kind or "nobody said what"
    meaning = f" ({KINDS[kind]})" if kind in KINDS else ""
    lines = [
        f"{finding.finding_id}: {finding.status}",
        *_wrapped(f"Buyer {finding.buyer_id or 'unknown'}: {kind}{meaning}", width, indent=""),
        "",
        "Its way",
        *(line for step in _way(finding, zone, today) for line in _wrapped(step, width)),
    ]
    stage = stage_of(finding)
    if stage is None:
        return "\n".join([*lines, "", "The buyer was not told yet."])
    lacking = missing(finding, stage)
    if lacking:
        text = f"There is no whole statement of reasons: nobody said its {', '.join(lacking)}."
        return "\n".join([*lines, "", *_wrapped(text, width, indent="")])
    said = statement_of(finding, stage, zone).text().splitlines()
    told_lines = (line for each in said for line in _wrapped(each, width))
    return "\n".join([*lines, "", "What the buyer is told", *told_lines])


def _way(finding: Finding, zone: str, today: date) -> Iterator[str]:
    steps = (
        (finding.proposed_at, "proposed", finding.proposed_by, finding.summary),
        (finding.warned_at, "warned", finding.warned_by, None),
        (finding.answered_at, "the buyer answered", None, finding.answer),
        (finding.dismissed_at, "dismissed", finding.dismissed_by, finding.dismissed_because),
        (finding.decided_at, "confirmed", finding.decided_by, finding.reasons),
        (finding.appealed_at, "the buyer appealed", None, finding.appeal),
        (
            finding.appeal_decided_at,
            "overturned" if finding.overturned_at else "upheld",
            finding.appeal_decided_by,
            finding.appeal_reasons,
        ),
    )
    for at, what, by, words in steps:
        if at is not None:
            who = "" if by is None else f" by {by}"
            why = "" if words is None else f": {' '.join(words.split())}"
            yield f"{days.local_day(at, zone)}  {what}{who}{why}"
    following = _next(finding, today)
    if following:
        yield f"Next: {following}."


def _next(finding: Finding, today: date) -> str:
    """Say what is next; a day that is named is one to come, or the last of it."""
    following = _NEXT.get(finding.status, "")
    match finding.status:
        case "warned":
            last = finding.answer_until
            is_heard = finding.answered_at is not None or last is None or today > last
            return following if is_heard else f"{following}, after {last}"
        case "confirmed":
            last = finding.appeal_until
            return f"{following} {last}" if last is not None and today <= last else ""
    return following


def _share(finding: Finding) -> str:
    if finding.cases_n is None or finding.of_orders_n is None:
        return ""
    return f"{finding.cases_n} of {finding.of_orders_n}"


def _wrapped(text: str, width: int, *, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        printable(text),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _plain(value: object) -> object:
    match value:
        case datetime():
            return days.iso(value)
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
    return value
