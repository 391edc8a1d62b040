"""`explain`: the orders and the arithmetic behind one result."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import reading_width
from goodstanding.cli.output import text_or_json, write_text


def explain(
    *,
    market: options.MarketOption = None,
    rulebook: options.RulebookOption,
    version: options.VersionOption = None,
    as_of: options.AsOfOption,
    known_at: options.KnownAtOption = None,
    subject: Annotated[
        str, Parameter(name="--subject", metavar="ID", help="Whose result is explained.")
    ],
    viewer: Annotated[
        Literal["store"] | None,
        Parameter(
            name="--for",
            metavar="VIEWER",
            help="store: only what the store itself may see. Default: all of it.",
        ),
    ] = None,
    by: options.LookedByOption = None,
    reason: options.LookedForOption = None,
    form: options.TellingOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print the limit that decided, the arithmetic, the orders, and what would change it."""
    from goodstanding.explanation import telling  # noqa: PLC0415 -- heavy; only when it is used

    form = text_or_json(form, output)
    with options.opened(market) as opened:
        explanation = opened.explain(
            rulebook,
            as_of=as_of,
            subject=subject,
            known_at=known_at,
            version=version,
            viewer=viewer or "operator",
            by=by,
            reason=reason,
        )
    if form == "json":
        text = json.dumps(explanation.as_dict(), ensure_ascii=False, indent=2)
    else:
        text = telling.text(explanation, width=reading_width(output))
    write_text(text, output)
