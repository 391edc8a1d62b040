"""A rulebook once read and checked: every name leads somewhere, every expression is a tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from goodstanding.days import Length
from goodstanding.expressions.nodes import Name, Node
from goodstanding.expressions.writing import write_number
from goodstanding.rows.subjects import SUBJECT_KINDS, SubjectKind

Confidence = Literal["official", "copy", "trade", "weak", "unconfirmed", "own design"]
Subject = Literal[
    "seller", "listing", "buyer", "seller_category", "seller_category_l1", "seller_category_l2"
]
# The parts of a store's card that a rulebook can tell.
CardPart = Literal["level", "daily score", "ratings", "feedback", "violations", "category standing"]
Better = Literal["lower", "higher", "neither"]
ExclusionClass = Literal["decision", "incident", "order protection", "feedback removed", "rule"]
Keep = Literal["first", "last"]
IfNotAssessed = Literal["passes", "fails", "not graded"]

# Kinds of row that are counted, and not listed: each says little, and there may be many. Beside
# others an explanation names the threads that count against a seller or a listing.
_ASIDE = frozenset({"account", "message"})
# Where a number that carries one of these decided, the output repeats it beside the result.
DOUBTFUL: frozenset[Confidence] = frozenset({"unconfirmed", "own design"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a number comes from: source ids, how sure, and a remark."""

    source: tuple[str, ...] = ()
    confidence: Confidence
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression as it was written, and its tree."""

    text: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowChoice:
    """A window that may be chosen, and when; the last one has no condition."""

    window: str
    condition: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRule:
    """Days looked back on, ending on the as-of day; `length` None looks back on all of them.

    With `choices` it is, for each subject, the first of them whose condition holds; `length` is
    then the longest that it can be.
    """

    name: str
    length: Length | None
    choices: tuple[WindowChoice, ...] = ()
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse:
    """Repeats that count once: of the rows alike in all of `per`, the first or the last few.

    `by` is the day that says which is first. Of those of one day the one comes first, and
    is the one that is kept, whose values are lowest, column by column. A row of which something
    in `per` or `by` is not known repeats nothing. Excluded rows are no repeats either.
    With `apart_days` the first counts, and then each that comes so many days or more after the
    last one that counts.
    """

    per: tuple[Expression, ...]
    keep: Keep
    at_most: int
    by: str
    apart_days: int | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """What the rows alike in all of `per` add up to, kept within `least` and `most`.

    `by` is the day that says which of them the limit cuts: those after which they would come to
    more, or less. A row of which something in `per` or `by` is not known is not limited.
    """

    per: tuple[Expression, ...]
    by: str
    least: int
    most: int
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSet:
    """Rows of account: a row kind of the catalogue, narrowed by `where`, repeats set aside.

    `reads` names the rulebook whose standings they are; of rows of facts None.
    """

    name: str
    kind: str
    reads: str | None
    where: Expression | None
    collapse: Collapse | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A subset of rows, counted per subject.

    `rows` and `window` are resolved through `of`; `parent` is the measure whose rows this
    one narrows. A row meets it when it meets `parent`, `when`, and one of `kinds` if there
    are any. It counts rows, or distinct values of the column `distinct`, or it adds up `sum`
    over the rows where that is known, within what `limited` allows. `kind_origins` holds the
    kinds whose source is not the measure's own.
    """

    name: str
    rows: str
    parent: str | None
    window: WindowRule
    when: Expression | None
    kinds: Mapping[str, Expression]
    distinct: str | None
    sum: Expression | None
    limited: Limited | None
    origin: Origin
    kind_origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A number made of measures, with a direction.

    It is a `ratio` of two, the `count` of one (of one that adds up: the sum), the `mean` of one
    that adds up, over the rows where the quantity is known, or a `formula` of other numbers, in
    millionths.
    """

    name: str
    ratio: tuple[str, str] | None
    count: str | None
    mean: str | None
    formula: Expression | None
    better: Better
    is_subset: bool
    not_assessed_if: Expression | None
    if_not_assessed: IfNotAssessed | None
    origin: Origin

    @property
    def is_pair(self) -> bool:
        """Whether it may be not assessed: a ratio, a mean, or a formula."""
        return self.count is None

    @property
    def is_share(self) -> bool:
        """Whether it is read in per cent: a ratio."""
        return self.ratio is not None

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures it is made of, the numerator first; of a formula none."""
        one = self.count or self.mean
        return self.ratio or (() if one is None else (one,))


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A value, and the points that it is worth."""

    x: Expression
    points: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A number turned into points: by a curve, or as it is.

    Between two points of the curve the points are in proportion, outside they are those of the
    end. `if_missing` are the points where the number is not assessed.
    """

    name: str
    value: Expression
    curve: tuple[CurvePoint, ...]
    if_missing: Fraction | None
    origin: Origin

    @property
    def most(self) -> Fraction | None:
        """The most that it can give; None where no curve bounds it."""
        return max((point.points for point in self.curve), default=None)

    def as_indicator(self) -> Indicator:
        """Return it as a number that a limit can name: more points are better."""
        return _calculated(self.name, self.value, self.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Whole numbers, one for each from `first` to `last`; beyond them the end value holds."""

    name: str
    first: int
    last: int
    formula: Expression
    values: tuple[int, ...]
    origin: Origin

    @property
    def most(self) -> int:
        """How far from 0 its values reach."""
        return max(map(abs, self.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The most that a score is where `condition` holds, and why."""

    condition: Expression
    at_most: Fraction
    because: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The sum of the points, or a formula of them, kept within `least` and `most`.

    Where `not_assessed_if` holds there is none, nor any points. `caps` keep it lower still.
    `half_width` says how far to either side it could be, were more known.
    """

    formula: Expression | None
    least: Fraction
    most: Fraction
    decimals: int
    not_assessed_if: Expression | None
    caps: tuple[Cap, ...]
    half_width: Expression | None
    origin: Origin

    def as_indicator(self) -> Indicator:
        """Return it as a number that a limit can name: a higher score is better."""
        formula = self.formula or Expression(text="points", node=Name("points"))
        return _calculated("score", formula, self.origin)


def _calculated(name: str, formula: Expression, origin: Origin) -> Indicator:
    return Indicator(
        name=name,
        ratio=None,
        count=None,
        mean=None,
        formula=formula,
        better="higher",
        is_subset=False,
        not_assessed_if=None,
        if_not_assessed="not graded",
        origin=origin,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Whom a subject is compared with: those alike in where most of a quantity lies.

    Of the rows of the measure `of` the subject belongs to the value of the first of `groups`
    over which `most` adds up to most; the further groups are those of the same rows. The first
    group with `at_least` members who were assessed is the one; else everybody is.
    """

    of: str
    most: Expression
    groups: tuple[str, ...]
    at_least: int
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """What a partial exclusion takes a row out of: a measure, or one kind of it."""

    measure: str
    kind: str | None

    @property
    def text(self) -> str:
        """How it is written: `bad.unsold`, or `bad`."""
        return self.measure if self.kind is None else f"{self.measure}.{self.kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Rows that do not count: those excluded for the `reason`, and those that `when` holds for.

    The reason is as reasons are compared (`decisions.reasons.folded`).
    `rows` names the sets of rows it looks at. It takes a row out of everything, or where there
    are `leaves`, out of these only. `seen_as` is its class, which is all that a seller is told
    of it beside its day.
    """

    id: str
    reason: str | None
    when: Expression | None
    because: str
    seen_as: ExclusionClass
    rows: tuple[str, ...]
    leaves: tuple[Leaves, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class NotGraded:
    """No grade, and why."""

    id: str
    condition: Expression
    because: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One condition of a grade; it counts as met where `unless` holds."""

    that: Expression
    unless: Expression | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A named outcome; the last has no limits."""

    name: str
    limits: tuple[Limit, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A sanction, and the total at which it is reached, in units of its ladder.

    `days` None: it lasts until a person ends it. One that is not `is_automatic` is proposed, and
    waits for a person.
    """

    at: Fraction
    does: str
    days: int | None
    is_automatic: bool
    origin: Origin

    @property
    def text(self) -> str:
        """What it is called beside a result: `freeze at 12`."""
        return f"{self.does} at {write_number(self.at)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Sanctions that a growing total reaches, one rung after the other, the lightest first.

    `climbs` names the measure that each entry adds to; `unit` of what it counts or adds up are
    one on the ladder. With `is_repeated` the one rung is reached at each multiple of where it is.
    """

    name: str
    climbs: str
    unit: int
    rungs: tuple[Rung, ...]
    is_repeated: bool
    origin: Origin

    def heavier(self, place: int) -> list[int]:
        """Return the places, from 0, of the heavier rungs of the same kind as one, heaviest last.

        Of sanctions of the same kind only the heaviest is executed.
        """
        return [
            at
            for at in range(place + 1, len(self.rungs))
            if self.rungs[at].does == self.rungs[place].does
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What follows from a standing, besides being told.

    `place` is where it stands among those of the rulebook, from 0. `does` is the code of one of
    `effect_kinds`; of several that do the same the first whose condition holds is the one.
    `condition` None: it holds for every subject. `amount` is what its kind counts. It lasts
    `days` days from the first on which the standing holds; None: as long as the standing.
    `centre`, of rank alone, is the score that moves nothing; None: the middle of the scale.
    One that is not `is_automatic` is proposed, and waits for a person.
    """

    place: int
    does: str
    condition: Expression | None
    amount: Fraction | None
    centre: Fraction | None
    days: int | None
    is_automatic: bool
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When it is assessed and published, in the market's own days.

    `assessed` is daily, month-end or day-of-month: then on the `day` of `months`, in their order.
    """

    assessed: str
    day: int | None = None
    months: tuple[int, ...] = ()
    published_before_day: int | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example: rows by row set, an as-of day, and what must come out.

    Each row is a mapping from column to the value as written in TOML, and `times` where it is
    there more than once. `peers` says what the
    subject's peers come to, by indicator and function; with nothing it is its only peer.
    """

    name: str
    as_of: date
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]
    peers: Mapping[str, Mapping[str, Fraction]]
    expect: Mapping[str, Any]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUsed:
    """Something that no number of a rulebook is made of, and the columns that hold it.

    A column is one of rows, or one of facts: `feedback.comment`.
    """

    what: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The published rules as data: one dated edition.

    `law` names the law profile that it is held to, `contest` says where whoever is judged can
    contest a result; None where nothing says so. `not_used` says what no number is made of.
    `card` is the part of a store's card that it tells, where it was published; None: none.
    """

    id: str
    version: date
    in_force_until: date | None
    title: str
    subject: Subject
    card: CardPart | None
    calendar: Calendar
    windows: Mapping[str, WindowRule]
    rows: Mapping[str, RowSet]
    exclusions: tuple[Exclusion, ...]
    measures: Mapping[str, Measure]
    lookups: Mapping[str, Lookup]
    indicators: Mapping[str, Indicator]
    peers: Peers | None
    points: Mapping[str, Points]
    score: Score | None
    not_graded: tuple[NotGraded, ...]
    grades: tuple[Grade, ...]
    ladders: Mapping[str, Ladder]
    effects: tuple[Effect, ...]
    because: Mapping[str, str]
    examples: tuple[Example, ...]
    law: str | None
    contest: str | None
    not_used: tuple[NotUsed, ...]
    adding_may_lower: str | None
    removing_may_lower: str | None
    origin: Origin
    digest: str
    text: str = field(repr=False)
    place: str

    def is_in_force_on(self, day: date) -> bool:
        """Say whether this edition is in force on a day; both its ends are."""
        return self.version <= day <= (self.in_force_until or day)

    @property
    def subject_kind(self) -> SubjectKind:
        """What is said and known of those whom it assesses."""
        return SUBJECT_KINDS[self.subject]

    @property
    def numbers(self) -> Mapping[str, Indicator]:
        """Every number that a limit can name: the indicators, the points and the score."""
        made = {name: points.as_indicator() for name, points in self.points.items()}
        score = {} if self.score is None else {"score": self.score.as_indicator()}
        return {**self.indicators, **made, **score}

    @property
    def reads(self) -> str | None:
        """The rulebook whose standings it reads, by name; None where it reads none."""
        return next((rows.reads for rows in self.rows.values() if rows.reads), None)

    @property
    def told_rows(self) -> tuple[RowSet, ...]:
        """The sets of rows that say something of a subject, not only whom it is compared with."""
        peers = self.peers
        only = [] if peers is None else [self.measures[peers.of].rows]
        named = {name for indicator in self.indicators.values() for name in indicator.measures}
        if any(self.measures[name].rows in only for name in named):
            only = []
        told = [rows for rows in self.rows.values() if rows.name not in only]
        listed = [rows for rows in told if rows.kind not in _ASIDE]
        return tuple(listed or told)  # where nothing else is counted, these are what there is

    @property
    def grade_names(self) -> tuple[str, ...]:
        """The grades' names, best first."""
        return tuple(grade.name for grade in self.grades)
