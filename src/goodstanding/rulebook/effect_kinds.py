"""What a standing can do: the kinds of effect that a rulebook may name."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from goodstanding.rulebook.model import Subject

LARGEST_BOUND = Fraction(1, 5)  # of rank: what a listing can gain or lose of its relevance
MOST_SLOTS = 1000  # so that a slip stays a slip

_SELLERS: tuple[Subject, ...] = ("seller",)
_GOODS: tuple[Subject, ...] = ("seller", "listing")
_ALL: tuple[Subject, ...] = ("seller", "listing", "buyer")


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectKind:
    """A kind of effect, and to whom it can happen.

    `counts` says what its `amount` is: `bound` (of a listing's modifier in search, above 0 to
    0.2), `slots` (a whole number from 1), or nothing. A burden takes something away; unless the
    rulebook says otherwise it is proposed, and waits for a person.
    """

    code: str
    meaning: str
    subjects: tuple[Subject, ...]
    counts: Literal["bound", "slots"] | None = None
    is_burden: bool = False


_KINDS = (
    EffectKind(
        code="rank",
        meaning="the place of a listing in search, by its score",
        subjects=("listing",),
        counts="bound",
    ),
    EffectKind(
        code="showcase",
        meaning="slots in the showcase, for listings of its choice",
        subjects=_SELLERS,
        counts="slots",
    ),
    EffectKind(
        code="campaign",
        meaning="may be registered for campaigns of the marketplace",
        subjects=_GOODS,
    ),
    EffectKind(code="warning", meaning="is warned", subjects=_ALL),
    EffectKind(
        code="restriction",
        meaning="may do less than others",
        subjects=_ALL,
        is_burden=True,
    ),
    EffectKind(
        code="freeze",
        meaning="is out of use for a while",
        subjects=_ALL,
        is_burden=True,
    ),
    EffectKind(code="closing", meaning="is closed", subjects=_ALL, is_burden=True),
    EffectKind(
        code="block",
        meaning="is refused a purchase",
        subjects=("buyer",),
        is_burden=True,
    ),
)
EFFECT_KINDS = {kind.code: kind for kind in _KINDS}
# What a price or a term by score may be called; docs/offers.md says why there are none.
PRICES = frozenset({"price", "prices", "discount", "fee", "terms"})
