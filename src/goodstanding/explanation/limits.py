"""The limits of every grade with their arithmetic, and the result in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from goodstanding.assessment.judging import guarded_flag, limit_flag, required
from goodstanding.assessment.millionths import MILLION
from goodstanding.explanation.answer import Arithmetic, LimitTold, Outcome
from goodstanding.explanation.figures import calculated, decimals, figure, limits_of, whole
from goodstanding.expressions.nodes import Compare, Name, Node, Number, names_in
from goodstanding.expressions.writing import write, write_number
from goodstanding.rulebook.english import counted_label, label, ordinal
from goodstanding.rulebook.model import Indicator, Limit, Rulebook
from goodstanding.rulebook.scopes import scale_of

# One row of the step `results`: a subject with all its numbers, flags and the grade.
Judged = Mapping[str, Any]
_ASKED = {
    "<": "below {}",
    "<=": "at most {}",
    ">": "above {}",
    ">=": "at least {}",
    "=": "exactly {}",
    "<>": "anything but {}",
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def indicators_told(rulebook: Rulebook, judged: Judged) -> tuple[Arithmetic, ...]:
    """Return every indicator as its arithmetic, in the rulebook's order."""
    return tuple(_indicator(rulebook, i, judged) for i in rulebook.indicators.values())


def limits_told(rulebook: Rulebook, judged: Judged) -> tuple[LimitTold, ...]:
    """Return every limit of every grade, best grade first, as it turned out."""
    return tuple(
        _told(rulebook, judged, g, i)
        for g, grade in enumerate(rulebook.grades)
        for i in range(len(grade.limits))
    )


def asked_of(limit: Limit) -> str:
    """Return what a limit asks for: below 3.5 %, or the whole condition where it is no bound."""
    bound = _bound(limit.that.node)
    text = limit.that.text if bound is None else _ASKED[bound[0]].format(_number(bound[1]))
    return text if limit.unless is None else f"{text}, unless {limit.unless.text}"


def _number(number: Number) -> str:
    """Write a number that a limit asks for, with its thousands apart."""
    is_whole = number.value.denominator == 1 and not number.is_percent
    return whole(number.value.numerator) if is_whole else write(number)


def limit_in_words(limit: Limit) -> str:
    """Return a limit as words: bad experience rate below 3.5 %."""
    node = limit.that.node
    if _bound(node) is None:
        return asked_of(limit)
    return f"{' '.join(map(label, names_in(node)))} {asked_of(limit)}"


def why_not_graded(rulebook: Rulebook, judged: Judged) -> str:
    """Return the sentence for why there is no grade."""
    reason = judged["reason__not_graded"]
    for entry in rulebook.not_graded:
        if entry.id == reason:
            return entry.because
    for indicator in required(rulebook):
        if not judged[f"{indicator.name}__is_assessed"]:
            return f"{_indicator(rulebook, indicator, judged).text}."
    raise ValueError(f"no reason '{reason}' in rulebook {rulebook.id}")


def grade_sentence(rulebook: Rulebook, judged: Judged, limits: tuple[LimitTold, ...]) -> str:
    """Say what the result is, and what decided it."""
    if not rulebook.grades:
        told = "; ".join(each.text for each in indicators_told(rulebook, judged))
        return " ".join([*score_sentence(rulebook, judged), f"{told}."])
    place = judged["grade__place"]
    if place is None:
        return f"Not graded: {why_not_graded(rulebook, judged)}"
    names = rulebook.grade_names
    text = f"The grade is {names[place]}, {_position(place, len(names))}."
    deciding = next((limit for limit in limits if limit.is_deciding), None)
    if deciding is None:
        return text
    return f"{text} What keeps it from {deciding.grade}: {deciding.sentence}."


def score_sentence(rulebook: Rulebook, judged: Judged) -> list[str]:
    """Say the score and between what it can lie; nothing where a rulebook has none."""
    score = rulebook.score
    if score is None:
        return []
    value = judged["score__numerator"]
    if value is None:
        return ["There is no score, since something that it is made of was not assessed."]
    ends = f"from {write_number(score.least)} to {write_number(score.most)}"
    return [f"The score is {decimals(Fraction(value, MILLION))}, which can be {ends}."]


def _position(place: int, count: int) -> str:
    if count == 1:
        return "the only one"
    if place in {0, count - 1}:
        return f"the {'best' if place == 0 else 'last'} of {count}"
    return f"the {ordinal(place + 1)} of {count}"


def _told(rulebook: Rulebook, judged: Judged, g: int, i: int) -> LimitTold:
    grade = rulebook.grades[g]
    limit = grade.limits[i]
    outcome: Outcome = "met" if judged[limit_flag(g, i)] else "missed"
    if outcome == "met" and judged[guarded_flag(g, i)]:
        outcome = "met untested"
    arithmetic = tuple(_numbers(rulebook, limit, judged))
    if any(_settles_nothing(rulebook, part) for part in arithmetic):
        outcome = "not tested"
    worked = "; ".join(part.text for part in arithmetic) or limit.that.text
    asked = asked_of(limit)
    place = judged["grade__place"]
    return LimitTold(
        grade=grade.name,
        limit=limit.that.text,
        outcome=outcome,
        arithmetic=arithmetic,
        asked=asked,
        sentence=f"{worked}, limit {asked}",
        source=limit.origin.source,
        confidence=limit.origin.confidence,
        note=limit.origin.note,
        is_deciding=place == g + 1 and judged["limit__deciding"] == i,
    )


def _settles_nothing(rulebook: Rulebook, part: Arithmetic) -> bool:
    """Say whether a number was not assessed, and its rulebook grades nobody then."""
    if part.is_assessed:
        return False
    return rulebook.numbers[part.name].if_not_assessed == "not graded"


def _numbers(rulebook: Rulebook, limit: Limit, judged: Judged) -> Iterator[Arithmetic]:
    named = names_in(limit.that.node)
    if limit.unless is not None:
        named += names_in(limit.unless.node)
    for name in dict.fromkeys(named):
        if name in rulebook.numbers:
            yield _indicator(rulebook, rulebook.numbers[name], judged)
        else:
            yield _count(name, name, judged[name])


def _indicator(rulebook: Rulebook, indicator: Indicator, judged: Judged) -> Arithmetic:
    if indicator.count is not None:
        return _count(indicator.name, indicator.count, judged[f"{indicator.name}__numerator"])
    top, bottom = (judged[f"{indicator.name}__{part}"] for part in ("numerator", "denominator"))
    is_assessed = judged[f"{indicator.name}__is_assessed"]
    if indicator.formula is not None:
        return _calculated(rulebook, indicator, top)
    text = _quotient(rulebook, indicator, top, bottom)
    if is_assessed:
        limits = limits_of(rulebook, indicator.name)
        text += f" = {figure(top, bottom, limits, is_share=indicator.is_share)}"
    else:
        text += f": {_why_not_assessed(indicator, bottom)}"
    return Arithmetic(
        name=indicator.name,
        numerator=top,
        denominator=bottom,
        is_assessed=is_assessed,
        text=text,
    )


def _calculated(rulebook: Rulebook, indicator: Indicator, top: int | None) -> Arithmetic:
    name = label(indicator.name)
    told = "not assessed, since something that it is made of was not"
    if top is not None:
        told = calculated(top, limits_of(rulebook, indicator.name))
    return Arithmetic(
        name=indicator.name,
        numerator=top or 0,
        denominator=MILLION,
        is_assessed=top is not None,
        text=f"{name} {told}" if top is not None else f"{name}: {told}",
    )


def _quotient(rulebook: Rulebook, indicator: Indicator, top: int, bottom: int) -> str:
    if indicator.ratio is not None:
        over, under = indicator.ratio
        return f"{counted_label(top, over)} / {counted_label(bottom, under)}"
    scale = scale_of(rulebook.measures[indicator.measures[0]], rulebook)
    added = write_number(Fraction(top, scale))
    return f"{label(indicator.name)}: {added} / {whole(bottom // scale)}"


def _why_not_assessed(indicator: Indicator, bottom: int) -> str:
    if not bottom or indicator.not_assessed_if is None:
        return "nothing to divide by"
    return f"not assessed, since {indicator.not_assessed_if.text}"


def _count(name: str, counted: str, number: int) -> Arithmetic:
    return Arithmetic(
        name=name,
        numerator=number,
        denominator=None,
        is_assessed=True,
        text=counted_label(number, counted),
    )


def _bound(node: Node) -> tuple[str, Number] | None:
    """Return a limit of the form `name < number` as its operator and number."""
    match node:
        case Compare(operator=operator, left=Name(), right=Number() as number):
            return operator, number
        case Compare(operator=operator, left=Number() as number, right=Name()):
            return _MIRRORED.get(operator, operator), number
        case _:
            return None
