"""The decisions that a market knows: what does not count, for which reason, by whom.

They are read from the facts, where a source may have put them as well.
"""
# ruff: noqa: S608 -- names are our own

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import parse, statement
from goodstanding.days import BEGINNING, LAST_DAY, ONE_DAY
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.sql import key_of, same_key
from goodstanding.facts.store import retracted

if TYPE_CHECKING:
    from goodstanding.database.database import Database

About = Literal["order", "buyer", "rating", "incident"]

EXCLUDED_IN: dict[About, str] = {"order": "orders", "buyer": "buyers"}
_FOREVER = datetime.combine(LAST_DAY + 2 * ONE_DAY, datetime.min.time())
SAID = {
    "exclusions": "table_name key reason decided_by decided_at lifted_at lifted_by",
    "incidents": "carrier region method first_on last_on reason decided_by decided_at",
    "feedback": "removed_at removed_by removed_reason",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision that something does not count. Instants are naive UTC; None: nobody said.

    `key` is the id of the order, buyer or rating. Of an incident it is what it concerns, such as
    `carrier Posta, region BR`; `first_on` and `last_on` are its days.
    """

    id: str
    about: About
    key: str
    reason: str | None
    decided_by: str | None
    decided_at: datetime | None
    first_on: date | None = None
    last_on: date | None = None
    lifted_at: datetime | None = None
    lifted_by: str | None = None


def listed(database: Database) -> list[Decision]:
    """Return every decision that is known, lifted ones too, by its instant and then its id.

    A rating and an incident go by one id however often they were decided about and lifted.
    """
    found = [*to_lift(database), *_incidents_taken_back(database), *_ratings_put_back(database)]
    return sorted(
        found,
        key=lambda each: (
            each.decided_at or BEGINNING,
            each.about,
            each.id,
            each.lifted_at or _FOREVER,
        ),
    )


def to_lift(database: Database) -> list[Decision]:
    """Return every decision in force, and exclusions that were lifted."""
    return [*exclusions(database), *incidents(database), *_removed_ratings(database)]


def exclusions(database: Database) -> Iterator[Decision]:
    """Yield every decision about an order or a buyer, lifted ones too."""
    about = {table: kind for kind, table in EXCLUDED_IN.items()}
    for row in _known(database, "exclusions", "table_name is not null and key is not null"):
        yield Decision(
            id=row["exclusion_id"],
            about=about[row["table_name"]],
            key=row["key"],
            reason=row["reason"],
            decided_by=row["decided_by"],
            decided_at=row["decided_at"],
            lifted_at=row["lifted_at"],
            lifted_by=row["lifted_by"],
        )


def incidents(database: Database) -> Iterator[Decision]:
    """Yield every incident that was declared and not taken back."""
    for row in _known(database, "incidents", "first_on is not null"):
        yield declared(row)


def declared(row: dict[str, Any]) -> Decision:
    """Return an incident as it is listed, from a row of `incidents`."""
    named = [f"{part} {row[part]}" for part in ("carrier", "region", "method") if row[part]]
    return Decision(
        id=f"incident:{row['incident_id']}",
        about="incident",
        key=", ".join(named) or "every order",
        reason=row["reason"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        first_on=row["first_on"],
        last_on=row["last_on"],
    )


def _removed_ratings(database: Database) -> list[Decision]:
    rows = sorted(
        _known(database, "feedback", "removed_at is not null"), key=itemgetter("given_at")
    )
    found = {row["feedback_id"]: _removed(row) for row in rows}  # the latest of several versions
    return list(found.values())


def _removed(row: dict[str, Any]) -> Decision:
    return Decision(
        id=f"rating:{row['feedback_id']}",
        about="rating",
        key=row["feedback_id"],
        reason=row["removed_reason"],
        decided_by=row["removed_by"],
        decided_at=row["removed_at"],
    )


def _incidents_taken_back(database: Database) -> Iterator[Decision]:
    """Yield what incidents said that were taken back, each as often as it was."""
    for row in _taken_back(database, "incidents", "decided_at", "*"):
        if row["first_on"] is not None:
            yield replace(declared(row), lifted_at=row["retracted_at"], lifted_by=row["by"])


def _ratings_put_back(database: Database) -> list[Decision]:
    rows = sorted(
        _taken_back(database, "feedback", "removed_at", "removed_at"), key=itemgetter("given_at")
    )
    found = {  # of several versions that were put back together the latest is told
        (row["feedback_id"], row["retracted_at"]): replace(
            _removed(row), lifted_at=row["retracted_at"], lifted_by=row["by"]
        )
        for row in rows
        if row["removed_at"] is not None
    }
    return list(found.values())


def _taken_back(
    database: Database, name: str, since: str, column_name: str
) -> list[dict[str, Any]]:
    """Return what facts said of which a column (`*`: all) was taken back, and by whom, and when.

    Of each value that is what was last said between the retraction before and this one. `since`
    is the column that says when a row without an instant of its own was recorded.
    """
    table = BY_NAME[name]
    keys, back = key_of(table), retracted(table)
    said = ", ".join(
        f"arg_max({column}, said_at) filter (where {column} is not null) as {column}"
        for column in SAID[name].split()
    )
    sql = f"""
        with taken as (
          select {keys}, retracted_at, retracted_by,
            lag(retracted_at) over (partition by {keys} order by retracted_at) as before
          from {back}
          where column_name = $column
        ), heard as (
          select *, coalesce(recorded_at, {since}, $beginning) as said_at from {name}
        )
        select {key_of(table, "taken")}, retracted_at,
          max(retracted_by) as by, {said}
        from taken
        join heard on {same_key(table, "taken", "heard")}
          and said_at <= retracted_at and (before is null or said_at > before)
        group by {key_of(table, "taken")}, retracted_at
    """
    rows: list[dict[str, Any]] = database.arrow(
        sql, {"column": column_name, "beginning": BEGINNING}
    ).to_pylist()
    return rows


def removed_versions(database: Database, feedback_id: str) -> list[datetime]:
    """Return when the versions of a rating were given that are taken away."""
    rows = _known(database, "feedback", "removed_at is not null")
    return [row["given_at"] for row in rows if row["feedback_id"] == feedback_id]


def _known(database: Database, table: str, where: str) -> list[dict[str, Any]]:
    """Return what is known now of the facts of a table for which a condition holds."""
    only = parse(f"select 1 where {where}").args["where"].this if table == "feedback" else None
    steps = known.known_steps(BY_NAME[table], SAID[table].split(), only=only, is_cut=False)
    final = parse(f"select * from {steps[-1].name} where {where}")
    now = {"known_at": _FOREVER, "corrected_at": _FOREVER, "as_of_end": _FOREVER}
    sql = statement(steps, final, "duckdb")
    rows: list[dict[str, Any]] = database.arrow(sql, named_values(sql, now)).to_pylist()
    return rows
