"""What a rulebook asks of every result is that of the very rulebook, however alike another is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from goodstanding.assessment.every_result import of_every_result
from goodstanding.rulebook import bundled

DAY = date(2018, 7, 31)


def test_it_is_found_once_for_each_rulebook_and_its_days():
    rulebook = bundled.load("buyer-score")
    found = of_every_result(rulebook, None, DAY)
    assert found.benchmarks == {"free_return_rate": ["peer_rate"]}
    assert of_every_result(rulebook, None, DAY) is found
    assert of_every_result(rulebook, None, date(2018, 8, 1)) is not found


def test_of_one_with_the_same_digest_it_is_its_own():
    rulebook = bundled.load("buyer-score")
    alone = replace(rulebook, indicators={}, points={}, score=None)
    assert alone.digest == rulebook.digest
    assert of_every_result(rulebook, None, DAY).benchmarks
    assert of_every_result(alone, None, DAY).benchmarks == {}
