"""`assess`: judge every subject of a rulebook for a day."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.output import chosen, write_records, write_text

if TYPE_CHECKING:
    from goodstanding.rulebook.model import Rulebook

_FOR_THE_SUMMARY = "rows_counted"  # no column of the contract
_PARTS = ("numerator", "denominator", "value")


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
    form: options.FormatOption = None,
    output: options.OutputOption = None,
    everything: options.AllOption = False,
    show_sql: Annotated[
        bool, Parameter(name="--show-sql", help="Print the SQL instead of running it.")
    ] = False,
) -> None:
    """Print one line for each subject, and a summary."""
    from goodstanding.cli import result_table, summary  # noqa: PLC0415 -- only when it is used

    form = chosen(form, output)
    with options.opened(market) as opened:
        if show_sql:
            write_text(opened.sql(rulebook, as_of=as_of, version=version), output)
            return
        results = opened.assess(
            rulebook, as_of=as_of, known_at=known_at, version=version, subject=subject
        )
        rules = options.rulebook_for(rulebook, as_of=as_of, version=version)
        told = summary.lines(results, rules, opened.known_until, opened.settings.time_zone)
    if form == "table":
        lines = result_table.lines(results, rules, everything=everything or output is not None)
        write_text("\n".join([*lines, "", *told]), output)
        return
    records = results.drop_columns([_FOR_THE_SUMMARY])
    write_records(records, form, output, nested=lambda record: nested(record, rules))
    sys.stderr.write("\n".join([*told, ""]))


def nested(record: Mapping[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    """Return a result as its JSON object: the indicators as objects, the keys in order."""
    indicators = {
        name: {part: record[f"{name}_{part}"] for part in _PARTS} for name in rulebook.indicators
    }
    flattened = {f"{name}_{part}" for name in indicators for part in _PARTS}
    shaped: dict[str, Any] = {}
    for key, value in record.items():
        if key in flattened:
            continue
        if key == "deciding_limit":
            shaped |= {"indicators": indicators, "points": {}}
        shaped[key] = value
    return shaped
