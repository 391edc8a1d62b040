"""`store`: a store's card."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import reading_width
from goodstanding.cli.output import text_or_json, write_text


def store(
    store_id: Annotated[str, Parameter(name="ID", help="The store: the id of a seller.")],
    /,
    *,
    market: options.MarketOption = None,
    as_of: options.AsOfOption,
    known_at: options.KnownAtOption = None,
    viewer: Annotated[
        Literal["store", "public"] | None,
        Parameter(
            name="--for",
            metavar="VIEWER",
            help="Only what the store itself, or everybody, may see. Default: all of it.",
        ),
    ] = None,
    form: options.TellingOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print what stands of a store on a day, side by side."""
    from goodstanding.explanation import telling_card  # noqa: PLC0415 -- only when it is used

    form = text_or_json(form, output)
    with options.opened(market) as opened:
        card = opened.store_card(
            store_id, as_of=as_of, known_at=known_at, viewer=viewer or "operator"
        )
    if form == "json":
        text = json.dumps(card.as_dict(), ensure_ascii=False, indent=2)
    else:
        text = telling_card.text(card, width=reading_width(output))
    write_text(text, output)
