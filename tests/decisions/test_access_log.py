"""Who looks at what concerns a buyer is on disk before it is shown, or it is not shown."""

from __future__ import annotations

import json
import os
import shutil
import stat
from datetime import datetime
from pathlib import Path

import pytest

from goodstanding.decisions import access_log
from goodstanding.decisions.access_log import Look
from goodstanding.errors import AccessRefused, ArgumentInvalid, DecisionUnknown
from tests.decisions.finding_market import Opened, opened, write_market

ANA = Look(by="Ana", reason="weekly review")
AT = datetime(2026, 1, 10, 12)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_market(tmp_path_factory.mktemp("made") / "m.duckdb")


@pytest.fixture
def steps(made: Path, tmp_path: Path):
    with opened(Path(shutil.copy(made, tmp_path / "m.duckdb"))) as found:
        found.propose()
        yield found


def lines(folder: Path) -> list[dict[str, str | None]]:
    log = folder / "m.duckdb.access.jsonl"
    return [json.loads(line) for line in log.read_text("utf-8").splitlines() if line]


def write(folder: Path, *buyers: str) -> None:
    access_log.write_down(folder / "m.duckdb", ANA, part="findings", buyers=buyers, at=AT)


def test_each_buyer_who_is_shown_has_a_line(tmp_path):
    write(tmp_path, "B8", "B7", "B8")
    head = {"at": "2026-01-10T12:00:00Z", "role": "operator", "by": "Ana"}
    head |= {"reason": "weekly review", "part": "findings", "concerns": "buyer"}
    assert lines(tmp_path) == [head | {"buyer": "B7"}, head | {"buyer": "B8"}]


def test_looking_at_every_buyer_or_at_none_is_one_line(tmp_path):
    access_log.write_down(tmp_path / "m.duckdb", ANA, part="findings", buyers=None, at=AT)
    write(tmp_path)
    assert [(each["concerns"], each["buyer"]) for each in lines(tmp_path)] == [
        ("every buyer", None),
        ("no buyer", None),
    ]


def test_whatever_is_said_stays_on_one_line(tmp_path):
    look = Look(by="Ana", reason='a "look"\nof {two} lines\u2028é')
    for _ in range(2):
        access_log.write_down(tmp_path / "m.duckdb", look, part="findings", buyers=["B\n7"], at=AT)
    text = (tmp_path / "m.duckdb.access.jsonl").read_text("utf-8")
    assert text.count("\n") == 2
    assert {
        (json.loads(line)["reason"], json.loads(line)["buyer"]) for line in text.split("\n")[:2]
    }


def test_a_line_that_was_cut_short_is_ended_and_the_next_stands_alone(tmp_path):
    write(tmp_path, "B7")
    log = tmp_path / "m.duckdb.access.jsonl"
    with log.open("ab") as file:
        file.write(b'{"at":"2026-01-1')
    write(tmp_path, "B8")
    whole = [line for line in log.read_text("utf-8").splitlines() if line.endswith("}")]
    assert [json.loads(line)["buyer"] for line in whole] == ["B7", "B8"]


def test_only_its_owner_reads_a_log_that_is_new(tmp_path):
    write(tmp_path, "B7")
    assert stat.S_IMODE((tmp_path / "m.duckdb.access.jsonl").stat().st_mode) == 0o600


def test_it_is_on_disk_before_anything_is_shown(steps: Opened, tmp_path, monkeypatch):
    order: list[str] = []
    write_to, wait_for = os.write, os.fsync

    def writing(handle: int, data: bytes) -> int:
        order.append("written")
        return write_to(handle, data)

    def waiting(handle: int) -> None:
        order.append("on disk")
        wait_for(handle)

    monkeypatch.setattr(os, "write", writing)
    monkeypatch.setattr(os, "fsync", waiting)
    found = steps.found()
    assert order[:2] == ["written", "on disk"]
    assert [each["buyer"] for each in lines(tmp_path)] == [found.buyer_id]


@pytest.mark.parametrize(
    "asked",
    [
        lambda market: market.findings(by="Ana", reason="weekly review"),
        lambda market: market.finding("finding-1", by="Ana", reason="weekly review"),
        lambda market: market.notices(by="Ana", reason="weekly review"),
    ],
    ids=["findings", "finding", "notices"],
)
def test_what_cannot_be_logged_is_not_shown(steps: Opened, tmp_path, asked):
    steps.warn()
    (tmp_path / "m.duckdb.access.jsonl").mkdir()  # nobody can write to it, not even root
    with pytest.raises(AccessRefused) as refused:
        asked(steps.market)
    assert "is not shown, since the access log" in refused.value.message
    assert "m.duckdb.access.jsonl' cannot be written: Is a directory" in refused.value.message
    assert "Make the file and its folder writable" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("by", "reason", "complaint"),
    [
        ("", "review", "who looks is missing"),
        ("Ana", " ", "the reason for looking is missing"),
        ("Ana", "x" * 201, "At most 200"),
        (None, "review", "shown to nobody who does not say by whom and why"),
    ],
)
def test_nobody_looks_without_a_name_and_a_reason(steps: Opened, tmp_path, by, reason, complaint):
    with pytest.raises(ArgumentInvalid) as refused:
        steps.market.findings(by=by, reason=reason)
    assert complaint in str(refused.value)
    assert not (tmp_path / "m.duckdb.access.jsonl").exists()


def test_each_look_is_logged_with_whom_it_showed(steps: Opened, tmp_path):
    look = {"by": "Ana", "reason": "weekly review"}
    steps.propose(buyer="B8", orders=("O8",))
    steps.market.findings(**look)
    steps.market.findings(buyer="B8", **look)
    steps.market.finding("finding-1", **look)
    with pytest.raises(DecisionUnknown):
        steps.market.finding("finding-9", **look)
    assert [each["buyer"] for each in lines(tmp_path)] == ["B7", "B8", "B8", "B7"]


def test_looking_for_a_buyer_of_whom_there_is_nothing_is_logged_too(steps: Opened, tmp_path):
    assert steps.market.findings(by="Ana", reason="a report", buyer="B8") == []
    assert [each["buyer"] for each in lines(tmp_path)] == ["B8"]


def test_steps_are_written_to_the_market_and_not_to_the_log(steps: Opened, tmp_path):
    steps.warn()
    steps.dismiss()
    assert not (tmp_path / "m.duckdb.access.jsonl").exists()
