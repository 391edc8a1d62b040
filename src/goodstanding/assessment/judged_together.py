"""Results of everybody, kept in the open market for whoever is asked about next.

Whoever is compared with others is judged together with them. So of the next one who is asked
about by the same rules, for the same day and with the same facts, the result is there already:
it is looked up by the subject's id in a temporary table, of which there is one for each rulebook.
It holds until anything is loaded, or another day or instant is asked about.
"""
# ruff: noqa: S608 -- names are quoted; values are bound

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from goodstanding.database.duckdb import named_values

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database

Statement = tuple[str, Mapping[str, Any]]  # and the values that it names


def result_of(database: Database, question: Question, judging: Callable[[], Statement]) -> pa.Table:
    """Return the result of the subject asked about: one row, or none where it was not there.

    `judging` returns the statement that judges everybody, with `subject_id`. It is run where
    no results of the same question are kept.
    """
    table = '"judged by {}"'.format(question.rulebook.id.replace('"', '""'))
    asked = _asked(database, question)
    if database.temporary.get(table, ())[1:] != asked:
        _keep(database, table, judging())
        schema = database.arrow(f"select * from {table} limit 0").schema
        database.temporary[table] = (schema, *asked)
    schema = cast("pa.Schema", database.temporary[table][0])
    sql = f"select * from {table} where subject_id = $subject_id"
    rows = database.rows(sql, {"subject_id": question.subject_id})
    # Of one row, as wide as these are, a table is made sooner here than by the database.
    return pa.Table.from_pylist(
        [dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema
    )


def _asked(database: Database, question: Question) -> tuple[object, ...]:
    """Return what the results of everybody turn on; every fact comes with a load."""
    (last_load,) = database.rows("select max(load_no) from loads")
    corrected_at = question.corrected_at or question.known_at
    rules = question.rulebook.digest
    return rules, question.as_of, question.known_at, corrected_at, *last_load


def _keep(database: Database, table: str, judging: Statement) -> None:
    """Judge everybody, and keep the results, which are sorted: one is found without reading all."""
    sql, values = judging
    database.temporary.pop(table, None)
    database.execute(f"drop table if exists {table}")
    with database.judging():
        database.execute(f"create temp table {table} as {sql}", named_values(sql, values))
