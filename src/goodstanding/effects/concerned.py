"""Whom a publication concerns: those it stored, and those whose day before was restated.

What is stored is what differs from the first edition before. Whoever was restated since, and comes
out as that first edition said, has no row, and another standing than a day ago all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodstanding.standing.books import first_editions

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.standing.books import Publication

# By `$number`, and `$before`, the number of the first edition before; of a restatement null.
CONCERNED = """
    select subject_no from standings where publication_no = $number
    union
    select subject_no from standings join publications using (publication_no)
    where restates = $before
"""


def edition_before(database: Database, publication: Publication) -> Publication | None:
    """Return the first edition of the day before, of the days that its rulebook published."""
    earlier = [
        each
        for each in first_editions(database, publication.rulebook_id)
        if each.as_of < publication.as_of
    ]
    return earlier[-1] if earlier else None


def concerned_values(publication: Publication, before: Publication | None) -> dict[str, object]:
    """Return the values of `CONCERNED`."""
    is_first = publication.restates is None
    return {
        "number": publication.number,
        "before": before.number if before is not None and is_first else None,
    }
