"""The tables of what was published, and reading them. They are only ever added to.

    rulebook_texts  the text of each version, as it was when it first published
    publications    one row for each evaluation: which rules, day, clocks; what it restates
    standings       the results that a publication brought: one row a subject, where it differs

A first edition stores a subject only where it differs from the first edition before it, by the
same rulebook: so what held on a day is the last row of a first edition up to that day. A
restatement stores, for its own day alone, who came out otherwise; the rows after it still lean
on first editions, so that a corrected April changes nothing of May.
"""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goodstanding.database.database import Database

TABLES: tuple[str, ...] = (
    """create table rulebook_texts (rulebook_id varchar, version date,
    digest varchar, text varchar, place varchar, kept_at timestamp)""",
    # subjects_n were judged; changed_n of them are stored. restates: number of a first edition.
    """create table publications (publication_no bigint, rulebook_id varchar,
    version date, as_of date, known_at timestamp, corrected_at timestamp,
    published_at timestamp, restates bigint, subjects_n bigint, changed_n bigint)""",
    # One publication for each rulebook, day and edition, whoever publishes at the same time.
    "create unique index publication_numbers on publications (publication_no)",
    """create unique index publication_editions on publications
    (rulebook_id, as_of, coalesce(restates, 0), corrected_at)""",
    # A result is canonical JSON; null: the subject was there before, and no longer is.
    """create table standings (publication_no bigint, subject_no bigint,
    result varchar, rows_digest varchar)""",
)
# Where there are indexes: those of one subject's standings, and of one publication's.
INDEXES = (
    "create index standings_subject_no on standings (subject_no)",
    "create index standings_publication_no on standings (publication_no)",
)
_COLUMNS = (
    "publication_no, rulebook_id, version, as_of, known_at, corrected_at, published_at, "
    "restates, subjects_n, changed_n"
)


@dataclass(frozen=True, slots=True)
class Publication:
    """One evaluation of a rulebook that was published. Instants are naive UTC."""

    number: int
    rulebook_id: str
    version: date
    as_of: date
    known_at: datetime
    corrected_at: datetime
    published_at: datetime
    restates: int | None
    subjects_n: int
    changed_n: int


def publications(database: Database, rulebook_id: str | None = None) -> list[Publication]:
    """Return what was published, of one rulebook or of all, in the order of publication."""
    rows = database.rows(
        f"select {_COLUMNS} from publications "
        "where $id is null or rulebook_id = $id order by publication_no",
        {"id": rulebook_id},
    )
    return [Publication(*row) for row in rows]


def first_editions(database: Database, rulebook_id: str | None = None) -> list[Publication]:
    """Return what was published for the first time, by day."""
    found = [each for each in publications(database, rulebook_id) if each.restates is None]
    return sorted(found, key=lambda each: (each.rulebook_id, each.as_of))


def standing_sql(first: Publication, *, up_to: int | None = None) -> tuple[str, dict[str, object]]:
    """Return SQL for every subject's latest edition of a day that was published, and its values.

    Yields `subject_no`, `result`, `rows_digest` and `publication_no`. `first` is the first
    edition of the day; `up_to` leaves out restatements of a later number.
    """
    sql = """
        select subject_no, result, rows_digest, publication_no
        from (
          select
            *,
            row_number() over (
              partition by subject_no
              order by is_restated desc, place desc
            ) as newest
          from (
            select standings.*, restates is not null as is_restated,
              case when restates is null then as_of - date '1900-01-01'
              else publications.publication_no end as place
            from standings
            join publications using (publication_no)
            where rulebook_id = $rulebook_id
              and (
                (restates is null and as_of <= $as_of)
                or (restates = $first and publication_no <= coalesce($up_to, publication_no))
              )
          ) as editions
        ) as ranked
        where newest = 1 and result is not null
    """
    values: dict[str, object] = {
        "rulebook_id": first.rulebook_id,
        "first": first.number,
        "as_of": first.as_of,
        "up_to": up_to,
    }
    return sql, values


def last_first_sql() -> str:
    """Return SQL for each subject's last row of a first edition, by `$rulebook_id`."""
    return """
        select subject_no, result, rows_digest
        from (
          select standings.*,
            row_number() over (partition by subject_no order by as_of desc) as newest
          from standings
          join publications using (publication_no)
          where rulebook_id = $rulebook_id and restates is null
        ) as ranked
        where newest = 1
    """


def add(
    database: Database, publication: Publication, rows_sql: str, values: dict[str, object]
) -> int:
    """Write a publication down, with the standings that a query yields; return how many.

    It yields `subject_no`, `result` and `rows_digest`. Runs in the caller's transaction.
    """
    database.execute(
        f"insert into standings select {publication.number}, subject_no, result, rows_digest "
        f"from ({rows_sql})",
        values,
    )
    (changed,) = database.rows(
        "select count(*) from standings where publication_no = $number",
        {"number": publication.number},
    )[0]
    row: Sequence[object] = (
        publication.number,
        publication.rulebook_id,
        publication.version,
        publication.as_of,
        publication.known_at,
        publication.corrected_at,
        publication.published_at,
        publication.restates,
        publication.subjects_n,
        changed,
    )
    names = [f"v{place}" for place in range(len(row))]
    database.execute(
        f"insert into publications ({_COLUMNS}) values ({', '.join(f'${n}' for n in names)})",
        dict(zip(names, row, strict=True)),
    )
    return int(changed)


def next_number(database: Database) -> int:
    """Return the number of the next publication."""
    newest = database.rows("select coalesce(max(publication_no), 0) + 1 from publications")
    return int(newest[0][0])
