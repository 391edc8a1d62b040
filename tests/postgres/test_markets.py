"""A market that PostgreSQL keeps: made, opened, read, written to, and what can go wrong."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import psycopg
import pyarrow as pa
import pytest

import goodstanding
from goodstanding.assessment import assessing
from goodstanding.database import postgres_errors
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.postgres import PostgreSQL
from goodstanding.errors import (
    AccessRefused,
    ArgumentInvalid,
    MarketClosed,
    MarketExists,
    MarketHeld,
    MarketMissing,
    MarketUnreachable,
    MarketUnreadable,
    MarketUnwritable,
)
from tests.asked_of_twins import NOW
from tests.commands import said
from tests.postgres.conftest import at, copied

DAY = "2025-06-30"
NEXT_DAY = "2025-05-31"
TEXTS = ["a", "B", "_", "é", "Z", "z", "ä", "10", "9", "", None]


def opened(address: str, *, read_only: bool = False) -> PostgreSQL:
    return PostgreSQL.open(at(address), read_only=read_only)


def test_a_market_is_made_by_its_address_and_opened_again(address):
    status, out, err = said("new", address, "--time-zone", "Europe/Berlin", "--currency", "EUR")
    assert (status, err) == (0, "")
    assert out.startswith(f"Made {address}: days in Europe/Berlin, amounts in EUR.\n")
    with goodstanding.open(address) as market:
        assert market.settings.time_zone == "Europe/Berlin"
        assert str(market.path) == address
        assert market.assess("service-level", as_of=DAY).num_rows == 0


def test_a_market_that_is_there_is_not_made_again(empty):
    with pytest.raises(MarketExists, match="has tables already: access_log, "):
        goodstanding.new(empty, time_zone="UTC", currency="USD")


def test_a_database_without_a_market_says_how_to_make_one(server, address):
    with pytest.raises(MarketMissing, match="the database has no market") as caught:
        goodstanding.open(address)
    assert "goodstanding new ADDRESS" in (caught.value.hint or "")
    server.ask("create schema others; create table others.market (a int)")
    with pytest.raises(MarketUnreadable, match="is a database, but not a market"):
        goodstanding.open(server.address(schema="others"))


def test_two_rulebooks_judge_both_markets_alike(twins):
    ours, theirs = twins.opened()
    with ours, theirs:
        for rulebook in ("service-level", "aliexpress-violations"):
            expected = ours.assess(rulebook, as_of=DAY)
            assert expected.num_rows > 1
            assert theirs.assess(rulebook, as_of=DAY).equals(expected)


def test_results_in_parts_are_alike_whatever_is_asked_between_them(twins, monkeypatch):
    ours, theirs = twins.opened()
    monkeypatch.setattr(assessing, "AT_ONCE", 7)
    monkeypatch.setattr("goodstanding.database.postgres._ROWS_AT_ONCE", 3)
    with ours, theirs:
        whole = ours.assess("service-level", as_of=DAY)
        parts = theirs.assess_in_parts("service-level", as_of=DAY)
        taken = [next(parts)]
        assert theirs.assess("service-level", as_of=DAY).equals(whole)
        taken += parts
    assert [each.num_rows for each in taken[:-1]] == [7] * (whole.num_rows // 7)
    assert pa.concat_tables(taken).equals(whole)


def test_one_who_is_compared_with_others_is_judged_alike_also_after_an_error(twins):
    ours, theirs = twins.opened()
    with ours, theirs:
        for day in (DAY, NEXT_DAY, NEXT_DAY):
            asked = {"as_of": day, "subject": "S000001"}
            expected = ours.assess("aliexpress-daily-service-score", **asked)
            assert expected.num_rows == 1
            assert theirs.assess("aliexpress-daily-service-score", **asked).equals(expected)
            with pytest.raises(psycopg.errors.DivisionByZero):
                theirs._database.execute("select 1 // 0")


def test_texts_are_ordered_by_their_bytes_whatever_the_database_does(empty):
    database, memory = opened(empty), DuckDB.open(None)
    ordered = []
    for each in (database, memory):
        each.register("given", pa.table({"text": TEXTS}))
        ordered.append(each.rows("select text from given order by text"))
        each.execute("create table kept (text varchar)")
        each.execute("insert into kept select text from given")
        ordered.append(each.rows("select text from kept order by text"))
        each.close()
    assert ordered[0] == ordered[1] == ordered[2] == ordered[3]


QUERY = """
    select *, n + n as twice, cast(n as hugeint) * 4 as wide, count(*) over () as rows,
      row_number() over (order by n) as place, day + 1 as after
    from given
    order by n
"""
GIVEN = pa.table(
    {
        "n": pa.array([9_223_372_036_854_775_000 // 4, None, -1], pa.int64()),
        "small": pa.array([1, None, 2], pa.int16()),
        "text": pa.array(['a,"b"\n\\.', None, ""], pa.string()),
        "flag": pa.array([True, None, False]),
        "day": pa.array([date(1, 1, 1), None, date(9999, 12, 30)]),
        "at": pa.array([datetime(2018, 1, 1, 0, 0, 0, 1), None, datetime(1970, 1, 1)]),
        "points": pa.array([Decimal("1.250"), None, Decimal("-0.001")], pa.decimal128(18, 3)),
        "nothing": pa.nulls(3, pa.string()),
    }
)


def test_what_a_query_gives_is_of_the_same_types_and_values(empty):
    database, memory = opened(empty), DuckDB.open(None)
    for each in (database, memory):
        each.register("given", GIVEN)
    columns = [name for name in memory.arrow(QUERY).column_names if name != "wide"]
    assert database.arrow(QUERY).select(columns).equals(memory.arrow(QUERY).select(columns))
    assert database.rows(QUERY) == memory.rows(QUERY)
    assert database.arrow("select * from given").equals(GIVEN)
    lists = "select list(small order by n) as numbers, list(text order by n) as texts from given"
    assert database.rows(lists) == memory.rows(lists)
    database.close()
    memory.close()


def test_what_a_transaction_does_is_kept_whole_or_not_at_all(made):
    with goodstanding.open(made) as market:
        database = market._database
        with suppress(ZeroDivisionError), database.transaction():
            database.execute("insert into waiting_orders values (1)")
            raise ZeroDivisionError
        with database.transaction():
            database.execute("insert into waiting_orders values (2)")
        assert database.rows("select order_no from waiting_orders") == [(2,)]


def test_one_writes_at_a_time_and_the_others_are_told_who(empty):
    with goodstanding.open(empty):
        with pytest.raises(MarketHeld, match=r"goodstanding of tests, server process \d+ writes"):
            goodstanding.open(empty)
        goodstanding.open(empty, read_only=True).close()
    goodstanding.open(empty).close()


@pytest.mark.slow
def test_a_process_that_is_killed_lets_go_of_the_market(made):
    holding = (
        "import sys, time, goodstanding\n"
        "market = goodstanding.open(sys.argv[1])\n"
        "market._database.execute('begin')\n"
        "market._database.execute('insert into waiting_orders values (1)')\n"
        "print('held', flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", holding, made], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(MarketHeld):
            goodstanding.open(made)
        process.kill()
    for _ in range(100):
        with suppress(MarketHeld), goodstanding.open(made) as market:
            assert market._database.rows("select count(*) from waiting_orders") == [(0,)]
            return
        time.sleep(0.1)
    pytest.fail("the market is still held")


def test_another_market_of_the_same_database_is_not_held(server, made):
    with goodstanding.open(made):
        goodstanding.new(server.address(), time_zone="UTC", currency="USD").close()


def test_a_reader_sees_the_market_as_it_was_when_it_first_asked(made):
    reader, writer = opened(made, read_only=True), opened(made)
    count = "select count(*) from waiting_orders"
    assert reader.rows(count) == [(0,)]
    with writer.transaction():
        writer.execute("insert into waiting_orders values (1)")
        assert reader.rows(count) == [(0,)]
    assert reader.rows(count) == [(0,)]
    later = opened(made, read_only=True)
    assert later.rows(count) == [(1,)]
    for each in (reader, writer, later):
        each.close()


@pytest.mark.slow
def test_of_two_that_publish_at_once_each_notice_has_a_number_of_its_own(address, sample):
    copied(sample, address)

    def publish(rulebook: str) -> None:
        with goodstanding.open(address, clock=lambda: NOW, wait=120) as market:
            market.publish(rulebook, as_of="2025-06-30")

    both = [
        threading.Thread(target=publish, args=(each,)) for each in ("service-level", "store-rating")
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(timeout=180)
    with goodstanding.open(address, read_only=True) as market:
        assert [each.number for each in market.publications()] == [1, 2]
        numbers = [each.number for each in market.notices()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 1


def test_a_statement_can_be_ended_from_another_thread(empty):
    database = opened(empty, read_only=True)
    timer = threading.Timer(0.2, database.interrupt)
    timer.start()
    with pytest.raises(psycopg.errors.QueryCanceled):
        database.execute_own("select pg_sleep(60)")
    timer.join()
    assert database.rows("select count(*) from orders") == [(0,)]
    database.close()
    database.interrupt()


def test_a_market_that_is_closed_says_so(empty):
    market = goodstanding.open(empty)
    market.close()
    with pytest.raises(MarketClosed, match="is closed"):
        market.assess("service-level", as_of=DAY)


def test_a_connection_that_is_lost_is_an_error_and_leaves_the_market_as_it_was(server, made):
    market = goodstanding.open(made)
    database = market._database
    database.execute("begin")
    database.execute("insert into waiting_orders values (1)")
    server.ask(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where application_name = 'goodstanding' and pid <> pg_backend_pid()"
    )
    with pytest.raises(MarketUnreachable, match=r"the connection to market '.*' was lost"):
        database.execute("insert into waiting_orders values (2)")
    market.close()
    with goodstanding.open(made) as again:
        assert again._database.rows("select count(*) from waiting_orders") == [(0,)]


def test_a_role_that_may_only_read_reads_and_is_refused_by_name(server, twins):
    schema = at(twins.there).schema
    server.ask("create role reader login")
    server.ask(f"grant usage on schema {schema} to reader")
    server.ask(f"grant select on all tables in schema {schema} to reader")
    with goodstanding.open(server.address(user="reader", schema=schema)) as market:
        assert market.assess("service-level", as_of=DAY).num_rows > 1
        with pytest.raises(MarketUnwritable, match="cannot be written: you have no permission"):
            market.publish("service-level", as_of=NEXT_DAY)
        with pytest.raises(AccessRefused, match=r"is not shown, .* permission denied for") as no:
            market.findings(by="Ana", reason="audit")
        assert "access_log" in (no.value.hint or "")
    # As on a server that only follows another one: nothing may be kept there, nor for a while.
    server.ask("alter role reader set default_transaction_read_only = on")
    with goodstanding.open(server.address(user="reader", schema=schema)) as market:
        parts = market.assess_in_parts("service-level", as_of=DAY)
        assert next(parts).num_rows > 1
    server.ask("create role stranger login")
    with pytest.raises(MarketMissing):  # of a schema that one may not use nothing is seen
        goodstanding.open(server.address(user="stranger", schema=schema))


def test_who_looks_is_written_down_before_anything_is_shown(twins):
    before = opened(twins.there, read_only=True)
    first = len(before.rows("select * from access_log"))
    before.close()
    with goodstanding.open(twins.there, read_only=True, clock=lambda: NOW) as market:
        market.findings(by="Ana", reason="audit")
    after = opened(twins.there, read_only=True)
    rows = after.rows("select at, by_name, reason from access_log order by look_no")
    after.close()
    assert len(rows) > first
    assert rows[-1] == (NOW, "Ana", "audit")


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"markets?": "nowhere?"}, MarketMissing, "the server has no database of that name"),
        ({"tests@": "nobody@"}, MarketUnreadable, 'does not let you in: .*role "nobody" does not'),
        ({"host=": "host=/no"}, MarketUnreachable, "cannot be reached: "),
    ],
)
def test_a_server_that_gives_no_market_says_why(address, change, kind, message):
    ((old, new),) = change.items()
    with pytest.raises(kind, match=message) as caught:
        goodstanding.open(address.replace(old, new))
    assert caught.value.hint


def test_no_error_shows_the_password():
    with pytest.raises(MarketUnreachable) as caught:
        goodstanding.open("postgresql://ana:hush@/d?host=/nowhere&password=hush")
    assert "hush" not in str(caught.value)
    where = "postgresql://ana:***@/d?host=/nowhere&password=***"
    assert caught.value.message.startswith(f"market '{where}' cannot be reached: ")
    said = postgres_errors.of_opening(
        at("postgresql://ana:hush@h/d"), psycopg.OperationalError("no hush")
    )
    assert said.message.endswith("cannot be reached: no ***.")


def test_a_wrong_password_and_a_full_disk_are_told_from_each_other():
    where = at("postgresql://ana:hush@h/d")
    refused = psycopg.OperationalError('FATAL:  password authentication failed for user "ana"')
    error = postgres_errors.of_opening(where, refused)
    assert isinstance(error, MarketUnreadable)
    assert "PGPASSWORD" in (error.hint or "")
    full = postgres_errors.of_using(
        where, psycopg.errors.DiskFull("could not extend file"), is_lost=False
    )
    assert isinstance(full, MarketUnwritable)
    assert "cannot be written: could not extend file." in full.message
    assert postgres_errors.of_using(where, psycopg.errors.SyntaxError("x"), is_lost=False) is None
    old = postgres_errors.too_old(where, 140_011)
    assert "is on PostgreSQL 14; 15 or newer is needed." in old.message


def test_a_text_with_the_sign_nul_is_refused_by_name(empty):
    database = opened(empty)
    with pytest.raises(MarketUnwritable, match="the sign NUL, which PostgreSQL cannot keep"):
        database.register("given", pa.table({"a": ["x\0y"]}))
    database.close()


def test_what_is_no_place_of_a_market_is_refused():
    with pytest.raises(ArgumentInvalid, match="a market cannot be kept at 'mysql:…'"):
        goodstanding.open("mysql://h/d")
