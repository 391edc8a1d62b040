"""The attack: a seller who sees every list and every count guesses the class of one buyer.

The seller knows everything else: the classes and the lots of all other buyers, who may be its own
people, and it has them order whatever it likes. docs/queue.md has the bound:
a guess is right at most as often as the larger class's share, or two times in three, whichever is
more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from random import Random

import pytest

from goodstanding.effects import lots, queue
from goodstanding.effects.open_orders import OpenOrder
from tests.effects.buyers_market import AS_OF, SHIP_BY, market_of, opened, waiting

pytestmark = pytest.mark.slow

TRIALS = 3000
YEAR = 2026
TARGET = 0
KNOWN = range(1, 31)  # the seller's own people
# Four standard deviations of the share of right guesses, where it is furthest from certain.
TOLERANCE = 4 * 0.5 / TRIALS**0.5

Seen = tuple[object, ...]


def most_allowed(share: float) -> float:
    """Return the bound: what the shares of the classes allow, or two in three."""
    return max(share, 1 - share, float(lots.TRUE))


def order(buyer_no: int, number: int, day: date) -> OpenOrder:
    at = datetime.combine(day, datetime.min.time())
    return OpenOrder(
        order_id=f"{buyer_no}-{number}",
        buyer_no=buyer_no,
        ship_by=at,
        ship_by_on=day,
        is_past=False,
    )


def lists_of_a_year() -> Iterator[list[OpenOrder]]:
    """Yield open orders day by day: the target's, and of those known more and more.

    So the count passes every number at which it is rounded otherwise, with the target and
    without.
    """
    day = date(YEAR, 1, 1)
    for number, known in enumerate((20, 21, 22, 23, 24, 25, 30)):
        others = [order(n, number, day) for n in KNOWN[:known]]
        yield others
        yield [*others, order(TARGET, number, day)]
        yield [*others, *(order(TARGET, 100 * number + n, day) for n in range(5))]
        day += timedelta(days=30)


def seen(open_orders: list[OpenOrder], first: set[int]) -> Seen:
    """Return all that a seller is told of some open orders."""
    served = tuple(each.order_id for each in queue.ordered(open_orders, first))
    return (served, queue.told(open_orders, first))


def year_seen(first: set[int]) -> Seen:
    return tuple(seen(each, first) for each in lists_of_a_year())


def drawn_first(secret: str, buyers: Iterable[int], good: set[int]) -> set[int]:
    return {
        n
        for n in buyers
        if lots.is_first(secret, year=YEAR, buyer_no=n, is_good=n in good, drawn="scored")
    }


def guesses(share: float, *, by_lots: bool, seed: int) -> float:
    """Return how often the best guess is right of a target whom the share has in good standing.

    The seller works out both lists that it could see, and so learns all that can be learned.
    """
    draw = Random(seed)  # noqa: S311 -- the same attack each time
    known_good = set(KNOWN[::2])
    transcripts: dict[frozenset[int], tuple[Seen, Seen]] = {}
    right = 0
    likely = {True: float(lots.TRUE), False: 1 - float(lots.TRUE)}
    for trial in range(TRIALS):
        is_good = draw.random() < share
        good = known_good | ({TARGET} if is_good else set())
        first = good
        if by_lots:  # those of the others are few, so that what is seen of them is worked out once
            first = drawn_first(f"others {trial % 20}", KNOWN, good)
            first |= drawn_first(f"{seed} {trial}", [TARGET], good)
        others = frozenset(first - {TARGET})
        if others not in transcripts:
            transcripts[others] = (year_seen({*others, TARGET}), year_seen(set(others)))
        whether_first = transcripts[others]
        assert whether_first[0] != whether_first[1]  # the lot itself is seen
        says_good = year_seen(first) == whether_first[0] if trial < 20 else TARGET in first
        for_good = share * likely[says_good] if by_lots else float(says_good)
        for_other = (1 - share) * likely[not says_good] if by_lots else float(not says_good)
        right += (for_good >= for_other) is is_good
    return right / TRIALS


@pytest.mark.parametrize("share", [0.1, 0.25, 1 / 3, 0.5, 0.6, 2 / 3, 0.8, 0.95])
def test_a_seller_who_sees_every_list_of_a_year_guesses_no_better_than_the_shares_allow(share):
    found = guesses(share, by_lots=True, seed=round(share * 100))
    assert found <= most_allowed(share) + TOLERANCE
    assert found >= most_allowed(share) - TOLERANCE  # the attack is as good as one can be


def test_the_same_attack_knows_every_class_where_no_lots_are_drawn():
    assert guesses(0.5, by_lots=False, seed=1) == 1.0


def test_nothing_a_seller_is_told_follows_from_a_class_but_by_lots(tmp_path, monkeypatch):
    fallen = {n: n % 3 == 0 for n in range(1, 60)}
    monkeypatch.setattr(lots, "is_first", lambda *_, buyer_no, **__: fallen[buyer_no])
    bands = {f"B{n:02}": "standard" for n in range(24)}
    told = []
    for place, planted in enumerate(["new", "limited", "standard", "trusted", "excellent"]):
        folder = tmp_path / str(place)
        folder.mkdir()
        with market_of(waiting(bands | {"B07": planted}), folder) as market:
            told.append(market.queue("S1", as_of=AS_OF).as_dict())
    assert told == told[:1] * 5


def test_of_a_whole_market_the_place_in_the_list_tells_a_class_as_seldom(tmp_path):
    bands = {f"B{n:03}": "trusted" if n % 2 else "standard" for n in range(300)}
    more = [opened(f"P-{buyer}", buyer, SHIP_BY + timedelta(days=1)) for buyer in bands]
    right, tried = Counter[bool](), 8
    with market_of(waiting(bands, orders=more), tmp_path) as market:
        for n in range(tried):
            market._database.execute("update effect_secret set secret = $s", {"s": f"secret {n}"})
            found = market.queue("S1", as_of=AS_OF).orders
            days = [[each.order_id[2:] for each in found[at : at + 300]] for at in (0, 300)]
            early = [set(day[:150]) for day in days]
            for buyer, band in bands.items():
                guess = sum(buyer in half for half in early) == 2
                right[guess is (band == "trusted")] += 1
    assert right.total() == 300 * tried
    share = right[True] / right.total()
    assert 0.5 < share <= most_allowed(0.5) + 4 * 0.5 / right.total() ** 0.5
