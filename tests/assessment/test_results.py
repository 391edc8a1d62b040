"""What every result repeats is held once, however many results there are."""

from datetime import date

import pytest

from goodstanding.assessment import assessing, results
from goodstanding.assessment.questions import Question
from goodstanding.facts.store import Settings
from goodstanding.rulebook import bundled
from tests.memory_market import empty_market, load_facts
from tests.small_facts import at, order

SETTINGS = Settings(time_zone="UTC", currency="EUR")
KNOWN_AT = at("2018-08-01T12:00")


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_what_results_repeat_is_the_same_however_little_is_held(monkeypatch, at_once):
    database = empty_market(SETTINGS)
    sellers = ("S1", "S2", "S3", "S4", "S5")
    load_facts(
        database, SETTINGS, {"orders": [order(f"O-{each}", seller_id=each) for each in sellers]}
    )
    asked = Question(
        rulebook=bundled.load("service-level"), as_of=date(2018, 7, 31), known_at=KNOWN_AT
    )
    before = assessing.assess(database, SETTINGS, asked)
    monkeypatch.setattr(results, "_HELD_AT_ONCE", at_once)
    after = assessing.assess(database, SETTINGS, asked)
    assert after.equals(before)
    assert after["subject_id"].to_pylist() == list(sellers)
    digests = after["rulebook_digest"]
    assert set(digests.to_pylist()) == {asked.rulebook.digest}
    whole = [each for each in digests.chunks if len(each) == at_once]
    held = {each.buffers()[2].address for each in whole}
    assert (len(whole), len(held)) == (5 // at_once, 1)
