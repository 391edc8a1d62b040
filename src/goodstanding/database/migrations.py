"""How a market of an earlier version becomes one of this version: numbered steps, forward only.

The tables of schema version 8 are the beginning; what is older stays refused. Each later version
is one step: SQL that every database reads, run in one transaction with the new number. A step
is never changed once it has been released: the next one puts right what it got wrong.

A step that makes the kept rows stale drops their table. They are derived from the facts again,
by the rules of this version, together with the last step.
"""

# ruff: noqa: S608 -- the names are in this file

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodstanding.errors import MarketUnreadable

if TYPE_CHECKING:
    from goodstanding.database.database import Database

OLDEST = 8  # the schema version from which steps lead on


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step: from the schema version before to `version`.

    `obstacles` is a query for what stands in the way, a sentence a row; where it yields any the
    step is not begun, and `way_out` says what to do.
    """

    version: int
    what: str
    statements: tuple[str, ...]
    obstacles: str | None = None
    way_out: str | None = None


_NINE = Migration(
    version=9,
    what="one publication for each rulebook, day and edition; kept rows derived anew",
    obstacles="""
        select 'publications ' || min(publication_no) || ' and ' || max(publication_no)
          || ' are the same edition of ' || as_of || ' by ''' || rulebook_id || ''''
        from publications
        group by rulebook_id, as_of, coalesce(restates, 0), corrected_at
        having count(*) > 1
        order by min(publication_no)
    """,
    way_out="Two processes published at once. Use a copy from before the later of the two, or "
    "load the facts anew and publish again.",
    statements=(
        # Effects came while version 8 was current: a market may be older than any of these.
        """create table if not exists effects (effect_id varchar primary key,
        publication_no bigint, rulebook_id varchar, version date, subject_kind varchar,
        subject_no bigint, part varchar, does varchar, amount bigint, reached_at bigint,
        first_on date, last_on date, is_proposed boolean, confidence varchar)""",
        """create table if not exists effect_changes (effect_id varchar, change varchar,
        because varchar, on_day date, publication_no bigint, said_by varchar, said_at timestamp,
        primary key (effect_id, change))""",
        """create table if not exists effects_waiting (publication_no bigint primary key,
        silent_since date)""",
        """create table if not exists notices (notice_no bigint, notice_id varchar primary key,
        kind varchar, rulebook_id varchar, subject_kind varchar, subject_no bigint,
        publication_no bigint, effect_id varchar, about_on date, said varchar,
        written_at timestamp)""",
        """create table if not exists looks_ahead (rulebook_id varchar, looked_on date,
        primary key (rulebook_id, looked_on))""",
        """create table if not exists effect_switches (switch_no bigint, does varchar,
        is_on boolean, rulebook varchar, said_by varchar, said_at timestamp)""",
        "create table if not exists effect_secret (secret varchar)",
        """create table if not exists class_years (year integer primary key,
        rulebook_id varchar, version date, settled_at timestamp)""",
        """create table if not exists good_buyers (year integer, buyer_no bigint,
        primary key (year, buyer_no))""",
        """create table if not exists offers (offer_no bigint primary key,
        offer_id varchar unique, seller_no bigint, band varchar, is_for_unscored boolean,
        to_whom varchar, discount bigint, first_on date, last_on date, cap bigint,
        could_reach bigint, made_on date, made_by varchar, made_at timestamp)""",
        """create table if not exists offer_reaches (offer_no bigint, buyer_no bigint,
        primary key (offer_no, buyer_no))""",
        """create table if not exists offer_ends (offer_no bigint primary key, ended_on date,
        ended_by varchar, ended_at timestamp)""",
        """create table if not exists offer_takings (offer_no bigint, buyer_no bigint,
        taken_on date, taken_at timestamp, primary key (offer_no, buyer_no))""",
        "create unique index publication_numbers on publications (publication_no)",
        """create unique index publication_editions on publications
        (rulebook_id, as_of, coalesce(restates, 0), corrected_at)""",
        # Columns of orders came, too, while version 8 was current.
        "drop table kept_orders",
    ),
)
_TEN = Migration(
    version=10,
    what="one number for each notice; kept rows derived anew",
    obstacles="""
        select 'number ' || notice_no || ' was given to ' || count(*) || ' notices'
        from notices
        group by notice_no
        having count(*) > 1
        order by notice_no
    """,
    way_out="Two processes told of something at once. Use a copy from before, or load the facts "
    "anew and publish again.",
    statements=(
        "create unique index notice_numbers on notices (notice_no)",
        # What a dispute without a closing day says of its end is read otherwise.
        "drop table if exists kept_orders",
    ),
)
# The columns of facts that hold instants in version 11; the step says what they were then.
_INSTANTS = {
    "orders": "placed_at paid_at ship_by shipped_at deliver_by delivered_at closed_at cancelled_at",
    "feedback": "given_at removed_at",
    "disputes": "opened_at buyer_acted_at answered_at escalated_at closed_at",
    "refunds": "refunded_at",
    "chargebacks": "filed_at",
    "messages": "first_at first_answer_at",
    "violations": "occurred_at revoked_at",
    "findings": "proposed_at warned_at answered_at dismissed_at decided_at appealed_at "
    "appeal_decided_at overturned_at",
    "exclusions": "decided_at lifted_at",
    "incidents": "decided_at",
    "sellers": "opened_at closed_at",
    "buyers": "opened_at closed_at objected_at marketing_consent_at",
    "listings": "opened_at",
    "retractions": "retracted_at",
}
_ENDS = " union all ".join(
    f"select load_no, least({', '.join(f'min({each})' for each in columns.split())}) as earliest, "
    f"greatest({', '.join(f'max({each})' for each in columns.split())}) as latest "
    f"from {table} group by load_no"
    for table, columns in _INSTANTS.items()
)
_ELEVEN = Migration(
    version=11,
    what="of each load the first and the last instant that its facts name",
    statements=(
        "alter table loads add column names_from timestamp",
        "alter table loads add column names_until timestamp",
        f"""update loads set names_from = named.earliest, names_until = named.latest
        from (
          select load_no, min(earliest) as earliest, max(latest) as latest
          from ({_ENDS}) as ends
          group by load_no
        ) as named
        where named.load_no = loads.load_no""",
    ),
)
MIGRATIONS: tuple[Migration, ...] = (_NINE, _TEN, _ELEVEN)
NEWEST = MIGRATIONS[-1].version


def check_version(version: int, name: str, way: str) -> None:
    """Raise `MarketUnreadable` unless this program reads a market of the version.

    `way` is the command that would bring an older one up to date.
    """
    check_known(version, name)
    if version != NEWEST:
        raise MarketUnreadable(
            f"market '{name}' has schema version {version}; this program reads {NEWEST}.",
            hint=f"Make a copy of it, and bring it up to date: {way}",
        )


def check_known(version: int, name: str) -> None:
    """Raise `MarketUnreadable` where a market is newer than this program, or too old to migrate."""
    if version > NEWEST:
        raise MarketUnreadable(
            f"market '{name}' has schema version {version}, of a newer goodstanding; this "
            f"program reads {NEWEST}.",
            hint="Use the version of goodstanding that wrote it, or a newer one.",
        )
    if version < OLDEST:
        raise MarketUnreadable(
            f"market '{name}' has schema version {version}, which is too old: from {OLDEST} on "
            f"they can be brought up to {NEWEST}.",
            hint="Use the version of goodstanding that wrote it, or load the facts anew.",
        )


def migrate(
    database: Database,
    version: int,
    name: str,
    *,
    last: Callable[[], object],
    steps: Sequence[Migration] = MIGRATIONS,
) -> list[Migration]:
    """Take the steps that lead on from a version, each in a transaction; return them.

    `last` runs in the transaction of the last one. What is done stays done: after an interruption
    the next call goes on from there. Raises `MarketUnreadable` where something stands in the way.
    """
    ahead = [step for step in steps if step.version > version]
    for step in ahead:
        with database.transaction():
            _check_way(database, step, name)
            for sql in step.statements:
                database.execute(sql)
            database.execute("update market set schema_version = $to", {"to": step.version})
            if step is ahead[-1]:
                last()
    return ahead


def _check_way(database: Database, step: Migration, name: str) -> None:
    found = database.rows(step.obstacles) if step.obstacles else []
    if found:
        listed = "; ".join(str(row[0]) for row in found)
        raise MarketUnreadable(
            f"market '{name}' cannot be brought to schema version {step.version}: {listed}. "
            f"It stays at {step.version - 1}.",
            hint=step.way_out,
        )
