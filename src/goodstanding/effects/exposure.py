"""What a listing's exposure goes by, and how far it goes: the terms of rank.

The exposure modifier m of a listing lies between -b and +b: -b at the least that its daily score
can be, 0 at the centre, +b at the most, in proportion between. The centre is a number of the
rulebook: about what a usual listing has, so that one of which nothing is known is neither ahead of
it nor behind. It is known beforehand and the same for everybody, so that nobody's modifier moves
because others do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from goodstanding.assessment.millionths import MILLION
from goodstanding.errors import ArgumentInvalid
from goodstanding.explanation.figures import percentage
from goodstanding.expressions.writing import write_number
from goodstanding.rulebook.english import label

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.rulebook.model import Rulebook, Score

LISTING_SCORE = "listing-service-score"
# By what a store is scored whose listing has no score of its own.
STORE_SCORE = "aliexpress-daily-service-score"
# That service moves the order of search results is told (facts SR-03, BE-05), and by how much
# nowhere (SR-05): this size is ours.
_BOUND = Fraction(5, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The terms of rank for a day.

    `listings` asks for the scores of all listings, `stores` for those of all stores: None where
    no version of that rulebook is in force on the day. With `leans` the rulebook that scores
    listings reads the stores' scores itself. `bound` is b, as a fraction of 1.
    """

    listings: Question
    stores: Question | None
    leans: bool
    bound: Fraction

    @property
    def passes_by(self) -> Fraction:
        """How much more relevant a listing may be, as a fraction, and still be passed."""
        return (1 + self.bound) / (1 - self.bound) - 1

    @property
    def listing_score(self) -> Score:
        """The scale of the listings' scores, on which those of stores are taken too."""
        rulebook = self.listings.rulebook
        if rulebook.score is None:
            raise ValueError(f"{rulebook.id} gives no score")
        return rulebook.score

    @property
    def centre(self) -> Fraction:
        """The score at which m is 0, between the ends of the scale.

        It is what the rulebook says; where it says nothing, the middle of the scale.
        """
        scale = self.listing_score
        said = (each.centre for each in self.listings.rulebook.effects if each.does == "rank")
        centre = next((each for each in said if each is not None), None)
        if centre is not None:
            return centre
        return Fraction((scale.least + scale.most) * MILLION // 2, MILLION)


def exposure(listings: Question, in_force: Callable[[str, date], Rulebook | None]) -> Exposure:
    """Return the terms of rank by what is asked of the rulebook that scores listings.

    `in_force` finds the version of a rulebook that is in force on a day. Raises
    `ArgumentInvalid` for a rulebook by which nothing is ranked.
    """
    rulebook = listings.rulebook
    if rulebook.subject != "listing":
        raise ArgumentInvalid(
            f"rulebook '{rulebook.id}' judges {rulebook.subject_kind.plural}, and rank goes by "
            "the scores of listings.",
            hint=f"Name one whose subject is a listing, such as '{LISTING_SCORE}'.",
        )
    if rulebook.score is None:
        raise ArgumentInvalid(
            f"rulebook '{rulebook.id}' gives no score, and rank goes by one.",
            hint=f"Give it a [score] with a range, or name another, such as '{LISTING_SCORE}'.",
        )
    if rulebook.calendar.assessed != "daily":
        raise ArgumentInvalid(
            f"rulebook '{rulebook.id}' is not assessed every day, and rank goes by a daily score, "
            "never by what stands for a month.",
            hint='Say calendar = { assessed = "daily" }, or name another rulebook.',
        )
    read = None if rulebook.reads is None else in_force(rulebook.reads, listings.as_of)
    leans = read is not None and read.subject == "seller"
    stores = read if leans else in_force(STORE_SCORE, listings.as_of)
    return Exposure(
        listings=listings,
        stores=None if stores is None else replace(listings, rulebook=stores),
        leans=leans,
        bound=bound_of(rulebook),
    )


def bound_of(rulebook: Rulebook) -> Fraction:
    """Return b, the most that service moves a listing by, as a fraction of 1."""
    said = (each.amount for each in rulebook.effects if each.does == "rank")
    return next((amount for amount in said if amount is not None), _BOUND)


def terms(asked: Exposure) -> list[tuple[str, str]]:
    """Say what goes into rank and its size, for everybody to read: what is told, and its words."""
    scale = asked.listing_score
    least, most = write_number(scale.least), write_number(scale.most)
    centre = write_number(asked.centre)
    by = _share(asked.bound)
    passes_by = Fraction(ceil(asked.passes_by * 10_000), 10_000)
    size = (
        f"relevance times (1 + m): m is -{by} at a score of {least}, 0 at {centre}, +{by} at "
        f"{most}, in proportion between\n"
        f"no listing passes one that is more than {_share(passes_by)} more relevant"
    )
    return [
        ("ranked by", size),
        ("score", _told(asked.listings.rulebook)),
        _stores_told(asked),
        ("not measured", "what this does to sales"),
    ]


def _stores_told(asked: Exposure) -> tuple[str, str]:
    """Say what the score of a store has to do with it."""
    if asked.stores is None:
        return "without one", "m is 0: no rulebook that scores stores is in force on the day"
    stores = _told(asked.stores.rulebook)
    if asked.leans:
        return "leaning on", f"the store's score: {stores}\nwithout any score m is 0"
    return "without one", f"the store's score: {stores}\nwithout that too m is 0"


def _told(rulebook: Rulebook) -> str:
    """Return what a rulebook is called, and what its score is made of with the most of each."""
    parts = [(label(n.removesuffix("_points")), p.most) for n, p in rulebook.points.items()]
    told = [name if most is None else f"{name} {write_number(most)}" for name, most in parts]
    made = f"\nmade of {', '.join(told)}" if told else ""
    return f"{rulebook.title} ({rulebook.id}, version {rulebook.version}){made}"


def _share(share: Fraction) -> str:
    """Return a share in per cent, without decimals where it has none."""
    return percentage(share).replace(".00 %", " %")


def bound_in_millionths(bound: Fraction) -> int:
    """Return a bound in millionths; it has at most six decimals."""
    return int(bound * MILLION)
