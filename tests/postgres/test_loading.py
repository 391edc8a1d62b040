"""A load into PostgreSQL keeps what the same load into a file keeps, all of it or nothing."""

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import goodstanding
from goodstanding.errors import InputError, MarketUnreachable
from goodstanding.market import Market
from goodstanding.sample import generate
from tests.commands import said
from tests.facts.test_order_of_arrival import facts, parts
from tests.killed_work import write_day
from tests.market_files import as_frames
from tests.market_tables import tables_of
from tests.postgres.conftest import Server
from tests.small_loads import texts

Both = tuple[Market, Market]


def noon() -> datetime:
    return datetime(2025, 1, 3, 12)


@pytest.fixture
def both(made: str, tmp_path: Path) -> Iterator[Both]:
    """Two empty markets, in a file and in PostgreSQL."""
    goodstanding.new(tmp_path / "m.duckdb", time_zone="Europe/Berlin", currency="EUR").close()
    with (
        goodstanding.open(tmp_path / "m.duckdb", clock=noon) as file,
        goodstanding.open(made, clock=noon) as server,
    ):
        yield file, server


def loaded(both: Both, source: Any, **options: Any) -> None:
    """Load into both, and compare what is said of it and what is in them then."""
    summaries = [market.load(source, **options) for market in both]
    assert summaries[0] == summaries[1]
    first, second = map(tables_of, both)
    assert first == second


FIRST = texts(
    orders=[
        {
            "order_id": f"O{number}",
            "parent_order_id": f"P{number // 2}",
            "seller_id": f"S{number % 2}",
            "buyer_id": f"B{number}",
            "placed_at": "2024-12-01T10:00:00Z",
            "shipped_at": "2024-12-03T10:00:00Z",
        }
        for number in range(6)
    ],
    feedback=[
        {"feedback_id": "F1", "given_at": "2024-12-20T09:00:00Z", "order_id": "P1", "stars": "2"},
        {"feedback_id": "F2", "given_at": "2024-12-20T09:00:00Z", "order_id": "W1", "stars": "4"},
        {"feedback_id": "F3", "given_at": "2024-12-20T09:00:00Z", "order_id": "O5", "stars": "9"},
    ],
    violations=[
        {
            "violation_id": "V1",
            "subject_kind": "seller",
            "subject_id": "S9",
            "ledger": "ipr",
            "points": "2.5",
            "occurred_at": "2024-12-05T09:00:00Z",
        }
    ],
)
# New, late, contradicting, repeated, taken back, waited for; and what cannot be a fact.
SECOND = texts(
    orders=[
        {"order_id": "W1", "seller_id": "S0", "placed_at": "2024-12-04T10:00:00Z"},
        {"order_id": "O1", "delivered_at": "2024-12-09T10:00:00Z"},
        {"order_id": "O2", "seller_id": "S7", "recorded_at": "2024-12-02T10:00:00Z"},
        {"order_id": "O2", "seller_id": "S8", "recorded_at": "2024-12-02T10:00:00Z"},
        {"order_id": "O3", "seller_id": "S1"},
        {"order_id": "", "seller_id": "S1"},
        {"order_id": "O7", "seller_id": "S1", "placed_at": "yesterday"},
    ],
    feedback=[
        {"feedback_id": "F4", "given_at": "2024-12-21T09:00:00Z", "order_id": "P2", "stars": "1"},
        {"feedback_id": "F3", "given_at": "2024-12-20T09:00:00Z", "order_id": "O5", "stars": "9"},
    ],
    retractions=[
        {"table_name": "feedback", "key": "F1|2024-12-20T09:00:00Z", "column_name": "*"},
        {"table_name": "violations", "key": "V1", "column_name": "points"},
        {"table_name": "orders", "key": "NOBODY", "column_name": "*"},
        {"table_name": "orders", "key": "O4", "column_name": "shipped_at"},
    ],
    exclusions=[
        {
            "exclusion_id": "E1",
            "table_name": "orders",
            "key": "NOBODY",
            "reason": "test",
            "decided_at": "2024-12-28T09:00:00Z",
        }
    ],
)


def test_what_is_kept_and_said_is_what_a_file_keeps_and_says(both):
    loaded(both, FIRST)
    loaded(both, SECOND, check=True)
    loaded(both, SECOND)
    loaded(both, SECOND)
    for market in both:
        market.exclude(order="O1", reason="order protection", decided_by="Ana")
    assert tables_of(both[0]) == tables_of(both[1])
    first, second = (
        market.assess("service-level", as_of="2024-12-31").to_pylist() for market in both
    )
    assert first == second


@pytest.mark.slow
@pytest.mark.parametrize("recorded", ["source", "occurred"])
def test_a_sample_and_a_day_after_it_are_kept_alike(both, tmp_path, recorded):
    file, _ = both
    generate(orders=600, seed=5, out=tmp_path / "facts")
    (tmp_path / "facts" / "truth.parquet").unlink()
    loaded(both, tmp_path / "facts", recorded=recorded)
    loaded(both, tmp_path / "facts", recorded=recorded)
    file.close()
    write_day(file.path, tmp_path / "day")
    with goodstanding.open(file.path, clock=noon) as again:
        loaded((again, both[1]), tmp_path / "day")
        loaded((again, both[1]), tmp_path / "day")


@pytest.mark.slow
def test_random_loads_are_kept_alike(server, tmp_path):
    numbers = iter(range(10_000))

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(loads=facts().flatmap(parts))
    def tried(loads: list[Any]) -> None:
        address, path = server.address(), tmp_path / f"{next(numbers)}.duckdb"
        for place in (address, path):
            goodstanding.new(place, time_zone="Europe/Berlin", currency="EUR").close()
        with (
            goodstanding.open(path, clock=noon) as first,
            goodstanding.open(address, clock=noon) as second,
        ):
            for load in loads:
                if frames := as_frames(load):
                    loaded((first, second), frames)

    tried()


def test_a_load_that_is_strict_or_only_checked_writes_nothing(made):
    with goodstanding.open(made, clock=noon) as market:
        before = tables_of(market)
        market.load(FIRST, check=True)
        with pytest.raises(InputError, match="rows would go to quarantine"):
            market.load(FIRST, strict=True)
        assert tables_of(market) == before


def test_who_reads_sees_the_market_before_the_load_or_after_it(made):
    with goodstanding.open(made, read_only=True) as reader:
        before = tables_of(reader)
        seen = []
        with goodstanding.open(made, clock=noon) as market:
            market.load(FIRST, progress=lambda *_: seen.append(tables_of(reader)))
        assert len(seen) > 2
        assert all(each == before for each in [*seen, tables_of(reader)])
    with goodstanding.open(made, read_only=True) as reader:
        assert len(tables_of(reader)["orders"]) == 6


def test_of_two_loads_at_once_the_second_waits_its_turn(made):
    loads: list[int | None] = []

    def load(source: Any) -> None:
        with goodstanding.open(made, clock=noon, wait=120) as market:
            loads.append(market.load(source).load_no)

    both = [threading.Thread(target=load, args=(source,)) for source in (FIRST, SECOND)]
    for each in both:
        each.start()
    for each in both:
        each.join(timeout=180)
    assert sorted(map(str, loads)) == ["1", "2"]


def test_a_connection_that_is_lost_in_a_load_leaves_the_market_as_it_was(server, made):
    def lose(table: str, _rows: int) -> None:
        if table == "rows":
            server.ask(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where application_name = 'goodstanding' and state like 'idle%'"
            )

    with goodstanding.open(made, clock=noon) as market:
        before = tables_of(market)
        with pytest.raises(MarketUnreachable, match="What was not finished was undone"):
            market.load(FIRST, progress=lose)
    with goodstanding.open(made, clock=noon) as market:
        assert tables_of(market) == before
        assert market.load(FIRST).load_no == 1


def a_shop(server: Server) -> None:
    for sql in (
        "drop schema if exists shop cascade",
        "create schema shop",
        """create table shop.sales (id bigint, shop text, placed timestamptz, paid timestamp,
        due date, total numeric(12, 2), is_gift boolean, tags text[], comment text)""",
        """insert into shop.sales values
        (1, 'S1', '2024-12-01 10:00:00.5+02', '2024-12-01 11:00', '2024-12-09', 12.50, true,
         '{a,b}', ''),
        (2, 'S"2', '2024-12-02 10:00:00+00', null, null, null, false, null, E'one\\ntwo, three')""",
        "create table shop.nothing (id bigint)",
    ):
        server.ask(sql)


MAPPING = """
[orders]
file = "sales"
order_id = "id"
seller_id = "shop"
placed_at = "placed"
paid_at = "paid"
ship_by = "due"
"""


def test_a_marketplace_s_own_tables_are_loaded_through_a_mapping(
    server: Server, address: str, tmp_path: Path
):
    a_shop(server)
    (tmp_path / "shop.toml").write_text(MAPPING)
    file = tmp_path / "m.duckdb"
    goodstanding.new(file, time_zone="UTC", currency="EUR").close()
    status, out, err = said(
        *("load", "--market", file, "--from", address, "--table", "sales=shop.sales"),
        *("--mapping", tmp_path / "shop.toml"),
    )
    assert (status, err) == (0, "")
    assert out.startswith("Loaded postgresql://tests@/markets?host=")
    assert f" into {file}, as load 1." in out
    with goodstanding.open(file, read_only=True) as market:
        assert market._database.rows(
            "select order_id, seller_id, placed_at, paid_at, ship_by from orders "
            "join order_ids using (order_no) join seller_ids using (seller_no) order by 1"
        ) == [
            (
                *("1", "S1", datetime(2024, 12, 1, 8, 0, 0, 500_000)),
                *(datetime(2024, 12, 1, 11), datetime(2024, 12, 9, 23, 59, 59, 999_999)),
            ),
            ("2", 'S"2', datetime(2024, 12, 2, 10), None, None),
        ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "which tables of "),
        (("--table", "orders=shop.sale"), "there is no table 'shop.sale' to read orders from"),
        (("--table", "orders=shop.sales", "--table", "feedback"), "does not say what holds what"),
        (("--table", "orders"), "which tables of "),
    ],
)
def test_tables_that_cannot_be_read_are_refused_by_name(
    server, address, tmp_path, arguments, message
):
    a_shop(server)
    goodstanding.new(tmp_path / "m.duckdb", time_zone="UTC", currency="EUR").close()
    status, _, err = said(
        *("load", "--market", tmp_path / "m.duckdb", "--from", address, *arguments)
    )
    assert status == 1
    assert message in err
