"""What a buyer is told of themselves, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from goodstanding.decisions.access_log import Looked
from goodstanding.decisions.findings import FindingStatus
from goodstanding.explanation.answer import CapTold, plain
from goodstanding.rulebook.model import NotUsed

ClockKind = Literal["pay", "ship", "deliver", "dispute", "withdraw", "feedback", "answer", "appeal"]
AdviceKind = Literal[
    "answer the finding",
    "appeal the finding",
    "answer the dispute",
    "pay",
    "answer the seller",
    "ask the seller first",
    "give feedback",
]
Standing = Literal["helped", "held back", "as at the start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time that runs for an order, or of a finding, and its rule.

    `opens_on` is the first day of it, where that is known and lies ahead; `by` its last instant and
    `last_on` the day of that, or its last whole day; both None while what it runs from has not
    happened. `days_left` are the days that follow the as-of day, `last_on` included. `source` names
    entries of `docs/sources.md`; what the order itself promised has none, nor a `confidence`.
    """

    kind: ClockKind
    opens_on: date | None
    by: datetime | None
    last_on: date | None
    days_left: int | None
    rule: str
    source: tuple[str, ...]
    confidence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """An order of which a clock still runs, or that has not ended. `state` says how far it is."""

    order_id: str
    seller_id: str | None
    placed_at: datetime
    state: str
    dispute_id: str | None
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFinding:
    """A finding of which the buyer was told, and that is not over for them.

    `found` says what, `status` how far it is (`warned`, `confirmed`, `appealed`), `clocks` until
    when the buyer can answer, or appeal.
    """

    finding_id: str
    found: str | None
    status: FindingStatus
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Something worth doing, by `last_on` where there is a last day; `text` says it."""

    kind: AdviceKind
    finding_id: str | None = None
    order_id: str | None
    last_on: date | None
    days_left: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A part of the score: its points of at most `most`, and what it started with.

    `lost` is what it lacks of the most. `made_of` are the numbers that it is worked out from, by
    name, `formula` how.
    """

    name: str
    points: float
    most: float | None
    lost: float
    start: float | None
    standing: Standing
    formula: str
    made_of: Mapping[str, float | None]
    text: str
    note: str | None
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """Something that would raise the score: applied to the rows and assessed.

    `gain` is `score` less the score as it stands, `band` the one that follows.
    """

    what: str
    score: float
    gain: float
    band: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """What counts against the buyer: why, until when, and what the score would gain without that.

    `about` says what kind of row it is, and `id` which. `clears_on` is the first day on
    which it no longer counts.
    """

    about: str
    id: str
    reasons: tuple[str, ...]
    clears_on: date | None
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMoved:
    """A row that counts for something else than on the day before: what came, and what went."""

    about: str
    id: str
    came: tuple[str, ...]
    went: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How the score came from what it was at the end of `since` to what it is.

    `by_factor` are the differences of points that are not 0, `by_caps` that of what keeps the score
    lower than they add up to; `rows` those that made the difference, as far as rows did: `more_n`
    further ones are only counted.
    """

    since: date
    score: float | None
    band: str | None
    change: float | None
    by_factor: Mapping[str, float]
    by_caps: float
    rows: tuple[RowMoved, ...]
    more_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTold:
    """A buyer's score and all behind it, by one version of a rulebook.

    `lower` and `upper` are between what the score could as well be. `start` is the score of a buyer
    of whom nothing is known. `band` None: `no_band_because` says why.
    """

    rulebook: str
    version: date
    title: str
    score: float
    lower: float | None
    upper: float | None
    start: float | None
    band: str | None
    no_band_because: str | None
    factors: tuple[Factor, ...]
    caps: tuple[CapTold, ...]
    most_to_gain: str | None
    improvements: tuple[Improvement, ...]
    held_back: tuple[HeldBack, ...]
    moves: tuple[Move, ...]
    counts: tuple[str, ...]
    contest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerView:
    """What a buyer is told of themselves on a day.

    `score` None: they are not scored, and `not_scored_because` says why. `looks` None: nothing
    says who looked.
    """

    buyer_id: str
    as_of: date
    known_at: datetime
    time_zone: str
    silent_since: date | None
    score: ScoreTold | None
    not_scored_because: str | None
    orders: tuple[OpenOrder, ...]
    findings: tuple[OpenFinding, ...]
    advice: tuple[Advice, ...]
    is_not: tuple[str, ...]
    not_used: tuple[NotUsed, ...]
    looks: tuple[Looked, ...] | None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it: days and instants are ISO 8601 text."""
        found: dict[str, Any] = plain(self)
        return found
