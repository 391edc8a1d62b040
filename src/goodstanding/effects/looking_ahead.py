"""Looking ahead: whose grade is about to fall, told once before each day of assessment."""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.assessment.questions import Question
from goodstanding.assessment.silence import silent_since
from goodstanding.effects import books, writing_notices
from goodstanding.facts.heard import heard_until
from goodstanding.standing import rules
from goodstanding.standing.books import first_editions, standing_sql
from goodstanding.standing.due import next_assessed
from goodstanding.standing.outcome import judged

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook
    from goodstanding.standing.books import Publication

# A week is time to ship what is open and to answer a dispute (which has five days); our own design.
NEAR = timedelta(days=7)
_JUDGED = "ahead__outcomes"


def look_ahead(
    database: Database,
    settings: Settings,
    *,
    until: date | None,
    now: datetime,
    despite_silence: bool = False,
) -> None:
    """End what is over by time, and tell whose grade is about to fall; each day once.

    The day is today, or `until` where that is earlier. Looked at are rulebooks with grades that
    have published, up to a week before their next day of assessment, by what is known now of the
    days up to yesterday; but not while nothing was heard of yesterday, unless `despite_silence`:
    deadlines that ran out unheard are nothing to warn of.
    """
    today = days.local_day(now, settings.time_zone)
    today = today if until is None else min(today, until)
    with database.transaction():
        books.end_by_time(database, today, number=None, at=now)
        writing_notices.of_effects(
            database,
            """
            select effect_id, 'ended' as kind, ended.publication_no, on_day as about_on
            from effect_changes as ended
            anti join notices on notices.notice_id = 'ended:' || ended.effect_id
            anti join (
              select effect_id from effect_changes where change in ('declined', 'lifted')
            ) as by_a_person using (effect_id)
            where change = 'ended' and because = 'time' and ended.publication_no is null
            """,
            {"at": now},
        )
    if not despite_silence and _is_silent(database, today - days.ONE_DAY, now, settings.time_zone):
        return
    last = {each.rulebook_id: each for each in first_editions(database)}
    for published in last.values():
        _look_at(database, settings, published, today, now)


def _is_silent(database: Database, day: date, now: datetime, zone: str) -> bool:
    heard = heard_until(database, now)
    return silent_since(day, known_at=now, known_until=heard, zone=zone) is not None


def _look_at(
    database: Database, settings: Settings, last: Publication, today: date, now: datetime
) -> None:
    found = _coming(database, last, today)
    if found is None:
        return
    rulebook, assessed_on = found
    day = {"id": rulebook.id, "day": today}
    looked = "select 1 from looks_ahead where rulebook_id = $id and looked_on = $day"
    if database.rows(looked, day):
        return
    question = Question(rulebook=rulebook, as_of=today - days.ONE_DAY, known_at=now)
    with judged(database, settings, question, _JUDGED):
        falling = _falling(database, rulebook, last)
    with database.transaction():
        database.execute("insert into looks_ahead values ($id, $day)", day)
        writing_notices.of_falling(database, rulebook, assessed_on, falling, now)


def _coming(database: Database, last: Publication, today: date) -> tuple[Rulebook, date] | None:
    """Return the rules and the next day of assessment, where it is near and not yet due."""
    rulebook = rules.in_force(database, last.rulebook_id, today)
    if rulebook is None or not rulebook.grades or rulebook.calendar.assessed == "daily":
        return None
    assessed_on = next_assessed(rulebook.calendar, last.as_of + days.ONE_DAY)
    is_near = last.as_of < today - days.ONE_DAY and today <= assessed_on <= today + NEAR
    return (rulebook, assessed_on) if is_near else None


def _falling(database: Database, rulebook: Rulebook, last: Publication) -> dict[int, str]:
    """Return, by number, the results of those who would come out with a worse grade."""
    standing, values = standing_sql(last)
    rows = database.rows(
        f"""
        select judged.subject_no, stands.result, judged.result
        from {_JUDGED} as judged
        join ({standing}) as stands on stands.subject_no = judged.subject_no
        where judged.result is distinct from stands.result
        """,
        values,
    )
    places = {name: place for place, name in enumerate(rulebook.grade_names)}
    found = {}
    for number, before, now in rows:
        was, is_now = (places.get(json.loads(each)["grade"]) for each in (before, now))
        if was is not None and is_now is not None and is_now > was:
            found[int(number)] = str(now)
    return found
