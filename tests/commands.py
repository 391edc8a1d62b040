"""The command, run in this process or as one of its own, which may be killed."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from goodstanding import cli

_LONGEST = 900  # seconds, of a command on a machine that has much else to do


def said(*arguments: object) -> tuple[int, str, str]:
    """Run the command in this process; return its status, and what it prints."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        status = cli.main([str(each) for each in arguments])
    texts = [each.buffer.getvalue().decode() for each in (out, err)]
    return status, texts[0], texts[1]


def goodstanding(
    *arguments: object, cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own, and return how it ended."""
    return ended(started(cwd, *arguments, variables=variables))


def started(
    folder: Path, *arguments: object, variables: Mapping[str, str] | None = None, **options: Any
) -> subprocess.Popen[str]:
    """Begin the command in a folder, as a process of its own; `options` are those of `Popen`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GOODSTANDING_")}
    return subprocess.Popen(
        [sys.executable, "-m", "goodstanding", *map(str, arguments)],
        cwd=folder,
        env=kept | dict(variables or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Wait until a command has ended, and return how."""
    with process:
        try:
            out, err = process.communicate(timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def done(folder: Path, *arguments: object) -> float:
    """Run the command to its end and return how many seconds it took."""
    begun = time.monotonic()
    finished = goodstanding(*arguments, cwd=folder)
    assert finished.returncode == 0, finished.stderr
    return time.monotonic() - begun


def killed(folder: Path, *arguments: object, after: float) -> bool:
    """Kill the command after so many seconds; say whether it was still at work."""
    with started(folder, *arguments) as process:
        time.sleep(after)
        is_at_work = process.poll() is None
        process.kill()
    return is_at_work
