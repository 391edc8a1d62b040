"""Lots: what one tells, exactly; and that a market keeps the one secret they are made with."""

from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from goodstanding.effects import lots
from tests.effects.buyers_market import market_of, waiting

SHARES = [Fraction(n, 60) for n in range(61)]


def says_good(*, is_good: bool) -> Fraction:
    """Return how often a lot says good standing of one who is, or is not."""
    return lots.TRUE if is_good else 1 - lots.TRUE


def right(share: Fraction, years: int) -> Fraction:
    """Return how often the best guess is right, from the lots of so many years in one class."""
    found = Fraction(0)
    for seen in product([True, False], repeat=years):
        alike = {is_good: Fraction(1) for is_good in (True, False)}
        for is_good, says in product(alike, seen):
            said = says_good(is_good=is_good)
            alike[is_good] *= said if says else 1 - said
        found += max(share * alike[True], (1 - share) * alike[False])
    return found


@pytest.mark.parametrize("share", SHARES, ids=str)
def test_the_best_guess_from_a_years_lot_is_no_better_than_the_shares_allow_or_two_in_three(share):
    assert right(share, 1) == max(share, 1 - share, lots.TRUE)


@pytest.mark.parametrize(("years", "enough"), [(1, "2/3"), (2, "4/5"), (3, "8/9")])
def test_over_years_in_one_class_the_shares_have_to_be_larger_for_nothing_to_be_told(years, enough):
    share = Fraction(enough)
    assert right(share, years) == share
    assert right(share - Fraction(1, 1000), years) > share - Fraction(1, 1000)
    assert share / (1 - share) == 2**years


def test_a_lot_tells_the_class_in_two_of_three_cases_for_either_class():
    secrets = [f"secret {n}" for n in range(300)]
    for is_good in (True, False):
        said = [
            lots.is_first(s, year=2026, buyer_no=n, is_good=is_good, drawn="scored")
            for s in secrets
            for n in range(30)
        ]
        share = sum(each is is_good for each in said) / len(said)
        assert abs(share - 2 / 3) < 4 * (2 / 9 / len(said)) ** 0.5


def test_lots_of_years_of_buyers_and_of_an_objection_fall_by_themselves():
    def drawn(secret: str, **said: Any) -> list[bool]:
        asked: dict[str, Any] = {"year": 2026, "is_good": True, "drawn": "scored"} | said
        return [lots.is_first(secret, buyer_no=n, **asked) for n in range(3000)]

    first = drawn("s")
    assert first == drawn("s")
    others = [drawn("s", year=2027), drawn("s", drawn="objected"), drawn("t"), first[1:]]
    for other in others:
        alike = sum(a is b for a, b in zip(first, other, strict=False)) / len(other)
        assert abs(alike - 5 / 9) < 0.04  # of two lots that know nothing of each other


def test_a_secret_is_drawn_once_and_stays_when_the_queue_is_turned_off_and_on(tmp_path):
    with market_of(waiting({"B1": "new"}), tmp_path) as market:
        before = lots.secret_of(market._database)
        assert len(bytes.fromhex(before)) == 32
        market.switch_effect("queue", is_on=False, decided_by="Bea")
        market.switch_effect("queue", is_on=True, decided_by="Bea")
        assert lots.secret_of(market._database) == before


def test_lots_are_not_drawn_before_the_queue_was_turned_on(tmp_path):
    with market_of(waiting({"B1": "new"}), tmp_path) as market:
        market._database.execute("delete from effect_secret")
        with pytest.raises(ValueError, match="once the queue was turned on"):
            lots.secret_of(market._database)
