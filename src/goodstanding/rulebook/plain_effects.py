"""Write in sentences what follows from a standing: the part of the page about effects."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from goodstanding.expressions.writing import write_number
from goodstanding.rulebook.effect_kinds import EFFECT_KINDS
from goodstanding.rulebook.english import INDENT, Words, clause
from goodstanding.rulebook.lawful import law_of
from goodstanding.rulebook.model import DOUBTFUL, Effect, Rulebook
from goodstanding.rulebook.plain_scores import noted, origin_told


def effects_told(rulebook: Rulebook) -> Iterator[str]:
    """Say what a grade or a score does, to whom, for how long, and who decides."""
    words = Words(ratios=frozenset(i.name for i in rulebook.indicators.values() if i.ratio))
    if any(effect.does != "rank" for effect in rulebook.effects):
        yield (
            "What is published has these effects, from the day after that of the assessment on. Of "
            "several that do the same the first that holds is the one."
        )
    law = law_of(rulebook)
    if law is not None:
        yield (
            f"It is held to the law of {law.title}, as of {law.version}: by itself it does no more "
            f"than {', '.join(sorted(law.by_itself))} ({law.by_itself_because.law}). All else a "
            "person decides."
        )
    if rulebook.contest is not None:
        yield f"To contest a result: {rulebook.contest}"
    for effect in rulebook.effects:
        yield f"- {effect_said(effect, words)} {origin_told(effect.origin)}."
        yield from noted(effect.origin, INDENT)


def effect_said(effect: Effect, words: Words) -> str:
    """Say one effect in a clause: what it does, for whom, how long, and who decides."""
    if effect.does == "rank":
        bound = write_number((effect.amount or Fraction(0)) * 100)
        middle = "" if effect.centre is None else f", and nothing at {write_number(effect.centre)}"
        return (
            f"rank: in search a listing gains or loses up to {bound} % of its relevance, by its "
            f"score{middle}"
        )
    amount = "" if effect.amount is None else f"{write_number(effect.amount)} "
    condition = effect.condition
    whom = "for everybody" if condition is None else f"where {clause(condition.node, words)}"
    lasts = "as long as that is so"
    if effect.days is not None:
        lasts = f"for {effect.days} day{'' if effect.days == 1 else 's'}"
    decided = "" if effect.is_automatic else "; proposed: a person decides"
    meaning = EFFECT_KINDS[effect.does].meaning
    if effect.amount == 1:
        meaning = meaning.replace("slots", "slot", 1)
    return f"{effect.does}: {amount}{meaning}, {lasts}, {whom}{decided}"


def effects_doubted(rulebook: Rulebook, words: Words) -> list[str]:
    """Return the effects that nobody confirmed."""
    return [
        f"- {effect_said(effect, words)} ({effect.origin.confidence})"
        for effect in rulebook.effects
        if effect.origin.confidence in DOUBTFUL
    ]
