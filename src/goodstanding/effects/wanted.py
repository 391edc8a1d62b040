"""What a standing does, by the rules that made it: effects whose condition holds, and sanctions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from goodstanding.assessment.millionths import MILLION
from goodstanding.effects.holding import Value, holds
from goodstanding.rulebook.model import Confidence, Effect, Ladder, Rulebook

BY_SCORE = "rank"  # follows the score day by day, so that there is nothing to carry out


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Something that a standing does to its subject.

    `part` says of what of the rulebook it is: the kind of effect, or `ladder.NAME`. `reached_at`
    is the rung of a ladder, in millionths. Both days are included; `last_on` None: as long as the
    standing has it. With `is_renewed` it begins anew each time that its rulebook is published.
    `confidence` is how sure the rule is that leads to it.
    """

    part: str
    does: str
    amount: int | None
    reached_at: int | None
    first_on: date
    last_on: date | None
    is_proposed: bool
    is_renewed: bool
    confidence: Confidence


def does_anything(rulebook: Rulebook) -> bool:
    """Say whether standings by a rulebook do anything that is carried out."""
    return bool(rulebook.ladders) or any(each.does != BY_SCORE for each in rulebook.effects)


def renews(rulebook: Rulebook) -> bool:
    """Say whether any effect of a rulebook begins anew with each publication."""
    return any(each.days is not None for each in rulebook.effects)


def wanted(rulebook: Rulebook, result: str | None, from_on: date) -> list[Wanted]:
    """Return what a standing does; `result` is as it is kept, None of who is not there.

    `from_on` is the first day on which the standing holds; sanctions have days of their own.
    """
    if result is None:
        return []
    said: dict[str, Any] = json.loads(result)
    told = told_by(said)
    found: dict[str, Wanted] = {}
    for effect in rulebook.effects:
        is_for = effect.condition is None or holds(effect.condition.node, told)
        if effect.does != BY_SCORE and is_for and effect.does not in found:
            found[effect.does] = _of_effect(effect, from_on)
    return [*found.values(), *_sanctions(said, rulebook)]


def told_by(said: Mapping[str, Any]) -> dict[str, Value]:
    """Return what a result tells by the names that a condition may use."""
    told: dict[str, Value] = {"grade": said["grade"], "score": _number(said.get("score"))}
    for name, (top, bottom, is_assessed) in said["indicators"].items():
        told[name] = Fraction(top, 1 if bottom is None else bottom) if is_assessed else None
    return told | {name: _number(value) for name, value in said.get("points", {}).items()}


def _number(millionths: int | None) -> Fraction | None:
    return None if millionths is None else Fraction(millionths, MILLION)


def _of_effect(effect: Effect, from_on: date) -> Wanted:
    last = None if effect.days is None else from_on + timedelta(days=effect.days - 1)
    return Wanted(
        part=effect.does,
        does=effect.does,
        amount=None if effect.amount is None else int(effect.amount),
        reached_at=None,
        first_on=from_on,
        last_on=last,
        is_proposed=not effect.is_automatic,
        is_renewed=effect.days is not None,
        confidence=effect.origin.confidence,
    )


def _sanctions(said: Mapping[str, Any], rulebook: Rulebook) -> Iterator[Wanted]:
    """Yield the sanctions in force: of each ladder the heaviest."""
    for ladder, kept in said.get("ladders", {}).items():
        if kept is not None:
            does, at, first_on, last_on, is_proposed = kept
            yield Wanted(
                part=f"ladder.{ladder}",
                does=does,
                amount=None,
                reached_at=at,
                first_on=date.fromisoformat(first_on),
                last_on=None if last_on is None else date.fromisoformat(last_on),
                is_proposed=is_proposed,
                is_renewed=False,
                confidence=_confidence(rulebook.ladders[ladder], at),
            )


def _confidence(ladder: Ladder, reached_at: int) -> Confidence:
    """Return how sure the rung is that was reached; of one that is repeated there is only one."""
    at = Fraction(reached_at, MILLION)
    rungs = [rung for rung in ladder.rungs if rung.at == at] or ladder.rungs
    return rungs[0].origin.confidence
