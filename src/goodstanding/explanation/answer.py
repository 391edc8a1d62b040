"""What an explanation says, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal

from goodstanding import days
from goodstanding.explanation.sanction_answer import LadderTold
from goodstanding.expressions.writing import write_number

Outcome = Literal["met", "missed", "met untested", "not tested"]
# Time alone does not end it.
NEVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The four dates of a result; `published_on` None says that it was not published.

    The rulebook is in force from `in_force_since` to `in_force_until`, None where the last day
    is not known. A rulebook that is asked for by name judges other days too. `silent_since` is
    the last day of which anything is known, where the as-of day lies after it; else None.
    """

    as_of: date
    known_at: datetime
    in_force_since: date
    in_force_until: date | None
    is_in_force: bool
    published_on: date | None
    silent_since: date | None
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTold:
    """What was published of the day: the edition that stands, and when the day was restated.

    `grade` None: not graded, for the reason `not_graded_because`. `is_same`: it says what this
    explanation says, by the same figures; else something was learned, or corrected, since.
    """

    on: date
    restated_on: date | None
    grade: str | None
    not_graded_because: str | None
    is_same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """One number as it was worked out: 17 bad / 795 assessed = 2.14 %.

    `name` is an indicator's, or a measure's where a limit names one. `denominator` is None
    for a count. `is_assessed` is false where a ratio says too little, or nothing.
    """

    name: str
    numerator: int
    denominator: int | None
    is_assessed: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTold:
    """One limit of a grade: whether it is met, why, and where its number comes from.

    `outcome` "met untested": it counts as met, though it was not tested. "not tested": there
    was nothing to test, so that there is no grade. `asked` is what the limit asks for.
    """

    grade: str
    limit: str
    outcome: Outcome
    arithmetic: tuple[Arithmetic, ...]
    asked: str
    sentence: str
    source: tuple[str, ...]
    confidence: str
    note: str | None
    is_deciding: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KindHolds:
    """A kind of a measure that holds for a row, in a sentence."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureMet:
    """A measure that a row meets, and the first day on which it no longer does.

    By time alone, if nothing else happens; 9999-12-31 where that does not end it.
    """

    measure: str
    kinds: tuple[KindHolds, ...]
    leaves_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTold:
    """A row that counted, and for what; of an order, a violation, a thread, or a day's score.

    `counts_against` names the indicators, among those that decide a grade, that it makes
    worse, and `reasons` says why in sentences. `spared` says, in sentences, for what it would
    have counted but for an exclusion, and `limited` how much less it adds for a limit on what
    those alike with it add up to. `costs` is its share of the points that each part of a
    score lacks; all shares add up to what is lacking. `clears_on` is the first day on which it
    makes none of them worse, `leaves_on` the first on which it no longer counts for anything.
    """

    rows: str
    order_id: str | None
    violation_id: str | None
    thread_id: str | None
    finding_id: str | None
    scored_on: date | None
    line_no: int | None
    listing_id: str | None
    counts_against: tuple[str, ...]
    reasons: tuple[str, ...]
    spared: tuple[str, ...]
    limited: tuple[str, ...]
    measures: tuple[MeasureMet, ...]
    costs: Mapping[str, float]
    clears_on: date | None
    leaves_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """What an indicator is compared with: the same one over the subject's peers, itself included.

    `within` is the column that the peers have in common, or `everyone`; `id` is its value, None
    for everyone. `peers_n` counts those who were assessed. `values` are the benchmarks by the
    functions that ask for them. `notes` are the rulebook's remarks on how it compares them.
    """

    within: str
    id: str | None
    peers_n: int
    values: Mapping[str, float | None]
    notes: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTold:
    """One part of a score: its points, the most it can be, and what it lacks of that.

    `made_of` names the indicator that it turns into points, where it is one.
    """

    name: str
    points: float | None
    most: float | None
    lost: float
    made_of: str | None
    text: str
    benchmark: Benchmark | None
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingTold:
    """What the orders of a listing cost; `listing_id` None: of which no line is known.

    What an order of several listings costs is shared among them equally. All shares add up to what
    the orders cost.
    """

    listing_id: str | None
    costs: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSetAside:
    """A row that did not count; `last_on` is the last day on which anything happened to it.

    Of one that is excluded: its class, why in a sentence (None for a store, which is not told what
    was found about a buyer), and the day of the decision (None where nobody knows it). Who
    decided is not told.
    """

    rows: str
    order_id: str | None
    violation_id: str | None
    thread_id: str | None
    finding_id: str | None
    scored_on: date | None
    line_no: int | None
    last_on: date | None
    reason: str
    excluded_as: str | None = None
    because: str | None = None
    excluded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRevoked:
    """A violation that was taken back, and that would count had it not been.

    `points` None: nobody told them.
    """

    violation_id: str
    occurred_on: date
    ledger: str | None
    points: float | None
    revoked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CapTold:
    """What keeps the score at most so high while it holds, and what it would be without any cap.

    `is_lower`: the score is lower for it.
    """

    at_most: float
    because: str
    without: float
    is_lower: bool
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCounted:
    """How many rows did not count, by reason; `listed` holds the latest of them.

    `revoked` are violations that were taken back: they are no rows any more.
    """

    by_reason: Mapping[str, int]
    listed: tuple[RowSetAside, ...]
    revoked: tuple[EntryRevoked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconverted:
    """How many rows have an amount that no exchange rate converts, so that no limit applied.

    `currencies` are those of the limits; `order_ids` lists the latest orders.
    """

    n: int
    currencies: tuple[str, ...]
    order_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """The same rules and knowledge, as of another day; `totals` are in force then, by ladder."""

    as_of: date
    grade: str | None
    not_graded_because: str | None
    indicators: tuple[Arithmetic, ...]
    totals: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingDays:
    """The next day of assessment, and the day before which it shows.

    The as-of day may be it, unless it is published already.
    """

    assessed_on: date
    published_before: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the next assessment comes to if every day until then is scored like the latest.

    `days_so_far` of its window were scored, `days_to_come` are still to be; `latest` is the
    latest score, in points, `most` what a day can have. `needed` says, by grade, the least whole
    score that each of the days to come has to have; None where not even the most would do.
    """

    assessed_on: date
    grade: str | None
    indicators: tuple[Arithmetic, ...]
    days_so_far: int
    days_to_come: int
    latest: float
    most: int
    needed: Mapping[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """So many of the orders that count against it would have to be clean; the ones tried.

    `n` None: not even all `of_n` of them would do, and `why_not` says why.
    """

    n: int | None
    of_n: int
    order_ids: tuple[str, ...]
    why_not: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """So many more orders would do; `tried_n` is the most that was tried.

    `what` says what kind of orders: clean, or with a review of 1 star. `n` None: none of the
    numbers tried would do, and `why_not` says why, where that can be said.
    """

    n: int | None
    tried_n: int
    what: str
    why_not: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The first day on which time alone does it, no order coming in and nothing going wrong.

    `assessed_on` is the first day of assessment on which it then still holds. Both are looked
    for up to `tried_until`.
    """

    on: date | None
    assessed_on: date | None
    tried_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Recourse:
    """What would move the result. Each answer was applied and assessed: n does it, n - 1 not.

    `up_to` and `down_to` name grades, None at either end of the ladder. For a subject
    without a grade `up_to` is the grade that further clean orders would give. `warning`
    repeats why, by this rulebook, one more good order may lower a result.
    """

    up_to: str | None
    cleaning: Cleaning | None
    adding: Adding | None
    waiting: Waiting | None
    down_to: str | None
    going_wrong: Adding | None
    warning: str | None


def id_of(row: RowTold | RowSetAside) -> str:
    """Return what a row is known by: the id of what it is about, or the day that was scored."""
    ids = (row.order_id, row.violation_id, row.thread_id, row.finding_id)
    day = "" if row.scored_on is None else str(row.scored_on)
    return next((each for each in ids if each is not None), day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One subject's result and everything behind it.

    `result` is the record of the output contract. A rulebook without grades (`has_grades`) only
    tells numbers. `points_text` says what a score makes of its points, where it is not their
    sum. `benchmarks` are told by indicator, `limits` are those of every grade, best
    grade first; `unconfirmed` is what every result of the rulebook turns on and nobody could
    confirm; `rows` those that counted, the ones that count against the subject first;
    `listings` those whose orders cost points, the dearest first; `forecast` is there where
    scored days are all that counts.
    """

    title: str
    has_grades: bool
    result: Mapping[str, Any]
    dates: Dates
    published: PublishedTold | None
    sentence: str
    indicators: tuple[Arithmetic, ...]
    points: tuple[PointsTold, ...]
    points_text: str | None
    caps: tuple[CapTold, ...]
    benchmarks: Mapping[str, Benchmark]
    limits: tuple[LimitTold, ...]
    deciding_limit: LimitTold | None
    unconfirmed: tuple[str, ...]
    ladders: tuple[LadderTold, ...]
    rows: tuple[RowTold, ...]
    listings: tuple[ListingTold, ...]
    not_counted: NotCounted
    unconverted: Unconverted
    trend: tuple[TrendPoint, ...]
    coming: ComingDays
    forecast: Forecast | None
    recourse: Recourse

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it: days and instants are ISO 8601 text."""
        found: dict[str, Any] = plain(self)
        return found


def plain(value: Any) -> Any:
    """Return a value as JSON knows it; a fraction is written out, as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Mapping():
            shown: Any = {str(key): plain(entry) for key, entry in value.items()}
        case list() | tuple():
            shown = [plain(entry) for entry in value]
        case datetime():
            shown = days.iso(value)
        case date():
            shown = value.isoformat()
        case Fraction():
            shown = write_number(value)
        case _:
            shown = value
    return shown
