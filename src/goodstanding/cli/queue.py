"""`queue`: a seller's open orders in the order in which to serve them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding import days
from goodstanding.cli import options
from goodstanding.cli.grid import Column, fitting_lines, terminal_width
from goodstanding.cli.output import chosen, write_records, write_text

if TYPE_CHECKING:
    from goodstanding.effects.queue import Queue

_SHOWN = 40  # lines; more than a screen, less than a flood


def queue(
    *,
    market: options.MarketOption = None,
    seller: Annotated[str, Parameter(name="--seller", metavar="ID", help="Whose orders.")],
    as_of: Annotated[
        str | None,
        Parameter(
            name="--as-of",
            metavar="DAY",
            help="At the end of this day. Default: the last of which anything is known.",
        ),
    ] = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
    everything: options.AllOption = False,
) -> None:
    """Print a seller's open orders in the order in which to serve them."""
    form = chosen(form, output)
    with options.opened(market) as opened:
        found = opened.queue(seller, as_of=as_of)
    told = _told(found)
    if form != "table":
        write_records(_records(found), form, output)
        sys.stderr.write("\n".join([*told, ""]))
        return
    lines = _lines(found, everything=everything or output is not None, width=terminal_width(output))
    write_text("\n".join([*lines, "", *told] if lines else told), output)


def _lines(found: Queue, *, everything: bool, width: int | None) -> list[str]:
    shown = found.orders if everything else found.orders[:_SHOWN]
    if not shown:
        return []
    columns = [
        Column(
            title="place", texts=[str(each.place) for each in shown], is_number=True, stays=True
        ),
        Column(title="order", texts=[each.order_id for each in shown], stays=True),
        Column(
            title="ship by",
            texts=["" if each.ship_by is None else days.iso(each.ship_by) for each in shown],
            stays=True,
        ),
        Column(title="", texts=["past" if each.is_past else "" for each in shown]),
    ]
    lines = fitting_lines(columns, width=width)
    more = len(found.orders) - len(shown)
    if more:
        lines.append(f"… and {more:,} more: --all prints them, --output FILE keeps them.")
    return lines


def _told(found: Queue) -> list[str]:
    """Return what is told of the queue as a whole; nothing of it is of any one buyer."""
    n, buyers, about = len(found.orders), found.buyers_n, found.good_standing
    if not n:
        return [f"Nothing waits to be sent at the end of {found.as_of}."]
    waits = f"{n:,} open order{'' if n == 1 else 's'} of {buyers:,} buyer"
    day = f"at the end of {found.as_of}, by ship-by day in {found.time_zone}"
    said = [f"{waits}{'' if buyers == 1 else 's'} {day}."]
    if about is None:
        return [*said, "Within a day by ship-by instant, and by nobody's standing."]
    share = f"About {about.orders_n:,} of your {about.of_n:,} open orders are from buyers in good"
    return [
        *said,
        f"{share} standing, give or take {about.margin:,}.",
        "The count and the order within a day are made by lots (docs/queue.md).",
    ]


def _records(found: Queue) -> Any:
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

    orders = found.orders
    ship_by = [None if each.ship_by is None else days.iso(each.ship_by) for each in orders]
    return pa.table(
        {
            "place": pa.array([each.place for each in orders], pa.int64()),
            "order_id": pa.array([each.order_id for each in orders], pa.string()),
            "ship_by": pa.array(ship_by, pa.string()),
            "is_past": pa.array([each.is_past for each in orders], pa.bool_()),
        }
    )
