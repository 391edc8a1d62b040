"""Who looks at what is told of a store or a buyer, and why."""

from __future__ import annotations

from typing import cast, get_args

from goodstanding.arguments.values import one_of, said
from goodstanding.decisions.access_log import Look
from goodstanding.errors import ArgumentInvalid
from goodstanding.rulebook.model import Rulebook
from goodstanding.viewers import BuyerPart, BuyerViewer, Part, Viewer, may_see

# What each part of what concerns buyers is called where somebody asks for it and does not say why.
_PARTS: dict[BuyerPart, str] = {
    "buyer score": "scores of buyers, and what is behind them, are",
    "effects": "what the standing of buyers did is",
    "exclusions": "which buyers' orders do not count, and why, is",
    "findings": "findings about buyers are",
    "notices": "notices to buyers are",
    "own view": "what a buyer is told is",
    "order record": "records of a buyer's orders are",
    "offers that reach": "which offers reach a buyer is",
}


def look(by: object, reason: object, part: BuyerPart) -> Look:
    """Return who looks at a part of what concerns buyers, and why: without a reason nobody may."""
    has_reason = by is not None and reason is not None
    if not may_see("operator", part, is_logged=has_reason):
        raise ArgumentInvalid(
            f"{_PARTS[part]} shown to nobody who does not say by whom and why.",
            hint="Say --by NAME and --reason TEXT (in Python by= and reason=): both are written to "
            "the access log beside the market, and the buyer is told of the reason.",
        )
    return Look(by=said(by, "who looks"), reason=said(reason, "the reason for looking"))


def explained_to(viewer: object, rulebook: Rulebook) -> Viewer:
    """Return who is explained a result by a rulebook: who may see what is behind it."""
    one_of(viewer, get_args(Viewer), "viewer")
    found = cast("Viewer", viewer)
    if not may_see(found, "way to the detail"):
        raise ArgumentInvalid(
            f"no result is explained to viewer '{found}'.",
            hint="It is explained to the operator, and to the store whose result it is.",
        )
    if found == "store" and rulebook.subject == "buyer":
        raise ArgumentInvalid(
            f"rulebook {rulebook.id} is about buyers: no store is told of them.",
            hint="Ask as the operator.",
        )
    return found


def seen_by(viewer: object, part: Part) -> Viewer:
    """Return who looks at a part of what is told of a store, if they may see it."""
    one_of(viewer, get_args(Viewer), "viewer")
    found = cast("Viewer", viewer)
    if not may_see(found, part):
        raise ArgumentInvalid(
            f"viewer '{found}' may not see a store's {part}.",
            hint=f"It is for {' and '.join(v for v in get_args(Viewer) if may_see(v, part))}.",
        )
    return found


def seen_of_buyer(viewer: object, part: BuyerPart) -> None:
    """Hold that a viewer may see a part of what is told of a buyer."""
    known = (*get_args(Viewer), *get_args(BuyerViewer))
    found = cast("Viewer", one_of(viewer, known, "viewer"))
    if not may_see(found, part, is_logged=True):
        allowed = (each for each in known if may_see(each, part, is_logged=True))
        raise ArgumentInvalid(
            f"viewer '{found}' may not see a buyer's {part}.",
            hint=f"It is for {' and '.join(allowed)}.",
        )
