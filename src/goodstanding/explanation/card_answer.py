"""What a store's card says, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from goodstanding.explanation.answer import Arithmetic, Benchmark, Forecast, PointsTold, plain
from goodstanding.explanation.sanction_answer import LadderTold
from goodstanding.viewers import Part, Viewer

State = Literal["told", "nothing counted", "not there", "not in force"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTold:
    """One part of a card, and the rules by which it is told.

    `state` says why nothing but a `sentence` is told: nothing that the rulebook counts lies in
    its days, the store was not there, or no version is in force on the day; then `version`,
    `title` and `confidence` are None. `category_id` says of which category, of a standing within
    one. `figures` are the numbers that the viewer may see, and `benchmarks`, by number, what
    they are compared with. `explain` is the command that tells what is behind it, None where the
    viewer may not see that.
    """

    part: Part
    category_id: str | None
    rulebook: str
    version: date | None
    title: str | None
    confidence: str | None
    state: State
    sentence: str
    grade: str | None
    score: float | None
    figures: tuple[Arithmetic, ...]
    points: tuple[PointsTold, ...]
    benchmarks: Mapping[str, Benchmark]
    ladders: tuple[LadderTold, ...]
    unconfirmed: tuple[str, ...]
    explain: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLevel:
    """The level as it was published of the last published day up to the as-of day, `of`.

    `grade` None: not graded. `restated_on` is the day on which it was last restated.
    """

    rulebook: str
    version: date
    title: str
    confidence: str
    of: date
    published_on: date
    restated_on: date | None
    grade: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAssessment:
    """The next day of assessment by a rulebook, and the day before which its result shows."""

    rulebook: str
    assessed_on: date
    published_before: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """The points of a ladder that are the next to count no longer, from the day `on` on."""

    ladder: str
    on: date
    points: float
    violation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A sanction in force, the next of its ladder to end; `last_on` is its last day."""

    ladder: str
    text: str
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What is about to change.

    `forecast` is that of the level, where it is made of daily scores. Rulebooks that assess every
    day are not among the `assessments`. `next_steps` is the command that tells what is open, and
    what leaving it costs; None where the viewer may not see that.
    """

    assessments: tuple[NextAssessment, ...]
    forecast: Forecast | None
    expiring: tuple[Expiring, ...]
    ending: tuple[Ending, ...]
    next_steps: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCard:
    """What is told of a store on a day, as much of it as the viewer may see.

    `silent_since` is the last day of which anything is known, where the as-of day lies after it.
    `coming` None: the viewer may not see it.
    """

    store_id: str
    viewer: Viewer
    as_of: date
    known_at: datetime
    time_zone: str
    silent_since: date | None
    parts: tuple[PartTold, ...]
    published: tuple[PublishedLevel, ...]
    coming: Coming | None

    @property
    def to_be_counted(self) -> tuple[PartTold, ...]:
        """The parts that will be told once something counts, where none is told yet; else none.

        Violations, of which a store may have none, are not among them.
        """
        counting = [each for each in self.parts if each.part != "violations"]
        if any(each.state == "told" for each in counting):
            return ()
        return tuple(each for each in counting if each.state != "not in force")

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it: days and instants are ISO 8601 text."""
        found: dict[str, Any] = plain(self)
        return found
