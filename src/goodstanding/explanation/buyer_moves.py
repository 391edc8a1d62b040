"""How a buyer's score moved between two days, and which rows made the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from goodstanding.assessment.millionths import MILLION
from goodstanding.explanation.buyer_answer import Move, RowMoved
from goodstanding.explanation.caps import taken_by_caps
from goodstanding.explanation.reasons import counted_rows, told_rows
from goodstanding.explanation.subject_market import kept_rows
from goodstanding.expressions.nodes import names_in
from goodstanding.rulebook.english import label

if TYPE_CHECKING:
    from goodstanding.explanation.answer import MeasureMet, RowTold
    from goodstanding.explanation.scenarios import Judged
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import Rulebook

_SHOWN = 10  # rows that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Something that counts for a score: what it is, its number and id, and what it meets."""

    about: str
    number: int
    id: str
    met: tuple[MeasureMet, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What it is, and its id."""
        return self.about, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """How a buyer stood on a day: the result, the score in millionths, and what counted for it."""

    judged: Judged
    score: int
    rows: tuple[Counted, ...]


def stood_before(market: SubjectMarket, day: date) -> Stood | None:
    """Return how the buyer of a market stood on an earlier day, and leave its rows as of that day.

    By what is known now, and with what the peers come to on the day asked about.
    """
    earlier = replace(market, question=replace(market.question, as_of=day))
    for kind in market.kinds:
        market.database.execute(f"drop table {kept_rows(kind)}")
        earlier.rows_into(kept_rows(kind), kind, day)
    for row_set in market.question.rulebook.told_rows:
        market.database.execute(f"drop table if exists {told_rows(row_set)}")
    return stood(earlier)


def stood(market: SubjectMarket) -> Stood | None:
    """Return how the buyer of a market stood; None for one who had no score, or was not there."""
    found = market.result().to_pylist()
    if not found or found[0]["score__numerator"] is None:
        return None
    (judged,) = found
    behind = measures_behind(market.question.rulebook)
    rows: dict[tuple[str, str], Counted] = {}
    for row in counted_rows(market, judged):
        about, name = _about(row.told)
        met = tuple(each for each in row.told.measures if each.measure in behind)
        if name is not None and met:
            before = rows.get((about, name))
            rows[about, name] = Counted(
                about=about,
                number=row.number,
                id=name,
                met=met if before is None else (*before.met, *met),
            )
    return Stood(judged=judged, score=judged["score__numerator"], rows=tuple(rows.values()))


def _about(told: RowTold) -> tuple[str, str | None]:
    """Return what a row is about, and its id."""
    named = {
        "order": told.order_id,
        "violation": told.violation_id,
        "finding": told.finding_id,
        "message": told.thread_id,
    }
    return next(((about, each) for about, each in named.items() if each is not None), ("", None))


def measures_behind(rulebook: Rulebook) -> frozenset[str]:
    """Return the measures that points are made of, directly or through indicators."""
    return frozenset(
        name for points in rulebook.points.values() for name in _behind(rulebook, points.name)
    )


def _behind(rulebook: Rulebook, name: str) -> Iterator[str]:
    if name in rulebook.measures:
        yield name
    number = rulebook.numbers.get(name)
    if number is None:
        return
    below = [*number.measures]
    if number.formula is not None:
        below += names_in(number.formula.node)
    for each in below:
        if each != name:
            yield from _behind(rulebook, each)


def moves_between(rulebook: Rulebook, then: Stood, now: Stood, *, since: date) -> Move:
    """Return how a score moved from the end of a day to the day asked about."""
    rows = _rows_moved(then.rows, now.rows)
    factors = {
        name: (_points(now.judged, name) - _points(then.judged, name)) / MILLION
        for name in rulebook.points
    }
    less = taken_by_caps(rulebook, now.judged) - taken_by_caps(rulebook, then.judged)
    place = then.judged["grade__place"]
    return Move(
        since=since,
        score=then.score / MILLION,
        band=None if place is None else rulebook.grades[place].name,
        change=(now.score - then.score) / MILLION,
        by_factor={name: change for name, change in factors.items() if change},
        by_caps=-less / MILLION,
        rows=tuple(rows[:_SHOWN]),
        more_n=max(len(rows) - _SHOWN, 0),
    )


def _points(judged: Judged, name: str) -> int:
    return judged[f"{name}__numerator"] or 0


def _rows_moved(then: Sequence[Counted], now: Sequence[Counted]) -> list[RowMoved]:
    """Return what counts for something else than it did, by what it is and its id."""
    before, after = _measures(then), _measures(now)
    found = []
    for key in sorted({*before, *after}):
        old, new = before.get(key, {}), after.get(key, {})
        if old.keys() != new.keys():
            found.append(
                RowMoved(
                    about=key[0],
                    id=key[1],
                    came=tuple(label(name) for name in new if name not in old),
                    went=tuple(label(name) for name in old if name not in new),
                )
            )
    return found


def _measures(rows: Sequence[Counted]) -> Mapping[tuple[str, str], dict[str, None]]:
    return {row.key: {each.measure: None for each in row.met} for row in rows}
