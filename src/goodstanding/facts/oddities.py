"""What is worth a look in a market's facts: rows that wait for their order, odd values."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import bound, parse, statement
from goodstanding.days import LAST_DAY, ONE_DAY
from goodstanding.facts.catalogue import BY_NAME, LEDGERS, RETRACTIONS, TABLES
from goodstanding.facts.known import known_steps
from goodstanding.facts.sql import key_of, same_key
from goodstanding.facts.store import retracted
from goodstanding.facts.summary import Oddity, Waiting
from goodstanding.facts.tables import Column, Kind, Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.home import Home

# Decisions that do not say enough to take anything out, violations that charge nobody, and what
# says what nothing knows.
_DECIDED: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "exclusions": (
        (
            "no table_name or no key",
            "decided_at is not null and (table_name is null or key is null)",
            ("table_name", "key", "decided_at"),
        ),
        ("no reason", "decided_at is not null and reason is null", ("reason", "decided_at")),
    ),
    "violations": (
        (
            "no subject_kind or no subject_id",
            "occurred_at is not null and (subject_kind is null or subject_id is null)",
            ("subject_kind", "subject_id", "occurred_at"),
        ),
        (
            "no occurred_at",
            "occurred_at is null and subject_id is not null",
            ("subject_id", "occurred_at"),
        ),
        (
            f"a ledger that no rulebook can name ({', '.join(LEDGERS)} are known)",
            f"ledger not in {LEDGERS}",
            ("ledger",),
        ),
    ),
    "findings": (
        (
            "decided and dismissed",
            "decided_at is not null and dismissed_at is not null",
            ("decided_at", "dismissed_at"),
        ),
        (
            "appeal decided by who decided",
            "lower(replace(decided_by, ' ', '')) = lower(replace(appeal_decided_by, ' ', ''))",
            ("decided_by", "appeal_decided_by"),
        ),
    ),
    "incidents": (("no first_on", "first_on is null", ("first_on",)),),
    "buyers": (
        (
            "closed_reason neither 'abuse' nor 'own wish'",
            "lower(closed_reason) not in ('abuse', 'own wish')",
            ("closed_reason",),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class _Odd:
    """What is odd about a fact, as a condition on its columns."""

    what: str
    condition: str
    columns: tuple[str, ...]


FOREVER = datetime.combine(LAST_DAY + 2 * ONE_DAY, time())
ORDERS = BY_NAME["orders"]

# Of each pair the second cannot come before the first.
IN_ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "orders": (
        ("placed_at", "paid_at"),
        ("placed_at", "ship_by"),
        ("placed_at", "shipped_at"),
        ("placed_at", "deliver_by"),
        ("placed_at", "cancelled_at"),
        ("paid_at", "shipped_at"),
        ("shipped_at", "delivered_at"),
        ("shipped_at", "cancelled_at"),
        ("delivered_at", "closed_at"),
    ),
    "feedback": (("given_at", "removed_at"),),
    "disputes": (
        ("opened_at", "buyer_acted_at"),
        ("opened_at", "answered_at"),
        ("opened_at", "escalated_at"),
        ("opened_at", "closed_at"),
        ("escalated_at", "closed_at"),
    ),
    "messages": (("first_at", "first_answer_at"),),
    "violations": (("occurred_at", "revoked_at"),),
    "findings": (
        ("proposed_at", "warned_at"),
        ("warned_at", "answered_at"),
        ("warned_at", "decided_at"),
        ("proposed_at", "decided_at"),
        ("proposed_at", "dismissed_at"),
        ("decided_at", "appealed_at"),
        ("appealed_at", "appeal_decided_at"),
        ("decided_at", "overturned_at"),
    ),
    "incidents": (("first_on", "last_on"),),
    "sellers": (("opened_at", "closed_at"),),
    "buyers": (("opened_at", "closed_at"),),
}


def waiting(database: Database, home: Home, load_no: int, ids_before: int) -> tuple[Waiting, ...]:
    """Count the rows of each table that name an order known neither as order nor as parent.

    `ids_before` is the largest number of an order before the load. Brings `waiting_orders` up
    to date: of those that waited, and of those first named since, the load's orders may tell.
    """
    database.execute(
        """
        create temp table still_waiting as
        with named as (
          select order_no from waiting_orders
          union all
          select order_no from order_ids where order_no > $ids_before
        ),
        told as (
          select order_no from orders where load_no = $load_no
          union all
          select parent_order_no from orders where load_no = $load_no
        )
        select order_no from named anti join told using (order_no)
        """,
        {"ids_before": ids_before, "load_no": load_no},
    )
    database.execute("delete from waiting_orders")
    database.execute("insert into waiting_orders from still_waiting")
    database.execute("drop table still_waiting")
    home.send_waiting()
    counts = {"exclusions": _waiting_exclusions(home.market)}
    if not database.rows("select 1 from waiting_orders limit 1"):
        return _counted(counts)
    counts |= {
        table.name: int(
            home.market.rows(
                f"select count(*) from {table.name} semi join waiting_orders using (order_no)"
            )[0][0]
        )
        for table in TABLES
        if table is not ORDERS and _names_an_order(table.columns)
    }
    return _counted(counts)


def _counted(counts: Mapping[str, int]) -> tuple[Waiting, ...]:
    order = [table.name for table in TABLES]
    rows = sorted(counts.items(), key=lambda each: order.index(each[0]))
    return tuple(Waiting(table=name, rows=count) for name, count in rows if count)


def _waiting_exclusions(database: Database) -> int:
    """Count the rows of exclusions that name an order or a buyer nobody has told of yet."""
    return int(
        database.rows(
            """
            with known as (
              select 'orders' as table_name, order_id as key
              from order_ids
              semi join exclusions on exclusions.key = order_ids.order_id
              anti join waiting_orders using (order_no)
              union all
              select 'buyers' as table_name, buyer_id as key
              from buyer_ids
              semi join exclusions on exclusions.key = buyer_ids.buyer_id
            )
            select count(*)
            from exclusions
            anti join known using (table_name, key)
            where table_name is not null and key is not null
            """
        )[0][0]
    )


def oddities(database: Database, tables: Iterable[Table], load_no: int) -> tuple[Oddity, ...]:
    """Count the facts that a load tells of and that are odd, by table and by what is odd.

    They are judged by all that is known of them, in this load and before.
    """
    found: list[Oddity] = []
    for table in tables:
        if table is RETRACTIONS:
            found += _of_nothing(database, load_no)
            continue
        odd = _odd(table)
        if not odd:
            continue
        sql = _counting(table)
        values = {"known_at": FOREVER, "corrected_at": FOREVER, "as_of_end": FOREVER}
        (counted,) = database.rows(sql, named_values(sql, {**values, "load_no": load_no}))
        found += [
            Oddity(table=table.name, what=each.what, facts=int(facts))
            for each, facts in zip(odd, counted, strict=True)
            if facts
        ]
    return tuple(found)


@cache
def _counting(table: Table) -> str:
    """Return the statement that counts what is odd; writing it takes longer than to run it."""
    odd = _odd(table)
    counts = ", ".join(
        f"count(*) filter (where {each.condition}) as odd_{number}"
        for number, each in enumerate(odd)
    )
    steps = known_steps(
        table,
        {name for each in odd for name in each.columns},
        only=exp.column("load_no").eq(bound("load_no")),
    )
    return statement(steps, parse(f"select {counts} from known_{table.name}"), "duckdb")


def _odd(table: Table) -> list[_Odd]:
    found = [
        _Odd(f"{later} before {earlier}", f"{later} < {earlier}", (earlier, later))
        for earlier, later in IN_ORDER.get(table.name, ())
    ]
    found += [
        _Odd(f"{column.name} below zero", f"{column.name} < 0", (column.name,))
        for column in table.columns
        if column.kind is Kind.MONEY
    ]
    if table is ORDERS:  # neither can be assessed; of one that was taken back there is nothing
        both = ("seller_id", "placed_at")
        found.append(_Odd("no seller_id", "seller_no is null and placed_at is not null", both))
        found.append(_Odd("no placed_at", "placed_at is null and seller_no is not null", both))
    found += [_Odd(*each) for each in _DECIDED.get(table.name, ())]
    return found


def _of_nothing(database: Database, load_no: int) -> list[Oddity]:
    """Count the facts that a load takes back and that nobody ever told."""
    found = []
    for table in TABLES:
        if table is RETRACTIONS:
            continue
        (facts,) = database.rows(
            f"""
            select count(*)
            from (
              select distinct {key_of(table)} from {retracted(table)} where load_no = $load_no
            ) as back
            anti join {table.name} as known on {same_key(table, "known", "back")}
            """,
            {"load_no": load_no},
        )[0]
        if facts:
            what = f"of {table.name} that nobody told of"
            found.append(Oddity(table=RETRACTIONS.name, what=what, facts=int(facts)))
    return found


def _names_an_order(columns: Iterable[Column]) -> bool:
    return any(column.name == "order_id" for column in columns)
