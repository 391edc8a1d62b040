"""Rows of orders kept as a table, for what is known now; new facts re-derive those they touch.

The rows of the orders that a load touches are derived in its transaction, from all that is known,
and take the place of those kept before. Where all are derived, and memory does not hold what that
takes, they are derived in parts, by the orders' numbers. What reads them is `kept`.
"""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.database.duckdb import named_values
from goodstanding.database.emptied import without_empty
from goodstanding.database.parts import Part, parts
from goodstanding.database.steps import Step, parse, statement
from goodstanding.days import LAST_DAY, ONE_DAY
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.home import MOST, Here, Home
from goodstanding.facts.sql import key_of, same_key
from goodstanding.facts.store import clock_of_facts, retracted, revised, tables_there
from goodstanding.rows import nearby
from goodstanding.rows.catalogue import DETAILS, ROW_KINDS, Type
from goodstanding.rows.derive import order_row_steps, reviewed_step
from goodstanding.rows.kept import KEPT, NAMES
from goodstanding.rows.spans import SPAN_COLUMNS, span_steps

if TYPE_CHECKING:
    from goodstanding.database.clock import MarketClock
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

_FOREVER = datetime.combine(LAST_DAY + 2 * ONE_DAY, time())  # wherever the day ends
_STORED: dict[Type, str] = {
    Type.FLAG: "boolean",
    Type.WHOLE: "bigint",
    Type.STARS: "smallint",
    Type.POINTS: "bigint",
    Type.MONEY: "bigint",
    Type.DAY: "date",
    Type.CODE: "smallint",
    Type.IDENTITY: "bigint",
}
_ON_ORDERS = ("feedback", "disputes", "refunds", "chargebacks")  # facts that name an order
_FACTS = ("orders", *_ON_ORDERS)
_ORDERS = BY_NAME["orders"]
_TOUCHED = "select order_no from touched"
_ORDERS_THERE = "select distinct order_no from orders where order_no is not null"
# What deriving an order's row holds in memory, at most: 1.3 kB were measured in a first load.
_BYTES_AN_ORDER = 2_000
_LOOKED_FOR_BY = ("order_id", "seller_id", "buyer_id")


def kept_table() -> str:
    """Return the `create table` of the kept rows: the catalogue's columns, and each row's span."""
    order = ROW_KINDS["order"]
    columns = [
        f"{name} {'varchar' if name in DETAILS else _STORED[order.column(name).type]}"
        for name in NAMES
    ]
    columns += [
        f"{name} {'date' if name.endswith('_on') else 'timestamp'}" for name in SPAN_COLUMNS
    ]
    return f"create table {KEPT} ({', '.join(columns)})"


def indexes() -> list[str]:
    """Return one `create index` for each way in which one subject's rows are looked for."""
    return [f"create index {KEPT}_{name} on {KEPT} ({name})" for name in _LOOKED_FOR_BY]


def by_month() -> dict[str, str | None]:
    """Name the table of kept rows, and the column by whose month it is kept where it is parted."""
    return {KEPT: "last_on"}


def refresh(
    database: Database, settings: Settings, load_no: int, *, home: Home | None = None
) -> int:
    """Derive anew the rows that a load touches; return how many. Runs in its transaction.

    `home` is where the load's facts are kept, where that is not the database.
    """
    home = home or Here(database)
    touched_n = _touched(database, home, load_no)
    if home.derives(touched_n):
        _derive_all(home.market, settings)
    elif touched_n:
        home.bring_naming(_ORDERS, "order_no", _TOUCHED)
        for name in _FACTS:
            home.bring_naming(BY_NAME[name], "order_no", _together("touched"))
        orders_n = int(database.rows("select count(*) from order_ids")[0][0])
        if touched_n * MOST < orders_n:
            database.execute(f"delete from {KEPT} where order_id in ({_TOUCHED})")
            # By the facts: the load that brought them may not be in the book yet.
            _derive(database, clock_of_facts(database, settings), orders="touched")
        else:
            _derive_all(database, settings)
        home.send_instead(KEPT, "order_id", _TOUCHED)
    database.execute("drop table touched")
    return touched_n


def keep_anew(database: Database, settings: Settings) -> None:
    """Derive every row to keep, where a migration dropped them. Runs in its transaction."""
    if KEPT not in tables_there(database):
        database.execute(kept_table())
        for index in indexes() if database.dialect == "postgres" else ():
            database.execute(index)
        _derive_all(database, settings)


def _derive_all(database: Database, settings: Settings) -> None:
    """Derive the rows of all orders, and keep them in place of the old."""
    clock = clock_of_facts(database, settings)
    database.empty(KEPT)
    in_parts = _in_parts(database)
    if len(in_parts) <= 1:
        _insert(database, clock, orders=None)
        return
    database.execute(
        "create temp table placed as "
        f"select order_no, row_number() over (order by order_no) as place from ({_ORDERS_THERE})"
    )
    for first, last in in_parts:
        database.execute(
            "create temp table part as "
            f"select order_no from placed where place between {first} and {last}"
        )
        _derive(database, clock, orders="part")
        database.execute("drop table part")
    database.execute("drop table placed")


def _in_parts(database: Database) -> list[Part]:
    """Return from which to which place orders are derived together; none: memory is not minded.

    They are the orders that are there: where a load is checked elsewhere, not of all an id is.
    """
    if database.memory is None:
        return []
    ((orders_n,),) = database.rows(f"select count(*) from ({_ORDERS_THERE}) as there")
    return [*parts(database, 1, max(1, orders_n), _BYTES_AN_ORDER)]


def _derive(database: Database, clock: MarketClock, *, orders: str) -> None:
    """Derive the rows of the orders in a table from a copy of their facts, and keep them."""
    nearby.set_apart(database, _FACTS, _together(orders))
    _insert(database, clock, orders=orders)
    nearby.let_go(database, _FACTS)


def _insert(database: Database, clock: MarketClock, *, orders: str | None) -> None:
    listed = [f"select 1 from {each}" for each in _lists_of_revised(is_narrowed=orders is not None)]
    is_once = not database.rows(f"select 1 from ({' union all '.join(listed)}) as revised limit 1")
    deriving = _deriving(clock, orders=orders, is_once=is_once)
    now = {"known_at": _FOREVER, "corrected_at": _FOREVER, "as_of_end": _FOREVER}
    database.execute(f"insert into {KEPT} {deriving}", named_values(deriving, now))


def _together(orders: str) -> str:
    """Return SQL for the orders of a table, and what their reviews may name them together by."""
    return f"""
        select order_no from {orders}
        union
        select parent_order_no as order_no from orders semi join {orders} using (order_no)
        where parent_order_no is not null
    """


def _lists_of_revised(*, is_narrowed: bool) -> list[str]:
    """Name the tables that list facts received more than once, or those of what is set apart."""
    tables = [revised(BY_NAME[name]) for name in _FACTS]
    return [*map(nearby.copied, tables)] if is_narrowed else tables


@lru_cache(maxsize=8)
def _deriving(clock: MarketClock, *, orders: str | None, is_once: bool) -> str:
    """Return the query for the rows to keep; writing it takes longer than a day's facts.

    `orders` names a table of orders (None: all), whose facts are set apart. `is_once`: none of
    the facts was received more than once; to merge those that were is half of the query.
    """
    is_narrowed = orders is not None
    steps: list[Step] = []
    if is_narrowed:
        named = parse(f"select order_no from {orders}")
        looked_at = Step("orders_looked_at", "orders of which rows are derived", named)
        steps = [looked_at, reviewed_step()]
    steps += [
        *order_row_steps(NAMES, clock=clock, is_narrowed=is_narrowed, every_order=True),
        *span_steps(clock, is_narrowed=is_narrowed),
    ]
    if is_narrowed:
        steps = [nearby.reading_copies(step, _FACTS) for step in steps]
    if is_once:
        steps = without_empty(steps, _lists_of_revised(is_narrowed=is_narrowed))
    columns = [exp.column(name, table="order_rows") for name in NAMES]
    columns += [exp.column(name, table="order_spans") for name in SPAN_COLUMNS]
    final = (
        exp.select(*columns)
        .from_("order_rows")
        .join("order_spans", on="order_spans.order_no = order_rows.order_id")
    )
    return statement(steps, final, "duckdb")


def _touched(database: Database, home: Home, load_no: int) -> int:
    """Make `touched`: the orders of which a load brings anything, or takes anything back."""
    parts = [_named_by(name) for name in ("orders", *_ON_ORDERS)]
    database.execute(
        f"create temp table touched as select distinct order_no from ({' union all '.join(parts)})",
        {"load_no": load_no},
    )
    # A review of what was bought together counts for each of its orders.
    home.bring_naming(_ORDERS, "parent_order_no", _TOUCHED)
    database.execute(
        """
        insert into touched
        select distinct orders.order_no
        from orders
        semi join touched on touched.order_no = orders.parent_order_no
        anti join touched as known on known.order_no = orders.order_no
        """
    )
    return int(database.rows("select count(*) from touched")[0][0])


def _named_by(name: str) -> str:
    """Return SQL for the orders that a load's rows of a table name, in any row of their facts."""
    table = BY_NAME[name]
    again = f"""
        select {key_of(table)} from {name} semi join {revised(table)} as several
        on {same_key(table, "several", name)} where load_no = $load_no
        union select {key_of(table)} from {retracted(table)} where load_no = $load_no
    """
    return f"""
        select order_no from {name} where load_no = $load_no and order_no is not null
        union all
        select order_no from {name} semi join ({again}) as again
        on {same_key(table, "again", name)} where order_no is not null
    """
