"""Service, order by order: links, what they cost, ways, extras, who bought again; and for whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import goodstanding
from goodstanding.errors import ArgumentInvalid, RulebookUnknown, SubjectUnknown
from goodstanding.explanation import telling_service
from goodstanding.explanation.explaining import explain
from goodstanding.explanation.service import RULEBOOKS, service
from goodstanding.explanation.service_answer import LinkTold, Service
from goodstanding.explanation.uncertainty import newcombe
from goodstanding.rulebook import bundled
from tests.explanation.small_market import AS_OF, loaded, question, together
from tests.market_files import as_frames
from tests.oracle_facts import Facts, Row

DAY = timedelta(days=1)
PLACED = datetime(2018, 7, 1, 12)
STORE = {"seller_id": "S1", "opened_at": datetime(2017, 1, 1)}
SHIPPED, DELIVERED = "shipped by the ship-by instant", "delivered by the promised day"
REVIEWED, ANSWERED = "reviewed with four stars or five", "dispute answered in five days"
ASKED = "question answered within a day"


def sold(number: int, **said: Any) -> Row:
    """Write an order of a buyer of its own that went well; `None` leaves something out."""
    at = said.pop("placed_at", PLACED)
    told = {
        "order_id": f"O{number:03}",
        "seller_id": "S1",
        "buyer_id": f"B{number}",
        "placed_at": at,
        "paid_at": at,
        "ship_by": at + 3 * DAY,
        "shipped_at": at + 2 * DAY,
        "deliver_by": at + 12 * DAY,
        "delivered_at": at + 9 * DAY,
        "closed_at": at + 10 * DAY,
        "shipping_method": "standard",
        "ship_to": "BR",
    } | said
    return {name: value for name, value in told.items() if value is not None}


def reviewed(order: Row, stars: int = 5) -> Row:
    return {
        "feedback_id": f"F{order['order_id']}",
        "order_id": order["order_id"],
        "given_at": order["placed_at"] + 14 * DAY,
        "given_by": "buyer",
        "stars": stars,
        "logistics_stars": stars,
    }


def disputed(order: Row, **said: Any) -> Row:
    at = order["placed_at"] + 13 * DAY
    told = {
        "dispute_id": f"D{order['order_id']}",
        "order_id": order["order_id"],
        "opened_at": at,
        "reason": "not_as_described",
    }
    return told | said


def asked(number: int, answered_after: int | None, **said: Any) -> Row:
    """Write a question and, so many seconds later, its answer."""
    told: Row = {
        "thread_id": f"T{number}",
        "seller_id": "S1",
        "buyer_id": f"B{number}",
        "opened_by": "buyer",
        "first_at": PLACED,
    } | said
    if answered_after is not None:
        told["first_answer_at"] = told["first_at"] + timedelta(seconds=answered_after)
    return told


def told(
    facts: Facts, subject: str = "S1", *, as_of: date = AS_OF, kind: Any = "seller"
) -> Service:
    database, settings = loaded(together({"sellers": [STORE]}, facts))
    rulebook = bundled.load(RULEBOOKS[kind])
    asked_of = question(subject, rulebook=rulebook, as_of=as_of)
    return service(database, settings, asked_of, "operator")


def link(found: Service, name: str) -> LinkTold:
    (one,) = (each for each in found.links if each.link == name)
    return one


def counts(each: LinkTold) -> tuple[int, int, int]:
    return each.passed.numerator, each.passed.denominator, each.not_due_n


LATE = sold(2, shipped_at=PLACED + 4 * DAY, delivered_at=PLACED + 13 * DAY)
NEVER_SENT = sold(3, shipped_at=None, delivered_at=None, closed_at=None)
LINE: Facts = {
    "orders": [
        sold(1),
        LATE,
        NEVER_SENT,
        sold(4, placed_at=datetime(2018, 7, 30)),
        sold(5, paid_at=None, shipped_at=None, delivered_at=None, closed_at=None),
        sold(6, delivered_at=None),
    ],
    "feedback": [reviewed(sold(1)), reviewed(LATE, 2)],
    "disputes": [disputed(LATE)],
    "messages": [
        asked(1, 600, order_id="O001"),
        asked(2, None, order_id="O002"),
        asked(3, 7_200),
    ],
}


def test_an_order_that_is_late_is_told_at_each_link_that_it_missed():
    found = told(LINE)
    assert counts(link(found, "paid")) == (5, 6, 0)
    assert link(found, "paid").missed == ("O005",)
    assert counts(link(found, SHIPPED)) == (2, 4, 1)
    assert link(found, SHIPPED).missed == ("O002", "O003")
    assert counts(link(found, DELIVERED)) == (1, 3, 1)
    assert link(found, DELIVERED).missed == ("O002", "O003")
    assert link(found, DELIVERED).apart == {"nobody told when it came": 1}
    assert counts(link(found, REVIEWED)) == (1, 2, 1)
    assert counts(link(found, ANSWERED)) == (0, 1, 0)
    assert counts(link(found, ASKED)) == (1, 2, 0)
    assert link(found, ASKED).missed == ("O002",)


def test_what_has_not_happened_by_the_day_is_hidden():
    found = told(LINE, as_of=date(2018, 7, 2))
    assert counts(link(found, SHIPPED)) == (0, 0, 4)
    assert counts(link(found, DELIVERED)) == (0, 0, 4)
    assert counts(link(found, "paid")) == (4, 4, 1)
    assert (found.messages.answered.numerator, found.messages.answered.denominator) == (2, 3)


def test_what_the_orders_cost_is_what_the_daily_score_says_that_they_cost():
    goods = [sold(number) for number in range(10, 60)]
    facts = together(LINE, {"orders": goods, "feedback": [reviewed(each) for each in goods]})
    database, settings = loaded(together({"sellers": [STORE]}, facts))
    asked_of = question("S1", rulebook=bundled.load(RULEBOOKS["seller"]))
    found = service(database, settings, asked_of, "operator")
    score = explain(
        database,
        settings,
        question("S1", rulebook=bundled.load("aliexpress-daily-service-score")),
    )
    lost: dict[str, dict[str, float]] = {}
    for row in score.rows:  # an order has a row in each set of rows
        if row.order_id in {"O002", "O003"} and row.costs:
            lost[row.order_id] = lost.get(row.order_id, {}) | dict(row.costs)
    assert lost.keys() == {"O002", "O003"}
    for each, orders in ((SHIPPED, ("O002", "O003")), (REVIEWED, ("O002",))):
        assert link(found, each).points_lost
        for item, points in (link(found, each).points_lost or {}).items():
            costs = [costs.get(item, 0) for named, costs in lost.items() if named in orders]
            assert points == pytest.approx(sum(costs))
    assert found.costs.orders_n == 3  # O002, O003, O005, each once
    level = explain(database, settings, question("S1"))
    bad = {row.order_id for row in level.rows if row.counts_against}
    assert found.costs.bad_experiences_n == len(bad & {"O002", "O003", "O005"}) == 2


def test_where_no_score_is_in_force_nothing_is_said_of_costs():
    early = {"orders": [sold(1, placed_at=datetime(2015, 3, 1))]}
    facts = early | {"sellers": [{"seller_id": "S1", "opened_at": datetime(2015, 1, 1)}]}
    found = told(facts, as_of=date(2015, 3, 31))
    assert found.costs.points_lost is None
    assert found.costs.bad_experiences_n == 0


def test_of_many_orders_that_missed_the_newest_are_named():
    late = [
        sold(number, placed_at=PLACED - number * DAY, shipped_at=PLACED + 20 * DAY)
        for number in range(1, 26)
    ]
    found = link(told({"orders": late}), SHIPPED)
    assert (found.missed_n, len(found.missed), found.missed_more) == (25, 20, 5)
    assert found.missed[:2] == ("O001", "O002")


@pytest.mark.parametrize(
    ("times", "median", "answered"),
    [
        ([10, 30, 20], 20, (3, 3)),
        ([10, 20, 30, 40], 30, (4, 4)),  # of the two in the middle the longer
        ([10, 86_400, 86_401], 86_400, (2, 3)),
        ([10, None, None], None, (1, 3)),  # the one in the middle has no answer
        ([10, 20, None], 20, (2, 3)),
        ([], None, (0, 0)),
    ],
)
def test_the_median_counts_what_was_never_answered_as_the_longest(times, median, answered):
    found = told({"messages": [asked(n, seconds) for n, seconds in enumerate(times)]}).messages
    assert found.median_seconds == median
    assert (found.answered.numerator, found.answered.denominator) == answered


def bought(number: int, buyer: str, days_ago: int, **said: Any) -> Row:
    at = datetime(2018, 7, 31, 12) - days_ago * DAY
    return sold(number, buyer_id=buyer, placed_at=at, **said)


@pytest.mark.parametrize(
    ("days_ago", "again", "over", "not_over"),
    [
        ([179, 89], 1, 1, 0),  # on the ninetieth day
        ([179, 88], 0, 1, 0),
        ([180, 89], 0, 0, 1),  # the first is too long ago: the second is the first
        ([90, 90], 0, 1, 0),  # what is bought on one day is bought once
        ([90, 0], 1, 1, 0),
        ([89, 0], 0, 0, 1),  # ninety days are not over, whatever happened in them
    ],
)
def test_a_buyer_comes_again_within_ninety_days_of_the_first_order(days_ago, again, over, not_over):
    orders = [bought(n, "B", ago) for n, ago in enumerate(days_ago)]
    found = told({"orders": orders}).bought_again
    counted = (found.again.numerator, found.again.denominator, found.not_over_n)
    assert counted == (again, over, not_over)


def test_what_was_called_off_was_not_bought():
    gone = {"cancelled_at": datetime(2018, 7, 1), "shipped_at": None, "delivered_at": None}
    orders = [bought(1, "B", 120), bought(2, "B", 100, **gone)]
    assert told({"orders": orders}).bought_again.again.numerator == 0


def sent(method: str, late: int, of: int, first: int, **said: Any) -> list[Row]:
    """Write orders by a method, the first of them delivered late."""
    return [
        sold(
            first + number,
            shipping_method=method,
            delivered_at=PLACED + (13 if number < late else 9) * DAY,
            **said,
        )
        for number in range(of)
    ]


@pytest.mark.slow
def test_a_way_is_best_only_where_its_interval_says_so():
    express, economy = sent("express", 0, 40, 100), sent("economy", 16, 40, 200)
    found = told({"orders": [*express, *economy, *sent("standard", 0, 19, 300)]})
    ways = {way.method: way for way in found.ways}
    assert ways["express"].is_best
    assert not ways["economy"].is_best
    assert (ways["standard"].state, ways["standard"].on_time) == ("too few orders to say", None)
    nearly = told({"orders": [*express, *sent("economy", 2, 40, 200)]})
    assert not any(way.is_best for way in nearly.ways)
    elsewhere = told({"orders": [*express, *sent("economy", 16, 40, 200, ship_to="CL")]})
    assert not any(way.is_best for way in elsewhere.ways)


def test_a_way_has_its_disputes_and_its_stars():
    orders = sent("express", 0, 20, 100)
    facts: Facts = {
        "orders": orders,
        "feedback": [reviewed(orders[0], 4), reviewed(orders[1], 5)],
        "disputes": [
            disputed(orders[2], reason="not_received"),
            disputed(orders[3]),
            disputed(
                orders[4],
                reason="not_received",
                closed_at=PLACED + 14 * DAY,
                close_reason="withdrawn",
            ),
        ],
    }
    (way,) = told(facts).ways
    assert way.not_received is not None
    assert (way.not_received.numerator, way.not_received.denominator) == (1, 20)
    assert (way.logistics, way.logistics_n) == (4.5, 2)


def with_extras(gifts_well: int, others_well: int, of: int) -> Facts:
    orders = [sold(number, extra="gift" if number < of else "none") for number in range(2 * of)]
    well = [*range(gifts_well), *range(of, of + others_well)]
    given = [reviewed(o, 5 if n in well else 2) for n, o in enumerate(orders)]
    return {"orders": orders, "feedback": given}


def test_orders_with_a_gift_stand_beside_those_without():
    (gift,) = told(with_extras(38, 28, 40)).extras
    assert (gift.extra, gift.orders_n) == ("gift", 40)
    well = gift.outcomes[0]
    assert (well.with_it.numerator, well.without.numerator) == (38, 28)
    assert well.difference == pytest.approx(0.25)
    assert well.interval is not None
    assert well.interval == newcombe((38, 40), (28, 40))
    assert well.interval.low > 0
    assert gift.outcomes[1].difference == 0  # disputes
    assert gift.outcomes[2].state == "too few orders to say"  # nobody's ninety days are over


def test_of_fewer_than_twenty_orders_nothing_is_said():
    found = told(with_extras(19, 10, 19))
    (gift,) = found.extras
    assert {(each.state, each.difference, each.interval) for each in gift.outcomes} == {
        ("too few orders to say", None, None)
    }
    assert "too few orders to say" in telling_service.text(found)


def test_several_things_put_in_are_told_together_as_well():
    orders = [sold(n, extra=extra) for n, extra in enumerate(("none", "note", "gift", "sample"))]
    found = told({"orders": orders}).extras
    assert [(each.extra, each.orders_n) for each in found] == [
        ("note", 1),
        ("sample", 1),
        ("gift", 1),
        ("any", 3),
    ]
    assert told({"orders": [sold(1, extra="none"), sold(2)]}).extras == ()


def test_of_a_listing_its_orders_and_their_threads_are_told():
    lines = [
        {"order_id": order, "line_no": number, "listing_id": listing}
        for order, listings in (("O001", ["L1", "L1"]), ("O002", ["L1", "L2"]), ("O003", ["L2"]))
        for number, listing in enumerate(listings, start=1)
    ]
    facts = together(LINE, {"order_lines": lines})
    found = told(facts, "L1", kind="listing")
    assert (found.subject_kind, found.rulebook) == ("listing", "service-links-listing")
    assert counts(link(found, DELIVERED)) == (1, 2, 0)
    assert counts(link(found, SHIPPED)) == (1, 2, 0)
    assert counts(link(found, ASKED)) == (1, 1, 0)  # that of O002 may be about the other
    assert found.costs.bad_experiences_n == 1


def excluded(reason: str, order_id: str) -> Row:
    return {
        "exclusion_id": "E1",
        "table_name": "orders",
        "key": order_id,
        "reason": reason,
        "decided_by": "Ana",
        "decided_at": datetime(2018, 7, 20),
    }


def test_what_does_not_count_is_told_by_its_class_alone():
    found = told(together(LINE, {"exclusions": [excluded("malicious buyer", "O002")]}))
    assert counts(link(found, DELIVERED)) == (1, 2, 1)
    assert found.excluded == {"decision": 2}  # the order, and its thread
    text = telling_service.text(found)
    assert "Not counted, in all or in part: 2 by decision." in text
    assert "Ana" not in text
    assert "malicious" not in text


def test_a_review_that_was_bought_is_left_out_and_told_by_its_class_alone():
    well = reviewed(sold(1))
    facts: Facts = {"orders": [sold(1), sold(2)], "feedback": [well, reviewed(sold(2))]}
    bought_one = together(facts, {"exclusions": [excluded("incentivised review", "O001")]})
    found = told(bought_one)
    assert counts(link(found, REVIEWED)) == (1, 1, 0)
    assert counts(link(found, DELIVERED)) == (2, 2, 0)
    assert found.excluded == {"feedback removed": 1}
    assert "gift" not in telling_service.text(found)


def test_no_buyer_is_named():
    found = told(LINE)
    said = telling_service.text(found) + str(found.as_dict())
    assert not [row["buyer_id"] for row in LINE["orders"] if f"'{row['buyer_id']}'" in said]


def test_the_text_tells_every_link_and_what_follows():
    text = telling_service.text(told(LINE), 100)
    assert text.splitlines()[0] == "Store S1: service, order by order"
    assert "None of it enters a grade." in text
    for name in ("paid", SHIPPED, DELIVERED, ASKED, REVIEWED, ANSWERED):
        assert f"  {name}" in text
    assert "median time to answer                   7,200 s (2 h 0 min)" in text
    assert "1 nobody told when it came" in " ".join(text.split())


def test_the_text_stays_within_a_narrow_terminal():
    orders = [sold(number, extra="gift" if number % 2 else "none") for number in range(50)]
    found = told(together(LINE, {"orders": orders}))
    assert found.ways
    assert found.extras
    lines = telling_service.text(found, 50).splitlines()
    assert [line for line in lines if len(line) > 50] == []


def test_a_store_without_anything_has_nothing_yet():
    found = told({})
    assert {counts(each) for each in found.links} == {(0, 0, 0)}
    assert found.ways == ()
    assert "nothing yet" in telling_service.text(found)


@pytest.fixture
def market(tmp_path: Path):
    path = tmp_path / "market.duckdb"
    with goodstanding.new(path, time_zone="UTC", currency="EUR") as made:
        made.load(as_frames(together({"sellers": [STORE]}, LINE)), recorded="occurred")
        yield made


def test_the_store_itself_and_the_operator_see_it_and_nobody_else(market):
    seen = [market.service("S1", as_of="2018-07-31", viewer=who) for who in ("operator", "store")]
    assert seen[0].as_dict() | {"viewer": "store"} == seen[1].as_dict()
    with pytest.raises(ArgumentInvalid) as refused:
        market.service("S1", as_of="2018-07-31", viewer="public")
    assert str(refused.value) == (
        "viewer 'public' may not see a store's service.\nIt is for operator and store."
    )


def test_whom_nobody_heard_of_and_a_day_before_the_rules_are_refused(market):
    with pytest.raises(SubjectUnknown, match="seller 'S9' is not known"):
        market.service("S9", as_of="2018-07-31")
    with pytest.raises(SubjectUnknown, match="listing 'L9' is not known"):
        market.service("L9", as_of="2018-07-31", is_listing=True)
    with pytest.raises(RulebookUnknown, match="service-links"):
        market.service("S1", as_of="2014-12-31")


def test_both_rulebooks_are_the_same_but_for_whose_and_which_rows():
    store, listing = (bundled.text(RULEBOOKS[kind]) for kind in ("seller", "listing"))
    alike = [
        text.split("[[exclude]]", 1)[1].split("# Worked examples", 1)[0]
        for text in (store, listing)
    ]
    assert alike[0] == alike[1]
