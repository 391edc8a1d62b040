"""Restating what a correction changed, beside what was published; replaying it unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from goodstanding.assessment.millionths import MILLION
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import named_values
from goodstanding.rows.subjects import called
from goodstanding.standing import books, rules
from goodstanding.standing.books import Publication
from goodstanding.standing.outcome import judged
from goodstanding.standing.publishing import changed_sql

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

_JUDGED = "restated__outcomes"
_CORRECTED = "corrected__outcomes"
Cause = Literal["correction", "late fact"]


# What a result says beside its numbers.
_PARTS = ("grade", "not_graded_because", "deciding_limit", "guarded", "score", "rows_counted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A subject that would come out otherwise than published.

    A `correction` leads to a restatement; a `late fact` alone does not. `was_there` and `is_there`
    say whether the subject was published, and whether it would be. A grade of None: not graded, or
    not there. Scores are those of a rulebook that scores. `changed` names what differs of the
    result: `is_there` alone, where it has none before or after; nothing, where only the orders
    behind it do.
    """

    rulebook_id: str
    as_of: date
    subject_kind: str
    subject_id: str
    cause: Cause
    was_there: bool
    is_there: bool
    published_grade: str | None
    grade: str | None
    published_score: float | None
    score: float | None
    changed: tuple[str, ...]


def restate(
    database: Database,
    settings: Settings,
    *,
    rulebook_id: str | None,
    clock: Callable[[], datetime],
    then: Callable[[Publication], None] | None = None,
) -> Iterator[Publication]:
    """Restate every published day that corrections concern, and yield each restatement.

    What was known then is judged anew with the corrections known now, as `clock` tells (naive
    UTC). Only subjects that come out otherwise, or by other rows, get a new edition; where nobody
    does, nothing is written. `then` runs in the transaction of each, once it is written. Each is
    judged and written in a turn to write of its own, by what stands then.
    """
    for first in books.first_editions(database, rulebook_id):
        with database.turn():
            restated = _restated(database, settings, first, now=clock(), then=then)
        if restated is not None:
            yield restated


def _restated(
    database: Database,
    settings: Settings,
    first: Publication,
    *,
    now: datetime,
    then: Callable[[Publication], None] | None,
) -> Publication | None:
    """Restate one published day; None: nobody comes out otherwise."""
    if not _has_news(database, first):
        return None
    with _judged(database, settings, first, first.known_at, now) as judged_n:
        return _written(database, first, judged_n, now=now, then=then)


def _written(
    database: Database,
    first: Publication,
    judged_n: int,
    *,
    now: datetime,
    then: Callable[[Publication], None] | None,
) -> Publication | None:
    """Write down who came out otherwise than stands, in one transaction; None: nobody did."""
    with database.transaction():
        latest, values = books.standing_sql(first)
        changed = changed_sql(latest, _JUDGED)
        any_changed = f"select 1 from ({changed}) limit 1"  # noqa: S608 -- our own names
        if not database.rows(any_changed, values):
            return None
        restated = replace(
            first,
            number=books.next_number(database),
            corrected_at=now,
            published_at=now,
            restates=first.number,
            subjects_n=judged_n,
        )
        changed_n = books.add(database, restated, changed, values)
        restated = replace(restated, changed_n=changed_n)
        if then is not None:
            then(restated)
    return restated


def differences(
    database: Database, settings: Settings, *, rulebook_id: str | None, now: datetime
) -> Iterator[Difference]:
    """Say what a restatement would change, and what late facts would beside it if they counted."""
    for first in books.first_editions(database, rulebook_id):
        found: list[Difference] = []
        with _judged(database, settings, first, first.known_at, now, called=_CORRECTED):
            latest, values = books.standing_sql(first)
            corrected = changed_sql(latest, _CORRECTED)
            found += _told(database, first, "correction", corrected, latest, values)
            with _judged(database, settings, first, now, now):
                late = changed_sql(f"select * from {_CORRECTED}", _JUDGED)  # noqa: S608 -- ours
                found += _told(database, first, "late fact", late, latest, values)
        yield from sorted(found, key=lambda each: (each.subject_id, each.cause))


def replay(database: Database, settings: Settings, publication: Publication) -> list[int]:
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


def _has_news(database: Database, first: Publication) -> bool:
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
    database: Database,
    settings: Settings,
    first: Publication,
    known_at: datetime,
    corrected_at: datetime,
    *,
    called: str = _JUDGED,
) -> Iterator[int]:
    """Judge a published day again and let SQL read the outcomes; give how many there are."""
    question = Question(
        rulebook=rules.kept(database, first.rulebook_id, first.version),
        as_of=first.as_of,
        known_at=known_at,
        corrected_at=corrected_at,
    )
    with judged(database, settings, question, called) as judged_n:
        yield judged_n


def _told(
    database: Database,
    first: Publication,
    cause: Cause,
    changed: str,
    published: str,
    values: Mapping[str, Any],
) -> list[Difference]:
    subject = rules.kept(database, first.rulebook_id, first.version).subject
    sql = called(subject, "changed.subject_no")
    rows = database.rows(
        f"""
        select {sql.id}, before.result, changed.result
        from ({changed}) as changed
        {sql.joins}
        left join ({published}) as before on before.subject_no = changed.subject_no
        """,  # noqa: S608 -- our own names; values are bound
        named_values(changed + published, values),
    )
    return [
        Difference(
            rulebook_id=first.rulebook_id,
            as_of=first.as_of,
            subject_kind=subject,
            subject_id=subject_id,
            cause=cause,
            was_there=before is not None,
            is_there=after is not None,
            published_grade=_grade(before),
            grade=_grade(after),
            published_score=_score(before),
            score=_score(after),
            changed=_changed(before, after),
        )
        for subject_id, before, after in rows
    ]


def _changed(before: str | None, after: str | None) -> tuple[str, ...]:
    """Name what two results say otherwise: their parts, and of the numbers each."""
    one, other = ({} if result is None else json.loads(result) for result in (before, after))
    if not one or not other:
        return ("is_there",) if one or other else ()
    found = [key for key in _PARTS if one.get(key) != other.get(key)]
    for key in ("indicators", "points", "ladders"):
        numbers = {**one.get(key, {}), **other.get(key, {})}
        found += [
            name for name in numbers if one.get(key, {}).get(name) != other.get(key, {}).get(name)
        ]
    return tuple(found)


def _score(result: str | None) -> float | None:
    millionths = None if result is None else json.loads(result).get("score")
    return None if millionths is None else millionths / MILLION


def _grade(result: str | None) -> str | None:
    return None if result is None else json.loads(result)["grade"]
