"""The tables of what was carried out and who is told; they are only ever added to.

effects          one row for each effect that a publication started or proposed
effect_changes   what came of it: approved, declined, lifted (by a person), ended; each once
effects_waiting  publications whose effects wait, since nothing was heard of their day
notices          one row for each thing that somebody is to be told
looks_ahead      the days on which it was looked at whose grade is about to fall

Beside them are those of `switches`, `lots`, `settling` and `offer_books`.
"""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from goodstanding.effects import lots, offer_books, settling, switches
from goodstanding.rows.subjects import called

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.effects.wanted import Wanted
    from goodstanding.standing.books import Publication

Because = Literal["time", "standing", "replaced", "restated"]

_DEFINED = {
    # part: the kind of effect, or ladder.NAME. reached_at: the rung, in millionths.
    "effects": """(effect_id varchar primary key, publication_no bigint, rulebook_id varchar,
    version date, subject_kind varchar, subject_no bigint, part varchar, does varchar,
    amount bigint, reached_at bigint, first_on date, last_on date, is_proposed boolean,
    confidence varchar)""",
    # on_day: the first day of the change. said_by: of what a person did.
    "effect_changes": """(effect_id varchar, change varchar, because varchar, on_day date,
    publication_no bigint, said_by varchar, said_at timestamp, primary key (effect_id, change))""",
    # silent_since: the last day of which anything was known.
    "effects_waiting": "(publication_no bigint primary key, silent_since date)",
    # said: a result that is kept nowhere else. about_on: the day that it is about.
    "notices": """(notice_no bigint, notice_id varchar primary key, kind varchar,
    rulebook_id varchar, subject_kind varchar, subject_no bigint, publication_no bigint,
    effect_id varchar, about_on date, said varchar, written_at timestamp)""",
    "looks_ahead": "(rulebook_id varchar, looked_on date, primary key (rulebook_id, looked_on))",
    **switches.DEFINED,
    **lots.DEFINED,
    **settling.DEFINED,
    **offer_books.DEFINED,
}
TABLES: tuple[str, ...] = (
    *(f"create table {name} {said}" for name, said in _DEFINED.items()),
    # One number for each notice, whoever tells of something at the same time.
    "create unique index notice_numbers on notices (notice_no)",
)

_NEW = "effects__new"

# Effects, each with the last day that it has by now: the days of one that waited for a person run
# from its approval, those of a sanction from the entry, as its ladder counts them.
EFFECTS = """(
    select effect_id, publication_no, rulebook_id, version, subject_kind, subject_no, part, does,
      amount, reached_at, first_on, is_proposed, confidence,
      last_on + greatest(
        case when part = does then coalesce(approved_on - first_on, 0) else 0 end, 0
      )::integer as last_on
    from effects
    left join (
      select effect_id as approved_id, on_day as approved_on
      from effect_changes where change = 'approved'
    ) as approved on approved_id = effect_id
)"""


def start(
    database: Database, publication: Publication, kind: str, begun: Sequence[tuple[int, Wanted]]
) -> None:
    """Write down what a publication starts or proposes, by the number of the subject.

    Runs in the caller's transaction. An id is made of the publication, the subject and the part.
    """
    columns = {
        "subject_no": pa.array([number for number, _ in begun], pa.int64()),
        "part": pa.array([each.part for _, each in begun], pa.string()),
        "does": pa.array([each.does for _, each in begun], pa.string()),
        "amount": pa.array([each.amount for _, each in begun], pa.int64()),
        "reached_at": pa.array([each.reached_at for _, each in begun], pa.int64()),
        "first_on": pa.array([each.first_on for _, each in begun], pa.date32()),
        "last_on": pa.array([each.last_on for _, each in begun], pa.date32()),
        "is_proposed": pa.array([each.is_proposed for _, each in begun], pa.bool_()),
        "confidence": pa.array([each.confidence for _, each in begun], pa.string()),
    }
    sql = called(kind, "begun.subject_no")
    database.register(_NEW, pa.table(columns))
    try:
        database.execute(
            f"""
            insert into effects
            select $number || ':' || {sql.id} || ':' || part, $number, $rulebook_id, $version,
              $kind, subject_no, part, does, amount, reached_at, first_on, last_on, is_proposed,
              confidence
            from {_NEW} as begun
            {sql.joins}
            """,
            {
                "number": publication.number,
                "rulebook_id": publication.rulebook_id,
                "version": publication.version,
                "kind": kind,
            },
        )
    finally:
        database.unregister(_NEW)


def end(
    database: Database, publication: Publication, ended: Sequence[tuple[str, Because, date]]
) -> None:
    """Write down what a publication ends, by id, with why and the first day without it."""
    columns = {
        "effect_id": pa.array([effect_id for effect_id, _, _ in ended], pa.string()),
        "because": pa.array([because for _, because, _ in ended], pa.string()),
        "on_day": pa.array([day for _, _, day in ended], pa.date32()),
    }
    database.register(_NEW, pa.table(columns))
    try:
        database.execute(
            f"""
            insert into effect_changes
            select effect_id, 'ended', because, on_day, $number, null, $at
            from {_NEW}
            """,
            {"number": publication.number, "at": publication.published_at},
        )
    finally:
        database.unregister(_NEW)


def wait(database: Database, publication: Publication, silent_since: date) -> None:
    """Write down that the effects of a publication wait. Runs in the caller's transaction."""
    database.execute(
        "insert into effects_waiting values ($number, $since)",
        {"number": publication.number, "since": silent_since},
    )


def waits(database: Database, publication: Publication) -> bool:
    """Say whether the effects of a publication were left to one of which something is heard."""
    said = {"number": publication.number}
    return bool(database.rows("select 1 from effects_waiting where publication_no = $number", said))


def end_by_time(database: Database, day: date, *, number: int | None, at: datetime) -> None:
    """End whatever had its last day before a day. Runs in the caller's transaction."""
    database.execute(
        f"""
        insert into effect_changes
        select effect_id, 'ended', 'time', last_on + 1, $number, null, $at
        from {EFFECTS} as effects
        anti join (select effect_id from effect_changes where change = 'ended') as ended
          using (effect_id)
        where last_on < $day
        """,
        {"number": number, "day": day, "at": at},
    )
