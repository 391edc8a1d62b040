"""Amounts in the currencies of limits: the SQL against fractions in plain Python."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import product
from math import floor

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.database.clock import MarketClock
from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.database.steps import names, needed_steps, parse, statement
from goodstanding.facts.store import Settings
from goodstanding.rows.catalogue import ROW_KINDS, converted_column
from goodstanding.rows.derive import row_steps
from tests import postgres_market
from tests.memory_market import empty_market, load_facts
from tests.oracle_facts import Facts, Row
from tests.postgres_server import find_binaries, running_server

MARKET = Settings(time_zone="UTC", currency="EUR")
INTO_USD = converted_column("amount_minor", "USD")
FIRST = date(2018, 1, 1)
KNOWN_AT = datetime(2018, 6, 1)
VALUES = {
    "as_of": date(2018, 7, 31),
    "known_at": KNOWN_AT,
    "corrected_at": KNOWN_AT,
    "as_of_end": datetime(2018, 8, 1),
    "market_currency": "EUR",
}


# What the tests fill and empty, as made once.
DATABASE = empty_market(MARKET)


def converted(orders: list[Row], rates: list[Row]) -> list[int | None]:
    """Return the amount of each order in USD, the facts put into their tables as they are."""
    numbered = [
        {name: value for name, value in row.items() if name != "order_id"}
        | {"order_no": number, "seller_no": 1}
        for number, row in enumerate(orders)
    ]
    for table, rows in {"orders": numbered, "rates": rates}.items():
        DATABASE.execute(f"delete from {table}")
        if rows:
            DATABASE.register("given", pa.Table.from_pylist(rows))
            DATABASE.execute(f"insert into {table} by name from given")
            DATABASE.unregister("given")
    return derived(DATABASE, "order", INTO_USD)


def loaded(facts: Facts) -> DuckDB:
    database = empty_market(MARKET)
    load_facts(database, MARKET, facts)
    return database


@cache
def written(kind: str, column: str) -> str:
    steps = row_steps(ROW_KINDS[kind], [column], clock=MarketClock("UTC"))
    keys = ", ".join(ROW_KINDS[kind].key)
    return statement(steps, parse(f"select {column} from {kind}_rows order by {keys}"), "duckdb")


def derived(database: DuckDB, kind: str, column: str) -> list[int | None]:
    sql = written(kind, column)
    return [value for (value,) in database.rows(sql, named_values(sql, VALUES))]


def order(number: int, amount: int, currency: str | None, placed_on: date = FIRST) -> Row:
    return {
        "order_id": f"O{number}",
        "placed_at": datetime.combine(placed_on, datetime.min.time()),
        "amount_minor": amount,
        "currency": currency,
    }


def rate(day: date, one: str, other: str, ppm: int, recorded_at: datetime | None = None) -> Row:
    return {
        "day": day,
        "from_currency": one,
        "to_currency": other,
        "ppm": ppm,
        "recorded_at": recorded_at,
    }


def only(amount: int, currency: str | None, *rates: Row, placed_on: date = FIRST) -> int | None:
    (found,) = converted([order(1, amount, currency, placed_on)], list(rates))
    return found


def test_an_amount_is_converted_and_rounded_down():
    assert only(411, "BRL", rate(FIRST, "BRL", "USD", 310_000)) == 127  # 127.41


def test_without_a_currency_it_is_in_that_of_the_market():
    assert only(1000, None, rate(FIRST, "EUR", "USD", 1_100_000)) == 1100


def test_the_same_currency_needs_no_rate():
    assert only(499, "USD", rate(FIRST, "USD", "USD", 2_000_000)) == 499


def test_without_a_rate_it_is_unknown():
    assert only(499, "BRL", rate(FIRST, "EUR", "USD", 1_100_000)) is None


def test_the_newest_rate_not_after_the_day_of_the_order_is_taken():
    rates = [rate(FIRST + timedelta(days=n), "BRL", "USD", 100_000 * n) for n in (1, 3, 5)]
    found = [only(100, "BRL", *rates, placed_on=FIRST + timedelta(days=n)) for n in range(7)]
    assert found == [None, 10, 10, 30, 30, 50, 50]


def test_the_other_direction_is_taken_where_only_that_is_there():
    there = rate(FIRST + timedelta(days=1), "BRL", "USD", 310_000)
    back = rate(FIRST, "USD", "BRL", 3_000_000)
    assert only(100, "BRL", there, back) == 33
    assert only(100, "BRL", there, back, placed_on=FIRST + timedelta(days=1)) == 31


def test_a_rate_of_nothing_is_none():
    assert only(100, "BRL", rate(FIRST, "BRL", "USD", 0), rate(FIRST, "USD", "BRL", -5)) is None


def test_a_rate_that_nobody_had_heard_of_is_none():
    later = rate(FIRST, "BRL", "USD", 310_000, datetime(2018, 6, 2))
    assert only(100, "BRL", later) is None


def test_a_corrected_rate_is_the_one_last_heard():
    rates = [
        rate(FIRST, "BRL", "USD", 310_000, datetime(2018, 1, 2)),
        rate(FIRST, "BRL", "USD", 320_000, datetime(2018, 1, 3)),
        rate(FIRST, "BRL", "USD", 330_000, datetime(2018, 6, 2)),
    ]
    placed = order(1, 100, "BRL") | {"seller_id": "S1"}
    assert derived(loaded({"orders": [placed], "rates": rates}), "order", INTO_USD) == [32]


def test_an_amount_beyond_64_bits_is_unknown():
    assert only(9 * 10**18, "BRL", rate(FIRST, "BRL", "USD", 2_000_000)) is None
    assert only(9 * 10**18, "BRL", rate(FIRST, "BRL", "USD", 1_000_000)) == 9 * 10**18


def test_lines_are_converted_as_their_orders_are():
    facts: Facts = {
        "orders": [
            each | {"seller_id": "S1"} for each in (order(1, 1000, "BRL"), order(2, 1000, None))
        ],
        "order_lines": [
            {"order_id": "O1", "line_no": 1, "amount_minor": 300},
            {"order_id": "O1", "line_no": 2, "amount_minor": 700},
            {"order_id": "O2", "line_no": 1, "amount_minor": 1000},
        ],
        "rates": [rate(FIRST, "BRL", "USD", 310_000)],
    }
    into_usd = converted_column("line_amount_minor", "USD")
    assert derived(loaded(facts), "line", into_usd) == [93, 217, None]


def test_only_what_names_a_currency_reads_rates():
    steps = row_steps(ROW_KINDS["order"], ["amount_minor"], clock=MarketClock("UTC"))
    assert "known_rates" not in names(needed_steps(steps, parse("select * from order_rows")))


def expected(amount: int, currency: str | None, placed_on: date, rates: list[Row]) -> int | None:
    """Convert into USD with fractions, from the rule's words."""
    paid_in = currency or "EUR"
    if paid_in == "USD":
        return amount
    heard = [
        each
        for each in rates
        if each["ppm"] > 0
        and each["day"] <= placed_on
        and (each["recorded_at"] is None or each["recorded_at"] <= KNOWN_AT)
    ]
    there = [r for r in heard if (r["from_currency"], r["to_currency"]) == (paid_in, "USD")]
    back = [r for r in heard if (r["from_currency"], r["to_currency"]) == ("USD", paid_in)]
    if not there and not back:
        return None
    newest = max(there or back, key=lambda each: each["day"])
    worth = Fraction(newest["ppm"], 1_000_000)
    found = floor(amount * worth if there else amount / worth)
    return found if abs(found) < 2**62 else None


currencies = st.sampled_from(("EUR", "USD", "BRL"))
days = st.integers(0, 9).map(lambda n: FIRST + timedelta(days=n))
amounts = st.one_of(st.integers(-2000, 2000), st.integers(-(10**12), 10**12))
worth = st.one_of(st.integers(1, 5), st.integers(1, 2_000_000), st.integers(1, 10**9))


@st.composite
def rate_rows(draw: st.DrawFn) -> list[Row]:
    keys = draw(st.lists(st.tuples(days, currencies, currencies), max_size=20, unique=True))
    heard = st.sampled_from((None, datetime(2018, 3, 1), datetime(2018, 6, 2)))
    return [rate(day, one, other, draw(worth), draw(heard)) for day, one, other in keys]


order_rows = st.lists(st.tuples(amounts, st.none() | currencies, days), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders=order_rows, rates=rate_rows())
def test_every_amount_is_the_one_that_fractions_give(
    orders: list[tuple[int, str | None, date]], rates: list[Row]
):
    placed = [order(n, *each) for n, each in enumerate(orders)]
    assert converted(placed, rates) == [expected(*each, rates) for each in orders]


@pytest.mark.parametrize("amount", [-1, -999_999, -1_000_000, -1_000_001])
def test_what_is_below_nothing_is_rounded_down_too(amount: int):
    day = rate(FIRST, "BRL", "USD", 310_000)
    assert only(amount, "BRL", day) == floor(Fraction(amount * 31, 100))


def test_postgresql_converts_alike():
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: initdb and pg_ctl were not found")
    placed = [
        order(n, amount, currency)
        for n, (amount, currency) in enumerate(
            product((-1_000_001, -7, 0, 411, 9 * 10**18), ("EUR", "BRL", "USD", None, "RUB"))
        )
    ]
    rates = [rate(FIRST, "BRL", "USD", 310_000), rate(FIRST, "USD", "EUR", 833_333)]
    found = converted(placed, rates)
    assert found.count(None) == 5 + 2  # without a rate, and beyond 64 bits
    steps = row_steps(ROW_KINDS["order"], [INTO_USD], clock=MarketClock("UTC"))
    with running_server(binaries) as address, psycopg.connect(address) as connection:
        postgres_market.copy_market(DATABASE, connection)
        rows = postgres_market.run(connection, steps, "order_rows", VALUES)
    assert [row[INTO_USD] for row in sorted(rows, key=lambda row: row["order_id"])] == found
