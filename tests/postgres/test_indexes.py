"""One seller, one listing and one buyer are found by index, whatever else the market holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import goodstanding
from goodstanding.assessment import assessing
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.postgres import PostgreSQL
from goodstanding.explanation.copied_facts import copy_facts
from goodstanding.facts.store import Settings, create_tables
from goodstanding.sample import generate
from tests.asked_of_twins import NOW
from tests.postgres.conftest import Server, copied

pytestmark = pytest.mark.slow

ORDERS = 40_000
MANY = 5_000  # rows; of fewer a table may as well be read from end to end
ALL_READ = {"buyers"}  # whose account was closed for abuse is asked of all of them
ASKED = {"seller": "service-level", "listing": "service-links-listing", "buyer": "buyer-score"}
NAMED = {
    "seller": "orders join seller_ids using (seller_no)",
    "listing": "order_lines join listing_ids using (listing_no)",
    "buyer": "orders join buyer_ids using (buyer_no)",
}


@pytest.fixture(scope="module")
def large(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a market that is large enough for the server to look for an index."""
    folder = tmp_path_factory.mktemp("large")
    generate(orders=ORDERS, seed=1, out=folder / "facts")
    with goodstanding.new(folder / "m.duckdb", time_zone="Europe/Berlin", currency="EUR") as market:
        market.load(folder / "facts", recorded="occurred")
    address = server.address()
    copied(folder / "m.duckdb", address)
    return address


@pytest.mark.parametrize("past", [False, True], ids=["as known now", "as known in the past"])
@pytest.mark.parametrize("kind", ASKED)
def test_one_subject_is_found_by_index(large: str, kind: str, past: bool, monkeypatch):
    read: list[dict[str, int]] = []
    running = PostgreSQL._table

    def noted(self: PostgreSQL, text: str, values: Any) -> Any:
        read.append(rows_read(self, text, values))
        return running(self, text, values)

    with goodstanding.open(large, read_only=True, clock=lambda: NOW) as market:
        database = market._database
        assert isinstance(database, PostgreSQL)
        # Of all of them the one whose number of rows lies in the middle.
        counted = database.rows(
            f"select {kind}_id from {NAMED[kind]} group by {kind}_id order by count(*), {kind}_id"
        )
        subject = counted[len(counted) // 2][0]
        as_of, known_at = ("2025-03-31", "2025-04-01T12:00") if past else ("2025-06-30", None)
        question = market._question(ASKED[kind], as_of, known_at, None, subject)
        monkeypatch.setattr(PostgreSQL, "_table", noted)
        assert assessing.was_there(database, market.settings, question)
        copied_for(database, market.settings, question)
        if question.rulebook.peers is None:  # else everybody is judged together
            assert assessing.assess(database, market.settings, question).num_rows == 1
    assert any("kept_orders" in each for each in read)
    of_many = {name: rows for each in read for name, rows in each.items() if rows >= MANY}
    assert set(of_many) <= ALL_READ, of_many


def copied_for(database: PostgreSQL, settings: Settings, question: Question) -> None:
    """Copy what concerns the subject of a question into memory, as what explains it does."""
    number = assessing.subject_number(database, question)
    assert number is not None
    memory = DuckDB.open(None)
    create_tables(memory, settings)
    copy_facts(database, memory, compile_rulebook(question.rulebook), number)
    memory.close()


def rows_read(database: PostgreSQL, text: str, values: Any) -> dict[str, int]:
    """Run a statement; return of each table that it reads how many rows, from end to end."""
    asked = database._connection.execute(
        f"explain (analyze, timing off, format json) {text}", dict(values or {})
    )
    said = asked.fetchone()
    assert said is not None
    read: dict[str, int] = {}
    for node in nodes(said[0][0]["Plan"]):
        if name := node.get("Relation Name"):
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            is_whole = node["Node Type"] == "Seq Scan"
            read[name] = read.get(name, 0) + (int(rows * node["Actual Loops"]) if is_whole else 0)
    return read


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)
