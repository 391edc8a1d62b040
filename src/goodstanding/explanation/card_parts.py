"""A judged store as a part of its card, with no more in it than the viewer may see."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from goodstanding import days
from goodstanding.assessment.assessing import context
from goodstanding.assessment.questions import Question
from goodstanding.assessment.results import shaped
from goodstanding.assessment.sanction_words import sanction_told
from goodstanding.explanation.answer import Arithmetic, Benchmark, PointsTold
from goodstanding.explanation.card_answer import PartTold, State
from goodstanding.explanation.limits import (
    grade_sentence,
    indicators_told,
    limits_told,
    score_sentence,
)
from goodstanding.explanation.points import benchmarks_told, points_told
from goodstanding.explanation.sentences import capital
from goodstanding.rulebook.english import label
from goodstanding.rulebook.scored import measured_by_peers
from goodstanding.viewers import Part, Viewer, may_see

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.explanation.sanction_answer import LadderTold
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

_STARS = range(1, 6)
_RATED = ("description", "communication", "logistics")
_FEEDBACK = (
    *("feedback_score", "average_stars"),
    *(
        f"{kind}_{span}"
        for span in ("in_1_month", "in_3_months", "in_6_months", "in_12_months", "so_far")
        for kind in ("positive", "neutral", "negative")
    ),
)
# Which part a number of feedback and ratings belongs to; one that is not here is no public one.
_PART_OF: dict[str, Part] = {
    **dict.fromkeys(_FEEDBACK, "feedback"),
    "positive_rate_display": "positive rate",
    **dict.fromkeys(_RATED, "ratings"),
    **{f"{rated}_ratings": "ratings" for rated in _RATED},
    **{f"{rated}_rated_{stars}": "ratings" for rated in _RATED for stars in _STARS},
    **{f"{rated}_against": "ratings" for rated in _RATED},
}
_PUBLISHED_NUMBERS: frozenset[Part] = frozenset({"feedback", "ratings"})
_GRADE_OF: dict[Part, Part] = {"feedback": "medal", "ratings": "other figures"}
# The numbers in which a part is told in one sentence, where it has no grade or score.
_HEADLINES: dict[Part, tuple[str, ...]] = {
    "feedback": ("feedback_score", "positive_rate_display", "positive_rate_90"),
    "ratings": _RATED,
    "category standing": ("description", "not_as_described_rate"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardQuestion:
    """Whose card, as of which day, with what was known when, and who looks at it.

    `published_by` leaves out what was published with what was known after that instant; None: all
    that was published counts. Instants are naive UTC.
    """

    store_id: str
    as_of: date
    known_at: datetime
    published_by: datetime | None
    viewer: Viewer

    def about(self, rulebook: Rulebook, subject_id: str | None = None) -> Question:
        """Return what is asked of a rulebook about a subject; None: about everybody."""
        return Question(
            rulebook=rulebook, as_of=self.as_of, known_at=self.known_at, subject_id=subject_id
        )


def told(
    asked: CardQuestion,
    settings: Settings,
    part: Part,
    rulebook: Rulebook,
    results: pa.Table,
    ladders: Sequence[LadderTold] = (),
) -> PartTold:
    """Return a part by the results of one subject: one row of the step `results`."""
    (judged,) = results.to_pylist()
    (record,) = shaped(results, context(settings, asked.about(rulebook))).to_pylist()
    nothing = untold(asked, part, rulebook, "nothing counted", _nothing_counted(record))
    nothing = replace(
        nothing,
        category_id=record["within_id"],
        explain=_explain(asked, part, rulebook, record["subject_id"]),
    )
    if not record["rows_counted"] and part != "violations":
        return nothing
    benchmarks = benchmarks_told(rulebook, judged)
    figures = _figures(asked.viewer, part, rulebook, indicators_told(rulebook, judged), benchmarks)
    shown = {each.name for each in figures}
    sees_grade = may_see(asked.viewer, _GRADE_OF.get(part, part))
    sees_rest = may_see(asked.viewer, _belongs(part, "score"))
    found = replace(
        nothing,
        state="told",
        grade=record["grade"] if sees_grade else None,
        score=record["score"] if sees_rest else None,
        figures=figures,
        points=tuple(_points(asked.viewer, each) for each in points_told(rulebook, judged))
        if sees_rest
        else (),
        benchmarks={
            name: benchmark
            for name, benchmark in benchmarks.items()
            if name in shown and _sees_benchmark(asked.viewer, benchmark)
        },
        ladders=tuple(ladders),
        unconfirmed=tuple(record["unconfirmed"]) if sees_grade else (),
    )
    return replace(found, sentence=_sentence(found, rulebook, judged, record))


def untold(
    asked: CardQuestion, part: Part, rulebook: Rulebook, state: State, sentence: str
) -> PartTold:
    """Return a part of which nothing is told but a sentence that says why."""
    part_told = not_in_force(part, rulebook.id, sentence)
    return replace(
        part_told,
        version=rulebook.version,
        title=rulebook.title,
        confidence=rulebook.origin.confidence,
        state=state,
        explain=None
        if rulebook.subject_kind.within is not None
        else _explain(asked, part, rulebook, asked.store_id),
    )


def not_in_force(part: Part, rulebook_id: str, sentence: str) -> PartTold:
    """Return a part for a day on which no version of its rulebook is in force."""
    return PartTold(
        part=part,
        category_id=None,
        rulebook=rulebook_id,
        version=None,
        title=None,
        confidence=None,
        state="not in force",
        sentence=capital(sentence),
        grade=None,
        score=None,
        figures=(),
        points=(),
        benchmarks={},
        ladders=(),
        unconfirmed=(),
        explain=None,
    )


def _figures(
    viewer: Viewer,
    part: Part,
    rulebook: Rulebook,
    figures: Sequence[Arithmetic],
    benchmarks: Mapping[str, Benchmark],
) -> tuple[Arithmetic, ...]:
    """Return the numbers that a viewer may see; those made of what peers come to like the peers."""
    compared = measured_by_peers(rulebook)

    def is_seen(name: str) -> bool:
        if not may_see(viewer, _belongs(part, name)):
            return False
        if name not in compared:
            return True
        benchmark = benchmarks.get(compared[name])
        return benchmark is not None and _sees_benchmark(viewer, benchmark)

    return tuple(each for each in figures if is_seen(each.name))


def _belongs(part: Part, name: str) -> Part:
    """Return the part that a number belongs to, by which it is decided who may see it."""
    return _PART_OF.get(name, "other figures") if part in _PUBLISHED_NUMBERS else part


def _sees_benchmark(viewer: Viewer, benchmark: Benchmark) -> bool:
    return may_see(viewer, "category figures", stores_n=benchmark.peers_n)


def _points(viewer: Viewer, points: PointsTold) -> PointsTold:
    benchmark = points.benchmark
    is_seen = benchmark is not None and _sees_benchmark(viewer, benchmark)
    return points if is_seen else replace(points, benchmark=None)


def _nothing_counted(record: Mapping[str, Any]) -> str:
    if record["window_from"] is None:
        return f"Nothing that it counts was there by {record['window_to']}."
    span = f"{record['window_from']} to {record['window_to']}"
    return f"Nothing that it counts was there from {span}."


def _sentence(
    found: PartTold, rulebook: Rulebook, judged: Mapping[str, Any], record: Mapping[str, Any]
) -> str:
    """Say what a part comes to, by nothing but what is in it."""
    if found.part == "violations":
        running = [
            f"{label(name)}: {sanction_told(record, name)}"
            for name in rulebook.ladders
            if record[f"ladder_{name}_sanction"] is not None
        ]
        return f"In force: {'; '.join(running)}." if running else "No sanction is in force."
    if found.part == "level":
        return grade_sentence(rulebook, judged, limits_told(rulebook, judged))
    if found.part == "daily score":
        return " ".join(score_sentence(rulebook, judged))
    texts = {each.name: each.text for each in found.figures}
    named = [texts[name] for name in _HEADLINES[found.part] if name in texts] or texts.values()
    grade = [] if found.grade is None else [found.grade]
    return f"{capital('; '.join([*grade, *named]))}."


def _explain(asked: CardQuestion, part: Part, rulebook: Rulebook, subject_id: str) -> str | None:
    """Return the command that tells what is behind a part; None for who may not see that."""
    if not may_see(asked.viewer, "way to the detail") or not may_see(asked.viewer, part):
        return None
    seen_by = ["--for", "store"] if asked.viewer == "store" else []
    words = ["explain", "--rulebook", rulebook.id, *_clocks(asked), *seen_by]
    words += ["--subject", subject_id]
    return shlex.join(["goodstanding", *words])


def next_command(asked: CardQuestion) -> str | None:
    """Return the command that tells what to do next; None for who may not see that."""
    if not may_see(asked.viewer, "next steps"):
        return None
    return shlex.join(["goodstanding", "next", asked.store_id, *_clocks(asked)])


def _clocks(asked: CardQuestion) -> list[str]:
    known_at = [] if asked.published_by is None else ["--known-at", days.iso(asked.known_at)]
    return ["--as-of", str(asked.as_of), *known_at]
