"""`quarantine list` and `quarantine show`: rows that could not be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import Column, cut, fitting_lines, printable, terminal_width
from goodstanding.cli.output import chosen, write_records, write_text
from goodstanding.explanation.figures import whole

if TYPE_CHECKING:
    import pyarrow as pa

_WIDEST_VALUE = 24  # columns on a terminal; a text may be a whole review


def listed(
    *,
    market: options.MarketOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print how many rows lie in quarantine, by load, table, column and reason."""
    form = chosen(form, output)
    with options.opened(market) as opened:
        found = opened.quarantined()
    if form != "table":
        write_records(found, form, output)
    elif found.num_rows:
        columns = [
            _column(found, "load_no", "load", is_number=True),
            _column(found, "table_name", "table", stays=True),
            _column(found, "rows", "rows", is_number=True, stays=True),
            _column(found, "column_name", "column", stays=True),
            _column(found, "reason", "reason", stays=True, wraps=True),
            _column(found, "first_place", "first"),
        ]
        lines = fitting_lines(columns, width=terminal_width(output))
        write_text("\n".join([*lines, "", "See: goodstanding quarantine show"]), output)
    else:
        write_text("Nothing is in quarantine.", output)


def shown(
    *,
    market: options.MarketOption = None,
    load: Annotated[
        int | None, Parameter(name="--load", metavar="N", help="Only of this load.")
    ] = None,
    table: Annotated[
        str | None, Parameter(name="--table", metavar="TABLE", help="Only for this table.")
    ] = None,
    limit: Annotated[int, Parameter(name="--limit", metavar="N", help="At most so many.")] = 20,
    by: options.LookedByOption = None,
    reason: options.LookedForOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print rows in quarantine: where they are, why they were refused, what they say."""
    form = chosen(form, output)
    with options.opened(market) as opened:
        found = opened.quarantined_rows(
            load_no=load, table=table, limit=limit, by=by, reason=reason
        )
    if form != "table":
        write_records(found, form, output)
    elif found.num_rows:
        width = terminal_width(output)
        columns = [
            _column(found, "column_name", "column", stays=True),
            _values(found, width),
            _places(found),
            _column(found, "reason", "reason", stays=True, wraps=True),
            _column(found, "row_text", "row"),
        ]
        lines = fitting_lines(columns, width=width)
        if found.num_rows == limit:
            lines.append(f"At most {whole(limit)} are shown: --limit N shows more.")
        write_text("\n".join(lines), output)
    else:
        write_text("Nothing is in quarantine that this asks for.", output)


def _column(
    found: pa.Table,
    name: str,
    title: str,
    *,
    is_number: bool = False,
    stays: bool = False,
    wraps: bool = False,
) -> Column:
    return Column(
        title=title, texts=_texts(found, name), is_number=is_number, stays=stays, wraps=wraps
    )


def _values(found: pa.Table, width: int | None) -> Column:
    values = _texts(found, "value")
    if width is not None:
        values = [cut(printable(value), _WIDEST_VALUE) for value in values]
    return Column(title="value", texts=values, stays=True)


def _places(found: pa.Table) -> Column:
    """Return where each row is; where room is scarce, without what an adapter says about it."""
    places = _texts(found, "place")
    return Column(title="place", texts=places, short=[p.split(": ", 1)[0] for p in places])


def _texts(found: pa.Table, name: str) -> list[str]:
    return ["" if value is None else str(value) for value in found[name].to_pylist()]
