"""The fewest changes: found whatever the threshold, each answer judged, and one fewer too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from goodstanding.explanation.scenarios import Judged, Scenario
from goodstanding.explanation.searching import Fewest, fewest


def searched(most: int, threshold: int) -> tuple[Fewest, set[int], int]:
    """Search where `threshold` changes do; return what was found, tried, and in how many rounds."""
    search = fewest(lambda n: Scenario(added_n=n), lambda judged: judged["does"], most)
    tried: set[int] = set()
    rounds = 0
    answers: list[Judged] | None = None
    while True:
        try:
            asked = next(search) if answers is None else search.send(answers)
        except StopIteration as end:
            return end.value, tried, rounds
        rounds += 1
        tried |= {scenario.added_n for scenario in asked}
        answers = [{"does": s.added_n >= threshold, "n": s.added_n} for s in asked]


@given(st.integers(1, 20_000), st.integers(1, 25_000))
def test_the_fewest_are_found_and_one_fewer_was_tried(most: int, threshold: int):
    found, tried, rounds = searched(most, threshold)
    if threshold > most:
        assert found == Fewest(n=None, result={"does": False, "n": most})
    else:
        assert found == Fewest(n=threshold, result={"does": True, "n": threshold})
        assert threshold == 1 or threshold - 1 in tried
    assert max(tried) <= most
    assert rounds <= 7


def test_nothing_to_try_finds_nothing():
    assert searched(0, 1) == (Fewest(n=None, result=None), set(), 0)


def test_few_changes_are_found_in_one_round():
    for threshold in range(1, 9):
        assert searched(20_000, threshold)[2] == 1
