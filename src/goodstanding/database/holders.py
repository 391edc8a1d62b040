"""Who holds a market's file, and waiting until they let go of it."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from goodstanding.errors import MarketHeld

Opened = TypeVar("Opened")

_PAUSE = 0.2  # seconds between two attempts
_LONGEST = 80  # characters of a command: a line of a terminal
_PASSWORD = re.compile(r"(://[^:/@\s]*:|password=)[^@\s]+")


def waited_for(opening: Callable[[], Opened], seconds: float) -> Opened:
    """Open what another process may hold, once it lets go; 0 seconds: try once.

    Raises `MarketHeld`, naming who holds it then, when the seconds have passed.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return opening()
        except MarketHeld as held:
            left = end - time.monotonic()
            if left <= 0:
                if seconds > 0:
                    raise MarketHeld(
                        f"{held.message} It was waited for {seconds:g} s.", hint=held.hint
                    ) from None
                raise
            time.sleep(min(_PAUSE, left))


def told(text: str) -> str:
    """Name the process that DuckDB's text says holds a file: its number, and what it runs."""
    named = re.search(r"held in (.+?) \(PID (\d+)\)", text)
    if named is None:
        return "another process"
    program, number = named[1], int(named[2])
    return f"process {number} ({_command(number) or Path(program).name})"


def _command(number: int) -> str | None:
    """Return the command of a process, shortened and without passwords; None where none tells."""
    try:
        given = Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:  # it ended, it is another's, or the system keeps no such list
        return None
    program, *arguments = given.decode(errors="replace").rstrip("\0").split("\0")
    line = shlex.join([Path(program).name, *arguments]) if program else ""
    line = " ".join(_PASSWORD.sub(r"\1…", line).split())
    return (f"{line[:_LONGEST]}…" if len(line) > _LONGEST else line) or None
