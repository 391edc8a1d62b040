"""A store's card: what stands of it on a day, side by side, each part by the rules of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from goodstanding import days
from goodstanding.assessment import assessing
from goodstanding.assessment.silence import silent_since
from goodstanding.errors import RulebookUnknown, SubjectUnknown
from goodstanding.explanation.card_answer import (
    Coming,
    Ending,
    Expiring,
    NextAssessment,
    PartTold,
    PublishedLevel,
    StoreCard,
)
from goodstanding.explanation.card_parts import (
    CardQuestion,
    next_command,
    not_in_force,
    told,
    untold,
)
from goodstanding.explanation.card_rulebooks import RULEBOOKS, published_rulebooks
from goodstanding.explanation.coming import coming_days
from goodstanding.explanation.forecast import forecast
from goodstanding.explanation.sanctions import ladders_told
from goodstanding.explanation.subject_market import subject_market
from goodstanding.facts.store import known_until
from goodstanding.rows.kept import has_orders
from goodstanding.rows.subjects import PLACES, number_of
from goodstanding.standing import books, rules
from goodstanding.standing.history import last_published
from goodstanding.viewers import may_see

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.explanation.answer import Forecast
    from goodstanding.explanation.sanction_answer import LadderTold
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import CardPart, Rulebook

_NO_ORDER = "No order of the store is known by {}; this is by which orders will count."


@dataclass(slots=True, kw_only=True)
class _Making:
    """What a card is made of, and what is found on the way."""

    database: Database
    settings: Settings
    asked: CardQuestion
    number: int
    published: Mapping[CardPart, Sequence[str]]
    in_force: list[Rulebook] = field(default_factory=list)
    forecast: Forecast | None = None


def store_card(database: Database, settings: Settings, asked: CardQuestion) -> StoreCard:
    """Tell what stands of a store, as much as the viewer may see; nothing else is worked out.

    Raises `SubjectUnknown` for a store that the market has never heard of.
    """
    number = number_of(database, "seller", asked.store_id)
    making = _Making(
        database=database,
        settings=settings,
        asked=asked,
        number=number,
        published=published_rulebooks(database, asked),
    )
    parts = tuple(
        made
        for part, bundled_id in RULEBOOKS.items()
        if may_see(asked.viewer, part)
        for rulebook_id in making.published[part] or [bundled_id]
        for made in _parts(making, part, rulebook_id)
    )
    return StoreCard(
        store_id=asked.store_id,
        viewer=asked.viewer,
        as_of=asked.as_of,
        known_at=asked.known_at,
        time_zone=settings.time_zone,
        silent_since=silent_since(
            asked.as_of,
            known_at=asked.known_at,
            known_until=known_until(database),
            zone=settings.time_zone,
        ),
        parts=parts,
        published=tuple(_published(making)) if may_see(asked.viewer, "published level") else (),
        coming=_coming(making, parts) if may_see(asked.viewer, "what comes") else None,
    )


def _parts(making: _Making, part: CardPart, rulebook_id: str) -> list[PartTold]:
    """Return a part by the version of its rulebook that is in force; of categories one each."""
    asked = making.asked
    try:
        rulebook = rules.asked(making.database, rulebook_id, asked.as_of)
    except RulebookUnknown as error:
        return [not_in_force(part, rulebook_id, error.message)]
    making.in_force.append(rulebook)
    counts_orders = not rulebook.ladders
    if counts_orders and not has_orders(
        making.database, making.number, asked.as_of, asked.known_at
    ):
        return [untold(asked, part, rulebook, "nothing counted", _NO_ORDER.format(asked.as_of))]
    try:
        return _JUDGED_BY.get(part, _alone)(making, part, rulebook)
    except SubjectUnknown as error:
        return [untold(asked, part, rulebook, "not there", error.message)]


def _alone(making: _Making, part: CardPart, rulebook: Rulebook) -> list[PartTold]:
    question = making.asked.about(rulebook, making.asked.store_id)
    results = assessing.judge(making.database, making.settings, question)
    return [told(making.asked, making.settings, part, rulebook, results)]


def _with_what_comes(making: _Making, part: CardPart, rulebook: Rulebook) -> list[PartTold]:
    """Judge the store over a copy of its facts, which also says what is to be expected."""
    question = making.asked.about(rulebook, making.asked.store_id)
    with subject_market(making.database, making.settings, question) as market:
        results = market.result()
        if not results.num_rows:
            raise assessing.not_there(question)
        (judged,) = results.to_pylist()
        making.forecast = making.forecast or forecast(market)
        ladders = ladders_told(market, judged)
    return [told(making.asked, making.settings, part, rulebook, results, ladders)]


def _in_each_category(making: _Making, part: CardPart, rulebook: Rulebook) -> list[PartTold]:
    """Judge everybody once, and return the store's standing in each category."""
    everybody = assessing.judge(making.database, making.settings, making.asked.about(rulebook))
    whose = pc.divide(everybody["subject_no"], PLACES)
    own = everybody.filter(pc.equal(whose, making.number)).sort_by("within_id")
    if not own.num_rows:
        sentence = "No category is known in which the store sold."
        return [untold(making.asked, part, rulebook, "nothing counted", sentence)]
    each = (own.slice(place, 1) for place in range(own.num_rows))
    return [told(making.asked, making.settings, part, rulebook, one) for one in each]


_JUDGED_BY: dict[CardPart, Callable[[_Making, CardPart, Rulebook], list[PartTold]]] = {
    "level": _with_what_comes,
    "violations": _with_what_comes,
    "category standing": _in_each_category,
}


def _published(making: _Making) -> Iterator[PublishedLevel]:
    """Yield the level as each rulebook that tells it published it last, where it did."""
    database, asked, zone = making.database, making.asked, making.settings.time_zone
    for rulebook_id in making.published["level"]:
        found = last_published(
            database, rulebook_id, asked.store_id, asked.as_of, asked.published_by
        )
        if found is None:
            continue
        publication, edition = found
        rulebook = rules.kept(database, rulebook_id, edition.version)
        yield PublishedLevel(
            rulebook=rulebook_id,
            version=edition.version,
            title=rulebook.title,
            confidence=rulebook.origin.confidence,
            of=publication.as_of,
            published_on=days.local_day(publication.published_at, zone),
            restated_on=days.local_day(edition.published_at, zone)
            if edition.is_restatement
            else None,
            grade=edition.grade,
        )


def _coming(making: _Making, parts: tuple[PartTold, ...]) -> Coming:
    ladders = [ladder for part in parts for ladder in part.ladders]
    return Coming(
        assessments=tuple(
            _next_assessment(making, rulebook)
            for rulebook in making.in_force
            if rulebook.calendar.assessed != "daily"
        ),
        forecast=making.forecast,
        expiring=tuple(found for ladder in ladders for found in _expiring(ladder)),
        ending=tuple(found for ladder in ladders for found in _ending(ladder)),
        next_steps=next_command(making.asked),
    )


def _next_assessment(making: _Making, rulebook: Rulebook) -> NextAssessment:
    as_of = making.asked.as_of
    published = books.first_editions(making.database, rulebook.id)
    found = coming_days(
        rulebook.calendar, as_of, is_published=any(each.as_of == as_of for each in published)
    )
    return NextAssessment(
        rulebook=rulebook.id,
        assessed_on=found.assessed_on,
        published_before=found.published_before,
    )


def _expiring(ladder: LadderTold) -> Iterator[Expiring]:
    ends = [each for each in ladder.entries if each.expires_on is not None]
    if not ends:
        return
    day = min(each.expires_on for each in ends if each.expires_on is not None)
    first = [each for each in ends if each.expires_on == day]
    yield Expiring(
        ladder=ladder.name,
        on=day,
        points=sum(each.adds for each in first),
        violation_ids=tuple(each.violation_id for each in first),
    )


def _ending(ladder: LadderTold) -> Iterator[Ending]:
    running = [
        (each.last_on, each.text)
        for each in ladder.sanctions
        if each.is_in_force and each.last_on is not None
    ]
    if running:
        last_on, text = min(running)
        yield Ending(ladder=ladder.name, text=text, last_on=last_on)
