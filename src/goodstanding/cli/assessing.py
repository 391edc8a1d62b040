"""`assess`: judge every subject of a rulebook for a day."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import reading_width, terminal_width
from goodstanding.cli.output import (
    check_place,
    chosen,
    text_bytes,
    write_parts,
    write_text,
    written,
)

if TYPE_CHECKING:
    import pyarrow as pa


def assess(
    *,
    market: options.MarketOption = None,
    rulebook: options.RulebookOption,
    version: options.VersionOption = None,
    as_of: options.AsOfOption,
    known_at: options.KnownAtOption = None,
    subject: Annotated[
        str | None, Parameter(name="--subject", metavar="ID", help="Only this one.")
    ] = None,
    by: options.LookedByOption = None,
    reason: options.LookedForOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
    everything: options.AllOption = False,
    show_sql: Annotated[
        bool, Parameter(name="--show-sql", help="Print the SQL instead of running it.")
    ] = False,
) -> None:
    """Print one line for each subject, and a summary."""
    from goodstanding.assessment.results import columns_beside  # noqa: PLC0415 -- likewise
    from goodstanding.cli import result_table, summary  # noqa: PLC0415 -- only when it is used
    from goodstanding.cli.tally import Tally  # noqa: PLC0415 -- likewise
    from goodstanding.explanation.explaining import contract_record  # noqa: PLC0415 -- likewise

    if show_sql:
        if output is not None:
            check_place(output)
        with options.opened(market) as opened:
            sql = opened.sql(rulebook, as_of=as_of, known_at=known_at, version=version)
        write_text(sql, output)
        return
    form = chosen(form, output)
    with ExitStack() as stack:
        with options.opened(market) as opened:
            rules = opened.rulebook(rulebook, as_of=as_of, version=version)
            tally = Tally(rules)
            results = opened.assess_in_parts(
                rulebook,
                as_of=as_of,
                known_at=known_at,
                version=version,
                subject=subject,
                by=by,
                reason=reason,
            )
            parts = tally.of(results)
            first = next(parts)
            file = stack.enter_context(written(output))  # once there is something to write
            if form == "table":
                shown = _shown(first, parts, everything=everything or output is not None)
            else:
                beside = columns_beside(rules)
                records = (part.drop_columns(beside) for part in chain([first], parts))
                write_parts(records, form, file, nested=lambda each: contract_record(each, rules))
            said = summary.entries(tally, opened.known_until, opened.settings.time_zone)
        told = summary.lines(said, width=reading_width(output))
        if form == "table":
            more = tally.subjects_n - shown.num_rows
            table = result_table.lines(shown, rules, more=more, width=terminal_width(output))
            file.write(text_bytes("\n".join([*table, "", *told])))
    if form != "table":
        sys.stderr.write("\n".join([*told, ""]))


def _shown(first: pa.Table, others: Iterator[pa.Table], *, everything: bool) -> pa.Table:
    """Return the results that a table shows: the first forty, or every one."""
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

    from goodstanding.cli.result_table import SHOWN  # noqa: PLC0415 -- likewise

    if everything:
        return pa.concat_tables([first, *others])
    deque(others, maxlen=0)  # they are counted
    return first.slice(0, SHOWN)
