"""Running one piece of work in a process of its own, and what it cost."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from statistics import median_high
from typing import Any

from bench import processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU and wall seconds (median of the runs), and the process's peak memory in bytes.

    The CPU is that of the process, of whatever it began, and of the servers that were named.
    `found` is what the last run returned, where that is asked for.
    """

    cpu: float
    wall: float
    peak: int
    found: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How work is measured: how often, beside which servers, and whether to return what it found.

    Servers are named by the ids of their processes.
    """

    runs: int = 3
    servers: Collection[int] = ()
    finds: bool = False


def measured(work: Callable[..., Callable[[], Any]], *arguments: Any, runs: int = 3) -> Cost:
    """Measure what `work(*arguments)` returns, in a fresh process.

    `work` prepares (opens the market, compiles) and returns the function that is timed.
    """
    return measured_as(Asked(runs=runs), work, *arguments)


def measured_as(asked: Asked, work: Callable[..., Callable[[], Any]], *arguments: Any) -> Cost:
    """Measure as `measured` does, in the way that is asked."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sending, work, arguments, asked))
    process.start()
    sending.close()
    try:
        found: Cost = receiving.recv()
    finally:
        process.join()
    return found


def measured_anew(work: Callable[..., Callable[[], Any]], *arguments: Any, runs: int = 3) -> Cost:
    """Measure as `measured` does, each run in a process that prepares anew: it changes a market."""
    costs = [measured(work, *arguments, runs=1) for _ in range(runs)]
    return Cost(
        cpu=median_high(cost.cpu for cost in costs),
        wall=median_high(cost.wall for cost in costs),
        peak=max(cost.peak for cost in costs),
    )


def _run(
    sending: Connection, work: Callable[..., Callable[[], Any]], arguments: Any, asked: Asked
) -> None:
    timed = work(*arguments)
    costs = []
    for _ in range(asked.runs):
        others = processes.taken_by_others(asked.servers)
        cpu, wall = time.process_time(), time.perf_counter()
        found = timed()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        costs.append((cpu + processes.taken_by_others(asked.servers) - others, wall))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sending.send(
        Cost(
            cpu=median_high(cpu for cpu, _ in costs),
            wall=median_high(wall for _, wall in costs),
            peak=peak,
            found=found if asked.finds else None,
        )
    )
