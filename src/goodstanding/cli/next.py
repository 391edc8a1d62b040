"""`next`: what a store has to do next."""

from __future__ import annotations

import json
from typing import Annotated

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import reading_width
from goodstanding.cli.output import text_or_json, write_text


def next_steps(
    store_id: Annotated[str, Parameter(name="ID", help="The store: the id of a seller.")],
    /,
    *,
    market: options.MarketOption = None,
    as_of: Annotated[
        str | None,
        Parameter(
            name="--as-of",
            metavar="DAY",
            help="The last day that is looked at. Default: the last of which anything is known.",
        ),
    ] = None,
    known_at: options.KnownAtOption = None,
    rulebook: Annotated[
        list[str] | None,
        Parameter(
            name="--rulebook",
            metavar="NAME",
            help="By which rulebook; once for each. Default: the service level and the daily "
            "score of the day.",
        ),
    ] = None,
    form: options.TellingOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print what is open by deadline, what leaving it costs, and what moves the results."""
    from goodstanding.explanation import telling_next  # noqa: PLC0415 -- only when it is used

    form = text_or_json(form, output)
    with options.opened(market) as opened:
        found = opened.next_steps(store_id, as_of=as_of, known_at=known_at, rulebooks=rulebook)
    if form == "json":
        text = json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    else:
        text = telling_next.text(found, width=reading_width(output))
    write_text(text, output)
