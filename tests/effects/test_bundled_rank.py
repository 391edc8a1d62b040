"""Ranking by the score of listings that comes with the program."""

from fractions import Fraction

from goodstanding.effects.exposure import LISTING_SCORE, terms
from tests.effects.small_market import AS_OF
from tests.effects.test_rank import RESULTS


def test_the_score_of_a_listing_that_leans_on_its_store_moves_it(market):
    found = {each["listing_id"]: each for each in market.rank(RESULTS, as_of=AS_OF).to_pylist()}
    listings = market.assess(LISTING_SCORE, as_of=AS_OF)
    scores = dict(zip(*(listings[c].to_pylist() for c in ("subject_id", "score")), strict=True))
    stores = market.assess("aliexpress-daily-service-score", as_of=AS_OF)
    first = stores["score"][0].as_py()
    assert {name: each["service_score"] for name, each in found.items()} == {
        **{name: scores[name] for name in ("GOOD", "BAD", "UNRATED")},
        "NEVER": first,
        "NOBODY": None,
        "ALONE": None,
    }
    assert first > scores["BAD"]
    assert found["GOOD"]["because"] == (
        f"Its own score, leaning on its store's: {scores['GOOD']:.2f}, of 2 order lines."
    )
    assert found["NEVER"]["because"] == (
        f"Its store's score, as nothing of its own counts: {first:.2f}."
    )
    assert found["NEVER"]["score_from"] == "store"


def test_every_modifier_is_worked_out_from_the_score_of_the_listing(market):
    listings = market.assess(LISTING_SCORE, as_of=AS_OF)
    scores = dict(zip(*(listings[c].to_pylist() for c in ("subject_id", "score")), strict=True))
    table = market.modifiers(as_of=AS_OF).to_pylist()
    assert [each["listing_id"] for each in table] == list(scores)
    for each in table:
        score = scores[each["listing_id"]]
        assert each["service_score"] == score
        off = Fraction(0) if score is None else Fraction(score) - 90
        exact = off / (10 if off > 0 else 90) / 20
        assert abs(each["modifier_millionths"] - exact * 1_000_000) <= Fraction(1, 2) + Fraction(
            1, 10**6
        )
        assert {each["rulebook"], each["score_from"]} <= {LISTING_SCORE, "listing", "store", "none"}


def test_the_terms_say_what_it_leans_on(market):
    said = dict(terms(market.exposure(as_of=AS_OF)))
    assert said["score"].endswith("communication 15, logistics 15")
    assert said["leaning on"].startswith(
        "the store's score: AliExpress daily service score of 2018"
    )
    assert said["leaning on"].endswith("\nwithout any score m is 0")


def test_the_centre_is_that_of_the_rulebook_and_is_told(market):
    asked = market.exposure(as_of=AS_OF)
    assert asked.centre == 90
    assert "0 at 90" in dict(terms(asked))["ranked by"]
