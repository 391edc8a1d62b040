"""A limit in money, from the facts to what is told: what it leaves out, what no rate converts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.cli import summary
from goodstanding.cli.tally import tallied
from goodstanding.database.duckdb import DuckDB
from goodstanding.explanation.answer import Explanation
from goodstanding.explanation.explaining import explain
from goodstanding.explanation.telling import text
from goodstanding.facts.store import Settings
from goodstanding.rulebook import bundled
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import AS_OF, KNOWN_AT, loaded, orders, question, together
from tests.memory_market import load_facts
from tests.oracle_facts import Facts, Row
from tests.small_rulebook import changed

FEEDBACK = bundled.load("aliexpress-feedback")
PLACED_ON = AS_OF - timedelta(days=9)


def paid(*amounts: tuple[int | None, str | None]) -> Facts:
    """Write rated orders of the day before last week, O1 and so on, with what was paid."""
    facts = orders(len(amounts))
    for row, (amount, currency) in zip(facts["orders"], amounts, strict=True):
        row |= {"amount_minor": amount, "currency": currency}
    return facts


def rate(ppm: int = 1_200_000, one: str = "EUR", recorded_at: datetime | None = None) -> Row:
    return {
        "day": PLACED_ON,
        "from_currency": one,
        "to_currency": "USD",
        "ppm": ppm,
        "recorded_at": recorded_at,
    }


@pytest.fixture(scope="module")
def market() -> tuple[DuckDB, Settings]:
    facts = paid((499, "USD"), (500, "USD"), (416, None), (417, "EUR"), (1, "BRL"), (None, "BRL"))
    more = paid((1, "BRL"))
    more["orders"][0] |= {"order_id": "O9", "buyer_id": "B9"}
    more["feedback"][0] |= {"feedback_id": "F9", "order_id": "O9"}
    dispute = {"dispute_id": "D1", "order_id": "O9", "opened_at": datetime(2018, 7, 25)}
    disputes = {"disputes": [dispute | {"reason": "not_received"}], "rates": [rate()]}
    return loaded(together(facts, more) | disputes)


@pytest.fixture(scope="module")
def told(market: tuple[DuckDB, Settings]) -> Explanation:
    return explain(*market, question(rulebook=FEEDBACK))


def test_small_orders_are_left_out_in_whatever_currency_they_were_paid(told: Explanation):
    assert [row.order_id for row in told.rows] == ["O2", "O4", "O5", "O6"]
    because = {row.order_id: row.because for row in told.not_counted.listed}
    small = "The buyer paid less than 5 USD."
    assert {order for order, why in because.items() if why == small} == {"O1", "O3"}


def test_what_no_rate_converts_counts_and_is_named_unless_it_is_left_out_anyway(told: Explanation):
    found = told.unconverted
    assert (found.n, found.currencies, found.order_ids) == (1, ("USD",), ("O5",))
    assert (
        "Amounts that could not be converted: 1\n"
        "  - No exchange rate into USD is known by the day of the order, so that no limit\n"
        "    in it applies: O5."
    ) in text(told)


def test_the_summary_counts_what_could_not_be_converted(market: tuple[DuckDB, Settings]):
    results = assessing.assess(*market, question(None, rulebook=FEEDBACK))
    said = dict(summary.entries(tallied(results, FEEDBACK), None, "UTC"))
    assert said["orders"] == "4 counted, 3 excluded (1 dispute, 2 small order), 0 repeated"
    assert said["not converted"] == (
        "1 amount that could not be converted (no exchange rate by the day of the order: the "
        "limit in money does not apply)"
    )


def test_where_every_amount_is_converted_the_summary_says_nothing_of_it():
    database, settings = loaded(paid((1, "USD")))
    results = assessing.assess(database, settings, question(None, rulebook=FEEDBACK))
    assert "not converted" not in dict(summary.entries(tallied(results, FEEDBACK), None, "UTC"))


def test_a_rate_that_comes_later_changes_no_kept_row_and_holds_from_when_it_was_heard():
    database, settings = loaded(paid((1, "BRL")))
    heard = datetime(2019, 1, 1)
    late = rate(200_000, "BRL", heard)
    assert load_facts(database, settings, {"rates": [late]}) == 0
    counts = {}
    for known_at in (datetime(2018, 12, 31), KNOWN_AT):
        asked = Question(rulebook=FEEDBACK, as_of=AS_OF, known_at=known_at)
        (row,) = assessing.assess(database, settings, asked).to_pylist()
        counts[known_at] = row["feedback_score_numerator"], row["amounts_unconverted"]
    assert list(counts.values()) == [(1, 1), (0, 0)]


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept rows", "rows derived anew"])
def test_a_measure_of_lines_may_ask_for_an_amount_too(is_kept: bool):
    rulebook = read_rulebook(
        changed(
            ('from = "order"', 'from = "line"'),
            ('"within(closed_on)"', "\"within(closed_on) and line_amount_minor >= 'USD 6.00'\""),
        ),
        "small.toml",
    )
    facts = paid((1100, "EUR"), (1100, "BRL")) | {"rates": [rate()]}
    facts["order_lines"] = [
        {"order_id": order, "line_no": line, "listing_id": "L1", "amount_minor": amount}
        for order in ("O1", "O2")
        for line, amount in ((1, 500), (2, 499), (3, 101))
    ]
    database, settings = loaded(facts)
    if not is_kept:
        again = facts["orders"][0] | {"recorded_at": KNOWN_AT + timedelta(days=1)}
        load_facts(database, settings, {"orders": [again | {"currency": "USD"}]})
    (row,) = assessing.assess(database, settings, question("S1", rulebook=rulebook)).to_pylist()
    assert (row["bad_rate_denominator"], row["amounts_unconverted"]) == (1, 3)
    if is_kept:
        found = explain(database, settings, question(rulebook=rulebook)).unconverted
        assert (found.n, found.order_ids) == (3, ("O2",))
