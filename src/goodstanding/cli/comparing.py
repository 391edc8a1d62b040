"""`compare`: who would move if another rulebook held."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import reading_width
from goodstanding.cli.output import chosen, write_records, write_text
from goodstanding.rows.subjects import SUBJECT_KINDS
from goodstanding.rulebook.english import label


def compare(
    *,
    market: options.MarketOption = None,
    rulebook: options.RulebookOption,
    other: Annotated[
        str,
        Parameter(
            name="--with",
            metavar="NAME",
            help="The other rulebook: a name, a path, or the id of one that has published.",
        ),
    ],
    as_of: options.AsOfOption,
    known_at: options.KnownAtOption = None,
    by: options.LookedByOption = None,
    reason: options.LookedForOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
    everybody: Annotated[
        bool, Parameter(name="--all", help="In records: also those who would not move.")
    ] = False,
) -> None:
    """Print how many would move, up and down, and who; and whose sanctions would."""
    from goodstanding.assessment.silence import silence  # noqa: PLC0415 -- only when it is used
    from goodstanding.explanation import telling_comparison  # noqa: PLC0415 -- likewise

    form = chosen(form, output)
    with options.opened(market) as opened:
        comparison = opened.compare(
            rulebook, other, as_of=as_of, known_at=known_at, by=by, reason=reason
        )
    if form == "table":
        write_text(telling_comparison.text(comparison, width=reading_width(output)), output)
        return
    write_records(comparison.table if everybody else comparison.movers, form, output)
    counts = (f"{count:,} {move.replace('_', ' ')}" for move, count in comparison.moves.items())
    for last in comparison.silent_since:
        sys.stderr.write(f"{silence(last)}\n")
    judged = SUBJECT_KINDS[comparison.subject_kind].counted(comparison.subjects_n)
    sys.stderr.write(f"of {judged} {', '.join(counts)}\n")
    for ladder, moves in comparison.sanctions.items():
        told = ", ".join(f"{count:,} {move}" for move, count in moves.items())
        sys.stderr.write(f"sanctions of {label(ladder)}: {told}\n")
