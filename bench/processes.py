"""What other processes take that work for the one that is measured: Spark's, and a server's.

Linux tells it in /proc, in hundredths of a second. A process that has ended counts with the one
that waited for it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
# What stands behind the name of a process in its `stat`, of which these are two and four.
_PARENT = 1
_TAKEN, _TAKEN_BY_ENDED = slice(11, 13), slice(13, 15)


def is_told() -> bool:
    """Say whether this machine tells what processes take."""
    return (_PROC / "self" / "stat").exists()


def taken_by_others(servers: Collection[int] = ()) -> float:
    """Return the CPU seconds so far of all that this process began, and of servers by their ids.

    With a server count the processes that it began. 0 where it is not told.
    """
    ticks = {}
    begun: dict[int, list[int]] = {}
    for process, told in _processes():
        ticks[process] = sum(map(int, told[_TAKEN])), sum(map(int, told[_TAKEN_BY_ENDED]))
        begun.setdefault(int(told[_PARENT]), []).append(process)
    here = os.getpid()
    counted = _with_begun([*begun.get(here, []), *servers], begun)
    found = sum(sum(ticks[each]) for each in counted if each in ticks)
    return (found + ticks.get(here, (0, 0))[1]) / os.sysconf("SC_CLK_TCK")


def _processes() -> Iterator[tuple[int, list[str]]]:
    """Give each process that there is, and what its `stat` says behind its name."""
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()


def _with_begun(processes: Collection[int], begun: dict[int, list[int]]) -> set[int]:
    """Return processes and whatever they began, or what they began did."""
    found, more = set(), list(processes)
    while more:
        process = more.pop()
        if process not in found:
            found.add(process)
            more += begun.get(process, [])
    return found
