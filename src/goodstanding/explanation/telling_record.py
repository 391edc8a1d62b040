"""The record of an order, as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from goodstanding import days
from goodstanding.explanation.layout import INDENT, item, paragraph
from goodstanding.explanation.order_record import Act, OrderRecord, details_told
from goodstanding.rulebook.english import label

_DEEPER = INDENT * 3


def text(record: OrderRecord, width: int = 80) -> str:
    """Return the record in lines of at most so many characters, as far as words allow."""
    lines = [*_head(record, width)]
    for act in record.acts:
        lines += _act(act, width)
    lines += ["", *paragraph(f"Digest of the record: {record.digest}", width)]
    return "\n".join(lines)


def _head(record: OrderRecord, width: int) -> Iterator[str]:
    seller = "" if record.seller_id is None else f" from seller {record.seller_id}"
    title = f"The record of order {record.order_id} of buyer {record.buyer_id}{seller}"
    yield from paragraph(title, width)
    known = f"known at {days.iso(record.known_at)}, days in {record.time_zone}"
    yield from paragraph(f"As of {record.as_of}, {known}.", width)
    yield ""


def _act(act: Act, width: int) -> Iterator[str]:
    when = "taken back" if act.at is None else days.iso(act.at)
    by = "" if act.by is None else f", by the {act.by}"
    yield from item(f"{when}: {act.what}{by} ({act.fact})", width)
    told = [f"{label(name)} {_written(value)}" for name, value in details_told(act).items()]
    if told:
        yield from paragraph("; ".join(told), width, first=_DEEPER)
    for before in act.before:
        yield from paragraph(
            f"corrected on {days.iso(before.corrected_at)}: from {days.iso(before.said_at)} on the "
            f"record said {_written(before.value)}",
            width,
            first=_DEEPER,
        )
    for detail in act.details:
        for before in detail.before:
            yield from paragraph(
                f"{label(detail.name)} corrected on {days.iso(before.corrected_at)}: from "
                f"{days.iso(before.said_at)} on the record said {_written(before.value)}",
                width,
                first=_DEEPER,
            )


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return days.iso(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
