"""Steps written for many days at once give of each day what they give for it alone."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest

from goodstanding.database.by_day import DAY, DAYS, by_day, least_of, most_of, value_column
from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.database.steps import Step, parse, statement

FIRST = date(2020, 1, 1)
ASKED = [FIRST + timedelta(n) for n in range(0, 12, 2)]
VALUES = ("as_of", "since")
ORDERS = [  # of whom, on which day, how much
    ("a", 1, 5),
    ("a", 2, None),
    ("a", 5, 7),
    ("b", 3, 1),
    ("b", 9, 2),
    ("c", 11, 3),
    (None, 4, 4),
]
THEN = "select seller, placed_on, amount from orders where placed_on <= $as_of"


def values_on(day: date) -> dict[str, date]:
    return {"as_of": day, "since": day - timedelta(4)}


@pytest.fixture(scope="module")
def database() -> DuckDB:
    opened = DuckDB.open(None)
    opened.execute("create table orders (seller varchar, placed_on date, amount bigint)")
    for seller, after, amount in ORDERS:
        told = {"seller": seller, "placed": FIRST + timedelta(after), "amount": amount}
        opened.execute("insert into orders values ($seller, $placed, $amount)", told)
    opened.execute("create table sellers as select unnest(['a', 'b', 'c', 'd']) as seller")
    told_days = pa.table(
        {
            DAY: pa.array(range(len(ASKED)), pa.int64()),
            **{value_column(n): [values_on(day)[n] for day in ASKED] for n in VALUES},
        }
    )
    opened.register("told_days", told_days)
    opened.execute(f"create temp table {DAYS} as from told_days")
    return opened


def steps_of(**queries: str) -> list[Step]:
    return [Step(name, "as written", parse(sql)) for name, sql in queries.items()]


def each_alone(database: DuckDB, steps: list[Step]) -> set[tuple[object, ...]]:
    found = set()
    for place, day in enumerate(ASKED):
        rows = database.run(steps, steps[-1].name, values_on(day)).to_pylist()
        told = [(place, *row.values()) for row in rows]
        assert len(told) == len(set(told))
        found.update(told)
    return found


def together(database: DuckDB, steps: list[Step]) -> list[tuple[object, ...]]:
    extremes = {least_of(n): values_on(ASKED[0])[n] for n in VALUES}
    extremes |= {most_of(n): values_on(ASKED[-1])[n] for n in VALUES}
    sql = statement(by_day(steps, VALUES), steps[-1].name, "duckdb")
    rows = database.arrow(sql, named_values(sql, extremes)).to_pylist()
    return [(row.pop(DAY), *row.values()) for row in rows]


@pytest.mark.parametrize(
    "queries",
    [
        {"orders_then": THEN},
        {"windowed": f"{THEN} and placed_on >= $since"},
        {"either": f"{THEN} and (amount > 4 or placed_on >= $since)"},
        {"orders_then": THEN, "kept": "select * from orders_then where amount > 1"},
        {"orders_then": THEN, "more": "select *, amount + 1 as more from orders_then"},
        {
            "orders_then": THEN,
            "counted": """select seller, count(*) as n, max($since) as since
                from orders_then group by seller""",
        },
        {
            "orders_then": THEN,
            "placed": """select seller, amount,
                row_number() over (partition by seller order by placed_on) as place,
                sum(amount) over (order by placed_on, seller) as so_far from orders_then""",
        },
        {
            "orders_then": THEN,
            "counted": "select seller, count(*) as n from orders_then group by seller",
            "everybody": """select sellers.seller, n, $as_of as as_of
                from sellers left join counted on counted.seller = sellers.seller""",
        },
        {
            "orders_then": THEN,
            "known": "select distinct seller from orders_then",
            "counted": "select seller, count(*) as n from orders_then group by seller",
            "in_all": """select known.seller, n from known
                left join counted on counted.seller = known.seller""",
        },
        {
            "orders_then": THEN,
            "total": "select sum(amount) as total from orders_then",
            "beside": "select seller, placed_on, total from orders_then cross join total",
        },
        {
            "orders_then": THEN,
            "bought_from": """select seller from sellers
                where seller in (select seller from orders_then)""",
        },
        {
            "orders_then": THEN,
            "not_bought_from": """select seller from sellers where seller not in (
                select seller from orders_then where not seller is null)""",
        },
        {
            "orders_then": THEN,
            "pairs": """select seller, placed_on from orders where (seller, placed_on) in (
                select seller, placed_on from orders_then)
                and amount > 1 and placed_on <> $since""",
        },
        {
            "orders_then": THEN,
            "cheap": """select seller, amount,
                sum(amount) filter (where amount < 6) over (partition by seller) as cheap
                from orders_then""",
        },
        {
            "orders_then": THEN,
            "sold": """select seller from sellers where exists (
                select * from orders_then as o where o.seller = sellers.seller)""",
        },
        {
            "orders_then": THEN,
            "last_ones": """select seller, placed_on from orders_then as one where not exists (
                select 1 from orders_then as other
                where other.seller = one.seller and other.placed_on > one.placed_on)""",
        },
        {
            "orders_then": THEN,
            "named": "select seller from orders_then union select seller from sellers",
        },
        {
            "orders_then": THEN,
            "nested": """select seller, more from (
                select seller, amount + 1 as more from orders_then) as added where more > 2""",
        },
        {
            "plain": "select seller from sellers",
            "later": "select seller from plain where $as_of > $since",
        },
        {
            "orders_then": THEN,
            "walked": """select seller, 1 as step from orders_then where placed_on >= $since
                union all
                select walked.seller, step + 1 as step from walked
                join orders_then on orders_then.seller = walked.seller and step < 3""",
            "steps_walked": "select distinct seller, step from walked",
        },
    ],
    ids=lambda queries: list(queries)[-1],
)
def test_each_day_is_what_it_is_alone(database: DuckDB, queries: dict[str, str]):
    steps = steps_of(**queries)
    found = together(database, steps)
    assert len(found) == len(set(found))
    assert set(found) == each_alone(database, steps) != set()


def test_what_is_counted_over_all_rows_of_a_day_is_nothing_where_there_are_none(database: DuckDB):
    counted = "select count(*) as n, sum(amount) as total from orders_then"
    steps = steps_of(orders_then=THEN, of_all=counted)
    alone = {row for row in each_alone(database, steps) if row[1] != 0}
    assert set(together(database, steps)) == alone
    assert len(alone) == len(ASKED) - 1


def test_what_no_day_changes_is_worked_out_once():
    plain, then = by_day(steps_of(plain="select seller from sellers", orders_then=THEN), VALUES)
    assert plain.query.sql() == "SELECT seller FROM sellers"
    assert DAYS in then.query.sql()


def test_rows_out_of_reach_of_every_day_are_left_out_before_days_are_told_apart():
    (step,) = by_day(steps_of(windowed=f"{THEN} and (placed_on >= $since or amount = 1)"), VALUES)
    sql = step.query.sql("duckdb")
    assert "placed_on <= $as_of__most" in sql
    assert "placed_on >= $since__least OR amount = 1" in sql


@pytest.mark.parametrize(
    "query",
    [
        f"{THEN} limit 1",
        f"{THEN} order by amount",
        "select seller, (select count(*) from orders) as n from sellers where $as_of > $since",
        "select * from orders_then union select seller, placed_on, amount from orders",
        "select amount from orders_then join orders_then as o using (seller)",
        "select distinct on (seller) seller, amount from orders_then",
        "select o.amount from orders_then as o right join sellers on o.seller = sellers.seller",
        "select orders_then.*, o.* from orders_then join orders_then as o on o.amount > 1",
    ],
)
def test_what_cannot_be_told_apart_by_day_is_refused(query: str):
    with pytest.raises(ValueError, match="day"):
        by_day(steps_of(orders_then=THEN, further=query), VALUES)
