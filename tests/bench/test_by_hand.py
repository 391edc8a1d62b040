"""What `make bench-full` compares with gives what Goodstanding gives, figure by figure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import goodstanding
from goodstanding.sample import generate

by_hand = pytest.importorskip("bench.by_hand", reason="the sources are not here")
from bench import buyer_work, work  # noqa: E402 -- only where the sources are
from bench.by_hand_pandas import Pandas  # noqa: E402 -- likewise
from bench.by_hand_polars import Polars  # noqa: E402 -- likewise
from bench.by_hand_sql import Sql  # noqa: E402 -- likewise

# The last day; and one of the midst, of which much became known later.
DAYS = (date(2025, 6, 30), date(2024, 3, 31))
Figures = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("by_hand") / "sample"
    generate(orders=5_000, seed=7, out=made)
    return made


@pytest.fixture(scope="module")
def market_path(folder: Path) -> Path:
    path = folder.parent / "market.duckdb"
    with goodstanding.new(path, time_zone=by_hand.TIME_ZONE, currency="EUR") as market:
        market.load(folder, recorded="occurred")
    return path


@pytest.fixture(scope="module")
def expected(market_path: Path) -> dict[date, Figures]:
    """Return what Goodstanding finds, by day."""
    with goodstanding.open(market_path) as market:
        return {day: ours(market.assess("service-level", as_of=day)) for day in DAYS}


def ours(found: pa.Table) -> Figures:
    return [
        (
            row["subject_id"],
            row["bad_experience_rate_denominator"],
            row["bad_experience_rate_numerator"],
            row["late_shipments_numerator"],
            row["grade"],
        )
        for row in found.to_pylist()
    ]


def figures(found: Any) -> Figures:
    """Return the rows of an Arrow table, or of a frame of either kind."""
    if hasattr(found, "itertuples"):
        rows = found.astype(object).where(found.notna(), None).itertuples(index=False)
        return [tuple(row) for row in rows]
    table = found.to_arrow() if hasattr(found, "to_arrow") else found
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize("made", [Sql, Polars, Pandas])
@pytest.mark.parametrize("as_of", DAYS)
def test_what_is_written_by_hand_gives_our_grades_and_figures(
    made: type, as_of: date, folder: Path, expected: dict[date, Figures]
) -> None:
    asked = by_hand.bounds(as_of)
    tool = made()
    rows = tool.rows(folder, asked)
    assert figures(tool.levels(rows, asked)) == expected[as_of]
    one = next(row for row in expected[as_of] if row[2])
    assert figures(tool.levels(rows, asked, one[0])) == [one]


def test_every_grade_and_none_is_among_what_is_compared(expected: dict[date, Figures]) -> None:
    for found in expected.values():
        assert {row[-1] for row in found} == {"excellent", "good", "pass", "fail", None}


def test_the_buyer_score_by_hand_is_ours(market_path: Path) -> None:
    found = {row["buyer_id"]: row for row in buyer_work.buyers_by_hand(market_path)().to_pylist()}
    with goodstanding.open(market_path) as market:
        told = market.assess("buyer-score", as_of=work.AS_OF, by="Ana", reason="a test")
    ours = told.to_pylist()
    assert len(ours) == len(found) > 1_000
    for row in ours:
        own = found[row["subject_id"]]
        assert own["completed"] == row["orders_completed_numerator"]
        assert own["counted_orders"] == row["orders_counted_numerator"]
        assert own["score"] == pytest.approx(row["score"], abs=0.000_003)
        assert own["band"] == (row["grade"] or row["not_graded_because"])
    assert {"standard", "trusted", "excellent", "new"} <= {own["band"] for own in found.values()}
