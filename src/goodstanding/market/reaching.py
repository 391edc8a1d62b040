"""7 effects: what reaches whom: the queue of a seller's orders, and offers to buyers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding import arguments, days
from goodstanding.arguments import Day
from goodstanding.effects import (
    making_offers,
    taking_offers,
)
from goodstanding.effects import offers as telling_offers
from goodstanding.effects import queue as queueing
from goodstanding.effects.buyer_bands import BUYER_SCORE
from goodstanding.errors import ArgumentInvalid
from goodstanding.market.effects import MarketEffects
from goodstanding.market.opened import writes
from goodstanding.rows.subjects import number_of
from goodstanding.standing import rules

if TYPE_CHECKING:
    from goodstanding.effects.making_offers import Made
    from goodstanding.effects.offers import Offer, OfferToBuyer
    from goodstanding.effects.queue import Queue
    from goodstanding.effects.terms import Offering
    from goodstanding.viewers import BuyerViewer, Viewer


class MarketReaching(MarketEffects):
    """The queue of a seller's orders, and offers to buyers."""

    def queue(self, seller: str, *, as_of: Day | None = None, viewer: Viewer = "operator") -> Queue:
        """Return a seller's open orders in the order in which to serve them: by deadline.

        Without `as_of` at the end of the last day of which anything is known. Where the queue is
        on, the standing of buyers breaks ties; docs/queue.md says how, and how little can be told
        from it. `viewer` is `operator` or `store`. Raises `SubjectUnknown` or `ArgumentInvalid`.
        """
        arguments.seen_by(viewer, "queue")
        known_at = self.known_until or self._clock()
        day = days.local_day(known_at, self.settings.time_zone)
        return queueing.queue(
            self._database,
            self.settings,
            arguments.text(seller, "seller"),
            as_of=day if as_of is None else arguments.day(as_of, "as-of day"),
            known_at=known_at,
        )

    @writes
    def make_offer(
        self,
        seller: str,
        offering: Offering,
        *,
        made_by: str,
        made_on: Day | None = None,
        rulebook: str | Path = BUYER_SCORE,
    ) -> Made:
        """Make an offer of a seller's: one discount for all who qualify.

        It reaches only buyers who agreed to offers; `rulebook` gives them their bands, on the day
        before. Without `made_on` it is made today; making the same again changes nothing. Raises
        `OfferRefused` with the reason, `SubjectUnknown`, `RulebookError`, `ArgumentInvalid` or
        `MarketUnwritable`.
        """
        on = arguments.day_done(made_on, "made-on", today=self.today)
        named = arguments.name_or_path(rulebook, "rulebook")
        wish = making_offers.Wish(
            seller_id=arguments.text(seller, "seller"),
            terms=arguments.terms(offering),
            rulebook=rules.asked(self._database, named, on - days.ONE_DAY),
            on=on,
            known_at=self.known_until or self._clock(),
            by=arguments.person(made_by, "who makes it"),
            at=self._clock(),
        )
        return making_offers.make(self._database, self.settings, wish)

    @writes
    def end_offer(self, offer_id: str, *, ended_by: str, ended_on: Day | None = None) -> Offer:
        """End an offer from a day on, today unless said. Raises `OfferUnknown`."""
        return making_offers.end(
            self._database,
            arguments.text(offer_id, "offer"),
            on=arguments.day_done(ended_on, "ended-on", today=self.today),
            by=arguments.person(ended_by, "who ends it"),
            at=self._clock(),
        )

    @writes
    def take_offer(
        self, offer_id: str, *, buyer: str, agrees: bool = False, taken_on: Day | None = None
    ) -> OfferToBuyer:
        """Take an offer for a buyer who was told what the seller learns by it, and agrees.

        Raises `OfferRefused` with the reason, which without `agrees` says what the seller learns,
        `OfferUnknown`, `SubjectUnknown`, `ArgumentInvalid` or `MarketUnwritable`.
        """
        return taking_offers.take(
            self._database,
            self.settings,
            arguments.text(offer_id, "offer"),
            arguments.text(buyer, "buyer"),
            agrees=agrees is True,
            on=arguments.day_done(taken_on, "taken-on", today=self.today),
            at=self._clock(),
            known_at=self.known_until or self._clock(),
        )

    def offers(
        self, *, seller: str | None = None, as_of: Day | None = None, viewer: Viewer = "operator"
    ) -> list[Offer]:
        """Return the offers of a seller, or of all, as they stood on a day, today unless said.

        `viewer` is `operator` or `store`. Raises `SubjectUnknown` or `ArgumentInvalid`.
        """
        seen_by = arguments.seen_by(viewer, "offers")
        about = arguments.text_or_none(seller, "seller")
        if about is None and seen_by == "store":
            raise ArgumentInvalid("a store sees its own offers.", hint="Name the seller.")
        on = self.today if as_of is None else arguments.day(as_of, "as-of day")
        return telling_offers.made(self._database, on=on, seller_id=about)

    def offers_to(
        self,
        buyer: str,
        *,
        as_of: Day | None = None,
        viewer: Viewer | BuyerViewer = "operator",
        by: str | None = None,
        reason: str | None = None,
    ) -> list[OfferToBuyer]:
        """Return the offers that a buyer can take on a day, each with what its seller would learn.

        `viewer` is `buyer`, this very one, or `operator`, who says `by` and `reason`, which are
        logged before. Raises `SubjectUnknown`, `ArgumentInvalid` or `AccessRefused`.
        """
        arguments.seen_of_buyer(viewer, "offers that reach")
        about = arguments.text(buyer, "buyer")
        number_of(self._database, "buyer", about)
        if viewer == "operator":
            self._log(by, reason, "offers that reach", {about})
        return telling_offers.to_buyer(
            self._database,
            self.settings,
            about,
            on=self.today if as_of is None else arguments.day(as_of, "as-of day"),
            known_at=self.known_until or self._clock(),
        )
