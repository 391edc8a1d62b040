"""The pieces of work that are measured, and the floor of each.

Every function prepares and returns what is timed. A floor is the least any program would
have to do: read the same columns of the same rows, group them, write the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import goodstanding
from goodstanding.assessment import assessing
from goodstanding.assessment.assessing import Question
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.database.steps import Step, parse, statement
from goodstanding.days import end_of_day
from goodstanding.facts import store
from goodstanding.rulebook import bundled
from goodstanding.sample import generate

AS_OF = date(2025, 6, 30)
SEED = 7
Timed = Callable[[], Any]


def sample(folder: Path, orders: int) -> Timed:
    def run() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        generate(orders=orders, seed=SEED, out=folder)

    return run


def sample_floor(folder: Path) -> Timed:
    """Read the same tables and write them again."""
    copy = folder.parent / "copy"

    def run() -> None:
        copy.mkdir(exist_ok=True)
        database = DuckDB.open(None)
        for file in sorted(folder.glob("*.parquet")):
            database.execute(f"copy (from '{file}') to '{copy / file.name}' (format parquet)")
        database.close()
        shutil.rmtree(copy)

    return run


def load(folder: Path, market: Path) -> Timed:
    def run() -> None:
        market.unlink(missing_ok=True)
        with goodstanding.new(market, time_zone="Europe/Berlin", currency="EUR") as made:
            made.load(folder, recorded="occurred")

    return run


def load_floor(folder: Path) -> Timed:
    """Keep the same tables in a database file, as they are."""
    copy = folder.parent / "floor.duckdb"

    def run() -> None:
        copy.unlink(missing_ok=True)
        database = DuckDB.open(copy, create=True)
        for file in sorted(folder.glob("*.parquet")):
            database.execute(f"create table {file.stem} as from '{file}'")
        database.close()
        copy.unlink()

    return run


def rows(market: Path) -> Timed:
    """Derive the rows of every order, as far as the rulebook reads them."""
    database, settings, question = _opened(market)
    compiled = compile_rulebook(question.rulebook)
    steps = assessing.source_steps(
        compiled, store.market_clock(database, settings), one_subject=False
    )
    sql = statement(steps, "order_rows", "duckdb")
    values = assessing.bound_values(compiled, settings, question, None)

    def run() -> None:
        database.execute(
            f"create or replace temp table kept_rows as {sql}", named_values(sql, values)
        )

    return run


def rows_floor(market: Path) -> Timed:
    """Decode the columns of facts that the rows are made of."""
    database, _, _ = _opened(market)
    instants = ["placed_at", "paid_at", "ship_by", "shipped_at", "closed_at", "cancelled_at"]
    scans = [
        _decoding("orders", ["order_no", "parent_order_no", "seller_no"], instants),
        _decoding(
            "feedback",
            ["order_no", "stars", "description_stars", "communication_stars", "logistics_stars"],
            ["given_at", "removed_at"],
        ),
        _decoding(
            "disputes",
            ["order_no"],
            ["opened_at", "buyer_acted_at", "answered_at", "escalated_at", "closed_at"],
        ),
    ]

    def run() -> None:
        for scan in scans:
            database.rows(scan)

    return run


def judging(market: Path) -> Timed:
    """Judge every seller from rows that are derived already."""
    rows(market)  # imports and plans once, so that only the judging is timed
    database, settings, question = _opened(market)
    compiled = compile_rulebook(question.rulebook)
    steps = assessing.source_steps(
        compiled, store.market_clock(database, settings), one_subject=False
    )
    values = assessing.bound_values(compiled, settings, question, None)
    sql = statement(steps, "order_rows", "duckdb")
    database.execute(f"create temp table kept_rows as {sql}", named_values(sql, values))
    kept = [
        Step("order_rows", "rows derived before", parse("select * from kept_rows")),
        Step(
            "subjects",
            "their sellers",
            parse("select distinct seller_id as subject_no from kept_rows"),
        ),
        *compiled.steps,
    ]
    return lambda: database.run(kept, "results", values)


def judging_floor(market: Path) -> Timed:
    """Scan the days of the same rows and count per seller."""
    database, settings, question = _opened(market)
    compiled = compile_rulebook(question.rulebook)
    steps = assessing.source_steps(
        compiled, store.market_clock(database, settings), one_subject=False
    )
    values = assessing.bound_values(compiled, settings, question, None)
    sql = statement(steps, "order_rows", "duckdb")
    database.execute(f"create temp table kept_rows as {sql}", named_values(sql, values))
    first = compiled.bound_values(question.as_of)["first_of_90"]
    count = """
        select seller_id, count(*)
        from kept_rows
        where ship_by_on between $first and $last or shipped_on between $first and $last
          or closed_on between $first and $last or feedback_on between $first and $last
        group by seller_id
    """
    return lambda: database.rows(count, {"first": first, "last": question.as_of})


def assess(market: Path) -> Timed:
    """Assess every seller, from facts to the table of results."""
    opened = goodstanding.open(market)
    return lambda: opened.assess("service-level", as_of=AS_OF)


def assess_floor(market: Path) -> Timed:
    """Decode the facts, then count the orders of every seller."""
    decode = rows_floor(market)
    database, _, _ = _opened(market, share=True)

    def run() -> None:
        decode()
        database.rows("select seller_no, count(*) from orders group by seller_no")

    return run


def explain_one(market: Path) -> Timed:
    """Explain the seller with the median number of orders among those with fifty or more."""
    opened = goodstanding.open(market)
    seller = _some_seller(opened)
    return lambda: opened.explain("service-level", as_of=AS_OF, subject=seller)


def explain_one_floor(market: Path) -> Timed:
    """Find the orders of one seller, and the feedback and disputes on them."""
    opened = goodstanding.open(market)
    seller = _some_seller(opened)
    database = opened._database  # noqa: SLF001 -- the floor runs bare SQL
    number = database.rows("select seller_no from seller_ids where seller_id = $id", {"id": seller})
    mine = "select order_no from orders where seller_no = $no"
    values = {"no": number[0][0]}

    def run() -> None:
        database.rows("select * from orders where seller_no = $no", values)
        database.rows(f"select * from feedback where order_no in ({mine})", values)
        database.rows(f"select * from disputes where order_no in ({mine})", values)

    return run


_shared: dict[Path, tuple[DuckDB, store.Settings]] = {}


def _opened(market: Path, *, share: bool = True) -> tuple[DuckDB, store.Settings, Question]:
    if market not in _shared or not share:
        _shared[market] = store.open_market(market)
    database, settings = _shared[market]
    rulebook = bundled.load("service-level", as_of=AS_OF)
    known_at = store.known_until(database) or end_of_day(AS_OF, settings.time_zone)
    return database, settings, Question(rulebook=rulebook, as_of=AS_OF, known_at=known_at)


def _decoding(table: str, numbers: list[str], instants: list[str]) -> str:
    # bit_xor makes the database decode every value; max() would be answered from statistics.
    values = [f"bit_xor({n}::bigint)" for n in numbers]
    values += [f"bit_xor(epoch_us({i}))" for i in instants]
    return f"select {', '.join(values)} from {table}"


def _some_seller(opened: goodstanding.Market) -> str:
    found = opened._database.rows(  # noqa: SLF001 -- likewise
        """
        select seller_id
        from orders
        join seller_ids using (seller_no)
        group by seller_id
        having count(*) >= 50
        order by count(*), seller_id
        """
    )
    seller: str = found[len(found) // 2][0]
    return seller
