"""What people decide, as callers hand it in: findings, exclusions, offers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import cast, get_args

from goodstanding import days
from goodstanding.arguments.values import (
    day,
    instant,
    one_of,
    person,
    refused,
    said,
    text,
    text_or_none,
    told,
    whole,
)
from goodstanding.decisions.exclusions import Excluded, Incident, Why
from goodstanding.decisions.finding_steps import Proposal
from goodstanding.decisions.finding_turns import Act
from goodstanding.decisions.findings import GRAVEST, KINDS, Intent
from goodstanding.decisions.reasons import folded_name
from goodstanding.effects.terms import Offering, Terms, To, discount_of
from goodstanding.errors import ArgumentInvalid


def act(by: object, *, now: datetime, zone: str) -> Act:
    """Return who takes a step of a finding, now."""
    found = said(by, "who does it")
    if not folded_name(found):
        raise ArgumentInvalid(
            f"who does it, {found!a}, is no name that can be read.", hint="Say a person's name."
        )
    return Act(by=found, at=now, zone=zone)


def proposal(given: object) -> Proposal:
    """Return a proposed finding whose parts are all said."""
    if not isinstance(given, Proposal):
        raise refused(given, "proposal", "one", "Hand in a goodstanding.Proposal.")
    several: object = given.orders
    if isinstance(several, str) or not isinstance(several, Iterable):
        raise refused(several, "orders", "a list of ids", "Hand in a tuple of them.")
    orders = tuple(text(order, "order") for order in several)
    if not orders:
        raise ArgumentInvalid(
            "a finding rests on at least one order of the buyer.", hint="Name each of them."
        )
    gravity = whole(given.gravity, "gravity")
    if not 1 <= gravity <= GRAVEST:
        raise ArgumentInvalid(
            f"gravity {gravity} is not known.", hint=f"It is 1 (slight) to {GRAVEST}."
        )
    return Proposal(
        buyer=text(given.buyer, "buyer"),
        kind=one_of(given.kind, KINDS, "kind of finding"),
        orders=orders,
        gravity=gravity,
        intent=cast("Intent", one_of(given.intent, get_args(Intent), "intent")),
        rule=told(given.rule, "the rule that was broken"),
        summary=told(given.summary, "the summary of what happened"),
    )


def consequence(follows: object, until: object, *, is_confirmed: bool) -> tuple[str, date] | None:
    """Return what follows from a finding and its last day; None of one that is dismissed."""
    if not is_confirmed:
        if follows is not None or until is not None:
            raise ArgumentInvalid(
                "nothing follows from a finding that is dismissed.",
                hint="Leave out what follows, and until when.",
            )
        return None
    return told(follows or "", "what follows"), day(until, "the last day of what follows")


def why(reason: object, decided_by: object, decided_at: object, *, now: datetime, zone: str) -> Why:
    """Return why something is decided, by whom and when: at `decided_at`, else now."""
    at = now if decided_at is None else instant(decided_at, zone, "decided-at")
    if at > now:
        raise ArgumentInvalid(
            f"decided-at {days.iso(at)} lies ahead.", hint=f"Now it is {days.iso(now)}."
        )
    return Why(
        reason=said(reason, "the reason"),
        decided_by=person(decided_by, "who decided"),
        decided_at=at,
    )


def one_named(*, order: object, buyer: object, rating: object) -> tuple[Excluded, str]:
    """Return which of three things is named, and its id; the others are None."""
    named: dict[Excluded, object] = {"order": order, "buyer": buyer, "rating": rating}
    given = {what: key for what, key in named.items() if key is not None}
    if len(given) != 1:
        raise ArgumentInvalid(
            "say one of an order, a buyer and a rating.", hint="Each is a decision of its own."
        )
    ((what, key),) = given.items()
    return what, text(key, what)


def incident(given: object) -> None:
    """Hold that something is an incident, whose days are days."""
    if not isinstance(given, Incident):
        raise refused(given, "incident", "one", "Hand in a goodstanding.Incident.")
    said(given.name, "the incident's name")
    first = day(given.first_on, "the incident's first day")
    if given.last_on is not None and day(given.last_on, "the incident's last day") < first:
        raise ArgumentInvalid(
            f"the last day, {given.last_on}, lies before the first, {given.first_on}.",
            hint="Both are days of the incident.",
        )


def terms(given: object) -> Terms:
    """Return the terms of an offer. Raises `OfferRefused` for a discount by standing too."""
    if not isinstance(given, Offering):
        raise refused(given, "offering", "one", "Hand in a goodstanding.Offering.")
    return Terms(
        band=text_or_none(given.band, "band"),
        to=cast("To", one_of(given.to, get_args(To), "to")),
        discount=discount_of(given.discount),
        first_on=day(given.first_on, "first day"),
        last_on=day(given.last_on, "last day"),
        cap=whole(given.cap, "cap"),
    )
