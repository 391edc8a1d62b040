"""Check that a rulebook can tell the part of a store's card that it says it tells."""

from __future__ import annotations

from collections.abc import Collection

from goodstanding.rulebook.model import CardPart, Rulebook, Subject
from goodstanding.rulebook.notes import Notes

_STORES: frozenset[Subject] = frozenset({"seller"})
_IN_CATEGORIES: frozenset[Subject] = frozenset(
    {"seller_category", "seller_category_l1", "seller_category_l2"}
)


def told_of(part: CardPart) -> Collection[Subject]:
    """Return the subjects, one of which a rulebook that tells a part judges."""
    return _IN_CATEGORIES if part == "category standing" else _STORES


def check_card(rulebook: Rulebook, notes: Notes) -> None:
    """Note a part of the card that is told of other subjects, or of what the rulebook has not."""
    part = rulebook.card
    if part is None:
        return
    if rulebook.subject not in told_of(part):
        noun = rulebook.subject_kind.noun
        what = f"It is about every {noun}, of which the {part} of a store's card tells nothing."
        needed = " or ".join(f'"{each}"' for each in sorted(told_of(part)))
        notes.add(("card",), what, f"Leave 'card' out, or write subject = {needed}.")
        return
    missing = {
        "level": None if rulebook.grades else "grade",
        "daily score": None if rulebook.score else "score",
        "violations": None if rulebook.ladders else "ladder",
    }.get(part)
    if missing is not None and notes.is_whole(missing):
        what = f"The {part} of a store's card is told by a {missing}, and it has none."
        notes.add(("card",), what, f"Leave 'card' out, or write a {missing}.")
