"""The pieces of work that are measured, and the floor of each.

Every function prepares and returns what is timed. A floor is the least any program would
have to do: read the same columns of the same rows, group them, write the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import goodstanding
from goodstanding.assessment import questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.questions import Question
from goodstanding.database.database import Database
from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.database.steps import statement
from goodstanding.days import end_of_day, month_end, months_later
from goodstanding.facts import store
from goodstanding.rulebook import bundled
from goodstanding.sample import generate

AS_OF = date(2025, 6, 30)
SEED = 7
TIME_ZONE = "Europe/Berlin"
Timed = Callable[[], Any]
Place = Path | str  # of a market, as `goodstanding.open` has it


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


def load(folder: Path, market: Path, time_zone: str = TIME_ZONE) -> Timed:
    def run() -> None:
        market.unlink(missing_ok=True)
        with goodstanding.new(market, time_zone=time_zone, currency="EUR") as made:
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
    steps = questions.source_steps(
        compiled, store.market_clock(database, settings), one_subject=False
    )
    sql = statement(steps, "order_rows", "duckdb")
    values = questions.bound_values(compiled, settings, question, None)

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


def assess(market: Place) -> Timed:
    """Assess every seller for the last day, from the kept rows to the table of results."""
    opened = goodstanding.open(market)
    return lambda: opened.assess("service-level", as_of=AS_OF)


def assess_floor(market: Path) -> Timed:
    """Scan the days of the same kept rows and count per seller."""
    database, _, _ = _opened(market)
    return lambda: _counted(database, AS_OF)


def daily(market: Path) -> Timed:
    """Score every seller for a day: six items, ratings collapsed, peers in their categories."""
    opened = goodstanding.open(market)
    return lambda: opened.assess("aliexpress-daily-service-score", as_of=AS_OF)


def daily_floor(market: Path) -> Timed:
    """Scan the days of the same kept rows and of their lines, and count per seller."""
    return _daily_floor(market, AS_OF)


def _daily_floor(market: Path, as_of: date) -> Timed:
    database, _, _ = _opened(market)
    lines = """
        select seller_id, category_no, sum(line.amount_minor)
        from order_lines as line
        join kept_orders on order_id = line.order_no
        where paid_on between $first and $last
        group by seller_id, category_no
    """

    def run() -> None:
        _counted(database, as_of)
        database.rows(lines, {"first": as_of - timedelta(days=89), "last": as_of})

    return run


def thirty_days(market: Path) -> Timed:
    """Score every seller for each of thirty days, and grade it by the mean of them."""
    opened = goodstanding.open(market)
    return lambda: opened.assess("aliexpress-service-level", as_of=AS_OF, version=date(2015, 10, 8))


def thirty_days_floor(market: Path) -> Timed:
    """Scan and count for each of the days."""
    run_of = [_daily_floor(market, AS_OF - timedelta(days=n)) for n in range(30)]

    def run() -> None:
        for of_day in run_of:
            of_day()

    return run


def ratings(market: Path) -> Timed:
    """Tell every seller's means of six months, and how they compare with the category."""
    opened = goodstanding.open(market)
    return lambda: opened.assess("aliexpress-detailed-ratings", as_of=AS_OF)


def feedback(market: Path) -> Timed:
    """Tell every seller's feedback score, rates and medals."""
    opened = goodstanding.open(market)
    return lambda: opened.assess("aliexpress-feedback", as_of=AS_OF)


def ratings_floor(market: Path) -> Timed:
    """Scan the day and the stars of every kept row, and add up per seller."""
    database, _, _ = _opened(market)
    sql = """
        select seller_id, count(*), sum(stars), sum(description_stars),
            sum(communication_stars), sum(logistics_stars)
        from kept_orders
        where feedback_on <= $last
        group by seller_id
    """
    return lambda: database.rows(sql, {"last": AS_OF})


def month_ends(market: Path) -> Timed:
    """Assess every seller for the last 24 month ends, each with what was known at its time."""
    opened = goodstanding.open(market)

    def run() -> None:
        for day in _month_ends():
            known_at = end_of_day(day, opened.settings.time_zone) + timedelta(hours=12)
            opened.assess("service-level", as_of=day, known_at=known_at)

    return run


def month_ends_floor(market: Path) -> Timed:
    """Scan and count as often."""
    database, _, _ = _opened(market)

    def run() -> None:
        for day in _month_ends():
            _counted(database, day)

    return run


def publish(market: Path) -> Timed:
    """Publish every seller of a month, with the digest of the rows behind each, in a copy."""
    opened = goodstanding.open(_copied(market))
    return lambda: opened.publish("service-level", as_of=AS_OF)


def publish_floor(market: Path) -> Timed:
    """Scan and count once, and append as many rows of the same columns, and commit."""
    database, _, _ = _opened(changing(market))
    database.execute("create or replace temp table floor_rows as from standings")
    database.execute("create or replace table floor_standings as from standings limit 0")

    def run() -> None:
        _counted(database, AS_OF)
        with database.transaction():
            database.execute("insert into floor_standings from floor_rows")

    return run


def one_day(market: Path) -> Timed:
    """Load one day of new and late facts: 1 order in 500, and reviews of as many old ones.

    It goes into a copy of the market: a second run would find every fact of it known.
    """
    folder = market.parent / "day"
    write_day(market, folder)
    opened = goodstanding.open(_copied(market))
    return lambda: opened.load(folder)


def one_day_floor(market: Path) -> Timed:
    """Append the same rows to tables of the same columns, and commit."""
    folder = market.parent / "day"
    database, _, _ = _opened(market)
    for name in ("orders", "feedback"):
        database.execute(f"create or replace table floor_{name} as from '{folder / name}.parquet'")

    def run() -> None:
        with database.transaction():
            for name in ("orders", "feedback"):
                database.execute(f"insert into floor_{name} from '{folder / name}.parquet'")

    return run


def changing(market: Path) -> Path:
    """Return where the copy of a market is that work on it changes."""
    return market.with_name("changing.duckdb")


def _copied(market: Path) -> Path:
    """Copy the market in the place of an earlier copy, and of what that had not merged yet."""
    copy = changing(market)
    copy.with_name(f"{copy.name}.wal").unlink(missing_ok=True)
    return Path(shutil.copy(market, copy))


def write_day(market: Path, folder: Path) -> None:
    """Write a day's files: copies of orders under new ids, and reviews where there were none."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    database, _ = store.open_market(market)
    until = store.known_until(database)
    database.execute(
        f"""
        copy (
          select 'N' || order_id as order_id, 'B' || buyer_no as buyer_id, seller_id,
            timestamp '{until}' as placed_at, timestamp '{until}' as paid_at,
            timestamp '{until}' as recorded_at
          from orders join order_ids using (order_no) join seller_ids using (seller_no)
          where order_no % 500 = 0
        ) to '{folder / "orders.parquet"}' (format parquet)
        """
    )
    database.execute(
        f"""
        copy (
          select 'N' || order_id as feedback_id, order_id, 4 as stars,
            timestamp '{until}' as given_at, timestamp '{until}' as recorded_at
          from orders join order_ids using (order_no)
          where order_no % 500 = 1
        ) to '{folder / "feedback.parquet"}' (format parquet)
        """
    )
    database.close()


def _month_ends() -> list[date]:
    return [month_end(months_later(AS_OF.replace(day=1), -back)) for back in range(24)]


def _counted(database: Database, as_of: date) -> None:
    count = """
        select seller_id, count(*)
        from kept_orders
        where ship_by_on between $first and $last or shipped_on between $first and $last
          or closed_on between $first and $last or feedback_on between $first and $last
        group by seller_id
    """
    database.rows(count, {"first": as_of - timedelta(days=89), "last": as_of})


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


_shared: dict[Path, tuple[Database, store.Settings]] = {}


def _opened(market: Path, *, share: bool = True) -> tuple[Database, store.Settings, Question]:
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
