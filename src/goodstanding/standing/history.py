"""What one subject was told, day by day, and what was restated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from goodstanding.assessment.millionths import MILLION
from goodstanding.days import LAST_DAY, ONE_DAY
from goodstanding.rows.subjects import number_of
from goodstanding.standing import books, rules
from goodstanding.standing.outcome import sanction_read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from goodstanding.database.database import Database
    from goodstanding.rulebook.model import Rulebook
    from goodstanding.standing.books import Publication

Status = Literal["published", "superseded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of a subject's standing.

    It held for the published days `from_on` to `until_on`; of a restatement both are the day it
    restates. `guarded` are the limits that counted as met untested. `status` superseded: later
    editions of those days stand. `is_there` false: no longer there. `grade` None: not graded, and
    `not_graded_because` says why; both None of a rulebook without grades. `score` and `points` are
    those of one that scores. `decimals` names the indicators that are read as decimals: means, and
    what is calculated. `indicators` holds numerator, denominator (None for a count) and
    whether it was assessed; `sanctions`, for each ladder, the parts of the heaviest sanction in
    force as a result has them, each None where there was none. Instants are naive UTC.
    """

    publication_no: int
    version: date
    from_on: date
    until_on: date
    known_at: datetime
    corrected_at: datetime
    published_at: datetime
    is_restatement: bool
    status: Status
    is_there: bool
    score: float | None
    points: Mapping[str, float | None]
    grade: str | None
    not_graded_because: str | None
    deciding_limit: str | None
    guarded: tuple[str, ...]
    rows_counted: int
    indicators: Mapping[str, tuple[int, int | None, bool]]
    sanctions: Mapping[str, Mapping[str, Any]]
    decimals: frozenset[str]
    rows_digest: str | None


def history(database: Database, rulebook_id: str, kind: str, subject_id: str) -> list[Edition]:
    """Return every edition of a subject's standing by a rulebook, by day and then by publication.

    `kind` is what the rulebook judges. Raises `SubjectUnknown` for an id that the market has
    never heard of.
    """
    number = number_of(database, kind, subject_id)
    published = books.first_editions(database, rulebook_id)
    by_number = {each.number: each for each in books.publications(database, rulebook_id)}
    rows = database.rows(
        """
        select publication_no, result, rows_digest
        from standings
        join publications using (publication_no)
        where rulebook_id = $rulebook_id and subject_no = $subject_no
        order by as_of, publication_no
        """,
        {"rulebook_id": rulebook_id, "subject_no": number},
    )
    found = [(by_number[publication_no], *said) for publication_no, *said in rows]
    stored = [publication for publication, *_ in found]
    editions = [
        _edition(publication, held, result, digest, status, _decimals(database, publication))
        for publication, result, digest in found
        for held, status in _spans(publication, stored, published)
    ]
    return sorted(editions, key=lambda each: (each.from_on, each.publication_no))


def stands(database: Database, rulebook: Rulebook, subject_id: str, as_of: date) -> list[Edition]:
    """Return the editions of a subject's standing on a day, the latest last; none: unpublished.

    Only such as this very rulebook published, by its version and content.
    """
    published = database.rows(
        """
        select 1
        from publications
        where rulebook_id = $id and version = $version and as_of = $as_of and restates is null
        """,
        {"id": rulebook.id, "version": rulebook.version, "as_of": as_of},
    )
    if not published or not rules.is_kept(database, rulebook):
        return []
    return [
        edition
        for edition in history(database, rulebook.id, rulebook.subject, subject_id)
        if edition.from_on <= as_of <= edition.until_on
    ]


def last_published(
    database: Database, rulebook_id: str, subject_id: str, as_of: date, known_at: datetime | None
) -> tuple[Publication, Edition] | None:
    """Return the last publication up to a day, and the edition of a subject's standing in it.

    None where nothing was published by then, or not of this subject. With `known_at` only what
    was published with what was known by that instant.
    """

    def is_seen(at: datetime) -> bool:
        return known_at is None or at <= known_at

    published = [
        each
        for each in books.first_editions(database, rulebook_id)
        if each.as_of <= as_of and is_seen(each.known_at)
    ]
    if not published:
        return None
    kind = rules.judged_kind(database, rulebook_id)
    editions = [
        edition
        for edition in history(database, rulebook_id, kind, subject_id)
        if edition.from_on <= published[-1].as_of <= edition.until_on
        and is_seen(edition.corrected_at)
    ]
    return (published[-1], editions[-1]) if editions and editions[-1].is_there else None


def _spans(
    publication: Publication, stored: Sequence[Publication], published: Sequence[Publication]
) -> list[tuple[list[date], Status]]:
    """Return the published days for which a row of `publication` holds, by their status.

    `stored` are the publications that hold a row of the subject, `published` the first editions.
    """
    held = [publication.as_of]
    if publication.restates is None:
        later = (each.as_of for each in stored if each.restates is None)
        end = min((day for day in later if day > publication.as_of), default=LAST_DAY + ONE_DAY)
        held = [each.as_of for each in published if publication.as_of <= each.as_of < end]
    restated = {
        each.as_of
        for each in stored
        if each.restates is not None and each.number > publication.number
    }
    return [
        (list(run), "superseded" if is_restated else "published")
        for is_restated, run in groupby(held, lambda day: day in restated)
    ]


def _decimals(database: Database, publication: Publication) -> frozenset[str]:
    rulebook = rules.kept(database, publication.rulebook_id, publication.version)
    return frozenset(
        indicator.name
        for indicator in rulebook.indicators.values()
        if indicator.is_pair and not indicator.is_share
    )


def _number_of(millionths: int | None) -> float | None:
    return None if millionths is None else millionths / MILLION


def _edition(
    publication: Publication,
    held: Sequence[date],
    result: str | None,
    digest: str | None,
    status: Status,
    decimals: frozenset[str],
) -> Edition:
    said: dict[str, Any] = {} if result is None else json.loads(result)
    return Edition(
        publication_no=publication.number,
        version=publication.version,
        from_on=held[0],
        until_on=held[-1],
        known_at=publication.known_at,
        corrected_at=publication.corrected_at,
        published_at=publication.published_at,
        is_restatement=publication.restates is not None,
        status=status,
        is_there=result is not None,
        score=_number_of(said.get("score")),
        points={name: _number_of(value) for name, value in said.get("points", {}).items()},
        grade=said.get("grade"),
        not_graded_because=said.get("not_graded_because"),
        deciding_limit=said.get("deciding_limit"),
        guarded=tuple(said.get("guarded") or ()),
        rows_counted=said.get("rows_counted", 0),
        indicators={
            name: (numerator, denominator, is_assessed)
            for name, (numerator, denominator, is_assessed) in said.get("indicators", {}).items()
        },
        sanctions={name: sanction_read(kept) for name, kept in said.get("ladders", {}).items()},
        decimals=decimals,
        rows_digest=digest,
    )
