"""Two rulebooks side by side: who would move, up and down, and whose sanctions would."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from goodstanding.assessment import assessing
from goodstanding.assessment.silence import silent_since
from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import ArgumentInvalid
from goodstanding.explanation.answer import plain
from goodstanding.explanation.sanction_moves import (
    columns_told,
    counted_moves,
    has_moved,
    ladders_of,
)
from goodstanding.explanation.spread import Spread, spreads
from goodstanding.facts.store import known_until
from goodstanding.rows.subjects import SUBJECT_KINDS
from goodstanding.rulebook.model import Rulebook

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

# In the order in which an operator wants to see them.
MOVES = ("down", "no_longer_graded", "up", "newly_graded", "unchanged", "not_graded")
MOVED = MOVES[:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two: which rules, for which day, with what was known when.

    `place` says where the rulebook's text stands. `is_in_force` is false where it was asked
    for by name, and its edition was not in force on the as-of day. `silent_since` is the last day
    of which anything is known, where the as-of day lies after it; else None.
    """

    rulebook: str
    version: date
    in_force_until: date | None
    is_in_force: bool
    place: str
    rulebook_digest: str
    title: str
    grades: tuple[str, ...]
    as_of: date
    known_at: datetime
    silent_since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """How many subjects have one grade under the first and another under the second.

    None stands for no grade.
    """

    first_grade: str | None
    second_grade: str | None
    subjects_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changes where the second rulebook holds instead of the first.

    `table` has one row a subject, by id: `moved` (one of `MOVES`), `places_up` (below 0 for
    down), `first_` and `second_grade`, why there is none, what decided, and the indicators
    under both; of each ladder its total, the sanction in force, and how that moved. `sanctions`
    counts by ladder how they moved (`SANCTION_MOVES`). `by_position` says that the grades have
    different names, so that up and down compare their places, counted from the best.
    `first_spread` and `second_spread` say where limits would fall.
    """

    subject_kind: str
    time_zone: str
    first: Side
    second: Side
    by_position: bool
    subjects_n: int
    moves: Mapping[str, int]
    sanctions: Mapping[str, Mapping[str, int]]
    crossings: tuple[Crossing, ...]
    first_spread: tuple[Spread, ...]
    second_spread: tuple[Spread, ...]
    table: pa.Table

    @property
    def silent_since(self) -> tuple[date, ...]:
        """The last day of which anything is known, where an as-of day lies after it; of each."""
        found = (self.first.silent_since, self.second.silent_since)
        return tuple(dict.fromkeys(day for day in found if day is not None))

    @property
    def movers(self) -> pa.Table:
        """The subjects that move: down, out of the grades, up, into them; the furthest first.

        After them those of whom only a sanction moves.
        """
        is_graded_anew = pc.is_in(self.table["moved"], pa.array(MOVED))
        rows = self.table.filter(
            pc.or_(is_graded_anew, has_moved(self.table, tuple(self.sanctions)))
        )
        order = pc.index_in(rows["moved"], pa.array(MOVED))
        far = pc.negate(pc.abs(pc.fill_null(rows["places_up"], 0)))
        keyed = rows.append_column("order__", order).append_column("far__", far)
        keys = [("order__", "ascending"), ("far__", "ascending"), ("subject_id", "ascending")]
        return keyed.sort_by(keys).drop_columns(["order__", "far__"])

    def as_dict(self) -> dict[str, Any]:
        """Return the summary and the movers as JSON knows them."""
        names = [name for name in self.__slots__ if name != "table"]
        summary = {name: plain(getattr(self, name)) for name in names}
        return {**summary, "movers": plain(self.movers.to_pylist())}


def compare(
    database: Database, settings: Settings, first: Question, second: Question
) -> Comparison:
    """Judge everybody by both questions and say who moves.

    Raises `ArgumentInvalid` where the rulebooks are about different kinds of subject, or one of
    them has no grades, unless both have ladders of sanctions.
    """
    _check_comparable(first, second)
    results = [assessing.assess(database, settings, question) for question in (first, second)]
    beside = DuckDB.open(None)
    try:
        for name, table in zip(("first_results", "second_results"), results, strict=True):
            beside.register(name, table)
        table = _joined(beside, first.rulebook, second.rulebook)
        beside.register("compared", table)
        moves = dict(beside.rows("select moved, count(*) from compared group by moved"))
        return Comparison(
            subject_kind=first.rulebook.subject,
            time_zone=settings.time_zone,
            first=_side(database, settings, first),
            second=_side(database, settings, second),
            by_position=_has_other_grades(first.rulebook, second.rulebook),
            subjects_n=table.num_rows,
            moves={name: moves.get(name, 0) for name in MOVES},
            sanctions={
                ladder: counted_moves(beside, "compared", ladder)
                for ladder in ladders_of(first.rulebook, second.rulebook)
            },
            crossings=_crossings(beside, first.rulebook, second.rulebook),
            first_spread=spreads(beside, "first_results", first.rulebook),
            second_spread=spreads(beside, "second_results", second.rulebook),
            table=table,
        )
    finally:
        beside.close()


def _check_comparable(first: Question, second: Question) -> None:
    kind = first.rulebook.subject
    if second.rulebook.subject != kind:
        raise ArgumentInvalid(
            f"'{first.rulebook.id}' is about {SUBJECT_KINDS[kind].plural} and "
            f"'{second.rulebook.id}' about "
            f"{second.rulebook.subject_kind.plural}: nobody is judged by both.",
            hint="Compare rulebooks about the same kind of subject.",
        )
    both = (first.rulebook, second.rulebook)
    if all(rulebook.ladders for rulebook in both):
        return
    for rulebook in both:
        if not rulebook.grades:
            raise ArgumentInvalid(
                f"'{rulebook.id}' has no grades, so that nobody would move.",
                hint="Compare two rulebooks with grades, or two with ladders of sanctions; assess "
                "tells the numbers of each.",
            )


def _has_other_grades(first: Rulebook, second: Rulebook) -> bool:
    """Say whether both have grades, and those have different names."""
    names = (first.grade_names, second.grade_names)
    return all(names) and names[0] != names[1]


def _side(database: Database, settings: Settings, question: Question) -> Side:
    rulebook = question.rulebook
    return Side(
        rulebook=rulebook.id,
        version=rulebook.version,
        in_force_until=rulebook.in_force_until,
        is_in_force=rulebook.is_in_force_on(question.as_of),
        place=rulebook.place,
        rulebook_digest=rulebook.digest,
        title=rulebook.title,
        grades=rulebook.grade_names,
        as_of=question.as_of,
        known_at=question.known_at,
        silent_since=silent_since(
            question.as_of,
            known_at=question.known_at,
            known_until=known_until(database),
            zone=settings.time_zone,
        ),
    )


def _joined(beside: Database, first: Rulebook, second: Rulebook) -> pa.Table:
    sides = {"first": first, "second": second}
    said = [
        f"{side}.{name} as {side}_{name}"
        for name in ("grade", "not_graded_because", "deciding_limit")
        for side in sides
    ]
    said += [
        f"{side}.{name}_{part} as {side}_{name}_{part}"
        for side, rulebook in sides.items()
        for name in rulebook.indicators
        for part in ("numerator", "denominator", "value")
    ]
    said += columns_told(sides)
    placed = ", ".join(
        f"""{side} as (
          select
            *,
            case when grade is not null then list_position(${side}_grades, grade) end as place
          from {side}_results
        )"""
        for side in sides
    )
    return beside.arrow(
        f"""
        with {placed}
        select
          subject_id,
          case
            when first.place > second.place then 'up'
            when first.place < second.place then 'down'
            when first.place = second.place then 'unchanged'
            when second.place is not null then 'newly_graded'
            when first.place is not null then 'no_longer_graded'
            else 'not_graded'
          end as moved,
          first.place - second.place as places_up,
          {", ".join(said)}
        from first
        full join second using (subject_id)
        order by subject_id
        """,
        {f"{side}_grades": list(rulebook.grade_names) for side, rulebook in sides.items()},
    )


def _crossings(beside: Database, first: Rulebook, second: Rulebook) -> tuple[Crossing, ...]:
    """Return how many subjects went from each grade to each, in the order of the ladders."""
    counted = "select first_grade, second_grade, count(*) from compared group by all"
    counts = {(a, b): n for a, b, n in beside.rows(counted)}
    return tuple(
        Crossing(first_grade=a, second_grade=b, subjects_n=counts[a, b])
        for a in (*first.grade_names, None)
        for b in (*second.grade_names, None)
        if (a, b) in counts
    )
