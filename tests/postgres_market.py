"""A market's facts in PostgreSQL, copied there so that the same steps can be run on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from sqlglot import exp

from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import Step, statement
from goodstanding.facts.store import table_definitions


def copy_market(database: DuckDB, connection: psycopg.Connection[Any]) -> None:
    """Make every table of a market in PostgreSQL and fill it from a DuckDB market."""
    for definition in table_definitions():
        connection.execute(_trusted(definition))
        name = definition.split()[2]
        with connection.cursor().copy(_trusted(f"copy {name} from stdin")) as copy:
            for row in database.rows(f"select * from {name}"):
                copy.write_row(row)


def run(
    connection: psycopg.Connection[Any],
    steps: Sequence[Step],
    final: str | exp.Query,
    values: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Run steps on PostgreSQL and return the rows of the last one by column name."""
    cursor = connection.execute(_trusted(statement(steps, final, "postgres")), values)
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _trusted(sql: str) -> LiteralString:
    return sql
