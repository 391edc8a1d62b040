"""Restating what a correction changed, beside what was published; replaying it unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from goodstanding.assessment.assessing import Question
from goodstanding.standing import books, rules
from goodstanding.standing.books import Publication
from goodstanding.standing.outcome import outcomes
from goodstanding.standing.publishing import changed_sql

if TYPE_CHECKING:
    from goodstanding.database.duckdb import DuckDB
    from goodstanding.facts.store import Settings

_JUDGED = "restated__outcomes"
Cause = Literal["correction", "late fact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A subject that would come out otherwise than published.

    A `correction` leads to a restatement; a `late fact` alone does not. A grade of None: not
    graded, or not there.
    """

    rulebook_id: str
    as_of: date
    subject_kind: str
    subject_id: str
    cause: Cause
    published_grade: str | None
    grade: str | None


def restate(
    database: DuckDB, settings: Settings, *, rulebook_id: str | None, now: datetime
) -> Iterator[Publication]:
    """Restate every published day that corrections concern, and yield each restatement.

    What was known then is judged anew with the corrections known now (`now`, naive UTC). Only
    subjects that come out otherwise, or by other rows, get a new edition; where nobody does,
    nothing is written.
    """
    for first in books.first_editions(database, rulebook_id):
        if not _has_news(database, first):
            continue
        with _judged(database, settings, first, first.known_at, now) as judged_n:
            latest, values = books.standing_sql(first)
            changed = changed_sql(latest, _JUDGED)
            any_changed = f"select 1 from ({changed}) limit 1"  # noqa: S608 -- our own names
            if not database.rows(any_changed, values):
                continue
            with database.transaction():
                restated = replace(
                    first,
                    number=books.next_number(database),
                    corrected_at=now,
                    published_at=now,
                    restates=first.number,
                    subjects_n=judged_n,
                )
                changed_n = books.add(database, restated, changed, values)
        yield replace(restated, changed_n=changed_n)


def differences(
    database: DuckDB, settings: Settings, *, rulebook_id: str | None, now: datetime
) -> Iterator[Difference]:
    """Say what a restatement would change, and what late facts would if they counted."""
    for first in books.first_editions(database, rulebook_id):
        found: dict[str, Difference] = {}
        clocks: tuple[tuple[Cause, datetime], ...] = (
            ("correction", first.known_at),
            ("late fact", now),
        )
        for cause, known_at in clocks:
            for each in _differing(database, settings, first, cause, known_at, now):
                found.setdefault(each.subject_id, each)
        yield from (found[subject] for subject in sorted(found))


def replay(database: DuckDB, settings: Settings, publication: Publication) -> list[int]:
    """Judge again what a publication judged; return the subjects that come out otherwise: none.

    The rules are the text that was kept, the clocks those of the publication.
    """
    first = publication
    if publication.restates is not None:
        first = next(
            each
            for each in books.first_editions(database, publication.rulebook_id)
            if each.number == publication.restates
        )
    with _judged(database, settings, first, publication.known_at, publication.corrected_at):
        latest, values = books.standing_sql(first, up_to=publication.number)
        changed = changed_sql(latest, _JUDGED)
        return [int(row[0]) for row in database.rows(changed, values)]


def _has_news(database: DuckDB, first: Publication) -> bool:
    """Say whether anything was loaded or heard that the latest edition of a day cannot hold."""
    (has_news,) = database.rows(
        """
        select max(loads.loaded_at) > max(published_at) or max(known_until) > max(corrected_at)
        from publications
        cross join loads
        where publication_no = $number or restates = $number
        """,
        {"number": first.number},
    )[0]
    return bool(has_news)


@contextmanager
def _judged(
    database: DuckDB,
    settings: Settings,
    first: Publication,
    known_at: datetime,
    corrected_at: datetime,
) -> Iterator[int]:
    """Judge a published day again and let SQL read the outcomes; give how many there are."""
    question = Question(
        rulebook=rules.kept(database, first.rulebook_id, first.version),
        as_of=first.as_of,
        known_at=known_at,
        corrected_at=corrected_at,
    )
    judged = outcomes(database, settings, question)
    database.register(_JUDGED, judged)
    try:
        yield judged.num_rows
    finally:
        database.unregister(_JUDGED)


def _differing(
    database: DuckDB,
    settings: Settings,
    first: Publication,
    cause: Cause,
    known_at: datetime,
    corrected_at: datetime,
) -> Iterator[Difference]:
    subject = rules.kept(database, first.rulebook_id, first.version).subject
    with _judged(database, settings, first, known_at, corrected_at):
        latest, values = books.standing_sql(first)
        rows = database.rows(
            f"""
            select {subject}_id, before.result, changed.result
            from ({changed_sql(latest, _JUDGED)}) as changed
            join {subject}_ids on {subject}_no = changed.subject_no
            left join ({latest}) as before on before.subject_no = changed.subject_no
            order by {subject}_id
            """,  # noqa: S608 -- our own names; values are bound
            values,
        )
    for subject_id, before, after in rows:
        yield Difference(
            rulebook_id=first.rulebook_id,
            as_of=first.as_of,
            subject_kind=subject,
            subject_id=subject_id,
            cause=cause,
            published_grade=_grade(before),
            grade=_grade(after),
        )


def _grade(result: str | None) -> str | None:
    return None if result is None else json.loads(result)["grade"]
