import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from goodstanding.database import holders
from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import MarketHeld

HOLD = """
import duckdb, sys
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Have another process, with whatever arguments, hold a market."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
        if holder.poll() is None:
            holder.communicate("")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    DuckDB.open(tmp_path / "m.duckdb", create=True).close()
    return tmp_path / "m.duckdb"


@pytest.fixture
def proc() -> None:
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("this system does not list what processes run")


def text(number: int) -> str:
    """Return what DuckDB says of a file that a process holds."""
    return (
        'IO Error: Could not set lock on file "/x/m.duckdb": Conflicting lock is held in '
        f"/usr/bin/python3.13 (PID {number}). See also https://duckdb.org/docs"
    )


def test_what_is_held_is_waited_for_until_it_is_let_go(path):
    with held(path) as holder:
        tries: list[int] = []

        def opening() -> DuckDB:
            tries.append(1)
            if len(tries) == 3:
                holder.communicate("")
            return DuckDB.open(path)

        holders.waited_for(opening, 30).close()
    assert len(tries) > 2


def test_what_is_held_for_longer_is_told_with_the_seconds_that_it_was_waited_for(path):
    with held(path) as holder, pytest.raises(MarketHeld) as told:
        holders.waited_for(lambda: DuckDB.open(path), 0.3)
    assert told.value.message.startswith(f"market '{path}' is in use: process {holder.pid} (")
    assert told.value.message.endswith(") has it open. It was waited for 0.3 s.")


def test_without_seconds_it_is_tried_once():
    tries = []

    def opening() -> None:
        tries.append(1)
        raise MarketHeld("held", hint="wait")

    with pytest.raises(MarketHeld, match=r"^held\nwait$"):
        holders.waited_for(opening, 0)
    assert len(tries) == 1


def test_the_command_of_the_process_is_told_shortened_and_without_its_passwords(path, proc):
    with held(path, "--from", "postgresql://ana:secret@db/shop", "x" * 99) as holder:
        told = holders.told(text(holder.pid))
    assert told.startswith(f"process {holder.pid} (python")
    assert "secret" not in told
    assert len(told) < 110
    with held(path, *["password=secret"]) as holder:
        assert "secret" not in holders.told(text(holder.pid))


def test_a_process_that_cannot_be_looked_at_is_told_by_its_program():
    assert holders.told(text(2**22 + 1)) == f"process {2**22 + 1} (python3.13)"
    assert holders.told("IO Error: Could not set lock on file") == "another process"


def test_this_process_itself_may_hold_it_the_other_way(path):
    reading = DuckDB.open(path, read_only=True)
    with pytest.raises(MarketHeld) as told:
        DuckDB.open(path)
    reading.close()
    assert str(told.value) == (
        f"market '{path}' is in use: this process has it open already, the other way of reading "
        "and writing.\nUse the market that is open, or close it first."
    )


def test_our_own_number_is_no_secret(proc):
    assert holders.told(text(os.getpid())).startswith(f"process {os.getpid()} (")
