"""Publishing: a rulebook's results for a day, written down once, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.assessment.questions import Question
from goodstanding.errors import PublicationRefused
from goodstanding.rulebook.english import assessed_told
from goodstanding.standing import books, rules
from goodstanding.standing.books import Publication
from goodstanding.standing.due import due_at, is_assessed, next_assessed
from goodstanding.standing.outcome import judged

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

_JUDGED = "published__outcomes"


def publish(
    database: Database,
    settings: Settings,
    rulebook: Rulebook,
    as_of: date,
    *,
    now: datetime,
    then: Callable[[Publication], None] | None = None,
) -> Publication:
    """Publish the results of a day of assessment, or return its publication if there is one.

    `now` is naive UTC; `then` runs in the same transaction, once it is written. Call it in a turn
    to write, so that what was published before and what is known hold still. Raises
    `PublicationRefused` where the day is none of the rulebook's days of assessment, another
    version is in force on it or published it, it lies before what was published already or
    beyond a day that is due, or its known-at is still to come; `RulebookChanged` where the
    version published with another content.
    """
    published = _published(database, rulebook, as_of)
    if published is not None:
        return published
    earlier = books.first_editions(database, rulebook.id)
    _check_rules(database, rulebook, as_of)
    _check_day(database, rulebook, as_of, earlier)
    known_at = due_at(as_of, settings.time_zone)
    _check_clock(settings, as_of, now)
    question = Question(rulebook=rulebook, as_of=as_of, known_at=known_at)
    with judged(database, settings, question, _JUDGED) as judged_n:
        return _written(database, question, judged_n, now=now, then=then)


def _published(database: Database, rulebook: Rulebook, as_of: date) -> Publication | None:
    """Return the first edition of a day, if there is one; raises as `publish` does."""
    for published in books.first_editions(database, rulebook.id):
        if published.as_of == as_of:
            _check_same(database, rulebook, published)
            return published
    return None


def _written(
    database: Database,
    question: Question,
    judged_n: int,
    *,
    now: datetime,
    then: Callable[[Publication], None] | None,
) -> Publication:
    """Write down what was judged, in one transaction."""
    rulebook, as_of = question.rulebook, question.as_of
    with database.transaction():
        rules.keep(database, rulebook, now)
        publication = Publication(
            number=books.next_number(database),
            rulebook_id=rulebook.id,
            version=rulebook.version,
            as_of=as_of,
            known_at=question.known_at,
            corrected_at=question.known_at,
            published_at=now,
            restates=None,
            subjects_n=judged_n,
            changed_n=0,
        )
        changed_n = books.add(
            database,
            publication,
            changed_sql(books.last_first_sql(), _JUDGED),
            {"rulebook_id": rulebook.id},
        )
        publication = replace(publication, changed_n=changed_n)
        if then is not None:
            then(publication)
    return publication


def changed_sql(before: str, judged: str) -> str:
    """Return SQL for the outcomes that differ from those before, and for who is there no more."""
    return f"""
        select
          coalesce(judged.subject_no, before.subject_no) as subject_no,
          judged.result as result,
          judged.rows_digest as rows_digest
        from {judged} as judged
        full join ({before}) as before on before.subject_no = judged.subject_no
        where judged.result is distinct from before.result
          or judged.rows_digest is distinct from before.rows_digest
    """  # noqa: S608 -- our own names; values are bound


def publish_due(
    database: Database,
    settings: Settings,
    *,
    until: date | None,
    clock: Callable[[], datetime],
    then: Callable[[Publication], None] | None = None,
) -> Iterator[Publication]:
    """Publish every day that is due, of each rulebook that has begun, and yield each as it is done.

    Those are the days of assessment after the last one published whose known-at has passed, up
    to `until`. A day on which no version is in force is passed over. `clock` tells what time it is
    (naive UTC), `then` is as in `publish`. Each is published in a turn to write of its own.
    """
    begun = dict.fromkeys(each.rulebook_id for each in books.first_editions(database))
    end = min(until or days.LAST_DAY, days.local_day(clock(), settings.time_zone))
    for rulebook_id in begun:
        while True:
            with database.turn():
                published = _publish_next(
                    database, settings, rulebook_id, end, now=clock(), then=then
                )
            if published is None:
                break
            yield published


def _publish_next(
    database: Database,
    settings: Settings,
    rulebook_id: str,
    end: date,
    *,
    now: datetime,
    then: Callable[[Publication], None] | None,
) -> Publication | None:
    """Publish the first day of a rulebook that is due and was not; None: there is none."""
    last = books.first_editions(database, rulebook_id)[-1].as_of
    found = _next_due(database, rulebook_id, last, end)
    if found is None or due_at(found[0], settings.time_zone) > now:
        return None
    day, rulebook = found
    return publish(database, settings, rulebook, day, now=now, then=then)


def _next_due(
    database: Database, rulebook_id: str, after: date, end: date
) -> tuple[date, Rulebook] | None:
    """Return the next day of assessment after a day, by the version in force on that day."""
    following = after + days.ONE_DAY
    while following <= end:
        rulebook = rules.in_force(database, rulebook_id, following)
        if rulebook is not None:
            day = next_assessed(rulebook.calendar, following)
            if day > end:
                return None
            on_the_day = rules.in_force(database, rulebook_id, day)
            if on_the_day is not None and is_assessed(on_the_day.calendar, day):
                return day, on_the_day
        following += days.ONE_DAY
    return None


def _check_same(database: Database, rulebook: Rulebook, published: Publication) -> None:
    if published.version != rulebook.version:
        raise PublicationRefused(
            f"'{rulebook.id}' published {published.as_of} by its version {published.version}, "
            f"not by '{rulebook.place}', which is version {rulebook.version}.",
            hint="What was published stays; goodstanding compare shows who would move.",
        )
    rules.check_kept(database, rulebook)


def _check_rules(database: Database, rulebook: Rulebook, as_of: date) -> None:
    if not is_assessed(rulebook.calendar, as_of):
        following = next_assessed(rulebook.calendar, as_of)
        raise PublicationRefused(
            f"{as_of} is no day of assessment of '{rulebook.id}', which is assessed "
            f"{assessed_told(rulebook.calendar)}.",
            hint=f"The next one is {following}. For any day: goodstanding assess.",
        )
    if not rulebook.is_in_force_on(as_of):
        raise PublicationRefused(
            f"'{rulebook.id}', version {rulebook.version}, is not in force on {as_of}.",
            hint="Nothing is published by rules that were not in force. To see what they would "
            "say: goodstanding assess.",
        )
    newer = rules.in_force(database, rulebook.id, as_of)
    if newer is not None and newer.version > rulebook.version:
        raise PublicationRefused(
            f"on {as_of} '{rulebook.id}' is in force in its version {newer.version}, not in that "
            f"of '{rulebook.place}', {rulebook.version}.",
            hint="A day is published by the newest version in force on it. To see what the older "
            "one would say: goodstanding assess.",
        )


def _check_day(
    database: Database, rulebook: Rulebook, as_of: date, earlier: list[Publication]
) -> None:
    if not earlier:
        return
    last = earlier[-1].as_of
    if as_of < last:
        raise PublicationRefused(
            f"'{rulebook.id}' is published up to {last}; {as_of} lies before it.",
            hint="Days are published in their order: what is shown later leans on what was "
            "shown before.",
        )
    due = _next_due(database, rulebook.id, last, as_of - days.ONE_DAY)
    if due is not None:
        raise PublicationRefused(
            f"'{rulebook.id}' is published up to {last}; {due[0]} is due before {as_of}, and "
            "could not be published after it.",
            hint=f"Publish what is due: goodstanding publish --due --until {as_of}",
        )


def _check_clock(settings: Settings, as_of: date, now: datetime) -> None:
    known_at = due_at(as_of, settings.time_zone)
    if now < known_at:
        raise PublicationRefused(
            f"{as_of} cannot be published yet: what is known at {days.iso(known_at)} counts "
            f"(noon of the next day in {settings.time_zone}), and it is {days.iso(now)}.",
            hint="Try again after that. To see how it stands: goodstanding assess.",
        )
