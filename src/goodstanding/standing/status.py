"""What a result is: worked out just now, what will be published, or what was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from goodstanding.rows.subjects import called
from goodstanding.standing import books, rules
from goodstanding.standing.due import is_assessed

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database
    from goodstanding.standing.books import Publication

Status = Literal["computed", "provisional", "published", "superseded"]


def with_status(
    database: Database, question: Question, parts: Iterable[pa.Table]
) -> Iterator[pa.Table]:
    """Yield the results of an assessment, in parts, with what each is, in the column `status`.

    `published`: the very rules, day and known-at that were published; `superseded`: likewise,
    and the subject's standing was restated since. `provisional`: the day is still to be
    published, by a rulebook that has begun to. Everything else is `computed`.
    """
    published = books.first_editions(database, question.rulebook.id)
    if not published:
        yield from parts
        return
    status, superseded = _status(database, question, published)
    restated = pa.array(sorted(superseded), pa.string())
    for results in parts:
        is_restated = pc.is_in(results["subject_id"], value_set=restated)
        said = pc.if_else(is_restated, "superseded", status)
        yield results.set_column(results.column_names.index("status"), "status", said)


def _status(
    database: Database, question: Question, published: list[Publication]
) -> tuple[Status, set[str]]:
    """Return what the results are, but for the subjects named, whose standing was restated."""
    rulebook = question.rulebook
    first = next((each for each in published if each.as_of == question.as_of), None)
    if first is None:
        comes = question.as_of > published[-1].as_of and is_assessed(
            rulebook.calendar, question.as_of
        )
        return ("provisional" if comes and _is_in_force(database, question) else "computed"), set()
    clocks = (question.known_at, question.corrected_at or question.known_at)
    is_published = (
        first.version == rulebook.version
        and rules.is_kept(database, rulebook)
        and clocks == (first.known_at, first.corrected_at)
    )
    if not is_published:
        return "computed", set()
    return "published", _restated(database, first, rulebook.subject)


def _is_in_force(database: Database, question: Question) -> bool:
    in_force = rules.in_force(database, question.rulebook.id, question.as_of)
    return in_force is not None and in_force.digest == question.rulebook.digest


def _restated(database: Database, first: Publication, kind: str) -> set[str]:
    sql = called(kind, "standings.subject_no")
    rows = database.rows(
        f"""
        select {sql.id}
        from standings
        join publications using (publication_no)
        {sql.joins}
        where restates = $number
        """,  # noqa: S608 -- our own names; values are bound
        {"number": first.number},
    )
    return {str(row[0]) for row in rows}
