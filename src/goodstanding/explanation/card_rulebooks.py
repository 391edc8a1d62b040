"""Which rulebooks tell the parts of a store's card: those of the market, else the bundled ones."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, get_args

from goodstanding.rulebook.card import told_of
from goodstanding.rulebook.model import CardPart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from goodstanding.database.database import Database
    from goodstanding.explanation.card_parts import CardQuestion

# By which bundled rulebook each part is told where none was published, in the order of the card.
RULEBOOKS: dict[CardPart, str] = {
    "level": "aliexpress-service-level",
    "daily score": "aliexpress-daily-service-score",
    "ratings": "aliexpress-detailed-ratings",
    "feedback": "aliexpress-feedback",
    "violations": "aliexpress-violations",
    "category standing": "aliexpress-category",
}
# The bundled rulebooks that tell a part, as their files say: a test holds both together. A market
# may have kept a text of theirs from before there was the key.
BUNDLED: dict[str, CardPart] = {
    **{name: part for part, name in RULEBOOKS.items()},
    "service-level": "level",
}


def published_rulebooks(
    database: Database, asked: CardQuestion
) -> Mapping[CardPart, Sequence[str]]:
    """Return the ids of the rulebooks that tell each part, of those published by the day, by id.

    The newest version that was published by then says which part. With `published_by` only what
    was published with what was known by that instant.
    """
    published = database.rows(
        """
        select rulebook_id, text
        from (
          select rulebook_id, max(version) as version
          from publications
          where restates is null
            and as_of <= $as_of
            and ($published_by is null or known_at <= $published_by)
          group by rulebook_id
        ) as newest
        join rulebook_texts using (rulebook_id, version)
        order by rulebook_id
        """,
        {"as_of": asked.as_of, "published_by": asked.published_by},
    )
    found: dict[CardPart, list[str]] = {part: [] for part in get_args(CardPart)}
    for rulebook_id, text in published:
        part = _part_told(rulebook_id, text)
        if part is not None:
            found[part].append(rulebook_id)
    return found


@lru_cache(maxsize=64)
def _part_told(rulebook_id: str, text: str) -> CardPart | None:
    """Return the part that a kept text tells; it was checked before it was kept."""
    said = tomllib.loads(text)
    part: CardPart | None = said.get("card", BUNDLED.get(rulebook_id))
    return part if part is not None and said["subject"] in told_of(part) else None
