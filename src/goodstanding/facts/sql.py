"""Names and texts written into DuckDB's SQL, where a value cannot be bound."""

from __future__ import annotations

from collections.abc import Iterable

from goodstanding.facts.tables import Table


def quoted(name: str) -> str:
    """Write a name, such as a file's column, so that SQL takes it as it is."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """Write a text."""
    return "'" + value.replace("'", "''") + "'"


def listed(items: Iterable[str], indent: str = "  ") -> str:
    """Write one item a line, with commas between."""
    return f",\n{indent}".join(items)


def key_of(table: Table, relation: str = "") -> str:
    """Write the stored columns of a table's key, after a relation's name where one is given."""
    prefix = f"{relation}." if relation else ""
    return ", ".join(f"{prefix}{column.stored_name}" for column in table.keys)


def same_key(table: Table, left: str, right: str) -> str:
    """Write the condition that two relations' rows are of one fact."""
    return " and ".join(
        f"{left}.{column.stored_name} = {right}.{column.stored_name}" for column in table.keys
    )
