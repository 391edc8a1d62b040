"""The terms of an offer: one discount for all who qualify, never a price by standing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from goodstanding.errors import ArgumentInvalid, OfferRefused

To = Literal["past", "all"]
_HUNDREDTHS = 100
_BY_BAND = frozenset("=:,;")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """What a seller wishes to offer, as it is handed in.

    `to` is `past` (who completed a second order with the seller in 365 days) or `all`; `band` the
    least one that qualifies, None: any. `discount` is in per cent, one for all who qualify; `cap`
    is how often it can be taken at most. Days may be text, and both are included.
    """

    to: To
    discount: float | str
    first_on: date | str
    last_on: date | str
    cap: int
    band: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a seller offers, and whom.

    `band` is the least one that qualifies, None: any. `to` is the seller's own past buyers or all.
    `discount` is in hundredths of a per cent. Both days are included; `cap` is how often it can be
    taken at most.
    """

    band: str | None
    to: To
    discount: int
    first_on: date
    last_on: date
    cap: int

    def check(self, on: date) -> None:
        """Raise `ArgumentInvalid` where its days cannot be, or it can never be taken."""
        if self.last_on < self.first_on:
            raise ArgumentInvalid(
                f"the last day, {self.last_on}, lies before the first, {self.first_on}.",
                hint="Both are days of the offer.",
            )
        if self.first_on < on:
            raise ArgumentInvalid(
                f"the first day, {self.first_on}, is over: the offer is made on {on}.",
                hint="An offer begins on the day on which it is made, or later.",
            )
        if self.cap < 1:
            raise ArgumentInvalid(
                f"cap {self.cap} lets nobody take the offer.",
                hint="Say how often it can be taken at most, from 1.",
            )

    def overlaps(self, other: Terms) -> bool:
        """Say whether both are offered on one day."""
        return self.first_on <= other.last_on and other.first_on <= self.last_on


def discount_of(given: object) -> int:
    """Return a discount in hundredths of a per cent, from 10, '10 %' or '12.5'.

    Raises `OfferRefused` for one that differs by standing, and `ArgumentInvalid` for what is no
    discount above 0 and below 100 %, of at most two decimals.
    """
    if isinstance(given, Mapping) or (isinstance(given, str) and _BY_BAND & set(given)):
        raise OfferRefused(
            "a discount by band is a price by score, and prices by score are refused in this "
            "release.",
            hint="Say one discount for all who qualify, such as 10. docs/offers.md says what "
            "prices by score would have to disclose.",
        )
    text = str(given).removesuffix("%").strip()
    try:
        share = Decimal(text) * _HUNDREDTHS
    except InvalidOperation:
        share = Decimal("NaN")
    if isinstance(given, bool) or not share.is_finite() or share != share.to_integral_value():
        raise _no_discount(given)
    if not 0 < share < 100 * _HUNDREDTHS:
        raise _no_discount(given)
    return int(share)


def discount_text(hundredths: int) -> str:
    """Return a discount as it is read: 10 %, 12.5 %."""
    return f"{Decimal(hundredths).scaleb(-2).normalize():f} %"


def _no_discount(given: object) -> ArgumentInvalid:
    return ArgumentInvalid(
        f"discount '{given}' is no share above 0 and below 100 %, of at most two decimals.",
        hint="Write it in per cent: 10, or 12.5.",
    )
