"""Writing down who is to be told what, in the transaction of what they are told of; once each.

A row only points to what it is about: the standing, the effect. What it says is made of these when
it is read (`notices`), since neither is ever edited.
"""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from goodstanding.rows.subjects import called
from goodstanding.standing.books import first_editions, standing_sql

if TYPE_CHECKING:
    from datetime import date, datetime

    from goodstanding.database.duckdb import DuckDB
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
_GRADE = "json_extract_string({0}.result, '$.grade')"
_REASON = "json_extract_string({0}.result, '$.not_graded_because')"


def of_publication(
    database: DuckDB, rulebook: Rulebook, publication: Publication, first: Publication
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


def of_effects(database: DuckDB, changed: str, said: Mapping[str, Any]) -> None:
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


def _of_new_grades(database: DuckDB, rulebook: Rulebook, publication: Publication) -> None:
    """Tell those whose grade, or why they have none, is another than it was published last."""
    earlier = [
        each
        for each in first_editions(database, publication.rulebook_id)
        if each.as_of < publication.as_of
    ]
    before, values = "select null as subject_no, null as result where false", dict[str, object]()
    if earlier:
        before, values = standing_sql(earlier[-1], up_to=publication.number - 1)
    differs = " or ".join(
        f"{part.format('new')} is distinct from {part.format('before')}"
        for part in (_GRADE, _REASON)
    )
    _of_standings(database, rulebook, publication, "published", before, differs, values)


def _of_restated(
    database: DuckDB, rulebook: Rulebook, publication: Publication, first: Publication
) -> None:
    """Tell those whose published result was another; of what is told every day the last one."""
    last = first_editions(database, publication.rulebook_id)[-1]
    if rulebook.calendar.assessed == "daily" and first.number != last.number:
        return
    before, values = standing_sql(first, up_to=publication.number - 1)
    differs = "new.result is distinct from before.result"
    _of_standings(database, rulebook, publication, "restated", before, differs, values)


def _of_standings(
    database: DuckDB,
    rulebook: Rulebook,
    publication: Publication,
    kind: NoticeKind,
    before: str,
    differs: str,
    values: Mapping[str, object],
) -> None:
    """Write down a notice for those whom a publication stored, where they differ from before."""
    sql = called(rulebook.subject, "new.subject_no")
    database.execute(
        f"""
        insert into notices
        select newest + row_number() over (order by {sql.id}),
          $notice || ':' || $number || ':' || {sql.id}, $notice, $rulebook_id, $subject_kind,
          new.subject_no, $number, null, $about_on, null, $at
        from standings as new
        {sql.joins}
        left join ({before}) as before on before.subject_no = new.subject_no
        cross join (select coalesce(max(notice_no), 0) as newest from notices) as numbered
        where new.publication_no = $number and new.result is not null and ({differs})
        """,
        {
            **values,
            "notice": kind,
            "number": publication.number,
            "rulebook_id": publication.rulebook_id,
            "subject_kind": rulebook.subject,
            "about_on": publication.as_of,
            "at": publication.published_at,
        },
    )


def of_falling(
    database: DuckDB,
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


def of_finding(database: DuckDB, buyer_id: str, statement: Statement, at: datetime) -> None:
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
