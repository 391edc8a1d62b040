"""Carrying out what a publication starts and ends, once, in the transaction that publishes it.

Effects follow the standing of the last day that a rulebook published, in its latest edition: a
restatement of an earlier day starts and ends nothing. Where nothing was heard of a day, whatever
came of it came of deadlines that ran out unheard: its effects wait for the next publication of a
day of which something was.
"""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.assessment.silence import silent_since
from goodstanding.effects import books, writing_notices
from goodstanding.effects.concerned import CONCERNED, concerned_values, edition_before
from goodstanding.effects.wanted import Wanted, does_anything, renews, wanted
from goodstanding.facts.heard import heard_until
from goodstanding.standing import rules
from goodstanding.standing.books import first_editions, standing_sql

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.effects.books import Because
    from goodstanding.rulebook.model import Rulebook
    from goodstanding.standing.books import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """An effect that was carried out, and that no later standing has ended.

    It may be over by time. `is_of_the_day` says that the day looked at started it.
    """

    effect_id: str
    part: str
    does: str
    amount: int | None
    reached_at: int | None
    first_on: date
    last_on: date | None
    is_proposed: bool
    is_over: bool
    is_of_the_day: bool

    def is_same(self, other: Wanted) -> bool:
        """Say whether a standing still has it; of a sanction with the very days."""
        mine = (self.does, self.amount, self.reached_at, self.is_proposed)
        theirs = (other.does, other.amount, other.reached_at, other.is_proposed)
        is_sanction = self.reached_at is not None
        has_days = (self.first_on, self.last_on) == (other.first_on, other.last_on)
        return mine == theirs and (has_days or not is_sanction)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """What a publication means for effects: `from_on` is the first day on which it holds."""

    publication: Publication
    first: Publication
    is_last: bool
    from_on: date

    @property
    def is_restatement(self) -> bool:
        return self.publication.restates is not None


def carry_out(
    database: Database, publication: Publication, *, zone: str, despite_silence: bool = False
) -> None:
    """Write down what a publication starts and ends, and who is to be told of it.

    Runs in the transaction that publishes, so that it is done once, or not at all. Days are
    those of the market's time zone. Effects of a day of which nothing was heard wait, unless
    told to be carried out `despite_silence`; what is over by time ends all the same.
    """
    rulebook = rules.kept(database, publication.rulebook_id, publication.version)
    moment = _moment(database, publication, zone)
    books.end_by_time(
        database, moment.from_on, number=publication.number, at=publication.published_at
    )
    begun: list[tuple[int, Wanted]] = []
    ended: list[tuple[str, Because, date]] = []
    running = _running(database, moment)
    acts = moment.is_last and (does_anything(rulebook) or bool(running))
    if acts and not _has_to_wait(database, moment, zone, despite_silence=despite_silence):
        for number, result in _standings(database, moment, rulebook, running):
            there = running.get(number, ())
            has = wanted(rulebook, result, moment.from_on)
            begun += [(number, each) for each in _begun(has, there, moment)]
            ended += _ended(has, there, moment)
    if begun:
        books.start(database, publication, rulebook.subject, begun)
    if ended:
        books.end(database, publication, ended)
    writing_notices.of_publication(database, rulebook, publication, moment.first)


def silent_day(database: Database, publication: Publication, zone: str) -> date | None:
    """Return the last day of which anything was known, where a publication's day lies after it."""
    known_at = publication.known_at
    heard = heard_until(database, known_at)
    return silent_since(publication.as_of, known_at=known_at, known_until=heard, zone=zone)


def _has_to_wait(database: Database, moment: _Moment, zone: str, *, despite_silence: bool) -> bool:
    """Say whether the effects of a day wait; of a first edition write it down.

    A restatement does as its first edition did.
    """
    if moment.is_restatement:
        return books.waits(database, moment.first)
    last = None if despite_silence else silent_day(database, moment.publication, zone)
    if last is not None:
        books.wait(database, moment.publication, last)
    return last is not None


def _moment(database: Database, publication: Publication, zone: str) -> _Moment:
    published = first_editions(database, publication.rulebook_id)
    number = publication.restates or publication.number
    first = next(each for each in published if each.number == number)
    from_on = first.as_of + days.ONE_DAY
    if publication.restates is not None:
        from_on = max(from_on, days.local_day(publication.published_at, zone))
    return _Moment(
        publication=publication,
        first=first,
        is_last=first.number == published[-1].number,
        from_on=from_on,
    )


def _running(database: Database, moment: _Moment) -> dict[int, list[_Running]]:
    """Return what runs by the rulebook, by subject; and what is over, but of the day looked at."""
    rows = database.rows(
        f"""
        select subject_no, effect_id, part, does, amount, reached_at, first_on, last_on,
          is_proposed, because is not null as is_over,
          coalesce(restates, effects.publication_no) = $first as is_of_the_day
        from {books.EFFECTS} as effects
        join publications using (publication_no)
        left join (
          select effect_id, because from effect_changes where change = 'ended'
        ) as ended using (effect_id)
        where effects.rulebook_id = $rulebook_id
          and (because is null or (because = 'time' and last_on >= $as_of))
        order by effect_id
        """,
        {
            "first": moment.first.number,
            "rulebook_id": moment.first.rulebook_id,
            "as_of": moment.first.as_of,
        },
    )
    found: dict[int, list[_Running]] = {}
    for number, *said in rows:
        names = tuple(_Running.__dataclass_fields__)
        found.setdefault(number, []).append(_Running(**dict(zip(names, said, strict=True))))
    return found


def _standings(
    database: Database, moment: _Moment, rulebook: Rulebook, running: Mapping[int, object]
) -> Iterator[tuple[int, str | None]]:
    """Yield those whom a publication may concern, by number, with their standing.

    Those are whom it concerns; and where effects begin anew each time, those of the day before
    wait, or none was carried out before (as in a market that is older than they are), everybody.
    """
    publication = moment.publication
    sql, values = standing_sql(moment.first, up_to=publication.number)
    looked_at = CONCERNED
    before = edition_before(database, publication)
    is_for_all = not moment.is_restatement and (
        renews(rulebook)
        or _is_first(database, moment)
        or (before is not None and books.waits(database, before))
    )
    if is_for_all:
        looked_at = f"{CONCERNED} union select subject_no from ({sql})"
    rows = database.rows(
        f"""
        select looked_at.subject_no, result
        from ({looked_at}) as looked_at
        left join ({sql}) as stands using (subject_no)
        order by looked_at.subject_no
        """,
        values | concerned_values(publication, before),
    )
    yield from rows
    if is_for_all:
        seen = {number for number, _ in rows}
        yield from ((number, None) for number in running if number not in seen)


def _is_first(database: Database, moment: _Moment) -> bool:
    said = {"id": moment.first.rulebook_id}
    return not database.rows("select 1 from effects where rulebook_id = $id limit 1", said)


def _begun(has: Sequence[Wanted], there: Sequence[_Running], moment: _Moment) -> list[Wanted]:
    """Return what a standing starts: what it has, and what does not run already."""
    return [
        each
        for each in has
        if not any(
            one.part == each.part and one.is_same(each) and not _is_renewed(one, each, moment)
            for one in there
        )
    ]


def _ended(
    has: Sequence[Wanted], there: Sequence[_Running], moment: _Moment
) -> list[tuple[str, Because, date]]:
    """Return what a standing ends: what runs, and what it no longer has, or has otherwise."""
    by_part = {each.part: each for each in has}
    found: list[tuple[str, Because, date]] = []
    for one in there:
        now = by_part.get(one.part)
        is_kept = now is not None and one.is_same(now) and not _is_renewed(one, now, moment)
        if one.is_over or is_kept:
            continue
        because: Because = "restated" if moment.is_restatement else "standing"
        if now is not None:
            because = "replaced"
        found.append((one.effect_id, because, max(moment.from_on, one.first_on)))
    return found


def _is_renewed(one: _Running, now: Wanted, moment: _Moment) -> bool:
    """Say whether an effect begins anew although it is the same: with each new day published."""
    if not now.is_renewed:
        return False
    return not (moment.is_restatement and one.is_of_the_day)
