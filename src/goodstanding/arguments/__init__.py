"""What callers of the Python interface hand in: of the right kind, or refused by name.

Each function takes anything and a word for what it is, and returns it as the layers below take
it. All raise `ArgumentInvalid`.
"""

from __future__ import annotations

from goodstanding.arguments.deciding import (
    act,
    consequence,
    incident,
    one_named,
    proposal,
    terms,
    why,
)
from goodstanding.arguments.questions import (
    card_question,
    next_question,
    publication,
    question,
    view_question,
)
from goodstanding.arguments.seeing import explained_to, look, seen_by, seen_of_buyer
from goodstanding.arguments.values import (
    Day,
    Instant,
    called,
    day,
    day_done,
    instant,
    name_or_path,
    one_of,
    path,
    person,
    place,
    said,
    seconds,
    text,
    text_or_none,
    told,
    whole,
)

__all__ = [
    "Day",
    "Instant",
    "act",
    "called",
    "card_question",
    "consequence",
    "day",
    "day_done",
    "explained_to",
    "incident",
    "instant",
    "look",
    "name_or_path",
    "next_question",
    "one_named",
    "one_of",
    "path",
    "person",
    "place",
    "proposal",
    "publication",
    "question",
    "said",
    "seconds",
    "seen_by",
    "seen_of_buyer",
    "terms",
    "text",
    "text_or_none",
    "told",
    "view_question",
    "whole",
    "why",
]
