"""An explanation with no more in it than its viewer may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from goodstanding.explanation.answer import Benchmark, Explanation, LimitTold, PointsTold
from goodstanding.rulebook.scored import measured_by_peers
from goodstanding.viewers import Viewer, may_see

if TYPE_CHECKING:
    from goodstanding.rulebook.model import Rulebook


def as_seen_by(viewer: Viewer, explanation: Explanation, rulebook: Rulebook) -> Explanation:
    """Return an explanation as a viewer may see it.

    To a store an exclusion shows its class and its day, not the sentence for it, which may say
    what was found about a buyer. Of too few peers it neither sees what they come to nor how it
    stands among them.
    """
    if not may_see(viewer, "reason of an exclusion"):
        aside = explanation.not_counted
        listed = tuple(replace(row, because=None) for row in aside.listed)
        explanation = replace(explanation, not_counted=replace(aside, listed=listed))
    compared = measured_by_peers(rulebook)
    shown = {n for n, each in explanation.benchmarks.items() if _is_seen(viewer, each)}
    hidden = {name for name, among in compared.items() if among not in shown}
    if shown == set(explanation.benchmarks) and not hidden:
        return explanation
    limits = tuple(_limit(each, hidden) for each in explanation.limits)
    return replace(
        explanation,
        result=_result(explanation.result, shown, hidden),
        sentence=_sentence(explanation, limits, hidden),
        indicators=tuple(each for each in explanation.indicators if each.name not in hidden),
        points=tuple(_points(viewer, each) for each in explanation.points),
        benchmarks={n: each for n, each in explanation.benchmarks.items() if n in shown},
        limits=limits,
        deciding_limit=next((limit for limit in limits if limit.is_deciding), None),
    )


def _is_seen(viewer: Viewer, benchmark: Benchmark) -> bool:
    return may_see(viewer, "category figures", stores_n=benchmark.peers_n)


def _points(viewer: Viewer, points: PointsTold) -> PointsTold:
    benchmark = points.benchmark
    if benchmark is None or _is_seen(viewer, benchmark):
        return points
    return replace(points, benchmark=None)


def _limit(limit: LimitTold, hidden: Collection[str]) -> LimitTold:
    left = tuple(each for each in limit.arithmetic if each.name not in hidden)
    if left == limit.arithmetic:
        return limit
    worked = "; ".join(each.text for each in left)
    sentence = f"{worked}, limit {limit.asked}" if worked else f"limit {limit.limit}"
    return replace(limit, arithmetic=left, sentence=sentence)


def _sentence(
    explanation: Explanation, limits: Collection[LimitTold], hidden: Collection[str]
) -> str:
    """Return the sentence of the result without the numbers that are hidden."""
    if not explanation.has_grades:
        every = "; ".join(each.text for each in explanation.indicators)
        left = "; ".join(each.text for each in explanation.indicators if each.name not in hidden)
        before = explanation.sentence.removesuffix(f"{every}.")
        return f"{before}{left}." if left else before.strip()
    said = explanation.sentence
    for was, limit in zip(explanation.limits, limits, strict=True):
        said = said.replace(was.sentence, limit.sentence)
    return said


def _result(result: Any, shown: Collection[str], hidden: Collection[str]) -> dict[str, Any]:
    found = dict(result)
    found["indicators"] = {n: e for n, e in found["indicators"].items() if n not in hidden}
    if "benchmarks" in found:
        found["benchmarks"] = {n: e for n, e in found["benchmarks"].items() if n in shown}
    return found
