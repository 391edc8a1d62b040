"""Every listing's modifier: from its own score, else from its store's, else none."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

import goodstanding
from goodstanding.database.duckdb import DuckDB
from goodstanding.effects.modifiers import modifier
from goodstanding.rulebook.model import Origin, Score
from goodstanding.rulebook.reading import read_rulebook
from tests.effects.listing_rulebook import LISTINGS
from tests.effects.small_market import AS_OF, AT, facts, market_of, sold
from tests.market_files import as_frames
from tests.oracle_facts import Facts, Row

MILLION = 1_000_000


def by_rule(
    score: Fraction, least: Fraction, centre: Fraction, most: Fraction, bound: Fraction
) -> int:
    """Return the modifier in millionths, from the words of docs/rank.md."""
    side = most - centre if score >= centre else centre - least
    exact = bound * (score - centre) / side * MILLION
    nearest = int(abs(exact) + Fraction(1, 2))
    return nearest if exact >= 0 else -nearest


def scale(least: Fraction, most: Fraction) -> Score:
    origin = Origin(confidence="own design")
    return Score(
        formula=None,
        least=least,
        most=most,
        decimals=2,
        not_assessed_if=None,
        caps=(),
        half_width=None,
        origin=origin,
    )


def in_sql(database: DuckDB, score: int, between: Score, centre: Fraction, b: int) -> int:
    literal = exp.cast(exp.Literal.number(score), exp.DataType.Type.BIGINT)
    sql = modifier(literal, between, centre, b)
    return int(database.rows(f"select {sql.sql('duckdb')}")[0][0])


@pytest.fixture(scope="module")
def database():
    made = DuckDB.open(None)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("score", "millionths"),
    [
        ("0", -50_000),
        ("40", -25_000),
        ("79.9992", -1),  # -0.0000005 exactly: away from zero
        ("79.9993", 0),
        ("80", 0),
        ("80.0001", 0),
        ("80.0002", 1),
        ("90", 25_000),
        ("92.666664", 31_667),
        ("100", 50_000),
        ("-30", -50_000),  # a store's, beyond the scale
        ("101", 50_000),
    ],
)
def test_the_modifier_is_in_proportion_to_the_score(database, score, millionths):
    exact = Fraction(score)
    between = scale(Fraction(0), Fraction(100))
    if between.least <= exact <= between.most:
        ends = (between.least, Fraction(80), between.most)
        assert by_rule(exact, *ends, Fraction(5, 100)) == millionths
    assert in_sql(database, int(exact * MILLION), between, Fraction(80), 50_000) == millionths


@given(data=st.data())
def test_it_is_what_the_words_say_on_every_scale_and_within_the_bound(database, data):
    ends = st.integers(-4 * 10**18, 4 * 10**18)
    drawn = st.lists(ends, min_size=3, max_size=3, unique=True)
    least, centre, most = map(Fraction, sorted(data.draw(drawn)))
    score = data.draw(st.integers(int(least), int(most)))
    b = data.draw(st.integers(0, MILLION - 1))
    between = scale(least / MILLION, most / MILLION)
    found = in_sql(database, score, between, centre / MILLION, b)
    assert found == by_rule(Fraction(score), least, centre, most, Fraction(b, MILLION))
    assert -b <= found <= b


def told(market: goodstanding.Market, rules: Any, **asked: Any) -> dict[str, dict[str, Any]]:
    table = market.modifiers(**{"as_of": AS_OF, "rulebook": rules} | asked)
    return {record["listing_id"]: record for record in table.to_pylist()}


def test_every_listing_has_a_modifier_also_one_that_was_never_sold(market, rules):
    found = told(market, rules)
    assert list(found) == ["ALONE", "BAD", "FAIR", "GOOD", "NEVER", "UNRATED"]
    short = {
        name: (each["modifier_millionths"], each["service_score"], each["score_from"])
        for name, each in found.items()
    }
    stores = market.assess("aliexpress-daily-service-score", as_of=AS_OF)
    of_store = dict(zip(stores["subject_id"].to_pylist(), stores["score"].to_pylist(), strict=True))
    assert short["GOOD"] == (50_000, 100.0, "listing")
    assert short["FAIR"] == (25_000, 75.0, "listing")
    assert short["BAD"] == (-50_000, 0.0, "listing")
    assert short["ALONE"] == (0, None, "none")
    assert short["NEVER"][1:] == (of_store["S1"], "store")
    assert short["UNRATED"][1:] == (of_store["S2"], "store")
    assert {name: each["counted_n"] for name, each in found.items() if each["counted_n"]} == {
        "GOOD": 2,
        "FAIR": 1,
        "BAD": 1,
    }


def test_a_modifier_says_by_which_rules_and_for_which_day_it_holds(market, rules):
    found = told(market, rules)
    assert found["GOOD"] == {
        "listing_id": "GOOD",
        "modifier": Decimal("0.050000"),
        "modifier_millionths": 50_000,
        "service_score": 100.0,
        "service_score_millionths": 100_000_000,
        "score_from": "listing",
        "counted_n": 2,
        "bound": Decimal("0.050000"),
        "rulebook": "listings",
        "version": date(2015, 10, 8),
        "as_of": date(2018, 8, 20),
        "known_at": "2018-09-30T12:00:00Z",
    }
    stores = ("aliexpress-daily-service-score", date(2018, 7, 25))
    assert (found["NEVER"]["rulebook"], found["NEVER"]["version"]) == stores
    assert found["ALONE"]["rulebook"] == "listings"


def test_a_listing_is_there_from_the_day_on_which_it_was_first_offered(market, rules):
    assert "LATER" not in told(market, rules, as_of="2018-09-29")
    assert told(market, rules, as_of="2018-09-30")["LATER"]["score_from"] == "store"


def test_what_was_learned_later_moves_nothing(market, rules):
    early = "2018-08-01T11:59:59Z"
    assert told(market, rules, known_at=early) == {}


def test_where_no_rulebook_scores_stores_a_listing_without_a_score_has_none(tmp_path, rules):
    made = facts()
    for rows in made.values():
        for row in rows:
            row.update({name: AT - timedelta(days=1200) for name in row if name.endswith("_at")})
    with market_of(made, tmp_path) as market:
        found = told(market, rules, as_of="2015-05-01", version="2015-10-08")
    assert found["GOOD"]["score_from"] == "listing"
    assert {found[name]["score_from"] for name in ("NEVER", "UNRATED")} == {"none"}


def test_a_listing_is_whose_the_source_says_else_who_sold_most_of_it(tmp_path, rules):
    made = facts()
    for each in (
        *(sold(n, "MOST", seller) for n, seller in ((6, "S1"), (7, "S2"), (8, "S1"))),
        *(sold(n, "SHARED", seller) for n, seller in ((9, "S2"), (10, "S1"))),  # the first by id
        sold(11, "SAID", "S2"),
    ):
        for name, rows in each.items():
            made[name] += rows
    made["listings"].append({"listing_id": "SAID", "seller_id": "S1", "opened_at": AT})
    with market_of(made, tmp_path) as market:
        found = told(market, rules)
        stores = market.assess("aliexpress-daily-service-score", as_of=AS_OF, subject="S1")
    score = stores["score"][0].as_py()
    assert {found[name]["service_score"] for name in ("MOST", "SHARED", "SAID")} == {score}


def test_whose_a_listing_is_follows_what_was_known_of_it(tmp_path, rules):
    def said(day: int, table: str, row: Row) -> Facts:
        return {table: [row | {"recorded_at": AT + timedelta(days=day)}]}

    never = {"listing_id": "NEVER"}
    with market_of(facts(), tmp_path) as market:
        for each in (
            said(1, "listings", never | {"seller_id": "S2"}),
            said(3, "order_lines", {"order_id": "O5", "line_no": 1, "listing_id": "OTHER"}),
            said(5, "retractions", {"table_name": "listings", "key": "NEVER", "column_name": "*"}),
        ):
            market.load(as_frames(each))
        scores = market.assess("aliexpress-daily-service-score", as_of=AS_OF)
        first, second = scores["score"].to_pylist()[:2]
        then = [
            {
                name: each["service_score"]
                for name, each in told(
                    market, rules, known_at=AT + timedelta(days=day, hours=1)
                ).items()
                if name in {"NEVER", "UNRATED", "OTHER"}
            }
            for day in (0, 2, 4, 6)
        ]
    assert then == [
        {"NEVER": first, "UNRATED": second},
        {"NEVER": second, "UNRATED": second},
        {"NEVER": second, "OTHER": second},
        {"OTHER": second},
    ]


def test_the_table_is_the_same_whether_or_not_anything_was_published(tmp_path, rules):
    with market_of(facts(), tmp_path) as market:
        before = market.modifiers(as_of=AS_OF, rulebook=rules)
        market.publish("aliexpress-daily-service-score", as_of=AS_OF)
        market.publish(rules, as_of=AS_OF)
        assert market.modifiers(as_of=AS_OF, rulebook=rules).equals(before)


def test_an_empty_market_has_no_modifiers(tmp_path, rules):
    with market_of({}, tmp_path) as market:
        assert market.modifiers(as_of=AS_OF, rulebook=rules).num_rows == 0


def test_the_small_rulebook_is_in_order():
    assert read_rulebook(LISTINGS, "listings.toml").score is not None
