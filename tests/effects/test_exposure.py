"""The terms of rank: which rulebooks it goes by, its bound, and how it is disclosed."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from goodstanding.effects.exposure import terms
from goodstanding.errors import ArgumentInvalid, RulebookUnknown
from tests.effects.listing_rulebook import LISTINGS
from tests.effects.small_market import AS_OF

SCORED = LISTINGS[LISTINGS.index("[points.") :]


def test_a_listing_may_pass_one_that_is_a_tenth_more_relevant(market, rules):
    found = market.exposure(as_of=AS_OF, rulebook=rules)
    assert found.bound == Fraction(5, 100)
    assert found.passes_by == Fraction(10, 95)


def test_a_rulebook_says_its_own_bound(market, tmp_path):
    mine = tmp_path / "mine.toml"
    effect = '[[effect]]\ndoes = "rank"\namount = 0.125\nconfidence = "own design"\n'
    mine.write_text(f"{LISTINGS}\n{effect}", encoding="utf-8")
    found = market.exposure(as_of=AS_OF, rulebook=mine)
    assert (found.bound, found.passes_by) == (Fraction(1, 8), Fraction(2, 7))
    table = market.modifiers(as_of=AS_OF, rulebook=mine).to_pylist()
    moved = {each["listing_id"]: (each["modifier"], each["bound"]) for each in table}
    assert moved["GOOD"] == (Decimal("0.125"), Decimal("0.125"))
    assert moved["FAIR"] == (Decimal("0.0625"), Decimal("0.125"))
    said = dict(terms(found))["ranked by"]
    assert "m is -12.50 % at a score of 0" in said
    assert "more than 28.58 % more relevant" in said


@pytest.mark.parametrize(("said", "centre"), [("centre = 75.5", Fraction(151, 2)), ("", 50)])
def test_a_rulebook_says_its_own_centre_or_it_is_the_middle(market, tmp_path, said, centre):
    mine = tmp_path / "mine.toml"
    effect = f'[[effect]]\ndoes = "rank"\namount = 0.05\n{said}\nconfidence = "own design"\n'
    mine.write_text(f"{LISTINGS}\n{effect}", encoding="utf-8")
    assert market.exposure(as_of=AS_OF, rulebook=mine).centre == centre


def test_stores_are_scored_by_the_version_in_force_on_the_day(market, rules):
    def version(day: str) -> date | None:
        stores = market.exposure(as_of=day, rulebook=rules).stores
        return None if stores is None else stores.rulebook.version

    assert version("2018-07-24") == date(2015, 10, 8)
    assert version("2018-07-25") == date(2018, 7, 25)
    assert version("2015-10-07") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('subject = "listing"', 'subject = "seller"', "'listings' judges sellers, and rank goes"),
        (SCORED, "", "'listings' gives no score, and rank goes by one"),
        ('assessed = "daily"', 'assessed = "month-end"', "'listings' is not assessed every day"),
    ],
)
def test_nothing_is_ranked_by_a_rulebook_of_another_kind(market, tmp_path, old, new, said):
    mine = tmp_path / "mine.toml"
    assert old in LISTINGS
    mine.write_text(LISTINGS.replace(old, new), encoding="utf-8")
    for ask in (partial(market.rank, []), market.modifiers, market.exposure):
        with pytest.raises(ArgumentInvalid, match=said) as caught:
            ask(as_of=AS_OF, rulebook=mine)
        assert caught.value.hint is not None
        assert "name" in caught.value.hint.lower()


def test_a_rulebook_that_nobody_knows_is_refused(market):
    with pytest.raises(RulebookUnknown, match="no rulebook 'listing'"):
        market.modifiers(as_of=AS_OF, rulebook="listing")


def test_the_terms_say_what_goes_into_rank_and_its_size(market, rules):
    said = dict(terms(market.exposure(as_of=AS_OF, rulebook=rules)))
    assert said["ranked by"] == (
        "relevance times (1 + m): m is -5 % at a score of 0, 0 at 50, +5 % at 100, in proportion "
        "between\nno listing passes one that is more than 10.53 % more relevant"
    )
    assert said["score"].split("\n") == [
        "Listings by their stars (listings, version 2015-10-08)",
        "made of stars 100",
    ]
    assert said["without one"].startswith("the store's score: AliExpress daily service score")
    assert "made of non sale 10, not received 15" in said["without one"]
    assert said["not measured"] == "what this does to sales"


def test_the_terms_say_that_no_store_is_scored(market, rules):
    said = dict(terms(market.exposure(as_of="2015-10-07", rulebook=rules, version="2015-10-08")))
    assert said["without one"] == "m is 0: no rulebook that scores stores is in force on the day"


def test_a_scale_that_does_not_begin_at_0_has_its_own_middle(market, tmp_path: Path):
    mine = tmp_path / "mine.toml"
    mine.write_text(LISTINGS.replace("range = [0, 100]", "range = [-20, 75]"), encoding="utf-8")
    said = dict(terms(market.exposure(as_of=AS_OF, rulebook=mine)))
    assert "-5 % at a score of -20, 0 at 27.5, +5 % at 75" in said["ranked by"]
