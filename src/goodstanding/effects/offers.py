"""Offers as they are told: to the seller who made one, and to a buyer whom it reaches.

A seller is told how many buyers an offer could reach, whatever their standing, and how often it
was taken. docs/offers.md says why no count goes by standing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from goodstanding.effects import buyer_bands, offer_books, switches
from goodstanding.effects.terms import To, discount_text
from goodstanding.explanation.answer import plain
from goodstanding.rows.subjects import number_of

if TYPE_CHECKING:
    from datetime import datetime

    from goodstanding.database.database import Database
    from goodstanding.effects.buyer_bands import Account
    from goodstanding.effects.offer_books import Kept
    from goodstanding.facts.store import Settings

OfferStatus = Literal["to come", "live", "used up", "ended", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer as its seller and the operator know it, and where it stands on a day.

    `band` is the least one that qualifies, None: any. `could_reach` is how many buyers it could
    reach when it was made, of whatever band, rounded down to 5; `taken_n` how many took it.
    `discount` is in per cent, as text.
    """

    offer_id: str
    seller_id: str
    band: str | None
    to: To
    discount: str
    first_on: date
    last_on: date
    cap: int
    could_reach: int
    taken_n: int
    status: OfferStatus
    made_on: date
    made_by: str
    ended_on: date | None
    ended_by: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it."""
        found: dict[str, Any] = plain(self)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferToBuyer:
    """An offer that reaches a buyer, as this buyer is told of it.

    `tells` says what the seller learns if it is taken; `taken_on` is when this buyer took it.
    """

    offer_id: str
    seller_id: str
    discount: str
    first_on: date
    last_on: date
    tells: str
    taken_on: date | None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it."""
        found: dict[str, Any] = plain(self)
        return found


def made(database: Database, *, on: date, seller_id: str | None = None) -> list[Offer]:
    """Return the offers of a seller, or of all, each as it stood on a day.

    Raises `SubjectUnknown` for a seller of whom the market never heard.
    """
    number = None if seller_id is None else number_of(database, "seller", seller_id)
    found = offer_books.kept(database, seller_no=number)
    return [told(each, on) for each in found if each.made_on <= on]


def told(offer: Kept, on: date) -> Offer:
    """Return an offer as it stood on a day."""
    is_ended = offer.ended_on is not None and offer.ended_on <= on
    terms = offer.terms
    return Offer(
        offer_id=offer.offer_id,
        seller_id=offer.seller_id,
        band=terms.band,
        to=terms.to,
        discount=discount_text(terms.discount),
        first_on=terms.first_on,
        last_on=terms.last_on,
        cap=terms.cap,
        could_reach=offer.could_reach,
        taken_n=_taken_n(offer, on),
        status=status(offer, on),
        made_on=offer.made_on,
        made_by=offer.made_by,
        ended_on=offer.ended_on if is_ended else None,
        ended_by=offer.ended_by if is_ended else None,
    )


def status(offer: Kept, on: date) -> OfferStatus:
    """Say where an offer stands on a day."""
    found: OfferStatus = "live"
    if offer.ended_on is not None and offer.ended_on <= on:
        found = "ended"
    elif offer.terms.last_on < on:
        found = "over"
    elif _taken_n(offer, on) >= offer.terms.cap:
        found = "used up"
    elif on < offer.terms.first_on:
        found = "to come"
    return found


def to_buyer(
    database: Database, settings: Settings, buyer_id: str, *, on: date, known_at: datetime
) -> list[OfferToBuyer]:
    """Return the offers that a buyer can take on a day, or took and that are not over.

    There are none while offers are off. Raises `SubjectUnknown`.
    """
    number = number_of(database, "buyer", buyer_id)
    if not switches.is_on(database, "offers"):
        return []
    said = account(database, settings, number, on=on, known_at=known_at)
    taken = offer_books.reached(database, number)
    return [
        OfferToBuyer(
            offer_id=each.offer_id,
            seller_id=each.seller_id,
            discount=discount_text(each.terms.discount),
            first_on=each.terms.first_on,
            last_on=each.terms.last_on,
            tells=tells(each),
            taken_on=taken[each.number],
        )
        for each in offer_books.kept(database)
        if each.number in taken
        and _is_shown(each, on, is_taken=taken[each.number] is not None)
        and still_reaches(each, said)
    ]


def account(
    database: Database, settings: Settings, buyer_no: int, *, on: date, known_at: datetime
) -> Account | None:
    """Return what a buyer said to the marketplace by a day; None where nothing is told."""
    return buyer_bands.accounts(database, settings, as_of=on, known_at=known_at, only=buyer_no).get(
        buyer_no
    )


def still_reaches(offer: Kept, said: Account | None) -> bool:
    """Say whether an offer reaches one whom it did when it was made.

    It does not without consent, nor who closed the account; who objected since is at standard,
    and an offer for a better band reaches nobody who is not scored.
    """
    if said is None or said.marketing_consent_at is None or said.closed_at is not None:
        return False
    return said.objected_at is None or offer.is_for_unscored


def tells(offer: Kept) -> str:
    """Say to a buyer what the seller learns if the offer is taken."""
    learns = f"Whoever takes it tells {offer.seller_id} so: one who qualified took it"
    if offer.terms.band is None:
        return f"{learns}. It is for buyers of any standing, so that it says nothing of yours."
    return (
        f"{learns}. It is for buyers in good enough standing ({offer.terms.band} or better), so "
        f"that {offer.seller_id}, who sees whose order it is, learns that you are."
    )


def _is_shown(offer: Kept, on: date, *, is_taken: bool) -> bool:
    return status(offer, on) == "live" or (is_taken and not offer.is_over(on))


def _taken_n(offer: Kept, on: date) -> int:
    return sum(day <= on for day in offer.taken_on)
