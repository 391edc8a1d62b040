"""What became of every row that was to be loaded."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.cli.grid import Column, fitting_lines, terminal_width
from goodstanding.explanation.figures import whole

if TYPE_CHECKING:
    from goodstanding.database.address import Place
    from goodstanding.facts.summary import LoadSummary


def lines(summary: LoadSummary, source: Place, market: Place) -> list[str]:
    """Return the report of a load from a source into a market."""
    width = terminal_width()
    said = [_heading(summary, source, market), "", *fitting_lines(_tables(summary), width=width)]
    if summary.refusals:
        said += ["", "In quarantine:" if not summary.is_check else "Would go to quarantine:"]
        said += [f"  {line}" for line in fitting_lines(_refusals(summary), width=_inside(width))]
        if not summary.is_check:
            said.append(f"  See: goodstanding quarantine show{_option(market)}")
    if summary.waiting:
        said += ["", "Waiting for an order that is not known yet:"]
        said += [f"  {entry.table}: {whole(entry.rows)}" for entry in summary.waiting]
    if summary.oddities:
        said += ["", "Odd, and kept as received:"]
        said += [f"  {entry}: {whole(entry.facts)}" for entry in summary.oddities]
    if summary.left_out:
        said += ["", "Columns left out, as no table has them:"]
        said += [f"  {entry.source}: {', '.join(entry.columns)}" for entry in summary.left_out]
    if summary.files_left_out:
        said += ["", f"Files that were not read: {', '.join(summary.files_left_out)}"]
    if summary.known_until is not None:
        said += ["", f"Facts known until {days.iso(summary.known_until)}."]
    return said


def _heading(summary: LoadSummary, source: Place, market: Place) -> str:
    is_empty = not any(table.read for table in summary.tables)
    if summary.is_check:
        found = "there was no row in it, and " if is_empty else ""
        return f"Checked {source}: {found}nothing was written to {market}."
    if is_empty:
        return f"Loaded {source}: there was no row in it for {market}."
    if summary.load_no is None:
        return f"Loaded {source}: {market} knew all of it already."
    return f"Loaded {source} into {market}, as load {summary.load_no}."


def _tables(summary: LoadSummary) -> list[Column]:
    tables = summary.tables
    return [
        Column(title="table", texts=[table.table for table in tables], stays=True),
        _numbers("rows", [table.read for table in tables]),
        _numbers("new", [table.kept for table in tables]),
        _numbers("nothing new", [table.unchanged for table in tables]),
        _numbers("quarantined", [table.quarantined for table in tables]),
    ]


def _refusals(summary: LoadSummary) -> list[Column]:
    refusals = summary.refusals
    return [
        Column(title="table", texts=[entry.table for entry in refusals], stays=True),
        _numbers("rows", [entry.rows for entry in refusals]),
        Column(title="column", texts=[entry.column or "" for entry in refusals]),
        Column(title="first", texts=[entry.first_place for entry in refusals]),
        Column(title="reason", texts=[entry.reason for entry in refusals], stays=True, wraps=True),
    ]


def _numbers(title: str, numbers: list[int]) -> Column:
    return Column(title=title, texts=[whole(n) for n in numbers], is_number=True, stays=True)


def _inside(width: int | None) -> int | None:
    return None if width is None else width - 2


def _option(market: Place) -> str:
    return "" if str(market) == "market.duckdb" else f" --market {shlex.quote(str(market))}"
