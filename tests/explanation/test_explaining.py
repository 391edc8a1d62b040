"""Explanations worked out by hand: 90 days that end on 2018-07-31, from 2018-05-03."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from goodstanding.assessment import assessing, questions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.flags import judged_rows, kind_flag, met
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import parse
from goodstanding.errors import SubjectUnknown
from goodstanding.explanation import telling
from goodstanding.explanation.answer import Explanation
from goodstanding.explanation.coming import month_ends_before
from goodstanding.explanation.explaining import explain
from goodstanding.facts.store import Settings, market_clock
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import (
    AS_OF,
    KNOWN_AT,
    SERVICE_LEVEL,
    assessed,
    explained,
    loaded,
    orders,
    together,
)
from tests.markets import Market, markets
from tests.oracle_facts import Facts
from tests.small_facts import at, dispute, order, review
from tests.small_rulebook import SMALL, changed

COMPILED = compile_rulebook(SERVICE_LEVEL, for_explaining=True)
SEVEN_OF_200 = together(orders(193), orders(7, stars=3, first=194))
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
many = settings(few, max_examples=40)


@pytest.fixture(scope="module")
def seven_of_200() -> Explanation:
    return explained(SEVEN_OF_200)


def test_the_result_is_the_record_that_an_assessment_gives(seven_of_200):
    record = assessed(SEVEN_OF_200)
    shown = dict(seven_of_200.result)
    indicators = shown.pop("indicators")
    assert shown.pop("points") == {}
    assert shown == {name: record[name] for name in shown}
    assert indicators == {
        name: {part: record[f"{name}_{part}"] for part in ("numerator", "denominator", "value")}
        for name in SERVICE_LEVEL.indicators
    }


def test_every_limit_is_told_with_its_arithmetic_and_its_source(seven_of_200):
    assert [(limit.grade, limit.outcome, limit.sentence) for limit in seven_of_200.limits] == [
        ("excellent", "missed", "7 bad / 200 assessed = 3.50 %, limit below 3.5 %"),
        ("good", "met", "7 bad / 200 assessed = 3.50 %, limit below 6 %"),
        ("pass", "met", "7 bad / 200 assessed = 3.50 %, limit below 12 %"),
    ]
    (deciding,) = [limit for limit in seven_of_200.limits if limit.is_deciding]
    assert deciding == seven_of_200.deciding_limit
    assert (deciding.grade, deciding.confidence) == ("excellent", "unconfirmed")
    assert deciding.source == SERVICE_LEVEL.grades[0].limits[0].origin.source


def test_the_sentence_says_the_grade_and_what_keeps_it_from_a_better_one(seven_of_200):
    assert seven_of_200.sentence == (
        "The grade is good, the 2nd of 4. What keeps it from excellent: "
        "7 bad / 200 assessed = 3.50 %, limit below 3.5 %."
    )
    best = explained(orders(1))
    assert best.sentence == "The grade is excellent, the best of 4."
    assert best.deciding_limit is None
    assert explained(orders(1, stars=1)).sentence.startswith("The grade is fail, the last of 4.")


def test_the_four_dates_and_the_coming_days_are_told(seven_of_200):
    dates, coming = seven_of_200.dates, seven_of_200.coming
    assert (dates.as_of, dates.known_at) == (AS_OF, KNOWN_AT)
    assert (dates.in_force_since, dates.published_on) == (date(2015, 1, 5), None)
    assert dates.time_zone == "UTC"
    assert (coming.assessed_on, coming.published_before) == (AS_OF, date(2018, 8, 3))


def test_rows_that_count_against_come_first_and_say_why(seven_of_200):
    assert len(seven_of_200.rows) == 200
    bad = seven_of_200.rows[:7]
    assert {row.order_id for row in bad} == {f"O{n}" for n in range(194, 201)}
    assert {row.counts_against for row in bad} == {("bad_experience_rate",)}
    assert {row.reasons for row in bad} == {("A review of 3 stars on 2018-07-31.",)}
    assert not any(row.counts_against for row in seven_of_200.rows[7:])


def test_a_row_names_every_measure_it_meets_and_every_kind_that_holds():
    facts: Facts = {
        "orders": [
            order(paid_at="2018-07-01", ship_by=at("2018-07-05T10:00"), shipped_at="2018-07-06")
        ],
        "feedback": [review("2018-07-20", stars=2, description_stars=1)],
        "disputes": [dispute(opened_at="2018-07-08")],
    }
    (row,) = explained(facts).rows
    told = {met.measure: [kind.kind for kind in met.kinds] for met in row.measures}
    assert told == {
        "assessed": ["ship_deadline_passed", "shipped", "disputed", "reviewed"],
        "bad": ["low_review", "low_description", "dispute_unanswered"],
        "shipped_late": ["shipped_late"],
    }
    assert row.reasons == (
        "A review of 2 stars on 2018-07-20.",
        "1 star for item as described on 2018-07-20.",
        "A dispute was left without an answer until 2018-07-13.",
    )


def test_rows_that_did_not_count_are_counted_by_reason_and_listed_the_latest_first():
    facts = together(
        orders(3),
        orders(2, reviewed_on=date(2018, 5, 2), first=10),
        {"orders": [order("O20", placed_at="2018-07-30"), order("O21", placed_at="2018-07-31")]},
    )
    facts["orders"][3]["closed_at"] = None  # else the time to review runs out in the window
    facts["orders"][4]["closed_at"] = None
    aside = explained(facts).not_counted
    assert aside.by_reason == {"no_counted_event": 2, "outside_window": 2}
    assert [row.order_id for row in aside.listed] == ["O21", "O20", "O10", "O11"]
    assert aside.listed[0].last_on == AS_OF
    assert aside.listed[3].reason == "outside_window"


def test_rows_that_the_rulebook_leaves_out_are_said_to_be():
    where = read_rulebook(
        changed(
            (
                'rows.orders = { from = "order" }',
                'rows.orders = { from = "order", where = "is_paid" }',
            )
        ),
        "where.toml",
    )
    facts = orders(2)
    facts["orders"][0]["paid_at"] = None
    found = explained(facts, rulebook=where)
    assert [row.order_id for row in found.rows] == ["O2"]
    assert found.not_counted.by_reason == {"left_out": 1}


def test_the_trend_is_what_an_assessment_of_each_day_gives():
    facts = together(
        orders(3, reviewed_on=date(2018, 3, 20)),
        orders(1, stars=1, reviewed_on=date(2018, 5, 20), first=10),
        orders(9, reviewed_on=date(2018, 7, 20), first=20),
    )
    trend = explained(facts).trend
    days = [date(2018, 3, 31), date(2018, 4, 30), date(2018, 5, 31), date(2018, 6, 30)]
    assert [point.as_of for point in trend] == days
    assert [point.grade for point in trend] == ["excellent", "excellent", "fail", "fail"]
    for point in trend:
        record = assessed(facts, as_of=point.as_of)
        rate = point.indicators[0]
        assert point.grade == record["grade"]
        assert rate.numerator == record["bad_experience_rate_numerator"]
        assert rate.denominator == record["bad_experience_rate_denominator"]


def test_a_subject_without_a_grade_is_told_why():
    found = explained({"orders": [order(placed_at="2018-07-01")]})
    assert found.result["grade"] is None
    assert found.sentence == "Not graded: No order was assessed in the window."
    assert found.deciding_limit is None
    assert found.rows == ()
    assert {limit.outcome for limit in found.limits} == {"not tested"}
    arithmetic = found.limits[0].arithmetic[0]
    assert arithmetic.text == "0 bad / 0 assessed: nothing to divide by"


def test_a_ratio_that_says_too_little_names_its_guard():
    guarded = read_rulebook(
        changed(
            ('better = "lower"', 'better = "lower"\nnot_assessed_if = "ended < 5"'),
            ('if_not_assessed = "not graded"', 'if_not_assessed = "passes"'),
            ('subject = "seller"', 'subject = "seller"\nadding_may_lower = "Five are tested."'),
        ),
        "guarded.toml",
    )
    found = explained(orders(4, stars=1), rulebook=guarded)
    assert found.result["grade"] == "good"
    (limit,) = found.limits
    assert limit.outcome == "met untested"
    assert limit.sentence == ("4 bad / 4 ended: not assessed, since ended < 5, limit below 6 %")


def test_nobody_of_that_id_is_answered_with_ids_that_look_alike():
    with pytest.raises(SubjectUnknown, match="seller 'S2' is not known to this market"):
        explained(orders(1), "S2")


def test_a_subject_that_was_not_there_yet_is_said_to_be_so():
    with pytest.raises(SubjectUnknown, match="seller 'S1' was not there by 2017-01-01"):
        explained(orders(1), as_of=date(2017, 1, 1))


def test_everything_is_json(seven_of_200):
    shown = json.loads(json.dumps(seven_of_200.as_dict()))
    assert shown["dates"]["known_at"] == "2030-01-01T00:00:00Z"
    assert shown["rows"][0]["measures"][0]["leaves_on"] == "2018-10-29"
    assert shown["result"]["indicators"]["bad_experience_rate"]["numerator"] == 7


def check_against_assessing(market: Market) -> None:
    database, made = loaded(market.facts, market.zone)
    everybody = Question(rulebook=SERVICE_LEVEL, as_of=market.as_of, known_at=market.known_at)
    found = judged_in_the_whole_market(database, made, everybody)
    records = assessing.assess(database, made, everybody).to_pylist()
    first = min((record["subject_id"] for record in records), default=None)
    for record in records:
        asked = Question(
            rulebook=SERVICE_LEVEL,
            as_of=market.as_of,
            known_at=market.known_at,
            subject_id=record["subject_id"],
        )
        told = explain(database, made, asked)
        assert all(told.result[name] == record[name] for name in record if name in told.result)
        assert order_by_order(told) == found.get(record["subject_id"], {})
        if record["subject_id"] != first:  # one subject's trend is enough for one market
            continue
        for point in told.trend:
            earlier = Question(
                rulebook=SERVICE_LEVEL,
                as_of=point.as_of,
                known_at=market.known_at,
                subject_id=record["subject_id"],
            )
            (then,) = assessing.assess(database, made, earlier).to_pylist()
            assert (point.grade, point.indicators[0].numerator) == (
                then["grade"],
                then["bad_experience_rate_numerator"],
            )


def judged_in_the_whole_market(
    database: DuckDB, made: Settings, everybody: Question
) -> dict[str, dict[str, Any]]:
    """Return, by seller and order, the kinds that hold, from the steps over everybody's facts."""
    clock = market_clock(database, made)
    steps = [*questions.source_steps(COMPILED, clock, one_subject=False), *COMPILED.steps]
    named = parse(
        f"""
        select judged.*, order_ids.order_id as order__id, seller_ids.seller_id as seller__id
        from {judged_rows("orders")} as judged
        join order_ids on order_ids.order_no = judged.order_id
        join seller_ids on seller_ids.seller_no = judged.seller_id
        """
    )
    values = questions.bound_values(COMPILED, made, everybody, None)
    found: dict[str, dict[str, Any]] = {}
    for row in database.run(steps, named, values).to_pylist():
        told = {
            measure.name: {kind for kind in measure.kinds if row[kind_flag(measure.name, kind)]}
            or {measure.name}
            for measure in SERVICE_LEVEL.measures.values()
            if row[met(measure.name)]
        }
        if told:
            found.setdefault(row["seller__id"], {})[row["order__id"]] = told
    return found


def order_by_order(told: Explanation) -> dict[str, Any]:
    return {
        str(row.order_id): {met.measure: {kind.kind for kind in met.kinds} for met in row.measures}
        for row in told.rows
    }


@few
@given(markets())
def test_one_subjects_facts_are_judged_as_in_the_whole_market(market: Market):
    check_against_assessing(market)


@pytest.mark.slow
@many
@given(markets())
def test_one_subjects_facts_are_judged_so_in_many_markets(market: Market):
    check_against_assessing(market)


def test_month_ends_before_a_day_leave_that_day_out():
    assert list(month_ends_before(date(2018, 3, 31), 2)) == [date(2018, 1, 31), date(2018, 2, 28)]
    assert list(month_ends_before(date(1990, 2, 10), 6)) == [date(1990, 1, 31)]


def test_the_small_rulebook_is_explained_with_sentences_of_its_own():
    found = explained(orders(1, stars=2), rulebook=read_rulebook(SMALL, "small.toml"))
    assert found.rows[0].reasons == ("Low review: stars 2, feedback on 2018-07-31.",)
    assert found.coming.published_before is None
    assert found.dates.in_force_since > found.dates.as_of
    assert not found.dates.is_in_force
    assert isinstance(found.dates.known_at, datetime)


LINES = [
    {"order_id": f"O{order}", "line_no": line, "listing_id": listing}
    for order, line, listing in (
        (1, 1, "L1"),
        (1, 2, "L2"),
        (2, 1, "L2"),
        (2, 2, "L2"),
        (3, 1, "L1"),
    )
]


def test_a_listing_is_explained_by_its_lines():
    listings = read_rulebook(
        changed(('"seller"', '"listing"'), ('from = "order"', 'from = "line"')), "listings.toml"
    )
    facts = together(orders(3), {"order_lines": LINES})
    facts["feedback"][1]["stars"] = 1
    found = explained(facts, "L2", rulebook=listings)
    assert [(row.order_id, row.line_no, bool(row.counts_against)) for row in found.rows] == [
        ("O2", 1, True),
        ("O2", 2, True),
        ("O1", 2, False),
    ]
    assert {row.listing_id for row in found.rows} == {"L2"}
    assert found.result["indicators"]["bad_rate"]["denominator"] == 3
    cleaning = found.recourse.cleaning
    assert cleaning is not None
    assert (cleaning.n, cleaning.of_n, cleaning.order_ids) == (1, 1, ("O2",))
    assert "O2 line 1" in telling.text(found)


def test_a_buyer_is_explained_by_orders_from_any_seller():
    buyers = read_rulebook(changed(('"seller"', '"buyer"')), "buyers.toml")
    facts = together(orders(1), orders(1, seller="S2", stars=1, first=2))
    for bought in facts["orders"]:
        bought["buyer_id"] = "B1"
    found = explained(facts, "B1", rulebook=buyers)
    assert [row.order_id for row in found.rows] == ["O2", "O1"]
    assert found.result["subject_kind"] == "buyer"


def test_a_review_of_what_was_bought_together_counts_for_the_one_explained():
    facts = orders(1)
    facts["orders"][0]["parent_order_id"] = "P1"
    facts["feedback"][0] |= {"order_id": "P1", "stars": 1}
    (row,) = explained(facts).rows
    assert row.reasons == ("A review of 1 star on 2018-07-31.",)


def test_a_store_that_sold_nothing_is_explained_as_well():
    found = explained({"sellers": [{"seller_id": "S1", "opened_at": datetime(2018, 7, 1)}]})
    assert found.sentence == "Not graded: No order was assessed in the window."
    assert (found.rows, found.trend, found.not_counted.listed) == ((), (), ())
    assert found.recourse.adding is not None
    assert found.recourse.adding.n == 1
