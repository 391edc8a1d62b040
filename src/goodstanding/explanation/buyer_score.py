"""A buyer's score: each factor with its arithmetic, what would raise it, and how it moved."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from goodstanding.assessment.calculating import LOWER, UPPER
from goodstanding.assessment.millionths import MILLION
from goodstanding.explanation import buyer_trials
from goodstanding.explanation.buyer_answer import Factor, HeldBack, Improvement, Move, ScoreTold
from goodstanding.explanation.buyer_moves import Stood, moves_between, stood, stood_before
from goodstanding.explanation.buyer_trials import Trial, Trials
from goodstanding.explanation.caps import caps_told
from goodstanding.explanation.clean_rows import CLEAN_EDITS
from goodstanding.explanation.figures import decimals, whole
from goodstanding.explanation.layout import counted
from goodstanding.explanation.limits import why_not_graded
from goodstanding.explanation.subject_market import kept_rows, subject_market
from goodstanding.expressions.nodes import names_in
from goodstanding.rulebook.english import label

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database
    from goodstanding.explanation.buyer_answer import Standing
    from goodstanding.explanation.scenarios import Judged
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Points, Rulebook

BACK = (1, 30)  # days before the as-of day with which the score is compared
LATER = (30, 90, 180)  # days of nothing but time that are tried
_ORDERS = 50  # that are tried one by one
_FAULTY = ("dispute_opened_on", "refunded_on", "charged_back_on", "cancelled_on", "unpaid_on")
_FINDING = "A finding about your conduct, which was decided and not overturned."
_MENDED = frozenset[str]().union(*(edit.mends for edit in CLEAN_EDITS))


@dataclass(frozen=True, slots=True, kw_only=True)
class CanDo:
    """What a buyer can do now: orders that want feedback, and questions of sellers; by number."""

    feedback: Mapping[int, str]
    questions: Sequence[int]


def score_told(
    database: Database, settings: Settings, question: Question, can_do: CanDo
) -> ScoreTold | None:
    """Return the score of the buyer that a question names; None for one who has none.

    Raises `SubjectUnknown` for one of whom the market has not heard by the day.
    """
    rulebook = question.rulebook
    with subject_market(database, settings, question) as market:
        now = stood(market)
        if now is None:
            return None
        trials = Trials(market)
        (start,) = trials.judged([Trial(has_rows=False)])
        factors = tuple(_factors(rulebook, now.judged, start))
        gains = sorted(_improvements(market, now, can_do, trials), key=lambda each: -each.gain)
        held_back = sorted(_held_back(market, now, trials), key=lambda each: (-each.gain, each.id))
        moves = tuple(_moves(market, now))  # the last: it leaves the rows of another day
    lower, upper = _interval(rulebook, now.judged)
    return ScoreTold(
        rulebook=rulebook.id,
        version=rulebook.version,
        title=rulebook.title,
        score=now.score / MILLION,
        lower=lower,
        upper=upper,
        start=_score(start),
        band=_band(rulebook, now.judged),
        no_band_because=_no_band(rulebook, now.judged),
        factors=factors,
        caps=caps_told(rulebook, now.judged),
        most_to_gain=_most_to_gain(factors),
        improvements=tuple(gains),
        held_back=tuple(held_back),
        moves=moves,
        counts=tuple(_counts(rulebook)),
        contest=rulebook.contest,
    )


def _interval(rulebook: Rulebook, judged: Judged) -> tuple[float | None, float | None]:
    """Return between what the score could as well be; None of both where nothing says so."""
    if rulebook.score is None or rulebook.score.half_width is None:
        return None, None
    return judged[LOWER] / MILLION, judged[UPPER] / MILLION


def _factors(rulebook: Rulebook, judged: Judged, start: Judged) -> Iterator[Factor]:
    for points in rulebook.points.values():
        own, first = (each[f"{points.name}__numerator"] for each in (judged, start))
        if own is None:
            continue
        made_of = {name: _value(rulebook, judged, name) for name in names_in(points.value.node)}
        most = None if points.most is None else float(points.most)
        yield Factor(
            name=points.name,
            points=own / MILLION,
            most=most,
            lost=0.0 if points.most is None else float(points.most - Fraction(own, MILLION)),
            start=None if first is None else first / MILLION,
            standing=_standing(own, first),
            formula=points.value.text,
            made_of=made_of,
            text=_arithmetic(points, own, made_of),
            note=points.origin.note,
            confidence=points.origin.confidence,
        )


def _standing(own: int, first: int | None) -> Standing:
    if first is None or own == first:
        return "as at the start"
    return "helped" if own > first else "held back"


def _value(rulebook: Rulebook, judged: Judged, name: str) -> float | None:
    """Return a number that points are made of: a count, a sum, or an indicator's value."""
    if name in rulebook.measures:
        found: float | None = judged[name]
        return found
    indicator = rulebook.numbers.get(name)
    if indicator is None:
        return None
    top = judged[f"{name}__numerator"]
    if top is None or not judged[f"{name}__is_assessed"]:
        return None
    bottom = judged[f"{name}__denominator"] if indicator.is_pair else 1
    if indicator.formula is not None:
        bottom = MILLION
    return float(Fraction(top, bottom)) if bottom else None


def _arithmetic(points: Points, own: int, made_of: Mapping[str, float | None]) -> str:
    most = "" if points.most is None else f" of {decimals(points.most)}"
    said = ", ".join(
        f"{label(name)} {'not known' if value is None else _written(value)}"
        for name, value in made_of.items()
    )
    made = f" = {points.value.text}, with {said}" if said else ""
    return f"{decimals(Fraction(own, MILLION))}{most}{made}"


def _written(value: float) -> str:
    exact = Fraction(str(value))
    return whole(int(exact)) if exact.denominator == 1 else decimals(exact)


def _score(judged: Judged) -> float | None:
    own = judged["score__numerator"]
    return None if own is None else own / MILLION


def _band(rulebook: Rulebook, judged: Judged) -> str | None:
    place = judged["grade__place"]
    return None if place is None else rulebook.grades[place].name


def _no_band(rulebook: Rulebook, judged: Judged) -> str | None:
    if not rulebook.grades or judged["grade__place"] is not None:
        return None
    return why_not_graded(rulebook, judged)


def _most_to_gain(factors: Sequence[Factor]) -> str | None:
    most = max(factors, key=lambda each: each.lost, default=None)
    return None if most is None or most.lost <= 0 else most.name


def _improvements(
    market: SubjectMarket, now: Stood, can_do: CanDo, trials: Trials
) -> Iterator[Improvement]:
    """Yield what would raise the score, each applied to the rows and assessed."""
    as_of = market.question.as_of
    tried = dict(_tried(as_of, can_do))
    results = dict(zip(tried, trials.judged([*tried.values()]), strict=True))
    for later in LATER:
        (result,) = trials.judged([Trial()], as_of + timedelta(days=later))
        results[f"{later} days go by, and nothing else happens"] = result
    for what, result in results.items():
        score = result["score__numerator"]
        if score is not None and score > now.score:
            yield Improvement(
                what=what,
                score=score / MILLION,
                gain=(score - now.score) / MILLION,
                band=_band(market.question.rulebook, result),
            )


def _tried(as_of: date, can_do: CanDo) -> Iterator[tuple[str, Trial]]:
    named = list(can_do.feedback.items())
    for number, order_id in named[:5]:
        yield f"you give feedback on order {order_id}", buyer_trials.feedback_given([number], as_of)
    if len(named) > 1:
        what = f"you give feedback on all {len(named)} orders that wait for it"
        yield what, buyer_trials.feedback_given(can_do.feedback, as_of)
    if can_do.questions:
        what = f"you answer {counted(len(can_do.questions), 'question')} of sellers"
        yield what, buyer_trials.questions_answered(can_do.questions, as_of)
    for number in (1, 3):
        orders = "one more order goes well" if number == 1 else f"{number} more orders go well"
        each = "the seller is another each time" if number > 1 else "the seller is another"
        plain = buyer_trials.further_orders(number, as_of, has_feedback=False)
        yield f"{orders}; {each}", plain
        given = buyer_trials.further_orders(number, as_of, has_feedback=True)
        yield f"{orders}, and you give feedback; {each}", given


def _held_back(market: SubjectMarket, now: Stood, trials: Trials) -> Iterator[HeldBack]:
    """Yield what counts against the buyer: each is tried as if it had gone well, or was not."""
    tried: dict[tuple[str, str], Trial] = {}
    for row in now.rows:
        if row.about == "order":
            tried[row.key] = Trial(mends=_MENDED, of=frozenset({row.number}))
        else:
            tried[row.key] = Trial(dropped={row.about: frozenset({row.number})})
    faulty = _faulty(market)
    asked = [key for row in now.rows if (key := row.key)[0] != "order" or row.number in faulty][
        :_ORDERS
    ]
    results = trials.judged([tried[key] for key in asked])
    rows = {row.key: row for row in now.rows}
    for key, result in zip(asked, results, strict=True):
        score = result["score__numerator"]
        if score is None or score <= now.score:
            continue
        fell = [each for each in rows[key].met if result[each.measure] < now.judged[each.measure]]
        reasons = [kind.sentence for each in fell for kind in each.kinds]
        if key[0] == "finding":
            reasons = [_FINDING]
        yield HeldBack(
            about=key[0],
            id=key[1],
            reasons=tuple(dict.fromkeys(reasons or (label(each.measure) for each in fell))),
            clears_on=max((each.leaves_on for each in fell), default=None),
            gain=(score - now.score) / MILLION,
        )


def _faulty(market: SubjectMarket) -> frozenset[int]:
    """Return the orders that did not go as orders do: disputed, refunded, called off, unpaid."""
    found: set[int] = set()
    for kind in market.kinds:
        columns = [name for name in _FAULTY if kind.has(name)]
        if kind.is_of_orders and columns:
            met = " or ".join(f"{name} is not null" for name in columns)
            rows = market.database.rows(f"select order_id from {kept_rows(kind)} where {met}")
            found.update(number for (number,) in rows)
    return frozenset(found)


def _moves(market: SubjectMarket, now: Stood) -> Iterator[Move]:
    """Yield how the score came from what it was on days before, by what is known now."""
    for back in BACK:
        day = market.question.as_of - timedelta(days=back)
        then = stood_before(market, day)
        if then is not None:
            yield moves_between(market.question.rulebook, then, now, since=day)


def _counts(rulebook: Rulebook) -> Iterator[str]:
    """Yield what counts: each part of the score, how much it can be, and its remark."""
    for points in rulebook.points.values():
        most = "" if points.most is None else f", up to {decimals(points.most)} points"
        note = "" if points.origin.note is None else f": {points.origin.note}"
        yield f"{label(points.name)}{most}{note}"
