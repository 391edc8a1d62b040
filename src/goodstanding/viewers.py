"""Who may see what is told of a store, and of a buyer: what is not allowed here, nobody sees."""

from __future__ import annotations

from typing import Literal

# Whoever holds the market's file is its operator; the store is the one that is told of.
Viewer = Literal["operator", "store", "public"]
Part = Literal[
    "feedback",
    "positive rate",
    "medal",
    "ratings",
    "published level",
    "category figures",
    "level",
    "daily score",
    "violations",
    "category standing",
    "other figures",
    "what comes",
    "next steps",
    "way to the detail",
    "service",
    "reason of an exclusion",
]
# What is told of a buyer: the score, and with it its band, its parts and what they are made of.

LEAST_STORES = 10  # behind figures of a category, so that they tell of none of them
_PUBLIC: frozenset[str] = frozenset(
    {"feedback", "positive rate", "medal", "ratings", "published level", "category figures"}
)
_OWN: frozenset[str] = _PUBLIC | {
    "level",
    "daily score",
    "violations",
    "category standing",
    "other figures",
    "what comes",
    "next steps",
    "way to the detail",
    "service",
}
_SEEN: dict[str, frozenset[str]] = {
    # A reason may say what was found about a buyer.
    "operator": _OWN | {"reason of an exclusion"},
    "store": _OWN,
    "public": _PUBLIC,
}


def may_see(viewer: Viewer, part: Part, *, stores_n: int | None = None) -> bool:
    """Say whether a viewer may see a part of what is told of a store.

    `stores_n` stores are behind figures of a category: these are shown from ten stores up, and
    where it is not known how many there are to the operator alone.
    """
    if part not in _SEEN.get(viewer, frozenset()):
        return False
    if part != "category figures" or viewer == "operator":
        return True
    return stores_n is not None and stores_n >= LEAST_STORES


# Of a buyer: whoever else there is, sellers first of all, sees nothing in any form.
BuyerViewer = Literal["buyer", "operator", "seller", "other buyer", "public"]
BuyerPart = Literal["buyer score", "findings", "notices", "own view", "order record"]
_OF_A_BUYER: frozenset[str] = frozenset(
    {"buyer score", "findings", "notices", "own view", "order record"}
)


def may_see_of_buyer(viewer: BuyerViewer, part: BuyerPart, *, is_logged: bool = False) -> bool:
    """Say whether a viewer may see a part of what is told of a buyer.

    It is for that buyer, and for operators whose reason for looking is in the access log.
    """
    if part not in _OF_A_BUYER:
        return False
    return viewer == "buyer" or (viewer == "operator" and is_logged)
