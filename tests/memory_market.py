"""A whole market in memory: facts, and the rows that are kept of them."""

from __future__ import annotations

from datetime import datetime

from goodstanding.database.duckdb import DuckDB
from goodstanding.facts import loading, reading
from goodstanding.facts.arriving import Recorded
from goodstanding.facts.store import Settings, create_tables
from goodstanding.rows import keeping
from goodstanding.standing import books
from tests.market_files import as_frames
from tests.oracle_facts import Facts

NOW = datetime(2031, 1, 1)


def empty_market(settings: Settings) -> DuckDB:
    """Make every table of a market in memory."""
    database = DuckDB.open(None)
    create_tables(database, settings, beside=[keeping.kept_table(), *books.TABLES])
    return database


def load_facts(
    database: DuckDB,
    settings: Settings,
    facts: Facts,
    *,
    recorded: Recorded = "occurred",
    now: datetime = NOW,
) -> int:
    """Load facts as a market does; return how many orders were derived anew."""
    derived = [0]
    frames = as_frames(facts)
    if frames:
        loading.load(
            database,
            settings,
            reading.sources_of(frames, database=database),
            recorded=recorded,
            now=now,
            then=lambda load_no: derived.append(keeping.refresh(database, settings, load_no)),
        )
    return derived[-1]
