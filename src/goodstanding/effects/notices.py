"""Who is to be told what: notices read back, each with its statement of reasons."""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from goodstanding import days
from goodstanding.assessment import offering
from goodstanding.effects.listing import CHANGES, EffectTold, kept, told
from goodstanding.effects.reasons import CONTEST, FigureTold, Matter, figures, sentences
from goodstanding.effects.writing_notices import NoticeKind
from goodstanding.rows.subjects import SUBJECT_KINDS, called
from goodstanding.standing import rules
from goodstanding.standing.books import first_editions, publications, standing_sql

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook
    from goodstanding.standing.books import Publication

KINDS: tuple[NoticeKind, ...] = (
    "falling",
    "published",
    "restated",
    "proposed",
    "started",
    "ended",
    "warned",
    "dismissed",
    "confirmed",
    "upheld",
    "overturned",
)
# Of findings: what they say was written down with them, and is no rulebook's.
_OF_FINDINGS: frozenset[NoticeKind] = frozenset(
    {"warned", "dismissed", "confirmed", "upheld", "overturned"}
)

# What came of an effect after a notice is no part of it.
_KNOWN_BY: dict[NoticeKind, tuple[str, ...]] = {"proposed": (), "started": ("approved",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that somebody is to be told, once.

    `number` grows by one from notice to notice: whoever delivers them goes on after the last.
    `to_kind` and `to_id` are who is told: a seller of its standing within a category and of the
    listings that it offers as well, and of a buyer's standing nobody but that buyer. `about_on` is
    the day it is about: of assessment, or the first of a change. `grade` and `grade_before` are
    those of a standing, None where it has none; `figures` what decided, `text` all of it in
    sentences. `statement` is the statement of
    reasons of a finding, which no rulebook and no version stands behind. `written_at` is naive UTC.
    """

    number: int
    notice_id: str
    kind: NoticeKind
    to_kind: str
    to_id: str
    subject_kind: str
    subject_id: str
    rulebook_id: str | None
    version: date | None
    as_of: date
    about_on: date
    grade: str | None
    grade_before: str | None
    deciding_limit: str | None
    figures: tuple[FigureTold, ...]
    effect: EffectTold | None
    contest: str
    text: str
    written_at: datetime
    statement: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    notice_no: int
    notice_id: str
    kind: NoticeKind
    rulebook_id: str | None
    subject_kind: str
    subject_no: int
    publication_no: int | None
    effect_id: str | None
    about_on: date
    said: str | None
    written_at: datetime
    subject_id: str


def told_to(kind: str, subject_id: str, *, offered_by: str | None = None) -> tuple[str, str]:
    """Return the kind and id of who is told about a subject: itself, or whose part it is.

    Of a listing it is the seller who offers it; the listing itself where nobody knows who does.
    """
    subject = SUBJECT_KINDS[kind]
    if kind == "listing" and offered_by is not None:
        return "seller", offered_by
    if subject.within is None:
        return kind, subject_id
    whole, _, _ = subject_id.partition("/")
    return subject.register, whole.replace("~1", "/").replace("~0", "~")


def notices(
    database: Database,
    settings: Settings,
    *,
    after: int = 0,
    kind: NoticeKind | None = None,
    subject_id: str | None = None,
    limit: int | None = None,
    to_buyers: bool,
) -> list[Notice]:
    """Return the notices after a number, in their order; of one kind, or about one subject.

    With `limit` at most so many, the first of them. Without `to_buyers` those that buyers are
    told are left out. Who offers a listing is told as known when the last of them was written.
    """
    rows = _rows(database, after, kind, subject_id, limit, to_buyers=to_buyers)
    by_number = {each.number: each for each in publications(database)}
    named = {row.effect_id for row in rows if row.effect_id is not None}
    effects = {each["effect_id"]: each for each in kept(database, effect_ids=named)}
    standings = _Standings(database, by_number, rows)
    sellers = _sellers(database, settings, rows)
    return [
        _told(
            row,
            standings,
            effects,
            sellers.get(row.subject_no) if row.subject_kind == "listing" else None,
        )
        for row in rows
    ]


def _sellers(database: Database, settings: Settings, rows: Sequence[_Row]) -> dict[int, str]:
    """Return who offers the listings that notices are about, by the numbers of listings."""
    written = [row.written_at for row in rows if row.subject_kind == "listing"]
    if not written:
        return {}
    last = max(written)
    day = days.local_day(last, settings.time_zone)
    return offering.sellers(database, settings, as_of=day, known_at=last)


def to_buyers_n(
    database: Database,
    *,
    after: int = 0,
    kind: NoticeKind | None = None,
) -> int:
    """Return how many of such notices buyers are told."""
    rows = _rows(database, after, kind, None, None, to_buyers=True)
    return sum(row.subject_kind == "buyer" for row in rows)


def _rows(
    database: Database,
    after: int,
    kind: NoticeKind | None,
    subject_id: str | None,
    limit: int | None,
    *,
    to_buyers: bool,
) -> list[_Row]:
    found: list[_Row] = []
    kinds = database.rows(
        "select distinct subject_kind from notices where notice_no > $after", {"after": after}
    )
    for (subject_kind,) in kinds:
        if subject_kind == "buyer" and not to_buyers:
            continue
        sql = called(subject_kind, "notices.subject_no")
        rows = database.rows(
            f"""
            select notice_no, notice_id, kind, rulebook_id, subject_kind, subject_no,
              publication_no, effect_id, about_on, said, written_at, {sql.id}
            from notices
            {sql.joins}
            where subject_kind = $subject_kind and notice_no > $after
              and ($kind is null or kind = $kind)
              and ($subject_id is null or {sql.id} = $subject_id)
            order by notice_no
            limit $limit
            """,
            {
                "subject_kind": subject_kind,
                "after": after,
                "kind": kind,
                "subject_id": subject_id,
                "limit": limit,
            },
        )
        names = tuple(_Row.__dataclass_fields__)
        found += [_Row(**dict(zip(names, row, strict=True))) for row in rows]
    return sorted(found, key=lambda row: row.notice_no)[:limit]


class _Standings:
    """The results that notices are about, read once for each publication."""

    def __init__(
        self, database: Database, by_number: Mapping[int, Publication], rows: Sequence[_Row]
    ) -> None:
        self.database = database
        self.by_number = by_number
        self.asked = sorted({row.subject_no for row in rows})
        self.firsts = cache(lambda rulebook_id: first_editions(database, rulebook_id))
        self.results = cache(self._results)
        self.rulebook = cache(self._rulebook)

    def first_of(self, publication: Publication) -> Publication:
        return self.by_number[publication.restates or publication.number]

    def result(self, publication: Publication, number: int, *, edition: int) -> Any:
        """Return the result of a subject for a published day, in the edition up to a number."""
        found = self.results(self.first_of(publication).number, edition).get(number)
        return None if found is None else json.loads(found)

    def last_before(self, rulebook_id: str, day: date) -> Publication | None:
        """Return the last first edition before a day."""
        found = [each for each in self.firsts(rulebook_id) if each.as_of < day]
        return found[-1] if found else None

    def _rulebook(self, rulebook_id: str, day: date, version: date | None) -> Rulebook:
        return rules.asked(self.database, rulebook_id, day, version)

    def _results(self, first: int, edition: int) -> dict[int, str]:
        sql, values = standing_sql(self.by_number[first], up_to=edition)
        rows = self.database.rows(
            f"select subject_no, result from ({sql}) where subject_no in "
            "(select unnest($asked::bigint[]))",
            values | {"asked": self.asked},
        )
        return dict(rows)


def _told(
    row: _Row,
    standings: _Standings,
    effects: Mapping[str, Mapping[str, Any]],
    offered_by: str | None,
) -> Notice:
    if row.kind in _OF_FINDINGS:
        return _of_finding(row)
    effect = None
    if row.effect_id is not None:
        effect = told(effects[row.effect_id], date.max, changes=_KNOWN_BY.get(row.kind, CHANGES))
    as_of, result, before = _results(row, standings, effect)
    version = effect.version if effect is not None else None
    if version is None and result is not None:
        version = date.fromisoformat(result["version"])
    rulebook = standings.rulebook(row.rulebook_id or "", as_of, version)
    matter = Matter(
        kind=row.kind,
        rulebook=rulebook,
        as_of=as_of,
        about_on=row.about_on,
        result=result,
        before=before,
        effect=effect,
    )
    found = figures(matter)
    to_kind, to_id = told_to(row.subject_kind, row.subject_id, offered_by=offered_by)
    return Notice(
        number=row.notice_no,
        notice_id=row.notice_id,
        kind=row.kind,
        to_kind=to_kind,
        to_id=to_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        rulebook_id=row.rulebook_id,
        version=rulebook.version,
        as_of=as_of,
        about_on=row.about_on,
        grade=None if result is None else result["grade"],
        grade_before=None if before is None else before["grade"],
        deciding_limit=None if result is None or effect else result["deciding_limit"],
        figures=found,
        effect=effect,
        contest=rulebook.contest or CONTEST,
        text=sentences(matter, found),
        written_at=row.written_at,
    )


def _of_finding(row: _Row) -> Notice:
    said = json.loads(row.said or "null")
    return Notice(
        number=row.notice_no,
        notice_id=row.notice_id,
        kind=row.kind,
        to_kind=row.subject_kind,
        to_id=row.subject_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        rulebook_id=None,
        version=None,
        as_of=row.about_on,
        about_on=row.about_on,
        grade=None,
        grade_before=None,
        deciding_limit=None,
        figures=(),
        effect=None,
        contest=said["statement"]["contest"]["how"],
        text=said["text"],
        written_at=row.written_at,
        statement=said["statement"],
    )


def _results(row: _Row, standings: _Standings, effect: EffectTold | None) -> tuple[date, Any, Any]:
    """Return the day of assessment that a notice is about, the result and the one before."""
    if row.kind == "falling":
        last = standings.last_before(row.rulebook_id or "", row.about_on)
        if last is None:
            raise ValueError(f"notice {row.notice_id} is about nothing that was published")
        before = standings.result(last, row.subject_no, edition=max(standings.by_number))
        return row.about_on, json.loads(row.said or "null"), before
    number = row.publication_no
    if effect is not None and (number is None or effect.ended_because == "time"):
        number = effect.publication_no  # the day on which it ended may be no day of its rulebook
    publication = standings.by_number[number or 0]
    result = standings.result(publication, row.subject_no, edition=publication.number)
    earlier: Publication | None = None
    if row.kind == "restated":
        earlier = publication
    elif row.kind == "published":
        earlier = standings.last_before(publication.rulebook_id, publication.as_of)
    before = None
    if earlier is not None:
        before = standings.result(earlier, row.subject_no, edition=publication.number - 1)
    return publication.as_of, result, before
