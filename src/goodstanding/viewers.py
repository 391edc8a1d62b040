"""Who may see what is told of a store, and of a buyer: one rule for each; the rest nobody sees."""

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
]

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
_SEEN: dict[str, frozenset[str]] = {"operator": _OWN, "store": _OWN, "public": _PUBLIC}


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


# Of a buyer: that buyer, whoever holds the market's file, and everybody else.
BuyerViewer = Literal["buyer", "operator", "other buyer", "store", "public"]
BuyerPart = Literal["score", "open orders", "order record", "who looked"]
_OF_BUYER: frozenset[str] = frozenset({"score", "open orders", "order record", "who looked"})


def may_see_of_buyer(
    viewer: BuyerViewer, part: BuyerPart, *, by: str | None = None, reason: str | None = None
) -> bool:
    """Say whether a viewer may see a part of what is told of a buyer.

    That buyer may; an operator may who says who they are and why, which is written down before
    anything is shown; nobody else may.
    """
    if part not in _OF_BUYER:
        return False
    if viewer == "operator":
        return bool(by and by.strip() and reason and reason.strip())
    return viewer == "buyer"
