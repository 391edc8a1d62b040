"""The statement of reasons in a notice: what, by which rules, what decided, where to contest it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodstanding.effects.falls import fall_told, is_fall
from goodstanding.effects.listing import EffectTold
from goodstanding.explanation.figures import figure, limits_of
from goodstanding.expressions.nodes import names_in
from goodstanding.rulebook.effect_kinds import EFFECT_KINDS
from goodstanding.rulebook.english import Words, clause, label
from goodstanding.rulebook.model import DOUBTFUL

if TYPE_CHECKING:
    from datetime import date

    from goodstanding.effects.writing_notices import NoticeKind
    from goodstanding.rulebook.model import Expression, Limit, Rulebook

# Where a rulebook does not say where to contest a result: its own `contest` is better.
CONTEST = (
    "Ask the marketplace that applies these rules to look at it again; it can show every order "
    "behind it."
)
_ENDED = {
    "time": "its last day is past",
    "standing": "the standing no longer leads to it",
    "replaced": "another takes its place",
    "restated": "the standing that led to it was corrected",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTold:
    """A number that decided: numerator and denominator (None for a count), and as it is read."""

    name: str
    numerator: int
    denominator: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a notice is about: the result and the one before, as kept, and the effect."""

    kind: NoticeKind
    rulebook: Rulebook
    as_of: date
    about_on: date
    result: Mapping[str, Any] | None
    before: Mapping[str, Any] | None
    effect: EffectTold | None


def figures(matter: Matter) -> tuple[FigureTold, ...]:
    """Return the numbers in whatever decided: the limit, the condition, or the ladder's total."""
    said = None if matter.result is None else matter.result["indicators"]
    is_over_by_time = matter.effect is not None and matter.effect.ended_because == "time"
    if said is None or is_over_by_time:
        return ()
    found = []
    for name in _deciding_names(matter):
        indicator = matter.rulebook.indicators.get(name)
        if indicator is None or name not in said or not said[name][2]:
            continue
        top, bottom, _ = said[name]
        limits = limits_of(matter.rulebook, name)
        value = figure(top, bottom, limits, is_share=indicator.is_share)
        has_parts = indicator.is_share and bottom is not None
        text = (
            f"{label(name)} {top:,}/{bottom:,} = {value}" if has_parts else f"{label(name)} {value}"
        )
        found.append(FigureTold(name=name, numerator=top, denominator=bottom, text=text))
    return tuple(found)


def sentences(matter: Matter, told: Iterable[FigureTold]) -> str:
    """Return the whole statement, in sentences."""
    rulebook = matter.rulebook
    decided = _decided(matter)
    arithmetic = "; ".join(each.text for each in told)
    parts = [
        _what(matter),
        *_fall(matter),
        f"What decided: {decided}." if decided else "",
        f"The figures: {arithmetic}." if arithmetic else "",
        _doubt(matter),
        f"The rules: {rulebook.title} ({_edition(rulebook)}), as of {matter.as_of}.",
        f"To contest it: {rulebook.contest or CONTEST}",
    ]
    return " ".join(part for part in parts if part)


def _doubt(matter: Matter) -> str:
    """Say of a rule that nobody confirmed that it is so, as every output does."""
    confidence = None
    if matter.effect is not None:
        confidence = matter.effect.confidence
    elif (limit := _limit(matter)) is not None:
        confidence = limit.origin.confidence
    return f"How sure this rule is: {confidence}." if confidence in DOUBTFUL else ""


def _fall(matter: Matter) -> Iterable[str]:
    """Return what a buyer is told of a fall below a band; nothing where it is none."""
    result, before = matter.result, matter.before
    is_of_effect = matter.effect is not None
    if result is None or before is None or is_of_effect:
        return ()
    fell = is_fall(matter.rulebook, result, before)
    return fall_told(matter.rulebook, result, before) if fell else ()


def _edition(rulebook: Rulebook) -> str:
    return f"{rulebook.id}, version {rulebook.version}"


def _deciding_names(matter: Matter) -> list[str]:
    effect = matter.effect
    if effect is not None and effect.ladder is not None:
        ladder = matter.rulebook.ladders.get(effect.ladder)
        if ladder is None:
            return []
        return [
            indicator.name
            for indicator in matter.rulebook.indicators.values()
            if indicator.count == ladder.climbs
            or (indicator.formula is not None and ladder.climbs in names_in(indicator.formula.node))
        ]
    limit = _limit(matter)
    conditions = [_condition(matter), None if limit is None else limit.that]
    named = (name for each in conditions if each is not None for name in names_in(each.node))
    return list(dict.fromkeys(named))


def _limit(matter: Matter) -> Limit | None:
    """Return the limit that decided a result: the first that keeps it from a better grade."""
    written = None if matter.result is None else matter.result["deciding_limit"]
    limits = (limit for grade in matter.rulebook.grades for limit in grade.limits)
    return next((limit for limit in limits if limit.that.text == written), None)


def _condition(matter: Matter) -> Expression | None:
    """Return the condition by which an effect follows from a result; None of a sanction."""
    effect = matter.effect
    if effect is None:
        return None
    alike = [
        each
        for each in matter.rulebook.effects
        if (each.does, each.amount) == (effect.does, effect.amount)
    ]
    return alike[0].condition if len(alike) == 1 else None


def _decided(matter: Matter) -> str:
    words = Words(ratios=frozenset(i.name for i in matter.rulebook.indicators.values() if i.ratio))
    effect, result = matter.effect, matter.result
    if effect is not None and effect.ladder is not None:
        return f"the total of '{label(effect.ladder)}' reached {effect.at:g}"
    if effect is not None and matter.kind in {"started", "proposed"}:
        condition = _condition(matter)
        return "" if condition is None else clause(condition.node, words)
    if result is None or effect is not None:
        return ""
    reason = result["not_graded_because"]
    if reason is not None:
        entries = (each for each in matter.rulebook.not_graded if each.id == reason)
        return next((each.because.rstrip(".") for each in entries), label(reason))
    limit = _limit(matter)
    return (
        "" if limit is None else f"for a better one it lacks this: {clause(limit.that.node, words)}"
    )


def _what(matter: Matter) -> str:
    if matter.effect is not None:
        return _of_effect(matter, matter.effect)
    now, before = _grade(matter.result), _grade(matter.before)
    if matter.kind == "falling":
        return (
            f"As things stand, the grade of {matter.about_on} would be {now}; until then it is "
            f"{before}."
        )
    if matter.kind == "restated":
        if now == before:
            return f"Corrected: the result published of {matter.as_of}; the grade stays {now}."
        return f"Corrected: the grade of {matter.as_of} is {now}; published was {before}."
    if matter.before is None:
        return f"The grade of {matter.as_of} is {now}."
    return f"The grade of {matter.as_of} is {now}; before it was {before}."


def _grade(result: Mapping[str, Any] | None) -> str:
    return "none" if result is None or result["grade"] is None else str(result["grade"])


def _of_effect(matter: Matter, effect: EffectTold) -> str:
    what = effect.what[0].upper() + effect.what[1:]
    if effect.ladder is None and effect.amount is None:
        what += f" ({EFFECT_KINDS[effect.does].meaning})"
    days = f"from {effect.from_on} on"
    if effect.until_on is not None:
        days = f"{effect.from_on} to {effect.until_on}"
    if matter.kind == "proposed":
        return f"{what}, {days}, is proposed. It waits for a person to decide."
    if matter.kind == "started":
        who = "a person decided" if effect.is_proposed else "it takes effect by itself"
        return f"{what}, {days}: {who}."
    because = _ENDED.get(effect.ended_because or "", "a person decided so")
    was_approved = effect.decided_by is not None and effect.status != "declined"
    if effect.is_proposed and not was_approved:
        return f"{what}, which was proposed, does not take effect, since {because}."
    return f"{what}: over from {matter.about_on} on, since {because}."
