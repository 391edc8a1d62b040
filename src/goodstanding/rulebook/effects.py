"""Resolve and check effects: what follows from a grade or a score, besides being told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from goodstanding.errors import near
from goodstanding.expressions.sizes import MILLION
from goodstanding.expressions.types import Kind, Scope, Type
from goodstanding.expressions.writing import write_number
from goodstanding.rulebook.document import EffectTable, SourcedTable
from goodstanding.rulebook.effect_kinds import (
    EFFECT_KINDS,
    LARGEST_BOUND,
    MOST_SLOTS,
    PRICES,
    EffectKind,
)
from goodstanding.rulebook.laws import never
from goodstanding.rulebook.model import Effect, Expression, Origin, Rulebook
from goodstanding.rulebook.notes import Notes, shown
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.scopes import subject_scope

Origins = Callable[[SourcedTable], Origin]
Expressions = Callable[[Path, str | None], Expression | None]


def effect_of(
    place: int, table: EffectTable, origins: Origins, expressions: Expressions, notes: Notes
) -> Effect | None:
    """Return an effect; None where it is not understood, which is noted."""
    path: Path = ("effect", place)
    kind = EFFECT_KINDS.get(table.does)
    if kind is None:
        what, hint = f"{shown(table.does)} is no kind of effect.", near(table.does, _offered())
        if table.does in PRICES:
            what = f"{shown(table.does)}: prices and terms by score are refused in this release."
            hint = "docs/offers.md says what they would have to disclose."
        notes.add((*path, "does"), what, hint)
        return None
    amount = None if table.amount is None else Fraction(table.amount)
    fault = _amount_fault(kind, amount)
    if fault is not None:
        notes.add((*path, *(() if amount is None else ("amount",))), *fault)
        return None
    automatic = table.automatic
    return Effect(
        place=place,
        does=table.does,
        condition=expressions((*path, "if"), table.condition),
        amount=amount,
        centre=None if table.centre is None else Fraction(table.centre),
        days=table.days,
        is_automatic=not kind.is_burden if automatic is None else automatic,
        origin=origins(table),
    )


def _offered() -> list[str]:
    """Return the kinds that no law refuses always."""
    return [code for code in EFFECT_KINDS if code not in never()]


def _amount_fault(kind: EffectKind, amount: Fraction | None) -> tuple[str, str] | None:
    """Say what is wrong with an amount, and what to write; None where nothing is."""
    if kind.counts is None and amount is not None:
        return f"A {kind.code} has no amount.", "Leave 'amount' out."
    if kind.counts is None or _fits(kind, amount):
        return None
    is_bound = kind.counts == "bound"
    hint = "Write amount = 3, say."
    if is_bound:
        hint = "Write amount = 0.05: a listing then gains or loses 5 % of its relevance at most."
    if amount is None:
        asked = "much it can move a listing" if is_bound else f"many {kind.counts}"
        return f"'{kind.code}' does not say how {asked}.", hint
    allowed = "bound from above 0 to 0.2" if is_bound else f"number of slots from 1 to {MOST_SLOTS}"
    return f"{write_number(amount)} is no {allowed}.", hint


def _fits(kind: EffectKind, amount: Fraction | None) -> bool:
    if amount is None:
        return False
    if kind.counts == "bound":
        return 0 < amount <= LARGEST_BOUND
    return amount.denominator == 1 and 1 <= amount <= MOST_SLOTS


def effect_scope(rulebook: Rulebook, broken: Iterable[str] = ()) -> Scope:
    """Return the scope of an effect's `if`: what a result tells.

    That is the grade, the score, points and indicators; no measures, which results do not tell.
    """
    scope = subject_scope(rulebook, broken)
    told = {name: given for name, given in scope.names.items() if name not in rulebook.measures}
    grade = Type(kind=Kind.CODE, codes=rulebook.grade_names, may_be_missing=True)
    if rulebook.grades:
        told["grade"] = grade
    unseen = "An effect follows from what a result tells: show it with an indicator."
    elsewhere = {
        **scope.elsewhere,
        **dict.fromkeys(set(rulebook.measures) - set(told), unseen),
    }
    if not rulebook.grades:
        elsewhere["grade"] = "This rulebook has no grades."
    if rulebook.score is None:
        elsewhere["score"] = "This rulebook has no score."
    return replace(
        scope, called="the grade, the score or an indicator", names=told, elsewhere=elsewhere
    )


def check_effects(rulebook: Rulebook, notes: Notes) -> None:
    """Note effects that cannot happen to whom the rulebook judges, or that say too much."""
    without: set[str] = set()
    for effect in rulebook.effects:
        path: Path = ("effect", effect.place)
        kind = EFFECT_KINDS[effect.does]
        if rulebook.subject not in kind.subjects:
            whom = rulebook.subject_kind.plural
            what = f"'{effect.does}' cannot happen to {whom}."
            fitting = [c for c in _offered() if rulebook.subject in EFFECT_KINDS[c].subjects]
            hint = f"What can: {', '.join(fitting)}." if fitting else "Leave it out."
            notes.add((*path, "does"), what, hint)
        if effect.does in without:
            what = f"An earlier '{effect.does}' without 'if' leaves nobody for this one."
            notes.add(path, what, "Write the one without 'if' last.")
        if effect.condition is None:
            without.add(effect.does)
        if effect.days is not None and rulebook.calendar.assessed == "daily":
            what = "It is assessed every day, so that each day would begin the days anew."
            notes.add((*path, "days"), what, "Leave 'days' out: it holds as long as the standing.")
        if effect.does == "rank":
            _check_rank(path, effect, rulebook, notes)
        elif effect.centre is not None:
            what = f"A {effect.does} has no centre: only 'rank' goes by a score in proportion."
            notes.add((*path, "centre"), what, "Leave 'centre' out.")


def _check_rank(path: Path, effect: Effect, rulebook: Rulebook, notes: Notes) -> None:
    if effect.condition is not None:
        what = "'rank' goes by the score itself, for every listing."
        notes.add((*path, "if"), what, "Leave 'if' out.")
    if not effect.is_automatic:
        what = "'rank' follows the score day by day, and nobody can decide each."
        notes.add((*path, "automatic"), what, "Leave 'automatic' out.")
    if rulebook.subject not in EFFECT_KINDS["rank"].subjects:
        return
    if rulebook.score is None or rulebook.calendar.assessed != "daily":
        what = "'rank' goes by a daily score, and never by a grade of a month."
        hint = 'Write it in a rulebook with a score and calendar = { assessed = "daily" }.'
        notes.add((*path, "does"), what, hint)
        return
    scale, centre = rulebook.score, effect.centre
    if centre is None:
        return
    if not scale.least < centre < scale.most or (centre * MILLION).denominator != 1:
        ends = f"{write_number(scale.least)} and {write_number(scale.most)}"
        what = f"{write_number(centre)} is no centre of a score between {ends}."
        hint = "Name a score between the two, of at most six decimals: that of a listing as usual."
        notes.add((*path, "centre"), what, hint)
