"""Check what a rulebook says that it does not use."""

from __future__ import annotations

from collections.abc import Iterator

from goodstanding.errors import near
from goodstanding.expressions.nodes import names_in
from goodstanding.facts.catalogue import TABLES
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.conditions import row_nodes
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path


def check_not_used(rulebook: Rulebook, notes: Notes) -> None:
    """Note columns that are said not to be used and are, or that there are not."""
    known = {name for kind in ROW_KINDS.values() for name in kind.names}
    known |= {f"{table.name}.{column.name}" for table in TABLES for column in table.columns}
    used = dict(_used(rulebook))
    for place, entry in enumerate(rulebook.not_used):
        path: Path = ("not_used", place, "columns")
        for column in entry.columns:
            if column not in known:
                table, dot, _ = column.rpartition(".")
                alike = [each for each in sorted(known) if each.startswith(table + dot)]
                hint = near(column, alike) or "Columns of facts are named with their table."
                notes.add(path, f"There is no column '{column}'.", hint)
            elif column in used:
                what = f"The column '{column}' is used: rows of '{used[column]}' are told by it."
                notes.add(path, what, "Leave it out here, or out of the conditions.")


def _used(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """Yield the columns that expressions about rows name, each with its set of rows."""
    for rows in rulebook.rows.values():
        for node in row_nodes(rulebook, rows):
            for name in names_in(node):
                yield name, rows.name
