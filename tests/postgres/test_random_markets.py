"""Random markets in a file and in PostgreSQL: what is loaded, judged and published is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import goodstanding
from goodstanding.errors import PublicationRefused, RulebookUnknown
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.market import Market
from goodstanding.rulebook import bundled
from goodstanding.standing.due import next_assessed
from tests.asked_of_twins import NOW
from tests.buyer_markets import borders, buyer_markets
from tests.decided_markets import decided
from tests.market_files import as_frames
from tests.market_tables import tables_of
from tests.markets import Market as Drawn
from tests.markets import batches, versions
from tests.oracle_facts import ONE_DAY, Facts, settled
from tests.postgres.conftest import Server
from tests.test_against_oracle_feedback import rates
from tests.test_against_oracle_violations import violations

EVERY = [(name, version) for name in bundled.names() for version in bundled.versions(name)]
QUICK = [("service-level", bundled.versions("service-level")[0])]
LOOK = {"by": "Ana", "reason": "audit"}
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
many = settings(few, max_examples=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """A market, the loads in which its facts arrive, and another day to ask about."""

    drawn: Drawn
    loads: Sequence[Facts]
    earlier: date


@st.composite
def arriving(draw: st.DrawFn) -> Arriving:
    """Draw a market with facts of every kind, whose rows never contradict each other."""
    market = draw(buyer_markets())
    accounts = market.facts["buyers"]
    market = draw(decided(market))
    facts = {name: [dict(row) for row in rows] for name, rows in market.facts.items()}
    facts["buyers"] += accounts
    facts["violations"] = []
    at = borders(market.zone, market.as_of)
    for number in range(draw(st.integers(0, 5))):
        one = violations(at, number)
        facts["violations"] += draw(versions(at, BY_NAME["violations"], draw(one), one))
    for row in facts["orders"]:
        row["currency"] = draw(st.sampled_from((None, "EUR", "USD", "BRL")))
    facts["rates"] = draw(rates(facts["orders"]))
    kept = settled(facts)[0]
    return Arriving(
        drawn=market.with_facts(kept),
        loads=draw(batches(kept)),
        earlier=market.as_of - draw(st.sampled_from((1, 30, 89, 180))) * ONE_DAY,
    )


@contextmanager
def twice(server: Server, market: Arriving) -> Iterator[tuple[Market, Market]]:
    """Load a market into a file and into PostgreSQL; what is said and what is kept is the same."""
    with TemporaryDirectory() as folder:
        places = (Path(folder) / "m.duckdb", server.address())
        for place in places:
            goodstanding.new(place, time_zone=market.drawn.zone, currency="EUR").close()
        file, there = (goodstanding.open(place, clock=lambda: NOW) for place in places)
        with file, there:
            for load in market.loads:
                said = [each.load(as_frames(load), recorded="occurred") for each in (file, there)]
                assert said[0] == said[1]
            assert tables_of(file) == tables_of(there)
            yield file, there


def judged(
    both: tuple[Market, Market], rulebook: str, version: date, **asked: object
) -> tuple[pa.Table, pa.Table]:
    first, second = (
        each.assess(rulebook, version=version, **LOOK, **asked)  # type: ignore[arg-type]
        for each in both
    )
    return first, second


def check(
    server: Server, market: Arriving, rulebooks: Sequence[tuple[str, date]], *, is_short: bool
) -> None:
    """Compare every column of every result, and whatever is written when they are published.

    Where `is_short` one question is asked, as known in the past, instead of several.
    """
    drawn = market.drawn
    questions = [
        {"as_of": drawn.as_of, "known_at": drawn.known_at},
        {"as_of": drawn.as_of},
        {"as_of": market.earlier},
    ]
    with twice(server, market) as both:
        for rulebook, version in rulebooks:
            for asked in questions[:1] if is_short else questions:
                ours, theirs = judged(both, rulebook, version, **asked)
                assert theirs.schema == ours.schema
                assert theirs.to_pylist() == ours.to_pylist(), (rulebook, asked)
            for subject in [] if is_short else ours["subject_id"].to_pylist()[:1]:
                mine, other = judged(both, rulebook, version, subject=subject, **asked)
                assert mine.to_pylist() == other.to_pylist() == ours.slice(0, 1).to_pylist()
        for rulebook, version in rulebooks:
            calendar = bundled.load(rulebook, version=version).calendar
            day = next_assessed(calendar, max(drawn.as_of, version))
            assert published(both[0], rulebook, day) == published(both[1], rulebook, day)
        assert tables_of(both[0]) == tables_of(both[1])


def published(market: Market, rulebook: str, day: date) -> object:
    """Publish, and return what was; or why not, such as of rules that are not yet in force."""
    try:
        return market.publish(rulebook, as_of=day)
    except (PublicationRefused, RulebookUnknown) as refused:
        return str(refused)


def test_a_random_market_is_judged_and_published_alike(server):
    @few
    @given(market=arriving())
    def tried(market: Arriving) -> None:
        check(server, market, QUICK, is_short=True)

    tried()


@pytest.mark.slow
def test_random_markets_are_judged_by_every_rulebook_and_published_alike(server):
    @many
    @given(market=arriving())
    def tried(market: Arriving) -> None:
        check(server, market, EVERY, is_short=False)

    tried()
