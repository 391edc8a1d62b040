"""Where what a load keeps is kept: in the database that checks it, or in another.

A load works with the facts that it touches, and with the numbers of the ids that it names. In a
market that is a file they are there (`Here`). For one in PostgreSQL, or in files for Spark, a
database in memory checks what arrives (`Elsewhere`): what the load is about to look at is brought
there, whole facts with every row of theirs, and what it keeps is sent at its end, in one
transaction. So there is one definition of a load, and it keeps the same rows wherever it is.
"""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from goodstanding.facts.catalogue import RETRACTIONS, TABLES
from goodstanding.facts.sql import key_of, same_key
from goodstanding.facts.store import retracted, revised
from goodstanding.facts.tables import REGISTERS, Table

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.database.database import Database, Keeper
    from goodstanding.database.duckdb import DuckDB

_BROUGHT = "brought__rows"
_WANTED = "wanted__rows"
_WAITING = "waiting_orders"
MOST = 5  # more than a fifth of the orders: deriving them all is quicker than finding them
_BOOK = ("loads", "load_counts")


class Here:
    """The market in which a load is checked: nothing has to be brought, and nothing sent."""

    def __init__(self, market: Database) -> None:
        self.market = market

    def transaction(self) -> AbstractContextManager[None]:
        """Keep what is written inside, or nothing of it."""
        return self.market.transaction()

    def bring_ids(self, register: str, ids: str) -> None:
        """They are there, as all else is that a load may look at."""

    def bring_keys(self, table: Table, relation: str) -> None:
        """Likewise."""

    def bring_naming(self, table: Table, column: str, numbers: str) -> None:
        """Likewise."""

    def bring_refused(self, table: Table, rows: str) -> None:
        """Likewise."""

    def derives(self, touched_n: int) -> bool:  # noqa: ARG002 -- as the other has it
        """Rows are derived where the load is checked, as this is it."""
        return False

    def send_facts(self, load_no: int) -> None:
        """They are there, as all else is that a load keeps."""

    def send_instead(self, table: str, column: str, numbers: str) -> None:
        """Likewise."""

    def send_waiting(self) -> None:
        """Likewise."""

    def send_book(self, load_no: int) -> None:
        """Likewise."""


class Elsewhere:
    """A market that cannot check a load, and the empty one in memory that does it for it.

    SQL and relations that are handed in are those of the one in memory.
    """

    def __init__(self, market: Keeper, checking: DuckDB) -> None:
        self.market = market
        self._checking = checking
        self._highest: dict[str, int] = {}  # of each register, before the load
        self._is_empty: dict[str, bool] = {}  # of each table, likewise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep what is written inside, or nothing of it; in memory nothing stays in any case."""
        with self.market.transaction(), self._checking.transaction():
            self._begin()
            yield

    def _begin(self) -> None:
        self._highest.clear()
        self._is_empty.clear()
        for register in REGISTERS:
            newest = self.market.arrow(
                f"select {register}_no, {register}_id from {register}_ids "
                f"order by {register}_no desc limit 1"
            )
            self._highest[register] = newest[0][0].as_py() if newest.num_rows else 0
            self._put(f"{register}_ids", newest)
        for table in TABLES:
            if table is not RETRACTIONS:
                self._checking.execute(
                    f"create or replace temp table {_brought(table)} as "
                    f"select {key_of(table)} from {table.name} limit 0"
                )
        self._put(_WAITING, self.market.arrow(f"select * from {_WAITING}"))

    def bring_ids(self, register: str, ids: str) -> None:
        """Have the numbers of ids, which SQL yields as `id`, where they have one."""
        number, name, known = f"{register}_no", f"{register}_id", f"{register}_ids"
        if not self._highest[register]:
            return
        wanted = self._checking.arrow(
            f"select distinct id as {name} from ({ids}) as named "
            f"anti join {known} on {name} = id where id is not null"
        )
        found = self._matching(wanted, f"select {number}, {name} from {known}", [name])
        self._put(known, found)

    def bring_keys(self, table: Table, relation: str) -> None:
        """Have every row of the facts whose stored keys a relation lists."""
        if self._has_none(table.name) and self._has_none(retracted(table)):
            return
        numbered = next((column for column in table.keys if column.numbered), None)
        is_old = "true"
        if numbered is not None and numbered.numbered is not None:  # a new number has no fact yet
            is_old = f"{numbered.stored_name} <= {self._highest[numbered.numbered]}"
        wanted = self._checking.arrow(
            f"select distinct {key_of(table)} from {relation} as named "
            f"anti join {_brought(table)} as brought on {same_key(table, 'brought', 'named')} "
            f"where {is_old}"
        )
        names = [column.stored_name for column in table.keys]
        for each in (table.name, revised(table), retracted(table)):
            self._put(each, self._matching(wanted, f"select * from {each}", names))
        self._put(_brought(table), wanted)

    def bring_naming(self, table: Table, column: str, numbers: str) -> None:
        """Have every row of the facts of which any row has, in a column, a number that SQL lists.

        SQL yields the numbers of orders as `order_no`.
        """
        if self._has_none(table.name):
            return
        wanted = self._checking.arrow(
            f"select distinct order_no as {column} from ({numbers}) "
            f"where order_no <= {self._highest['order']}"
        )
        keyed = [each.stored_name for each in table.keys]
        columns = ", ".join(dict.fromkeys([*keyed, column]))
        keys = f"select distinct {columns} from {table.name}"
        found = self._matching(wanted, keys, [column])
        if not found.num_rows:
            return
        self._checking.register(_WANTED, found)
        try:
            self.bring_keys(table, f"(select {key_of(table)} from {_WANTED})")
        finally:
            self._checking.unregister(_WANTED)

    def bring_refused(self, table: Table, rows: str) -> None:
        """Have what lies in quarantine from the same places as the rows, which have a `place`."""
        if self._has_none("quarantine"):
            return
        wanted = self._checking.arrow(
            f"select distinct coalesce(place, '') as from_place, '{table.name}' as table_name "
            f"from ({rows})"
        )
        known = "select *, coalesce(place, '') as from_place from quarantine"
        found = self._matching(wanted, known, ["from_place", "table_name"])
        if found.num_rows:
            self._put("quarantine", found.drop_columns(["from_place"]))

    def derives(self, touched_n: int) -> bool:
        """Say whether the market derives every row itself, since a load touches most orders.

        That is so where it has more machines to do it than this one.
        """
        if not self.market.is_cluster or not touched_n:
            return False
        (orders_n,) = self.market.rows("select count(*) from order_ids")[0]
        return bool(touched_n * MOST >= orders_n)

    def send_facts(self, load_no: int) -> None:
        """Keep the facts of a load, and what was numbered and set aside for it."""
        for register in REGISTERS:
            number = f"{register}_no"
            self._send(
                f"{register}_ids",
                f"select * from {register}_ids where {number} > {self._highest[register]} "
                f"order by {number}",
            )
        of_load = f"where load_no = {load_no}"
        for table in TABLES:
            key = "table_name, key" if table is RETRACTIONS else key_of(table)
            self._send(table.name, f"select * from {table.name} {of_load} order by {key}")
            if table is RETRACTIONS:
                continue
            back, several = retracted(table), revised(table)
            self._send(back, f"select * from {back} {of_load} order by {key}")
            self._send_new(table, several)
        self._send(
            "quarantine", f"select * from quarantine {of_load} order by quarantine_no, column_name"
        )

    def _send_new(self, table: Table, several: str) -> None:
        """Send the keys of facts that have more than one row now, and had not before."""
        known = self._checking.arrow(f"select distinct {key_of(table)} from {several}")
        if not known.num_rows:
            return
        self.market.register(_WANTED, known)
        try:
            new = self.market.arrow(
                f"select {key_of(table)} from {_WANTED} as named "
                f"anti join {several} as known on {same_key(table, 'known', 'named')} "
                f"order by {key_of(table)}"
            )
        finally:
            self.market.unregister(_WANTED)
        if new.num_rows:
            self.market.fill(several, new)

    def send_instead(self, table: str, column: str, numbers: str) -> None:
        """Keep the rows whose number SQL lists, in the place of those that have the number.

        SQL yields the numbers of orders as `order_no`.
        """
        before = self._checking.arrow(
            f"select distinct order_no from ({numbers}) where order_no <= {self._highest['order']}"
        )
        if before.num_rows and not self._has_none(table):
            self.market.take_out(table, column, before)
        self._send(
            table,
            f"select * from {table} where {column} in (select order_no from ({numbers})) "
            f"order by {column}",
        )

    def send_waiting(self) -> None:
        """Keep which orders wait to be told of now."""
        now = self._checking.arrow(f"select * from {_WAITING} order by order_no")
        if now.num_rows or not self._has_none(_WAITING):
            self.market.empty(_WAITING)
            self.market.fill(_WAITING, now)

    def send_book(self, load_no: int) -> None:
        """Keep what the book of loads says of a load."""
        for table in _BOOK:
            self._send(table, f"select * from {table} where load_no = {load_no}")

    def _matching(self, wanted: pa.Table, query: str, names: Sequence[str]) -> pa.Table:
        """Return the market's rows that a query yields and that agree with wanted ones."""
        if not wanted.num_rows:
            return wanted
        self.market.register(_WANTED, wanted)
        try:
            same = " and ".join(f"wanted.{name} = there.{name}" for name in names)
            return self.market.arrow(
                f"select there.* from ({query}) as there semi join {_WANTED} as wanted on {same}"
            )
        finally:
            self.market.unregister(_WANTED)

    def _put(self, table: str, rows: pa.Table) -> None:
        if rows.num_rows:
            self._checking.register(_BROUGHT, rows)
            self._checking.execute(f"insert into {table} by name select * from {_BROUGHT}")
            self._checking.unregister(_BROUGHT)

    def _send(self, table: str, query: str) -> None:
        self.market.fill_from(self._checking, table, query)

    def _has_none(self, table: str) -> bool:
        """Say whether a table of the market was empty when the load began."""
        if table not in self._is_empty:
            self._is_empty[table] = not self.market.rows(f"select 1 from {table} limit 1")
        return self._is_empty[table]


Home = Here | Elsewhere


def _brought(table: Table) -> str:
    """Name the table in memory that lists the keys of the facts that were brought."""
    return f"brought_{table.name}"
