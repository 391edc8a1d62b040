"""Copying what concerns one subject from a market into a small one in memory."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from goodstanding.assessment import questions
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import statement
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.store import retracted, revised
from goodstanding.facts.tables import Table
from goodstanding.rows.beside_orders import Beside, beside_among
from goodstanding.rows.catalogue import RowKind
from goodstanding.rows.converting import RATES, needed_rates
from goodstanding.rows.decided import IS_SPECIAL
from goodstanding.rows.derive import facts_read, looked_at_steps
from goodstanding.rows.messages import MESSAGE
from goodstanding.rows.subjects import SUBJECT_KINDS
from goodstanding.rows.violations import VIOLATION, charged_to

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.assessment.compiling import Compiled
    from goodstanding.database.database import Database

_LOOKED_AT = "explained__orders"
_FOUND = "explained__facts"
_WROTE = "explained__writers"


def copy_facts(database: Database, small: Database, counting: Compiled, number: int) -> None:
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
        _insert(small, "loads", database.arrow("select * from loads"))  # how far instants reach
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
