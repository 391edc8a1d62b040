"""`assess`: judge every subject of a rulebook for a day."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import reading_width, terminal_width
from goodstanding.cli.output import check_place, chosen, write_records, write_text


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
    from goodstanding.explanation.explaining import contract_record  # noqa: PLC0415 -- likewise

    if show_sql:
        if output is not None:
            check_place(output)
        with options.opened(market) as opened:
            sql = opened.sql(rulebook, as_of=as_of, known_at=known_at, version=version)
        write_text(sql, output)
        return
    form = chosen(form, output)
    with options.opened(market) as opened:
        results = opened.assess(
            rulebook,
            as_of=as_of,
            known_at=known_at,
            version=version,
            subject=subject,
            by=by,
            reason=reason,
        )
        rules = opened.rulebook(rulebook, as_of=as_of, version=version)
        said = summary.entries(results, rules, opened.known_until, opened.settings.time_zone)
    told = summary.lines(said, width=reading_width(output))
    if form == "table":
        shown = result_table.lines(
            results,
            rules,
            everything=everything or output is not None,
            width=terminal_width(output),
        )
        write_text("\n".join([*shown, "", *told]), output)
        return
    records = results.drop_columns(columns_beside(rules))
    write_records(records, form, output, nested=lambda record: contract_record(record, rules))
    sys.stderr.write("\n".join([*told, ""]))
