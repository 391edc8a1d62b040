"""`effects on`, `effects off` and `effects switches`: what buyers' standing does at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding import days
from goodstanding.cli import options
from goodstanding.cli.effects import DecidedAtOption, DecidedByOption
from goodstanding.cli.grid import Column, fitting_lines, terminal_width
from goodstanding.cli.output import chosen, write_records, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from goodstanding.effects.switches import Switch, Switched

SwitchedArgument = Annotated[
    str, Parameter(name="EFFECT", metavar="EFFECT", help="queue or offers.")
]
BuyerRulesOption = Annotated[
    str | None,
    Parameter(
        name="--rulebook",
        metavar="NAME",
        help="What gives buyers their bands: a name, a path, or the id of one that has "
        "published. Default: buyer-score.",
    ),
]


def on(
    does: SwitchedArgument,
    /,
    *,
    market: options.MarketOption = None,
    decided_by: DecidedByOption,
    decided_at: DecidedAtOption = None,
    rulebook: BuyerRulesOption = None,
) -> None:
    """Turn the queue or offers on."""
    _turn(does, decided_by, decided_at, market, rulebook, is_on=True)


def off(
    does: SwitchedArgument,
    /,
    *,
    market: options.MarketOption = None,
    decided_by: DecidedByOption,
    decided_at: DecidedAtOption = None,
) -> None:
    """Turn the queue or offers off."""
    _turn(does, decided_by, decided_at, market, None, is_on=False)


def listed(
    *,
    market: options.MarketOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print when the queue and offers were turned on and off, and by whom."""
    form = chosen(form, output)
    with options.opened(market) as opened:
        found = opened.effect_switches()
    if form != "table":
        write_records(_records(found), form, output)
        return
    columns = [
        Column(title="effect", texts=[each.does for each in found], stays=True),
        Column(title="turned", texts=[_word(is_on=each.is_on) for each in found], stays=True),
        Column(title="at", texts=[days.iso(_to_the_second(each.said_at)) for each in found]),
        Column(title="by", texts=[each.said_by for each in found]),
    ]
    lines = [*fitting_lines(columns, width=terminal_width(output)), ""] if found else []
    write_text("\n".join([*lines, _now(found)]), output)


def _turn(
    does: str, by: str, at: str | None, market: Any, rulebook: str | None, *, is_on: bool
) -> None:
    from goodstanding.effects.buyer_bands import BUYER_SCORE  # noqa: PLC0415 -- only when used

    named: Any = does
    with options.opened(market, writes=True) as opened:
        is_new = opened.switch_effect(
            named,
            is_on=is_on,
            decided_by=by,
            decided_at=at,
            rulebook=rulebook or BUYER_SCORE,
        )
    word = _word(is_on=is_on)
    write_text(f"{does}: {word}." if is_new else f"{does} was {word} already.", None)


def _now(found: Sequence[Switch]) -> str:
    last: dict[Switched, bool] = {"queue": False, "offers": False}
    last |= {each.does: each.is_on for each in found}
    return "Now: " + ", ".join(f"{does} {_word(is_on=last[does])}" for does in last) + "."


def _to_the_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _word(*, is_on: bool) -> str:
    return "on" if is_on else "off"


def _records(found: Sequence[Switch]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

    return pa.table(
        {
            "effect": pa.array([each.does for each in found], pa.string()),
            "is_on": pa.array([each.is_on for each in found], pa.bool_()),
            "rulebook": pa.array([each.rulebook for each in found], pa.string()),
            "said_by": pa.array([each.said_by for each in found], pa.string()),
            "said_at": pa.array([days.iso(each.said_at) for each in found], pa.string()),
        }
    )
