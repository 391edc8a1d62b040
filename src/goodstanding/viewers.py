"""Who may see what is told of a store or a buyer: one rule; what it does not allow, nobody sees."""

from __future__ import annotations

from typing import Literal, get_args

# Whoever holds the market's file is its operator; the store is the one that is told of.
Viewer = Literal["operator", "store", "public"]
# Likewise of buyers: the one who is told of. No store is, nor is any other buyer.
BuyerViewer = Literal["buyer"]
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
    "queue",
    "offers",
    "reason of an exclusion",
]
# What is told of a buyer: the score, and with it its band, its parts and what they are made of;
# what a standing did; what was found about the buyer's conduct, and that no order of the buyer
# counts; what the buyer is told; the record of an order; which offers reach, which may tell the
# band.
BuyerPart = Literal[
    "buyer score",
    "effects",
    "exclusions",
    "findings",
    "notices",
    "own view",
    "order record",
    "offers that reach",
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
    "queue",
    "offers",
}
# An operator says why before; it stands in the access log.
_OF_BUYER: frozenset[str] = frozenset(get_args(BuyerPart))
_SEEN: dict[str, frozenset[str]] = {
    # A reason may say what was found about a buyer.
    "operator": _OWN | _OF_BUYER | {"reason of an exclusion"},
    "store": _OWN,
    "public": _PUBLIC,
    "buyer": _PUBLIC | _OF_BUYER,
}


def may_see(
    viewer: Viewer | BuyerViewer,
    part: Part | BuyerPart,
    *,
    stores_n: int | None = None,
    is_logged: bool = False,
) -> bool:
    """Say whether a viewer may see a part of what is told of a store, or of a buyer.

    What is told of a buyer sees the buyer whom it is about, and the operator; never a store or the
    public. The operator sees it only where `is_logged`: who looks, and why, is in the access log.
    `stores_n` stores are behind figures of a category: these are shown from ten stores up, and
    where it is not known how many there are to the operator alone.
    """
    if part not in _SEEN.get(viewer, frozenset()):
        return False
    if part in _OF_BUYER and viewer == "operator":
        return is_logged
    if part != "category figures" or viewer == "operator":
        return True
    return stores_n is not None and stores_n >= LEAST_STORES
