"""What callers of the Python interface hand in: of the right kind, or refused by name.

Each function takes anything and a word for what it is, and returns it as the layers below take
it. All raise `ArgumentInvalid`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast, get_args

from goodstanding import days
from goodstanding.assessment.questions import Question
from goodstanding.database import address
from goodstanding.database.address import Address, Place
from goodstanding.decisions.access_log import Look
from goodstanding.decisions.exclusions import Excluded, Incident, Why
from goodstanding.decisions.finding_steps import Proposal
from goodstanding.decisions.finding_turns import Act
from goodstanding.decisions.findings import GRAVEST, KINDS, Intent
from goodstanding.decisions.reasons import folded_name
from goodstanding.effects.terms import Offering, Terms, To, discount_of
from goodstanding.errors import ArgumentInvalid, RulebookUnknown, near
from goodstanding.explanation.buyer_view import ViewQuestion
from goodstanding.explanation.card_parts import CardQuestion
from goodstanding.explanation.card_rulebooks import RULEBOOKS
from goodstanding.explanation.next_told import NextQuestion
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.standing.books import Publication
from goodstanding.viewers import BuyerPart, BuyerViewer, Part, Viewer, may_see

Day = date | str
Instant = datetime | str

_DAY = "Write it as '2018-07-31', or hand in a datetime.date."
_INSTANT = "Write it as '2018-08-01T12:00:00', or hand in a datetime.datetime."
_LONGEST = 200  # characters of a reason or a name, so that a list of them can be read
_LONGEST_TOLD = 4000  # characters of what a buyer says or is told, so that it can be read at once
_LARGEST = 2**63 - 1  # that databases know as a whole number


def day(given: object, what: str) -> date:
    """Return a day, from text or as it is; an instant is refused, as its day depends on a zone."""
    if isinstance(given, str):
        return days.parse_day(given, what=what)
    if isinstance(given, datetime):
        raise ArgumentInvalid(
            f"{what} {given} is an instant, not a day.",
            hint="Hand in its day, .date(), or write it as '2018-07-31'.",
        )
    if isinstance(given, date):
        return days.check_day(given, what=what)
    raise _refused(given, what, "a day", _DAY)


def instant(given: object, zone: str, what: str) -> datetime:
    """Return an instant as naive UTC, from text or a `datetime`; without an offset it is in `zone`.

    Fractions of a microsecond, which some libraries know, are dropped.
    """
    if isinstance(given, str):
        return days.parse_instant(given, zone, what=what)
    if not isinstance(given, datetime):
        raise _refused(given, what, "an instant", _INSTANT)
    try:
        plain = datetime.combine(given.date(), given.timetz())
    except ValueError:  # a missing one, as data frames have it
        raise _refused(given, what, "an instant", _INSTANT) from None
    days.check_day(plain.date(), what=what)
    return days.to_naive_utc(plain, zone)


def text(given: object, what: str) -> str:
    """Return a text."""
    if not isinstance(given, str):
        raise _refused(given, what, "a text", "Hand in a str.")
    try:
        given.encode()
    except UnicodeEncodeError:
        raise ArgumentInvalid(
            f"{what} {given!a} holds what is no text in UTF-8.", hint="Write it in UTF-8."
        ) from None
    return given


def said(
    given: object, what: str, *, longest: int = _LONGEST, hint: str = "Say it in words: it is kept."
) -> str:
    """Return a text in which something is said; `hint` is for where nothing is."""
    found = text(given, what)
    if not found.strip():
        raise ArgumentInvalid(f"{what} is missing.", hint=hint)
    if len(found) > longest:
        raise ArgumentInvalid(
            f"{what} has {len(found)} characters.",
            hint=f"At most {longest} are taken.",
        )
    return found


def person(given: object, what: str) -> str:
    """Return the name of whoever does something."""
    return said(
        given, what, hint="Say the name of a person, with --by or by its argument: it is kept."
    )


def told(given: object, what: str) -> str:
    """Return what a buyer says or is told, without spaces around it."""
    return said(given, what, longest=_LONGEST_TOLD).strip()


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
        raise _refused(given, "proposal", "one", "Hand in a goodstanding.Proposal.")
    several: object = given.orders
    if isinstance(several, str) or not isinstance(several, Iterable):
        raise _refused(several, "orders", "a list of ids", "Hand in a tuple of them.")
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


# What each part of what concerns buyers is called where somebody asks for it and does not say why.
_PARTS: dict[BuyerPart, str] = {
    "buyer score": "scores of buyers, and what is behind them, are",
    "effects": "what the standing of buyers did is",
    "exclusions": "which buyers' orders do not count, and why, is",
    "findings": "findings about buyers are",
    "notices": "notices to buyers are",
    "own view": "what a buyer is told is",
    "order record": "records of a buyer's orders are",
    "offers that reach": "which offers reach a buyer is",
}


def look(by: object, reason: object, part: BuyerPart) -> Look:
    """Return who looks at a part of what concerns buyers, and why: without a reason nobody may."""
    has_reason = by is not None and reason is not None
    if not may_see("operator", part, is_logged=has_reason):
        raise ArgumentInvalid(
            f"{_PARTS[part]} shown to nobody who does not say by whom and why.",
            hint="Say --by NAME and --reason TEXT (in Python by= and reason=): both are written to "
            "the access log beside the market, and the buyer is told of the reason.",
        )
    return Look(by=said(by, "who looks"), reason=said(reason, "the reason for looking"))


def text_or_none(given: object, what: str) -> str | None:
    """Return a text, or None."""
    return None if given is None else text(given, what)


def path(given: object, what: str) -> Path:
    """Return a path, from text or as it is."""
    if isinstance(given, str | Path):
        return Path(given)
    raise _refused(given, what, "a path", "Hand in a str or a pathlib.Path.")


def place(given: object, what: str) -> Place:
    """Return where a market is, from a path or an address."""
    if isinstance(given, Address):
        return given
    if isinstance(given, str | Path):
        return address.place(given)
    raise _refused(given, what, "a path or an address", "Hand in a str or a pathlib.Path.")


def name_or_path(given: object, what: str) -> str | Path:
    """Return the name of a rulebook, or a path, as it is."""
    if isinstance(given, Path):
        return given
    if isinstance(given, str):
        return text(given, what)
    raise _refused(given, what, "a name or a path", "Hand in a str or a pathlib.Path.")


def whole(given: object, what: str) -> int:
    """Return a whole number from 0."""
    try:
        number = operator.index(given)  # type: ignore[arg-type] # that is what is to be found out
    except TypeError:
        raise _refused(given, what, "a whole number", "Hand in an int.") from None
    if not 0 <= number <= _LARGEST:
        side = "below 0" if number < 0 else "too large"
        raise ArgumentInvalid(
            f"{what} {number} is {side}.", hint=f"Numbers from 0 to {_LARGEST} are understood."
        )
    return number


def seconds(given: object, what: str) -> float:
    """Return a number of seconds, from 0; infinity is for ever."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _refused(given, what, "a number of seconds", "Hand in a float.")
    if not given >= 0:
        raise ArgumentInvalid(
            f"{what} {given} is no number of seconds from 0.", hint="0 is not to wait at all."
        )
    return float(given)


def one_of(given: object, known: Collection[str], what: str) -> str:
    """Return one of the texts that are known."""
    found = text(given, what)
    if found not in known:
        raise ArgumentInvalid(f"{what} '{found}' is not known.", hint=near(found, list(known)))
    return found


def called(given: object, what: str) -> Callable[..., Any]:
    """Return something that can be called."""
    if not callable(given):
        raise _refused(given, what, "something to call", "Hand in a function.")
    return given


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
        raise _refused(given, "incident", "one", "Hand in a goodstanding.Incident.")
    said(given.name, "the incident's name")
    first = day(given.first_on, "the incident's first day")
    if given.last_on is not None and day(given.last_on, "the incident's last day") < first:
        raise ArgumentInvalid(
            f"the last day, {given.last_on}, lies before the first, {given.first_on}.",
            hint="Both are days of the incident.",
        )


def publication(given: object) -> None:
    """Hold that something is a publication."""
    if not isinstance(given, Publication):
        raise _refused(given, "publication", "one", "Hand in one that publications() returned.")


def question(
    rulebook: object,
    as_of: object,
    known_at: object,
    version: object,
    subject: object,
    *,
    known_until: datetime | None,
    zone: str,
    find: Callable[[str | Path, date, date | None], Rulebook],
) -> Question:
    """Return the question to be answered; everything counts that is known, unless it says else.

    `find` finds the rulebook by its name or path, the as-of day and the version asked for.
    `known_until` is the newest instant at which the market learned anything, None for none.
    Raises `RulebookError` too.
    """
    last_day = day(as_of, "as-of day")
    asked = None if version is None else day(version, "version")
    found = find(name_or_path(rulebook, "rulebook"), last_day, asked)
    learned = None if known_at is None else instant(known_at, zone, "known-at")
    return Question(
        rulebook=found,
        as_of=last_day,
        known_at=_heard_until(last_day, learned, known_until, zone),
        subject_id=text_or_none(subject, "subject"),
    )


def card_question(
    store_id: object,
    as_of: object,
    known_at: object,
    viewer: object,
    *,
    known_until: datetime | None,
    zone: str,
) -> CardQuestion:
    """Return whose card is asked for; without known-at everything counts, as in `question`."""
    last_day = day(as_of, "as-of day")
    learned = None if known_at is None else instant(known_at, zone, "known-at")
    one_of(viewer, get_args(Viewer), "viewer")
    return CardQuestion(
        store_id=text(store_id, "store"),
        as_of=last_day,
        known_at=_heard_until(last_day, learned, known_until, zone),
        published_by=learned,
        viewer=cast("Viewer", viewer),
    )


def explained_to(viewer: object, rulebook: Rulebook) -> Viewer:
    """Return who is explained a result by a rulebook: who may see what is behind it."""
    one_of(viewer, get_args(Viewer), "viewer")
    found = cast("Viewer", viewer)
    if not may_see(found, "way to the detail"):
        raise ArgumentInvalid(
            f"no result is explained to viewer '{found}'.",
            hint="It is explained to the operator, and to the store whose result it is.",
        )
    if found == "store" and rulebook.subject == "buyer":
        raise ArgumentInvalid(
            f"rulebook {rulebook.id} is about buyers: no store is told of them.",
            hint="Ask as the operator.",
        )
    return found


def next_question(
    store_id: object,
    as_of: object,
    known_at: object,
    rulebooks: object,
    viewer: object,
    *,
    known_until: datetime,
    zone: str,
    find: Callable[[str | Path, date], Rulebook],
) -> NextQuestion:
    """Return whose next steps are asked for, by which rulebooks: unless said, two of the card's.

    Without an as-of day it is the last of which anything is known. Raises `RulebookError` too.
    """
    seen_by(viewer, "next steps")
    learned = None if known_at is None else instant(known_at, zone, "known-at")
    last_day = (
        days.local_day(min(learned or known_until, known_until), zone)
        if as_of is None
        else day(as_of, "as-of day")
    )
    found, missing = _next_rulebooks(rulebooks, last_day, find)
    return NextQuestion(
        store_id=text(store_id, "store"),
        as_of=last_day,
        known_at=_heard_until(last_day, learned, known_until, zone),
        rulebooks=tuple({(each.id, each.version): each for each in found}.values()),
        not_in_force=tuple(missing),
    )


def _next_rulebooks(
    asked: object, last_day: date, find: Callable[[str | Path, date], Rulebook]
) -> tuple[list[Rulebook], list[str]]:
    """Return the rulebooks asked for, and what is to be said of those not in force."""
    if asked is None:
        found, missing = [], []
        for name in (RULEBOOKS["level"], RULEBOOKS["daily score"]):
            try:
                found.append(find(name, last_day))
            except RulebookUnknown as error:
                missing.append(f"{error.message[:1].upper()}{error.message[1:]}")
        return found, missing
    if isinstance(asked, str | Path) or not isinstance(asked, Iterable):
        raise _refused(asked, "rulebooks", "a list of them", "Hand in a list of names or paths.")
    rulebooks = [find(name_or_path(each, "rulebook"), last_day) for each in asked]
    for each in rulebooks:
        if each.subject != "seller":
            raise ArgumentInvalid(
                f"rulebook {each.id} is about every {each.subject_kind.noun}, not about stores.",
                hint='Name rulebooks with subject = "seller".',
            )
    return rulebooks, []


def view_question(
    buyer_id: object,
    as_of: object,
    known_at: object,
    rulebook: object,
    *,
    known_until: datetime,
    zone: str,
    find: Callable[[str | Path, date], Rulebook],
) -> ViewQuestion:
    """Return whose own view is asked for, by a rulebook about buyers.

    Without an as-of day it is the last of which anything is known. Raises `RulebookError` too, but
    for a rulebook that is not in force on the day.
    """
    learned = None if known_at is None else instant(known_at, zone, "known-at")
    last_day = (
        days.local_day(min(learned or known_until, known_until), zone)
        if as_of is None
        else day(as_of, "as-of day")
    )
    found, missing = None, None
    named = name_or_path(rulebook, "rulebook")
    try:
        found = find(named, last_day)
    except RulebookUnknown as error:
        if named not in bundled.names():
            raise
        missing = f"{error.message[:1].upper()}{error.message[1:]}"
    if found is not None and (found.subject != "buyer" or found.score is None):
        raise ArgumentInvalid(
            f"rulebook {found.id} gives no buyer a score.",
            hint='Name one with subject = "buyer" and a score.',
        )
    return ViewQuestion(
        buyer_id=text(buyer_id, "buyer"),
        as_of=last_day,
        known_at=_heard_until(last_day, learned, known_until, zone),
        rulebook=found,
        not_in_force=missing,
    )


def seen_by(viewer: object, part: Part) -> Viewer:
    """Return who looks at a part of what is told of a store, if they may see it."""
    one_of(viewer, get_args(Viewer), "viewer")
    found = cast("Viewer", viewer)
    if not may_see(found, part):
        raise ArgumentInvalid(
            f"viewer '{found}' may not see a store's {part}.",
            hint=f"It is for {' and '.join(v for v in get_args(Viewer) if may_see(v, part))}.",
        )
    return found


def seen_of_buyer(viewer: object, part: BuyerPart) -> None:
    """Hold that a viewer may see a part of what is told of a buyer."""
    known = (*get_args(Viewer), *get_args(BuyerViewer))
    found = cast("Viewer", one_of(viewer, known, "viewer"))
    if not may_see(found, part, is_logged=True):
        allowed = (each for each in known if may_see(each, part, is_logged=True))
        raise ArgumentInvalid(
            f"viewer '{found}' may not see a buyer's {part}.",
            hint=f"It is for {' and '.join(allowed)}.",
        )


def day_done(given: object, what: str, *, today: date) -> date:
    """Return the day on which something is done: today unless said, and none that lies ahead."""
    found = today if given is None else day(given, what)
    if found > today:
        raise ArgumentInvalid(f"{what} {found} lies ahead.", hint=f"Today is {today}.")
    return found


def terms(given: object) -> Terms:
    """Return the terms of an offer. Raises `OfferRefused` for a discount by standing too."""
    if not isinstance(given, Offering):
        raise _refused(given, "offering", "one", "Hand in a goodstanding.Offering.")
    return Terms(
        band=text_or_none(given.band, "band"),
        to=cast("To", one_of(given.to, get_args(To), "to")),
        discount=discount_of(given.discount),
        first_on=day(given.first_on, "first day"),
        last_on=day(given.last_on, "last day"),
        cap=whole(given.cap, "cap"),
    )


def _heard_until(
    last_day: date, learned: datetime | None, known_until: datetime | None, zone: str
) -> datetime:
    """Return the instant up to which what was learned counts: all that is known, unless said."""
    return learned or known_until or days.end_of_day(last_day, zone)


def _refused(given: object, what: str, kind: str, hint: str) -> ArgumentInvalid:
    said = repr(given)
    shown = said if len(said) <= 60 else f"{said[:60]}…"
    return ArgumentInvalid(
        f"{what} {shown} is not {kind}: it is of type {type(given).__name__}.", hint=hint
    )
