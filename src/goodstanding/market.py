"""The whole flow on one page, and the Python interface.

    import goodstanding

    market = goodstanding.open("market.duckdb")
    market.load("exports/")                                       # 1 facts
    market.exclude(order="O1", reason="order protection", decided_by="Ana")   # 1 decisions
    market.assess("service-level", as_of="2018-07-31")            # 2 rows, 3 rulebook, 4 assessment
    market.explain("service-level", as_of="2018-07-31", subject="S1")   # 6 explanation
    market.store_card("S1", as_of="2018-07-31", viewer="public")
    market.next_steps("S1", as_of="2018-07-31")
    market.service("S1", as_of="2018-07-31")
    market.buyer_view("B1", as_of="2018-07-31")
    market.compare("service-level", "mine.toml", as_of="2018-07-31")
    market.publish("service-level", as_of="2018-07-31")           # 5 standing, 7 effects
    market.effects(as_of="2018-08-01")
    market.notices(after=120)
    market.rank("results.csv", as_of="2018-07-31")
    market.queue("S1", as_of="2018-07-31")

Days are `datetime.date` or text (2018-07-31); instants are `datetime` or ISO 8601 text, in
the market's time zone where they carry no offset. Every error is one of `goodstanding.errors`:
what is handed in is checked here, once (`arguments`), and a market that was closed says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, get_args

from goodstanding import arguments, days
from goodstanding.arguments import Day, Instant
from goodstanding.assessment import assessing
from goodstanding.decisions import access_log, exclusions, finding_steps, findings, listing
from goodstanding.decisions.exclusions import Change, Decided, Incident
from goodstanding.decisions.finding_steps import Proposal, StepTaken
from goodstanding.decisions.statement import Stage, statement_of
from goodstanding.effects import books as effect_books
from goodstanding.effects import (
    carrying,
    deciding,
    exposure,
    looking_ahead,
    making_offers,
    modifiers,
    rank,
    settling,
    switches,
    taking_offers,
    writing_notices,
)
from goodstanding.effects import listing as effect_listing
from goodstanding.effects import notices as telling_notices
from goodstanding.effects import offers as telling_offers
from goodstanding.effects import queue as queueing
from goodstanding.effects.buyer_bands import BUYER_SCORE, check_bands
from goodstanding.effects.deciding import Verdict
from goodstanding.effects.exposure import LISTING_SCORE
from goodstanding.effects.switches import Switched
from goodstanding.errors import ArgumentInvalid
from goodstanding.explanation import buyer_view as own_view
from goodstanding.explanation import comparing, explaining, next_steps, order_record, store_card
from goodstanding.explanation import service as telling_service
from goodstanding.facts import loading, quarantine, reading, store
from goodstanding.rows import keeping
from goodstanding.rows.subjects import check_known
from goodstanding.standing import books, publishing, restating, rules
from goodstanding.standing import history as telling_history
from goodstanding.standing.status import with_status
from goodstanding.viewers import may_see

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.assessment.questions import Question
    from goodstanding.database.duckdb import DuckDB
    from goodstanding.decisions.finding_turns import Act
    from goodstanding.decisions.findings import Finding
    from goodstanding.decisions.listing import Decision
    from goodstanding.effects.exposure import Exposure
    from goodstanding.effects.listing import EffectTold
    from goodstanding.effects.making_offers import Made
    from goodstanding.effects.notices import Notice
    from goodstanding.effects.offers import Offer, OfferToBuyer
    from goodstanding.effects.queue import Queue
    from goodstanding.effects.switches import Switch
    from goodstanding.effects.terms import Offering
    from goodstanding.effects.writing_notices import NoticeKind
    from goodstanding.explanation.answer import Explanation
    from goodstanding.explanation.buyer_answer import BuyerView
    from goodstanding.explanation.buyer_view import ViewQuestion
    from goodstanding.explanation.card_answer import StoreCard
    from goodstanding.explanation.comparing import Comparison
    from goodstanding.explanation.next_answer import NextSteps
    from goodstanding.explanation.order_record import OrderRecord
    from goodstanding.explanation.service_answer import Service
    from goodstanding.facts.loading import LoadSummary, Recorded
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook
    from goodstanding.standing.books import Publication
    from goodstanding.standing.history import Edition
    from goodstanding.standing.restating import Difference
    from goodstanding.viewers import BuyerPart, BuyerViewer, Viewer

Source = str | Path | Mapping[str, Any]
SearchResults = str | Path | Sequence[Mapping[str, Any]] | Any


def new(path: str | Path, *, time_zone: str, currency: str) -> Market:
    """Make a market and open it.

    `time_zone` is an IANA name, `currency` an ISO 4217 code; neither can be changed later.
    Raises `MarketExists`, `MarketMissing` (a folder, or in none) or `ArgumentInvalid`.
    """
    place = arguments.path(path, "path")
    settings = store.Settings(
        time_zone=arguments.text(time_zone, "time zone"),
        currency=arguments.text(currency, "currency"),
    )
    store.create(
        place, settings, beside=[keeping.kept_table(), *books.TABLES, *effect_books.TABLES]
    )
    return open_market(place)


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def open_market(
    path: str | Path = "market.duckdb",
    *,
    read_only: bool = False,
    clock: Callable[[], datetime] = _utc_now,
) -> Market:
    """Open a market; use it in a `with` block, or close it.

    With `read_only` several processes can have it open, and nothing can be loaded or published;
    a market that may not be written is opened so in any case. `clock` tells what time it is
    (naive UTC), for loads and for what is due. Raises `MarketMissing`, `MarketHeld`,
    `MarketUnreadable` or `ArgumentInvalid`.
    """
    place = arguments.path(path, "path")
    arguments.called(clock, "clock")
    database, settings = store.open_market(place, read_only=read_only)
    effect_books.complete(database)
    return Market(place, database, settings, clock)


class Market:
    """One marketplace's facts, and what follows from them.

    Every call may raise `ArgumentInvalid`, or `MarketClosed` once it is closed.
    """

    def __init__(
        self, path: Path, database: DuckDB, settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        self.path = path
        self._clock = clock
        self.settings = settings
        self._database = database

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_ended: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the market, so that another process can open it."""
        self._database.close()

    def interrupt(self) -> None:
        """End the query that runs, from another thread; in its own it raises an error."""
        self._database.interrupt()

    @property
    def known_until(self) -> datetime | None:
        """The newest instant at which a fact was known (naive UTC); None in an empty market."""
        return store.known_until(self._database)

    def load(
        self,
        source: Source,
        *,
        table: str | None = None,
        mapping: str | Path | None = None,
        adapter: str | None = None,
        recorded: Recorded = "source",
        check: bool = False,
        strict: bool = False,
        progress: Callable[[str, int], None] | None = None,
    ) -> LoadSummary:
        """Load facts from a file, a folder, or data frames by table name.

        `mapping` is a mapping file, `adapter` the name of a bundled one; at most one of the
        two. With `recorded="occurred"` each value counts as recorded when it occurred.
        `check` does everything but write; `strict` writes nothing when a row would go to
        quarantine or a column be left out. `progress` is told a table and how many rows of it
        are done. Raises an `InputError`, or `MarketUnwritable`; nothing is loaded then.
        """
        self._database.check_writable()
        arguments.one_of(recorded, ("source", "occurred"), "recorded")
        if progress is not None:
            arguments.called(progress, "progress")
        sources = reading.sources_of(
            source,
            database=self._database,
            table=arguments.text_or_none(table, "table"),
            mapping=None if mapping is None else arguments.path(mapping, "mapping"),
            adapter=arguments.text_or_none(adapter, "adapter"),
        )
        return loading.load(
            self._database,
            self.settings,
            sources,
            recorded=recorded,
            check=check,
            strict=strict,
            now=self._clock(),
            progress=progress,
            then=lambda load_no: self._refresh(load_no, progress),
        )

    def exclude(
        self,
        *,
        order: str | None = None,
        buyer: str | None = None,
        rating: str | None = None,
        reason: str,
        decided_by: str,
        decided_at: Instant | None = None,
    ) -> Decided:
        """Decide that an order, all orders of a buyer, or a rating does not count.

        Exactly one of the three is named, by its id. `reason` is told in words that rulebooks
        name. It holds for every day from now on, and may restate what was published.
        Raises `ArgumentInvalid`, `SubjectUnknown` or `MarketUnwritable`.
        """
        self._database.check_writable()
        why = arguments.why(
            reason, decided_by, decided_at, now=self._clock(), zone=self.settings.time_zone
        )
        about, key = arguments.one_named(order=order, buyer=buyer, rating=rating)
        return self._decide(exclusions.excluding(self._database, about, key, why))

    def declare_incident(
        self,
        incident: Incident,
        *,
        reason: str,
        decided_by: str,
        decided_at: Instant | None = None,
    ) -> Decided:
        """Declare something nobody could help, such as a strike; it bears a name of its own.

        Raises `ArgumentInvalid` or `MarketUnwritable`.
        """
        self._database.check_writable()
        why = arguments.why(
            reason, decided_by, decided_at, now=self._clock(), zone=self.settings.time_zone
        )
        arguments.incident(incident)
        return self._decide(exclusions.declaring(self._database, incident, why))

    def lift(self, decision_id: str, *, lifted_by: str) -> Decided:
        """Lift a decision: from now on it holds for no day. Raises `DecisionUnknown`."""
        self._database.check_writable()
        named = arguments.text(decision_id, "decision")
        by = arguments.said(lifted_by, "who lifts it")
        return self._decide(exclusions.lifting(self._database, named, by, self._clock()))

    def decisions(self) -> list[Decision]:
        """Return every decision that is known, lifted ones too, by its instant and its id."""
        return listing.listed(self._database)

    def propose_finding(self, proposal: Proposal, *, by: str) -> StepTaken:
        """Propose to find that a buyer abused the marketplace. Nothing counts until it is decided.

        Raises `ArgumentInvalid`, `SubjectUnknown` or `MarketUnwritable`.
        """
        self._database.check_writable()
        act = self._act(by)
        said = arguments.proposal(proposal)
        return self._take(finding_steps.proposing(self._database, said, act), act)

    def warn_of_finding(self, finding_id: str, *, by: str) -> StepTaken:
        """Warn the buyer of a proposed finding, who is told of it and may answer.

        This and every later step raises `DecisionUnknown` for a finding that is not known,
        `ArgumentInvalid` where it is not its turn, and `MarketUnwritable`.
        """
        self._database.check_writable()
        act, named = self._act(by), arguments.text(finding_id, "finding")
        return self._take(finding_steps.warning(self._database, named, act), act, "warned")

    def answer_finding(self, finding_id: str, text: str) -> StepTaken:
        """Write down what the buyer says to the warning."""
        self._database.check_writable()
        act, named = self._act("the buyer"), arguments.text(finding_id, "finding")
        said = arguments.told(text, "the answer")
        return self._take(finding_steps.answering(self._database, named, said, act), act)

    def decide_finding(
        self,
        finding_id: str,
        verdict: finding_steps.Verdict,
        *,
        reasons: str,
        by: str,
        follows: str | None = None,
        until: Day | None = None,
    ) -> StepTaken:
        """Confirm a finding, or dismiss it, with reasons for the buyer to read.

        Of one that is confirmed `follows` says what follows, to the day `until`, at most 365 days
        ahead. It is confirmed once the buyer answered, or the seven days to answer are over.
        """
        self._database.check_writable()
        arguments.one_of(verdict, get_args(finding_steps.Verdict), "verdict")
        act, named = self._act(by), arguments.text(finding_id, "finding")
        change = finding_steps.deciding(
            self._database,
            named,
            act,
            reasons=arguments.told(reasons, "the statement of reasons"),
            consequence=arguments.consequence(follows, until, is_confirmed=verdict == "confirm"),
        )
        return self._take(change, act, "confirmed" if verdict == "confirm" else "dismissed")

    def appeal_finding(self, finding_id: str, text: str) -> StepTaken:
        """Write down that the buyer appeals, at most six months after the decision."""
        self._database.check_writable()
        act, named = self._act("the buyer"), arguments.text(finding_id, "finding")
        said = arguments.told(text, "the appeal")
        return self._take(finding_steps.appealing(self._database, named, said, act), act)

    def decide_appeal(
        self, finding_id: str, verdict: finding_steps.AppealVerdict, *, reasons: str, by: str
    ) -> StepTaken:
        """Uphold or overturn a finding that was appealed; by another person than decided it.

        One that is overturned counts for no day, past ones too.
        """
        self._database.check_writable()
        arguments.one_of(verdict, get_args(finding_steps.AppealVerdict), "verdict")
        act, named = self._act(by), arguments.text(finding_id, "finding")
        said = arguments.told(reasons, "the statement of reasons")
        change = finding_steps.deciding_appeal(self._database, named, verdict, act, reasons=said)
        return self._take(change, act, "upheld" if verdict == "uphold" else "overturned")

    def findings(self, *, by: str, reason: str, buyer: str | None = None) -> list[Finding]:
        """Return every finding, or those about a buyer; who looks, and why, is logged before.

        Raises `AccessRefused` where it cannot be logged, or `SubjectUnknown`.
        """
        about = arguments.text_or_none(buyer, "buyer")
        if about is not None:
            exclusions.check_known(self._database, "buyer", about)
        found = findings.listed(self._database, self.settings.time_zone, buyer_id=about)
        shown = {each.buyer_id for each in found if each.buyer_id is not None}
        self._log(by, reason, "findings", shown if about is None else {about})
        return found

    def finding(self, finding_id: str, *, by: str, reason: str) -> Finding:
        """Return one finding; who looks, and why, is logged before.

        Raises `AccessRefused` where it cannot be logged, or `DecisionUnknown`.
        """
        named = arguments.text(finding_id, "finding")
        found = findings.named(self._database, self.settings.time_zone, named)
        self._log(by, reason, "findings", {found.buyer_id} if found.buyer_id else set())
        return found

    def _act(self, by: str) -> Act:
        return arguments.act(by, now=self._clock(), zone=self.settings.time_zone)

    def _log(
        self, by: str | None, reason: str | None, part: BuyerPart, buyers: Collection[str] | None
    ) -> None:
        """Log who looks at what concerns buyers (None: all of them), before it is shown."""
        look = arguments.look(by, reason, part)
        access_log.write_down(self.path, look, part=part, buyers=buyers, at=self._clock())

    def _take(self, change: Change, act: Act, stage: Stage | None = None) -> StepTaken:
        """Load a step of a finding and tell the buyer of its stage, in one transaction."""
        if change.facts:
            self._keep(change, then=lambda: self._tell_buyer(change.decision_id, stage, act))
        found = findings.named(self._database, act.zone, change.decision_id)
        return StepTaken(
            finding_id=found.finding_id,
            status=found.status,
            is_new=bool(change.facts),
            until_on={"warned": found.answer_until, "confirmed": found.appeal_until}.get(
                found.status
            ),
        )

    def _tell_buyer(self, finding_id: str, stage: Stage | None, act: Act) -> None:
        found = findings.named(self._database, act.zone, finding_id)
        was_warned = found.warned_at is not None  # whoever never heard of it need not now
        if stage is not None and was_warned and found.buyer_id is not None:
            said = statement_of(found, stage, act.zone)
            writing_notices.of_finding(self._database, found.buyer_id, said, act.at)

    def _decide(self, change: Change) -> Decided:
        if change.facts:
            self._keep(change)
        return Decided(decision_id=change.decision_id, is_new=bool(change.facts))

    def _keep(self, change: Change, then: Callable[[], object] = lambda: None) -> None:
        """Load what was decided, and do what belongs to it, in one transaction."""

        def loaded(load_no: int) -> None:
            self._refresh(load_no, None)
            then()

        loading.load(
            self._database,
            self.settings,
            reading.sources_of(change.facts, database=self._database),
            strict=True,
            now=self._clock(),
            then=loaded,
        )

    def _refresh(self, load_no: int, progress: Callable[[str, int], None] | None) -> None:
        if progress is not None:
            progress("rows", 0)
        keeping.refresh(self._database, self.settings, load_no)

    def assess(
        self,
        rulebook: str | Path,
        *,
        as_of: Day,
        known_at: Instant | None = None,
        version: Day | None = None,
        subject: str | None = None,
    ) -> pa.Table:
        """Judge every subject of a rulebook, or one, for a day; one row each, by id.

        `rulebook` is a name, a path, or the id of one that has published. `known_at` leaves out
        what was learned later; by default everything counts that the market knows. The columns
        are described in `docs/results.md`. Raises `RulebookError`, `ArgumentInvalid` or
        `SubjectUnknown`.
        """
        question = self._question(rulebook, as_of, known_at, version, subject)
        return with_status(
            self._database, question, assessing.assess(self._database, self.settings, question)
        )

    def explain(
        self,
        rulebook: str | Path,
        *,
        as_of: Day,
        subject: str,
        known_at: Instant | None = None,
        version: Day | None = None,
        viewer: Viewer = "operator",
    ) -> Explanation:
        """Explain one subject's result: the arithmetic, the orders behind it, what would change it.

        `viewer` is `operator`, or `store` for no more of it than the store may see. Raises what
        `assess` raises.
        """
        about = arguments.text(subject, "subject")
        question = self._question(rulebook, as_of, known_at, version, about)
        seen_by = arguments.explained_to(viewer, question.rulebook)
        return explaining.explain(self._database, self.settings, question, seen_by)

    def store_card(
        self,
        store: str,
        *,
        as_of: Day,
        known_at: Instant | None = None,
        viewer: Viewer = "operator",
    ) -> StoreCard:
        """Tell what stands of a store on a day, side by side: as much as the viewer may see.

        `viewer` is `operator`, `store` (the store itself) or `public` (everybody else). Rulebooks
        of which no version is in force on the day say so. Raises `SubjectUnknown` for a store
        that the market has never heard of.
        """
        asked = arguments.card_question(
            store,
            as_of,
            known_at,
            viewer,
            known_until=self.known_until,
            zone=self.settings.time_zone,
        )
        return store_card.store_card(self._database, self.settings, asked)

    def next_steps(
        self,
        store: str,
        *,
        as_of: Day | None = None,
        known_at: Instant | None = None,
        rulebooks: Sequence[str | Path] | None = None,
        viewer: Viewer = "operator",
    ) -> NextSteps:
        """Say what a store has open by deadline, what leaving it costs, what moves its results.

        Without `as_of` as of the last day of which anything is known; without `rulebooks` by the
        service level and the daily score of the day. `viewer` is `operator` or `store`. Raises
        `SubjectUnknown`, `RulebookError` or `ArgumentInvalid`.
        """
        asked = arguments.next_question(
            store,
            as_of,
            known_at,
            rulebooks,
            viewer,
            known_until=self.known_until or self._clock(),
            zone=self.settings.time_zone,
            find=lambda name, day: rules.asked(self._database, name, day),
        )
        return next_steps.next_steps(self._database, self.settings, asked)

    def service(
        self,
        subject: str,
        *,
        as_of: Day,
        known_at: Instant | None = None,
        is_listing: bool = False,
        viewer: Viewer = "operator",
    ) -> Service:
        """Tell the service of a store, or of a listing, order by order; none of it is graded.

        `viewer` is `operator` or `store`: nobody else may see it. Raises `ArgumentInvalid` for
        another, `SubjectUnknown` for one of whom the market has not heard by the day, and
        `RulebookUnknown` for a day before the rules are in force.
        """
        seen_by = arguments.seen_by(viewer, "service")
        about = arguments.text(subject, "listing" if is_listing else "store")
        rules_of = telling_service.RULEBOOKS["listing" if is_listing else "seller"]
        question = self._question(rules_of, as_of, known_at, None, about)
        return telling_service.service(self._database, self.settings, question, seen_by)

    def buyer_view(
        self,
        buyer: str,
        *,
        as_of: Day | None = None,
        known_at: Instant | None = None,
        rulebook: str | Path = BUYER_SCORE,
        by: str | None = None,
        reason: str | None = None,
    ) -> BuyerView:
        """Tell a buyer where they stand: the score and all behind it, open orders, what to do.

        It is for that buyer; an operator who looks says `by` and `reason`, which are logged before.
        Without `as_of` as of the last day of which anything is known. Raises `SubjectUnknown`,
        `RulebookError`, `ArgumentInvalid`, or `AccessRefused` where a look cannot be logged.
        """
        asked = self._view_question(buyer, as_of, known_at, rulebook)
        self._log_of_buyer(asked.buyer_id, by, reason, "own view")
        looks = access_log.looks_at(self.path, asked.buyer_id)
        return own_view.buyer_view(self._database, self.settings, asked, looks)

    def order_record(
        self,
        buyer: str,
        order: str,
        *,
        as_of: Day | None = None,
        known_at: Instant | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> OrderRecord:
        """Return the record of one of a buyer's orders: every act, what was corrected, a digest.

        Raises `SubjectUnknown` for an order that is not the buyer's, and what `buyer_view` does.
        """
        asked = self._view_question(buyer, as_of, known_at, BUYER_SCORE)
        self._log_of_buyer(asked.buyer_id, by, reason, "order record")
        facts = own_view.facts_of(
            self._database, self.settings, asked.buyer_id, asked.as_of, asked.known_at
        )
        return order_record.order_record(facts, asked.buyer_id, arguments.text(order, "order"))

    def _log_of_buyer(
        self, buyer: str, by: str | None, reason: str | None, part: BuyerPart
    ) -> None:
        """Log that an operator looks at what one buyer is told; a buyer's own look is not."""
        exclusions.check_known(self._database, "buyer", buyer)
        if by is not None or reason is not None:
            self._log(by, reason, part, {buyer})

    def _view_question(self, *asked: object) -> ViewQuestion:
        return arguments.view_question(
            *asked,
            known_until=self.known_until or self._clock(),
            zone=self.settings.time_zone,
            find=partial(rules.asked, self._database),
        )

    def compare(
        self,
        rulebook: str | Path,
        other: str | Path,
        *,
        as_of: Day,
        known_at: Instant | None = None,
    ) -> Comparison:
        """Say who would move, and how far, if the other rulebook held instead.

        Raises what `assess` raises.
        """
        first = self._question(rulebook, as_of, known_at, None, None)
        second = self._question(other, as_of, known_at, None, None)
        return comparing.compare(self._database, self.settings, first, second)

    def publish(self, rulebook: str | Path, *, as_of: Day) -> Publication:
        """Publish a rulebook's results for one of its days of assessment; once.

        `rulebook` is a name, a path, or the id of one that has published. What is known at noon
        of the next day counts, whenever this runs. Returns what was published then where the
        day is published already. Raises `PublicationRefused`, `RulebookError` or
        `ArgumentInvalid`.
        """
        self._database.check_writable()
        day = arguments.day(as_of, "as-of day")
        named = arguments.name_or_path(rulebook, "rulebook")
        found = rules.to_publish(self._database, named, day)
        return publishing.publish(
            self._database, self.settings, found, day, now=self._clock(), then=self._carry_out
        )

    def publish_due(self, *, until: Day | None = None) -> Iterator[Publication]:
        """Publish, of every rulebook that has published before, each day that is due since.

        Yields each publication once it is written; a run that was cut short goes on where it
        ended. At last it looks ahead: whose grade is about to fall, what is over by time
        (`notices`). Raises what `publish` raises.
        """
        self._database.check_writable()
        end = None if until is None else arguments.day(until, "last day")
        now = self._clock()
        yield from publishing.publish_due(
            self._database, self.settings, until=end, now=now, then=self._carry_out
        )
        looking_ahead.look_ahead(self._database, self.settings, until=end, now=now)
        self._settle(now)

    def _carry_out(self, publication: Publication) -> None:
        carrying.carry_out(self._database, publication, zone=self.settings.time_zone)

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
            now=self._clock(),
            then=self._carry_out,
        )

    def differences(self, rulebook: str | None = None) -> Iterator[Difference]:
        """Say who would come out otherwise than published, by a correction or by late facts.

        Raises what `restate` raises.
        """
        named = rules.published(self._database, arguments.text_or_none(rulebook, "rulebook"))
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

    def history(self, rulebook: str, *, subject: str) -> list[Edition]:
        """Return every edition of a subject's standing, by day and then by publication.

        `rulebook` is the id of one that has published. Raises `RulebookUnknown` or
        `SubjectUnknown`.
        """
        named = arguments.text(rulebook, "rulebook")
        about = arguments.text(subject, "subject")
        kind = rules.judged_kind(self._database, named)
        return telling_history.history(self._database, named, kind, about)

    def effects(
        self,
        *,
        as_of: Day | None = None,
        rulebook: str | None = None,
        subject: str | None = None,
        every: bool = False,
    ) -> list[EffectTold]:
        """Return the effects that are in force, to come or proposed on a day.

        With `every` also those that are over, or were declined or lifted by then. The day is
        today where none is named; `rulebook` is the id of one that has published. Raises
        `RulebookUnknown`, or `SubjectUnknown` for an id that nobody has.
        """
        day = self._today() if as_of is None else arguments.day(as_of, "as-of day")
        named = rules.published(self._database, arguments.text_or_none(rulebook, "rulebook"))
        about = arguments.text_or_none(subject, "subject")
        if about is not None:
            check_known(self._database, about)
        return effect_listing.listed(
            self._database, as_of=day, rulebook_id=named, subject_id=about, every=every
        )

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
        self._database.check_writable()
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
        to whom says `by` and `reason`, which are logged before. Raises `SubjectUnknown` for an id
        that nobody has, or `AccessRefused`.
        """
        about = arguments.text_or_none(subject, "subject")
        if about is not None:
            check_known(self._database, about)
        if kind is not None:
            arguments.one_of(kind, telling_notices.KINDS, "kind")
        has_reason = by is not None or reason is not None
        found = telling_notices.notices(
            self._database,
            after=arguments.whole(after, "after"),
            kind=kind,
            subject_id=about,
            limit=None if limit is None else arguments.whole(limit, "limit"),
            to_buyers=may_see("operator", "notices", is_logged=has_reason),
        )
        if has_reason:
            buyers = {each.to_id for each in found if each.to_kind == "buyer"}
            self._log(by, reason, "notices", buyers)
        return found

    def notices_to_buyers_n(
        self, *, after: int = 0, kind: NoticeKind | None = None, subject: str | None = None
    ) -> int:
        """Return how many notices buyers are told, which `notices` leaves out without a reason."""
        return telling_notices.to_buyers_n(
            self._database, after=after, kind=kind, subject_id=subject
        )

    def _today(self) -> date:
        return days.local_day(self._clock(), self.settings.time_zone)

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
        self._database.check_writable()
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

    def _settle(self, at: datetime) -> None:
        """Settle the classes of the year of an instant, where the queue is on."""
        said = switches.said_last(self._database, "queue")
        if said is None or said.rulebook is None:
            return
        settling.settle(
            self._database,
            self.settings,
            days.local_day(at, self.settings.time_zone).year,
            now=at,
            rules_of=partial(rules.asked, self._database, said.rulebook),
        )

    def effect_switches(self) -> list[Switch]:
        """Return everything that was turned on and off, the earliest first."""
        return switches.listed(self._database)

    def queue(self, seller: str, *, as_of: Day | None = None, viewer: Viewer = "operator") -> Queue:
        """Return a seller's open orders in the order in which to serve them: by deadline.

        Without `as_of` at the end of the last day of which anything is known. Where the queue is
        on, the standing of buyers breaks ties; docs/queue.md says how, and how little can be told
        from it. `viewer` is `operator` or `store`. Raises `SubjectUnknown` or `ArgumentInvalid`.
        """
        arguments.seen_by(viewer, "queue")
        known_at = self.known_until or self._clock()
        day = days.local_day(known_at, self.settings.time_zone)
        return queueing.queue(
            self._database,
            self.settings,
            arguments.text(seller, "seller"),
            as_of=day if as_of is None else arguments.day(as_of, "as-of day"),
            known_at=known_at,
        )

    def make_offer(
        self,
        seller: str,
        offering: Offering,
        *,
        made_by: str,
        made_on: Day | None = None,
        rulebook: str | Path = BUYER_SCORE,
    ) -> Made:
        """Make an offer of a seller's: one discount for all who qualify.

        It reaches only buyers who agreed to offers; `rulebook` gives them their bands, on the day
        before. Without `made_on` it is made today; making the same again changes nothing. Raises
        `OfferRefused` with the reason, `SubjectUnknown`, `RulebookError`, `ArgumentInvalid` or
        `MarketUnwritable`.
        """
        self._database.check_writable()
        on = arguments.day_done(made_on, "made-on", today=self._today())
        named = arguments.name_or_path(rulebook, "rulebook")
        wish = making_offers.Wish(
            seller_id=arguments.text(seller, "seller"),
            terms=arguments.terms(offering),
            rulebook=rules.asked(self._database, named, on - days.ONE_DAY),
            on=on,
            known_at=self.known_until or self._clock(),
            by=arguments.said(made_by, "who makes it"),
            at=self._clock(),
        )
        return making_offers.make(self._database, self.settings, wish)

    def end_offer(self, offer_id: str, *, ended_by: str, ended_on: Day | None = None) -> Offer:
        """End an offer from a day on, today unless said. Raises `OfferUnknown`."""
        self._database.check_writable()
        return making_offers.end(
            self._database,
            arguments.text(offer_id, "offer"),
            on=arguments.day_done(ended_on, "ended-on", today=self._today()),
            by=arguments.said(ended_by, "who ends it"),
            at=self._clock(),
        )

    def take_offer(
        self, offer_id: str, *, buyer: str, agrees: bool = False, taken_on: Day | None = None
    ) -> OfferToBuyer:
        """Take an offer for a buyer who was told what the seller learns by it, and agrees.

        Raises `OfferRefused` with the reason, which without `agrees` says what the seller learns,
        `OfferUnknown`, `SubjectUnknown`, `ArgumentInvalid` or `MarketUnwritable`.
        """
        self._database.check_writable()
        return taking_offers.take(
            self._database,
            self.settings,
            arguments.text(offer_id, "offer"),
            arguments.text(buyer, "buyer"),
            agrees=agrees is True,
            on=arguments.day_done(taken_on, "taken-on", today=self._today()),
            at=self._clock(),
            known_at=self.known_until or self._clock(),
        )

    def offers(
        self, *, seller: str | None = None, as_of: Day | None = None, viewer: Viewer = "operator"
    ) -> list[Offer]:
        """Return the offers of a seller, or of all, as they stood on a day, today unless said.

        `viewer` is `operator` or `store`. Raises `SubjectUnknown` or `ArgumentInvalid`.
        """
        seen_by = arguments.seen_by(viewer, "offers")
        about = arguments.text_or_none(seller, "seller")
        if about is None and seen_by == "store":
            raise ArgumentInvalid("a store sees its own offers.", hint="Name the seller.")
        on = self._today() if as_of is None else arguments.day(as_of, "as-of day")
        return telling_offers.made(self._database, on=on, seller_id=about)

    def offers_to(
        self,
        buyer: str,
        *,
        as_of: Day | None = None,
        viewer: Viewer | BuyerViewer = "operator",
    ) -> list[OfferToBuyer]:
        """Return the offers that a buyer can take on a day, each with what its seller would learn.

        `viewer` is `operator` or `buyer`, this very one. Raises `SubjectUnknown` or
        `ArgumentInvalid`.
        """
        arguments.seen_of_buyer(viewer, "offers that reach")
        return telling_offers.to_buyer(
            self._database,
            self.settings,
            arguments.text(buyer, "buyer"),
            on=self._today() if as_of is None else arguments.day(as_of, "as-of day"),
            known_at=self.known_until or self._clock(),
        )

    def rulebook(self, rulebook: str | Path, *, as_of: Day, version: Day | None = None) -> Rulebook:
        """Return the rulebook by which `assess` judges a day. Raises `RulebookError`."""
        return self._question(rulebook, as_of, None, version, None).rulebook

    def sql(
        self,
        rulebook: str | Path,
        *,
        as_of: Day,
        known_at: Instant | None = None,
        version: Day | None = None,
        dialect: str = "duckdb",
    ) -> str:
        """Return the SQL that `assess` runs, with its bound values as comments."""
        question = self._question(rulebook, as_of, known_at, version, None)
        return assessing.shown_sql(self._database, self.settings, question, dialect)

    def quarantined(self) -> pa.Table:
        """Return how many rows are in quarantine, by load, table and reason."""
        return quarantine.list_quarantine(self._database)

    def quarantined_rows(
        self, *, load_no: int | None = None, table: str | None = None, limit: int = 20
    ) -> pa.Table:
        """Return rows in quarantine as they were received, of the latest load first.

        Raises `ArgumentInvalid` for an unknown load or table, or a limit below 0.
        """
        return quarantine.show_quarantine(
            self._database,
            load_no=None if load_no is None else arguments.whole(load_no, "load"),
            table=arguments.text_or_none(table, "table"),
            limit=arguments.whole(limit, "limit"),
        )

    def _question(self, *asked: object) -> Question:
        """Return the question: rulebook, as-of day, known-at, version, subject, as handed in."""
        return arguments.question(
            *asked,
            known_until=self.known_until,
            zone=self.settings.time_zone,
            find=partial(rules.asked, self._database),
        )
