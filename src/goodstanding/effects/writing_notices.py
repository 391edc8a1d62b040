"""Writing down who is to be told what, in the transaction of what they are told of; once each.

A row only points to what it is about: the standing, the effect. What it says is made of these when
it is read (`notices`), since neither is ever edited.
"""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from goodstanding.effects.concerned import CONCERNED, concerned_values, edition_before
from goodstanding.rows.subjects import called
from goodstanding.standing.books import first_editions, standing_sql

if TYPE_CHECKING:
    from datetime import date, datetime

    from goodstanding.database.database import Database
    from goodstanding.decisions.statement import Statement
    from goodstanding.rulebook.model import Rulebook
    from goodstanding.standing.books import Publication

NoticeKind = Literal[
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
]

_FOUND = "falling__found"
_BEFORE = "before__standings"
_NOBODY = "select cast(null as bigint) as subject_no, cast(null as varchar) as result where false"
_GRADE = "json_extract_string(cast({0}.result as json), '$.grade')"
_REASON = "json_extract_string(cast({0}.result as json), '$.not_graded_because')"


def of_publication(
    database: Database, rulebook: Rulebook, publication: Publication, first: Publication
) -> None:
    """Write down who is to be told of a publication, and of what it started and ended."""
    if rulebook.grades:
        if publication.restates is None:
            _of_new_grades(database, rulebook, publication)
        else:
            _of_restated(database, rulebook, publication, first)
    said = {"number": publication.number, "at": publication.published_at}
    of_effects(
        database,
        "select effect_id, case when is_proposed then 'proposed' else 'started' end as kind, "
        "publication_no, first_on as about_on from effects where publication_no = $number",
        said,
    )
    of_effects(
        database,
        """
        select effect_id, 'ended' as kind, ended.publication_no, ended.on_day as about_on
        from effect_changes as ended
        join effects using (effect_id)
        anti join (
          select effect_id from effect_changes where change in ('declined', 'lifted')
        ) as by_a_person using (effect_id)
        anti join effects as following on ended.because = 'replaced'
          and following.publication_no = ended.publication_no
          and following.rulebook_id = effects.rulebook_id
          and following.subject_no = effects.subject_no
          and following.part = effects.part
          and not following.is_proposed
        where change = 'ended' and ended.publication_no = $number
        """,
        said,
    )


def of_effects(database: Database, changed: str, said: Mapping[str, Any]) -> None:
    """Write down a notice for each effect that a query yields, in the order of their ids.

    It yields `effect_id`, `kind`, `publication_no` and `about_on`; `said` are its values and
    `at`, when it is written. Runs in the caller's transaction.
    """
    database.execute(
        f"""
        insert into notices
        select newest + row_number() over (order by changed.effect_id),
          changed.kind || ':' || changed.effect_id, changed.kind, rulebook_id, subject_kind,
          subject_no, changed.publication_no, changed.effect_id, changed.about_on, null, $at
        from ({changed}) as changed
        join effects on effects.effect_id = changed.effect_id
        cross join (select coalesce(max(notice_no), 0) as newest from notices) as before
        """,
        said,
    )


def _of_new_grades(database: Database, rulebook: Rulebook, publication: Publication) -> None:
    """Tell those whose grade, or why they have none, is another than it was published last."""
    before = edition_before(database, publication)
    sql, values = _NOBODY, dict[str, object]()
    if before is not None:
        sql, values = standing_sql(before, up_to=publication.number - 1)
    differs = " or ".join(
        f"{part.format('new')} is distinct from {part.format('before')}"
        for part in (_GRADE, _REASON)
    )
    with _set_apart(database, sql, values):
        _of_standings(database, rulebook, publication, "published", differs, before=before)


def _of_restated(
    database: Database, rulebook: Rulebook, publication: Publication, first: Publication
) -> None:
    """Tell those whose published result was another; of what is told every day the last one."""
    last = first_editions(database, publication.rulebook_id)[-1]
    if rulebook.calendar.assessed == "daily" and first.number != last.number:
        return
    sql, values = standing_sql(first, up_to=publication.number - 1)
    differs = "new.result is distinct from before.result"
    with _set_apart(database, sql, values):
        _of_standings(database, rulebook, publication, "restated", differs, first=first)


@contextmanager
def _set_apart(database: Database, sql: str, values: Mapping[str, object]) -> Iterator[None]:
    """Set apart what was published before: two queries for a standing name the same values.

    Where something fails the transaction takes the table back.
    """
    made = f"create temp table {_BEFORE} as select subject_no, result from ({sql})"
    database.execute(made, values)
    yield
    database.execute(f"drop table {_BEFORE}")


def _of_standings(
    database: Database,
    rulebook: Rulebook,
    publication: Publication,
    kind: NoticeKind,
    differs: str,
    *,
    first: Publication | None = None,
    before: Publication | None = None,
) -> None:
    """Write down a notice for those whom a publication concerns, where they differ from before."""
    called_so = called(rulebook.subject, "new.subject_no")
    sql, values = standing_sql(first or publication, up_to=publication.number)
    database.execute(
        f"""
        insert into notices
        select newest + row_number() over (order by {called_so.id}),
          $notice || ':' || $number || ':' || {called_so.id}, $notice, $rulebook_id,
          $subject_kind, new.subject_no, $number, null, $about_on, null, $at
        from ({sql}) as new
        {called_so.joins}
        semi join ({CONCERNED}) as concerned on concerned.subject_no = new.subject_no
        left join {_BEFORE} as before on before.subject_no = new.subject_no
        cross join (select coalesce(max(notice_no), 0) as newest from notices) as numbered
        where {differs}
        """,
        {
            **values,
            **concerned_values(publication, before),
            "notice": kind,
            "subject_kind": rulebook.subject,
            "about_on": publication.as_of,
            "at": publication.published_at,
        },
    )


def of_falling(
    database: Database,
    rulebook: Rulebook,
    assessed_on: date,
    found: Mapping[int, str],
    at: datetime,
) -> None:
    """Tell those whose grade is about to fall on a day of assessment, once for each such day.

    `found` holds, by the number of each, the result that it would have. Runs in the caller's
    transaction.
    """
    sql = called(rulebook.subject, "found.subject_no")
    columns = {
        "subject_no": pa.array(list(found), pa.int64()),
        "said": pa.array(list(found.values()), pa.string()),
    }
    database.register(_FOUND, pa.table(columns))
    try:
        database.execute(
            f"""
            insert into notices
            select newest + row_number() over (order by told.notice_id), told.notice_id, 'falling',
              $rulebook_id, $kind, told.subject_no, null, null, $day, told.said, $at
            from (
              select found.*,
                'falling:' || $rulebook_id || ':' || $day || ':' || {sql.id} as notice_id
              from {_FOUND} as found
              {sql.joins}
            ) as told
            anti join notices as before on before.notice_id = told.notice_id
            cross join (select coalesce(max(notice_no), 0) as newest from notices) as numbered
            """,
            {"rulebook_id": rulebook.id, "kind": rulebook.subject, "day": assessed_on, "at": at},
        )
    finally:
        database.unregister(_FOUND)


def of_finding(database: Database, buyer_id: str, statement: Statement, at: datetime) -> None:
    """Tell a buyer, and nobody else, what a step of a finding says; once for each step.

    What it says is kept as it is, since facts can be told otherwise later. Runs in the caller's
    transaction.
    """
    database.execute(
        """
        insert into notices
        select newest + 1, $id, $kind, null, 'buyer', buyer_no, null, null, $day, $said, $at
        from buyer_ids
        cross join (select coalesce(max(notice_no), 0) as newest from notices) as before
        where buyer_id = $buyer_id
          and not exists (select 1 from notices where notice_id = $id)
        """,
        {
            "id": f"{statement.stage}:{statement.finding_id}",
            "kind": statement.stage,
            "buyer_id": buyer_id,
            "day": statement.on,
            "said": json.dumps({"statement": statement.as_dict(), "text": statement.text()}),
            "at": at,
        },
    )
