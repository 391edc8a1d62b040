"""Results taken in parts, of which each repeats what is held once."""

from datetime import date

import pyarrow as pa
import pytest

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.facts.store import Settings
from goodstanding.rulebook import bundled
from tests.memory_market import empty_market, load_facts
from tests.small_facts import at, order

SETTINGS = Settings(time_zone="UTC", currency="EUR")
SELLERS = ("S1", "S2", "S3", "S4", "S5")
ASKED = Question(
    rulebook=bundled.load("service-level"), as_of=date(2018, 7, 31), known_at=at("2018-08-01T12:00")
)


@pytest.fixture
def market() -> DuckDB:
    database = empty_market(SETTINGS)
    facts = [order(f"O-{each}", seller_id=each) for each in SELLERS]
    load_facts(database, SETTINGS, {"orders": facts})
    return database


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_results_in_parts_are_the_same_and_repeat_what_is_held_once(market, rows):
    parts = list(assessing.assess_in_parts(market, SETTINGS, ASKED, rows))
    assert [each.num_rows for each in parts] == {1: [1] * 5, 2: [2, 2, 1], 4: [4, 1]}[rows]
    whole = assessing.assess(market, SETTINGS, ASKED)
    assert pa.concat_tables(parts).equals(whole)
    assert whole["subject_id"].to_pylist() == list(SELLERS)
    digests = pa.concat_tables(parts)["rulebook_digest"]
    assert set(digests.to_pylist()) == {ASKED.rulebook.digest}
    assert len({each.buffers()[2].address for each in digests.chunks}) == 1


def test_of_nobody_there_is_one_part_without_rows():
    (part,) = assessing.assess_in_parts(empty_market(SETTINGS), SETTINGS, ASKED)
    assert part.num_rows == 0
    assert "bad_experience_rate_value" in part.column_names


def test_between_two_parts_anything_may_be_asked_and_loaded(market):
    before = assessing.assess(market, SETTINGS, ASKED)
    parts = assessing.assess_in_parts(market, SETTINGS, ASKED, 2)
    taken = [next(parts)]
    load_facts(market, SETTINGS, {"orders": [order("O-more", seller_id="S3")]})
    among = assessing.assess_in_parts(market, SETTINGS, ASKED, 1)
    next(among)
    assert pa.concat_tables([*taken, *parts]).equals(before)
    del among
    assert market.rows("select table_name from duckdb_tables() where temporary") == []
