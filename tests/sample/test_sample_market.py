"""What the synthetic market is for: grades, late facts, gifts, rings, incidents."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import goodstanding
from goodstanding.database.duckdb import DuckDB
from goodstanding.sample import generate

ORDERS = 20_000
LAST_DAY = date(2025, 6, 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("market") / "sample"
    generate(orders=ORDERS, seed=1, out=made)
    return made


@pytest.fixture(scope="module")
def market(folder: Path) -> Iterator[DuckDB]:
    """Open the files of the sample, each under its table's name."""
    database = DuckDB.open(None)
    for path in folder.iterdir():
        database.register(path.stem, pq.read_table(path))
    yield database
    database.close()


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Iterator[goodstanding.Market]:
    path = folder.parent / "market.duckdb"
    with goodstanding.new(path, time_zone="UTC", currency="USD") as made:
        made.load(folder, recorded="occurred")
        yield made


def shares(market: DuckDB, sql: str) -> dict[str, float]:
    return {name: float(share) for name, share in market.rows(sql)}


def test_all_of_it_can_be_loaded(folder: Path, tmp_path: Path) -> None:
    with goodstanding.new(tmp_path / "new.duckdb", time_zone="UTC", currency="USD") as made:
        summary = made.load(folder, recorded="occurred", check=True)
    assert sum(count.quarantined for count in summary.tables) == 0
    assert summary.refusals == ()
    assert summary.waiting == ()
    assert summary.left_out == ()
    assert [(count.read, count.table) for count in summary.tables if count.kept < count.read] == []
    assert sum(oddity.facts for oddity in summary.oddities) > 0  # clocks that are off


def test_sellers_spread_over_all_four_grades_and_some_have_no_orders(
    loaded: goodstanding.Market,
) -> None:
    for as_of in (date(2024, 6, 30), date(2024, 12, 31), LAST_DAY):
        results = loaded.assess("service-level", as_of=as_of).to_pylist()
        graded = [result["grade"] for result in results]
        assert {"excellent", "good", "pass", "fail", None} == set(graded)
        large = {
            result["grade"]
            for result in results
            if (result["bad_experience_rate_denominator"] or 0) >= 50
        }
        assert {"excellent", "fail"} <= large
        assert len(large) >= 3


def test_late_facts_make_known_at_matter(loaded: goodstanding.Market) -> None:
    early = loaded.assess("service-level", as_of="2024-12-31", known_at="2025-01-01T12:00:00Z")
    late = loaded.assess("service-level", as_of="2024-12-31")
    columns = ["subject_id", "bad_experience_rate_numerator", "bad_experience_rate_denominator"]
    assert early.select(columns).to_pylist() != late.select(columns).to_pylist()


def test_late_facts_and_corrections_are_few_and_of_every_sort(market: DuckDB) -> None:
    sorts = {
        "late delivery": "orders where delivered_at is not null and recorded_at is not null",
        "corrected amount": "orders where amount_minor is not null and recorded_at is not null",
        "late review": "feedback where stars is not null and recorded_at is not null",
        "removed review": "feedback where removed_at is not null",
        "late end": "disputes where closed_at is not null and recorded_at is not null",
        "earlier change": "disputes where opened_at is null and buyer_acted_at is not null",
        "late revocation": "violations where revoked_at is not null and recorded_at is not null",
        "overturned": "findings where overturned_at is not null",
        "outcome": "chargebacks where outcome is not null and recorded_at is not null",
        "retracted scan": "retractions where column_name = 'delivered_at'",
        "retracted dispute": "retractions where table_name = 'disputes' and column_name = '*'",
    }
    for sort, facts in sorts.items():
        ((number,),) = market.rows(f"select count(*) from {facts}")
        assert 0 < number < ORDERS / 40, sort
    ((changed,),) = market.rows(
        "select count(*) from (select feedback_id from feedback where stars is not null "
        "group by feedback_id having count(distinct given_at) > 1)"
    )
    assert changed > 0


def test_disputes_are_answered_in_time_at_the_limit_just_after_it_late_and_never(
    market: DuckDB,
) -> None:
    (counts,) = market.rows(
        """
        select
          count(*) filter (where answered_at < answer_by),
          count(*) filter (where answered_at = answer_by),
          count(*) filter (where answered_at = answer_by + interval 1 second),
          count(*) filter (where answered_at > answer_by + interval 1 second),
          count(*) filter (where answered_at is null and close_reason = 'unanswered'),
          count(*) filter (where answered_at is null and close_reason = 'withdrawn'),
          count(*) filter (where close_reason = 'ruled')
        from (
          select *, greatest(opened_at, buyer_acted_at) + interval 5 day as answer_by
          from disputes
          where opened_at is not null
        )
        """
    )
    assert all(number > 0 for number in counts), counts


def test_orders_end_in_every_way(market: DuckDB) -> None:
    (counts,) = market.rows(
        """
        select
          count(*) filter (where paid_at is null),
          count(*) filter (where shipped_at < ship_by),
          count(*) filter (where shipped_at = ship_by),
          count(*) filter (where shipped_at > ship_by),
          count(*) filter (where shipped_at < paid_at),
          count(*) filter (
            where ship_by < '2025-06-01' and shipped_at is null and cancelled_at is null
          ),
          count(*) filter (where cancelled_by = 'platform' and cancelled_at > ship_by),
          count(*) filter (where cancelled_by = 'seller' and cancelled_at < ship_by),
          count(*) filter (where cancelled_by = 'buyer'),
          count(*) filter (where cancelled_by = 'unknown'),
          count(*) filter (where delivered_at >= deliver_by + interval 1 day),
          count(*) filter (where delivered_at is null and closed_at is not null)
        from orders
        where placed_at is not null
        """
    )
    assert all(number > 0 for number in counts), counts


def test_gifts_bring_better_reviews_in_the_same_stores(market: DuckDB) -> None:
    ((reviews, low, expected),) = market.rows(
        """
        with rated as (
          select seller_id, extra, stars <= 3 as is_low
          from orders join feedback using (order_id)
          where given_by = 'buyer' and extra in ('none', 'gift')
        ),
        without as (
          select seller_id, avg(is_low::integer) as low_share
          from rated where extra = 'none' group by seller_id having count(*) >= 10
        )
        select count(*), count(*) filter (where is_low), sum(low_share)
        from rated join without using (seller_id)
        where extra = 'gift'
        """
    )
    assert reviews > 200
    assert low < 0.85 * float(expected)


def test_parcels_in_an_incident_come_late(market: DuckDB) -> None:
    late = shares(
        market,
        """
        select
          case when incidents.incident_id is null then 'usual' else 'incident' end,
          avg((delivered_at >= deliver_by + interval 1 day)::integer)
        from orders
        left join incidents
          on (incidents.carrier is null or incidents.carrier = orders.carrier)
          and (incidents.region is null or incidents.region = ship_to)
          and (incidents.method is null or incidents.method = shipping_method)
          and shipped_at::date between first_on and last_on
        where placed_at is not null
        group by all
        """,
    )
    assert late["usual"] < 0.10
    assert late["incident"] > 2 * late["usual"]


def test_rings_praise_and_attack_the_stores_that_the_truth_names(market: DuckDB) -> None:
    stars = shares(
        market,
        """
        select truth.kind, avg(stars)
        from truth
        join orders on buyer_id = subject_id
        join feedback using (order_id)
        where given_by = 'buyer' and truth.kind in ('ring_praise', 'ring_attack')
        group by truth.kind
        """,
    )
    assert stars == {"ring_praise": 5.0, "ring_attack": 1.0}
    ((elsewhere,),) = market.rows(
        "select count(*) from truth join orders on buyer_id = subject_id "
        "where kind like 'ring%' and not contains(detail, seller_id)"
    )
    assert elsewhere == 0


@pytest.mark.parametrize(
    ("kind", "act", "at_least"),
    [
        ("non_payment", "paid_at is null", 20),
        (
            "false_claims",
            "order_id in (select order_id from disputes where reason = 'not_received')",
            10,
        ),
        (
            "return_abuse",
            "order_id in (select order_id from refunds where reason = 'changed_mind')",
            10,
        ),
        (
            "extortion",
            "order_id in (select order_id from feedback where given_by = 'buyer' and stars <= 3)",
            5,
        ),
    ],
)
def test_planted_buyers_do_what_the_truth_says_far_more_often_than_others(
    market: DuckDB, kind: str, act: str, at_least: int
) -> None:
    did = shares(
        market,
        f"""
        select
          case when truth.kind = '{kind}' then 'planted' else 'other' end,
          avg(({act})::integer)
        from orders
        left join truth on subject_id = buyer_id
        where placed_at is not null and (truth.kind is null or truth.kind = '{kind}')
        group by all
        """,
    )
    assert did["planted"] > at_least * did["other"]


def test_the_truth_says_which_planted_buyers_were_found(market: DuckDB) -> None:
    closed = market.rows(
        "select detail like '%account closed', closed_reason = 'abuse', count(*) "
        "from truth join buyers on buyer_id = subject_id group by all"
    )
    assert {(said, bool(is_closed)) for said, is_closed, _ in closed} == {
        (True, True),
        (False, False),
    }
    ((unknown,),) = market.rows(
        "select count(*) from truth where subject_kind = 'buyer' and detail not like '%not found' "
        "and subject_id not in (select buyer_id from findings where buyer_id is not null)"
    )
    assert unknown == 0
