"""1 decisions: what people decide does not count, and what they find of a buyer's conduct."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from goodstanding import arguments
from goodstanding.arguments import Day, Instant
from goodstanding.decisions import exclusions, finding_steps, findings, listing
from goodstanding.decisions.exclusions import Change, Decided, Incident
from goodstanding.decisions.finding_steps import Proposal, StepTaken
from goodstanding.decisions.statement import Stage, statement_of
from goodstanding.effects import (
    writing_notices,
)
from goodstanding.market.facts import MarketFacts
from goodstanding.market.opened import writes

if TYPE_CHECKING:
    from goodstanding.decisions.finding_turns import Act
    from goodstanding.decisions.findings import Finding
    from goodstanding.decisions.listing import Decision

# The reason of a look; the buyer reads it, and was not told of what is only proposed.
_PROPOSED_ANEW = "what was found already"


class MarketDecisions(MarketFacts):
    """Deciding what does not count, and the steps of findings."""

    @writes
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
        why = arguments.why(
            reason, decided_by, decided_at, now=self._clock(), zone=self.settings.time_zone
        )
        about, key = arguments.one_named(order=order, buyer=buyer, rating=rating)
        return self._decide(exclusions.excluding(self._database, about, key, why))

    @writes
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
        why = arguments.why(
            reason, decided_by, decided_at, now=self._clock(), zone=self.settings.time_zone
        )
        arguments.incident(incident)
        return self._decide(exclusions.declaring(self._database, incident, why))

    @writes
    def lift(self, decision_id: str, *, lifted_by: str) -> Decided:
        """Lift a decision: from now on it holds for no day. Raises `DecisionUnknown`."""
        named = arguments.text(decision_id, "decision")
        by = arguments.said(lifted_by, "who lifts it")
        return self._decide(exclusions.lifting(self._database, named, by, self._clock()))

    def decisions(self, *, by: str | None = None, reason: str | None = None) -> list[Decision]:
        """Return every decision that is known, lifted ones too, by its instant and its id.

        Where any is about a buyer, `by` and `reason` are said, and logged before. Raises
        `ArgumentInvalid` or `AccessRefused`.
        """
        found = listing.listed(self._database)
        buyers = {each.key for each in found if each.about == "buyer"}
        if buyers:
            self._log(by, reason, "exclusions", buyers)
        return found

    @writes
    def propose_finding(self, proposal: Proposal, *, by: str) -> StepTaken:
        """Propose to find that a buyer abused the marketplace. Nothing counts until it is decided.

        Where one of the kind rests on the same orders already, that it is told is logged before.
        Raises `ArgumentInvalid`, `SubjectUnknown`, `AccessRefused` or `MarketUnwritable`.
        """
        act = self._act(by)
        said = arguments.proposal(proposal)

        def look() -> None:
            self._log(act.by, _PROPOSED_ANEW, "findings", {said.buyer})

        return self._take(finding_steps.proposing(self._database, said, act, look=look), act)

    @writes
    def warn_of_finding(self, finding_id: str, *, by: str) -> StepTaken:
        """Warn the buyer of a proposed finding, who is told of it and may answer.

        This and every later step raises `DecisionUnknown` for a finding that is not known,
        `ArgumentInvalid` where it is not its turn, and `MarketUnwritable`.
        """
        act, named = self._act(by), arguments.text(finding_id, "finding")
        return self._take(finding_steps.warning(self._database, named, act), act, "warned")

    @writes
    def answer_finding(self, finding_id: str, text: str) -> StepTaken:
        """Write down what the buyer says to the warning."""
        act, named = self._act("the buyer"), arguments.text(finding_id, "finding")
        said = arguments.told(text, "the answer")
        return self._take(finding_steps.answering(self._database, named, said, act), act)

    @writes
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

    @writes
    def appeal_finding(self, finding_id: str, text: str) -> StepTaken:
        """Write down that the buyer appeals, at most six months after the decision."""
        act, named = self._act("the buyer"), arguments.text(finding_id, "finding")
        said = arguments.told(text, "the appeal")
        return self._take(finding_steps.appealing(self._database, named, said, act), act)

    @writes
    def decide_appeal(
        self, finding_id: str, verdict: finding_steps.AppealVerdict, *, reasons: str, by: str
    ) -> StepTaken:
        """Uphold or overturn an appealed finding; by whoever neither proposed nor decided it.

        One that is overturned counts for no day, past ones too.
        """
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
