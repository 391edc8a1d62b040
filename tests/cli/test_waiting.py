import re
from pathlib import Path

import pytest

import goodstanding
from goodstanding.errors import ArgumentInvalid, MarketHeld
from tests.commands import started
from tests.database.test_holders import held


def test_a_command_that_reads_waits_as_long_as_it_is_told_and_says_so(process, market):
    with held(market) as holder:
        done = process("quarantine", "list", "--wait", "0.5")
    assert done.returncode == 1
    who = rf"market 'market.duckdb' is in use: process {holder.pid} \(python.*\) has it open\."
    assert re.fullmatch(
        rf"{who} Waiting for it, 0\.5 s at most\.\n"
        rf"error: {who} It was waited for 0\.5 s\.\n.*Wait until it is done \(--wait SECONDS.*\n",
        done.stderr,
        re.DOTALL,
    ), done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("load", "--from", "exports", "--recorded", "occurred"),
        pytest.param(("migrate",), marks=pytest.mark.slow),
        pytest.param(
            ("exclusions", "add", "--order", "S1-01", "--reason", "protected", "--by", "Ana"),
            marks=pytest.mark.slow,
        ),
    ],
    ids=lambda command: command[0],
)
def test_a_command_that_writes_waits_by_itself(market, exports, command):
    with held(market) as holder:
        waiting = started(market.parent, *command)
        assert waiting.stderr is not None
        assert "Waiting for it, 60 s at most." in waiting.stderr.readline()
        holder.communicate("")
    _, complained = waiting.communicate(timeout=60)
    assert (waiting.returncode, complained) == (0, "")


def test_seconds_below_none_are_refused(run, market):
    done = run("quarantine", "list", "--wait", "-1")
    assert done.returncode == 1
    assert done.stderr == (
        "error: wait -1.0 is no number of seconds from 0.\n0 is not to wait at all.\n"
    )


def test_python_waits_likewise(market: Path):
    with held(market):
        with pytest.raises(MarketHeld, match=r"It was waited for 0\.3 s\."):
            goodstanding.open(market, wait=0.3)
        with pytest.raises(MarketHeld, match=r"It was waited for 0\.3 s\."):
            goodstanding.migrate(market, wait=0.3)
    with pytest.raises(ArgumentInvalid, match="is not a number of seconds"):
        goodstanding.open(market, wait="1")  # type: ignore[arg-type] # that is what is tried
