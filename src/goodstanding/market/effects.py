"""7 effects: what a standing does, and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from goodstanding import arguments, days
from goodstanding.arguments import Day, Instant
from goodstanding.effects import books as effect_books
from goodstanding.effects import (
    carrying,
    deciding,
    exposure,
    modifiers,
    rank,
    settling,
    switches,
)
from goodstanding.effects import listing as effect_listing
from goodstanding.effects import notices as telling_notices
from goodstanding.effects.buyer_bands import BUYER_SCORE, check_bands
from goodstanding.effects.deciding import Verdict
from goodstanding.effects.exposure import LISTING_SCORE
from goodstanding.effects.switches import Switched
from goodstanding.errors import ArgumentInvalid, RulebookError, RulebookUnknown
from goodstanding.market.opened import writes
from goodstanding.market.results import MarketResults
from goodstanding.rows.subjects import check_known, is_buyer
from goodstanding.standing import rules
from goodstanding.viewers import may_see

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.effects.exposure import Exposure
    from goodstanding.effects.listing import EffectTold
    from goodstanding.effects.notices import Notice
    from goodstanding.effects.switches import Switch
    from goodstanding.effects.writing_notices import NoticeKind
    from goodstanding.standing.books import Publication

SearchResults = str | Path | Sequence[Mapping[str, Any]] | Any


class MarketEffects(MarketResults):
    """Effects, notices and the order of search results."""

    def effects(
        self,
        *,
        as_of: Day | None = None,
        rulebook: str | None = None,
        subject: str | None = None,
        every: bool = False,
        by: str | None = None,
        reason: str | None = None,
    ) -> list[EffectTold]:
        """Return the effects that are in force, to come or proposed on a day.

        With `every` also those that are over, or were declined or lifted by then. The day is
        today where none is named; `rulebook` is the id of one that has published. Where any is
        about a buyer, or `subject` is one, of whom there may be none, `by` and `reason` are said,
        and logged before. Raises `RulebookUnknown`,
        `SubjectUnknown` for an id that nobody has, `ArgumentInvalid` or `AccessRefused`.
        """
        day = self.today if as_of is None else arguments.day(as_of, "as-of day")
        named = rules.published(self._database, arguments.text_or_none(rulebook, "rulebook"))
        about = arguments.text_or_none(subject, "subject")
        if about is not None:
            check_known(self._database, about)
        found = effect_listing.listed(
            self._database, as_of=day, rulebook_id=named, subject_id=about, every=every
        )
        buyers = {each.subject_id for each in found if each.subject_kind == "buyer"}
        if about is not None and is_buyer(self._database, about):
            buyers.add(about)
        if buyers:
            self._log(by, reason, "effects", buyers)
        return found

    @writes
    def decide_effect(
        self,
        effect_id: str,
        verdict: Verdict,
        *,
        decided_by: str,
        decided_at: Instant | None = None,
    ) -> EffectTold:
        """Approve or decline a proposed effect, or lift one that is in force.

        It holds from the day of the decision on; deciding the same again changes nothing.
        Raises `EffectUnknown`, `ArgumentInvalid` or `MarketUnwritable`.
        """
        zone = self.settings.time_zone
        arguments.one_of(verdict, get_args(Verdict), "verdict")
        why = arguments.why("effect", decided_by, decided_at, now=self._clock(), zone=zone)
        return deciding.decide(
            self._database,
            arguments.text(effect_id, "effect"),
            verdict,
            by=why.decided_by,
            on=days.local_day(why.decided_at, zone),
            at=why.decided_at,
        )

    def notices(
        self,
        *,
        after: int = 0,
        kind: NoticeKind | None = None,
        subject: str | None = None,
        limit: int | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> list[Notice]:
        """Return who is to be told what, in the order in which it came up.

        `after` is the number of the last notice that was delivered, `limit` the most that are
        returned; `kind` is one of `effects.notices.KINDS`. What buyers are told is returned only
        to whom says `by` and `reason`, which are logged before; where `subject` is a buyer, both
        are said. Raises `SubjectUnknown` for an id that nobody has, `ArgumentInvalid` or
        `AccessRefused`.
        """
        about = arguments.text_or_none(subject, "subject")
        if about is not None:
            check_known(self._database, about)
        if kind is not None:
            arguments.one_of(kind, telling_notices.KINDS, "kind")
        has_reason = by is not None or reason is not None
        found = telling_notices.notices(
            self._database,
            self.settings,
            after=arguments.whole(after, "after"),
            kind=kind,
            subject_id=about,
            limit=None if limit is None else arguments.whole(limit, "limit"),
            to_buyers=may_see("operator", "notices", is_logged=has_reason),
        )
        asked = {about} if about is not None and is_buyer(self._database, about) else set()
        if has_reason or asked:
            buyers = {each.to_id for each in found if each.to_kind == "buyer"}
            self._log(by, reason, "notices", buyers | asked)
        return found

    def notices_to_buyers_n(self, *, after: int = 0, kind: NoticeKind | None = None) -> int:
        """Return how many notices buyers are told, which `notices` leaves out without a reason.

        Of all buyers: how many there are to one of them would tell of a finding.
        """
        return telling_notices.to_buyers_n(self._database, after=after, kind=kind)

    def rank(
        self,
        results: SearchResults,
        *,
        as_of: Day,
        rulebook: str | Path = LISTING_SCORE,
        known_at: Instant | None = None,
        version: Day | None = None,
    ) -> pa.Table:
        """Return search results in the order of relevance * (1 + m), m being each one's modifier.

        `results` is a file, an Arrow table, a data frame or a list of mappings, with
        `listing_id`, `relevance` and, where they are of several queries, `query_id`. The columns
        are described in `docs/rank.md`. Raises what `assess` raises, an `InputError` for what
        cannot be read, or `RankingRefused` with every row that cannot be ranked.
        """
        asked = self.exposure(as_of=as_of, rulebook=rulebook, known_at=known_at, version=version)
        return rank.rank(self._database, self.settings, asked, results)

    def modifiers(
        self,
        *,
        as_of: Day,
        rulebook: str | Path = LISTING_SCORE,
        known_at: Instant | None = None,
        version: Day | None = None,
    ) -> pa.Table:
        """Return every listing's exposure modifier, by id, for a search engine to join.

        The columns are described in `docs/rank.md`. Raises what `assess` raises.
        """
        asked = self.exposure(as_of=as_of, rulebook=rulebook, known_at=known_at, version=version)
        return modifiers.modifiers(self._database, self.settings, asked)

    def exposure(
        self,
        *,
        as_of: Day,
        rulebook: str | Path = LISTING_SCORE,
        known_at: Instant | None = None,
        version: Day | None = None,
    ) -> Exposure:
        """Return the terms of `rank` on a day: the bound, and who is scored by which rules.

        `exposure.terms` of `goodstanding.effects` says them in words. Raises what `assess` raises.
        """
        question = self._question(rulebook, as_of, known_at, version, None)
        return exposure.exposure(question, partial(rules.in_force, self._database))

    @writes
    def switch_effect(
        self,
        does: Switched,
        *,
        is_on: bool,
        decided_by: str,
        decided_at: Instant | None = None,
        rulebook: str | Path = BUYER_SCORE,
    ) -> bool:
        """Turn the queue or offers on or off; return whether they were not so already.

        Of the queue, `rulebook` gives buyers the bands from which the classes of each year are
        made, once: those of the year of the decision now, later ones by `publish_due`. Raises
        `RulebookError`, `ArgumentInvalid` or `MarketUnwritable`.
        """
        arguments.one_of(does, get_args(Switched), "effect")
        zone, now = self.settings.time_zone, self._clock()
        why = arguments.why("switch", decided_by, decided_at, now=now, zone=zone)
        named = arguments.name_or_path(rulebook, "rulebook")
        if is_on and does == "queue":
            check_bands(rules.asked(self._database, named, days.local_day(why.decided_at, zone)))
        is_new = switches.turn(
            self._database,
            does,
            on=bool(is_on),
            rulebook=str(named),
            by=why.decided_by,
            at=why.decided_at,
        )
        self._settle(why.decided_at)
        return is_new

    def effect_switches(self) -> list[Switch]:
        """Return everything that was turned on and off, the earliest first."""
        return switches.listed(self._database)

    def effects_wait(self, publication: Publication) -> bool:
        """Say whether the effects of a publication were left to a later one; see docs/effects.md.

        They are where nothing was heard of its day.
        """
        arguments.publication(publication)
        return effect_books.waits(self._database, publication)

    def silent_since(self, publication: Publication) -> date | None:
        """Return the last day of which anything was known, where the day published lies after it.

        What was heard after the publication's known-at does not count.
        """
        arguments.publication(publication)
        return carrying.silent_day(self._database, publication, self.settings.time_zone)

    def _carry_out(self, publication: Publication, *, despite_silence: bool = False) -> None:
        carrying.carry_out(
            self._database,
            publication,
            zone=self.settings.time_zone,
            despite_silence=despite_silence,
        )

    def _settle(self, at: datetime) -> None:
        """Settle the classes of the year of an instant, where the queue is on."""
        said = switches.said_last(self._database, "queue")
        if said is None or said.rulebook is None:
            return
        year = days.local_day(at, self.settings.time_zone).year
        try:
            settling.settle(
                self._database,
                self.settings,
                year,
                now=at,
                rules_of=partial(rules.asked, self._database, said.rulebook),
            )
        except (RulebookError, ArgumentInvalid) as error:
            raise RulebookUnknown(
                f"the queue's classes of {year} cannot be settled by '{said.rulebook}', with which "
                f"it was turned on: {error.message}",
                hint="All else is done; until they are, the queue goes by ship-by instant alone. "
                "Put the rulebook back, or turn the queue off, and on again with another: "
                "goodstanding effects on queue --rulebook NAME --by NAME",
            ) from None
