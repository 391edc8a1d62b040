"""What keeps a score lower than its points add up to, while it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodstanding.assessment.calculating import UNCAPPED, cap_flag
from goodstanding.assessment.millionths import MILLION
from goodstanding.explanation.answer import CapTold

if TYPE_CHECKING:
    from goodstanding.explanation.points import Judged
    from goodstanding.rulebook.model import Rulebook


def taken_by_caps(rulebook: Rulebook, judged: Judged) -> int:
    """Return by how many millionths caps keep a score lower than its points add up to."""
    if rulebook.score is None or not rulebook.score.caps:
        return 0
    return max(int(judged[UNCAPPED]) - int(judged["score__numerator"]), 0)


def caps_told(rulebook: Rulebook, judged: Judged) -> tuple[CapTold, ...]:
    """Return the caps of the score that hold, the lowest first; none where there is no score."""
    score = rulebook.score
    if score is None or judged["score__numerator"] is None:
        return ()
    holding = [cap for place, cap in enumerate(score.caps) if judged[cap_flag(place)]]
    return tuple(
        CapTold(
            at_most=float(cap.at_most),
            because=cap.because,
            without=judged[UNCAPPED] / MILLION,
            is_lower=judged[UNCAPPED] > cap.at_most * MILLION,
            confidence=cap.origin.confidence,
        )
        for cap in sorted(holding, key=lambda cap: cap.at_most)
    )
