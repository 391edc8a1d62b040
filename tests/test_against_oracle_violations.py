"""The SQL and the oracle keep the same ledgers of violations."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.assessment import assessing
from goodstanding.assessment.climbing import sanctions
from goodstanding.assessment.compiling import compile_rulebook
from goodstanding.assessment.questions import Question, bound_values, source_steps
from goodstanding.assessment.sanction_words import PARTS, sanction_column
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.steps import parse
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.store import Settings, market_clock
from goodstanding.rulebook import bundled
from tests import oracle_violations, postgres_market
from tests.markets import ODD_DAYS, Borders, Market, batches, perhaps, questions, seldom, versions
from tests.memory_market import empty_market, load_facts
from tests.oracle_facts import ONE_DAY, Facts, Row, first_instant, settled
from tests.oracle_violations import NODES, Ledger
from tests.postgres_server import find_binaries, running_server

RULEBOOK = bundled.load("aliexpress-violations")
COMPILED = compile_rulebook(RULEBOOK)
LEDGERS = (*NODES, *NODES, "conduct", None)
POINTS = ("0", "0.5", "2", "5.5", "5.999", "6", "12", "18", "24", "48")
# How long ago entries lie: within sanctions of every length, and at both ends of the year.
AGO = (0, 1, 2, 3, 6, 7, 13, 14, 29, 30, 200, 340, 358, 363, 364, 365, 366, 371, 378, 394, 730)
pytestmark = pytest.mark.recount
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def violations(draw: st.DrawFn, at: Borders, number: int) -> Row:
    return {
        "violation_id": f"V{number}",
        "subject_kind": draw(st.sampled_from(("seller", "seller", "seller", "listing"))),
        "subject_id": draw(st.sampled_from(("S1", "S2"))),
        "ledger": draw(st.sampled_from(LEDGERS)),
        "points": draw(st.sampled_from(POINTS).map(Decimal)),
        "occurred_at": draw(at.any()),
        "revoked_at": draw(seldom(at.any())),
    }


@st.composite
def charged_markets(draw: st.DrawFn) -> Market:
    """Draw a market in which violations are told late, corrected and revoked."""
    zone = draw(st.sampled_from(sorted(ODD_DAYS)))
    as_of = draw(st.sampled_from(ODD_DAYS[zone]))
    days = [first_instant(as_of - ago * ONE_DAY, zone) for ago in (*AGO, -1)]
    at = Borders(
        zone=zone, instants=tuple(day + timedelta(hours=n) for n in (12, 0) for day in days)
    )
    rows: list[Row] = []
    for number in range(draw(st.integers(1, 10))):
        one = violations(at, number)
        rows += draw(versions(at, BY_NAME["violations"], draw(one), one))
    facts, _ = settled({"violations": rows})
    known_at = draw(questions(at, as_of))
    return Market(
        zone=zone,
        as_of=as_of,
        known_at=known_at,
        corrected_at=max(known_at, draw(perhaps(questions(at, as_of))) or known_at),
        facts=facts,
    )


def drawn_sellers(seed: int, sellers: int, as_of: date) -> Facts:
    """Draw many sellers with many violations each, most of one ledger, close to each other."""
    draw = random.Random(seed)  # noqa: S311 -- the same market in every run
    rows: list[Row] = []
    for seller in range(sellers):
        mostly = draw.choice((*NODES,))
        start = draw.choice((400, 60, 400, 30))
        for _ in range(draw.randint(1, 14)):
            on = as_of - draw.randint(0, start) * ONE_DAY
            rows.append(
                {
                    "violation_id": f"V{draw.randrange(10**9)}-{len(rows)}",
                    "subject_kind": "seller",
                    "subject_id": f"S{seller}",
                    "ledger": mostly if draw.random() < 0.8 else draw.choice((*NODES,)),
                    "points": Decimal(draw.choice(POINTS[:8])),
                    "occurred_at": datetime(on.year, on.month, on.day, draw.randrange(24)),
                    "revoked_at": None,
                }
            )
    return {"violations": rows}


def loaded(loads: list[Facts], zone: str) -> tuple[DuckDB, Settings]:
    made = Settings(time_zone=zone, currency="EUR")
    database = empty_market(made)
    for facts in loads:
        load_facts(database, made, facts)
    return database, made


def question(market: Market, subject: str | None = None) -> Question:
    return Question(
        rulebook=RULEBOOK,
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
        subject_id=subject,
    )


def told(row: dict[str, Any]) -> dict[str, Any]:
    """Return, by ledger, the points in force and the sanction with its days."""
    taken = {
        "ipr": Fraction(row["ipr_points_numerator"], 10**6),
        "trade": Fraction(row["trade_points_numerator"], 10**6),
        "quality": Fraction(row["quality_points_numerator"], 10**6),
        "serious_ipr": Fraction(row["strikes_in_force_numerator"]),
    }
    return {
        name: (points, *(row[sanction_column(name, part)] for part in PARTS[:4]))
        for name, points in taken.items()
    }


def expected(ledger: Ledger) -> tuple[Any, ...]:
    runs = ledger.sanction
    if runs is None:
        return (ledger.points, None, None, None, None)
    return (ledger.points, runs.does, runs.at, runs.first_on, runs.last_on)


def recounted(market: Market) -> dict[str, dict[str, Any]]:
    return {
        seller: {name: expected(ledger) for name, ledger in own.items()}
        for seller, own in oracle_violations.ledgers(market.facts, **market.asked).items()
    }


def kept(database: DuckDB, made: Settings, market: Market) -> dict[str, dict[str, Any]]:
    found = assessing.assess(database, made, question(market)).to_pylist()
    return {row["subject_id"]: told(row) for row in found}


@few
@given(charged_markets())
def test_every_ledger_is_kept_as_the_oracle_keeps_it(market: Market):
    database, made = loaded([market.facts], market.zone)
    assert kept(database, made, market) == recounted(market)


@pytest.mark.slow
@settings(few, max_examples=60)
@given(charged_markets())
def test_every_ledger_of_many_markets_is_kept_as_the_oracle_keeps_it(market: Market):
    database, made = loaded([market.facts], market.zone)
    assert kept(database, made, market) == recounted(market)


def many_sellers(seed: int) -> Market:
    as_of = date(2016, 3, 5)
    later = datetime(2030, 1, 1)
    facts = drawn_sellers(seed, 300, as_of + 5 * ONE_DAY)
    return Market(zone="UTC", as_of=as_of, known_at=later, corrected_at=later, facts=facts)


def test_the_ledgers_of_many_sellers_are_kept_alike_day_by_day():
    market = many_sellers(1)
    database, made = loaded([market.facts], market.zone)
    seen = set()
    for ago in (0, 1, 30):
        day = Market(
            zone=market.zone,
            as_of=market.as_of - ago * ONE_DAY,
            known_at=market.known_at,
            corrected_at=market.corrected_at,
            facts=market.facts,
        )
        found = kept(database, made, day)
        assert found == recounted(day)
        seen |= {(name, *each[1:3]) for own in found.values() for name, each in own.items()}
    for name, nodes in NODES.items():
        assert {(name, does, at) for at, does, _ in nodes if at <= 48} <= seen


def test_taking_violations_back_never_leads_to_a_heavier_sanction_than_there_was():
    market = many_sellers(3)
    rows = market.facts["violations"]
    fewer = [row for number, row in enumerate(rows) if number % 3]
    reached, left = (heaviest_reached(market.with_facts({"violations": v})) for v in (rows, fewer))
    assert len(left) > 100
    assert all(node <= reached[of] for of, node in left.items())


def heaviest_reached(market: Market) -> dict[tuple[str, str], int]:
    """Return the highest total reached, by seller and ladder, of all days."""
    database, made = loaded([market.facts], market.zone)
    steps = [
        *source_steps(COMPILED, market_clock(database, made), one_subject=False),
        *COMPILED.steps,
    ]
    values = bound_values(COMPILED, made, question(market), None)
    found: dict[tuple[str, str], int] = {}
    for ladder in NODES:
        highest = parse(
            f"select seller_id, max(node) as node from {sanctions(ladder)} "
            "join seller_ids on seller_no = subject_no group by seller_id"
        )
        for row in database.run(steps, highest, values).to_pylist():
            found[row["seller_id"], ladder] = row["node"]
    return found


@settings(few, max_examples=2)
@given(st.data(), charged_markets())
def test_the_order_in_which_violations_arrive_changes_nothing(data: st.DataObject, market: Market):
    database, made = loaded(data.draw(batches(market.facts)), market.zone)
    assert kept(database, made, market) == recounted(market)


@settings(few, max_examples=2)
@given(charged_markets())
def test_one_seller_is_judged_as_among_all(market: Market):
    database, made = loaded([market.facts], market.zone)
    for row in assessing.assess(database, made, question(market)).to_pylist():
        alone = question(market, row["subject_id"])
        assert assessing.assess(database, made, alone).to_pylist() == [row]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: initdb and pg_ctl were not found")
    with running_server(binaries) as address:
        yield address


def test_postgresql_keeps_the_same_ledgers(server: str):
    market = many_sellers(2)
    database, made = loaded([market.facts], market.zone)
    clock = market_clock(database, made)
    steps = [*source_steps(COMPILED, clock, one_subject=False), *COMPILED.steps]
    values = bound_values(COMPILED, made, question(market), None)
    final = assessing.named_results(COMPILED)
    with psycopg.connect(server) as connection:
        postgres_market.copy_market(database, connection)
        theirs = postgres_market.run(connection, steps, final, values)
        connection.rollback()
    ours = database.run(steps, final, values).to_pylist()
    assert sorted(theirs, key=by_subject) == sorted(ours, key=by_subject)
    assert any(row["ipr__rung"] for row in ours)


def by_subject(row: dict[str, Any]) -> str:
    return str(row["subject_id"])
