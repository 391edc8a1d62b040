"""Making an offer and ending it: a seller's, kept once, with whom it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from goodstanding.database.alike import most_alike
from goodstanding.days import ONE_DAY
from goodstanding.effects import buyer_bands, offer_books, switches
from goodstanding.effects.offer_books import Kept, Making
from goodstanding.effects.offers import Offer, told
from goodstanding.effects.open_orders import bought_again
from goodstanding.errors import ArgumentInvalid, OfferRefused, OfferUnknown, near
from goodstanding.rows.subjects import number_of

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.effects.terms import Terms
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

LEAST_REACHED = 20
ROUNDED_TO = 5
MOST_LIVE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An offer, and whether it is new: making the same again changes nothing."""

    offer: Offer
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An offer that a seller wishes to make on a day: `by` whom, and when (naive UTC).

    Its buyers stand by the bands of `rulebook` on the day before, by what is known at `known_at`.
    """

    seller_id: str
    terms: Terms
    rulebook: Rulebook
    on: date
    known_at: datetime
    by: str
    at: datetime


def make(database: Database, settings: Settings, wish: Wish) -> Made:
    """Make an offer: settle whom it reaches, and keep it.

    Raises `OfferRefused` with the reason, `ArgumentInvalid` or `SubjectUnknown`.
    """
    terms, on = wish.terms, wish.on
    buyer_bands.check_bands(wish.rulebook)
    if terms.band is not None:
        buyer_bands.check_band(wish.rulebook, terms.band)
    seller_no = number_of(database, "seller", wish.seller_id)
    before = offer_books.kept(database, seller_no=seller_no)
    same = [each for each in before if each.terms == terms and not each.is_over(on)]
    if same:
        return Made(offer=told(same[0], on), is_new=False)
    _check_on(database)
    terms.check(on)
    _check_others(before, terms, on)
    could, reaches = _reached(database, settings, wish)
    names = wish.rulebook.grade_names
    least = names[-1] if terms.band is None else terms.band
    making = Making(
        seller_no=seller_no,
        seller_id=wish.seller_id,
        terms=terms,
        is_for_unscored=names.index(buyer_bands.UNSCORED) <= names.index(least),
        could_reach=ROUNDED_TO * (could // ROUNDED_TO),
        made_on=on,
        made_by=wish.by,
        made_at=wish.at,
    )
    offer_id = offer_books.make(database, making, reaches)
    return Made(offer=told(named(database, offer_id), on), is_new=True)


def end(database: Database, offer_id: str, *, on: date, by: str, at: datetime) -> Offer:
    """End an offer: from the day on it cannot be taken; ending it again changes nothing.

    Raises `OfferUnknown`, or `ArgumentInvalid` for a day before it was made or after its last.
    """
    offer = named(database, offer_id)
    if offer.ended_on is None:
        if not offer.made_on <= on <= offer.terms.last_on:
            raise ArgumentInvalid(
                f"'{offer_id}' cannot be ended on {on}: it was made on {offer.made_on} and has "
                f"its last day on {offer.terms.last_on}.",
                hint="What is over needs no end.",
            )
        offer_books.end(database, offer, on=on, by=by, at=at)
    return told(named(database, offer_id), on)


def named(database: Database, offer_id: str) -> Kept:
    """Return the offer of an id; raises `OfferUnknown`, with ids that look alike."""
    found = offer_books.kept(database, offer_id=offer_id)
    if not found:
        raise OfferUnknown(
            f"no offer '{offer_id}' is known to this market.",
            hint=near(offer_id, most_alike(database, "offers", "offer_id", offer_id))
            or "goodstanding offers list prints them.",
        )
    return found[0]


def _check_on(database: Database) -> None:
    if not switches.is_on(database, "offers"):
        raise OfferRefused(
            "offers are off in this market: none can be made.",
            hint="An operator turns them on: goodstanding effects on offers --by NAME",
        )


def _check_others(before: Sequence[Kept], terms: Terms, on: date) -> None:
    """Refuse an offer that the seller's others leave no room for."""
    last = max((each.made_on for each in before), default=on)
    if last > on:
        raise OfferRefused(
            f"an offer was made on {last}, after {on}.", hint="Offers are made one after another."
        )
    if any(each.made_on == on for each in before):
        raise OfferRefused(
            f"an offer was made on {on} already, and a seller has one count a day.",
            hint="Make this one on another day.",
        )
    running = [each for each in before if not each.is_over(on)]
    if len(running) >= MOST_LIVE:
        ids = ", ".join(each.offer_id for each in running)
        raise OfferRefused(
            f"{MOST_LIVE} offers of the seller are live or to come: {ids}.",
            hint="End one first: goodstanding offers end ID --by NAME",
        )
    for each in running:
        if each.terms.overlaps(terms) and each.terms.band != terms.band:
            raise OfferRefused(
                f"'{each.offer_id}' has days in common with this one and asks for another "
                "standing: both together would be a price by score.",
                hint="Prices by score are refused in this release: ask for the same standing, or "
                "choose other days.",
            )


def _reached(database: Database, settings: Settings, wish: Wish) -> tuple[int, set[int]]:
    """Return how many buyers an offer could reach, whatever their standing; and whom it does."""
    day, known_at = wish.on - ONE_DAY, wish.known_at
    said = buyer_bands.accounts(database, settings, as_of=day, known_at=known_at)
    could = {
        number
        for number, each in said.items()
        if each.marketing_consent_at is not None and each.closed_at is None
    }
    if wish.terms.to == "past":
        could &= bought_again(database, settings, wish.seller_id, as_of=day, known_at=known_at)
    if len(could) < LEAST_REACHED:
        raise OfferRefused(
            f"fewer than {LEAST_REACHED} buyers who agreed to offers could be reached.",
            hint="An offer is made to twenty at least, so that it points at nobody"
            f"{': try --to all.' if wish.terms.to == 'past' else '.'}",
        )
    least = wish.terms.band
    if least is None:
        return len(could), could
    stood = buyer_bands.bands(database, settings, wish.rulebook, as_of=day, known_at=known_at)
    objecting = buyer_bands.objected(said)
    reaches = {n for n in could if stood.reaches(n, least, has_objected=n in objecting)}
    return len(could), reaches
