"""`notices`: who is to be told what, for whoever delivers it."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding import days
from goodstanding.cli import options
from goodstanding.cli.effects import effect_record
from goodstanding.cli.grid import terminal_width
from goodstanding.cli.output import chosen, json_line, write_records, write_text, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goodstanding.effects.notices import Notice
    from goodstanding.effects.writing_notices import NoticeKind


_WIDTH = 92  # of what is read anywhere but on a terminal


def notices(
    *,
    market: options.MarketOption = None,
    after: Annotated[
        int,
        Parameter(name="--after", metavar="N", help="Those after this number, the last delivered."),
    ] = 0,
    kind: Annotated[
        str | None,
        Parameter(
            name="--kind",
            metavar="KIND",
            help="Only: falling, published, restated, proposed, started, ended; of findings "
            "warned, dismissed, confirmed, upheld, overturned.",
        ),
    ] = None,
    subject: Annotated[
        str | None, Parameter(name="--subject", metavar="ID", help="Only about this subject.")
    ] = None,
    limit: Annotated[
        int | None, Parameter(name="--limit", metavar="N", help="At most so many. Default: all.")
    ] = None,
    by: Annotated[
        str | None,
        Parameter(name="--by", metavar="NAME", help="Who looks at what buyers are told."),
    ] = None,
    reason: Annotated[
        str | None,
        Parameter(
            name="--reason",
            metavar="TEXT",
            help="Why: it is logged before. Without both, what buyers are told is left out.",
        ),
    ] = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print who is to be told what, each with the reasons, in the order in which it came up."""
    form = chosen(form, output)
    with options.opened(market) as opened:
        asked: NoticeKind | None = kind  # type: ignore[assignment] # the market refuses others
        found = opened.notices(
            after=after, kind=asked, subject=subject, limit=limit, by=by, reason=reason
        )
        left_out = 0
        if by is None and subject is None:
            left_out = opened.notices_to_buyers_n(after=after, kind=asked)
    if form == "jsonl":
        with written(output) as file:
            for each in found:
                file.write(json_line(_record(each)))
    elif form != "table":
        write_records(_flat(found), form, output)
    elif found:
        width = terminal_width(output) or _WIDTH
        write_text("\n\n".join(_told(each, width) for each in found), output)
    else:
        nobody = "Nobody else is" if left_out else "Nobody is"
        write_text("Nothing new." if after else f"{nobody} to be told anything.", output)
    if left_out:
        said = "1 notice" if left_out == 1 else f"{left_out:,} notices"
        sys.stderr.write(f"{said} to buyers left out: say --by NAME and --reason TEXT.\n")


def _told(each: Notice, width: int) -> str:
    heading = f"{each.number}  {each.kind}  to {each.to_kind} {each.to_id}"
    if (each.to_kind, each.to_id) != (each.subject_kind, each.subject_id):
        heading += f", about {each.subject_id}"
    body = textwrap.fill(
        each.text,
        width,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"{heading}\n{body}"


def _record(each: Notice) -> dict[str, Any]:
    return {
        "number": each.number,
        "id": each.notice_id,
        "kind": each.kind,
        "to_kind": each.to_kind,
        "to_id": each.to_id,
        "subject_kind": each.subject_kind,
        "subject_id": each.subject_id,
        "rulebook": each.rulebook_id,
        "version": each.version,
        "as_of": each.as_of,
        "about_on": each.about_on,
        "grade": each.grade,
        "grade_before": each.grade_before,
        "deciding_limit": each.deciding_limit,
        "figures": [
            {
                "name": figure.name,
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "text": figure.text,
            }
            for figure in each.figures
        ],
        "effect": None if each.effect is None else _without_names(effect_record(each.effect)),
        "contest": each.contest,
        "statement": each.statement,
        "text": each.text,
        "written_at": days.iso(each.written_at),
    }


def _without_names(effect: dict[str, Any]) -> dict[str, Any]:
    """Leave out who decided: that is told to nobody outside."""
    return {name: said for name, said in effect.items() if name not in {"decided_by", "lifted_by"}}


def _flat(found: Sequence[Notice]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

    records = [
        {
            **_record(each),
            "figures": [figure.text for figure in each.figures],
            "effect": None if each.effect is None else each.effect.effect_id,
            "statement": None if each.statement is None else each.statement["finding"],
        }
        for each in found
    ]
    day, texts = pa.date32(), pa.list_(pa.string())
    kinds = {"number": pa.int64(), "version": day, "as_of": day, "about_on": day, "figures": texts}
    return pa.table(
        {
            name: pa.array([record[name] for record in records], kinds.get(name, pa.string()))
            for name in NOTICE_KEYS
        }
    )


NOTICE_KEYS = (
    "number",
    "id",
    "kind",
    "to_kind",
    "to_id",
    "subject_kind",
    "subject_id",
    "rulebook",
    "version",
    "as_of",
    "about_on",
    "grade",
    "grade_before",
    "deciding_limit",
    "figures",
    "effect",
    "contest",
    "statement",
    "text",
    "written_at",
)
