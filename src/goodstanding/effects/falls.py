"""What a buyer is told of a fall below a band: what changed, why, and how to recover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from goodstanding.assessment.millionths import MILLION
from goodstanding.explanation.figures import decimals, whole
from goodstanding.rulebook.english import label
from goodstanding.rulebook.model import Rulebook

_RECOVER = (
    "Nothing of it lasts: orders that go well and feedback raise the score, and what counts "
    "against you counts no longer once its days are over. Your own view says what would raise it, "
    "and by how much, each of it tried."
)

Result = Mapping[str, Any]


def is_fall(rulebook: Rulebook, result: Result | None, before: Result | None) -> bool:
    """Say whether a buyer's band is a lower one than before; where either has none it is not."""
    if rulebook.subject != "buyer" or rulebook.score is None or result is None or before is None:
        return False
    names = rulebook.grade_names
    if result["grade"] not in names or before["grade"] not in names:
        return False
    return names.index(result["grade"]) > names.index(before["grade"])


def fall_told(rulebook: Rulebook, result: Result, before: Result) -> Iterator[str]:
    """Yield the sentences about a fall: how the score changed, by what, and how to recover."""
    now, then = result.get("score"), before.get("score")
    if now is None or then is None:
        return
    moved = ", ".join(_points_moved(rulebook, result, before))
    parts = f": {moved}" if moved else ""
    yield f"What changed: the score went from {_points(then)} to {_points(now)}{parts}."
    why = "; ".join(_numbers_moved(rulebook, result, before))
    if why:
        yield f"Why: {why}."
    for cap in rulebook.score.caps if rulebook.score is not None else ():
        if now == int(cap.at_most * MILLION):
            yield f"It is kept at {decimals(cap.at_most)} for now. {cap.because}"
    yield f"To recover: {_most_to_gain(rulebook, result)}{_RECOVER}"


def _points_moved(rulebook: Rulebook, result: Result, before: Result) -> Iterator[str]:
    for name in rulebook.points:
        now, then = (each.get("points", {}).get(name) for each in (result, before))
        if now is not None and then is not None and now != then:
            sign = "+" if now > then else ""
            yield f"{label(name)} {sign}{_points(now - then)}"


def _numbers_moved(rulebook: Rulebook, result: Result, before: Result) -> Iterator[str]:
    """Yield the counts that became worse, or more."""
    for name, indicator in rulebook.indicators.items():
        now, then = (each["indicators"].get(name) for each in (result, before))
        if indicator.count is None or now is None or then is None:
            continue
        is_worse = now[0] < then[0] if indicator.better == "higher" else now[0] > then[0]
        if is_worse and indicator.better != "neither":
            yield f"{label(name)} {whole(now[0])}, before {whole(then[0])}"


def _most_to_gain(rulebook: Rulebook, result: Result) -> str:
    """Say in which part of the score most is to be gained."""
    lacking = {
        name: int(points.most * MILLION) - worth
        for name, points in rulebook.points.items()
        if points.most is not None and (worth := result.get("points", {}).get(name)) is not None
    }
    most = max(lacking, key=lambda name: lacking[name], default=None)
    if most is None or lacking[most] <= 0:
        return ""
    return f"most is to be gained in {label(most)} ({_points(lacking[most])} points). "


def _points(millionths: int) -> str:
    return decimals(Fraction(millionths, MILLION))
