"""5 standing: what was published, restated, and how it went."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding import arguments
from goodstanding.arguments import Day
from goodstanding.effects import (
    looking_ahead,
)
from goodstanding.market.opened import writes
from goodstanding.market.reaching import MarketReaching
from goodstanding.rows.subjects import number_of
from goodstanding.standing import books, publishing, restating, rules
from goodstanding.standing import history as telling_history

if TYPE_CHECKING:
    from goodstanding.standing.books import Publication
    from goodstanding.standing.history import Edition
    from goodstanding.standing.restating import Difference


class MarketStandings(MarketReaching):
    """Publishing, restating and history; with each publication what it starts and ends."""

    @writes
    def publish(
        self, rulebook: str | Path, *, as_of: Day, despite_silence: bool = False
    ) -> Publication:
        """Publish a rulebook's results for one of its days of assessment; once.

        `rulebook` is a name, a path, or the id of one that has published. What is known at noon
        of the next day counts, whenever this runs. Returns what was published then where the
        day is published already. Of a day of which nothing was heard the effects wait for a later
        publication, unless they are to be carried out `despite_silence`. Raises
        `PublicationRefused`, `RulebookError` or `ArgumentInvalid`.
        """
        day = arguments.day(as_of, "as-of day")
        named = arguments.name_or_path(rulebook, "rulebook")
        found = rules.to_publish(self._database, named, day)
        return publishing.publish(
            self._database,
            self.settings,
            found,
            day,
            now=self._clock(),
            then=partial(self._carry_out, despite_silence=despite_silence),
        )

    def publish_due(
        self, *, until: Day | None = None, despite_silence: bool = False
    ) -> Iterator[Publication]:
        """Publish, of every rulebook that has published before, each day that is due since.

        Yields each publication once it is written; a run that was cut short goes on where it
        ended; `despite_silence` is as in `publish`. At last it looks ahead: whose grade is about
        to fall, what is over by time (`notices`), and settles the classes of a queue that is on.
        Raises what `publish` raises, and once all is published `RulebookUnknown` where the queue's
        rulebook is gone.
        """
        self._database.check_writable()
        end = None if until is None else arguments.day(until, "last day")
        yield from publishing.publish_due(
            self._database,
            self.settings,
            until=end,
            clock=self._clock,
            then=partial(self._carry_out, despite_silence=despite_silence),
        )
        with self._database.turn():
            now = self._clock()
            looking_ahead.look_ahead(
                self._database, self.settings, until=end, now=now, despite_silence=despite_silence
            )
            self._settle(now)

    def restate(self, rulebook: str | None = None) -> Iterator[Publication]:
        """Restate, beside what was published, whatever corrections change; yield each restatement.

        `rulebook` is the id of one; without it all. Late facts that correct nothing do not count.
        Raises `RulebookUnknown` for one that has published nothing.
        """
        self._database.check_writable()
        named = rules.published(self._database, arguments.text_or_none(rulebook, "rulebook"))
        yield from restating.restate(
            self._database,
            self.settings,
            rulebook_id=named,
            clock=self._clock,
            then=self._carry_out,
        )

    def differences(
        self, rulebook: str | None = None, *, by: str | None = None, reason: str | None = None
    ) -> Iterator[Difference]:
        """Say who would come out otherwise than published, by a correction or by late facts.

        Where any of the rulebooks is about buyers, `by` and `reason` are said, and logged before.
        Raises what `restate` raises, or `AccessRefused`.
        """
        named = rules.published(self._database, arguments.text_or_none(rulebook, "rulebook"))
        ids = {each.rulebook_id for each in books.publications(self._database, named)}
        if any(rules.judged_kind(self._database, each) == "buyer" for each in ids):
            self._log(by, reason, "buyer score", None)
        yield from restating.differences(
            self._database, self.settings, rulebook_id=named, now=self._clock()
        )

    def publications(self, rulebook: str | None = None) -> list[Publication]:
        """Return what was published, of one rulebook (its id) or of all, the oldest first."""
        return books.publications(self._database, arguments.text_or_none(rulebook, "rulebook"))

    def replay(self, publication: Publication) -> list[int]:
        """Judge again what was published; return the numbers of subjects that differ: none."""
        arguments.publication(publication)
        return restating.replay(self._database, self.settings, publication)

    def history(
        self, rulebook: str, *, subject: str, by: str | None = None, reason: str | None = None
    ) -> list[Edition]:
        """Return every edition of a subject's standing, by day and then by publication.

        `rulebook` is the id of one that has published. Of a buyer `by` and `reason` are said, and
        logged before. Raises `RulebookUnknown`, `SubjectUnknown`, `ArgumentInvalid` or
        `AccessRefused`.
        """
        named = arguments.text(rulebook, "rulebook")
        about = arguments.text(subject, "subject")
        kind = rules.judged_kind(self._database, named)
        number_of(self._database, kind, about)
        if kind == "buyer":
            self._log(by, reason, "buyer score", {about})
        return telling_history.history(self._database, named, kind, about)
