"""A rulebook as it is written: every key that a document may have, with its type and meaning.

Nothing is resolved here and no name is looked up; `reading` does that. The models also make
the JSON Schema that editors use, and the messages about keys that are unknown or missing.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from goodstanding.rulebook.model import (
    Better,
    CardPart,
    Confidence,
    ExclusionClass,
    IfNotAssessed,
    Keep,
    Subject,
)

# Lower-case words joined by one underscore each: the compiler's own names hold two. Two names
# and what the compiler adds fit the 63 characters that PostgreSQL allows.
NAME_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
LONGEST_NAME = 30
ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
WORDS_PATTERN = r"^[a-z]+( [a-z]+)*$"
PATTERN_HINTS = {
    NAME_PATTERN: "A name is made of lower-case letters, digits and single underscores, and "
    "begins with a letter.",
    ID_PATTERN: "An id is made of lower-case letters and digits, with single hyphens between.",
    WORDS_PATTERN: "It is said in lower-case words.",
}

Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=LONGEST_NAME)]
Sentence = Annotated[str, Field(min_length=1)]
Written = Annotated[str, Field(min_length=1, description="An expression.")]
Row = dict[str, Any]
CurveStep = Annotated[list[Sentence | int | Decimal], Field(min_length=2, max_length=2)]
Step = Annotated[list[Sentence | int | Decimal], Field(min_length=2, max_length=2)]


class _Table(BaseModel):
    """A table of the document; a key that is not listed is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SourcedTable(_Table):
    """A table that may say where its numbers come from."""

    source: Sentence | None = Field(
        default=None, description="Ids of the sources that a number comes from: 'SL-04, BX-1'."
    )
    confidence: Confidence | None = Field(
        default=None,
        description="How sure: official, copy (of an official text), trade (press), weak, "
        "unconfirmed, own design. The last two are repeated beside every result they decide.",
    )
    note: Sentence | None = Field(default=None, description="A remark, shown with the rule.")


class _OrText:
    """Mark a table that may be written as one text, in the key `key`."""

    def __init__(self, key: str) -> None:
        self.key = key

    def table(self, written: object) -> object:
        return {self.key: written} if isinstance(written, str) else written

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "minLength": 1}, handler(core_schema)]}


_LIMIT = _OrText("that")
_KIND = _OrText("when")


class CalendarTable(SourcedTable):
    """When subjects are assessed, and when the result is published."""

    assessed: Literal["daily", "month-end", "day-of-month"] = Field(
        description="The days of assessment."
    )
    day: int | None = Field(
        default=None, ge=1, le=28, description='Of "day-of-month": which day of the month.'
    )
    months: list[Annotated[int, Field(ge=1, le=12)]] | None = Field(
        default=None,
        min_length=1,
        description='Of "day-of-month": of which months, 1 to 12; of every month where left out.',
    )
    published_before_day: int | None = Field(
        default=None, ge=2, le=28, description="Published before this day of the next month."
    )


class WindowTable(SourcedTable):
    """Days looked back on, ending on the as-of day, both ends included."""

    days: int | None = Field(default=None, ge=1, le=3660, description="So many days.")
    months: int | None = Field(
        default=None,
        ge=1,
        le=120,
        description="So many months: six to 31 July begin on 1 February.",
    )
    calendar: Literal["month"] | None = Field(
        default=None, description="The calendar month, from its first day on: calendar = 'month'."
    )
    choose: list[list[Sentence]] | None = Field(
        default=None,
        min_length=2,
        description="Windows to choose from, each with a condition on measures, the last without: "
        'choose = [["month", "sold_in_month >= 60"], ["quarter"]].',
    )
    every_day: Literal[True] | None = Field(
        default=None, alias="all", description="All days up to the as-of day: all = true."
    )


class CollapseTable(SourcedTable):
    """Repeats that count once, or a few times."""

    per: list[Written] = Field(
        min_length=1,
        description="Rows alike in all of these are repeats: columns, ten_days(day), month(day).",
    )
    by: Name = Field(description="The day by which one is the first or the last of them.")
    keep: Keep = Field(description="Which of them count: the first, or the last.")
    at_most: int = Field(default=1, ge=1, le=1000, description="How many of them count.")
    apart_days: int | None = Field(
        default=None,
        ge=1,
        le=3660,
        description="The first counts, and then each that comes so many days or more after the "
        "last one that counts.",
    )


class RowsTable(SourcedTable):
    """Rows of account: what can be counted."""

    kind: Literal["order", "line", "violation", "message", "finding", "account", "standing"] = (
        Field(
            alias="from",
            description="A kind of row: order, line (a listing within an order), violation, "
            "message (a thread), finding (about a buyer, decided and not overturned), account "
            "(of a buyer), or standing (a day, as another rulebook scores it).",
        )
    )
    rulebook: Sentence | None = Field(
        default=None, description='Of from = "standing": the bundled rulebook that scores the days.'
    )
    where: Written | None = Field(default=None, description="Only rows for which this holds.")
    collapse: CollapseTable | None = Field(
        default=None, description="Repeats that count once; told by what they have in common."
    )


class ExcludeTable(SourcedTable):
    """Rows that do not count: excluded by a decision (`reason`), or by a condition (`when`)."""

    id: Name = Field(description="The exclusion's name in the output.")
    reason: Sentence | None = Field(
        default=None,
        description="Rows of orders, or of buyers, that a decision excludes for this reason.",
    )
    when: Written | None = Field(default=None, description="Rows for which this holds.")
    because: Sentence = Field(description="Why, in a sentence.")
    seen_as: ExclusionClass = Field(
        default="decision",
        alias="class",
        description="What a seller is told of it: decision, incident, order protection, "
        "feedback removed, rule (nobody decided).",
    )
    rows: list[Name] | None = Field(
        default=None, min_length=1, description="Sets of rows that it looks at; all, unless named."
    )
    leaves: list[Sentence] | None = Field(
        default=None,
        min_length=1,
        alias="from",
        description="Measures, or kinds ('bad.unsold'), that it takes a row out of; everything, "
        "unless named.",
    )


class KindTable(SourcedTable):
    """One of the ways in which a row can meet a measure, with a source of its own."""

    when: Written = Field(description="The condition.")


class LimitedTable(SourcedTable):
    """How much of a sum those alike can make."""

    per: list[Written] = Field(
        min_length=1,
        description="Rows alike in all of these are limited together: columns, ten_days(day), "
        "month(day).",
    )
    by: Name = Field(description="The day by which the limit is reached: it cuts what is later.")
    range: list[int] = Field(
        min_length=2, max_length=2, description="The least and the most that they add up to."
    )


class MeasureTable(SourcedTable):
    """A subset of rows, counted per subject."""

    of: Name = Field(description="A set of rows, or a measure, whose conditions hold here too.")
    when: Written | None = Field(default=None, description="Only rows for which this holds.")
    kinds: dict[Name, Annotated[KindTable, BeforeValidator(_KIND.table), _KIND]] = Field(
        default_factory=dict,
        alias="any",
        description="Named conditions, of which one or more must hold; all that hold are told.",
    )
    window: Name | None = Field(
        default=None, description="Which window 'within' means; with one window it is implied."
    )
    distinct: str | None = Field(
        default=None, description="Count the different values of this column instead of rows."
    )
    sum: Written | None = Field(
        default=None, description="Add up this quantity of each row instead of counting rows."
    )
    limited: LimitedTable | None = Field(
        default=None,
        description="Keep what rows alike add up to within a range: "
        'limited = { per = ["buyer_id", "month(closed_on)"], by = "closed_on", range = [-6, 6] }.',
    )


class IndicatorTable(SourcedTable):
    """A number made of measures: one of `ratio`, `count`, `mean` and `is`."""

    ratio: list[Name] | None = Field(
        default=None,
        min_length=2,
        max_length=2,
        description="Numerator and denominator, two measures.",
    )
    count: Name | None = Field(default=None, description="One measure: its count, or its sum.")
    mean: Name | None = Field(
        default=None,
        description="One measure with a sum: that divided by the rows where it is known.",
    )
    formula: Written | None = Field(
        default=None,
        alias="is",
        description="A number calculated from others, such as (a + b) / 2; to six decimals.",
    )
    better: Better = Field(description="Whether lower or higher is better, or neither.")
    subset: bool = Field(
        default=True, description="false where the numerator is no part of the denominator."
    )
    not_assessed_if: Written | None = Field(
        default=None, description="A condition on measures under which the ratio says too little."
    )
    if_not_assessed: IfNotAssessed | None = Field(
        default=None,
        description="What a limit on the ratio makes of it where it is not assessed, or has "
        "nothing to divide by: passes, fails, or not graded.",
    )


class PeersTable(SourcedTable):
    """Whom a subject is compared with: those that sell most in the same category, say."""

    of: Name = Field(description="The measure whose rows say where a subject belongs.")
    most: Written = Field(description="A quantity of each row; where most of it lies, there.")
    groups: list[Name] = Field(
        min_length=1, description="Columns of those rows, the nearest first; then everybody."
    )
    at_least: int = Field(
        ge=1, description="The fewest members of a group, of those assessed; else the next."
    )


class PointsTable(SourcedTable):
    """A number turned into points."""

    value: Written = Field(alias="is", description="The number.")
    curve: list[CurveStep] = Field(
        default_factory=list,
        description="Values with the points they are worth, in rising order: in proportion "
        "between them, flat outside. A value may be an expression in quotes.",
    )
    if_not_assessed: int | Decimal | None = Field(
        default=None, description="The points where the number is not assessed."
    )


class LookupTable(SourcedTable):
    """A table over whole numbers, worked out when the rulebook is read."""

    ends: list[int] = Field(
        min_length=2,
        max_length=2,
        alias="for",
        description="The first and the last whole number that it has a value for; beyond them "
        "the end value holds.",
    )
    formula: Written = Field(
        alias="is",
        description="The value at x, rounded to a whole number: + - * /, power(x, y), ln(x), "
        "exp(x), such as 1000000 * power(0.5, x / 180).",
    )


class ScoreCapTable(SourcedTable):
    """What the score is at most, while something is so."""

    condition: Written = Field(alias="if", description="When it holds.")
    at_most: int | Decimal = Field(description="The most that the score can be then.")
    because: Sentence = Field(description="Why, in a sentence.")


class IntervalTable(_Table):
    """How far from the score it could be, were more known."""

    half_width: Written = Field(
        description="How far to either side, such as 200 / (completed + 5); kept within the range."
    )


class ScoreTable(SourcedTable):
    """The sum of the points."""

    formula: Written | None = Field(
        default=None, alias="is", description="Instead of the sum: a formula of points."
    )
    range: list[int | Decimal] = Field(
        min_length=2, max_length=2, description="The least and the most that it can be."
    )
    decimals: int = Field(default=2, ge=0, le=6, description="Decimals that are shown.")
    not_assessed_if: Written | None = Field(
        default=None, description="Who has no score, and no points: a condition on measures."
    )
    cap: list[ScoreCapTable] = Field(
        default_factory=list, description="What it is at most, while something is so."
    )
    interval: IntervalTable | None = Field(
        default=None, description="How far from it the score could be, were more known."
    )


class NotGradedTable(SourcedTable):
    """No grade, and why."""

    id: Name = Field(description="The reason's name in the output.")
    condition: Written = Field(alias="if", description="When it applies.")
    because: Sentence = Field(description="The reason in a sentence.")


class LimitTable(SourcedTable):
    """One condition of a grade, with a source or an exception of its own."""

    that: Written = Field(description="The condition.")
    unless: Written | None = Field(
        default=None, description="Where this holds the limit counts as met."
    )


class GradeTable(SourcedTable):
    """A named outcome; the first whose limits all hold is the grade."""

    name: Sentence = Field(max_length=60, description="The grade's name.")
    limits: list[Annotated[LimitTable, BeforeValidator(_LIMIT.table), _LIMIT]] = Field(
        default_factory=list, alias="all", description="Its limits; the last grade has none."
    )


class GradesTable(SourcedTable):
    """Grades by one number: a ladder of its values, each from so much up."""

    by: Name = Field(description="The indicator, or measure, by which the grade is told.")
    steps: list[Step] = Field(
        min_length=2,
        description="The grades, lowest first, each with where it begins: "
        '[["none", "-"], ["medal 1", 3], …]. The first takes everything below the second.',
    )


class SanctionTable(SourcedTable):
    """What happens where a total is reached, and for how long."""

    does: str = Field(
        pattern=WORDS_PATTERN, max_length=40, description="The kind of sanction, such as freeze."
    )
    days: int | None = Field(
        default=None,
        ge=1,
        le=3660,
        description="So many days, from that of the entry on; without it, until a person ends it.",
    )
    automatic: bool = Field(
        default=False,
        description="true where it takes effect by itself; else it is proposed, and waits for a "
        "person.",
    )


class RungTable(SanctionTable):
    """A rung of a ladder."""

    at: int | Decimal = Field(description="The total at which it is reached, from below.")


class EveryTable(SanctionTable):
    """The same sanction at every multiple of a total."""

    of: int | Decimal = Field(description="At this total, and at each further multiple of it.")


class LadderTable(SourcedTable):
    """Sanctions that entries lead to, by the total of a measure."""

    climbs: Name = Field(
        description="The measure of violations whose total climbs: each entry adds to it on its "
        "day, and what has left the window no longer counts."
    )
    unit: int = Field(
        default=1,
        ge=1,
        le=1_000_000,
        description="How many of what the measure adds up are one on the ladder: 1000 for points, "
        "which are kept in thousandths.",
    )
    rungs: list[RungTable] = Field(
        default_factory=list, description="The sanctions, the lightest first."
    )
    every: EveryTable | None = Field(
        default=None, description="Instead of rungs: one sanction at every multiple of a total."
    )


class EffectTable(SourcedTable):
    """What follows from a standing, besides being told."""

    does: str = Field(
        pattern=NAME_PATTERN,
        max_length=LONGEST_NAME,
        description="The kind of effect: rank, showcase, campaign, warning, restriction, freeze, "
        "closing.",
    )
    condition: Written | None = Field(
        default=None,
        alias="if",
        description="For whom: grade in ('good', 'fair'), score >= 80; of several that do the "
        "same the first that holds is the one. Without it: for everybody.",
    )
    amount: int | Decimal | None = Field(
        default=None,
        description="How much: slots of a showcase; of rank what a listing gains or loses at most.",
    )
    centre: int | Decimal | None = Field(
        default=None,
        description="Of rank: the score at which a listing, like one that nothing is known of, "
        "gains and loses nothing; without it the middle of the scale.",
    )
    days: int | None = Field(
        default=None,
        ge=1,
        le=3660,
        description="So many days, each time that it is assessed; without it, as long as the "
        "standing.",
    )
    automatic: bool | None = Field(
        default=None,
        description="true where it takes effect by itself, false where it is proposed and waits "
        "for a person; left out, what takes something away is proposed.",
    )


class ExampleTable(_Table):
    """A worked example: rows, a day, and what must come out."""

    name: Sentence = Field(description="What it shows.")
    as_of: date = Field(description="The day of assessment.")
    rows: dict[Name, list[Row]] = Field(
        default_factory=dict,
        description="Rows for each set of rows: columns, 'like' (an example_row), 'times', "
        "'exclusion' (a reason for which a decision excludes it).",
    )
    peers: dict[Name, dict[Name, int | Decimal]] = Field(
        default_factory=dict,
        description="What the subject's peers come to, by indicator and function: "
        "peers = { rate = { peer_rate = 0.05 } }.",
    )
    expect: Row = Field(
        description="What must come out: grade, not_graded_because, deciding_limit, measures, "
        "indicators as '7/200' or 'not assessed', and ladders as 'nothing' or "
        "'freeze at 12, 2026-01-05 to 2026-01-11'."
    )


class NotUsedTable(_Table):
    """Something that no number of the rulebook is made of."""

    what: Sentence = Field(description="What it is, in words for whoever is judged.")
    columns: list[str] = Field(
        default_factory=list,
        description='The columns that hold it: of rows, such as "stars", or of facts, such as '
        '"feedback.comment". None where no fact holds it.',
    )


class Document(SourcedTable):
    """A rulebook: what counts, over which days, against which limits."""

    id: str = Field(
        pattern=ID_PATTERN, max_length=60, description='The rulebook\'s name, such as id = "mine"'
    )
    version: date = Field(
        description="The first day on which this edition is in force, such as version = 2026-01-01"
    )
    in_force_until: date | None = Field(default=None, description="The last such day, if known.")
    title: Sentence = Field(
        description='What it is, in a few words, such as title = "Careful sellers"'
    )
    subject: Subject = Field(
        description="Who is assessed: seller, listing, buyer, or a seller within each category "
        '(seller_category, seller_category_l1, seller_category_l2), such as subject = "seller"'
    )
    card: CardPart | None = Field(
        default=None,
        description="The part of a store's card that it tells in a market that published it: "
        "level, daily score, ratings, feedback, violations, category standing.",
    )
    confidence: Confidence = Field(
        description="How sure its numbers are, unless their entry says otherwise: official, copy, "
        'trade, weak, unconfirmed, own design; such as confidence = "own design"'
    )
    law: Sentence | None = Field(
        default=None,
        description='The law profile that it is held to: "eu". What this leaves to a person may '
        "not take effect by itself.",
    )
    not_used: list[NotUsedTable] = Field(
        default_factory=list,
        description="What it does not use, for whoever is judged to read.",
    )
    contest: Sentence | None = Field(
        default=None,
        description="Where, and until when, whoever is judged can contest a result; it stands in "
        "every notice.",
    )
    adding_may_lower: Sentence | None = Field(
        default=None, description="Why one more good row may lower a result, where it may."
    )
    removing_may_lower: Sentence | None = Field(
        default=None,
        description="Why a result may be lower once a bad row is taken out, where it may.",
    )
    calendar: CalendarTable = Field(
        description="Its days of assessment (daily, month-end, or day-of-month), such as "
        'calendar = { assessed = "month-end" }'
    )
    window: dict[Name, WindowTable] = Field(
        min_length=1, description="Days looked back on, such as window.past_90 = { days = 90 }"
    )
    rows: dict[Name, RowsTable] = Field(
        min_length=1,
        description='Rows from which to count, such as rows.orders = { from = "order" }',
    )
    exclude: list[ExcludeTable] = Field(
        default_factory=list, description="Rows that do not count, and why; the first applies."
    )
    measure: dict[Name, MeasureTable] = Field(
        min_length=1,
        description='What is counted, such as measure.bad = { of = "orders", '
        'when = "stars <= 3 and within(feedback_on)" }',
    )
    lookup: dict[Name, LookupTable] = Field(
        default_factory=dict,
        description="Tables over whole numbers, asked as NAME(x) of rows and of subjects.",
    )
    indicator: dict[Name, IndicatorTable] = Field(
        default_factory=dict, description="Numbers made of measures."
    )
    peers: PeersTable | None = Field(
        default=None, description="Whom a subject is compared with, by peer_rate and the like."
    )
    points: dict[Name, PointsTable] = Field(
        default_factory=dict, description="Numbers turned into points, which the score adds up."
    )
    score: ScoreTable | None = Field(default=None, description="The sum of the points.")
    not_graded: list[NotGradedTable] = Field(
        default_factory=list, description="When there is no grade, and why; the first applies."
    )
    grade: list[GradeTable] = Field(
        default_factory=list,
        description='The grades, best first, such as grade = [{ name = "good", '
        'all = ["bad < 5"] }, { name = "fail" }]',
    )
    grades: GradesTable | None = Field(
        default=None, description="Instead of 'grade': grades by one number, in steps."
    )
    ladder: dict[Name, LadderTable] = Field(
        default_factory=dict, description="Sanctions that violations lead to, by their total."
    )
    effect: list[EffectTable] = Field(
        default_factory=list,
        description="What follows from a grade or a score, such as "
        'effect = [{ if = "grade = \'good\'", does = "showcase", amount = 3, days = 7 }]',
    )
    because: dict[Name, Sentence] = Field(
        default_factory=dict, description="A sentence for a kind; {column} stands for a value."
    )
    example_row: dict[Name, Row] = Field(
        default_factory=dict, description="Rows that examples start from."
    )
    example: list[ExampleTable] = Field(default_factory=list, description="Worked examples.")
