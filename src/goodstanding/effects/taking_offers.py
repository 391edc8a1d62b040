"""Taking an offer: by a buyer whom it reaches, who was told before what the seller learns."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from goodstanding.effects import offer_books, switches
from goodstanding.effects.making_offers import named
from goodstanding.effects.offers import OfferToBuyer, account, status, still_reaches, tells
from goodstanding.effects.terms import discount_text
from goodstanding.errors import OfferRefused
from goodstanding.rows.subjects import number_of

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.effects.offer_books import Kept
    from goodstanding.facts.store import Settings


def take(
    database: Database,
    settings: Settings,
    offer_id: str,
    buyer_id: str,
    *,
    agrees: bool,
    on: date,
    at: datetime,
    known_at: datetime,
) -> OfferToBuyer:
    """Take an offer for a buyer, once; taking it again changes nothing.

    Without `agrees` nothing is taken, and what the seller would learn is said. Raises
    `OfferRefused` with the reason, `OfferUnknown` or `SubjectUnknown`.
    """
    offer = named(database, offer_id)
    number = number_of(database, "buyer", buyer_id)
    reached = offer_books.reached(database, number)
    if reached.get(offer.number) is None:
        _check_live(database, offer, on)
        said = account(database, settings, number, on=on, known_at=known_at)
        if offer.number not in reached or not still_reaches(offer, said):
            raise OfferRefused(
                f"offer '{offer_id}' does not reach buyer '{buyer_id}'.",
                hint=f"What does: goodstanding offers list --buyer {buyer_id} --for buyer",
            )
        if not agrees:
            raise OfferRefused(
                f"nothing is taken yet. {tells(offer)}",
                hint="To take it all the same, say --agree.",
            )
        offer_books.take(database, offer, number, on=on, at=at)
        reached = offer_books.reached(database, number)
    return OfferToBuyer(
        offer_id=offer.offer_id,
        seller_id=offer.seller_id,
        discount=discount_text(offer.terms.discount),
        first_on=offer.terms.first_on,
        last_on=offer.terms.last_on,
        tells=tells(offer),
        taken_on=reached[offer.number],
    )


def _check_live(database: Database, offer: Kept, on: date) -> None:
    if not switches.is_on(database, "offers"):
        raise OfferRefused(
            "offers are off in this market: none can be taken.",
            hint="An operator turns them on: goodstanding effects on offers --by NAME",
        )
    stands = status(offer, on)
    if stands == "live" and offer.made_on <= on:
        return
    why = {
        "to come": f"its first day is {offer.terms.first_on}",
        "used up": f"it was taken as often as its cap of {offer.terms.cap} allows",
        "ended": f"it was ended on {offer.ended_on}",
        "over": f"its last day was {offer.terms.last_on}",
    }[stands]
    raise OfferRefused(
        f"offer '{offer.offer_id}' cannot be taken on {on}: {why}.",
        hint="What can: goodstanding offers list --buyer ID --for buyer",
    )
