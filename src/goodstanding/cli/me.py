"""`me`: a buyer's own view, and the record of one order."""

from __future__ import annotations

import json
from typing import Annotated, Any

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import reading_width
from goodstanding.cli.output import text_or_json, write_text


def me(
    buyer_id: Annotated[str, Parameter(name="ID", help="The buyer who asks.")],
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
    order: Annotated[
        str | None,
        Parameter(name="--order", metavar="ID", help="The record of this order of the buyer."),
    ] = None,
    rulebook: Annotated[
        str,
        Parameter(
            name="--rulebook",
            metavar="NAME",
            help="The rulebook that scores buyers: a name, or the path of your own.",
        ),
    ] = "buyer-score",
    by: Annotated[
        str | None,
        Parameter(name="--by", metavar="NAME", help="An operator who looks: who it is."),
    ] = None,
    reason: Annotated[
        str | None,
        Parameter(
            name="--reason",
            metavar="TEXT",
            help="An operator who looks: why. Both are logged; the buyer is told the reason.",
        ),
    ] = None,
    form: options.TellingOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print a buyer's own view: the score and all behind it, open orders, what to do."""
    from goodstanding.explanation import (  # noqa: PLC0415 -- only when it is used
        telling_buyer,
        telling_record,
    )

    form = text_or_json(form, output)
    width = reading_width(output)
    with options.opened(market) as opened:
        asked: dict[str, Any] = {"as_of": as_of, "known_at": known_at, "by": by, "reason": reason}
        if order is not None:
            record = opened.order_record(buyer_id, order, **asked)
            text, told = telling_record.text(record, width=width), record.as_dict()
        else:
            view = opened.buyer_view(buyer_id, rulebook=rulebook, **asked)
            text, told = telling_buyer.text(view, width=width), view.as_dict()
    if form == "json":
        text = json.dumps(told, ensure_ascii=False, indent=2)
    write_text(text, output)
