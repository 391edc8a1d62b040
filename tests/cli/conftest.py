"""The real command as a process of its own, and a small market for it."""

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import goodstanding, said

Run = Callable[..., subprocess.CompletedProcess[str]]

AS_OF = "2018-07-31"
# Of each seller, how many of twenty orders were rated with one star.
LOW_RATINGS = {"S1": 0, "S2": 1, "S3": 2, "S4": 5}


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """Run `goodstanding` as a process of its own in an empty folder; returns how it ended."""

    def running(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        return goodstanding(*arguments, cwd=tmp_path, **variables)

    return running


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `goodstanding` in this process, which is faster, in the same empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GOODSTANDING_")]:
        monkeypatch.delenv(name)

    def running(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([str(each) for each in arguments], *said(*arguments))

    return running


def on_a_terminal(*arguments: str, columns: int, cwd: Path) -> str:
    """Run the command on a terminal so many columns wide and return what it shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "LINES"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "goodstanding", *arguments],
        stdout=theirs,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        env=environment | {"TERM": "xterm-256color"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux says so when the other side is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.wait(timeout=60) == 0, shown.decode()
    return shown.decode().replace("\r\n", "\n")


def write_exports(folder: Path) -> None:
    """Write the orders and ratings of five sellers; S5 sold its only one long before."""
    orders = ["order_id,seller_id,buyer_id,placed_at,paid_at,ship_by,shipped_at"]
    ratings = ["feedback_id,given_at,order_id,stars"]
    for seller, low in LOW_RATINGS.items():
        for number in range(20):
            order = f"{seller}-{number:02}"
            orders.append(
                f"{order},{seller},B{number},2018-06-01T10:00:00Z,2018-06-01T10:05:00Z,"
                f"2018-06-08,2018-06-{'09' if order == 'S1-00' else '03'}T12:00:00Z"
            )
            stars = 1 if number < low else 5
            ratings.append(f"F-{order},2018-06-20T08:00:00Z,{order},{stars}")
    orders.append("S5-00,S5,B1,2017-06-01T10:00:00Z,,,2017-06-02T10:00:00Z")
    folder.mkdir()
    (folder / "orders.csv").write_text("\n".join([*orders, ""]), encoding="utf-8")
    (folder / "feedback.csv").write_text("\n".join([*ratings, ""]), encoding="utf-8")


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `exports/` and the market that was loaded from it."""
    folder = tmp_path_factory.mktemp("loaded")
    write_exports(folder / "exports")
    done = goodstanding(
        *("load", "--from", "exports", "--recorded", "occurred"),
        *("--time-zone", "UTC", "--currency", "USD"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def market(loaded: Path, tmp_path: Path) -> Path:
    """A copy of that market, as `market.duckdb` in the folder in which `run` runs."""
    return Path(shutil.copy(loaded / "market.duckdb", tmp_path / "market.duckdb"))


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """The files from which that market was loaded, in the folder in which `run` runs."""
    write_exports(tmp_path / "exports")
    return tmp_path / "exports"
