"""`service`: what a store's or a listing's orders passed, link by link."""

from __future__ import annotations

import json
from typing import Annotated

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import reading_width
from goodstanding.cli.output import text_or_json, write_text


def service(
    subject: Annotated[
        str, Parameter(name="ID", help="The store: the id of a seller. With --listing a listing's.")
    ],
    /,
    *,
    market: options.MarketOption = None,
    listing: Annotated[
        bool, Parameter(name="--listing", negative=(), help="The id is that of a listing.")
    ] = False,
    as_of: options.AsOfOption,
    known_at: options.KnownAtOption = None,
    form: options.TellingOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print which orders passed each link in time, what the others cost, and what follows."""
    from goodstanding.explanation import telling_service  # noqa: PLC0415 -- only when it is used

    form = text_or_json(form, output)
    with options.opened(market) as opened:
        found = opened.service(subject, as_of=as_of, known_at=known_at, is_listing=listing)
    if form == "json":
        text = json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    else:
        text = telling_service.text(found, width=reading_width(output))
    write_text(text, output)
