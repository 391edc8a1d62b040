"""What a store is told to do next, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from goodstanding.explanation.answer import Arithmetic, Forecast, Recourse, plain

PEERS = (
    "Effects are worked out with the peers standing still: whom a rulebook compares the store with "
    "stays as on the as-of day."
)
DeadlineKind = Literal["dispute", "shipment", "delivery"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureMoved:
    """A number of a rulebook that comes out otherwise: left alone, and done."""

    name: str
    left: Arithmetic
    done: Arithmetic


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a rulebook makes of it on the day `as_of`: left alone, and done.

    `grade_…` None: not graded, or the rulebook has no grades; `score_…` None: no score. `figures`
    are the numbers that differ. `grades_lost` says by how many grades it is worse left alone.
    """

    rulebook: str
    version: date
    as_of: date
    grade_left: str | None
    grade_done: str | None
    score_left: float | None
    score_done: float | None
    grades_lost: int
    figures: tuple[FigureMoved, ...]

    @property
    def score_lost(self) -> float:
        """The points that are lost if it is left alone; 0 where either is no score."""
        if self.score_left is None or self.score_done is None:
            return 0.0
        return self.score_done - self.score_left


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """Something to be done by an instant, and what leaving it comes to.

    `is_past`: the instant has passed by the end of the as-of day, and it can still be done; else
    `left_seconds` are left from there. `is_closing`: left alone, the dispute ends unanswered.
    Without `effects` it changes nothing yet.
    """

    kind: DeadlineKind
    order_id: str
    dispute_id: str | None
    by: datetime
    is_past: bool
    left_seconds: int
    is_closing: bool
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingCases:
    """A listing with disputes over goods not as described, the latest orders first.

    The effects are those of the as-of day, with these disputes and had there been none of them.
    """

    listing_id: str
    cases_n: int
    order_ids: tuple[str, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is not told one by one: how many of each kind, and the first instant of those ahead."""

    by_kind: Mapping[str, int]
    first_by: datetime | None
    listings_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSoFar:
    """A rate as it stands, and between what the true one lies in 95 of 100 such cases.

    `low` and `high` are the bounds of the Wilson score interval, as shares of 1.
    """

    name: str
    numerator: int
    denominator: int
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Of what a grade needs so many: `so_far` of `needed`."""

    name: str
    so_far: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYetGraded:
    """What has to come before a rulebook grades or scores the store, and what stands meanwhile.

    `counted` are the numbers that decide, `counts_from` the first day that the next assessment,
    on `assessed_on`, looks back on (None: all days). `first_on` is the first day on which it can
    be graded if each of its `open_n` orders ends as it was promised to, and `first_assessed_on` the
    first day of assessment from then on; None where these orders are too few.
    """

    rulebook: str
    version: date
    title: str
    because: str
    counted: tuple[str, ...]
    counts_from: date | None
    assessed_on: date
    needs: tuple[Need, ...]
    open_n: int
    first_on: date | None
    first_assessed_on: date | None
    so_far: tuple[RateSoFar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayUp:
    """What would move a result on the as-of day, as `explain` has it."""

    rulebook: str
    version: date
    title: str
    grade: str | None
    recourse: Recourse
    forecast: Forecast | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSteps:
    """What a store has to do next: by deadline, its listings, and what moves its results.

    `not_in_force` says of rulebooks that no version is in force on the day, `peers` what the
    effects hold of those that a rulebook compares the store with.
    """

    store_id: str
    as_of: date
    known_at: datetime
    time_zone: str
    silent_since: date | None
    not_in_force: tuple[str, ...]
    peers: str
    to_do: tuple[ToDo, ...]
    listings: tuple[ListingCases, ...]
    rest: Rest
    not_yet: tuple[NotYetGraded, ...]
    ways_up: tuple[WayUp, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it: days and instants are ISO 8601 text."""
        found: dict[str, Any] = plain(self)
        return found
