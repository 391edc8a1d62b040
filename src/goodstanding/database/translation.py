"""SQL of the portable subset, read in DuckDB's spelling and written in PostgreSQL's."""

from __future__ import annotations

import re
from functools import lru_cache

import sqlglot
from sqlglot import exp

from goodstanding.database.differences import portable

_TEXTS = frozenset({exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT})


@lru_cache(maxsize=512)
def translated(sql: str) -> str:
    """Return a statement for PostgreSQL, `%(name)s` for each bound value.

    What is named by `with` is worked out once each, as the steps of a judgement are. A column of
    texts that a table is made with is ordered by its bytes, as in DuckDB, whatever the database
    does by default. Raises ValueError for what PostgreSQL has not, a defect of whoever wrote it.
    """
    try:
        tree = portable(sqlglot.parse_one(sql, dialect="duckdb"), "postgres")
        for cte in tree.find_all(exp.CTE):
            cte.set("materialized", True)
        for column in tree.find_all(exp.ColumnDef):
            _order_by_bytes(column)
        text = tree.sql("postgres", comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE)
    except sqlglot.errors.SqlglotError as error:
        raise ValueError(f"not for PostgreSQL: {error}: {sql[:200]}") from error
    return with_percents(text)


def with_percents(sql: str) -> str:
    """Return a statement of which only bound values are read as such by the driver."""
    return re.sub(r"%(?!\([a-z_][a-z0-9_]*\)s)", "%%", sql)


def _order_by_bytes(column: exp.ColumnDef) -> None:
    kind = column.args.get("kind")
    if isinstance(kind, exp.DataType) and kind.this in _TEXTS:
        by_bytes = exp.CollateColumnConstraint(this=exp.to_identifier("C", quoted=True))
        column.append("constraints", exp.ColumnConstraint(kind=by_bytes))
