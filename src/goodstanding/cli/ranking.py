"""`rank`: search results in the order of relevance and service; or every listing's modifier."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import reading_width, terminal_width
from goodstanding.cli.output import Format, chosen, write_records, write_text
from goodstanding.errors import ArgumentInvalid

if TYPE_CHECKING:
    import pyarrow as pa


def rank(
    *,
    market: options.MarketOption = None,
    source: Annotated[
        str | None,
        Parameter(
            name="--from",
            metavar="FILE",
            help="Search results: listing_id, relevance, and query_id where of several queries.",
        ),
    ] = None,
    modifiers: Annotated[
        bool,
        Parameter(
            name="--modifiers", help="Every listing's modifier, for a search engine to join."
        ),
    ] = False,
    rulebook: Annotated[
        str | None,
        Parameter(
            name="--rulebook",
            metavar="NAME",
            help="What scores listings: a name, a path, or the id of one that has published. "
            "Default: listing-service-score.",
        ),
    ] = None,
    version: options.VersionOption = None,
    as_of: options.AsOfOption,
    known_at: options.KnownAtOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
    everything: options.AllOption = False,
) -> None:
    """Print each search result in its order, with its modifier and its place without it."""
    from goodstanding.cli import rank_table  # noqa: PLC0415 -- only when it is used
    from goodstanding.effects.exposure import LISTING_SCORE  # noqa: PLC0415 -- likewise

    if modifiers is (source is not None):
        raise ArgumentInvalid(
            "say either --from FILE or --modifiers.",
            hint="The first ranks search results, the second lists every listing's modifier.",
        )
    form = chosen(form, output)
    asked: dict[str, Any] = {
        "as_of": as_of,
        "rulebook": rulebook or LISTING_SCORE,
        "known_at": known_at,
        "version": version,
    }
    with options.opened(market) as opened:
        exposure = opened.exposure(**asked)
        found = opened.modifiers(**asked) if source is None else opened.rank(source, **asked)
        told = rank_table.summary(
            found, exposure, opened.known_until, opened.settings.time_zone, reading_width(output)
        )
    _write(found, told, form, output, everything=everything or output is not None)


def _write(
    found: pa.Table, told: list[str], form: Format, output: Path | None, *, everything: bool
) -> None:
    from goodstanding.cli import rank_table  # noqa: PLC0415 -- only when it is used

    if form == "table":
        shown = rank_table.lines(found, everything=everything, width=terminal_width(output))
        write_text("\n".join([*shown, "", *told]), output)
        return
    write_records(found, form, output, nested=_for_json)
    sys.stderr.write("\n".join([*told, ""]))


def _for_json(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record with its decimals as numbers; of six places none is lost by that."""
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in record.items()
    }
