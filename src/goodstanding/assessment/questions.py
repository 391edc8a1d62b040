"""What is asked of a rulebook, and the steps and the values that answer it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from goodstanding import days
from goodstanding.assessment.compiling import Compiled, compile_rulebook
from goodstanding.assessment.peers import NAMES
from goodstanding.database.steps import Step
from goodstanding.facts.store import market_clock
from goodstanding.rows import kept
from goodstanding.rows.beside_orders import beside_among, beside_row_steps, brings_about
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rows.decided import exclusion_steps
from goodstanding.rows.derive import row_steps, subject_step
from goodstanding.rows.messages import MESSAGE, message_row_steps
from goodstanding.rows.standings import STANDING, standing_row_steps
from goodstanding.rows.violations import VIOLATION, violation_row_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goodstanding.database.clock import MarketClock
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rows.catalogue import RowKind
    from goodstanding.rulebook.model import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which rules, for which day, with what was known when, and about whom.

    `subject_id` None asks about everybody. Instants are naive UTC. Corrections count up to
    `corrected_at` (None: `known_at`), which is later where a result is restated.
    """

    rulebook: Rulebook
    as_of: date
    known_at: datetime
    corrected_at: datetime | None = None
    subject_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """A rulebook, told apart by its digest: what is worked out for one serves its equals."""

    digest: str
    rulebook: Rulebook = field(compare=False)

    @classmethod
    def of(cls, rulebook: Rulebook) -> Rules:
        """Return a rulebook as a key."""
        return cls(rulebook.digest, rulebook)


def compiled_once(
    rulebook: Rulebook, *, with_digest: bool = False, for_explaining: bool = False
) -> Compiled:
    """Return what `compile_rulebook` returns, of a rulebook compiled before at once."""
    compiled = _compiled(Rules.of(rulebook), with_digest, for_explaining)
    return replace(compiled, rulebook=rulebook)  # its equals may be worded otherwise


@lru_cache(maxsize=64)
def _compiled(rules: Rules, with_digest: bool, for_explaining: bool) -> Compiled:  # noqa: FBT001 -- parts of the key
    return compile_rulebook(rules.rulebook, with_digest=with_digest, for_explaining=for_explaining)


def judging_steps(
    database: Database, settings: Settings, compiled: Compiled, values: Mapping[str, Any]
) -> list[Step]:
    """Return every step from the rows that are kept to `results`, for what is asked.

    Where a kept row does not hold at the clocks in `values`, it is derived from the facts.
    """
    return steps_over_kept_rows(
        compiled,
        market_clock(database, settings),
        is_one=values["subject_no"] is not None,
        has_stale=has_stale(database, compiled.rulebook, values),
    )


def has_stale(database: Database, rulebook: Rulebook, values: Mapping[str, Any]) -> bool:
    """Say whether rows of those who are judged have to be derived, as their kept ones do not hold.

    Where one is judged only its own orders matter; few have any that was on its way meanwhile.
    """
    of_one = None if values["subject_no"] is None else rulebook.subject
    return kept.has_stale(database, values, of_one=of_one)


def steps_over_kept_rows(
    compiled: Compiled, clock: MarketClock, *, is_one: bool, has_stale: bool
) -> list[Step]:
    """Return every step from the rows that are kept to `results`.

    `is_one` and `has_stale` are those of `kept.kept_row_steps`.
    """
    widest, wanted = rows_read(compiled)
    steps = kept.kept_row_steps(
        widest,
        wanted,
        subject=compiled.rulebook.subject,
        clock=clock,
        is_one=is_one,
        has_stale=has_stale,
        touching=compiled.touching,
        beside=compiled.columns,
    )
    return [*steps, *_further_steps(compiled, clock), *compiled.steps]


def source_steps(compiled: Compiled, clock: MarketClock, *, one_subject: bool) -> list[Step]:
    """Return the steps that provide the rows and the subjects, from the facts alone."""
    subject = compiled.rulebook.subject
    widest, wanted = rows_read(compiled)
    only = subject if one_subject else None
    steps = row_steps(widest, wanted, clock=clock, one_subject=only)
    if VIOLATION.name in compiled.columns:
        steps += violation_row_steps(clock=clock, one_subject=only)
    if MESSAGE.name in compiled.columns:
        columns = compiled.columns[MESSAGE.name]
        steps += message_row_steps(columns, clock=clock, one_subject=only, after=steps)
    steps += beside_row_steps(beside_among(compiled.columns), clock=clock, one_subject=only)
    steps += _further_steps(compiled, clock)
    kinds = [ROW_KINDS[name] for name in dict.fromkeys((*compiled.columns, widest.name))]
    # Scored is only who was there, and an account is there before anybody knows of it.
    there = [kind for kind in kinds if kind != STANDING and brings_about(kind)]
    return [*steps, subject_step(subject, there, one_subject=one_subject)]


def _further_steps(compiled: Compiled, clock: MarketClock) -> list[Step]:
    """Return the steps that provide what is read besides the rows made of facts."""
    steps = exclusion_steps(clock) if compiled.reads_exclusions else []
    if STANDING.name in compiled.columns:
        steps += standing_row_steps()
    if compiled.compares_peers:
        query = exp.select("category_no", "category_id").from_("category_ids")
        steps.append(Step(NAMES, "what each category is called", query))
    return steps


def rows_read(compiled: Compiled) -> tuple[RowKind, set[str]]:
    """Return the kind of row made of orders that is to be provided, and its columns.

    Rows of lines hold all that rows of orders do, and are made of them.
    """
    of_orders = [ROW_KINDS[name] for name in compiled.columns if ROW_KINDS[name].is_of_orders]
    wanted = set[str]().union(*(compiled.columns[kind.name] for kind in of_orders))
    # Without rows of orders these still say who is there: of those no order names, lines do.
    is_of_orders = compiled.rulebook.subject in ROW_KINDS["order"].subjects
    of_orders.append(ROW_KINDS["order" if is_of_orders else "line"])
    return max(of_orders, key=lambda kind: len(kind.columns)), wanted


def bound_values(
    compiled: Compiled, settings: Settings, question: Question, number: int | None
) -> dict[str, Any]:
    """Return every value that the steps name."""
    return {
        **compiled.bound_values(question.as_of),
        "looks_back_to": compiled.looks_back_to(question.as_of),
        "as_of_end": days.end_of_day(question.as_of, settings.time_zone),
        "known_at": question.known_at,
        "corrected_at": question.corrected_at or question.known_at,
        "market_currency": settings.currency,
        **compiled.rulebook.subject_kind.values(number),
    }
