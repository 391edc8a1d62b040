"""What violations led to: entries, the sanctions that they reached, what a further one brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from goodstanding.assessment.climbing import entered, sanctions
from goodstanding.assessment.sanction_words import written
from goodstanding.explanation.sanction_answer import (
    EntryTold,
    FurtherTold,
    LadderTold,
    SanctionTold,
)
from goodstanding.expressions.nodes import Arithmetic, Name, Number
from goodstanding.expressions.writing import write_number
from goodstanding.rulebook.plain_sanctions import how_long

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import Ladder, Rulebook

APPEAL = (
    "An entry that should not stand can be appealed: one that is revoked gives its points back and "
    "lifts what it led to."
)


@dataclass(frozen=True, slots=True)
class _Entry:
    violation_id: str
    on: date
    adds: int


def ladders_told(market: SubjectMarket, judged: Mapping[str, Any]) -> tuple[LadderTold, ...]:
    """Tell each ladder of a rulebook; none where it has none."""
    ladders = market.question.rulebook.ladders.values()
    return tuple(_told(market, judged, ladder) for ladder in ladders)


def total(ladder: Ladder, judged: Mapping[str, Any]) -> Fraction:
    """Return what a ladder's entries in force add up to, of a subject that was judged."""
    return Fraction(judged[ladder.climbs], ladder.unit)


def _told(market: SubjectMarket, judged: Mapping[str, Any], ladder: Ladder) -> LadderTold:
    as_of = market.question.as_of
    length = market.question.rulebook.measures[ladder.climbs].window.length
    days = None if length is None else timedelta(days=length.n)
    entries = [
        _Entry(row["violation_id"], row["entered_on"], row["adds"])
        for row in _read(market, entered(ladder.name), ("entered_on", "adds"))
    ]
    reached = _read(
        market,
        sanctions(ladder.name),
        ("first_on", "last_on", "replaced_on", "rung", "node"),
    )
    found = [_sanction(ladder, row, entries, days, as_of) for row in reached]
    in_force = total(ladder, judged)
    return LadderTold(
        name=ladder.name,
        total=float(in_force),
        indicator=_indicator(ladder, market.question.rulebook),
        entries=tuple(
            EntryTold(
                violation_id=each.violation_id,
                entered_on=each.on,
                adds=each.adds / ladder.unit,
                expires_on=None if days is None else each.on + days,
            )
            for each in _counting(entries, as_of, days)
        ),
        sanctions=tuple(sorted(found, key=lambda each: (each.first_on, each.at), reverse=True)),
        further=tuple(_further(ladder, in_force, found)),
        appeal=APPEAL,
    )


def _indicator(ladder: Ladder, rulebook: Rulebook) -> str | None:
    """Return the indicator that is a ladder's total as it stands: the measure, by its unit."""
    climbs = Name(ladder.climbs)
    same = [Arithmetic("/", climbs, Number(Fraction(ladder.unit)))]
    for each in rulebook.indicators.values():
        counts = each.count == ladder.climbs and ladder.unit == 1
        if counts or (each.formula is not None and each.formula.node in same):
            return each.name
    return None


def _read(market: SubjectMarket, step: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the subject's rows of a step with the ids of their violations, in order of day."""
    ids = exp.column("violation_no", table="violation_ids")
    query = (
        exp.select(
            exp.column("violation_id", table="violation_ids"),
            *(exp.column(name, table=step) for name in columns),
        )
        .from_(step)
        .join("violation_ids", on=ids.eq(exp.column("entry_no", table=step)))
        .order_by(columns[0], "violation_id")
    )
    found = market.database.run(market.judging_steps(), query, market.values())
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _counting(entries: Sequence[_Entry], day: date, days: timedelta | None) -> list[_Entry]:
    return [e for e in entries if e.on <= day and (days is None or day < e.on + days)]


def _sanction(
    ladder: Ladder,
    row: Mapping[str, Any],
    entries: Sequence[_Entry],
    days: timedelta | None,
    as_of: date,
) -> SanctionTold:
    rung = ladder.rungs[row["rung"] - 1]
    at = Fraction(row["node"], ladder.unit)
    is_over = row["last_on"] is not None and row["last_on"] < as_of
    return SanctionTold(
        does=rung.does,
        at=float(at),
        first_on=row["first_on"],
        last_on=row["last_on"],
        replaced_on=row["replaced_on"],
        is_in_force=not is_over and row["replaced_on"] is None,
        is_proposed=not rung.is_automatic,
        came_from=tuple(e.violation_id for e in _counting(entries, row["first_on"], days)),
        text=written(rung.does, at, row["first_on"], row["last_on"]),
        source=rung.origin.source,
        confidence=rung.origin.confidence,
        note=rung.origin.note,
    )


def _further(ladder: Ladder, total: Fraction, found: Sequence[SanctionTold]) -> list[FurtherTold]:
    if ladder.is_repeated:
        (every,) = ladder.rungs
        nodes = [(max(total // every.at, 0) * every.at + every.at, every)]
    else:
        nodes = [(rung.at, rung) for rung in ladder.rungs if rung.at > total]
    further = []
    for at, rung in nodes:
        running = [
            each
            for each in found
            if each.is_in_force
            and each.does == rung.does
            and (each.last_on is None or (each.at > at and not ladder.is_repeated))
        ]
        adds = write_number(at - total)
        further.append(
            FurtherTold(
                adds=float(at - total),
                does=rung.does,
                at=float(at),
                days=rung.days,
                is_proposed=not rung.is_automatic,
                unless=f"while this runs: {running[0].text}" if running else None,
                text=f"{adds} or more: {rung.does} at {write_number(at)}, {how_long(rung)}",
            )
        )
    return further
