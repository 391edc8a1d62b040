"""`quarantine list` and `quarantine show`: rows that could not be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import Column, drawn, terminal_width
from goodstanding.cli.output import chosen, write_records, write_text
from goodstanding.explanation.figures import whole

if TYPE_CHECKING:
    import pyarrow as pa


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
        titles = {
            "load_no": "load",
            "table_name": "table",
            "rows": "rows",
            "column_name": "column",
            "reason": "reason",
            "first_place": "first",
        }
        lines = drawn(_columns(found, titles), width=terminal_width(output))
        write_text("\n".join([*lines, "", "goodstanding quarantine show prints them."]), output)
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
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print rows in quarantine: where they are, why they were refused, what they say."""
    form = chosen(form, output)
    with options.opened(market) as opened:
        found = opened.quarantined_rows(load_no=load, table=table, limit=limit)
    if form != "table":
        write_records(found, form, output)
    elif found.num_rows:
        titles = {
            "place": "place",
            "column_name": "column",
            "reason": "reason",
            "value": "value",
            "row_text": "row",
        }
        lines = drawn(_columns(found, titles), width=terminal_width(output))
        if found.num_rows == limit:
            lines.append(f"At most {whole(limit)} are shown: --limit N shows more.")
        write_text("\n".join(lines), output)
    else:
        write_text("Nothing is in quarantine that this asks for.", output)


def _columns(found: pa.Table, titles: dict[str, str]) -> list[Column]:
    columns = []
    for name, title in titles.items():
        values = found[name].to_pylist()
        columns.append(
            Column(
                title=title,
                texts=["" if value is None else str(value) for value in values],
                is_number=title in {"load", "rows"},
                stays=title in {"table", "rows", "place", "reason"},
            )
        )
    return columns
