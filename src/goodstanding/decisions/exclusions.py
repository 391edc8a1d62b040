"""What does not count: orders and buyers excluded, ratings taken away, incidents declared.

Deciding, and lifting what was decided, ends as facts to load, in the tables that a source may
fill as well. Nothing is edited: a decision that was lifted was in force until then.
"""
# ruff: noqa: S608 -- names are our own; values are bound

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from goodstanding import days
from goodstanding.database.alike import most_alike
from goodstanding.decisions.listing import (
    EXCLUDED_IN,
    SAID,
    About,
    Decision,
    declared,
    exclusions,
    incidents,
    removed_versions,
    to_lift,
)
from goodstanding.decisions.reasons import folded
from goodstanding.errors import ArgumentInvalid, DecisionUnknown, SubjectUnknown, near

if TYPE_CHECKING:
    from goodstanding.database.database import Database

Facts = dict[str, pa.Table]
Excluded = Literal["order", "buyer", "rating"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something nobody on the marketplace could help, such as a strike.

    It concerns orders of the carrier, to the region and by the method that are named. The days
    are both included; without a `last_on` it goes on.
    """

    name: str
    first_on: date
    last_on: date | None = None
    carrier: str | None = None
    region: str | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The id of a decision, and the facts to load for it: none where nothing would change."""

    decision_id: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The id of a decision, and whether the market did not know it so before."""

    decision_id: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The reason for a decision, in words that a rulebook knows, by whom, and when (naive UTC)."""

    reason: str
    decided_by: str
    decided_at: datetime


def excluding(database: Database, about: Excluded, key: str, why: Why) -> Change:
    """Take an order, all orders of a buyer, or a rating out of what counts.

    A rating is taken away in its latest version, and so in all. Raises `SubjectUnknown`.
    """
    check_known(database, about, key)
    if about == "rating":
        return _removing(database, key, why)
    known = list(exclusions(database))
    same = [e for e in known if _says(e) == (about, key, folded(why.reason))]
    in_force = [each for each in same if each.lifted_at is None]
    if in_force:
        return Change(decision_id=in_force[0].id, facts={})
    decision_id = _free_id(f"{about}:{key}:{why.reason}", {each.id for each in known})
    row = {
        "exclusion_id": decision_id,
        "table_name": EXCLUDED_IN[about],
        "key": key,
        "reason": why.reason,
        "decided_by": why.decided_by,
        "decided_at": why.decided_at,
    }
    return Change(decision_id=decision_id, facts=facts_of("exclusions", [row]))


def _says(decision: Decision) -> tuple[str, str, str]:
    """Return what makes two decisions the same, whatever their ids."""
    return decision.about, decision.key, folded(decision.reason or "")


def _free_id(wanted: str, taken: set[str]) -> str:
    """Return an id that no decision has: the one wanted, else with a number."""
    if wanted not in taken:
        return wanted
    return next(f"{wanted}#{n}" for n in count(2) if f"{wanted}#{n}" not in taken)


def _removing(database: Database, feedback_id: str, why: Why) -> Change:
    latest = database.rows(
        "select max(given_at) from feedback where feedback_id = $id", {"id": feedback_id}
    )[0][0]
    change_of = f"rating:{feedback_id}"
    if latest in removed_versions(database, feedback_id):
        return Change(decision_id=change_of, facts={})
    row = {
        "feedback_id": feedback_id,
        "given_at": latest,
        "removed_at": why.decided_at,
        "removed_by": why.decided_by,
        "removed_reason": why.reason,
    }
    return Change(decision_id=change_of, facts=facts_of("feedback", [row]))


def declaring(database: Database, incident: Incident, why: Why) -> Change:
    """Declare an incident. Raises `ArgumentInvalid` where another one bears its name."""
    row = {
        "incident_id": incident.name,
        "carrier": incident.carrier,
        "region": incident.region,
        "method": incident.method,
        "first_on": incident.first_on,
        "last_on": incident.last_on,
        "reason": why.reason,
        "decided_by": why.decided_by,
        "decided_at": why.decided_at,
    }
    said = declared(row)
    known_as = [each for each in incidents(database) if each.id == said.id]
    if known_as and replace(said, decided_at=known_as[0].decided_at) != known_as[0]:
        raise ArgumentInvalid(
            f"an incident '{incident.name}' is declared already, and otherwise.",
            hint=f"Lift {said.id} first, or give this one another name.",
        )
    return Change(decision_id=said.id, facts={} if known_as else facts_of("incidents", [row]))


def lifting(database: Database, decision_id: str, lifted_by: str, lifted_at: datetime) -> Change:
    """Lift a decision.

    An exclusion is marked as lifted. Of a rating what took it away is retracted, of an incident
    everything. Raises `DecisionUnknown`, with ids that look alike, but for those about buyers.
    """
    decisions = to_lift(database)
    decision = next((each for each in decisions if each.id == decision_id), None)
    if decision is None and _was_lifted(database, decision_id):
        return Change(decision_id=decision_id, facts={})
    if decision is None:
        # An id holds the reason: those about buyers are shown to nobody who does not say why.
        shown = [each for each in decisions if each.lifted_at is None and each.about != "buyer"]
        alike = near(decision_id, [each.id for each in shown])
        raise DecisionUnknown(
            f"no decision '{decision_id}' is known to this market.",
            hint=alike or "goodstanding exclusions list prints them.",
        )
    return Change(decision_id=decision_id, facts=_lifted(database, decision, lifted_by, lifted_at))


def _was_lifted(database: Database, decision_id: str) -> bool:
    """Say whether a rating that was taken away, or an incident, was told of and retracted."""
    about, _, key = decision_id.partition(":")
    table, column = {
        "rating": ("feedback", "feedback_id"),
        "incident": ("incidents", "incident_id"),
    }.get(about, ("", ""))
    if not table:
        return False
    said = "removed_at" if about == "rating" else "*"
    sql = f"select 1 from {table}_retracted where {column} = $key and column_name = $said limit 1"
    return bool(database.rows(sql, {"key": key, "said": said}))


def _lifted(database: Database, decision: Decision, lifted_by: str, lifted_at: datetime) -> Facts:
    if decision.lifted_at is not None:
        _check_lifted(database, decision)
        return {}
    if decision.about in EXCLUDED_IN:
        said = {"exclusion_id": decision.id, "lifted_at": lifted_at, "lifted_by": lifted_by}
        return facts_of("exclusions", [said])
    taken_back = [
        {
            "table_name": table,
            "key": key,
            "column_name": column,
            "retracted_at": lifted_at,
            "retracted_by": lifted_by,
        }
        for table, key, column in _what_it_says(database, decision)
    ]
    return facts_of("retractions", taken_back)


def _check_lifted(database: Database, decision: Decision) -> None:
    """Raise `ArgumentInvalid` where the same was decided again, under another id, and holds.

    An id that a source gave need not say of whom it is: of a buyer the other one is not named.
    """
    for each in exclusions(database):
        if _says(each) == _says(decision) and each.lifted_at is None:
            hint = f"In force is '{each.id}': lift that."
            if each.about == "buyer":
                hint = (
                    "goodstanding exclusions list --by NAME --reason TEXT prints the one in force."
                )
            raise ArgumentInvalid(
                f"'{decision.id}' is lifted already, but the same was decided again.", hint=hint
            )


def _what_it_says(database: Database, decision: Decision) -> list[tuple[str, str, str]]:
    """Return the table, key and column of everything that a decision says of other facts."""
    if decision.about == "incident":
        return [("incidents", decision.id.removeprefix("incident:"), "*")]
    return [
        ("feedback", f"{decision.key}|{days.iso(given_at)}", column)
        for given_at in removed_versions(database, decision.key)
        for column in SAID["feedback"].split()
    ]


def facts_of(table: str, rows: Sequence[Mapping[str, Any]]) -> Facts:
    """Return what is decided as facts to load; instants are naive UTC, None says nothing."""
    return {table: pa.Table.from_pylist([_said(row) for row in rows])}


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        # without an offset it would be an instant of the market's time zone
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
        for name, value in row.items()
        if value is not None
    }


def check_known(database: Database, about: About, key: str) -> None:
    """Raise `SubjectUnknown` for an order, buyer or rating that the market never heard of."""
    table, column = (
        ("feedback", "feedback_id") if about == "rating" else (f"{about}_ids", f"{about}_id")
    )
    if database.rows(f"select 1 from {table} where {column} = $id limit 1", {"id": key}):
        return
    alike = most_alike(database, table, column, key)
    raise SubjectUnknown(
        f"{about} '{key}' is not known to this market.",
        hint=near(key, alike) or "The market has no such facts yet.",
    )
