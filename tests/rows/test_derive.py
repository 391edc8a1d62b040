from datetime import date, datetime

import pyarrow as pa
import pytest

from goodstanding.database.clock import MarketClock
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import names, needed_steps, parse, statement
from goodstanding.facts.store import Settings, create_tables
from goodstanding.rows.catalogue import ROW_KINDS, Type
from goodstanding.rows.derive import row_steps

ARROW_TYPES = {
    Type.FLAG: pa.bool_(),
    Type.WHOLE: pa.int64(),
    Type.STARS: pa.int16(),
    Type.MONEY: pa.int64(),
    Type.DAY: pa.date32(),
    Type.CODE: pa.int16(),
    Type.IDENTITY: pa.int64(),
}
CLOCK = MarketClock("UTC")
VALUES = {
    "as_of": date(2018, 7, 31),
    "known_at": datetime(2030, 1, 1),
    "corrected_at": datetime(2030, 1, 1),
    "as_of_end": datetime(2018, 8, 1),
    "subject_no": 1,
    "register_no": 1,
}


@pytest.fixture
def market() -> DuckDB:
    database = DuckDB.open(None)
    create_tables(database, Settings(time_zone="UTC", currency="EUR"))
    return database


# Days that another rulebook scores are not derived from facts.
OF_FACTS = [kind for kind in ROW_KINDS.values() if kind.name != "standing"]


@pytest.mark.parametrize("kind", OF_FACTS, ids=[kind.name for kind in OF_FACTS])
@pytest.mark.parametrize("one_subject", [None, "seller", "buyer"])
def test_rows_have_the_columns_and_types_of_the_catalogue(market, kind, one_subject):
    steps = row_steps(kind, kind.names, clock=CLOCK, one_subject=one_subject)
    rows = market.run(steps, f"{kind.name}_rows", VALUES)
    assert {f.name: f.type for f in rows.schema} == {
        c.name: ARROW_TYPES[c.type] for c in kind.columns
    }


def test_only_the_facts_that_the_columns_need_are_read():
    steps = row_steps(ROW_KINDS["order"], ["shipped_on"], clock=CLOCK)
    read = names(needed_steps(steps, parse("select * from order_rows")))
    assert "known_orders" in read
    assert not {"known_feedback", "known_disputes", "known_refunds"} & set(read)


def add_order(market: DuckDB, **values: object) -> None:
    given = {"order_no": 1, "seller_no": 1, "placed_at": "2018-07-01", "paid_at": "2018-07-01"}
    given |= values
    columns = ", ".join(given)
    market.execute(
        f"insert into orders ({columns}) values ({', '.join(f'${c}' for c in given)})", given
    )


def row(market: DuckDB) -> dict[str, object]:
    steps = row_steps(ROW_KINDS["order"], ROW_KINDS["order"].names, clock=CLOCK)
    (found,) = market.run(steps, "order_rows", VALUES).to_pylist()
    return dict(found)


SHIP_BY = "2018-07-05 23:59:59.999999"


@pytest.mark.parametrize(
    ("what_happened", "is_late", "is_unshipped"),
    [
        ({}, False, True),
        ({"shipped_at": SHIP_BY}, False, False),
        ({"shipped_at": "2018-07-06"}, True, True),
        ({"delivered_at": SHIP_BY}, False, False),
        ({"delivered_at": "2018-07-06"}, False, True),
        ({"cancelled_at": SHIP_BY, "cancelled_by": "platform"}, False, False),
        ({"cancelled_at": "2018-07-06", "cancelled_by": "platform"}, False, True),
        ({"ship_by": "2018-08-01"}, False, False),
    ],
    ids=[
        *("nothing", "at the last instant", "just after it", "delivered at it", "after it"),
        *("cancelled at it", "cancelled after it", "ahead"),
    ],
)
def test_the_ship_by_instant_itself_is_in_time(market, what_happened, is_late, is_unshipped):
    add_order(market, **({"ship_by": SHIP_BY} | what_happened))
    found = row(market)
    assert found["is_shipped_late"] is is_late
    assert (found["unshipped_on"] is not None) is is_unshipped


TO_PAY = "2018-07-21"  # twenty times 24 hours after it was placed


@pytest.mark.parametrize(
    ("what_happened", "day"),
    [
        ({}, "2018-07-21"),
        ({"paid_at": TO_PAY}, None),
        ({"paid_at": "2018-07-21 00:00:00.000001"}, "2018-07-21"),
        ({"cancelled_at": TO_PAY, "cancelled_by": "buyer"}, None),
        ({"cancelled_at": "2018-07-22", "cancelled_by": "buyer"}, "2018-07-21"),
        ({"shipped_at": "2018-07-20"}, None),
        ({"delivered_at": "2018-07-20"}, None),
        ({"placed_at": "2018-07-12"}, None),
    ],
)
def test_an_order_is_left_unpaid_after_twenty_times_24_hours(market, what_happened, day):
    add_order(market, **({"paid_at": None} | what_happened))
    found = row(market)["unpaid_on"]
    assert (None if found is None else str(found)) == day


def test_feedback_is_given_when_it_first_was_with_or_without_stars(market):
    add_order(market)
    market.execute(
        """
        insert into feedback (feedback_id, given_at, order_no, given_by, stars, comment)
        values ('f', '2018-07-10', 1, 'buyer', null, 'It came.'),
               ('f', '2018-07-20', 1, 'buyer', 5, 'And it works.'),
               ('g', '2018-07-02', 1, 'seller', 1, 'So slow.')
        """
    )
    found = row(market)
    assert str(found["feedback_given_on"]) == "2018-07-10"
    assert str(found["feedback_on"]) == "2018-07-20"


@pytest.mark.parametrize(
    ("is_statutory", "expected"),
    [(True, (True, False)), (False, (False, True)), (None, (False, False))],
)
def test_a_refund_is_free_only_where_the_law_is_known_to_give_no_right(
    market, is_statutory, expected
):
    add_order(market)
    market.execute(
        "insert into refunds (refund_id, order_no, refunded_at, reason, is_statutory) "
        "values ('r', 1, '2018-07-10', 'changed_mind', $is_statutory)",
        {"is_statutory": is_statutory},
    )
    found = row(market)
    assert (found["is_statutory_refund"], found["is_free_refund"]) == expected


def test_nobodys_stars_are_read_where_no_column_asks_for_them():
    steps = row_steps(ROW_KINDS["order"], ["feedback_given_on", "closed_on"], clock=CLOCK)
    assert "stars" not in statement(steps, "order_rows", "duckdb")
    steps = row_steps(ROW_KINDS["order"], ["feedback_on"], clock=CLOCK)
    assert "stars" in statement(steps, "order_rows", "duckdb")


def test_an_order_whose_canceller_nobody_knows_was_cancelled_by_unknown(market):
    add_order(market, cancelled_at="2018-07-02")
    codes = ROW_KINDS["order"].column("cancelled_by").codes
    assert row(market)["cancelled_by"] == codes.index("unknown") + 1


DISPUTE = {"opened_at": "2018-07-10 10:00:00"}
IN_TIME = "2018-07-15 10:00:00"


@pytest.mark.parametrize(
    ("dispute", "day"),
    [
        ({}, "2018-07-15"),
        ({"answered_at": IN_TIME}, None),
        ({"answered_at": "2018-07-15 10:00:00.000001"}, "2018-07-15"),
        ({"buyer_acted_at": "2018-07-20 09:00:00"}, "2018-07-25"),
        ({"answered_at": "2018-07-11", "buyer_acted_at": "2018-07-20 09:00:00"}, "2018-07-25"),
        ({"closed_at": "2018-07-12", "close_reason": "withdrawn"}, None),
        ({"closed_at": "2018-07-16", "close_reason": "settled"}, "2018-07-15"),
        ({"closed_at": "2018-07-15 09:59:00", "close_reason": "unanswered"}, "2018-07-15"),
        ({"opened_at": "2018-07-28"}, None),
    ],
)
def test_a_dispute_is_unanswered_when_five_times_24_hours_passed(market, dispute, day):
    add_order(market)
    given = {"dispute_id": "d", "order_no": 1} | DISPUTE | dispute
    market.execute(
        f"insert into disputes ({', '.join(given)}) values ({', '.join(f'${c}' for c in given)})",
        given,
    )
    found = row(market)["dispute_unanswered_on"]
    assert (None if found is None else str(found)) == day


def test_what_one_dispute_ended_in_is_not_mixed_with_another(market):
    add_order(market)
    market.execute(
        """
        insert into disputes
          (dispute_id, order_no, opened_at, escalated_at, closed_at, close_reason, liable)
        values
          ('a', 1, '2018-07-05', null, '2018-07-11', 'unanswered', null),
          ('b', 1, '2018-07-06', '2018-07-07', '2018-07-12', 'ruled', 'seller'),
          ('c', 1, '2018-07-08', '2018-07-09', '2018-07-13', 'ruled', 'buyer'),
          ('d', 1, '2018-07-14', null, '2018-07-15', 'settled', 'seller')
        """
    )
    found = row(market)
    assert found["dispute_closed_on"] == date(2018, 7, 15)
    assert found["dispute_lapsed_on"] == date(2018, 7, 11)
    assert found["dispute_lost_on"] == date(2018, 7, 12)


@pytest.mark.parametrize("column", ["dispute_close_reason", "dispute_liable"])
def test_an_end_that_nobody_dated_is_none(market, column):
    add_order(market)
    told = {"dispute_id": "a", "order_no": 1, "close_reason": "ruled", "liable": "buyer"}
    add(market, "disputes", **told, opened_at="2018-07-05")
    assert row(market)[column] is None
    add(market, "disputes", dispute_id="b", order_no=1, closed_at="2018-07-06")
    assert row(market)[column] is None
    add(market, "disputes", **told, closed_at="2018-07-07")
    assert row(market)[column] is not None


def test_taking_a_changed_rating_away_takes_away_what_it_said_before(market):
    add_order(market)
    market.execute(
        """
        insert into feedback (feedback_id, order_no, given_at, stars, removed_at)
        values
          ('changed', 1, '2018-07-02', 300, null),
          ('changed', 1, '2018-07-03', 500, '2018-07-05'),
          ('other', 1, '2018-07-01', 400, null)
        """
    )
    assert row(market)["stars"] == 400


def test_a_rating_changed_after_its_removal_counts(market):
    add_order(market)
    market.execute(
        """
        insert into feedback (feedback_id, order_no, given_at, stars, removed_at)
        values ('f', 1, '2018-07-02', 300, '2018-07-05'), ('f', 1, '2018-07-09', 200, null)
        """
    )
    assert row(market)["stars"] == 200


def add(market: DuckDB, table: str, **values: object) -> None:
    places = ", ".join(f"${name}" for name in values)
    market.execute(f"insert into {table} ({', '.join(values)}) values ({places})", values)


@pytest.mark.parametrize(
    ("first", "second", "is_return"),
    [(True, None, True), (True, False, False), (False, True, True), (None, None, False)],
)
def test_whether_goods_go_back_is_told_of_the_latest_dispute(market, first, second, is_return):
    add_order(market)
    add(market, "disputes", dispute_id="D1", order_no=1, opened_at="2018-07-02", has_return=first)
    if second is not None:
        disputed = {"dispute_id": "D2", "opened_at": "2018-07-09", "has_return": second}
        add(market, "disputes", order_no=1, **disputed)
    assert row(market)["is_return_disputed"] is is_return


@pytest.mark.parametrize("kind", ["freight", "gift", "deposit", "presale", "ordinary", None])
def test_a_line_of_a_special_listing_makes_its_order_special_and_no_other_line(market, kind):
    add_order(market)
    add_order(market, order_no=2)
    for listing, what in ((1, "ordinary"), (2, kind)):
        add(market, "listings", listing_no=listing, kind=what)
        add(market, "order_lines", order_no=1, line_no=listing, listing_no=listing)
    add(market, "order_lines", order_no=2, line_no=1, listing_no=1)
    found = {}
    for name in ("order", "line"):
        steps = row_steps(ROW_KINDS[name], ["is_special_listing"], clock=CLOCK)
        for each in market.run(steps, f"{name}_rows", VALUES).to_pylist():
            key = tuple(each[column] for column in ROW_KINDS[name].key)
            found[key] = each["is_special_listing"]
    is_special = kind not in ("ordinary", None)
    assert found == {
        (1,): is_special,
        (2,): False,
        (1, 1): False,
        (1, 2): is_special,
        (2, 1): False,
    }


def test_a_line_of_which_nothing_is_known_yet_is_not_there(market):
    add_order(market)
    add(market, "order_lines", order_no=1, line_no=1, listing_no=1)
    heard_later = {"recorded_at": datetime(2031, 1, 1)}
    add(market, "order_lines", order_no=1, line_no=2, listing_no=2, quantity=1, **heard_later)
    add(market, "order_lines", order_no=1, line_no=3)
    steps = row_steps(ROW_KINDS["line"], ["stars"], clock=CLOCK)
    found = market.run(steps, "line_rows", VALUES).to_pylist()
    assert [row["line_no"] for row in found] == [1]


def test_what_the_seller_says_of_the_buyer_stands_beside_the_buyers_review(market):
    add_order(market)
    rated = {"order_no": 1, "given_by": "seller"}
    add(market, "feedback", feedback_id="a", given_at="2018-07-10", stars=500, **rated)
    add(market, "feedback", feedback_id="b", given_at="2018-07-12", stars=300, **rated)
    add(market, "feedback", feedback_id="c", given_at="2018-07-13", **rated)  # words alone
    add(market, "feedback", feedback_id="d", given_at="2018-07-11", stars=100, order_no=1)
    found = row(market)
    assert (found["buyer_rated_on"], found["buyer_stars"]) == (date(2018, 7, 12), 300)
    assert (found["feedback_on"], found["stars"]) == (date(2018, 7, 11), 100)


def test_a_rating_of_the_buyer_that_was_taken_away_or_lies_ahead_is_none(market):
    add_order(market)
    rated = {"order_no": 1, "given_by": "seller", "stars": 500}
    add(
        market, "feedback", feedback_id="a", given_at="2018-07-10", removed_at="2018-07-20", **rated
    )
    add(market, "feedback", feedback_id="b", given_at="2018-08-10", **rated)
    found = row(market)
    assert (found["buyer_rated_on"], found["buyer_stars"]) == (None, None)
