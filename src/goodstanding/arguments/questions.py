"""What callers ask of a market: about whom, as of when, by which rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import cast, get_args

from goodstanding import days
from goodstanding.arguments.seeing import seen_by
from goodstanding.arguments.values import (
    day,
    instant,
    name_or_path,
    one_of,
    refused,
    text,
    text_or_none,
)
from goodstanding.assessment.questions import Question
from goodstanding.errors import ArgumentInvalid, RulebookUnknown
from goodstanding.explanation.buyer_view import ViewQuestion
from goodstanding.explanation.card_parts import CardQuestion
from goodstanding.explanation.card_rulebooks import RULEBOOKS
from goodstanding.explanation.next_told import NextQuestion
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.standing.books import Publication
from goodstanding.viewers import Viewer


def publication(given: object) -> None:
    """Hold that something is a publication."""
    if not isinstance(given, Publication):
        raise refused(given, "publication", "one", "Hand in one that publications() returned.")


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
        raise refused(asked, "rulebooks", "a list of them", "Hand in a list of names or paths.")
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


def _heard_until(
    last_day: date, learned: datetime | None, known_until: datetime | None, zone: str
) -> datetime:
    """Return the instant up to which what was learned counts: all that is known, unless said."""
    return learned or known_until or days.end_of_day(last_day, zone)
