"""The synthetic market as files: the same bytes, the catalogue's columns, nothing dangling."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import ArgumentInvalid
from goodstanding.facts.catalogue import BY_NAME, TABLES
from goodstanding.facts.tables import Kind
from goodstanding.sample import SampleSummary, generate, generation

ORDERS = 2000
NAMES = [table.name for table in TABLES]
END = datetime(2025, 7, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return generate(orders=ORDERS, seed=1, out=tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def market(made: SampleSummary) -> Iterator[DuckDB]:
    """Open the files of the sample, each under its table's name."""
    database = opened(made.folder)
    yield database
    database.close()


def opened(folder: Path) -> DuckDB:
    database = DuckDB.open(None)
    for path in folder.iterdir():
        database.register(path.stem, pq.read_table(path))
    return database


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def generated(folder: Path, *, orders: int = ORDERS, seed: int = 1, threads: int = 1) -> Path:
    database = DuckDB.open(None)
    database.execute(f"set threads = {threads}")
    generation.generate_with(database, orders=orders, seed=seed, out=folder)
    database.close()
    return folder


def count(market: DuckDB, sql: str) -> int:
    ((number,),) = market.rows(f"select count(*) from {sql}")
    return int(number)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_same_seed_gives_the_same_bytes_with_any_number_of_threads(
    made: SampleSummary, tmp_path: Path, threads: int
) -> None:
    again = digests(generated(tmp_path, threads=threads))
    assert again == digests(made.folder)
    assert len(again) == len(TABLES) + 1


def test_the_ranges_in_which_it_is_made_change_no_byte(
    made: SampleSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "RANGE", 1100)
    assert digests(generated(tmp_path, threads=2)) == digests(made.folder)


def test_another_seed_gives_another_market(made: SampleSummary, tmp_path: Path) -> None:
    other = generated(tmp_path, seed=2)
    same = {
        path.stem
        for path in made.folder.iterdir()
        if pq.read_table(path).equals(pq.read_table(other / path.name))
    }
    # The same goods in the same categories, and what befell everybody: no chance in either.
    assert same == {"categories", "incidents"}


@pytest.mark.parametrize("orders", [1, 10, 100])
def test_a_market_may_be_as_small_as_one_order(tmp_path: Path, orders: int) -> None:
    market = opened(generated(tmp_path, orders=orders))
    assert count(market, "orders where placed_at is not null") == orders
    assert count(market, "order_lines") >= orders
    assert count(market, "sellers") >= 7
    market.close()


def test_the_summary_says_what_is_in_the_files(made: SampleSummary) -> None:
    in_files = {
        path.stem: pq.read_metadata(path).num_rows for path in made.folder.glob("*.parquet")
    }
    assert made.rows == in_files
    assert list(made.rows) == [*NAMES, "truth"]
    assert (made.orders, made.seed) == (ORDERS, 1)
    assert (made.first_day.isoformat(), made.last_day.isoformat()) == ("2023-07-01", "2025-06-30")
    assert made.seconds > 0


def test_progress_is_told_until_all_orders_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "RANGE", 60)
    told: list[tuple[int, int]] = []
    generate(orders=100, seed=1, out=tmp_path, progress=lambda *each: told.append(each))
    assert told == [(60, 100), (100, 100)]


@pytest.mark.parametrize("orders", [0, -5, 100_000_001])
def test_a_number_of_orders_out_of_range_is_refused(tmp_path: Path, orders: int) -> None:
    with pytest.raises(ArgumentInvalid, match=rf"cannot have {orders} orders.*\n?.*100,000,000"):
        generate(orders=orders, seed=1, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_rows_and_the_columns_of_the_catalogue(market: DuckDB, name: str) -> None:
    described = {column: kind for column, kind, *_ in market.rows(f"describe {name}")}
    assert list(described) == [*(c.name for c in BY_NAME[name].columns), "recorded_at"]
    for column in BY_NAME[name].columns:
        if column.kind in (Kind.INSTANT, Kind.DEADLINE):
            assert described[column.name] == "TIMESTAMP"  # without a zone: UTC
    assert count(market, name) > 0
    for column in BY_NAME[name].values:
        if column.name.startswith("lifted_"):  # one exclusion in twenty; there are four
            continue
        if column.name in {"cases_n", "of_orders_n", "rests_on"}:  # of findings: not told
            continue
        assert count(market, f"{name} where {column.name} is not null") > 0, column.name


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_there_and_meet_once_among_what_was_recorded_as_it_occurred(
    market: DuckDB, name: str
) -> None:
    key = ", ".join(BY_NAME[name].key)
    for column in BY_NAME[name].key:
        assert count(market, f"{name} where {column} is null") == 0
    said = f"(select {key} from {name} where recorded_at is null)"
    assert count(market, said) == count(market, f"(select distinct * from {said})")


@pytest.mark.parametrize(
    ("name", "column", "codes"),
    [(t.name, c.name, c.codes) for t in TABLES for c in t.columns if c.codes],
)
def test_codes_are_of_the_declared_list_and_all_occur(
    market: DuckDB, name: str, column: str, codes: tuple[str, ...]
) -> None:
    found = {code for (code,) in market.rows(f"select distinct {column} from {name}")} - {None}
    assert found <= set(codes)
    rare = {
        "carrier",
        "platform",
        "nobody",
        "buyer",
        "buyers",
        "unknown",
    }  # not in a market of 2,000 orders
    assert set(codes) - found <= rare


@pytest.mark.parametrize(
    ("name", "column"),
    [(t.name, c.name) for t in TABLES for c in t.columns if c.kind is Kind.STARS],
)
def test_stars_are_whole_and_from_one_to_five(market: DuckDB, name: str, column: str) -> None:
    found = {value for (value,) in market.rows(f"select distinct {column} from {name}")}
    assert found == {None, 1, 2, 3, 4, 5}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_happens_or_is_recorded_after_the_last_day_or_before_it_happened(
    market: DuckDB, name: str
) -> None:
    instants = [c.name for c in BY_NAME[name].columns if c.kind is Kind.INSTANT]
    for column in [*instants, "recorded_at"]:
        assert count(market, f"{name} where {column} >= timestamp '{END}'") == 0, column
    for column in instants:
        assert count(market, f"{name} where {column} > recorded_at") == 0, column


REFERENCES = [
    ("orders", "buyer_id", "buyers", "buyer_id"),
    ("orders", "seller_id", "sellers", "seller_id"),
    ("order_lines", "order_id", "orders", "order_id"),
    ("order_lines", "listing_id", "listings", "listing_id"),
    ("order_lines", "category_id", "categories", "category_id"),
    ("disputes", "order_id", "orders", "order_id"),
    ("refunds", "order_id", "orders", "order_id"),
    ("chargebacks", "order_id", "orders", "order_id"),
    ("messages", "order_id", "orders", "order_id"),
    ("messages", "buyer_id", "buyers", "buyer_id"),
    ("messages", "seller_id", "sellers", "seller_id"),
    ("findings", "buyer_id", "buyers", "buyer_id"),
    ("listings", "seller_id", "sellers", "seller_id"),
    ("listings", "category_id", "categories", "category_id"),
    ("categories", "parent_id", "categories", "category_id"),
    ("(from exclusions where table_name = 'orders')", "key", "orders", "order_id"),
    ("(from exclusions where table_name = 'disputes')", "key", "disputes", "dispute_id"),
    ("(from retractions where table_name = 'orders')", "key", "orders", "order_id"),
    ("(from retractions where table_name = 'disputes')", "key", "disputes", "dispute_id"),
    ("(from violations where subject_kind = 'seller')", "subject_id", "sellers", "seller_id"),
    ("(from violations where subject_kind = 'buyer')", "subject_id", "buyers", "buyer_id"),
    ("(from violations where subject_kind = 'listing')", "subject_id", "listings", "listing_id"),
    ("(from truth where subject_kind = 'seller')", "subject_id", "sellers", "seller_id"),
    ("(from truth where subject_kind = 'buyer')", "subject_id", "buyers", "buyer_id"),
]


@pytest.mark.parametrize(
    ("table", "column", "other", "key"), REFERENCES, ids=[f"{t}.{c}" for t, c, _, _ in REFERENCES]
)
def test_who_is_named_exists(market: DuckDB, table: str, column: str, other: str, key: str) -> None:
    unknown = f"{table} as named where {column} not in (select {key} from {other})"
    assert count(market, unknown) == 0


def test_only_tables_that_are_checked_above_are_named_by_exclusions_retractions_and_violations(
    market: DuckDB,
) -> None:
    named = "select distinct table_name from exclusions union select table_name from retractions"
    assert {name for (name,) in market.rows(named)} <= {"orders", "buyers", "disputes"}
    kinds = market.rows("select distinct subject_kind from violations where points is not null")
    assert {kind for (kind,) in kinds} <= {"seller", "listing", "buyer"}


def test_a_review_names_an_order_or_what_was_bought_together(market: DuckDB) -> None:
    known = "(select order_id from orders union select parent_order_id from orders)"
    assert (
        count(market, f"feedback where order_id not in (from {known} where order_id is not null)")
        == 0
    )
    assert count(market, "feedback where order_id in (select parent_order_id from orders)") > 0


def test_the_lines_of_an_order_add_up_to_its_amount(market: DuckDB) -> None:
    sums = "(select order_id, sum(amount_minor) as amount from order_lines group by order_id)"
    placed = f"orders join {sums} as lines using (order_id) where placed_at is not null"
    assert count(market, placed) == ORDERS
    assert count(market, f"{placed} and amount <> amount_minor") == 0


def test_what_is_bought_together_has_one_buyer_one_instant_and_several_orders(
    market: DuckDB,
) -> None:
    together = market.rows(
        "select count(*), count(distinct buyer_id), count(distinct placed_at) from orders "
        "where parent_order_id is not null group by parent_order_id"
    )
    assert together
    for orders, buyers, instants in together:
        assert orders in (2, 3)
        assert (buyers, instants) == (1, 1)


def test_nobody_trades_before_opening_or_after_closing(market: DuckDB) -> None:
    traded = """orders
        join sellers using (seller_id)
        join buyers using (buyer_id)
        join order_lines using (order_id)
        join listings using (listing_id)
        where placed_at is not null"""
    late = "coalesce(placed_at >= sellers.closed_at or placed_at >= buyers.closed_at, false)"
    assert count(market, traded) > ORDERS
    assert (
        count(market, f"{traded} and placed_at < greatest(sellers.opened_at, buyers.opened_at)")
        == 0
    )
    assert count(market, f"{traded} and placed_at < listings.opened_at") == 0
    assert count(market, f"{traded} and {late}") == 0
    assert count(market, f"{traded} and listings.seller_id <> orders.seller_id") == 0


def test_orders_are_written_in_the_order_in_which_they_were_placed(made: SampleSummary) -> None:
    placed = pq.read_table(made.folder / "orders.parquet", columns=["placed_at"])
    instants: list[Any] = [value for value in placed["placed_at"].to_pylist() if value is not None]
    assert instants == sorted(instants)
    assert instants[-1] - instants[0] > timedelta(days=700)
