"""Search results in their order: by relevance and, within the bound, by service."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import goodstanding
from goodstanding.effects.rank import ADDED, Weight, ranked
from goodstanding.effects.search_results import SearchResults
from goodstanding.errors import RankingRefused, SourceUnreadable
from tests.effects.listing_rulebook import LISTINGS
from tests.effects.small_market import AS_OF

MILLION = 1_000_000


def order(rows: Sequence[tuple[str, str, int]], query: Sequence[str | None] | None = None) -> Any:
    """Rank rows of a listing, its relevance and its modifier in millionths."""
    results = SearchResults(
        rows=pa.table({"row": pa.array(range(len(rows)), pa.int64())}),
        listing_ids=[listing for listing, _, _ in rows],
        relevances=[Decimal(relevance) for _, relevance, _ in rows],
        queries=query or [None] * len(rows),
    )
    return ranked(results, [Weight(m, m, None, "none", "") for _, _, m in rows])


def listings(rows: Sequence[tuple[str, str, int]]) -> list[str]:
    return [rows[at][0] for at in order(rows)["row"].to_pylist()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # the product decides, exactly
        ([("A", "10", -50_000), ("B", "9.05", 50_000)], "BA"),  # 9.5 against 9.5025
        ([("A", "105", -50_000), ("B", "95", 50_000)], "AB"),  # 99.75 both: the more relevant
        ([("A", "105.00000000000000000001", -50_000), ("B", "95", 50_000)], "AB"),
        ([("A", "104.99999999999999999999", -50_000), ("B", "95", 50_000)], "BA"),
        # equal relevance: by service, also of what is not relevant at all
        ([("A", "7", 0), ("B", "7", 1), ("C", "7", -1)], "BAC"),
        ([("A", "0", 0), ("B", "0.0", 1), ("C", "0", -1)], "BAC"),
        ([("A", "0", 50_000), ("B", "5e-324", -50_000)], "BA"),
        # all alike: by id, and by its bytes
        ([("b", "7", 5), ("B", "7", 5), ("a", "7", 5), ("é", "7", 5), ("z", "7", 5)], "Babzé"),
    ],
)
def test_results_stand_in_the_order_of_relevance_and_service(rows, expected):
    assert "".join(listings(rows)) == expected
    assert "".join(listings(rows[::-1])) == expected


def test_each_result_has_its_place_with_and_without_service():
    found = order([("A", "10", -50_000), ("B", "9.5", 0), ("C", "9.4", 50_000), ("D", "1", 50_000)])
    assert found["row"].to_pylist() == [2, 0, 1, 3]
    assert found["place"].to_pylist() == [1, 2, 3, 4]
    assert found["place_without"].to_pylist() == [3, 1, 2, 4]
    assert found["weighed_relevance"].to_pylist() == [9.87, 9.5, 9.5, 1.05]
    assert found["modifier"].to_pylist()[0] == Decimal("0.050000")


def test_queries_are_ranked_each_by_itself_in_the_order_in_which_they_came():
    rows = [("A", "1", 0), ("B", "2", 0), ("C", "3", 0), ("D", "4", 0), ("E", "5", 0)]
    found = order(rows, ["q2", "q1", "q2", None, None])
    assert found["row"].to_pylist() == [2, 0, 1, 4, 3]
    assert found["place"].to_pylist() == [1, 2, 1, 1, 2]


def test_a_listing_that_is_there_twice_keeps_both_places():
    rows = [("A", "10", 0), ("B", "9", 0), ("A", "8", 0), ("A", "10", 0)]
    found = order(rows)
    assert found["row"].to_pylist() == [0, 3, 1, 2]  # of what is alike in all the first comes first
    assert found["place"].to_pylist() == found["place_without"].to_pylist() == [1, 2, 3, 4]


# Relevances near each other, so that modifiers decide, and far apart in size.
RELEVANCES = st.one_of(
    st.integers(0, 40),
    st.decimals("90", "110", places=20),
    st.decimals(0, 1000, places=3),
    st.floats(0, 1e299).map(repr),
).map(str)


@given(
    data=st.data(),
    b=st.sampled_from([1, 50_000, 200_000, 999_999]),
    relevances=st.lists(RELEVANCES, min_size=2, max_size=12),
)
def test_nothing_passes_what_is_more_relevant_by_more_than_the_bound_allows(data, b, relevances):
    near = data.draw(st.sampled_from(relevances))
    # One just as much more relevant than another as may still be passed, and one a little more.
    at_the_bound = Fraction(near) * Fraction(MILLION + b, MILLION - b)
    if at_the_bound.denominator == 1:
        relevances += [str(at_the_bound), f"{at_the_bound}.{'0' * 18}1"[:38]]
    rows = [
        (data.draw(st.sampled_from("ABCDEFGH")), relevance, data.draw(st.integers(-b, b)))
        for relevance in relevances
    ]
    found = order(rows)
    places = dict(zip(found["row"].to_pylist(), found["place"].to_pylist(), strict=True))
    exact = [Fraction(relevance) for _, relevance, _ in rows]
    for one, (_, _, m) in enumerate(rows):
        for other, (_, _, its_m) in enumerate(rows):
            if exact[one] * (MILLION - b) > exact[other] * (MILLION + b):
                assert places[one] < places[other]
            if exact[one] == exact[other] and m > its_m:
                assert places[one] < places[other]
            if exact[one] * (MILLION + m) > exact[other] * (MILLION + its_m):
                assert places[one] < places[other]
    shuffled = list(range(len(rows)))
    data.draw(st.randoms()).shuffle(shuffled)
    again = order([rows[at] for at in shuffled])
    assert [rows[at] for at in found["row"].to_pylist()] == [
        rows[shuffled[at]] for at in again["row"].to_pylist()
    ]


RESULTS = [
    {"listing_id": "BAD", "relevance": 10.4, "price": 1},
    {"listing_id": "GOOD", "relevance": 10, "price": 2},
    {"listing_id": "NOBODY", "relevance": 9.9, "price": 3},
    {"listing_id": "NEVER", "relevance": 9.8, "price": 4},
    {"listing_id": "ALONE", "relevance": 9.7, "price": 5},
    {"listing_id": "UNRATED", "relevance": 9.65, "price": None},
]


def test_each_result_says_what_moved_it(market, rules):
    found = market.rank(RESULTS, as_of=AS_OF, rulebook=rules)
    assert found.column_names == ["listing_id", "relevance", "price", *ADDED]
    told = {
        r["listing_id"]: (r["place"], r["place_without"], r["score_from"], r["because"])
        for r in found.to_pylist()
    }
    assert told == {
        "GOOD": (1, 2, "listing", "Its own score: 100.00, of 2 order lines."),
        "NEVER": (2, 4, "store", "Its store's score, as nothing of its own counts: 94.80."),
        "NOBODY": (3, 3, "none", "The market does not know it by 2018-08-20."),
        "BAD": (4, 1, "listing", "Its own score: 0.00, of 1 order line."),
        "ALONE": (5, 5, "none", "Neither it nor its store has a score."),
        "UNRATED": (6, 6, "store", "Its store's score, as nothing of its own counts: 8.00."),
    }
    assert found["service_score"].to_pylist()[2] is None
    assert found["modifier_millionths"].to_pylist()[0] == 50_000


def test_the_same_results_come_out_the_same_whatever_they_come_in(market, rules):
    def rank(results: Any) -> list[dict[str, Any]]:
        ranked: list[dict[str, Any]] = market.rank(results, as_of=AS_OF, rulebook=rules).to_pylist()
        return ranked

    again = [RESULTS[at] for at in (3, 5, 1, 0, 4, 2)]
    assert rank(RESULTS) == rank(again) == rank(pa.Table.from_pylist(RESULTS))
    frame = pd.DataFrame(RESULTS[:5])
    assert rank(frame) == rank(RESULTS[:5])


def test_the_modifier_of_a_result_is_that_of_the_table(market, rules):
    table = market.modifiers(as_of=AS_OF, rulebook=rules).to_pylist()
    by_id = {each["listing_id"]: each for each in table}
    for result in market.rank(RESULTS, as_of=AS_OF, rulebook=rules).to_pylist():
        if result["listing_id"] != "NOBODY":
            modifier = by_id[result["listing_id"]]
            for name in ("modifier", "modifier_millionths", "service_score", "score_from"):
                assert result[name] == modifier[name]


def test_no_results_are_ranked_as_none(market, rules):
    found = market.rank(pa.table({"listing_id": [], "relevance": []}), as_of=AS_OF, rulebook=rules)
    assert (found.num_rows, found.column_names) == (0, ["listing_id", "relevance", *ADDED])
    assert market.rank([], as_of=AS_OF, rulebook=rules).column_names == list(ADDED)


def test_equally_relevant_listings_stand_by_their_scores_where_rounding_leaves_one_modifier(
    market, tmp_path
):
    mine = tmp_path / "mine.toml"
    effect = '[[effect]]\ndoes = "rank"\namount = 0.000001\nconfidence = "own design"\n'
    mine.write_text(f"{LISTINGS}\n{effect}", encoding="utf-8")
    results = [{"listing_id": each, "relevance": 7} for each in ("FAIR", "NOBODY", "GOOD")]
    found = market.rank(results, as_of=AS_OF, rulebook=mine).to_pylist()
    assert [(each["listing_id"], each["modifier_millionths"]) for each in found] == [
        ("GOOD", 1),
        ("FAIR", 1),
        ("NOBODY", 0),
    ]


def test_what_rank_returned_is_not_ranked_again(market, rules):
    found = market.rank(RESULTS, as_of=AS_OF, rulebook=rules)
    with pytest.raises(SourceUnreadable, match="of these names: 'place', 'place_wi"):
        market.rank(found, as_of=AS_OF, rulebook=rules)


def test_a_market_is_left_as_it_was_by_what_is_refused(market, rules):
    with pytest.raises(RankingRefused):
        market.rank([{"listing_id": "GOOD", "relevance": "?"}], as_of=AS_OF, rulebook=rules)
    assert market.rank(RESULTS, as_of=AS_OF, rulebook=rules).num_rows == len(RESULTS)
    left = market._database.rows("select view_name from duckdb_views() where not internal")
    assert left == []


def test_a_market_that_is_only_read_ranks_too(market, rules, tmp_path):
    expected = market.rank(RESULTS, as_of=AS_OF, rulebook=rules)
    place = tmp_path / "copy.duckdb"
    market._database.execute("checkpoint")
    place.write_bytes(market.path.read_bytes())
    with goodstanding.open(place, read_only=True) as read_only:
        assert read_only.rank(RESULTS, as_of=AS_OF, rulebook=rules).equals(expected)
