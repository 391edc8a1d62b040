"""2 to 4 and 6: judging by rules, and saying why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from goodstanding import arguments
from goodstanding.arguments import Day, Instant
from goodstanding.assessment import assessing
from goodstanding.decisions import exclusions
from goodstanding.effects.buyer_bands import BUYER_SCORE
from goodstanding.explanation import buyer_view as own_view
from goodstanding.explanation import comparing, explaining, next_steps, order_record, store_card
from goodstanding.explanation import service as telling_service
from goodstanding.market.decisions import MarketDecisions
from goodstanding.rows.subjects import number_of
from goodstanding.standing import rules
from goodstanding.standing.status import with_status

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.explanation.answer import Explanation
    from goodstanding.explanation.buyer_answer import BuyerView
    from goodstanding.explanation.buyer_view import ViewQuestion
    from goodstanding.explanation.card_answer import StoreCard
    from goodstanding.explanation.comparing import Comparison
    from goodstanding.explanation.next_answer import NextSteps
    from goodstanding.explanation.order_record import OrderRecord
    from goodstanding.explanation.service_answer import Service
    from goodstanding.viewers import BuyerPart, Viewer


class MarketResults(MarketDecisions):
    """Results, and everything behind them."""

    def assess(
        self,
        rulebook: str | Path,
        *,
        as_of: Day,
        known_at: Instant | None = None,
        version: Day | None = None,
        subject: str | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> pa.Table:
        """Judge every subject of a rulebook, or one, for a day; one row each, by id.

        `rulebook` is a name, a path, or the id of one that has published. `known_at` leaves out
        what was learned later; by default everything counts that the market knows. The columns
        are described in `docs/results.md`. Results of buyers are returned only to whom says `by`
        and `reason`, which are logged before. Raises `RulebookError`, `ArgumentInvalid`,
        `SubjectUnknown`, or `AccessRefused` where a look cannot be logged.
        """
        parts = self.assess_in_parts(
            rulebook,
            as_of=as_of,
            known_at=known_at,
            version=version,
            subject=subject,
            by=by,
            reason=reason,
        )
        return pa.concat_tables(parts)

    def assess_in_parts(
        self,
        rulebook: str | Path,
        *,
        as_of: Day,
        known_at: Instant | None = None,
        version: Day | None = None,
        subject: str | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> Iterator[pa.Table]:
        """Judge as `assess` does, and yield the rows in parts, by id, whatever their number.

        A part is 250,000 rows at most, and there is one at least. Everybody is judged when the
        first is asked for; what is loaded or decided after that changes none of the others.
        It is for results that memory does not hold. Raises what `assess` does, some with that part.
        """
        question = self._question(rulebook, as_of, known_at, version, subject)
        self._log_results(question, by, reason)
        parts = assessing.assess_in_parts(self._database, self.settings, question)
        return with_status(self._database, question, parts)

    def sql(
        self,
        rulebook: str | Path,
        *,
        as_of: Day,
        known_at: Instant | None = None,
        version: Day | None = None,
        dialect: str | None = None,
    ) -> str:
        """Return the SQL that `assess` runs, with its bound values as comments.

        It is written for the market's own database, or for the one that `dialect` names.
        """
        question = self._question(rulebook, as_of, known_at, version, None)
        return assessing.shown_sql(
            self._database, self.settings, question, dialect or self._database.dialect
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
        by: str | None = None,
        reason: str | None = None,
    ) -> Explanation:
        """Explain one subject's result: the arithmetic, the orders behind it, what would change it.

        `viewer` is `operator`, or `store` for no more of it than the store may see; of a buyer's
        result `by` and `reason` are said. Raises what `assess` raises.
        """
        about = arguments.text(subject, "subject")
        question = self._question(rulebook, as_of, known_at, version, about)
        seen_by = arguments.explained_to(viewer, question.rulebook)
        self._log_results(question, by, reason)
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
        looks = self._looks_at(asked.buyer_id)
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

    def compare(
        self,
        rulebook: str | Path,
        other: str | Path,
        *,
        as_of: Day,
        known_at: Instant | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> Comparison:
        """Say who would move, and how far, if the other rulebook held instead.

        Of buyers `by` and `reason` are said. Raises what `assess` raises.
        """
        first = self._question(rulebook, as_of, known_at, None, None)
        second = self._question(other, as_of, known_at, None, None)
        self._log_results(first, by, reason)
        return comparing.compare(self._database, self.settings, first, second)

    def _log_results(self, question: Question, by: str | None, reason: str | None) -> None:
        """Log who looks at results, of everybody or of one subject; those of buyers only."""
        about = question.subject_id
        if question.rulebook.subject != "buyer":
            return
        if about is not None:
            number_of(self._database, "buyer", about)
        self._log(by, reason, "buyer score", None if about is None else {about})

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
