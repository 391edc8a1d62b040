"""The lot by which a buyer's standing reaches sellers: the one place where it leaves the house.

For a year each buyer has one lot. In two of three cases it tells the class that the buyer was in
when the year began, in one of three the other. All that a seller is told follows from lots and
from what the seller knows anyway, so that no list, no count and no number of them tells more
than the lot does: that somebody is in good standing becomes at most twice as likely, or half as
likely, against the other class. docs/queue.md has the argument.

effect_secret  one row, drawn once in a market: what lots are made with; never shown
"""

from __future__ import annotations

import hmac
import secrets
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from goodstanding.database.database import Database

DEFINED = {"effect_secret": "(secret varchar)"}
TRUE = Fraction(2, 3)  # how often a lot tells the class that it is drawn for
_BYTES = 32
_BITS = 64

# An objection is heeded at once, by a lot of its own: the one before tells nothing of this one.
Drawn = Literal["scored", "objected"]


def draw_secret(database: Database) -> None:
    """Draw what lots are made with, unless that is done; runs in the caller's transaction."""
    if not database.rows("select 1 from effect_secret"):
        drawn = {"secret": secrets.token_hex(_BYTES)}
        database.execute("insert into effect_secret values ($secret)", drawn)


def secret_of(database: Database) -> str:
    """Return what lots are made with. Raises `ValueError` where nobody turned the queue on."""
    found = database.rows("select secret from effect_secret")
    if not found:
        raise ValueError("lots are drawn once the queue was turned on")
    return str(found[0][0])


def is_first(secret: str, *, year: int, buyer_no: int, is_good: bool, drawn: Drawn) -> bool:
    """Say whether the lot of a buyer says good standing, for a year.

    `is_good` is the class that it is drawn for; `drawn` says which of the two lots it is.
    """
    told = f"{drawn} {year} {buyer_no}".encode()
    digest = hmac.digest(secret.encode(), told, "sha256")
    is_true = int.from_bytes(digest[: _BITS // 8]) < 2**_BITS * TRUE
    return is_good is is_true
