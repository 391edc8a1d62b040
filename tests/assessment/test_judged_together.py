"""Who is compared with others, asked about one by one: each time what all of them have."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from goodstanding.assessment import judged_together
from goodstanding.errors import SubjectUnknown
from tests.decisions.finding_market import Opened, opened, write_market
from tests.market_files import as_frames
from tests.small_facts import order

RULEBOOK = "buyer-score"
DAY = date(2026, 1, 25)
LOOK = {"by": "Ana", "reason": "a test"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_market(tmp_path_factory.mktemp("made") / "m.duckdb")


@pytest.fixture
def there(made: Path, tmp_path: Path) -> Iterator[Opened]:
    with opened(Path(shutil.copy(made, tmp_path / "m.duckdb"))) as found:
        yield found


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the tables for which everybody was judged."""
    tables = []
    keep = judged_together._keep

    def noting(database: object, table: str, judging: object) -> None:
        tables.append(table)
        keep(database, table, judging)  # type: ignore[arg-type]

    monkeypatch.setattr(judged_together, "_keep", noting)
    return tables


def asked(there: Opened, buyer: str, as_of: date = DAY) -> pa.Table:
    return there.market.assess(RULEBOOK, as_of=as_of, subject=buyer, **LOOK)


def among_all(there: Opened, buyer: str, as_of: date = DAY) -> pa.Table:
    everybody = there.market.assess(RULEBOOK, as_of=as_of, **LOOK)
    return everybody.filter(pc.equal(everybody["subject_id"], buyer))


def test_of_a_second_one_nobody_is_judged_again_and_each_has_what_it_has_among_all(
    there: Opened, judged: list[str]
) -> None:
    for buyer in ("B7", "B8", "B7"):
        assert asked(there, buyer).equals(among_all(there, buyer))
    assert judged == ['"judged by buyer-score"']


def test_another_day_is_judged_anew(there: Opened, judged: list[str]) -> None:
    for day in (DAY, date(2026, 1, 24)):
        assert asked(there, "B7", day).equals(among_all(there, "B7", day))
    assert len(judged) == 2


def test_what_is_loaded_in_between_counts(there: Opened, judged: list[str]) -> None:
    before = asked(there, "B7")
    more = order(
        "O9", buyer_id="B7", placed_at="2026-01-06", paid_at="2026-01-06", closed_at="2026-01-20"
    )
    there.market.load(as_frames({"orders": [more]}), recorded="occurred")
    after = asked(there, "B7")
    completed = "orders_completed_numerator"
    assert after[completed][0].as_py() == before[completed][0].as_py() + 1
    assert after.equals(among_all(there, "B7"))
    assert len(judged) == 2


def test_a_finding_that_is_decided_in_between_counts(there: Opened) -> None:
    assert asked(there, "B7")["active_findings_numerator"].to_pylist() == [0]
    there.confirmed()
    day = there.clock.now.date()
    assert asked(there, "B7", day)["active_findings_numerator"].to_pylist() == [1]


def test_who_is_not_known_or_was_not_there_yet_is_refused_as_before(
    there: Opened, judged: list[str]
) -> None:
    with pytest.raises(SubjectUnknown, match="'B99' is not known to this market"):
        asked(there, "B99")
    assert not judged
    with pytest.raises(SubjectUnknown, match="was not there by 2015-01-06"):
        asked(there, "B7", date(2015, 1, 6))
    asked(there, "B8")
    with pytest.raises(SubjectUnknown, match="'B99' is not known to this market"):
        asked(there, "B99")
