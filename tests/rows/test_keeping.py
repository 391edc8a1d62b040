"""Which rows are kept, from which day on each holds, and which a load derives anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import SubjectUnknown
from goodstanding.facts.store import Settings, clock_of_facts, market_clock
from goodstanding.rows import kept as kept_rows
from goodstanding.rows import subjects
from goodstanding.rulebook import bundled
from tests.memory_market import NOW, empty_market, load_facts
from tests.oracle_facts import Facts, Row

SETTINGS = Settings(time_zone="UTC", currency="EUR")


@contextmanager
def market() -> Iterator[DuckDB]:
    database = empty_market(SETTINGS)
    try:
        yield database
    finally:
        database.close()


def load(database: DuckDB, facts: Facts) -> int:
    """Load facts and return how many orders were derived anew."""
    return load_facts(database, SETTINGS, facts)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def order(order_id: str = "O1", **said: Any) -> Row:
    first: Row = {
        "order_id": order_id,
        "seller_id": "S1",
        "buyer_id": "B1",
        "placed_at": at("2018-03-01T10:00"),
        "paid_at": at("2018-03-01T11:00"),
        "shipped_at": at("2018-03-03T10:00"),
        "closed_at": at("2018-03-20T10:00"),
    }
    return first | said


def review(order_id: str = "O1", **said: Any) -> Row:
    first: Row = {"feedback_id": "F1", "given_at": at("2018-03-21T10:00"), "order_id": order_id}
    return first | {"stars": 5} | said


def dispute(dispute_id: str = "D1", **said: Any) -> Row:
    first: Row = {"dispute_id": dispute_id, "order_id": "O1", "opened_at": at("2018-03-10T10:00")}
    return first | said


def kept(database: DuckDB, columns: str) -> dict[str, tuple[Any, ...]]:
    rows = database.rows(
        f"select order_ids.order_id, {columns} from kept_orders "
        "join order_ids on order_ids.order_no = kept_orders.order_id"
    )
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(
    ("facts", "changed_on"),
    [
        ({"orders": [order()], "feedback": [review()], "disputes": [dispute()]}, None),
        # A shipped order that was placed later than it was shipped: hidden until it was placed.
        ({"orders": [order(shipped_at=at("2018-02-28T10:00"))]}, date(2018, 3, 20)),
        ({"orders": [order(placed_at=None)]}, date(2018, 3, 20)),
        (
            {"orders": [order(), order(amount_minor=7, recorded_at=at("2018-04-01"))]},
            date(2018, 3, 20),
        ),
        (
            {"orders": [order()], "feedback": [review(), review(given_at=at("2018-03-25"))]},
            date(2018, 3, 25),
        ),
        # The time to answer the second dispute runs out five days after it was opened.
        (
            {
                "orders": [order(closed_at=None)],
                "disputes": [dispute(), dispute("D2", opened_at=at("2018-03-18T10:00"))],
            },
            date(2018, 3, 23),
        ),
        (
            {
                "orders": [order(closed_at=None)],
                "disputes": [dispute(buyer_acted_at=at("2018-03-12T10:00"))],
            },
            date(2018, 3, 17),
        ),
    ],
)
def test_a_row_holds_for_every_day_unless_something_of_it_was_overwritten(facts, changed_on):
    with market() as database:
        load(database, facts)
        assert kept(database, "changed_on") == {"O1": (changed_on,)}


def test_a_span_reaches_from_the_first_event_to_the_last_deadline():
    facts = {
        "orders": [order(deliver_by=at("2018-04-10T10:00"))],
        "feedback": [review(removed_at=at("2018-06-01T10:00"))],
    }
    with market() as database:
        load(database, facts)
        spans = kept(database, "first_on, last_on, heard_from, heard_until, corrected_until")
        assert spans["O1"] == (
            date(2018, 3, 1),
            date(2018, 4, 10),
            at("2018-03-01T10:00"),
            at("2018-03-21T10:00"),
            at("2018-06-01T10:00"),
        )


def test_a_load_derives_only_what_it_touches():
    many = [order(f"O{n}", buyer_id=f"B{n}") for n in range(1, 31)]
    with market() as database:
        assert load(database, {"orders": many}) == 30
        assert load(database, {"orders": many}) == 0
        assert load(database, {"sellers": [{"seller_id": "S1", "country": "BR"}]}) == 0
        assert load(database, {"feedback": [review("O7", stars=2)]}) == 1
        assert kept(database, "stars")["O7"] == (200,)
        assert kept(database, "stars")["O8"] == (None,)
        # Taking the dispute back concerns the order that it named.
        assert load(database, {"disputes": [dispute(order_id="O9")]}) == 1
        assert kept(database, "dispute_opened_on")["O9"] == (date(2018, 3, 10),)
        retraction = {
            "table_name": "disputes",
            "key": "D1",
            "column_name": "*",
            "retracted_at": at("2018-05-01T10:00"),
        }
        assert load(database, {"retractions": [retraction]}) == 1
        assert kept(database, "dispute_opened_on")["O9"] == (None,)
        assert len(kept(database, "1")) == 30


def test_a_review_of_what_was_bought_together_derives_each_of_its_orders():
    joint = [order(f"O{n}", parent_order_id="P1" if n < 3 else None) for n in range(1, 31)]
    with market() as database:
        load(database, {"orders": joint})
        assert load(database, {"feedback": [review("P1", stars=1)]}) == 3  # the parent's id too
        stars = kept(database, "stars")
        assert (stars["O1"], stars["O2"], stars["O3"]) == ((100,), (100,), (None,))


def test_many_small_loads_keep_what_one_load_keeps():
    facts: Facts = {
        "orders": [order(f"O{n}", buyer_id=f"B{n % 3}") for n in range(1, 12)],
        "feedback": [review(f"O{n}", feedback_id=f"F{n}", stars=n % 5 + 1) for n in range(1, 9)],
        "disputes": [dispute(f"D{n}", order_id=f"O{n}") for n in range(1, 6)],
    }
    columns = ", ".join(f"kept_orders.{c}" for c in kept_rows.NAMES if "_id" not in c)
    with market() as one, market() as several:
        load(one, facts)
        for name, rows in facts.items():
            for row in rows:
                load(several, {name: [row]})
        assert kept(one, columns) == kept(several, columns)


def test_an_order_without_a_seller_is_kept_and_not_judged():
    with market() as database:
        load(database, {"orders": [order(seller_id=None), order("O2")]})
        assert kept(database, "seller_id is null") == {"O1": (True,), "O2": (False,)}
        assert not stale(database, known_at=NOW)


def test_an_order_of_which_all_that_happened_was_taken_back_is_none():
    back = {"table_name": "orders", "key": "O1", "column_name": "placed_at"}
    placed = order(paid_at=None, shipped_at=None, closed_at=None)
    with market() as database:
        load(database, {"orders": [placed, order("O2", seller_id="S2")]})
        assert judged(database) == {"S1", "S2"}
        load(database, {"retractions": [back | {"retracted_at": at("2018-03-05")}]})
        assert judged(database) == {"S2"}
        assert judged(database, known_at=at("2018-03-04")) == {"S1", "S2"}  # not taken back yet


def judged(database: DuckDB, known_at: datetime = NOW, of: str | None = None) -> set[str]:
    rulebook = bundled.load("service-level")
    question = Question(
        rulebook=rulebook, as_of=date(2018, 3, 31), known_at=known_at, subject_id=of
    )
    return set(assessing.assess(database, SETTINGS, question)["subject_id"].to_pylist())


def test_rows_are_derived_again_where_less_was_known():
    with market() as database:
        load(database, {"orders": [order()], "feedback": [review()]})
        assert not stale(database, known_at=NOW)
        assert stale(database, known_at=at("2018-03-15T10:00"))
        assert not stale(database, known_at=at("2018-02-01"))  # nothing of it was known at all


def stale(
    database: DuckDB,
    known_at: datetime,
    as_of: date = date(2018, 3, 31),
    *,
    of: tuple[str, str] | None = None,
) -> bool:
    values: dict[str, Any] = {"known_at": known_at, "corrected_at": known_at, "as_of": as_of}
    if of is None:
        return kept_rows.has_stale(database, values)
    values["register_no"] = subjects.number_of(database, *of)
    return kept_rows.has_stale(database, values, of_one=of[0])


def test_for_one_subject_only_its_own_orders_are_derived_again():
    moved = {"recorded_at": at("2018-03-25"), "seller_id": "S2"}
    before = at("2018-03-24")
    facts: Facts = {
        "orders": [
            order("O1", buyer_id="B1"),
            {"order_id": "O1", **moved},
            order("O3", seller_id="S3", buyer_id="B3"),
        ],
        "order_lines": [
            {"order_id": "O1", "line_no": 1, "listing_id": "L1"},
            {"order_id": "O3", "line_no": 1, "listing_id": "L3"},
        ],
    }
    with market() as database:
        load(database, facts)
        assert stale(database, before)
        asked = [("seller", "S1"), ("seller", "S2"), ("buyer", "B1"), ("listing", "L1")]
        assert all(stale(database, before, of=each) for each in asked)
        others = [("seller", "S3"), ("buyer", "B3"), ("listing", "L3")]
        assert not any(stale(database, before, of=each) for each in others)
        assert not any(stale(database, NOW, of=each) for each in [*asked, *others])
        assert judged(database, known_at=before) == {"S1", "S3"}
        assert judged(database, known_at=before, of="S1") == {"S1"}
        assert judged(database, known_at=before, of="S3") == {"S3"}
        with pytest.raises(SubjectUnknown, match="'S2' was not there by 2018-03-31"):
            judged(database, known_at=before, of="S2")


BERLIN = Settings(time_zone="Europe/Berlin", currency="EUR")


def test_what_a_load_brings_from_beyond_a_change_of_the_clock_is_derived_by_it():
    winter: Row = {"order_id": "O1", "seller_id": "S1", "paid_at": at("2018-01-10T22:30")}
    summer = winter | {"order_id": "O2", "paid_at": at("2018-07-01T22:30")}
    database = empty_market(BERLIN)
    for facts in ({"orders": [winter]}, {"orders": [summer]}):
        load_facts(database, BERLIN, facts)
        assert market_clock(database, BERLIN) == clock_of_facts(database, BERLIN)
    assert kept(database, "paid_on") == {"O1": (date(2018, 1, 10),), "O2": (date(2018, 7, 2),)}
    database.close()


def test_the_book_of_loads_has_the_ends_of_whatever_facts_name():
    database = empty_market(BERLIN)
    assert market_clock(database, BERLIN).first is None
    back = {"table_name": "orders", "key": "O1", "column_name": "*"}
    loads: list[Facts] = [
        {"orders": [order()], "feedback": [review()]},
        {"categories": [{"category_id": "C1", "name": "Lamps"}]},
        {"orders": [order(ship_by=at("2019-05-01"), recorded_at=at("2018-04-01"))]},
        {"retractions": [back | {"retracted_at": at("2018-05-01")}]},
        {"sellers": [{"seller_id": "S1", "opened_at": at("2011-01-01")}]},
        {"messages": [{"thread_id": "T1", "seller_id": "S1", "first_at": at("2020-12-24")}]},
    ]
    spans = set()
    for facts in loads:
        load_facts(database, BERLIN, facts)
        assert market_clock(database, BERLIN) == clock_of_facts(database, BERLIN)
        spans.add(market_clock(database, BERLIN))
    assert len(spans) == 4
    database.close()
