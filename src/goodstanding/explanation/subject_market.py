"""One subject's facts in a small market of their own, and the rows made of them.

A market holds millions of facts, and an explanation asks many questions of a few hundred.
So these are copied once, and every question runs the same steps over the copy.
"""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from sqlglot import exp

from goodstanding import days
from goodstanding.assessment import assessing, questions, scored_days
from goodstanding.assessment.compiling import Compiled
from goodstanding.assessment.peers import benchmark_columns
from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.database.steps import Step, bound, parse, statement
from goodstanding.facts.catalogue import BY_NAME, RETRACTIONS, TABLES
from goodstanding.facts.known import cut_apart
from goodstanding.facts.store import create_tables, market_clock, retracted, revised
from goodstanding.facts.tables import Table
from goodstanding.rows.beside_orders import Beside, beside_among, brings_about
from goodstanding.rows.catalogue import ROW_KINDS, RowKind
from goodstanding.rows.converting import RATES, needed_rates
from goodstanding.rows.decided import EXCLUSIONS, IS_SPECIAL, exclusion_steps
from goodstanding.rows.derive import facts_read, looked_at_steps, subject_step
from goodstanding.rows.messages import MESSAGE
from goodstanding.rows.subjects import SUBJECT_KINDS, is_looked_at
from goodstanding.rows.violations import VIOLATION, charged_to

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.assessment.questions import Question
    from goodstanding.database.clock import MarketClock
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

_LOOKED_AT = "explained__orders"
_FOUND = "explained__facts"
_WROTE = "explained__writers"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectMarket:
    """A market in memory that holds what concerns one subject, and its rows as of the day asked.

    The rows are in the tables `kept_<kind>_rows`. `compiled` lets every row and column through,
    `counting` only what can count. `is_there` None: its rows say whether the subject was there;
    where none of them is an order, that it was there is known beforehand.
    """

    database: Database
    settings: Settings
    question: Question
    number: int
    compiled: Compiled
    counting: Compiled
    rows_sql: Mapping[str, str]
    is_there: bool | None = None

    @property
    def kinds(self) -> list[RowKind]:
        """The kinds of row that the rulebook counts."""
        return [self.compiled.kind(name) for name in self.compiled.columns]

    def values(
        self, as_of: date | None = None, *, happened_by: date | None = None
    ) -> dict[str, Any]:
        """Return what the steps of both name, for the day asked or another one.

        Rows are derived from what happened up to the end of the day `happened_by`; None: of the
        same day.
        """
        question = self.question if as_of is None else replace(self.question, as_of=as_of)
        last = question.as_of if happened_by is None else happened_by
        return {
            **self.counting.bound_values(question.as_of),
            **questions.bound_values(self.compiled, self.settings, question, self.number),
            "happened_until": days.end_of_day(last, self.settings.time_zone),
        }

    def judging_steps(self) -> list[Step]:
        """Return the steps that judge the subject by the rows that are kept."""
        kept = [
            Step(f"{kind.name}_rows", "the rows that are kept", parse(f"from {kept_rows(kind)}"))
            for kind in self.kinds
        ]
        return [*kept, self._subject_step(), *self.compiled.steps]

    def _subject_step(self) -> Step:
        """Return the step `subjects`: the subject, where it was there by the as-of day."""
        if self.is_there is None:
            there = [kind for kind in self.kinds if brings_about(kind)]
            return subject_step(self.question.rulebook.subject, there, one_subject=True)
        number = exp.cast(bound("subject_no"), exp.DataType.Type.BIGINT)
        query = exp.select(exp.alias_(number, "subject_no")).where(exp.convert(self.is_there))
        return Step("subjects", "the subject, where it was there by the as-of day", query)

    def result(self) -> pa.Table:
        """Judge the subject; no row where it was not there by the as-of day."""
        return self.database.run(
            self.judging_steps(), assessing.named_results(self.compiled), self.values()
        )

    def rows_into(
        self,
        relation: str,
        kind: RowKind,
        as_of: date,
        columns: Sequence[str] = ("*",),
        *,
        happened_by: date | None = None,
    ) -> None:
        """Derive the subject's rows of a kind as of a day, into a new table.

        With `happened_by` from what happened up to that day: of later ones only deadlines count.
        """
        sql = f"select {', '.join(columns)} from ({self.rows_sql[kind.name]}) as derived"
        values = self.values(as_of, happened_by=happened_by)
        self.database.execute(f"create table {relation} as {sql}", named_values(sql, values))

    def keep_exclusions(self, clock: MarketClock) -> None:
        """Keep the exclusions in force: as corrections they are the same for every day."""
        sql = statement(exclusion_steps(clock=clock), EXCLUSIONS, "duckdb")
        self.database.execute(
            f"create table {EXCLUSIONS} as {sql}", named_values(sql, self.values())
        )


def kept_rows(kind: RowKind) -> str:
    """Name the table that holds the subject's rows of a kind, as of the day asked."""
    return f"kept_{kind.name}_rows"


@contextmanager
def subject_market(
    database: Database, settings: Settings, question: Question
) -> Iterator[SubjectMarket]:
    """Copy what concerns the subject that is asked about into a market in memory.

    Raises `SubjectUnknown` where the market has never heard of it.
    """
    number = assessing.subject_number(database, question)
    if number is None:
        raise ValueError("an explanation is about one subject: the question names none")
    frozen = frozen_benchmarks(database, settings, question)
    compiled = _compiled(question.rulebook, frozen, for_explaining=True)
    counting = _compiled(question.rulebook, frozen, for_explaining=False)
    small = DuckDB.open(None)
    try:
        create_tables(small, settings)
        _copy_facts(database, small, counting, number)
        if question.rulebook.reads is not None:
            scored = scored_days.of_everybody(database, settings, question)
            scored_days.keep(small, scored.filter(pc.equal(scored["subject_id"], number)))
        clock = market_clock(small, settings)
        market = SubjectMarket(
            database=small,
            settings=settings,
            question=question,
            number=number,
            compiled=compiled,
            counting=counting,
            is_there=None
            if any(ROW_KINDS[name].is_of_orders for name in counting.columns)
            else assessing.was_there(database, settings, question),
            rows_sql=_rows_sql(questions.Rules.of(question.rulebook), clock, _told_again(small)),
        )
        if compiled.reads_exclusions:
            market.keep_exclusions(clock)
        for kind in market.kinds:
            market.rows_into(kept_rows(kind), kind, question.as_of)
        yield market
    finally:
        small.close()


def _compiled(
    rulebook: Rulebook, frozen: Mapping[str, int | str | None] | None, *, for_explaining: bool
) -> Compiled:
    compiled = questions.compiled_once(rulebook, for_explaining=for_explaining)
    return compiled if frozen is None else compiled.compared_with(frozen)


def frozen_benchmarks(
    database: Database, settings: Settings, question: Question
) -> dict[str, int | str | None] | None:
    """Return what the subject's peers come to; None where a rulebook compares with nobody.

    Everybody is judged for that; while the subject is explained they stand still.
    """
    if question.rulebook.peers is None:
        return None
    (judged,) = assessing.judge(database, settings, question).to_pylist()
    return {name: judged[name] for name in benchmark_columns(question.rulebook)}


@lru_cache(maxsize=64)
def _source_steps(rules: questions.Rules, clock: MarketClock) -> tuple[Step, ...]:
    """Return the steps from a subject's facts to its rows, cut apart."""
    compiled = questions.compiled_once(rules.rulebook, for_explaining=True)
    return tuple(cut_apart(questions.source_steps(compiled, clock, one_subject=True)))


@lru_cache(maxsize=64)
def _rows_sql(
    rules: questions.Rules, clock: MarketClock, told_again: frozenset[str]
) -> Mapping[str, str]:
    """Return, of each kind of row, the statement that makes the subject's of its facts.

    `told_again` names the tables of which a fact was received more than once.
    """
    compiled = questions.compiled_once(rules.rulebook, for_explaining=True)
    steps = [_without_merging(step, told_again) for step in _source_steps(rules, clock)]
    return {
        name: statement(steps, _own_rows(compiled.kind(name), rules.rulebook.subject), "duckdb")
        for name in compiled.columns
    }


def _own_rows(kind: RowKind, subject: str) -> exp.Query:
    own = is_looked_at(exp.column(kind.subjects[subject]), subject)
    return exp.select(*kind.names).from_(f"{kind.name}_rows").where(own)


def _without_merging(step: Step, told_again: frozenset[str]) -> Step:
    """Leave out the merging of facts of which none was received twice: it takes half the time."""
    _, _, name = step.name.partition("merged_")
    if not name or name in told_again:
        return step
    nothing = exp.select(*step.query.named_selects).from_(name).where(exp.false())
    return replace(step, query=nothing)


def _told_again(small: Database) -> frozenset[str]:
    """Name the tables of which a fact was received more than once."""
    asked = " union all ".join(
        f"select '{table.name}' where exists (select 1 from {revised(table)})"
        for table in TABLES
        if table is not RETRACTIONS
    )
    return frozenset(name for (name,) in small.rows(asked))


def _copy_facts(database: Database, small: Database, counting: Compiled, number: int) -> None:
    """Copy the facts that the rows are made of, as far as they can concern the one subject."""
    subject = counting.rulebook.subject
    widest, named = questions.rows_read(counting)
    looked_at = statement(looked_at_steps(subject), "reviewed_looked_at", "duckdb")
    values = named_values(looked_at, SUBJECT_KINDS[subject].values(number))
    with _registered(database, _LOOKED_AT, database.arrow(looked_at, values)):
        for table in facts_read(widest):
            _copy(table, f"order_no in (from {_LOOKED_AT})", {}, database, small)
        _copy(BY_NAME["categories"], "true", {}, database, small)
        if IS_SPECIAL in named:
            _copy_listings(widest, number if subject == "listing" else None, database, small)
        currencies = [str(c.currency) for c in widest.with_converted(named).converted]
        if currencies:
            _copy(RATES, needed_rates(currencies).sql("duckdb"), {}, database, small)
        if SUBJECT_KINDS[subject].within is None:
            _copy(BY_NAME[f"{subject}s"], f"{subject}_no = $no", {"no": number}, database, small)
        if MESSAGE.name in counting.columns:
            _copy_messages(subject, number, database, small)
        _copy_decisions(subject, database, small)
        if VIOLATION.name in counting.columns:
            _copy_violations(subject, number, database, small)
        for beside in beside_among(counting.columns):
            _copy_beside(beside, subject, number, database, small)
        _copy_ids("order", f"from {_LOOKED_AT}", database, small)
    for register, its_number in SUBJECT_KINDS[subject].numbers(number).items():
        _copy_ids(register, f"select {its_number}", database, small)
    listings = small.arrow("select distinct listing_no from order_lines")
    if listings.num_rows and subject != "listing":
        with _registered(database, _FOUND, listings):
            _copy_ids("listing", f"from {_FOUND}", database, small)


def _copy_violations(subject: str, number: int, database: Database, small: Database) -> None:
    """Copy the violations that charge the one subject, and what they are called."""
    charged = charged_to(subject).sql("duckdb")
    _copy(BY_NAME["violations"], charged, {"subject_no": number}, database, small)
    found = small.arrow("select distinct violation_no from violations")
    with _registered(database, _FOUND, found):
        _copy_ids("violation", f"from {_FOUND}", database, small)


def _copy_messages(subject: str, number: int, database: Database, small: Database) -> None:
    """Copy the threads that concern the one subject, and what they are called."""
    its_own = f"order_no in (from {_LOOKED_AT})" if subject == "listing" else f"{subject}_no = $no"
    values = {} if subject == "listing" else {"no": number}
    _copy(BY_NAME["messages"], its_own, values, database, small)
    found = small.arrow("select distinct thread_no from messages")
    with _registered(database, _FOUND, found):
        _copy_ids("thread", f"from {_FOUND}", database, small)


def _copy_beside(
    beside: Beside, subject: str, number: int, database: Database, small: Database
) -> None:
    """Copy the facts behind rows that are no orders, as far as they name the one subject."""
    if beside.facts.name == f"{subject}s":  # copied as those of any subject are
        return
    _copy(beside.facts, f"{subject}_no = $no", {"no": number}, database, small)
    register = beside.kind.register
    found = small.arrow(f"select distinct {register}_no from {beside.facts.name}")
    with _registered(database, _FOUND, found):
        _copy_ids(register, f"from {_FOUND}", database, small)


def _copy_listings(
    kind: RowKind, explained: int | None, database: Database, small: Database
) -> None:
    """Copy what is known of the listings of the orders looked at, the one explained aside."""
    lines = BY_NAME["order_lines"]
    looked_at = f"order_no in (from {_LOOKED_AT})"
    if lines not in facts_read(kind):
        _copy(lines, looked_at, {}, database, small)
    listed = f"listing_no in (select listing_no from order_lines where {looked_at})"
    but = "" if explained is None else f" and listing_no <> {explained}"
    _copy(BY_NAME["listings"], listed + but, {}, database, small)


def _copy_decisions(subject: str, database: Database, small: Database) -> None:
    """Copy what people decided about the orders looked at, their buyers, and who wrote."""
    wrote = small.arrow("select distinct buyer_no from messages")
    with _registered(database, _WROTE, wrote):
        _copy_decided(subject, database, small)


def _copy_decided(subject: str, database: Database, small: Database) -> None:
    buyers = f"""
        select buyer_no from orders where order_no in (from {_LOOKED_AT})
        union select buyer_no from {_WROTE}
    """
    if subject != "buyer":
        _copy(BY_NAME["buyers"], f"buyer_no in ({buyers})", {}, database, small)
    named = {
        "orders": f"select order_id from order_ids where order_no in (from {_LOOKED_AT})",
        "buyers": f"select buyer_id from buyer_ids where buyer_no in ({buyers})",
    }
    about = " or ".join(
        f"(table_name = '{table}' and key in ({keys}))" for table, keys in named.items()
    )
    _copy(BY_NAME["exclusions"], about, {}, database, small)
    _copy(BY_NAME["incidents"], "true", {}, database, small)
    if subject != "buyer":
        excluded = "select key from exclusions where table_name = 'buyers'"
        numbers = f"select buyer_no from buyer_ids where buyer_id in ({excluded})"
        _copy_ids("buyer", f"{numbers} and buyer_no in ({buyers})", database, small)


def _copy(
    table: Table, condition: str, values: Mapping[str, Any], database: Database, small: Database
) -> None:
    """Copy the received rows of a table that meet a condition, and all others of their facts."""
    keys = ", ".join(column.stored_name for column in table.keys)
    found = database.arrow(f"select * from {table.name} where {condition}", values)
    if not found.num_rows:
        return
    of_found = f"where ({keys}) in (select {keys} from {_FOUND})"
    with _registered(database, _FOUND, found):
        listed = database.arrow(f"select * from {revised(table)} {of_found}")
        back = database.arrow(f"select * from {retracted(table)} {of_found}")
        if listed.num_rows:  # another row of the fact may be silent, or say otherwise
            found = database.arrow(
                f"""
                select * from {_FOUND}
                where ({keys}) not in (select {keys} from {revised(table)})
                union all
                select * from {table.name}
                where ({keys}) in (select {keys} from {revised(table)} {of_found})
                """
            )
    _insert(small, revised(table), listed)
    _insert(small, retracted(table), back)
    _insert(small, table.name, found)


def _copy_ids(register: str, numbers: str, database: Database, small: Database) -> None:
    ids = f"{register}_ids"
    _insert(small, ids, database.arrow(f"select * from {ids} where {register}_no in ({numbers})"))


def _insert(small: Database, relation: str, rows: pa.Table) -> None:
    if rows.num_rows:
        with _registered(small, _FOUND, rows):
            small.execute(f"insert into {relation} from {_FOUND}")


@contextmanager
def _registered(database: Database, name: str, rows: pa.Table) -> Iterator[None]:
    database.register(name, rows)
    try:
        yield
    finally:
        database.unregister(name)
